//! The headers that every answer of a site carries.

use formwork_assembly::SortedMap;
use formwork_cfn::{
    cloudfront::{self, response_headers_policy as property},
    kind,
};
use formwork_synth::{Attr, Scope, Str};

use super::{Csp, names::name};

use crate::each::each;

/// Headers that make browsers careful, and others of one's own.
///
/// ```
/// use formwork_constructs::{Csp, SecurityHeaders};
/// let headers = SecurityHeaders::new()
///     .csp(Csp::strict())
///     .subdomains_too()
///     .header("Permissions-Policy", "camera=(), microphone=()");
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>.
#[must_use = "headers do nothing until a site is given them"]
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    csp: Csp,
    referrer: Str,
    reach: Reach,
    further: SortedMap<Str, Str>,
    readers: Vec<Str>,
}

/// What browsers reach by HTTPS only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Site,
    Subdomains,
    Preloaded,
}

/// For how long browsers remember to use HTTPS: a year, or two for what is built into them.
const YEAR: u32 = 31_536_000;

impl Default for SecurityHeaders {
    fn default() -> Self {
        Self::new()
    }
}

impl SecurityHeaders {
    /// HTTPS only for a year, no guessing of content types, no framing, the referrer's path for the site itself only, and [`Csp::new`].
    pub fn new() -> Self {
        Self {
            csp: Csp::new(),
            referrer: "strict-origin-when-cross-origin".into(),
            reach: Reach::Site,
            further: SortedMap::new(),
            readers: Vec::new(),
        }
    }

    /// Says what a page may load and do. Default: [`Csp::new`].
    pub fn csp(mut self, csp: Csp) -> Self {
        self.csp = csp;
        self
    }

    /// Chooses what other sites learn of where a visitor comes from: `no-referrer`. Default: `strict-origin-when-cross-origin`.
    pub fn referrer(mut self, policy: impl Into<Str>) -> Self {
        self.referrer = policy.into();
        self
    }

    /// Lets browsers reach the subdomains by HTTPS only, too. Default: the domain itself.
    pub fn subdomains_too(mut self) -> Self {
        self.reach = Reach::Subdomains;
        self
    }

    /// As [`subdomains_too`](Self::subdomains_too), and asks for a place in the list that browsers bring along, which is hard to leave.
    pub fn preload(mut self) -> Self {
        self.reach = Reach::Preloaded;
        self
    }

    /// Adds a header of one's own. Default: none.
    pub fn header(mut self, name: impl Into<Str>, value: impl Into<Str>) -> Self {
        self.further.insert(name.into(), value.into());
        self
    }

    /// Lets scripts of other sites read the files: `https://app.example.com`, or `*` for all of them. Default: none.
    pub fn readable_from<O: Into<Str>>(mut self, origins: impl IntoIterator<Item = O>) -> Self {
        self.readers.extend(each(origins, Into::into));
        self
    }

    /// What no browser or CloudFront would take, each with what to write.
    pub(super) fn mistakes(&self) -> Vec<(String, &'static str)> {
        let mut found = self.csp.mistakes();
        for (name, value) in &self.further {
            let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
            if name.is_empty() || !name.chars().all(is_name) || value.contains(['\r', '\n']) {
                let shown = name.escape_debug();
                found.push((
                    format!("`{shown}` is no header"),
                    "a name has letters, digits and `-`, a value one line",
                ));
            }
            let own = [
                "content-security-policy",
                "strict-transport-security",
                "x-content-type-options",
                "x-frame-options",
                "referrer-policy",
            ];
            if own.contains(&&*name.to_ascii_lowercase()) {
                found.push((
                    format!("the header `{name}` has an option of its own"),
                    "use `.csp(…)`, `.referrer(…)`, `.subdomains_too()` or `.preload()`",
                ));
            }
        }
        for origin in self.readers.iter().filter(|origin| *origin != "*" && !crate::data::is_origin(origin)) {
            found.push((
                format!("`{origin}` is no origin of web pages"),
                "write it like `https://example.com`, without a path",
            ));
        }
        found
    }

    /// Adds the policy.
    pub(super) fn build(&self, scope: &mut Scope<'_>) -> Attr<kind::CloudFrontResponseHeadersPolicyId> {
        let transport = property::StrictTransportSecurity::new().override_(true);
        let transport = match self.reach {
            Reach::Site => transport.access_control_max_age_sec(YEAR),
            Reach::Subdomains => transport.access_control_max_age_sec(YEAR).include_subdomains(true),
            Reach::Preloaded => {
                transport.access_control_max_age_sec(2 * YEAR).include_subdomains(true).preload(true)
            }
        };
        let policy =
            property::ContentSecurityPolicy::new().content_security_policy(self.csp.header()).override_(true);
        let mut security = property::SecurityHeadersConfig::new()
            .content_security_policy(policy)
            .content_type_options(property::ContentTypeOptions::new().override_(true))
            .referrer_policy(
                property::ReferrerPolicy::new().referrer_policy(self.referrer.clone()).override_(true),
            )
            .strict_transport_security(transport);
        // What browsers knew before there were policies; it has no words for a list of hosts.
        let frames = match self.csp.sources("frame-ancestors") {
            [one] if *one == "'none'" => Some("DENY"),
            [one] if *one == "'self'" => Some("SAMEORIGIN"),
            _ => None,
        };
        if let Some(frames) = frames {
            security =
                security.frame_options(property::FrameOptions::new().frame_option(frames).override_(true));
        }
        let mut config = property::ResponseHeadersPolicyConfig::new()
            .name(name(scope, "Headers"))
            .security_headers_config(security);
        if !self.further.is_empty() {
            let items = each(&self.further, |(name, value)| {
                property::CustomHeader::new().header(name.clone()).value(value.clone()).override_(true)
            });
            config = config.custom_headers_config(property::CustomHeadersConfig::new().items(items));
        }
        if !self.readers.is_empty() {
            config = config.cors_config(readable_by(&self.readers));
        }
        let policy = cloudfront::ResponseHeadersPolicy::new().response_headers_policy_config(config);
        scope.add("Headers", policy).reference()
    }
}

/// Lets scripts of other sites read what a `GET` answers.
fn readable_by(origins: &[Str]) -> property::CorsConfig {
    use property::AccessControlAllowMethodsItems as Method;
    property::CorsConfig::new()
        .access_control_allow_credentials(false)
        .access_control_allow_headers(property::AccessControlAllowHeaders::new().items(["*"]))
        .access_control_allow_methods(
            property::AccessControlAllowMethods::new().items([Method::Get, Method::Head]),
        )
        .access_control_allow_origins(property::AccessControlAllowOrigins::new().items(origins.to_vec()))
        .access_control_max_age_sec(600)
        .origin_override(true)
}
