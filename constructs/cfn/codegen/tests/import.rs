//! Rust from a template: what fits is typed, what does not is `raw`, and nothing is lost.

use std::path::Path;

use formwork_codegen::{ImportedResource, Wanted, import};
use serde_json::json;

fn imported(template: &serde_json::Value) -> Vec<ImportedResource> {
    import(template, &Wanted::by_any_type())
}

#[test]
fn every_shape_has_an_expression() {
    let template = json!({"Resources": {
        "Uploads": {"Type": "AWS::S3::Bucket", "Properties": {
            "BucketName": {"Fn::Sub": "${AWS::StackName}-uploads"},
            "VersioningConfiguration": {"Status": "Enabled"},
            "PublicAccessBlockConfiguration": {"Fn::If": ["Open", {"Ref": "AWS::NoValue"}, {"BlockPublicAcls": true}]},
            "Tags": [{"Key": "team", "Value": "web"}, {"Fn::If": ["Open", {"Ref": "AWS::NoValue"}, {"Ref": "AWS::NoValue"}]}],
        }},
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Provider": {"Type": "Custom::Thing", "Properties": {"ServiceToken": "arn"}},
        "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": {
            "Cpu": 256,
            "NetworkMode": "awsvpc",
            "RequiresCompatibilities": ["FARGATE"],
            "ContainerDefinitions": [{"Name": "app", "Essential": "true", "PortMappings": []}],
            "NotKnown": {"a \"# quote": 1.5},
        }},
        "Secret": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30.0, "LogGroupName": null}},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
            "ManagedPolicyArns": [],
        }},
        "Transformed": {"Type": "AWS::SNS::Topic", "Properties": {"Fn::Transform": {"Name": "AWS::Include"}}},
    }});
    let shown: Vec<String> = (imported(&template).into_iter())
        .map(|resource| {
            let ImportedResource { logical_id, rust_type, expression, raw_values, feature } = resource;
            format!("// {logical_id}: {rust_type}, feature {feature}, {raw_values} raw\n{expression}\n")
        })
        .collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../snapshots/cfn"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("import", shown.join("\n")));
}

#[test]
fn what_is_no_template_has_no_resources() {
    for json in
        [json!(null), json!([]), json!({"Resources": 5}), json!({"Resources": {"A": 1, "B": {"Type": 7}}})]
    {
        assert_eq!(imported(&json), []);
    }
}
