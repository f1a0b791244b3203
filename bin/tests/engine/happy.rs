//! What everybody hopes for.

use formwork_cli::deploy::{Done, Grade, Mode, Progress, Question, Work};
use serde_json::json;

use crate::rig::{Rig, after, alarm, stack, template};

#[tokio::test(start_paused = true)]
async fn a_new_stack_is_reviewed_agreed_to_and_made() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(0), "Mails": alarm(1) }))]);
    let came = rig.deploy().await;
    let outcome = came.result.as_ref().expect("it works");
    assert_eq!(outcome.stacks[0].done, Done::Created);
    assert_eq!(rig.stacks(), [("shop-dev-Shop".to_owned(), "CREATE_COMPLETE".to_owned())]);
    let review = came.reviews()[0];
    assert_eq!((review.work, review.grade), (Work::Create, Some(Grade::Adds)));
    assert!(review.change_set.as_deref().is_some_and(|id| id.contains("changeSet/formwork-run-1/")));
    let asked = Question::Proceed { summary: "create 1 stack".to_owned(), name: None };
    assert_eq!(came.questions(), [&asked]);
    assert_eq!(
        came.resources(),
        [
            "Shop/Jobs CREATE_IN_PROGRESS 0/2",
            "Shop/Jobs CREATE_COMPLETE 1/2",
            "Shop/Mails CREATE_IN_PROGRESS 1/2",
            "Shop/Mails CREATE_COMPLETE 2/2",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_is_there_is_updated() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(5) }))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({ "Jobs": alarm(0) })));
    let came = rig.deploy().await;
    assert_eq!(came.result.as_ref().expect("it works").stacks[0].done, Done::Updated);
    let change = &came.reviews()[0].diff.resources[0];
    assert_eq!(change.path, "Shop/Jobs");
    assert_eq!(
        (change.changes[0].before.clone(), change.changes[0].after.clone()),
        (Some(json!(0)), Some(json!(5)))
    );
    assert_eq!(change.changes.len(), 1);
    assert_eq!(change.grade, Grade::InPlace);
    assert_eq!(came.resources().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn nothing_to_do_asks_nothing_and_leaves_nothing() {
    let resources = json!({ "Jobs": alarm(0) });
    let mut rig = Rig::new(vec![stack("Shop", resources.clone())]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(resources));
    let came = rig.deploy().await;
    assert_eq!(came.result.as_ref().expect("it works").stacks[0].done, Done::Unchanged);
    assert!(came.questions().is_empty());
    assert!(rig.cloud.world().change_sets.is_empty());
    assert_eq!(rig.cloud.count("ExecuteChangeSet"), 0);
}

#[tokio::test(start_paused = true)]
async fn stacks_come_after_those_they_depend_on() {
    let one = |id, on: &[&str]| after(id, on, json!({ "Jobs": alarm(0) }));
    let mut rig = Rig::new(vec![one("Net", &[]), one("Data", &["Net"]), one("Api", &["Data", "Net"])]);
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    let calls = rig.cloud.calls();
    let executed: Vec<&str> = calls
        .iter()
        .filter(|call| call.starts_with("CreateChangeSet") || call.starts_with("ExecuteChangeSet"))
        .map(String::as_str)
        .collect();
    assert_eq!(executed.len(), 6);
    // The second change set is made once the first stack is there.
    assert_eq!(executed[0], "CreateChangeSet shop-dev-Net");
    assert!(executed[1].starts_with("ExecuteChangeSet"));
    assert_eq!(executed[2], "CreateChangeSet shop-dev-Data");
    // All was shown before anybody was asked, and nobody was asked again.
    assert_eq!(came.questions().len(), 1);
    let first = came.told.iter().position(|one| matches!(one, Progress::Question { .. })).expect("asked");
    assert_eq!(came.told[..first].iter().filter(|one| matches!(one, Progress::Review(_))).count(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_is_prepared_is_what_is_carried_out() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(5) }))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({ "Jobs": alarm(0) })));
    rig.options.mode = Mode::Prepare;
    let came = rig.deploy().await;
    let outcome = came.result.as_ref().expect("it works");
    assert_eq!(outcome.prepared.as_deref(), Some("formwork-run-1"));
    let Done::Prepared(arn) = outcome.stacks[0].done.clone() else { unreachable!("{outcome:?}") };
    assert!(came.questions().is_empty());
    assert_eq!(rig.cloud.count("ExecuteChangeSet"), 0);

    rig.session.run = "run-2".to_owned();
    rig.options.mode = Mode::Execute("formwork-run-1".to_owned());
    let came = rig.deploy().await;
    assert_eq!(came.result.as_ref().expect("it works").stacks[0].done, Done::Updated);
    assert!(rig.cloud.calls().contains(&format!("ExecuteChangeSet {arn}")));
    assert_eq!(rig.cloud.count("CreateChangeSet"), 1);
}
