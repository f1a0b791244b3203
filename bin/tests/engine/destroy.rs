//! Stacks are deleted in the order in which nothing is missed.

use formwork_cli::deploy::{Destruction, Done, FailureKind, Grade, Outcome, Question, Work, destroy};
use serde_json::json;

use crate::rig::{Came, Rig, after, alarm, stack, table, template};

async fn run(rig: &mut Rig, how: Destruction) -> Came<Outcome> {
    let (session, target) = (rig.session.clone(), rig.target.clone());
    rig.drive(async move { destroy(&session, &target, &how).await }).await
}

fn three() -> Rig {
    let one = |id: &str, on: &[&str]| after(id, on, json!({ "Jobs": alarm(0) }));
    let rig = Rig::new(vec![one("Net", &[]), one("Api", &["Net"]), one("Web", &["Api"])]);
    for id in ["Net", "Api", "Web"] {
        rig.cloud.world().deployed(&format!("shop-dev-{id}"), &template(json!({ "Jobs": alarm(0) })));
    }
    rig
}

#[tokio::test(start_paused = true)]
async fn those_that_depend_on_others_go_first() {
    let mut rig = three();
    let came = run(&mut rig, Destruction::default()).await;
    let outcome = came.result.as_ref().expect("it works");
    assert!(outcome.stacks.iter().all(|stack| stack.done == Done::Deleted));
    let order: Vec<&str> = outcome.stacks.iter().map(|stack| stack.stack.as_str()).collect();
    assert_eq!(order, ["Web", "Api", "Net"]);
    assert!(rig.stacks().is_empty());
    assert_eq!(came.questions(), [&Question::Proceed { summary: "delete 3 stacks".to_owned(), name: None }]);
    assert_eq!(came.reviews().len(), 3);
    assert_eq!(came.reviews()[0].work, Work::Delete);
}

#[tokio::test(start_paused = true)]
async fn one_that_others_need_is_refused() {
    let mut rig = three();
    let came = run(&mut rig, Destruction { stacks: vec!["Api".to_owned()], ..Destruction::default() }).await;
    assert_eq!(came.codes(), ["FW6312"]);
    assert!(came.text().contains("`Web`"));
    assert_eq!(rig.cloud.count("DeleteStack"), 0);
}

