//! What a page may load and do, as the header `Content-Security-Policy` says it.

use formwork_assembly::SortedMap;
use formwork_synth::Str;

use crate::each::each;

/// A content security policy, put together directive by directive.
///
/// A source is a host (`https://cdn.example.com`), a scheme (`data:`), a digest (`'sha256-…'`), or a keyword in its own quotes: `'self'`,
/// `'none'`. Browsers refuse what no directive allows, once [`default_to`](Self::default_to) or the directive is there.
///
/// ```
/// use formwork_constructs::Csp;
/// let csp = Csp::new().default_to("'self'").image("'self'").image("data:").connect("https://api.example.com");
/// ```
///
/// See <https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP>.
#[must_use = "a policy does nothing until a site is given it"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csp {
    directives: SortedMap<&'static str, Vec<Str>>,
}

impl Default for Csp {
    fn default() -> Self {
        Self::new()
    }
}

macro_rules! directives {
    ($($method:ident $name:literal $doc:literal)*) => {
        $(
            #[doc = $doc]
            pub fn $method(self, source: impl Into<Str>) -> Self {
                self.allow($name, source.into())
            }
        )*
    };
}

impl Csp {
    /// What hardly any page needs is refused: being framed, plug-ins, another base address. All else is allowed.
    pub fn new() -> Self {
        let none = |name| (name, vec![Str::Borrowed("'none'")]);
        let own = ("base-uri", vec![Str::Borrowed("'self'")]);
        Self { directives: [own, none("frame-ancestors"), none("object-src")].into() }
    }

    /// As [`new`](Self::new), and everything a page loads comes from the site itself.
    pub fn strict() -> Self {
        Self::new().default_to("'self'").form("'self'")
    }

    directives! {
        default_to "default-src" "Allows a source for whatever has no directive of its own."
        script "script-src" "Allows scripts from a source."
        style "style-src" "Allows style sheets from a source."
        image "img-src" "Allows images from a source."
        font "font-src" "Allows fonts from a source."
        connect "connect-src" "Lets scripts connect to a source."
        media "media-src" "Allows sound and video from a source."
        worker "worker-src" "Allows workers from a source."
        manifest "manifest-src" "Allows a manifest from a source."
        frame "frame-src" "Allows frames with pages of a source."
        form "form-action" "Lets forms be sent to a source."
        framed_by "frame-ancestors" "Lets pages of a source frame the site. Default: none."
        base "base-uri" "Allows a base address of a source. Default: the site's own."
        object "object-src" "Allows plug-ins from a source. Default: none."
    }

    /// The first source under a directive takes the place of the default.
    fn allow(mut self, directive: &'static str, source: Str) -> Self {
        let sources = self.directives.or_default(directive);
        if sources.as_slice() == ["'none'"] || (directive == "base-uri" && sources.as_slice() == ["'self'"]) {
            sources.clear();
        }
        if !sources.contains(&source) {
            sources.push(source);
        }
        self
    }

    /// The sources of a directive.
    pub(super) fn sources(&self, directive: &str) -> &[Str] {
        self.directives.get(directive).map(Vec::as_slice).unwrap_or_default()
    }

    /// The value of the header.
    pub(super) fn header(&self) -> String {
        each(&self.directives, |(directive, sources)| format!("{directive} {}", sources.join(" "))).join("; ")
    }

    /// The sources that no browser would understand, each with what to write.
    pub(super) fn mistakes(&self) -> Vec<(String, &'static str)> {
        const KEYWORDS: [&str; 6] =
            ["self", "none", "unsafe-inline", "unsafe-eval", "strict-dynamic", "wasm-unsafe-eval"];
        let mut found = Vec::new();
        for (directive, sources) in &self.directives {
            for source in sources {
                let is_bad =
                    |letter: char| letter.is_whitespace() || letter.is_control() || ";,".contains(letter);
                if source.is_empty() || source.contains(is_bad) {
                    found.push((
                        format!("`{source}` is no source of `{directive}`"),
                        "name one source a call, without spaces, `,` and `;`",
                    ));
                } else if KEYWORDS.contains(&&**source) {
                    found.push((
                        format!("the source `{source}` of `{directive}` is taken for a host"),
                        "write a keyword in its own quotes: `\"'self'\"`",
                    ));
                } else if *source == "'none'" && sources.len() > 1 {
                    found.push((
                        format!("`{directive}` allows nothing and something"),
                        "drop `'none'`, or the other sources",
                    ));
                }
            }
        }
        found
    }
}
