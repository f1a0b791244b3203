//! What holds data goes only where somebody says so.

use formwork_assembly::Stack;
use formwork_cli::deploy::{
    Done, FailureKind, Progress, Question, StackState,
    cloud::{ChangeAction, FaultKind, PlannedChange, Replaced},
    status,
};
use serde_json::{Map, Value, json};

use crate::rig::{Came, Rig, after, alarm, stack, table, template};

fn rig(new: Value, old: Value) -> Rig {
    let rig = Rig::new(vec![stack("Shop", new)]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(old));
    rig
}

fn allow(rig: &mut Rig, all: &[&str]) {
    rig.options.allow = all.iter().map(|one| one.parse().expect("an allowance")).collect();
}

#[tokio::test(start_paused = true)]
async fn all_losses_are_refused_at_once_each_with_its_flag() {
    let new = json!({ "Orders": table("orders-2"), "Jobs": alarm(1) });
    let old = json!({ "Orders": table("orders"), "Jobs": alarm(0), "Users": table("users") });
    let mut rig = rig(new, old);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6221", "FW6221"]);
    assert_eq!(came.failure().kind, FailureKind::Refused);
    let text = came.text();
    assert!(text.contains("`--allow replace:Shop/Orders`") && text.contains("`TableName`"), "{text}");
    assert!(text.contains("`--allow delete:Shop/Users`"), "{text}");
    let orders = came.failure().findings.iter().find(|one| one.path.as_deref() == Some("Shop/Orders"));
    assert!(orders.is_some_and(|one| one.at.is_some()));
    assert!(came.questions().is_empty() && rig.cloud.world().change_sets.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_allowed_is_asked_about_and_done() {
    let (new, old) = (json!({ "Orders": table("orders-2") }), json!({ "Orders": table("orders") }));
    for flag in ["replace:Shop/Orders", "replace:Orders"] {
        let mut rig = rig(new.clone(), old.clone());
        allow(&mut rig, &[flag]);
        let came = rig.deploy().await;
        came.result.as_ref().expect("it works");
        let asked =
            Question::Proceed { summary: "update 1 stack (gravest: destroys data)".to_owned(), name: None };
        assert_eq!(came.questions(), [&asked]);
        assert!(came.warnings().is_empty());
    }
    for flag in ["delete:Orders", "replace:Other"] {
        let mut rig = rig(new.clone(), old.clone());
        allow(&mut rig, &[flag]);
        let came = rig.deploy().await;
        assert_eq!(came.codes(), ["FW6221"], "{flag}");
        assert_eq!(came.warnings(), ["FW6222"], "{flag}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_only_a_late_page_of_the_change_set_says_counts_too() {
    let many = |delay| (0..9).map(|n| (format!("Queue{n}"), alarm(delay))).collect::<Map<_, _>>();
    let (mut new, mut old) = (many(1), many(0));
    new.insert("Orders".to_owned(), table("orders"));
    old.insert("Orders".to_owned(), table("orders"));
    let mut rig = rig(new.into(), old.into());
    let change = |id: &str, kind: &str, replaced| PlannedChange {
        logical_id: id.to_owned(),
        kind: kind.to_owned(),
        replaced,
        action: ChangeAction::Modify,
        ..PlannedChange::default()
    };
    let mut plan: Vec<PlannedChange> =
        (0..9).map(|n| change(&format!("Queue{n}"), "AWS::CloudWatch::Alarm", Replaced::No)).collect();
    plan.push(change("Orders", "AWS::DynamoDB::Table", Replaced::Yes));
    rig.cloud.world().plans.insert("shop-dev-Shop".to_owned(), plan);
    rig.cloud.world().page = 3;
    assert_eq!(rig.deploy().await.codes(), ["FW6221"]);
}

#[tokio::test(start_paused = true)]
async fn a_name_in_two_stacks_allows_neither() {
    let new = |id: &str| stack(id, json!({ "Orders": table("orders-2") }));
    let two = || {
        let rig = Rig::new(vec![new("One"), new("Two")]);
        for name in ["shop-dev-One", "shop-dev-Two"] {
            rig.cloud.world().deployed(name, &template(json!({ "Orders": table("orders") })));
        }
        rig
    };
    let mut rig = two();
    allow(&mut rig, &["replace:Orders"]);
    assert_eq!(rig.deploy().await.codes(), ["FW6221", "FW6221"]);
    let mut rig = two();
    allow(&mut rig, &["replace:One/Orders", "replace:Two/Orders"]);
    rig.deploy().await.result.expect("it works");
}

#[tokio::test(start_paused = true)]
async fn a_renamed_construct_does_not_lose_its_table() {
    let mut rig = rig(json!({ "Sales": table("orders") }), json!({ "Orders": table("orders") }));
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6221"]);
    assert!(came.text().contains("`Orders`"), "{}", came.text());
}

#[tokio::test(start_paused = true)]
async fn what_is_retained_may_leave_its_stack() {
    let mut kept = table("orders");
    kept["DeletionPolicy"] = json!("Retain");
    let mut rig = rig(json!({ "Jobs": alarm(0) }), json!({ "Jobs": alarm(0), "Orders": kept }));
    rig.deploy().await.result.expect("it works");
}

#[tokio::test(start_paused = true)]
async fn a_protected_stage_wants_its_name_and_keeps_its_data() {
    let new = Stack { termination_protection: true, ..stack("Shop", json!({ "Orders": table("orders") })) };
    let mut rig = Rig::protected(vec![new]);
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    let Question::Proceed { name, .. } = came.questions()[0] else { unreachable!() };
    assert_eq!(name.as_deref(), Some("prod"));
    let there = rig.cloud.stack("shop-dev-Shop").expect("it is there");
    assert!(there.is.termination_protection);
    let policy: Value = serde_json::from_str(there.policy.as_deref().expect("a policy")).expect("JSON");
    assert_eq!(policy["Statement"][1]["Resource"], json!(["LogicalResourceId/Orders"]));
    assert_eq!(policy["Statement"][1]["Effect"], "Deny");
}

#[tokio::test(start_paused = true)]
async fn the_policy_is_lifted_for_what_is_allowed_and_put_back() {
    let mut rig =
        Rig::protected(vec![stack("Shop", json!({ "Orders": table("orders-2"), "Users": table("users") }))]);
    let old = template(json!({ "Orders": table("orders"), "Users": table("users") }));
    rig.cloud.world().deployed("shop-dev-Shop", &old);
    allow(&mut rig, &["replace:Orders"]);
    let seen = std::rc::Rc::new(std::cell::RefCell::new(None));
    let then = std::rc::Rc::clone(&seen);
    rig.cloud.at("ExecuteChangeSet", 1, move |world| *then.borrow_mut() = world.stacks[0].policy.clone());
    rig.deploy().await.result.expect("it works");
    let lifted = seen.borrow().clone().expect("a policy");
    assert!(
        lifted.contains("LogicalResourceId/Users") && !lifted.contains("LogicalResourceId/Orders"),
        "{lifted}"
    );
    let after = rig.cloud.stack("shop-dev-Shop").and_then(|stack| stack.policy).expect("a policy");
    assert!(after.contains("LogicalResourceId/Orders"), "{after}");
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_was_lifted_is_put_back_where_the_deployment_fails() {
    let mut rig = Rig::protected(vec![stack("Shop", json!({ "Orders": table("orders-2") }))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({ "Orders": table("orders") })));
    rig.cloud.fail("Orders", "no");
    allow(&mut rig, &["replace:Orders"]);
    rig.deploy().await.result.expect_err("it fails");
    let after = rig.cloud.stack("shop-dev-Shop").and_then(|stack| stack.policy).expect("a policy");
    assert!(after.contains("LogicalResourceId/Orders"), "{after}");
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_a_killed_run_has_lifted_is_told_and_put_back() {
    let mut rig = Rig::protected(vec![stack("Shop", json!({ "Orders": table("orders"), "Jobs": alarm(1) }))]);
    rig.deploy().await.result.expect("it works");
    let whole = rig.cloud.stack("shop-dev-Shop").and_then(|stack| stack.policy).expect("a policy");
    let open = json!({ "Statement": [{ "Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*" }] });
    for lifted in [Some(open.to_string()), None] {
        rig.cloud.world().stacks[0].policy = lifted;
        let came = look(&mut rig).await;
        assert_eq!(came.warnings(), ["FW6309"]);
        assert_eq!(came.result.expect("it works")[0].unguarded, ["Shop/Orders"]);
        rig.session.run += "-again";
        let came = rig.deploy().await;
        assert!(came.questions().is_empty());
        let is_told = |progress: &Progress| matches!(progress, Progress::Note { text, .. } if text.contains("`Shop/Orders`"));
        assert_eq!(came.told.iter().filter(|progress| is_told(progress)).count(), 1);
        assert_eq!(came.result.expect("it works").stacks[0].done, Done::Unchanged);
        let now = rig.cloud.stack("shop-dev-Shop").and_then(|stack| stack.policy);
        assert_eq!(now.as_ref(), Some(&whole));
    }
    let sets = rig.cloud.count("SetStackPolicy");
    assert!(look(&mut rig).await.warnings().is_empty());
    rig.session.run += "-again";
    rig.deploy().await.result.expect("it works");
    assert_eq!(rig.cloud.count("SetStackPolicy"), sets, "what is as it should be is left alone");
}

#[tokio::test(start_paused = true)]
async fn whoever_may_not_read_a_policy_hears_so() {
    let mut rig = Rig::protected(vec![stack("Shop", json!({ "Orders": table("orders") }))]);
    rig.deploy().await.result.expect("it works");
    rig.cloud.fault("GetStackPolicy", 1, FaultKind::Denied);
    let came = look(&mut rig).await;
    assert_eq!(came.warnings(), ["FW6309"]);
    assert!(came.result.expect("it works")[0].unguarded.is_empty());
}

async fn look(rig: &mut Rig) -> Came<Vec<StackState>> {
    let (session, target) = (rig.session.clone(), rig.target.clone());
    rig.drive(async move { status(&session, &target, &[]).await }).await
}

#[tokio::test(start_paused = true)]
async fn that_a_stack_may_be_deleted_from_now_on_is_asked_about() {
    for answer in [true, false] {
        let resources = json!({ "Orders": table("orders") });
        let mut rig = rig(resources.clone(), resources);
        rig.cloud.world().stacks[0].is.termination_protection = true;
        rig.answer = Box::new(move |_| Some(answer));
        let came = rig.deploy().await;
        assert_eq!(came.reviews()[0].highlights.len(), 1);
        assert_eq!(came.questions().len(), 1);
        assert_eq!(came.result.is_ok(), answer);
        assert_eq!(rig.cloud.world().stacks[0].is.termination_protection, !answer);
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_may_not_protect_is_told_and_goes_on() {
    let new = Stack { termination_protection: true, ..stack("Shop", json!({ "Orders": table("orders") })) };
    let mut rig = Rig::protected(vec![new]);
    rig.cloud.fault("SetStackPolicy", 1, FaultKind::Denied);
    rig.cloud.fault("UpdateTerminationProtection", 1, FaultKind::Denied);
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    assert_eq!(came.warnings(), ["FW6309", "FW6309"]);
}

#[tokio::test(start_paused = true)]
async fn a_protection_that_cannot_be_taken_off_is_a_failure_where_it_is_all_there_is_to_do() {
    let resources = json!({ "Orders": table("orders") });
    let mut rig = rig(resources.clone(), resources);
    rig.cloud.world().stacks[0].is.termination_protection = true;
    rig.cloud.fault("UpdateTerminationProtection", 1, FaultKind::Denied);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6012"]);
    assert_eq!(rig.cloud.count("UpdateTerminationProtection"), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_replaced_where_a_failure_is_not_taken_back() {
    let named = |name: &str| json!({ "Jobs": { "Type": "AWS::CloudWatch::Alarm", "Properties": { "AlarmName": name } } });
    for (keep_on_failure, express, codes) in
        [(true, false, &["FW6224"][..]), (true, true, &["FW6224"]), (false, true, &[]), (false, false, &[])]
    {
        let mut rig = rig(named("new"), named("old"));
        (rig.options.keep_on_failure, rig.options.express) = (keep_on_failure, express);
        let came = rig.deploy().await;
        match &came.result {
            Ok(_) => assert!(codes.is_empty()),
            Err(_) => assert_eq!(came.codes(), codes),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_allowance_that_only_a_late_change_set_needs_is_not_called_needless() {
    let net = stack("Net", json!({ "Jobs": alarm(1) }));
    let api = after("Api", &["Net"], json!({ "Orders": table("orders") }));
    for (is_needed, warnings) in [(true, &[][..]), (false, &["FW6222"])] {
        let mut rig = Rig::new(vec![net.clone(), api.clone()]);
        rig.cloud.world().deployed("shop-dev-Net", &template(json!({ "Jobs": alarm(0) })));
        rig.cloud.world().deployed("shop-dev-Api", &template(json!({ "Orders": table("orders") })));
        let replaced = if is_needed { Replaced::Yes } else { Replaced::No };
        let change = PlannedChange {
            logical_id: "Orders".to_owned(),
            kind: "AWS::DynamoDB::Table".to_owned(),
            replaced,
            ..PlannedChange::default()
        };
        rig.cloud.world().plans.insert("shop-dev-Api".to_owned(), vec![change]);
        allow(&mut rig, &["replace:Api/Orders"]);
        let came = rig.deploy().await;
        came.result.as_ref().expect("it works");
        assert_eq!(came.warnings(), warnings);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_on_the_way_has_not_left_everything_as_it_was() {
    let net = stack("Net", json!({ "Jobs": alarm(1) }));
    let api = after("Api", &["Net"], json!({ "Orders": table("orders") }));
    let mut rig = Rig::new(vec![net, api]);
    rig.cloud.world().deployed("shop-dev-Net", &template(json!({ "Jobs": alarm(0) })));
    rig.cloud.world().deployed("shop-dev-Api", &template(json!({ "Orders": table("orders") })));
    let change = PlannedChange {
        logical_id: "Orders".to_owned(),
        kind: "AWS::DynamoDB::Table".to_owned(),
        replaced: Replaced::Yes,
        ..PlannedChange::default()
    };
    rig.cloud.world().plans.insert("shop-dev-Api".to_owned(), vec![change]);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6221"]);
    assert_eq!(came.failure().kind, FailureKind::Failed, "one stack was changed");
}
