//! Folders that the CDK wrote: its own bucket, repository and roles.

use serde_json::json;

use super::{codes, published};
use crate::deploy::{
    Progress,
    cloud::{FaultKind, TemplateSource},
    publish::deployers,
    testing::{FakeApp, put},
};

const ROLE: &str = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-file";

fn app() -> FakeApp {
    let directory = tempfile::tempdir().expect("makes a directory");
    let out = directory.path().join("cdk.out");
    let manifest = json!({ "version": "55.0.0", "artifacts": {
        "Demo.assets": { "type": "cdk:asset-manifest", "properties": { "file": "Demo.assets.json" } },
        "Demo": { "type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
            "dependencies": ["Demo.assets"],
            "properties": { "templateFile": "Demo.template.json", "assumeRoleArn": ROLE,
                "cloudFormationExecutionRoleArn": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-exec",
                "requiresBootstrapStackVersion": 6, "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version" } },
    } });
    let to = |key: &str| {
        json!({ "current_account-current_region": { "assumeRoleArn": ROLE,
        "bucketName": "cdk-assets-${AWS::AccountId}-${AWS::Region}", "objectKey": key } })
    };
    let assets = json!({ "version": "55.0.0", "files": {
        "t1": { "source": { "path": "Demo.template.json", "packaging": "file" }, "destinations": to("t1.json") },
        "a1": { "displayName": "Demo/Code", "source": { "path": "asset.a1", "packaging": "zip" }, "destinations": to("a1.zip") },
    } });
    put(&out.join("manifest.json"), &manifest.to_string());
    put(&out.join("Demo.assets.json"), &assets.to_string());
    put(&out.join("Demo.template.json"), "{}");
    put(&out.join("asset.a1/index.js"), "1");
    let app = FakeApp::of_folder(directory, &out);
    version(&app, "33");
    app
}

fn version(app: &FakeApp, version: &str) {
    let answer = json!({ "Parameter": { "Value": version } });
    app.session.cloud.world().answers = vec![("ssm:GetParameter".to_owned(), answer)];
}

#[tokio::test(start_paused = true)]
async fn are_published_where_they_say_and_as_whom_they_say() {
    let app = app();
    let published = published(&app).await.expect("publishes");
    let world = app.session.cloud.world();
    let places: Vec<_> = world.objects.keys().map(|(bucket, key)| format!("{bucket}/{key}")).collect();
    assert_eq!(places, ["cdk-assets-111122223333-eu-west-1/a1.zip"]);
    assert!(world.calls.contains(&"AssumeRole arn:aws:iam::111122223333:role/cdk-file".to_owned()));
    assert!(!world.counts.contains_key("ListObjects"), "nothing of Formwork is set up");
    let deployers = deployers(&app.session, &app.target, &[app.stack()]).expect("reads the folder");
    assert_eq!(deployers["Demo"], "arn:aws:iam::111122223333:role/cdk-file");
    assert_eq!(published.executor(app.stack()), Some("arn:aws:iam::111122223333:role/cdk-exec"));
    assert_eq!(published.template(app.stack()), TemplateSource::Body("{}".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn need_a_bootstrap_that_is_new_enough() {
    let app = app();
    version(&app, "5");
    let failure = published(&app).await.expect_err("is too old");
    assert_eq!(codes(&failure.findings), ["FW6403"]);
    assert_eq!(app.session.cloud.count("PutObject"), 0);
    let help = failure.findings[0].help.as_deref().unwrap_or_default();
    assert!(help.contains("cdk bootstrap aws://111122223333/eu-west-1"), "{help}");

    app.session.cloud.fault("ssm:GetParameter", 2, FaultKind::Missing);
    let failure = published(&app).await.expect_err("is not there");
    assert!(failure.findings[0].message.contains("is not there"));
}

#[tokio::test(start_paused = true)]
async fn a_role_that_may_not_be_assumed_is_done_without() {
    let mut app = app();
    app.session.cloud.fault("AssumeRole", 1, FaultKind::Denied);
    published(&app).await.expect("publishes as the caller");
    let told = app.told();
    assert!(
        told.iter().any(|progress| matches!(progress, Progress::Warning(finding) if !finding.is_error()))
    );
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_not_known_is_refused() {
    let app = app();
    let list = app.target.folder.join("Demo.assets.json");
    let text = std::fs::read_to_string(&list).expect("is there");
    put(&list, &text.replace("${AWS::Region}", "${Nonsense}"));
    let failure = published(&app).await.expect_err("refuses");
    assert_eq!(codes(&failure.findings), ["FW6404"]);
    assert!(app.session.cloud.calls().is_empty());
}
