//! Stacks that come to nothing: the root cause first, the state they are in, and how to go on.

use formwork_cli::deploy::{
    FailureKind,
    cloud::{Fault, FaultKind},
};
use serde_json::json;

use crate::rig::{Rig, after, alarm, stack, template};

fn three(delay: u32) -> serde_json::Value {
    json!({ "Alpha": alarm(delay), "Beta": alarm(delay), "Gamma": alarm(delay) })
}

#[tokio::test(start_paused = true)]
async fn the_root_cause_comes_first_with_construct_line_and_fix() {
    let mut rig = Rig::new(vec![stack("Shop", three(1))]);
    rig.cloud.fail("Beta", "Queue beta already exists.");
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6301", "FW6302"]);
    let root = &came.failure().findings[0];
    assert_eq!(
        root.message,
        "`Shop/Beta` (AWS::CloudWatch::Alarm) could not be created: Queue beta already exists"
    );
    assert_eq!(root.at.as_ref().map(ToString::to_string).as_deref(), Some("src/main.rs:11:5"));
    assert!(root.help.as_deref().is_some_and(|help| help.contains("--import-existing")));
    let state = &came.failure().findings[1].message;
    assert!(
        state.contains("is gone again") && state.contains("one other resource failed with it"),
        "{state}"
    );
    assert!(rig.stacks().is_empty(), "a first creation that fails leaves no dead stack");
    // It was followed to the end of the deletion.
    assert!(came.resources().iter().any(|event| event.starts_with("Shop/Alpha DELETE_COMPLETE")));
}

