//! The folder of a stage that publishes and deploys through a bootstrap of the CDK: the names, as the CDK writes them.

use std::{fs, path::Path};

use formwork_assembly::{Assembly, AssetFiles, Bootstrap, Stack, digest, folder};
use serde_json::{Value, json};

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("is readable")).expect("is JSON")
}

#[test]
fn a_bootstrap_of_the_cdk_is_named_as_the_cdk_names_it() {
    let base = tempfile::tempdir().expect("makes a directory");
    let big = Stack {
        id: "Big".to_owned(),
        name: "shop-prod-Big".to_owned(),
        account: Some("123456789012".to_owned()),
        region: Some("eu-west-1".to_owned()),
        template: format!("\"{}\"\n", "x".repeat(51_200)),
        ..Stack::default()
    };
    let unknown = Stack { account: None, region: None, ..big.clone() };
    for (stack, account, region, key) in [
        (big, "123456789012", "eu-west-1", "123456789012-eu-west-1"),
        (unknown, "${AWS::AccountId}", "${AWS::Region}", "current_account-current_region"),
    ] {
        let role = |role: &str| {
            format!("arn:${{AWS::Partition}}:iam::{account}:role/cdk-acme-{role}-role-{account}-{region}")
        };
        let assembly = Assembly {
            stacks: vec![stack],
            bootstrap: Some(Bootstrap::cdk_qualified("acme")),
            ..Assembly::default()
        };
        let out = base.path().join("out");
        folder::write(&out, &assembly, &AssetFiles::new(base.path())).expect("is written");
        assert_eq!(
            json_of(&out.join("formwork.json"))["bootstrap"],
            json!({ "cdk": { "qualifier": "acme" } })
        );
        let manifest = json_of(&out.join("manifest.json"));
        let parameter = "/cdk-bootstrap/acme/version";
        let hash = digest(assembly.stacks[0].template.as_bytes());
        assert_eq!(
            manifest["artifacts"]["Big"]["properties"],
            json!({
                "templateFile": "Big.template.json",
                "stackName": "shop-prod-Big",
                "stackTemplateAssetObjectUrl": format!("s3://cdk-acme-assets-{account}-{region}/{hash}.json"),
                "assumeRoleArn": role("deploy"),
                "cloudFormationExecutionRoleArn": role("cfn-exec"),
                "lookupRole": {
                    "arn": role("lookup"),
                    "requiresBootstrapStackVersion": 8,
                    "bootstrapStackVersionSsmParameter": parameter,
                },
                "requiresBootstrapStackVersion": 6,
                "bootstrapStackVersionSsmParameter": parameter,
            })
        );
        assert_eq!(
            manifest["artifacts"]["Big.assets"]["properties"],
            json!({
                "file": "Big.assets.json",
                "requiresBootstrapStackVersion": 6,
                "bootstrapStackVersionSsmParameter": parameter,
            })
        );
        let list = json_of(&out.join("Big.assets.json"));
        let to = &list["files"][&hash]["destinations"][key];
        assert_eq!(to["bucketName"], format!("cdk-acme-assets-{account}-{region}"));
        assert_eq!(to["assumeRoleArn"], role("file-publishing"));
        assert_eq!(folder::read(&out).expect("is readable"), assembly);
        let publication = &folder::publications(&out).expect("is readable")["Big"];
        assert_eq!(publication.deployer, Some(role("deploy")));
        assert_eq!(publication.executor, Some(role("cfn-exec")));
    }
}
