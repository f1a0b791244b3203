//! The resource types that the local server only pretends to make.

use std::collections::{BTreeMap, BTreeSet};

use formwork_assembly::{Assembly, Diagnostic, code};
use serde::Deserialize;

/// The types that ministack makes itself, sorted, one a line.
const MADE: &str = include_str!("made.txt");

/// The parts of a template that are of interest here.
#[derive(Deserialize)]
struct Template {
    #[serde(rename = "Resources", default)]
    resources: BTreeMap<String, Resource>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "Type", default)]
    kind: String,
}

/// The types in an assembly's templates that ministack does not make, sorted. They get events, a physical id and attributes, and nothing else.
pub fn pretended(assembly: &Assembly) -> BTreeSet<String> {
    let templates =
        assembly.stacks.iter().filter_map(|stack| serde_json::from_str::<Template>(&stack.template).ok());
    let kinds = templates.flat_map(|template| template.resources.into_values().map(|resource| resource.kind));
    kinds.filter(|kind| !kind.is_empty() && !is_made(kind)).collect()
}

/// The same as a finding, for whoever would believe that all of it was tried.
pub(super) fn notice(assembly: &Assembly) -> Option<Diagnostic> {
    let kinds: Vec<String> = pretended(assembly).into_iter().map(|kind| format!("`{kind}`")).collect();
    if kinds.is_empty() {
        return None;
    }
    let message = format!("the local server only pretends to make {}", kinds.join(", "));
    Some(
        Diagnostic::warning(&code::LOCAL_PRETENDED, message)
            .help("nothing stands behind them; AWS may find more to say about them"),
    )
}

fn is_made(kind: &str) -> bool {
    kind.starts_with("Custom::") || MADE.lines().any(|made| made == kind)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use formwork_assembly::{Assembly, Stack};

    use super::{MADE, notice, pretended};

    fn assembly(templates: &[&str]) -> Assembly {
        let stack = |template: &&str| Stack {
            id: "Shop".to_owned(),
            name: "shop".to_owned(),
            account: None,
            region: None,
            template: (*template).to_owned(),
            tags: Vec::new(),
            termination_protection: false,
            dependencies: Vec::new(),
            assets: Vec::new(),
            resources: Vec::new(),
            gates: Vec::new(),
            secure_strings: BTreeMap::new(),
        };
        Assembly { stacks: templates.iter().map(stack).collect(), ..Assembly::default() }
    }

    #[test]
    fn types_are_named_once_and_in_order() {
        let assembly = assembly(&[
            r#"{"Resources":{"A":{"Type":"AWS::EC2::NatGateway"},"B":{"Type":"AWS::S3::Bucket"}}}"#,
            r#"{"Resources":{"A":{"Type":"AWS::EC2::EIP"},"B":{"Type":"AWS::EC2::NatGateway"},"C":{"Type":"Custom::Thing"}}}"#,
        ]);
        assert_eq!(Vec::from_iter(pretended(&assembly)), ["AWS::EC2::EIP", "AWS::EC2::NatGateway"]);
        let notice = notice(&assembly).expect("there are some");
        assert_eq!(
            notice.message,
            "the local server only pretends to make `AWS::EC2::EIP`, `AWS::EC2::NatGateway`"
        );
    }

    #[test]
    fn nothing_is_said_where_all_is_made() {
        assert_eq!(
            notice(&assembly(&[r#"{"Resources":{"A":{"Type":"AWS::SQS::Queue"}}}"#, "no template"])),
            None
        );
    }

    #[test]
    fn the_list_is_sorted_and_of_types_that_the_facts_know() {
        let made: Vec<&str> = MADE.lines().collect();
        assert!(made.is_sorted(), "is not sorted");
        let unknown: Vec<&&str> =
            made.iter().filter(|kind| formwork_schema::resource_type(kind).is_none()).collect();
        assert_eq!(unknown, [&""; 0]);
    }
}
