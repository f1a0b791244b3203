//! Stages that have chosen a bootstrap of the CDK: its bucket, its roles, and what is said where it is not there.

use formwork_assembly::{AssetFiles, Bootstrap, folder};
use serde_json::json;

use super::{codes, published, shop};
use crate::deploy::{
    Progress,
    cloud::{Cloud as _, FaultKind},
    publish::deployers,
    testing::FakeApp,
};

/// The app with a file and a directory, of a stage that has chosen.
fn shop_of(bootstrap: Bootstrap) -> FakeApp {
    let app = shop();
    let mut assembly = app.target.assembly.clone();
    assembly.bootstrap = Some(bootstrap);
    let out = app.directory.path().join("chosen");
    folder::write(&out, &assembly, &AssetFiles::new(&app.target.folder)).expect("writes the folder");
    let app = FakeApp::of_folder(app.directory, &out);
    version(&app, "21");
    app
}

fn version(app: &FakeApp, version: &str) {
    let answer = json!({ "Parameter": { "Value": version } });
    app.session.cloud.world().answers = vec![("ssm:GetParameter".to_owned(), answer)];
}

#[tokio::test(start_paused = true)]
async fn go_through_its_bucket_and_its_roles() {
    let app = shop_of(Bootstrap::cdk_qualified("acme"));
    let published = published(&app).await.expect("publishes");
    let role =
        |role: &str| format!("arn:aws:iam::111122223333:role/cdk-acme-{role}-role-111122223333-eu-west-1");
    let deployers = deployers(&app.session, &app.target, &[app.stack()]).expect("reads the folder");
    assert_eq!(deployers["Shop"], role("deploy"));
    assert_eq!(published.executor(app.stack()), Some(&*role("cfn-exec")));
    let world = app.session.cloud.world();
    assert_eq!(world.objects.len(), 2);
    assert!(world.objects.keys().all(|(bucket, _)| bucket == "cdk-acme-assets-111122223333-eu-west-1"));
    assert!(world.calls.contains(&format!("AssumeRole {}", role("file-publishing"))), "{:?}", world.calls);
    for operation in ["ListObjects", "ecr:DescribeRepositories", "CreateChangeSet"] {
        assert!(
            !world.counts.contains_key(operation),
            "nothing of Formwork is looked for or made: {operation}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn deploy_as_its_roles_where_nothing_is_published() {
    let mut app = shop_of(Bootstrap::cdk());
    let mut assembly = app.target.assembly.clone();
    assembly.assets.clear();
    assembly.stacks[0].assets.clear();
    let out = app.directory.path().join("bare");
    app.target.folder = folder::write(&out, &assembly, &AssetFiles::new("")).expect("writes the folder");
    app.target.assembly = assembly;
    let published = published(&app).await.expect("has nothing to publish");
    let role = published.executor(app.stack()).expect("has a role");
    assert!(role.contains("cdk-hnb659fds-cfn-exec-role"), "{role}");
    assert_eq!(app.session.cloud.count("ssm:GetParameter"), 1, "the roles have to be there");
}

#[tokio::test(start_paused = true)]
async fn ask_for_its_version_as_the_role_that_deploys() {
    let mut app = shop_of(Bootstrap::cdk());
    let desk = app.session.cloud.assuming("deploy").await.expect("may");
    app.session.desks.insert("Shop".to_owned(), desk);
    app.session.cloud.world().beyond_roles.push("ssm:GetParameter".to_owned());
    published(&app).await.expect("publishes all the same");
    let told = app.told();
    let warning = told.iter().find_map(|progress| match progress {
        Progress::Warning(finding) => finding.help.clone(),
        _ => None,
    });
    let warning = warning.expect("the role may not look, which is told");
    assert!(warning.contains("taken for granted"), "{warning}");
}

#[tokio::test(start_paused = true)]
async fn say_how_to_make_it_and_how_to_do_without() {
    for (fault, said) in [(Some(FaultKind::Missing), "is not there"), (None, "has version 5, not 6")] {
        let app = shop_of(Bootstrap::cdk_qualified("acme"));
        version(&app, "5");
        if let Some(fault) = fault {
            app.session.cloud.fault("ssm:GetParameter", 1, fault);
        }
        let failure = published(&app).await.expect_err("has no bootstrap");
        assert_eq!(codes(&failure.findings), ["FW6403"]);
        let message = &failure.findings[0].message;
        assert!(message.contains("`/cdk-bootstrap/acme/version`") && message.ends_with(said), "{message}");
        let help = failure.findings[0].help.as_deref().unwrap_or_default();
        assert!(help.contains("`cdk bootstrap --qualifier acme aws://111122223333/eu-west-1`"), "{help}");
        assert!(help.contains("take `bootstrap` out of the stage"), "{help}");
        assert_eq!(app.session.cloud.count("PutObject"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn find_one_in_a_local_server() {
    let mut app = shop_of(Bootstrap::cdk());
    app.session.local = Some("http://127.0.0.1:4566".to_owned());
    app.session.cloud.fault("ssm:GetParameter", 1, FaultKind::Missing);
    published(&app).await.expect("publishes");
    let stack = app.session.cloud.stack("CDKToolkit").expect("was made");
    for name in [
        "cdk-hnb659fds-assets-111122223333-eu-west-1",
        "cdk-hnb659fds-container-assets-111122223333-eu-west-1",
        "/cdk-bootstrap/hnb659fds/version",
    ] {
        assert!(stack.template.contains(name), "{name}");
    }
    published(&app).await.expect("publishes again");
    assert_eq!(app.session.cloud.count("CreateChangeSet"), 1);
}