#[tokio::test(start_paused = true)]
async fn a_failed_update_is_taken_back_and_followed_to_its_end() {
    let mut rig = Rig::new(vec![stack("Shop", three(1))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(three(0)));
    rig.cloud.fail("Gamma", "Rate exceeded");
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6301", "FW6302"]);
    assert!(came.text().contains("is as it was before (UPDATE_ROLLBACK_COMPLETE)"), "{}", came.text());
    assert_eq!(rig.stacks()[0].1, "UPDATE_ROLLBACK_COMPLETE");
    // What is as it was before can be deployed again.
    rig.cloud.world().failing.clear();
    rig.session.run = "run-2".to_owned();
    rig.deploy().await.result.expect("it works");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_that_fails_names_both_failures_and_the_way_out() {
    let mut rig = Rig::new(vec![stack("Shop", three(1))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(three(0)));
    rig.cloud.fail("Beta", "the moon is full");
    rig.cloud.world().stuck.push("Alpha".to_owned());
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6301", "FW6301", "FW6302"]);
    let text = came.text();
    assert!(text.find("`Shop/Beta`") < text.find("`Shop/Alpha`"), "{text}");
    assert!(text.contains("`Shop/Alpha` (AWS::CloudWatch::Alarm) could not be taken back"), "{text}");
    assert!(text.contains("UPDATE_ROLLBACK_FAILED") && text.contains("rollback --continue"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn without_rollback_things_are_left_and_the_state_is_told() {
    for (is_there, status) in [(false, "CREATE_FAILED"), (true, "UPDATE_FAILED")] {
        let mut rig = Rig::new(vec![stack("Shop", three(1))]);
        if is_there {
            rig.cloud.world().deployed("shop-dev-Shop", &template(three(0)));
        }
        rig.options.keep_on_failure = true;
        rig.cloud.fail("Beta", "the moon is full");
        let came = rig.deploy().await;
        assert!(
            came.text().contains(&format!("({status})")) && came.text().contains("`rollback Shop`"),
            "{}",
            came.text()
        );
        assert_eq!(rig.stacks()[0].1, status);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_stops_what_depends_on_it_and_nothing_else() {
    let one = |id: &str, on: &[&str], logical_id: &str| after(id, on, json!({ logical_id: alarm(0) }));
    let stacks = vec![
        one("Net", &[], "Bad"),
        one("Api", &["Net"], "A"),
        one("Web", &["Api"], "B"),
        one("Other", &[], "C"),
    ];
    let mut rig = Rig::new(stacks);
    rig.cloud.fail("Bad", "the moon is full");
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6301", "FW6302", "FW6308", "FW6308"]);
    assert_eq!(rig.stacks(), [("shop-dev-Other".to_owned(), "CREATE_COMPLETE".to_owned())]);
    assert_eq!(
        rig.cloud.world().change_sets.iter().filter(|set| set.execution_status == "AVAILABLE").count(),
        0
    );
}

#[tokio::test(start_paused = true)]
async fn failures_of_nested_stacks_are_told_by_the_resource_that_they_are() {
    let nested =
        json!({ "Type": "AWS::CloudFormation::Stack", "Properties": { "TemplateURL": "https://x" } });
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Inner": nested }))]);
    let inner = "arn:aws:cloudformation:eu-west-1:111122223333:stack/inner/9".to_owned();
    rig.cloud.fail("Inner", "Embedded stack was not successfully created: The following resource(s) failed");
    let id = inner.clone();
    rig.cloud.at("DescribeStackEvents", 2, move |world| {
        // CloudFormation makes the nested stack, in which a queue fails.
        let mut event = world.stacks[0].events[0].clone();
        let failed = world.put("inner", "eu-west-1", "CREATE_FAILED", "");
        failed.is.id = id.clone();
        for event in &mut failed.events {
            (event.stack_id, event.physical_id) = (id.clone(), id.clone());
        }
        (event.id, event.stack_id, event.logical_id) = ("inner-1".to_owned(), id.clone(), "Deep".to_owned());
        (event.physical_id, event.kind) = (String::new(), "AWS::CloudWatch::Alarm".to_owned());
        (event.status.0, event.reason) =
            ("CREATE_FAILED".to_owned(), Some("Queue already exists".to_owned()));
        failed.events.push(event);
    });
    rig.cloud.world().physical.insert("Inner".to_owned(), inner);
    let came = rig.deploy().await;
    let root = &came.failure().findings[0];
    assert_eq!(
        root.message,
        "`Deep` of `Shop/Inner` (AWS::CloudWatch::Alarm) could not be created: Queue already exists"
    );
    assert_eq!(root.path.as_deref(), Some("Shop/Inner"));
}

#[tokio::test(start_paused = true)]
async fn two_deployments_at_once_do_not_mix() {
    // The other one begins between the review and the execution.
    let mut rig = Rig::new(vec![stack("Shop", three(1))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(three(0)));
    rig.cloud.fault("ExecuteChangeSet", 1, FaultKind::Busy);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6201"]);
    assert_eq!(came.failure().kind, FailureKind::Failed);

    // It has ended by then: the change set is of no use any more.
    let mut rig = Rig::new(vec![stack("Shop", three(1))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(three(0)));
    rig.cloud
        .at("ExecuteChangeSet", 1, |world| world.change_sets[0].execution_status = "OBSOLETE".to_owned());
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6213"]);
    assert!(came.text().contains("deploy again"));
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_for_itself_is_not_blamed_on_others() {
    let mut rig = Rig::new(vec![stack("Shop", three(1))]);
    let text = "Requires capabilities : [CAPABILITY_AUTO_EXPAND]";
    rig.cloud.fault_with(
        "ExecuteChangeSet",
        1,
        Fault::new(FaultKind::Invalid, "cloudformation:ExecuteChangeSet", text),
    );
    let came = rig.deploy().await;
    assert_ne!(came.codes(), ["FW6213"]);
    assert!(came.text().contains(text) && !came.text().contains("somebody"), "{}", came.text());
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_carried_out_leaves_nothing() {
    let mut rig = Rig::new(vec![stack("Shop", three(1))]);
    rig.cloud.fault("ExecuteChangeSet", 1, FaultKind::Denied);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6012"]);
    assert!(rig.stacks().is_empty() && rig.cloud.world().change_sets.is_empty());
}
