//! Regions: whether a region offers the types of a template. Facts about regions age, so what is found is a warning.

use formwork_assembly::{Diagnostic, SortedSet, code, near};

use super::Facts;
use crate::template::Template;

/// A type that every region offers: where it is not, the region itself is not known.
const EVERYWHERE: &str = "AWS::S3::Bucket";

/// Warns of types that a region does not offer, once a type.
pub(in crate::phase) fn availability(
    facts: &mut Facts,
    template: &Template,
    region: &str,
) -> Vec<Diagnostic> {
    let known = facts.resource_type(EVERYWHERE).map(|facts| facts.regions.clone()).unwrap_or_default();
    if !known.contains(&region) {
        let warning =
            Diagnostic::warning(&code::REGION, format!("there is no region `{region}` that is known"));
        let help = match near(region, known) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "correct it, unless it is newer than this release".to_owned(),
        };
        return vec![warning.help(help)];
    }
    let mut seen = SortedSet::new();
    let mut found = Vec::new();
    for resource in &template.resources {
        let Some(type_name) = resource.type_name().filter(|name| seen.insert(*name)) else { continue };
        let Some(facts) = facts.resource_type(type_name) else { continue };
        if facts.regions.is_empty() || facts.regions.contains(&region) {
            continue;
        }
        let message = format!("`{type_name}` is not known to be offered in `{region}`");
        let mut warning = Diagnostic::warning(&code::REGION, message)
            .help("put the stack into another region, unless the offer is newer than this release");
        if let Some(origin) = &resource.origin {
            warning = warning.path(origin.path.clone()).at(origin.at.clone());
        }
        found.push(warning);
    }
    found
}
