//! Acceptance: a finding that the user has accepted, with a reason, is dropped; an acceptance of nothing is a warning.

use formwork_assembly::{Diagnostic, SortedSet, code};

use crate::{resource::Acceptance, template::Template};

/// The findings about a template without those that its resources accept.
pub(super) fn accept(template: &Template, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let origins = || template.resources.iter().filter_map(|resource| resource.origin.as_ref());
    if origins().all(|origin| origin.accepted.is_empty()) {
        return found;
    }
    let mut used = SortedSet::new();
    let mut left = Vec::new();
    for finding in found {
        let accepting = origins().find(|origin| {
            finding.path.as_deref() == Some(&origin.path)
                && origin.accepted.iter().any(|one| one.is_of(&finding))
        });
        match accepting {
            Some(origin) => {
                used.insert((origin.path.clone(), finding.code.to_string()));
            }
            None => left.push(finding),
        }
    }
    for origin in origins() {
        for acceptance in &origin.accepted {
            if !used.contains(&(origin.path.clone(), acceptance.code.clone())) {
                left.push(unused(acceptance).path(origin.path.clone()).at(origin.at.clone()));
            }
        }
    }
    left
}

fn unused(acceptance: &Acceptance) -> Diagnostic {
    let message = format!("`{}` is accepted, and nothing of that kind was found", acceptance.code);
    let help =
        "drop the acceptance; only findings of the form `FW3…` about the very resource can be accepted";
    Diagnostic::warning(&code::UNUSED_ACCEPTANCE, message).help(help)
}

impl Acceptance {
    /// True for a finding of this kind. Only what the facts say can be accepted: they may be older than AWS.
    fn is_of(&self, finding: &Diagnostic) -> bool {
        self.code == finding.code && self.code.starts_with("FW3")
    }
}
