//! What is shown before anybody agrees.

use formwork_assembly::Stack;
use formwork_cli::deploy::{
    Action, Grade, Kind,
    cloud::{ChangeAction, PlannedChange, PlannedDetail, Recreation, Replaced},
    compare,
};
use serde_json::{Value, json};

use crate::rig::{Rig, alarm, stack, table, template};

fn rig(new: Value, old: Value) -> Rig {
    let rig = Rig::new(vec![stack("Shop", new)]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(old));
    rig
}

fn plan(rig: &Rig, changes: Vec<PlannedChange>) {
    rig.cloud.world().plans.insert("shop-dev-Shop".to_owned(), changes);
}

fn modify(id: &str, replaced: Replaced) -> PlannedChange {
    PlannedChange {
        logical_id: id.to_owned(),
        kind: "AWS::CloudWatch::Alarm".to_owned(),
        action: ChangeAction::Modify,
        replaced,
        ..PlannedChange::default()
    }
}

#[tokio::test(start_paused = true)]
async fn cloudformation_has_the_last_word_on_replacement() {
    let named = |name: &str| json!({ "Jobs": { "Type": "AWS::CloudWatch::Alarm", "Properties": { "AlarmName": name } } });
    for (replaced, grade) in [
        (Replaced::Yes, Grade::Replaces),
        (Replaced::Maybe, Grade::MayReplace),
        (Replaced::No, Grade::InPlace),
    ] {
        let mut rig = rig(named("new"), named("old"));
        plan(&rig, vec![modify("Jobs", replaced)]);
        let came = rig.deploy().await;
        let review = came.reviews()[0];
        assert_eq!(review.grade, Some(grade));
        let is_told =
            review.highlights.iter().any(|one| matches!(one.kind, Kind::Replaces | Kind::MayReplace));
        assert_eq!(is_told, replaced != Replaced::No);
    }
}

#[tokio::test(start_paused = true)]
async fn what_only_the_change_set_knows_is_shown_with_its_cause() {
    let mut rig =
        rig(json!({ "Jobs": alarm(0), "Mails": alarm(1) }), json!({ "Jobs": alarm(0), "Mails": alarm(0) }));
    let detail = PlannedDetail {
        attribute: "Properties".to_owned(),
        name: Some("Tags".to_owned()),
        path: Some("/Properties/Tags/0/Value".to_owned()),
        before: Some("blue".to_owned()),
        after: Some("green".to_owned()),
        recreation: Recreation::Never,
        source: Some("ParameterReference".to_owned()),
        cause: Some("Color".to_owned()),
    };
    plan(
        &rig,
        vec![
            PlannedChange { details: vec![detail], ..modify("Jobs", Replaced::No) },
            modify("Mails", Replaced::No),
        ],
    );
    let came = rig.deploy().await;
    let jobs = &came.reviews()[0].diff.resources[0];
    assert_eq!((jobs.path.as_str(), jobs.action, jobs.grade), ("Shop/Jobs", Action::Changed, Grade::InPlace));
    let change = &jobs.changes[0];
    assert_eq!((change.path.as_str(), change.follows.as_deref()), ("Tags[0].Value", Some("Color")));
    assert_eq!((&change.before, &change.after), (&Some(json!("blue")), &Some(json!("green"))));
}

#[tokio::test(start_paused = true)]
async fn secrets_are_not_shown() {
    let new = json!({
        "Parameters": { "Pin": { "Type": "String", "NoEcho": true, "Default": "0" } },
        "Resources": { "Jobs": alarm(1) },
    });
    let mut rig =
        Rig::new(vec![Stack { template: new.to_string(), ..stack("Shop", json!({ "Jobs": alarm(1) })) }]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({ "Jobs": alarm(0) })));
    let detail = |name: &str, cause: Option<&str>| PlannedDetail {
        attribute: "Properties".to_owned(),
        name: Some(name.to_owned()),
        before: Some("hunter1".to_owned()),
        after: Some("hunter2".to_owned()),
        cause: cause.map(str::to_owned),
        ..PlannedDetail::default()
    };
    let details = vec![detail("MasterUserPassword", None), detail("Contact", Some("Pin"))];
    plan(&rig, vec![PlannedChange { details, ..modify("Jobs", Replaced::No) }]);
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    let all = format!("{:?}", came.told);
    assert!(all.contains("MasterUserPassword") && all.contains("Contact"));
    assert!(!all.contains("hunter"), "{all}");
}

