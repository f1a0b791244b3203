//! Nested stacks: what happens within them is reviewed, agreed to, and followed as far as that may be looked at.

use formwork_cli::deploy::{
    Grade, Progress,
    cloud::{ChangeAction, FaultKind, PlannedChange, Replaced},
};
use serde_json::{Value, json};

use crate::rig::{Rig, alarm, stack, table, template};

fn inner(url: &str) -> Value {
    json!({ "Type": "AWS::CloudFormation::Stack", "Properties": { "TemplateURL": url } })
}

/// A nested stack of which another template is to be deployed, and what that would do within.
fn rig(within: Option<Vec<PlannedChange>>) -> Rig {
    let rig = Rig::new(vec![stack("Shop", json!({ "Inner": inner("https://new"), "Jobs": alarm(1) }))]);
    let old = template(json!({ "Inner": inner("https://old"), "Jobs": alarm(0) }));
    rig.cloud.world().deployed("shop-dev-Shop", &old);
    if let Some(within) = within {
        rig.cloud.world().nested.insert("Inner".to_owned(), within);
    }
    rig
}

fn change(id: &str, kind: &str, replaced: Replaced) -> PlannedChange {
    let (logical_id, kind) = (id.to_owned(), kind.to_owned());
    PlannedChange { logical_id, kind, replaced, action: ChangeAction::Modify, ..PlannedChange::default() }
}

#[tokio::test(start_paused = true)]
async fn what_holds_data_within_goes_only_where_somebody_says_so() {
    let within = || vec![change("Orders", "AWS::DynamoDB::Table", Replaced::Yes)];
    let mut one = rig(Some(within()));
    let came = one.deploy().await;
    assert_eq!(came.codes(), ["FW6221"]);
    assert!(came.text().contains("`--allow replace:Shop/Inner/Orders`"), "{}", came.text());
    assert!(came.failure().findings[0].at.is_some(), "the line of the nested stack");
    let mut one = rig(Some(within()));
    one.options.allow = vec!["replace:Shop/Inner/Orders".parse().expect("an allowance")];
    let came = one.deploy().await;
    came.result.as_ref().expect("it works");
    assert!(came.warnings().is_empty());
    assert_eq!(came.reviews()[0].grade, Some(Grade::Destroys));
}

#[tokio::test(start_paused = true)]
async fn what_is_harmless_within_is_shown_and_stops_nothing() {
    let mut rig = rig(Some(vec![change("Mails", "AWS::CloudWatch::Alarm", Replaced::No)]));
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    let paths: Vec<&str> = came.reviews()[0].diff.resources.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["Shop/Inner", "Shop/Inner/Mails", "Shop/Jobs"]);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_has_looked_into_may_be_anything() {
    let mut one = rig(None);
    let came = one.deploy().await;
    assert_eq!(came.codes(), ["FW6221"]);
    assert_eq!(came.reviews()[0].grade, Some(Grade::MayDestroy));
    assert!(came.text().contains("could not be looked into"), "{}", came.text());
    let mut one = rig(None);
    one.options.allow = vec!["replace:Inner".parse().expect("an allowance")];
    one.deploy().await.result.expect("it works");
    // Nor where it may not be looked at.
    let mut one = rig(Some(Vec::new()));
    one.cloud.fault("DescribeChangeSet", 3, FaultKind::Denied);
    assert_eq!(one.deploy().await.codes(), ["FW6221"]);
}

#[tokio::test(start_paused = true)]
async fn a_nested_stack_that_goes_takes_its_data_with_it() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(0) }))]);
    let old = template(json!({ "Inner": inner("https://old"), "Jobs": alarm(0) }));
    rig.cloud.world().deployed("shop-dev-Shop", &old);
    let mut kept = table("kept");
    kept["DeletionPolicy"] = json!("Retain");
    let within = template(json!({ "Orders": table("orders"), "Kept": kept, "Mails": alarm(0) }));
    rig.cloud.world().deployed("physical-Inner", &within);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6221"]);
    assert!(came.text().contains("Inner/Orders"), "{}", came.text());
}

#[tokio::test(start_paused = true)]
async fn a_new_nested_stack_takes_nothing_away() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Inner": inner("https://new") }))]);
    rig.deploy().await.result.expect("it works");
    assert!(rig.cloud.world().change_sets[0].request.nested);
}

#[tokio::test(start_paused = true)]
async fn a_nested_stack_that_may_not_be_followed_does_not_end_the_deployment() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Inner": inner("https://new"), "Jobs": alarm(1) }))]);
    let arn = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop-dev-Shop-Inner-1/9".to_owned();
    rig.cloud.world().physical.insert("Inner".to_owned(), arn);
    // The fake knows no such stack, and says so each time.
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    let is_told = |progress: &&Progress| matches!(progress, Progress::Note { text, .. } if text.contains("`shop-dev-Shop-Inner-1` cannot be told"));
    assert_eq!(came.told.iter().filter(is_told).count(), 1);
}
