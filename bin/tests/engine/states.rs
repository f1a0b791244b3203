//! Stacks in states that take no update, or not yet.

use formwork_cli::deploy::{Done, FailureKind, Mode, Question};
use serde_json::json;

use crate::rig::{Rig, alarm, stack, template};

fn rig(status: &str) -> Rig {
    let rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(1) }))]);
    let old = template(json!({ "Jobs": alarm(0) }));
    rig.cloud.world().put("shop-dev-Shop", "eu-west-1", status, &old);
    rig
}

#[tokio::test(start_paused = true)]
async fn states_that_take_no_update_are_refused_with_the_way_out() {
    for (status, code, way) in [
        ("ROLLBACK_COMPLETE", "FW6202", "--replace-failed"),
        ("CREATE_FAILED", "FW6202", "--replace-failed"),
        ("CREATE_FAILED", "FW6202", "deploy --no-rollback"),
        ("UPDATE_FAILED", "FW6203", "rollback Shop"),
        ("UPDATE_FAILED", "FW6203", "deploy --no-rollback"),
        ("ROLLBACK_FAILED", "FW6202", "destroy Shop"),
        ("DELETE_FAILED", "FW6204", "--retain"),
        ("UPDATE_ROLLBACK_FAILED", "FW6203", "rollback --continue"),
        ("UPDATE_IN_PROGRESS", "FW6201", "status --follow"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "FW6201", "status --follow"),
        ("IMPORT_ROLLBACK_FAILED", "FW6203", "destroy Shop"),
    ] {
        let mut rig = rig(status);
        let came = rig.deploy().await;
        assert_eq!(came.codes(), [code], "{status}");
        assert_eq!(came.failure().kind, FailureKind::Refused);
        assert!(came.text().contains(status) && came.text().contains(way), "{}", came.text());
        assert_eq!(rig.cloud.calls(), ["DescribeStacks shop-dev-Shop"]);
    }
}

#[tokio::test(start_paused = true)]
async fn all_stacks_are_told_at_once() {
    let stacks = ["One", "Two", "Three"].map(|id| stack(id, json!({ "Jobs": alarm(1) })));
    let mut rig = Rig::new(stacks.to_vec());
    rig.cloud.world().put("shop-dev-One", "eu-west-1", "UPDATE_IN_PROGRESS", "");
    rig.cloud.world().put("shop-dev-Three", "eu-west-1", "ROLLBACK_COMPLETE", "");
    assert_eq!(rig.deploy().await.codes(), ["FW6201", "FW6202"]);
}

#[tokio::test(start_paused = true)]
async fn states_that_take_an_update_get_one() {
    for status in ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"] {
        let came = rig(status).deploy().await;
        assert_eq!(came.result.expect("it works").stacks[0].done, Done::Updated, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_shell_of_an_earlier_run_is_gone_on_with() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(1) }))]);
    rig.cloud.world().put("shop-dev-Shop", "eu-west-1", "REVIEW_IN_PROGRESS", "");
    let came = rig.deploy().await;
    assert_eq!(came.result.as_ref().expect("it works").stacks[0].done, Done::Created);
    assert_eq!(rig.cloud.world().stacks.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dead_stack_is_replaced_where_somebody_asks_for_it() {
    let mut rig = rig("ROLLBACK_COMPLETE");
    rig.options.replace_failed = true;
    let came = rig.deploy().await;
    assert_eq!(came.result.as_ref().expect("it works").stacks[0].done, Done::Created);
    assert_eq!(rig.stacks(), [("shop-dev-Shop".to_owned(), "CREATE_COMPLETE".to_owned())]);
    assert_eq!(rig.cloud.count("DeleteStack"), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_dead_stack_is_deleted_before_somebody_agrees() {
    for status in ["ROLLBACK_COMPLETE", "CREATE_FAILED"] {
        let mut rig = rig(status);
        rig.options.replace_failed = true;
        rig.answer = Box::new(|_| Some(false));
        let came = rig.deploy().await;
        assert_eq!(came.codes(), ["FW6223"], "{status}");
        let Question::Proceed { summary, .. } = came.questions()[0] else { unreachable!() };
        assert!(summary.starts_with("delete what is left of 1 stack, create 1 stack"), "{summary}");
        // A creation that was taken back has left nothing.
        assert_eq!(came.reviews().len(), if status == "CREATE_FAILED" { 2 } else { 1 });
        assert_eq!(rig.cloud.count("DeleteStack"), 0);
        assert_eq!(rig.stacks()[0].1, status);
    }
}

#[tokio::test(start_paused = true)]
async fn what_would_fail_anyhow_costs_no_dead_stack() {
    let mut rig = rig("ROLLBACK_COMPLETE");
    rig.options.replace_failed = true;
    rig.target.assembly.stacks.push(stack("Broken", json!({ "Jobs": alarm(1) })));
    rig.cloud.world().broken.insert("shop-dev-Broken".to_owned(), "no such type".to_owned());
    assert_eq!(rig.deploy().await.codes(), ["FW6211"]);
    assert_eq!(rig.stacks(), [("shop-dev-Shop".to_owned(), "ROLLBACK_COMPLETE".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn whoever_only_prepares_deletes_no_dead_stack() {
    let mut rig = rig("ROLLBACK_COMPLETE");
    rig.options.replace_failed = true;
    rig.options.mode = Mode::Prepare;
    assert_eq!(rig.deploy().await.codes(), ["FW6202"]);
    assert_eq!(rig.cloud.count("DeleteStack"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_left_half_done_is_gone_on_with_by_what_may_be_left_half_done() {
    for status in ["CREATE_FAILED", "UPDATE_FAILED"] {
        let mut rig = rig(status);
        rig.options.keep_on_failure = true;
        let came = rig.deploy().await;
        assert_eq!(came.result.expect("it works").stacks[0].done, Done::Updated, "{status}");
    }
}