#[tokio::test(start_paused = true)]
async fn characters_that_get_template_loses_are_no_difference() {
    let described = |text: &str| {
        let mut alarm = alarm(0);
        alarm["Metadata"] = json!({ "About": text });
        json!({ "Jobs": alarm, "Mails": crate::rig::alarm(0) })
    };
    let mut new = described("Grüße an alle 🎉");
    new["Mails"] = alarm(5);
    let mut rig = rig(new, described("Grüße an alle 🎉"));
    let came = rig.deploy().await;
    let paths: Vec<&str> = came.reviews()[0].diff.resources.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["Shop/Mails"]);
}

#[tokio::test(start_paused = true)]
async fn what_cloudformation_leaves_alone_is_not_told_as_a_change() {
    // A condition keeps the new queue away, and the table is only said to follow.
    let mut rig = rig(json!({ "Jobs": alarm(1), "Mails": alarm(1) }), json!({ "Jobs": alarm(0) }));
    plan(&rig, vec![modify("Jobs", Replaced::No)]);
    let came = rig.deploy().await;
    let paths: Vec<&str> = came.reviews()[0].diff.resources.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["Shop/Jobs"]);
}

#[tokio::test(start_paused = true)]
async fn drift_is_told() {
    let mut rig = rig(json!({ "Jobs": alarm(1) }), json!({ "Jobs": alarm(0) }));
    plan(&rig, vec![PlannedChange { drift: Some("MODIFIED".to_owned()), ..modify("Jobs", Replaced::No) }]);
    let came = rig.deploy().await;
    let changes = &came.reviews()[0].diff.resources[0].changes;
    assert!(changes.iter().any(|one| one.path == "changed beside the template (modified)"), "{changes:?}");
}

#[tokio::test(start_paused = true)]
async fn a_deployed_template_that_is_no_json_is_compared_by_the_change_set_alone() {
    let mut rig = rig(json!({ "Jobs": alarm(1) }), json!({ "Jobs": alarm(0) }));
    rig.cloud.world().stacks[0].template =
        "Resources:\n  Jobs:\n    Type: AWS::CloudWatch::Alarm\n".to_owned();
    plan(&rig, vec![modify("Jobs", Replaced::No)]);
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    assert_eq!(came.reviews()[0].diff.resources.len(), 1);
    assert_eq!(came.reviews()[0].grade, Some(Grade::InPlace));
}

#[tokio::test(start_paused = true)]
async fn comparing_makes_no_change_set() {
    let mut rig = rig(json!({ "Orders": table("new") }), json!({ "Orders": table("old") }));
    let (session, target) = (rig.session.clone(), rig.target.clone());
    let came = rig.drive(async move { compare(&session, &target, &[]).await }).await;
    let reviews = came.result.expect("it works");
    assert_eq!(reviews[0].grade, Some(Grade::Destroys));
    assert_eq!(rig.cloud.count("CreateChangeSet"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_deployed_template_that_is_no_json_is_never_called_unchanged() {
    let mut rig = rig(json!({ "Jobs": alarm(1) }), json!({ "Jobs": alarm(0) }));
    rig.cloud.world().stacks[0].template =
        "Resources:\n  Jobs:\n    Type: AWS::CloudWatch::Alarm\n".to_owned();
    let (session, target) = (rig.session.clone(), rig.target.clone());
    let came = rig.drive(async move { compare(&session, &target, &[]).await }).await;
    assert_eq!(came.codes(), ["FW6218"]);
}
