//! Nothing is done to another account, or without credentials.

use std::path::PathBuf;

use formwork_assembly::{AssetFiles, Bootstrap, Stack, folder};
use formwork_cli::deploy::{FailureKind, Progress, cloud::FaultKind, status};
use serde_json::json;

use crate::rig::{Rig, alarm, stack, table};

#[tokio::test(start_paused = true)]
async fn another_account_is_refused_before_anything_is_asked() {
    let of = |id, account: &str| Stack {
        account: Some(account.to_owned()),
        ..stack(id, json!({ "Jobs": alarm(0) }))
    };
    let mut rig =
        Rig::new(vec![of("Net", "444455556666"), of("Mine", "111122223333"), of("Api", "444455556666")]);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6102", "FW6102"]);
    assert_eq!(came.failure().kind, FailureKind::Refused);
    assert!(
        came.text().contains("`444455556666`") && came.text().contains("`111122223333`"),
        "{}",
        came.text()
    );
    assert!(rig.cloud.calls().is_empty());
    assert!(matches!(&came.told[..], [Progress::Identity { .. }]));
}

#[tokio::test(start_paused = true)]
async fn a_stack_in_another_region_is_made_there() {
    let there = Stack { region: Some("us-east-1".to_owned()), ..stack("Edge", json!({ "Jobs": alarm(0) })) };
    let mut rig = Rig::new(vec![there]);
    rig.deploy().await.result.expect("it works");
    let edge = rig.cloud.stack("shop-dev-Edge").expect("it is there");
    assert_eq!(edge.region, "us-east-1");
}

#[tokio::test(start_paused = true)]
async fn unusable_credentials_end_it_at_once() {
    for (kind, code) in
        [(FaultKind::NoCredentials, "FW6010"), (FaultKind::Expired, "FW6011"), (FaultKind::Denied, "FW6012")]
    {
        let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(0) }))]);
        rig.cloud.fault("DescribeStacks", 1, kind);
        let came = rig.deploy().await;
        assert_eq!(came.codes(), [code]);
        assert_eq!(came.failure().kind, FailureKind::Unreachable);
        assert_eq!(rig.cloud.calls().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_answers_garbage_is_not_taken_for_an_answer() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(0) }))]);
    (1..=100).for_each(|nth| rig.cloud.fault("DescribeStacks", nth, FaultKind::Garbled));
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6020"]);
    assert_eq!(rig.cloud.count("CreateChangeSet"), 0);
}

#[tokio::test(start_paused = true)]
async fn stacks_that_are_not_there_are_named_and_suggested() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(0) }))]);
    rig.options.stacks = vec!["Shap".to_owned(), "Other".to_owned()];
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6101", "FW6101"]);
    assert!(came.text().contains("`Shop`"), "{}", came.text());
}

#[tokio::test(start_paused = true)]
async fn a_protected_stage_takes_no_risky_options() {
    let mut rig = Rig::protected(vec![stack("Shop", json!({ "Jobs": alarm(0) }))]);
    (rig.options.express, rig.options.keep_on_failure) = (true, true);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6103", "FW6103"]);
    assert!(rig.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_folder_may_name_who_asks_cloudformation() {
    for is_allowed in [true, false] {
        let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(0) }))]);
        let role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/deployer";
        let properties = json!({ "templateFile": "Shop.template.json", "assumeRoleArn": role });
        let environment = "aws://unknown-account/unknown-region";
        let stack = json!({ "type": "aws:cloudformation:stack", "environment": environment, "properties": properties });
        let manifest = json!({ "version": "36.0.0", "artifacts": { "Shop": stack } });
        let file = rig.target.folder.join("manifest.json");
        std::fs::write(file, manifest.to_string()).expect("a manifest");
        if !is_allowed {
            rig.cloud.fault("AssumeRole", 1, FaultKind::Denied);
        }
        let came = rig.deploy().await;
        came.result.as_ref().expect("it works");
        assert_eq!(rig.cloud.calls()[0], "AssumeRole arn:aws:iam::111122223333:role/deployer");
        assert_eq!(rig.cloud.count("AssumeRole"), 1);
        let warnings: &[&str] = if is_allowed { &[] } else { &["FW6012"] };
        assert_eq!(came.warnings(), warnings);
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_role_of_the_cdk_may_not_do_the_caller_does() {
    let mut shop = stack("Shop", json!({ "Orders": table("orders") }));
    shop.name = "shop-prod-Shop".to_owned();
    let mut rig = Rig::protected(vec![shop]);
    rig.target.assembly.bootstrap = Some(Bootstrap::cdk());
    let folder = rig.target.folder.join("out");
    rig.target.folder =
        folder::write(&folder, &rig.target.assembly, &AssetFiles::new("")).expect("writes the folder");
    let answer = json!({ "Parameter": { "Value": "21" } });
    rig.cloud.world().answers = vec![("ssm:GetParameter".to_owned(), answer)];
    rig.cloud.world().beyond_roles.extend(["SetStackPolicy", "GetStackPolicy"].map(str::to_owned));
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    assert_eq!(came.warnings(), [""; 0]);
    let deployed = rig.cloud.stack("shop-prod-Shop").expect("it is there");
    assert!(deployed.policy.expect("is guarded").contains("Update:Replace"));
    assert_eq!(rig.cloud.count("SetStackPolicy"), 2, "once as the role, once as the caller");
    let (session, target) = (rig.session.clone(), rig.target.clone());
    let came = rig.drive(async move { status(&session, &target, &[]).await }).await;
    assert_eq!(came.warnings(), [""; 0]);
    assert!(came.result.expect("it works")[0].unguarded.is_empty());
    assert_eq!(rig.cloud.count("GetStackPolicy"), 2, "likewise");
    let world = rig.cloud.world();
    let role = world.change_sets[0].request.role.as_deref();
    assert_eq!(
        role,
        Some("arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1")
    );
}

#[tokio::test(start_paused = true)]
async fn an_app_that_has_written_no_folder_is_asked_about_by_the_role_of_its_bootstrap() {
    let role = "AssumeRole arn:aws-eusc:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eusc-de-east-1";
    for (bootstrap, first) in [(None, "DescribeStacks shop-dev-Shop"), (Some(Bootstrap::cdk()), role)] {
        let there =
            Stack { region: Some("eusc-de-east-1".to_owned()), ..stack("Shop", json!({ "Jobs": alarm(0) })) };
        let mut rig = Rig::new(vec![there]);
        rig.target.assembly.bootstrap = bootstrap;
        rig.target.folder = PathBuf::new();
        let (session, target) = (rig.session.clone(), rig.target.clone());
        let came = rig.drive(async move { status(&session, &target, &[]).await }).await;
        came.result.as_ref().expect("it works");
        assert_eq!(rig.cloud.calls()[0], first);
    }
}
