//! What a deployment that failed has left behind is taken back.

use formwork_cli::deploy::{FailureKind, Grade, Question, Rollback, StackState, rollback};
use serde_json::json;

use crate::rig::{Came, Rig, alarm, stack, table, template};

fn rig(status: &str) -> Rig {
    let rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(1), "Mails": alarm(1) }))]);
    let old = template(json!({ "Jobs": alarm(0), "Mails": alarm(0) }));
    rig.cloud.world().put("shop-dev-Shop", "eu-west-1", status, &old);
    rig
}

async fn run(rig: &mut Rig, what: Rollback) -> Came<Vec<StackState>> {
    let (session, target) = (rig.session.clone(), rig.target.clone());
    rig.drive(async move { rollback(&session, &target, &[], &what).await }).await
}

#[tokio::test(start_paused = true)]
async fn failed_and_running_ones_go_back() {
    for (before, after) in
        [("UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE"), ("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")]
    {
        let mut rig = rig(before);
        let came = run(&mut rig, Rollback::Failed).await;
        assert_eq!(came.questions().len(), 1);
        let states = came.result.expect("it works");
        assert_eq!(states[0].status.as_ref().map(ToString::to_string).as_deref(), Some(after), "{before}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_was_never_made_is_shown_and_deleted() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Orders": table("orders") }))]);
    let made = template(json!({ "Orders": table("orders") }));
    rig.cloud.world().put("shop-dev-Shop", "eu-west-1", "CREATE_FAILED", &made);
    let came = run(&mut rig, Rollback::Failed).await;
    let summary = "delete what was made of `shop-dev-Shop` (CREATE_FAILED)".to_owned();
    assert_eq!(came.questions(), [&Question::Proceed { summary, name: None }]);
    assert_eq!(came.reviews()[0].grade, Some(Grade::Destroys), "it says whose data goes");
    assert_eq!(came.result.as_ref().expect("it works")[0].status, None);
    assert!(rig.stacks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn there_may_be_nothing_to_take_back() {
    let mut rig = rig("UPDATE_COMPLETE");
    let came = run(&mut rig, Rollback::Failed).await;
    came.result.as_ref().expect("it works");
    assert!(came.questions().is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_that_is_stuck_says_how_to_go_on() {
    let mut rig = rig("UPDATE_ROLLBACK_FAILED");
    let came = run(&mut rig, Rollback::Failed).await;
    assert_eq!(came.codes(), ["FW6203"]);
    assert_eq!(came.failure().kind, FailureKind::Refused);
    assert!(came.text().contains("rollback --continue"));
}

#[tokio::test(start_paused = true)]
async fn going_on_may_leave_out_what_stands_in_the_way() {
    let mut rig = rig("UPDATE_ROLLBACK_FAILED");
    rig.cloud.world().stuck.push("Mails".to_owned());
    let came = run(&mut rig, Rollback::Continue { skip: Vec::new() }).await;
    assert_eq!(came.codes(), ["FW6301", "FW6302"]);
    rig.session.run = "run-2".to_owned();
    let came = run(&mut rig, Rollback::Continue { skip: vec!["Shop/Mails".to_owned()] }).await;
    came.result.expect("it works");
    assert_eq!(rig.stacks()[0].1, "UPDATE_ROLLBACK_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn what_is_left_out_of_one_stack_is_not_told_to_another() {
    let stacks = ["One", "Two"].map(|id| stack(id, json!({ "Jobs": alarm(1), id: alarm(1) })));
    let mut rig = Rig::new(stacks.to_vec());
    for id in ["One", "Two"] {
        let old = template(json!({ "Jobs": alarm(0), id: alarm(0) }));
        rig.cloud.world().put(&format!("shop-dev-{id}"), "eu-west-1", "UPDATE_ROLLBACK_FAILED", &old);
    }
    rig.cloud.world().stuck.push("Two".to_owned());
    let came = run(&mut rig, Rollback::Continue { skip: vec!["Two/Two".to_owned()] }).await;
    came.result.expect("it works");
    assert!(rig.stacks().iter().all(|(_, status)| status == "UPDATE_ROLLBACK_COMPLETE"));
}
