//! The bucket and the repository of Formwork.

use formwork_assembly::Bootstrap;
use serde_json::json;

use super::{codes, keys, published, shop};
use crate::deploy::{
    FailureKind, Progress, Question,
    cloud::{ChangeAction, ChangeSetKind, FaultKind, PlannedChange, Replaced, TemplateSource},
    testing::FakeApp,
};

/// An account in which nothing is set up.
fn bare() -> FakeApp {
    let app = shop();
    app.session.cloud.fault("ListObjects", 1, FaultKind::Missing);
    let mut world = app.session.cloud.world();
    world.answers.insert(0, ("ecr:DescribeRepositories".to_owned(), json!({ "repositories": [] })));
    drop(world);
    app
}

#[tokio::test(start_paused = true)]
async fn is_made_once_somebody_agrees() {
    let mut app = bare();
    let ((), asked) = app
        .answering(true, async |session, target| {
            super::publish(session, target, &[&target.assembly.stacks[0]]).await.expect("publishes");
        })
        .await;
    let (account, region) = ("111122223333".to_owned(), "eu-west-1".to_owned());
    assert_eq!(asked, [Question::SetUp { account, region, has_cdk: false }]);
    let world = app.session.cloud.world();
    let request = &world.change_sets[0].request;
    assert_eq!((request.stack.as_str(), request.kind), ("formwork-assets", ChangeSetKind::Create));
    assert_eq!((request.delete_failed, request.import_existing), (true, false));
    let TemplateSource::Body(template) = &request.template else { panic!("is sent along") };
    for name in [
        "BucketName: formwork-assets-111122223333-eu-west-1\n",
        ":s3:::formwork-assets-111122223333-eu-west-1/*\n",
        "RepositoryName: formwork-assets",
        "aws:SecureTransport",
    ] {
        assert!(template.contains(name), "{name}");
    }
    drop(world);
    assert_eq!(keys(&app).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn is_not_made_where_nobody_agrees() {
    let mut app = bare();
    let (failure, asked) = app
        .answering(false, async |session, target| {
            super::publish(session, target, &[&target.assembly.stacks[0]]).await.expect_err("has no place")
        })
        .await;
    assert_eq!(asked.len(), 1);
    assert_eq!((failure.kind, codes(&failure.findings)), (FailureKind::Refused, vec!["FW6401"]));
    assert_eq!(app.session.cloud.count("CreateChangeSet") + app.session.cloud.count("PutObject"), 0);
}

#[tokio::test(start_paused = true)]
async fn two_runs_at_once_make_it_once() {
    let mut app = bare();
    app.session.cloud.fault("ExecuteChangeSet", 1, FaultKind::Busy);
    // The other run is done a moment later.
    app.session.cloud.at("ExecuteChangeSet", 1, |world| {
        let stack = world.stacks.last_mut().expect("is there");
        stack.is.status.0 = "CREATE_IN_PROGRESS".to_owned();
    });
    app.session.cloud.fault("ListObjects", 2, FaultKind::Missing);
    let ((), asked) = app
        .answering(true, async |session, target| {
            super::publish(session, target, &[&target.assembly.stacks[0]])
                .await
                .expect("uses what the other run made");
        })
        .await;
    assert_eq!((asked.len(), app.session.cloud.count("CreateChangeSet")), (1, 1));
    assert_eq!(keys(&app).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn tells_why_it_cannot_be_made() {
    let mut app = bare();
    app.session.cloud.world().broken.insert("formwork-assets".to_owned(), "no room for buckets".to_owned());
    let (failure, _) = app
        .answering(true, async |session, target| {
            super::publish(session, target, &[&target.assembly.stacks[0]]).await.expect_err("cannot be made")
        })
        .await;
    assert_eq!(codes(&failure.findings), ["FW6402"]);
    assert!(failure.findings[0].message.ends_with("no room for buckets"), "{}", failure.findings[0].message);
}

#[tokio::test(start_paused = true)]
async fn a_stack_without_its_bucket_is_not_touched() {
    let app = bare();
    app.session.cloud.world().deployed("formwork-assets", "");
    let failure = published(&app).await.expect_err("is broken");
    assert_eq!(codes(&failure.findings), ["FW6402"]);
    assert_eq!(app.session.cloud.count("DeleteStack") + app.session.cloud.count("CreateChangeSet"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_stayed_of_an_earlier_one_is_taken_over() {
    let mut app = bare();
    let repository = json!({ "repositories": [{}] });
    app.session.cloud.world().answers = vec![("ecr:DescribeRepositories".to_owned(), repository)];
    let ((), _) = app
        .answering(true, async |session, target| {
            super::publish(session, target, &[&target.assembly.stacks[0]]).await.expect("publishes");
        })
        .await;
    assert!(app.session.cloud.world().change_sets[0].request.import_existing);
}

#[tokio::test(start_paused = true)]
async fn whoever_has_a_bootstrap_of_the_cdk_hears_of_it() {
    for (version, said, has_cdk) in [
        (Some("21"), None, true),
        (Some("5"), None, false),
        (None, None, false),
        (Some("21"), Some(Bootstrap::Formwork), false),
    ] {
        let mut app = bare();
        app.target.assembly.bootstrap = said.clone();
        if let Some(version) = version {
            let answer = json!({ "Parameter": { "Value": version } });
            app.session.cloud.world().answers.push(("ssm:GetParameter".to_owned(), answer));
        }
        let (failure, asked) = app
            .answering(false, async |session, target| {
                super::publish(session, target, &[&target.assembly.stacks[0]])
                    .await
                    .expect_err("has no place")
            })
            .await;
        let (account, region) = ("111122223333".to_owned(), "eu-west-1".to_owned());
        assert_eq!(asked, [Question::SetUp { account, region, has_cdk }], "{version:?} {said:?}");
        assert_eq!(codes(&failure.findings), ["FW6401"]);
        let help = failure.findings[0].help.as_deref().unwrap_or_default();
        assert_eq!(help.contains("`\"bootstrap\": \"cdk\"`"), has_cdk, "{help}");
        assert_eq!(app.session.cloud.count("ssm:GetParameter"), usize::from(said.is_none()), "{said:?}");
    }
}

/// The stack as an earlier release has made it, or this one, or a later one.
fn made_before(version: Option<&str>) -> FakeApp {
    let app = shop();
    let mut template = json!({ "Resources": { "Bucket": { "Type": "AWS::S3::Bucket" } } });
    if let Some(version) = version {
        template["Outputs"] = json!({ "Version": { "Value": version } });
    }
    app.session.cloud.world().deployed("formwork-assets", &template.to_string());
    let change = |kind: &str, action| PlannedChange {
        logical_id: kind.to_owned(),
        kind: format!("AWS::S3::{kind}"),
        action,
        ..PlannedChange::default()
    };
    let changes = vec![change("Bucket", ChangeAction::Modify), change("BucketPolicy", ChangeAction::Add)];
    app.session.cloud.world().plans.insert("formwork-assets".to_owned(), changes);
    app
}

/// The codes of the warnings.
fn warnings(app: &mut FakeApp) -> Vec<String> {
    let code = |progress| match progress {
        Progress::Warning(finding) => Some(finding.code.to_string()),
        Progress::Question { .. } => panic!("nothing is asked"),
        _ => None,
    };
    app.told().into_iter().filter_map(code).collect()
}

#[tokio::test(start_paused = true)]
async fn of_an_earlier_release_is_brought_up_to_date_unasked() {
    for (version, updates) in [(None, 1), (Some("0"), 1), (Some("1"), 0), (Some("2"), 0)] {
        let mut app = made_before(version);
        published(&app).await.expect("publishes");
        assert_eq!(app.session.cloud.count("ExecuteChangeSet"), updates, "{version:?}");
        assert_eq!((keys(&app).len(), warnings(&mut app).len()), (2, 0), "{version:?}");
        let world = app.session.cloud.world();
        for set in &world.change_sets {
            assert_eq!(set.request.kind, ChangeSetKind::Update);
            assert_eq!((set.request.delete_failed, set.request.import_existing), (false, false));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn is_never_replaced() {
    for (action, replaced) in [
        (ChangeAction::Modify, Replaced::Yes),
        (ChangeAction::Modify, Replaced::Maybe),
        (ChangeAction::Remove, Replaced::No),
    ] {
        let mut app = made_before(None);
        {
            let mut world = app.session.cloud.world();
            let changes = world.plans.get_mut("formwork-assets").expect("is there");
            (changes[0].action, changes[0].replaced) = (action, replaced);
        }
        published(&app).await.expect("publishes all the same");
        assert_eq!(warnings(&mut app), ["FW6406"]);
        let cloud = &app.session.cloud;
        assert_eq!((cloud.count("ExecuteChangeSet"), cloud.count("DeleteChangeSet")), (0, 1));
        assert_eq!(keys(&app).len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn serves_as_it_is_where_it_cannot_be_brought_up_to_date() {
    for (operation, kind, told) in [
        ("DescribeStacks", FaultKind::Denied, vec![]),
        ("CreateChangeSet", FaultKind::Denied, vec!["FW6406"]),
        ("CreateChangeSet", FaultKind::Busy, vec![]),
    ] {
        let mut app = made_before(None);
        app.session.cloud.fault(operation, 1, kind);
        published(&app).await.expect("publishes all the same");
        assert_eq!(
            (warnings(&mut app), keys(&app).len()),
            (told.iter().map(ToString::to_string).collect(), 2)
        );
    }
    let mut app = made_before(None);
    app.session.cloud.fail("Bucket", "no such rule");
    published(&app).await.expect("publishes all the same");
    assert_eq!((warnings(&mut app), keys(&app).len()), (vec!["FW6406".to_owned()], 2));
}

#[test]
fn hands_out_its_version() {
    let (name, version) = crate::deploy::publish::set_up::VERSION;
    let output = format!("  {name}:\n    Value: \"{version}\"\n");
    let template = include_str!("../formwork-assets.yaml").replace('\r', "");
    let outputs = template.split_once("\nOutputs:\n").expect("hands something out").1;
    assert!(outputs.contains(&output), "{outputs}");
}
