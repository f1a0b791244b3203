//! The functions that run at the edge before a request is answered: redirects, passwords, and which file a path leads to.
//!
//! They stand before the files only, so that the paths of other origins stay as they are. Error pages of the distribution could not tell
//! the two apart: they would turn an API's 403 and 404 into pages.

use formwork_assembly::{Diagnostic, code as diagnostics, sort_by};
use formwork_cfn::cloudfront::{self, function as property};
use formwork_synth::{Scope, Str};

use super::{StaticSite, names::name};

use crate::each::{each, each_letter};

/// Which file a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routing {
    /// Each path without an extension leads to `/index.html`, whose script shows what belongs there.
    SinglePage,
    /// Each directory has a page: `/docs` and `/docs/` lead to `/docs/index.html`.
    DirectoryIndex,
    /// Each path is a file; `/` alone leads to `/index.html`.
    Files,
}

/// The most bytes of a function.
const LARGEST: usize = 10_240;

/// The functions of a distribution; none where nothing is to be done.
pub(super) struct Functions {
    /// Before the files.
    pub(super) files: Option<cloudfront::FunctionRef>,
    /// Before the other origins.
    pub(super) others: Option<cloudfront::FunctionRef>,
}

impl Functions {
    pub(super) fn build(
        site: &StaticSite,
        scope: &mut Scope<'_>,
        store: Option<&cloudfront::KeyValueStoreRef>,
    ) -> Self {
        let redirects: Vec<Str> = each(site.names.redirects(), |(domain, _)| domain);
        let redirect = site.names.served().filter(|_| !redirects.is_empty());
        let redirect = redirect.map(|(domain, _)| redirect_to(domain, &redirects));
        let gate = store.map(|_| GATE);
        let others = [redirect.as_deref(), gate];
        let moved = (!site.moved.is_empty()).then(|| moved(&site.moved));
        let below = site.rest.as_ref().and_then(|(pattern, _)| below(pattern));
        let files = [redirect.as_deref(), gate, moved.as_deref(), below.as_deref(), site.routing.code()];
        Self {
            files: add(scope, "Routing", "finds the file for a path", &files, store),
            others: if site.behaviors.is_empty() && site.rest.is_none() {
                None
            } else {
                add(scope, "Entrance", "stands before the other origins", &others, store)
            },
        }
    }
}

fn add(
    scope: &mut Scope<'_>,
    id: &str,
    comment: &str,
    steps: &[Option<&str>],
    store: Option<&cloudfront::KeyValueStoreRef>,
) -> Option<cloudfront::FunctionRef> {
    let steps = each(steps, |step| step.unwrap_or_default()).concat();
    if steps.is_empty() {
        return None;
    }
    let config = property::FunctionConfig::new()
        .comment(comment.to_owned())
        .runtime(property::FunctionConfigRuntime::CloudfrontJs2_0);
    let config = match store {
        Some(store) => {
            let association = property::KeyValueStoreAssociation::new().key_value_store_arn(store.arn());
            config.key_value_store_associations([association])
        }
        None => config,
    };
    let code = code(&steps, store.is_some());
    if code.len() > LARGEST {
        let message = format!("the function of the site has {} bytes, and may have {LARGEST}", code.len());
        let help = "lead fewer paths elsewhere by `.moved(…)`, or whole directories by their pages";
        scope.report(Diagnostic::error(&diagnostics::SITE_FILES, message).help(help));
    }
    let function = cloudfront::Function::new()
        .name(name(scope, id))
        .auto_publish(true)
        .function_config(config)
        .function_code(code);
    Some(scope.add(id, function))
}

/// A whole program of the steps.
fn code(steps: &str, asks_store: bool) -> String {
    let (imports, waits) = if asks_store {
        ("import cf from 'cloudfront';\nimport crypto from 'crypto';\n\n", "async ")
    } else {
        ("", "")
    };
    format!(
        "{imports}{waits}function handler(event) {{\n    const request = event.request;\n{steps}    return request;\n}}\n"
    )
}

/// Leads other names to the domain, with path and query. 308 keeps the method, where 301 would make a `GET` of it.
fn redirect_to(domain: &str, from: &[Str]) -> String {
    let from: Vec<String> = each(from, |host| format!("'{}'", quoted(host)));
    format!(
        "    if ([{}].includes(request.headers.host.value)) {{
        const query = request.rawQueryString();
        return {{
            statusCode: 308,
            statusDescription: 'Permanent Redirect',
            headers: {{ location: {{ value: 'https://{}' + request.uri + (query ? '?' + query : '') }} }},
        }};
    }}
",
        from.join(", "),
        quoted(domain)
    )
}

/// Leads paths that are gone to where they went. A path begins with `/`, so that it is never the name of something every object has.
fn moved(paths: &[(Str, Str)]) -> String {
    let mut paths: Vec<String> =
        each(paths, |(from, to)| format!("        '{}': '{}',\n", link(from), link(to)));
    sort_by(&mut paths, Ord::cmp);
    format!(
        "    const moved = {{\n{}    }}[request.uri];
    if (moved) {{
        return {{
            statusCode: 308,
            statusDescription: 'Permanent Redirect',
            headers: {{ location: {{ value: moved }} }},
        }};
    }}
",
        paths.concat()
    )
}

/// The place of the files: `/static` for `/static/*`.
pub(super) fn place(pattern: &str) -> &str {
    pattern.trim_end_matches('*').trim_end_matches('/')
}

/// Takes the place of the files out of the path: `/static/*` has `/static/app.js` as `/app.js`. The bare `/` would be the list of all files.
fn below(pattern: &str) -> Option<String> {
    let place = place(pattern);
    (!place.is_empty()).then(|| {
        let step = "    request.uri = request.uri.slice(LENGTH);
    if (request.uri === '/') {
        request.uri = '/index.html';
    }
";
        step.replace("LENGTH", &place.len().to_string())
    })
}

/// The letters that links are made of, but for `'`: others are left out here, and reported where all is checked.
pub(super) fn is_of_link(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-._~/:?#[]@!$&()*+,;=%".contains(letter)
}

/// A link for a JavaScript literal.
fn link(text: &str) -> String {
    each_letter(text, |letter| is_of_link(letter).then_some(letter))
}

/// A host for a JavaScript literal: what is no letter of a host is left out, and reported elsewhere.
fn quoted(host: &str) -> String {
    each_letter(host, |letter| (letter.is_ascii_alphanumeric() || "-._".contains(letter)).then_some(letter))
}

/// Asks for user and password. The store holds their digest only, and whatever it lacks nobody gets past.
const GATE: &str =
    "    const given = request.headers.authorization ? request.headers.authorization.value : '';
    const digest = crypto.createHash('sha256').update(given).digest('hex');
    let known;
    try {
        known = await cf.kvs().get('authorization');
    } catch (error) {
        known = undefined;
    }
    if (digest !== known) {
        return {
            statusCode: 401,
            statusDescription: 'Unauthorized',
            headers: { 'www-authenticate': { value: 'Basic realm=\"preview\"' } },
        };
    }
";

impl Routing {
    fn code(self) -> Option<&'static str> {
        match self {
            Self::SinglePage => Some(
                "    if (!request.uri.split('/').pop().includes('.')) {
        request.uri = '/index.html';
    }
",
            ),
            Self::DirectoryIndex => Some(
                "    if (request.uri.endsWith('/')) {
        request.uri += 'index.html';
    } else if (!request.uri.split('/').pop().includes('.')) {
        request.uri += '/index.html';
    }
",
            ),
            Self::Files => None,
        }
    }
}