#[tokio::test(start_paused = true)]
async fn protected_and_busy_ones_are_refused_at_once() {
    let mut rig = three();
    rig.cloud.world().stacks[0].is.termination_protection = true;
    rig.cloud.world().stacks[2].is.status.0 = "UPDATE_IN_PROGRESS".to_owned();
    let came = run(&mut rig, Destruction::default()).await;
    assert_eq!(came.codes(), ["FW6311", "FW6201"]);
    assert_eq!(came.failure().kind, FailureKind::Refused);
    assert!(came.questions().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_holds_data_is_named_before_anybody_agrees() {
    let mut kept = table("logs");
    kept["DeletionPolicy"] = json!("Retain");
    let resources = json!({ "Orders": table("orders"), "Logs": kept });
    let mut rig = Rig::protected(vec![stack("Shop", resources.clone())]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(resources));
    let came = run(&mut rig, Destruction::default()).await;
    came.result.as_ref().expect("it works");
    let summary =
        "delete 1 stack, with the data of `Shop/Orders`; 1 with data stay where they are".to_owned();
    assert_eq!(came.questions(), [&Question::Proceed { summary, name: Some("prod".to_owned()) }]);
    assert_eq!(came.reviews()[0].grade, Some(Grade::Destroys));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_fails_says_why_and_is_tried_again_without_what_is_to_stay() {
    let mut rig = three();
    rig.target.assembly.stacks.truncate(1);
    rig.cloud.fail("Jobs", "the queue is in use");
    let came = run(&mut rig, Destruction::default()).await;
    assert_eq!(came.codes(), ["FW6301", "FW6302"]);
    assert!(came.text().contains("DELETE_FAILED") && came.text().contains("--retain"), "{}", came.text());
    rig.session.run = "run-2".to_owned();
    let came =
        run(&mut rig, Destruction { retain: vec!["Net/Jobs".to_owned()], ..Destruction::default() }).await;
    came.result.expect("it works");
    assert!(!rig.stacks().iter().any(|(name, _)| name == "shop-dev-Net"));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_is_refused_says_who_is_in_the_way() {
    let mut rig = three();
    rig.target.assembly.stacks.truncate(1);
    let reason = "Cannot delete export shop:VpcId as it is in use by billing";
    rig.cloud.world().in_use.insert("shop-dev-Net".to_owned(), reason.to_owned());
    let came = run(&mut rig, Destruction::default()).await;
    assert!(came.text().contains(reason) && came.text().contains("CREATE_COMPLETE"), "{}", came.text());
}

#[tokio::test(start_paused = true)]
async fn a_failure_stops_those_it_depends_on() {
    let mut rig = three();
    rig.target.assembly.stacks[2] = after("Web", &["Api"], json!({ "Bad": alarm(0) }));
    rig.cloud.world().stacks[2].template = template(json!({ "Bad": alarm(0) }));
    rig.cloud.fail("Bad", "in use");
    let came = run(&mut rig, Destruction::default()).await;
    assert_eq!(came.codes(), ["FW6301", "FW6302", "FW6308", "FW6308"]);
    assert_eq!(rig.stacks().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn buckets_are_emptied_where_somebody_asks_for_it() {
    let resources = json!({ "Files": { "Type": "AWS::S3::Bucket" } });
    let mut rig = Rig::new(vec![stack("Shop", resources.clone())]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(resources));
    let versions = (0..7).map(|n| (format!("file-{n}"), "v1".to_owned())).collect();
    rig.cloud.world().versions.insert("physical-Files".to_owned(), versions);
    rig.cloud.world().page = 3;
    let came = run(&mut rig, Destruction { empty_buckets: true, ..Destruction::default() }).await;
    came.result.expect("it works");
    assert!(rig.cloud.world().versions["physical-Files"].is_empty());

    let mut rig = Rig::protected(vec![stack("Shop", json!({ "Files": { "Type": "AWS::S3::Bucket" } }))]);
    let came = run(&mut rig, Destruction { empty_buckets: true, ..Destruction::default() }).await;
    assert_eq!(came.codes(), ["FW6103"]);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_of_which_it_is_not_certain_that_it_goes_is_not_emptied() {
    let bucket = json!({ "Files": { "Type": "AWS::S3::Bucket" } });
    let computed = json!({ "Files": { "Type": "AWS::S3::Bucket", "DeletionPolicy": { "Ref": "Policy" } } });
    let yaml = "Resources:\n  Files:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n";
    for unreadable in [yaml.to_owned(), template(computed), template(json!({})), String::new()] {
        let mut rig = Rig::new(vec![stack("Shop", bucket.clone())]);
        rig.cloud.world().deployed("shop-dev-Shop", &template(bucket.clone()));
        rig.cloud.world().stacks[0].template = unreadable;
        let versions = vec![("file".to_owned(), "v1".to_owned())];
        rig.cloud.world().versions.insert("physical-Files".to_owned(), versions);
        let came = run(&mut rig, Destruction { empty_buckets: true, ..Destruction::default() }).await;
        assert_eq!(rig.cloud.world().versions["physical-Files"].len(), 1, "{}", came.text());
    }
}

#[tokio::test(start_paused = true)]
async fn what_another_tool_has_deployed_is_named_as_it_is_there() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(0) }))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({ "Orders": table("orders") })));
    rig.cloud.world().stacks[0].template =
        "Resources:\n  Orders:\n    Type: AWS::DynamoDB::Table\n".to_owned();
    let came = run(&mut rig, Destruction::default()).await;
    assert_eq!(came.reviews()[0].grade, Some(Grade::Destroys));
    let summary = "delete 1 stack, with the data of `Orders`".to_owned();
    assert_eq!(came.questions(), [&Question::Proceed { summary, name: None }]);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_not_asked_about() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(0) }))]);
    let came = run(&mut rig, Destruction::default()).await;
    assert!(came.result.as_ref().expect("it works").stacks.is_empty());
    assert!(came.questions().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_to_stay_is_not_deleted_by_mistake() {
    let mut rig = three();
    let came = run(&mut rig, Destruction { retain: vec!["Jobs".to_owned()], ..Destruction::default() }).await;
    assert_eq!(came.codes(), ["FW6313"]);
    assert_eq!(came.failure().kind, FailureKind::Refused);
    assert_eq!(rig.cloud.count("DeleteStack"), 0);
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_lets_what_goes_on_end_and_begins_nothing() {
    let mut rig = three();
    let interrupter = std::rc::Rc::clone(&rig.interrupter);
    rig.cloud.at("DescribeStackEvents", 2, move |_| interrupter.interrupt());
    let came = run(&mut rig, Destruction::default()).await;
    assert_eq!(came.codes(), ["FW6308", "FW6308", "FW6304"]);
    assert_eq!(came.failure().kind, FailureKind::Interrupted);
    assert_eq!(came.warnings(), ["FW6307"]);
    assert_eq!(rig.stacks().len(), 2);
}
