//! Dynamic references: `{{resolve:ssm:name:1}}` and its like, which CloudFormation replaces by a stored value.

use formwork_assembly::{Diagnostic, code};

use super::{
    Checker,
    phrase::{did_you_mean, one_of, quoted},
};

/// The stores that a dynamic reference can read.
const SERVICES: [&str; 3] = ["secretsmanager", "ssm", "ssm-secure"];

/// True where a dynamic reference stands in the text. By one character first, which is found quickest: most texts have none.
pub(super) fn is_dynamic(text: &str) -> bool {
    text.contains('{') && text.contains("{{resolve:")
}

impl Checker<'_, '_> {
    /// Checks the spelling of every dynamic reference in a text.
    pub(super) fn dynamic_references(&mut self, text: &str) {
        if !is_dynamic(text) {
            return;
        }
        let mut rest = text;
        while let Some((_, after)) = rest.split_once("{{resolve:") {
            // Without an end it may go on in the next part of an `Fn::Join`.
            let Some((reference, next)) = after.split_once("}}") else { return };
            // A variable of `Fn::Sub` may stand for any of the parts.
            if !reference.contains("${")
                && let Some(help) = fault(reference)
            {
                self.bad_dynamic_reference(&format!("{{{{resolve:{reference}}}}}"), help);
            }
            rest = next;
        }
    }

    fn bad_dynamic_reference(&mut self, text: &str, help: String) {
        let message = format!("{} is no dynamic reference", quoted(text));
        self.findings.push(Diagnostic::error(&code::BAD_DYNAMIC_REFERENCE, message).help(help));
    }
}

/// What is wrong with what stands between `{{resolve:` and `}}`.
fn fault(reference: &str) -> Option<String> {
    let mut parts = reference.split(':');
    let service = parts.next().unwrap_or_default();
    if !SERVICES.contains(&service) {
        let wanted = format!("it can read from {}", one_of(SERVICES));
        return Some(did_you_mean(service, SERVICES).unwrap_or(wanted));
    }
    let parts: Vec<&str> = parts.collect();
    if parts.first().is_none_or(|name| name.trim().is_empty()) {
        return Some(format!("name what to read: `{{{{resolve:{service}:NAME}}}}`"));
    }
    if service == "secretsmanager" {
        // An ARN is seven parts long; after the secret come what to read, a key, a stage and a version.
        let secret = if parts[0] == "arn" { 7 } else { 1 };
        let wrong = parts.len() < secret
            || parts.len() > secret + 4
            || parts.get(secret).is_some_and(|kind| !matches!(*kind, "SecretString" | ""));
        return wrong
            .then(|| "write `{{resolve:secretsmanager:SECRET:SecretString:KEY:STAGE:VERSION}}`".to_owned());
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    if parts[0] != "arn" && !parts[0].chars().all(is_name) {
        return Some("names of parameters hold letters, digits, `_`, `.`, `-` and `/`".to_owned());
    }
    let version = parts.get(1).copied().filter(|_| parts[0] != "arn");
    let wrong = parts[0] != "arn"
        && (parts.len() > 2 || version.is_some_and(|version| version.parse::<u64>().is_err()));
    wrong.then(|| format!("write `{{{{resolve:{service}:NAME:VERSION}}}}`, with a number as version"))
}
