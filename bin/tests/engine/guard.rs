//! Stack policies of protected stages: lifted for what was agreed to, and for nothing else, and put back whatever happens.

use std::rc::Rc;

use formwork_cli::deploy::{FailureKind, Question, cloud::FaultKind};
use serde_json::{Value, json};

use crate::rig::{Rig, alarm, stack, table, template};

/// A policy that keeps these.
fn policy(ids: &[&str]) -> String {
    let resources: Vec<String> = ids.iter().map(|id| format!("LogicalResourceId/{id}")).collect();
    let all = json!({ "Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*" });
    let kept = json!({ "Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*", "Resource": resources });
    json!({ "Statement": [all, kept] }).to_string()
}

/// A protected stage in which a stack is deployed with a policy that keeps some of it.
fn rig(new: Value, old: Value, kept: &[&str], allowed: &[&str]) -> Rig {
    let mut rig = Rig::protected(vec![stack("Shop", new)]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(old)).policy = Some(policy(kept));
    rig.options.allow = allowed.iter().map(|one| one.parse().expect("an allowance")).collect();
    rig
}

fn now(rig: &Rig) -> Option<String> {
    rig.cloud.stack("shop-dev-Shop").and_then(|stack| stack.policy)
}

fn replacing() -> Rig {
    let (new, old) = (json!({ "Orders": table("orders-2") }), json!({ "Orders": table("orders") }));
    rig(new, old, &["Orders"], &["replace:Orders"])
}

fn cluster() -> Value {
    json!({ "Type": "AWS::RDS::DBCluster", "Properties": { "Engine": "aurora-postgresql" } })
}

fn member(class: &str) -> Value {
    json!({ "Type": "AWS::RDS::DBInstance", "Properties": {
        "DBClusterIdentifier": { "Ref": "Db" }, "DBInstanceIdentifier": class, "Engine": "aurora-postgresql",
    } })
}

#[tokio::test(start_paused = true)]
async fn members_of_a_cluster_come_and_go_though_an_earlier_policy_keeps_them() {
    let old = json!({ "Db": cluster(), "Writer": member("a"), "Reader": member("b") });
    for new in [
        json!({ "Db": cluster(), "Writer": member("a") }),
        json!({ "Db": cluster(), "Writer": member("a"), "Reader": member("c") }),
    ] {
        let mut rig = rig(new, old.clone(), &["Db", "Reader", "Writer"], &[]);
        rig.deploy().await.result.expect("it works");
        assert_eq!(now(&rig), Some(policy(&["Db"])), "the data is the cluster's");
    }
}

#[tokio::test(start_paused = true)]
async fn what_stays_behind_may_leave_its_stack() {
    let mut kept = table("orders");
    kept["DeletionPolicy"] = json!("Retain");
    let old = json!({ "Jobs": alarm(0), "Orders": kept, "Users": table("users") });
    let mut rig = rig(json!({ "Jobs": alarm(0), "Users": table("users") }), old, &["Orders", "Users"], &[]);
    rig.deploy().await.result.expect("it works");
    assert_eq!(now(&rig), Some(policy(&["Users"])));
}

#[tokio::test(start_paused = true)]
async fn the_last_of_what_holds_data_goes_where_it_is_allowed() {
    let last = || {
        let old = json!({ "Jobs": alarm(0), "Orders": table("orders") });
        rig(json!({ "Jobs": alarm(1) }), old, &["Orders"], &["delete:Orders"])
    };
    last().deploy().await.result.expect("it works");
    // Where it fails, it stays, and is kept.
    let mut rig = last();
    rig.cloud.fail("Jobs", "no");
    rig.deploy().await.result.expect_err("it fails");
    assert_eq!(now(&rig), Some(policy(&["Orders"])));
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_cannot_be_lifted_stops_the_update_before_it_begins() {
    let mut rig = replacing();
    rig.cloud.fault("SetStackPolicy", 1, FaultKind::Denied);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6012"]);
    assert!(came.text().contains("has to be lifted"), "{}", came.text());
    assert_eq!(rig.cloud.count("ExecuteChangeSet"), 0);
    assert_eq!(now(&rig), Some(policy(&["Orders"])));
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_just_after_it_was_lifted_puts_it_back() {
    let mut rig = replacing();
    let interrupter = Rc::clone(&rig.interrupter);
    rig.cloud.at("SetStackPolicy", 1, move |_| interrupter.interrupt());
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6304"]);
    assert_eq!(rig.cloud.count("ExecuteChangeSet"), 0);
    assert_eq!(now(&rig), Some(policy(&["Orders"])));
}

#[tokio::test(start_paused = true)]
async fn whoever_leaves_while_it_is_lifted_hears_so() {
    let mut rig = replacing();
    rig.cloud.world().held.push("Orders".to_owned());
    rig.answer = Box::new(|question| (!matches!(question, Question::Cancel { .. })).then_some(true));
    for nth in [2, 3] {
        let interrupter = Rc::clone(&rig.interrupter);
        rig.cloud.at("DescribeStackEvents", nth, move |_| interrupter.interrupt());
    }
    assert_eq!(rig.deploy().await.codes(), ["FW6304", "FW6305", "FW6309"]);
}

#[tokio::test(start_paused = true)]
async fn while_cloudformation_goes_on_it_stays_lifted_and_is_told() {
    let mut rig = replacing();
    rig.cloud.fault("DescribeStackEvents", 3, FaultKind::Expired);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6303"]);
    assert_eq!(came.failure().kind, FailureKind::Unreachable);
    assert_eq!(came.warnings(), ["FW6309"]);
    assert_eq!(rig.cloud.count("SetStackPolicy"), 1, "what goes on is not denied on the way");
}
