//! Ctrl-C at each step: once takes back or asks, twice leaves; the state is always told.

use std::rc::Rc;

use formwork_cli::deploy::{FailureKind, Mode, Question, cloud::FaultKind};
use serde_json::json;

use crate::rig::{Came, Rig, after, alarm, stack, template};

fn create() -> Rig {
    Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(1), "Mails": alarm(1) }))])
}

fn update() -> Rig {
    let rig = create();
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({ "Jobs": alarm(0), "Mails": alarm(0) })));
    rig
}

/// Interrupts just before the nth call of an operation is answered.
fn interrupt(rig: &Rig, operation: &str, nth: usize) {
    let interrupter = Rc::clone(&rig.interrupter);
    rig.cloud.at(operation, nth, move |_| interrupter.interrupt());
}

#[tokio::test(start_paused = true)]
async fn while_preparing_everything_is_taken_back() {
    for (operation, nth) in
        [("DescribeStacks", 1), ("CreateChangeSet", 1), ("DescribeChangeSet", 1), ("DescribeChangeSet", 2)]
    {
        for mut rig in [create(), update()] {
            let before = rig.stacks();
            interrupt(&rig, operation, nth);
            let came = rig.deploy().await;
            assert_eq!(came.codes(), ["FW6304"], "{operation} {nth}");
            assert_eq!(came.failure().kind, FailureKind::Interrupted);
            assert!(came.text().contains("no stack was changed"));
            assert!(rig.cloud.world().change_sets.is_empty(), "{operation} {nth}");
            assert_eq!(rig.stacks(), before);
            assert_eq!(rig.cloud.count("ExecuteChangeSet"), 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn while_somebody_is_asked_everything_is_taken_back() {
    let mut rig = create();
    let interrupter = Rc::clone(&rig.interrupter);
    rig.answer = Box::new(move |_| {
        interrupter.interrupt();
        None
    });
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6304"]);
    assert!(rig.cloud.world().change_sets.is_empty() && rig.stacks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_second_one_while_taking_back_leaves_at_once() {
    let mut rig = create();
    interrupt(&rig, "DescribeChangeSet", 1);
    interrupt(&rig, "DeleteChangeSet", 1);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6304", "FW6304"]);
    assert_eq!(rig.cloud.count("DeleteStack"), 0);
    assert!(came.text().contains("does not mind what was left"));
    // Indeed it does not.
    rig.session.run = "run-2".to_owned();
    let (_, interrupts) = formwork_cli::deploy::Interrupts::new();
    rig.session.interrupts = interrupts;
    rig.deploy().await.result.expect("it works");
}

#[tokio::test(start_paused = true)]
async fn declining_takes_everything_back() {
    let mut rig = create();
    rig.answer = Box::new(|_| Some(false));
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6223"]);
    assert_eq!(came.failure().kind, FailureKind::Refused);
    assert!(rig.cloud.world().change_sets.is_empty() && rig.stacks().is_empty());
}

fn cancelling(rig: &mut Rig, answer: Option<bool>) {
    rig.answer = Box::new(move |question| match question {
        Question::Cancel { .. } => answer,
        _ => Some(true),
    });
}

fn cancel_was_asked<T: std::fmt::Debug>(came: &Came<T>) -> bool {
    came.questions().contains(&&Question::Cancel { stacks: vec!["Shop".to_owned()], others: Vec::new() })
}

#[tokio::test(start_paused = true)]
async fn while_an_update_goes_on_it_can_be_cancelled() {
    let mut rig = update();
    rig.cloud.world().held.push("Jobs".to_owned());
    cancelling(&mut rig, Some(true));
    interrupt(&rig, "DescribeStackEvents", 3);
    let came = rig.deploy().await;
    assert!(cancel_was_asked(&came));
    assert_eq!(came.codes(), ["FW6306"]);
    assert_eq!(came.failure().kind, FailureKind::Interrupted);
    assert!(came.text().contains("UPDATE_ROLLBACK_COMPLETE") && came.text().contains("as it was before"));
    assert_eq!(rig.stacks()[0].1, "UPDATE_ROLLBACK_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn while_an_update_goes_on_it_may_also_go_on() {
    let mut rig = update();
    cancelling(&mut rig, Some(false));
    interrupt(&rig, "DescribeStackEvents", 2);
    let came = rig.deploy().await;
    assert!(cancel_was_asked(&came));
    came.result.as_ref().expect("it works");
    assert_eq!(came.resources().len(), 4, "nothing was missed while somebody was asked");
    assert_eq!(rig.cloud.count("CancelUpdateStack"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_second_one_leaves_cloudformation_to_itself() {
    for answer in [None, Some(true), Some(false)] {
        let mut rig = update();
        rig.cloud.world().held.push("Jobs".to_owned());
        cancelling(&mut rig, answer);
        interrupt(&rig, "DescribeStackEvents", 2);
        interrupt(&rig, "DescribeStackEvents", 3);
        let came = rig.deploy().await;
        assert_eq!(came.codes(), ["FW6304", "FW6305"], "{answer:?}");
        assert!(
            came.text().contains("`shop-dev-Shop`") && came.text().contains("status --follow"),
            "{}",
            came.text()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_creation_cannot_be_cancelled_and_says_so() {
    let mut rig = create();
    cancelling(&mut rig, Some(true));
    interrupt(&rig, "DescribeStackEvents", 2);
    let came = rig.deploy().await;
    assert_eq!(came.warnings(), ["FW6307"]);
    let asked = Question::Cancel { stacks: Vec::new(), others: vec!["Shop".to_owned()] };
    assert!(came.questions().contains(&&asked), "{:?}", came.questions());
    // It went on to its end; then nothing else began.
    assert_eq!(rig.stacks()[0].1, "CREATE_COMPLETE");
    assert_eq!(came.codes(), ["FW6304"]);
}

#[tokio::test(start_paused = true)]
async fn once_cancelled_no_other_stack_begins() {
    let later = after("Later", &["Shop"], json!({ "More": alarm(1) }));
    let mut rig = update();
    rig.target.assembly.stacks.push(later);
    rig.cloud.world().held.push("Jobs".to_owned());
    cancelling(&mut rig, Some(true));
    interrupt(&rig, "DescribeStackEvents", 3);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6306", "FW6308"]);
    assert_eq!(rig.stacks().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn change_sets_whose_turn_never_came_are_taken_away() {
    let other = stack("Other", json!({ "More": alarm(1) }));
    let mut rig = update();
    rig.target.assembly.stacks.push(other);
    rig.options.concurrency = std::num::NonZeroUsize::new(1);
    rig.cloud.world().held.push("Jobs".to_owned());
    cancelling(&mut rig, Some(true));
    interrupt(&rig, "DescribeStackEvents", 3);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6306", "FW6308"]);
    assert_eq!(rig.stacks().len(), 1, "the shell is gone: {:?}", rig.stacks());
    let left = rig.cloud.world().change_sets.iter().filter(|set| set.execution_status == "AVAILABLE").count();
    assert_eq!(left, 0);
}

#[tokio::test(start_paused = true)]
async fn between_two_stacks_nothing_is_asked_and_nothing_is_left() {
    let mut rig = update();
    rig.target.assembly.stacks.push(after("Later", &["Shop"], json!({ "More": alarm(1) })));
    // While the change set of the second one is being made.
    interrupt(&rig, "CreateChangeSet", 2);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6304"]);
    assert!(came.text().contains("goes on from there"));
    assert_eq!(came.questions().len(), 1, "only whether to begin");
    assert_eq!(rig.stacks(), [("shop-dev-Shop".to_owned(), "UPDATE_COMPLETE".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn the_deletion_of_a_dead_stack_goes_on_and_says_so() {
    let dead = || {
        let mut rig = create();
        rig.cloud.world().put("shop-dev-Shop", "eu-west-1", "ROLLBACK_COMPLETE", "");
        rig.options.replace_failed = true;
        interrupt(&rig, "DeleteStack", 1);
        rig
    };
    let mut rig = dead();
    cancelling(&mut rig, Some(true));
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6304"]);
    assert!(
        came.text().contains("what was left of the stack `shop-dev-Shop` was deleted"),
        "{}",
        came.text()
    );
    assert!(rig.stacks().is_empty() && rig.cloud.count("CreateChangeSet") == 0);
    let mut rig = dead();
    cancelling(&mut rig, None);
    interrupt(&rig, "DescribeStackEvents", 2);
    assert_eq!(rig.deploy().await.codes(), ["FW6304", "FW6305"]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_taken_back_is_told() {
    let mut rig = create();
    rig.answer = Box::new(|_| Some(false));
    rig.cloud.fault("DeleteChangeSet", 1, FaultKind::Denied);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6223"]);
    assert_eq!(came.warnings(), ["FW6216"]);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_has_prepared_stays() {
    let mut rig = create();
    rig.options.mode = Mode::Prepare;
    rig.deploy().await.result.expect("it works");
    rig.session.run = "run-2".to_owned();
    rig.options.mode = Mode::Deploy;
    rig.answer = Box::new(|_| Some(false));
    assert_eq!(rig.deploy().await.codes(), ["FW6223"]);
    let left: Vec<_> = rig.cloud.world().change_sets.iter().map(|set| set.request.name.clone()).collect();
    assert_eq!(left, ["formwork-run-1"]);
    assert_eq!(rig.stacks()[0].1, "REVIEW_IN_PROGRESS");
}

#[tokio::test(start_paused = true)]
async fn a_change_set_that_is_still_worked_out_is_waited_for_and_taken_away() {
    let mut rig = create();
    rig.cloud.world().planning = 7;
    interrupt(&rig, "DescribeChangeSet", 2);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6304"]);
    assert!(came.warnings().is_empty());
    assert!(rig.cloud.world().change_sets.is_empty() && rig.stacks().is_empty());
    assert!(rig.cloud.count("DeleteChangeSet") > 1);
}

#[tokio::test(start_paused = true)]
async fn two_stacks_of_one_name_in_two_regions_are_not_taken_for_each_other() {
    let mut there = stack("There", json!({ "More": alarm(1) }));
    (there.name, there.region) = ("shop-dev-Shop".to_owned(), Some("eu-north-1".to_owned()));
    let mut rig = update();
    rig.target.assembly.stacks.push(there);
    rig.options.concurrency = std::num::NonZeroUsize::new(1);
    rig.cloud.world().held.push("Jobs".to_owned());
    cancelling(&mut rig, Some(true));
    interrupt(&rig, "DescribeStackEvents", 3);
    assert_eq!(rig.deploy().await.codes(), ["FW6306", "FW6308"]);
    assert_eq!(rig.stacks().len(), 1, "the shell is gone: {:?}", rig.stacks());
}
