//! What no template of a construct or example contains: custom resources, functions of ours, traces of the tool.

use super::{finding::Finding, tree::Tree};

/// The snapshots of whole templates.
const TEMPLATES: [&str; 2] = ["snapshots/constructs/", "snapshots/examples/"];

/// What must not stand in them, and why not.
const ABSENT: [(&str, &str); 4] = [
    ("\"Custom::", "a custom resource is code of ours in the user's account"),
    ("AWS::CloudFormation::CustomResource", "a custom resource is code of ours in the user's account"),
    ("AWS::Lambda::Function", "a helper function must be patched and paid by the user"),
    ("AWS::CDK::Metadata", "a template says what is wanted, not what wrote it"),
];

/// Checks every snapshot of a template.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let is_template = |path: &str| TEMPLATES.iter().any(|folder| path.starts_with(folder));
    let mut findings = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| is_template(path)) {
        for (index, line) in text.lines().enumerate() {
            for (absent, why) in ABSENT.iter().filter(|(absent, _)| line.contains(absent)) {
                findings.push(Finding::new(path, format!("`{absent}` in a template"), why).on_line(index));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{Tree, check};

    #[test]
    fn code_of_ours_in_a_template_is_found() {
        let tree = Tree::of([
            (
                "snapshots/constructs/site.snap",
                "{\n  \"Type\": \"Custom::Upload\"\n  \"Type\": \"AWS::Lambda::Function\"\n}\n",
            ),
            ("snapshots/constructs/table.snap", "\"Type\": \"AWS::DynamoDB::Table\"\n"),
            ("snapshots/diagnostics/resources.snap", "AWS::Lambda::Function\n"),
        ]);
        let findings: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(findings.len(), 2, "{findings:#?}");
        assert!(findings[0].starts_with("snapshots/constructs/site.snap:2: `\"Custom::` in a template"));
    }
}
