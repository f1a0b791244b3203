//! Change sets of an earlier run: carried out as they were reviewed, or not at all.

use formwork_cli::deploy::{Done, FailureKind, Mode};
use serde_json::json;

use crate::rig::{Rig, after, alarm, stack, template};

/// A stack with a change set that was prepared, and the ARN of that.
async fn prepared() -> (Rig, String) {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(1) }))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({ "Jobs": alarm(0) })));
    rig.options.mode = Mode::Prepare;
    rig.deploy().await.result.expect("it works");
    let arn = rig.cloud.world().change_sets[0].id.clone();
    rig.session.run = "run-2".to_owned();
    rig.options.mode = Mode::Execute("formwork-run-1".to_owned());
    (rig, arn)
}

#[tokio::test(start_paused = true)]
async fn by_its_arn() {
    let (mut rig, arn) = prepared().await;
    rig.options.mode = Mode::Execute(arn);
    assert_eq!(rig.deploy().await.result.expect("it works").stacks[0].done, Done::Updated);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_stale_foreign_or_of_another_template_is_refused() {
    let cases: [(&str, fn(&mut Rig)); 4] = [
        ("can no longer be carried out", |rig| {
            rig.cloud.world().change_sets[0].execution_status = "OBSOLETE".to_owned()
        }),
        ("can no longer be carried out", |rig| {
            rig.cloud.world().change_sets[0].status = "DELETE_FAILED".to_owned()
        }),
        ("was not made by", |rig| {
            rig.cloud.world().change_sets[0].request.description = "by hand".to_owned()
        }),
        ("of another template", |rig| {
            rig.target.assembly.stacks[0] = stack("Shop", json!({ "Jobs": alarm(2) }))
        }),
    ];
    for (text, change) in cases {
        let (mut rig, _) = prepared().await;
        change(&mut rig);
        let came = rig.deploy().await;
        assert_eq!(came.codes(), ["FW6213"]);
        assert_eq!(came.failure().kind, FailureKind::Refused);
        assert!(came.text().contains(text), "{}", came.text());
        assert_eq!(rig.cloud.count("ExecuteChangeSet"), 0);
        assert_eq!(rig.cloud.count("DeleteChangeSet"), 0, "it is not ours to delete");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_is_not_there_says_how_to_make_it() {
    let (mut rig, _) = prepared().await;
    rig.options.mode = Mode::Execute("formwork-other".to_owned());
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6214"]);
    assert!(came.text().contains("deploy --prepare"));
}

#[tokio::test(start_paused = true)]
async fn stacks_without_one_are_left_alone() {
    let one = |id: &str, on: &[&str]| after(id, on, json!({ "Jobs": alarm(1) }));
    let mut rig = Rig::new(vec![one("Net", &[]), one("Api", &["Net"])]);
    rig.options.mode = Mode::Prepare;
    let came = rig.deploy().await;
    let outcome = came.result.expect("it works");
    assert_eq!(outcome.stacks[1].done, Done::Waiting);
    rig.options.mode = Mode::Execute("formwork-run-1".to_owned());
    rig.session.run = "run-2".to_owned();
    rig.deploy().await.result.expect("it works");
    assert_eq!(rig.stacks(), [("shop-dev-Net".to_owned(), "CREATE_COMPLETE".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn nothing_to_prepare_leaves_nothing() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(0) }))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({ "Jobs": alarm(0) })));
    rig.options.mode = Mode::Prepare;
    assert_eq!(rig.deploy().await.result.expect("it works").prepared, None);
}
