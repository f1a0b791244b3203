//! The bucket and the repository of Formwork.

use serde_json::json;

use super::{codes, keys, published, shop};
use crate::deploy::{
    FailureKind, Question,
    cloud::{ChangeSetKind, FaultKind, OnStackFailure, TemplateSource},
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
    assert_eq!(asked, [Question::SetUp { account, region }]);
    let world = app.session.cloud.world();
    let request = &world.change_sets[0].request;
    assert_eq!((request.stack.as_str(), request.kind), ("formwork-assets", ChangeSetKind::Create));
    assert_eq!((request.on_failure, request.import_existing), (Some(OnStackFailure::Delete), false));
    let TemplateSource::Body(template) = &request.template else { panic!("is sent along") };
    for name in [
        "formwork-assets-${AWS::AccountId}-${AWS::Region}",
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
