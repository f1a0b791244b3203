//! Code that a template must not bring along.

use super::{Template, accepts, bites};

/// Beginnings of types that run code of ours, or say what wrote the template.
const KINDS: [&str; 7] = [
    "Custom::",
    "AWS::CDK::",
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::Macro",
    "AWS::CloudFormation::WaitCondition",
    "AWS::Lambda::",
    "AWS::Serverless::",
];

pub(crate) fn of_ours(template: &Template) -> Vec<String> {
    let found =
        template.resources().filter(|(_, resource)| KINDS.iter().any(|kind| resource.kind.starts_with(kind)));
    found.map(|(id, resource)| format!("`{id}` is a `{}`", resource.kind)).collect()
}

#[test]
fn custom_resources_and_functions_are_found() {
    for kind in ["Custom::Upload", "AWS::CloudFormation::CustomResource", "AWS::Lambda::Function"] {
        bites(of_ours, &Template::with(kind, "{}"), kind);
    }
    accepts(of_ours, &Template::with("AWS::CloudFront::Function", "{}"));
}
