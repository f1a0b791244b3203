//! What is wrong with a site: all of it at once, before anything is built.

use formwork_assembly::{Diagnostic, code, sort_by};
use formwork_synth::{Scope, Str};

use super::{Access, Countries, Logs, Origin, StaticSite, function::is_of_link, origin::SHIELDS};
use crate::{BucketRef, Firewall, each::each, operations::Monitoring};

/// The region where CloudFront looks for certificates and firewalls, and delivers logs and metrics.
pub(super) const HOME: &str = "us-east-1";

impl StaticSite {
    /// Reports everything that CloudFront would refuse, or that would not do what was meant.
    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        self.check_names(scope);
        self.check_behaviors(scope);
        self.check_files(scope);
        for (message, help) in self.headers.mistakes() {
            scope.report(Diagnostic::error(&code::SITE_HEADERS, message).help(help));
        }
        let mut report = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::SITE_ACCESS, message).help(help));
        };
        if let Countries::Only(countries) | Countries::Not(countries) = &self.countries {
            if countries.is_empty() {
                report("a list of countries is empty".into(), "name some, or drop the option");
            }
            for country in countries.iter().filter(|country| !is_country(country)) {
                report(format!("`{country}` is no country"), "write two capital letters, such as `DE`");
            }
        }
        if let Access::SignedBy(keys) = &self.access {
            if keys.is_empty() {
                report("nobody can sign for the site".into(), "give the public half of a key or more");
            }
            for key in keys.iter().filter(|key| !key.trim_start().starts_with("-----BEGIN PUBLIC KEY-----")) {
                let message = if key.contains("PRIVATE KEY") {
                    "a private key was given where the public half belongs"
                } else {
                    "a key is not in the form PEM"
                };
                report(message.into(), "give the text that `openssl rsa -pubout` writes");
            }
        }
        if let Some(region) = self.shield.as_ref().filter(|region| !SHIELDS.contains(&&***region)) {
            let help = format!("CloudFront has one in {}", SHIELDS.join(", "));
            report(format!("`{region}` has no cache for all edges"), &help);
        }
        if let Some(Firewall::Shared(acl)) = &self.firewall
            && let Some(arn) = acl
                .arn
                .expr()
                .as_text()
                .filter(|arn| !arn.contains(":us-east-1:") || !arn.contains(":global/"))
        {
            let message = format!("the web ACL `{arn}` is not for CloudFront");
            report(message, "name one of scope CLOUDFRONT, which lies in `us-east-1`: `…:global/webacl/…`");
        }
    }

    fn check_names(&self, scope: &mut Scope<'_>) {
        let names = self.names.all();
        let mut found: Vec<(String, &str)> = Vec::new();
        for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
            found.push((format!("the site answers to `{}` twice", pair[0]), "drop one of the two"));
        }
        if self.names.served().is_none() && !self.names.redirects().is_empty() {
            found.push((
                "visitors are to be led to a domain, and the site has none".into(),
                "name it by `.domain(…, &zone)`",
            ));
        }
        let given = self.names.given_certificate();
        if !self.names.aliases().is_empty() && given.is_none() {
            found.push((
                "the site answers to a name whose zone is not known, and has no certificate for it".into(),
                "give one by `.certificate(arn)`, or use `.domain(…, &zone)`",
            ));
        }
        if given.is_some() && names.is_empty() {
            found.push((
                "the site has a certificate and no name to use it for".into(),
                "name it by `.domain(…, &zone)`, or by `.alias(…)` where its records are kept elsewhere",
            ));
        }
        if given.is_none() && scope.region() != Some(HOME) {
            for zone in self.names.zones() {
                if zone.resource.is_some_and(|zone| scope.is_in_stack(&zone)) {
                    let message = format!(
                        "the certificate lies in `us-east-1` and needs the zone `{}`, which lies in the stack that needs the certificate",
                        zone.name
                    );
                    found.push((message, "add the zone to a stack of its own, before this one"));
                }
            }
        }
        for (message, help) in found {
            scope.report(Diagnostic::error(&code::SITE_DOMAIN, message).help(help));
        }
        let Some(arn) = given else { return };
        let literal = arn.expr().as_text().map(|arn| arn.split(':').nth(3).unwrap_or_default().to_owned());
        let region = literal.or_else(|| scope.region_of(arn.expr()).map(str::to_owned));
        if let Some(region) = region.filter(|region| region != HOME) {
            let message = match &*region {
                "" => "the certificate of the site is not named by its ARN".to_owned(),
                region => format!("the certificate of the site lies in `{region}`"),
            };
            let help = "CloudFront takes certificates from `us-east-1` only: name one there, or drop `.certificate(…)` and let the domain have its own";
            scope.report(Diagnostic::error(&code::CLOUDFRONT_CERTIFICATE, message).help(help));
        }
    }

    fn check_behaviors(&self, scope: &mut Scope<'_>) {
        let mut report = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::SITE_BEHAVIOR, message).help(help));
        };
        let behaviors = self.behaviors();
        for pair in behaviors.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            report(format!("two origins answer `{}`", pair[0].0), "give each a pattern of its own");
        }
        let mut all: Vec<&(Str, Origin)> = behaviors.clone();
        all.extend(&self.rest);
        if let Some((pattern, _)) = self.rest.as_ref().filter(|(pattern, _)| !is_place(pattern)) {
            let help = "name one directory: `/static/*`";
            report(format!("`{pattern}` is no place for the files"), help);
        }
        for (pattern, origin) in &all {
            if !is_pattern(pattern) {
                let help = "begin it with `/` and something after it: `/api/*`; `*` and `?` stand for any letters and for one";
                report(format!("`{pattern}` is no pattern of paths beside the files"), help);
            }
            for (message, help) in origin.mistakes() {
                report(format!("{message} (behind `{pattern}`)"), &help);
            }
            if origin.read_bucket().is_some_and(BucketRef::has_key) {
                let message = format!(
                    "the objects behind `{pattern}` are encrypted by a key that CloudFront may not use"
                );
                report(
                    message,
                    "let the bucket use S3's own keys, which the distribution needs no permission for",
                );
            }
        }
        if self.replica.as_ref().is_some_and(|replica| !replica.knows_region()) {
            let help = "name it: `BucketRef::existing(…).in_region(\"us-west-2\")`";
            report("the copy of the files lies in a region that is not known".into(), help);
        }
        if let (Some(page), Some((pattern, _))) = (&self.not_found, all.first()) {
            let message =
                format!("the page `{page}` would also take the place of what `{pattern}` answers with 404");
            let help = "drop `.not_found(…)`: CloudFront knows error pages for all origins only; or give the other origin a domain of its own";
            report(message, help);
        }
    }

    fn check_files(&self, scope: &mut Scope<'_>) {
        let mut report = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::SITE_FILES, message).help(help));
        };
        if self.files.kept_releases() == 0 {
            report("no release is to keep its files, not even the new one".into(), "keep 1 or more");
        }
        for (pattern, caching) in self.files.rules() {
            if pattern.is_empty() || pattern.starts_with('/') {
                report(
                    format!("`{pattern}` fits no file"),
                    "write paths without `/` at the start: `assets/**`",
                );
            }
            if let super::Caching::Header(header) = caching
                && (header.is_empty() || header.contains(|letter: char| letter.is_control()))
            {
                let shown = header.escape_debug();
                report(
                    format!("`{shown}` is no header"),
                    "write it in one line, such as `public, max-age=60`",
                );
            }
        }
        let mut moved: Vec<&Str> = each(&self.moved, |(from, _)| from);
        sort_by(&mut moved, Ord::cmp);
        for pair in moved.windows(2).filter(|pair| pair[0] == pair[1]) {
            report(format!("`{}` moved to two places", pair[0]), "drop one of the two");
        }
        for (from, to) in &self.moved {
            let is_link = |link: &str| link.chars().all(is_of_link);
            if !from.starts_with('/') || from.contains(['?', '#']) || !is_link(from) {
                report(
                    format!("`{from}` is no path that moved"),
                    "begin it with `/`, and leave out what follows `?`",
                );
            }
            if !(to.starts_with("https://") || to.starts_with('/') && !to.starts_with("//")) || !is_link(to) {
                let help =
                    "name a path such as `/news/`, or a link with `https://`, with other letters as `%20`";
                report(format!("`{to}` is no place to move to"), help);
            }
        }
        if let Some(page) = self.not_found.as_ref().filter(|page| !is_page(page)) {
            report(format!("`{page}` is no page of the site"), "name a file in it, such as `404.html`");
        }
    }

    /// What was declined for a reason.
    pub(super) fn declined(&self) -> Vec<String> {
        let mut declined = Vec::new();
        if let Logs::Declined(reason) = &self.logs {
            declined.push(format!("no logs: {reason}"));
        }
        if let Monitoring::Declined(reason) = &self.monitoring {
            declined.push(format!("no alarms: {reason}"));
        }
        declined
    }
}

fn is_country(code: &Str) -> bool {
    code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// True for a path below the root, in the letters that CloudFront takes in patterns.
fn is_pattern(pattern: &str) -> bool {
    let is_known = |letter: char| letter.is_ascii_alphanumeric() || "_-.*$/~\"'@:+&?".contains(letter);
    pattern.len() <= 255
        && pattern.strip_prefix('/').is_some_and(|rest| !rest.is_empty() && rest != "*")
        && pattern.chars().all(is_known)
}

/// True for the pattern of all paths below one.
fn is_place(pattern: &str) -> bool {
    pattern.strip_suffix("/*").is_some_and(|place| !place.is_empty() && !place.contains(['*', '?']))
}

fn is_page(page: &str) -> bool {
    let is_known = |letter: char| letter.is_ascii_alphanumeric() || "_-./".contains(letter);
    !page.trim_start_matches('/').is_empty() && !page.ends_with('/') && page.chars().all(is_known)
}
