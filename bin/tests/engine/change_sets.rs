//! Change sets that fail, are empty, cannot know of drift, or come over many pages.

use formwork_assembly::Stack;
use formwork_cli::deploy::{
    Done, FailureKind, GivenParameter, Import, Mode, Question, Work,
    cloud::{
        ChangeSetKind, CloudFormation, Fault, FaultKind, ImportedResource, ParameterSetting, PlannedChange,
        Replaced, ValidationFinding,
    },
};
use serde_json::{Map, Value, json};

use crate::rig::{Rig, after, alarm, stack, template};

fn update() -> Rig {
    let rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(1) }))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({ "Jobs": alarm(0) })));
    rig
}

/// A new stack with a parameter that nobody may see, whose value is `hunter2`.
fn secretive() -> Rig {
    let template = json!({
        "Parameters": { "Password": { "Type": "String", "NoEcho": true } },
        "Resources": { "Jobs": alarm(1) },
    });
    let mut rig = Rig::new(vec![Stack { template: template.to_string(), ..stack("Shop", json!({})) }]);
    let (key, value) = ("Password".to_owned(), "hunter2".to_owned());
    rig.options.parameters = vec![GivenParameter { stack: None, key, value }];
    rig
}

#[tokio::test(start_paused = true)]
async fn every_way_to_say_nothing_changes_is_no_failure() {
    for text in [
        "The submitted information didn't contain changes. Submit different information to create a change set.",
        "No updates are to be performed.",
    ] {
        let mut rig = update();
        rig.cloud.world().broken.insert("shop-dev-Shop".to_owned(), text.to_owned());
        let came = rig.deploy().await;
        assert_eq!(came.result.as_ref().expect("it works").stacks[0].done, Done::Unchanged, "{text}");
        assert!(rig.cloud.world().change_sets.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_not_taken_for_no_change() {
    let mut rig = update();
    let text = "Transform failed: there were no changes of the macro that could be performed";
    rig.cloud.world().broken.insert("shop-dev-Shop".to_owned(), text.to_owned());
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6211"]);
    assert!(came.text().contains(text));
    assert!(rig.cloud.world().change_sets.is_empty(), "of no use to anybody");
    assert!(came.questions().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_shell_of_a_creation_that_cannot_be_planned_goes_again() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(1) }))]);
    rig.cloud.world().broken.insert("shop-dev-Shop".to_owned(), "no such type".to_owned());
    assert_eq!(rig.deploy().await.codes(), ["FW6211"]);
    assert!(rig.stacks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_the_validation_finds_names_construct_and_line() {
    let mut rig = update();
    rig.cloud.world().broken.insert("shop-dev-Shop".to_owned(), "validation failed".to_owned());
    let finding = |status: &str, reason: &str| ValidationFinding {
        logical_id: "Jobs".to_owned(),
        path: Some("/Resources/Jobs/Properties/AlarmName".to_owned()),
        status: status.to_owned(),
        name: "NAME_CONFLICT_VALIDATION".to_owned(),
        reason: reason.to_owned(),
    };
    rig.cloud.world().findings =
        vec![finding("FAILED", "a queue `jobs` is there."), finding("PASSED", "fine")];
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6212"]);
    let found = &came.failure().findings[0];
    assert_eq!(found.path.as_deref(), Some("Shop/Jobs"));
    assert_eq!(found.property.as_deref(), Some("Properties/AlarmName"));
    assert_eq!(found.at.as_ref().map(ToString::to_string).as_deref(), Some("src/main.rs:10:5"));
    assert!(found.message.ends_with("a queue `jobs` is there"), "{}", found.message);
}

#[tokio::test(start_paused = true)]
async fn all_failures_of_all_stacks_are_told_and_nothing_is_left() {
    let stacks = ["One", "Two", "Three"].map(|id| stack(id, json!({ "Jobs": alarm(1) })));
    let mut rig = Rig::new(stacks.to_vec());
    for name in ["shop-dev-One", "shop-dev-Three"] {
        rig.cloud.world().broken.insert(name.to_owned(), "no such type".to_owned());
    }
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6211", "FW6211"]);
    assert_eq!(came.failure().kind, FailureKind::Failed);
    assert!(rig.cloud.world().change_sets.is_empty() && rig.stacks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_protected_stage_compares_with_what_there_is_where_it_can() {
    let mut rig = Rig::protected(vec![stack("Shop", json!({ "Jobs": alarm(1) }))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({ "Jobs": alarm(0) })));
    rig.deploy().await.result.expect("it works");
    assert!(rig.cloud.world().change_sets[0].request.revert_drift);

    let mut rig = Rig::protected(vec![stack("Shop", json!({ "Jobs": alarm(1) }))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({ "Jobs": alarm(0) })));
    let fault =
        Fault::new(FaultKind::Invalid, "cloudformation:CreateChangeSet", "DeploymentMode is not supported");
    rig.cloud.fault_with("CreateChangeSet", 1, fault);
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    assert_eq!(came.warnings(), ["FW6215"]);
    assert!(!rig.cloud.world().change_sets[0].request.revert_drift);
}

#[tokio::test(start_paused = true)]
async fn changes_of_all_pages_are_reviewed() {
    let many = |delay| (0..25).map(|n| (format!("Queue{n:02}"), alarm(delay))).collect::<Map<_, _>>();
    let mut rig = Rig::new(vec![stack("Shop", many(1).into())]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(many(0).into()));
    rig.cloud.world().page = 4;
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    assert_eq!(came.reviews()[0].diff.resources.len(), 25);
    // The events came over many pages too, and none is lost or told twice.
    assert_eq!(came.resources().len(), 50);
    assert!(came.resources()[49].ends_with("25/25"));
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_for_is_what_the_options_say() {
    let new = Stack {
        tags: vec![("team".to_owned(), "shop".to_owned())],
        ..stack("Shop", json!({ "Jobs": alarm(1) }))
    };
    let mut rig = Rig::new(vec![new]);
    rig.options.role = Some("arn:aws:iam::111122223333:role/cfn".to_owned());
    rig.options.notify = vec!["arn:aws:sns:eu-west-1:111122223333:events".to_owned()];
    (rig.options.express, rig.options.import_existing) = (true, true);
    rig.deploy().await.result.expect("it works");
    let request = rig.cloud.world().change_sets[0].request.clone();
    assert_eq!((request.kind, request.delete_failed), (ChangeSetKind::Create, true));
    assert_eq!(request.role, rig.options.role);
    assert_eq!(request.notify, rig.options.notify);
    assert_eq!(request.tags, [("team".to_owned(), "shop".to_owned())]);
    assert!(request.express && request.import_existing && !request.revert_drift);
    assert!(request.token.bytes().all(|one| one.is_ascii_alphanumeric() || one == b'-'), "{}", request.token);
}

#[tokio::test(start_paused = true)]
async fn names_with_functions_are_warned_of_where_what_is_there_is_taken_over() {
    let named = |name: Value| {
        let properties = json!({ "AlarmName": name, "EvaluationPeriods": 1 });
        json!({ "Type": "AWS::CloudWatch::Alarm", "Properties": properties })
    };
    let function = named(json!({ "Fn::Sub": "${AWS::Region}-jobs" }));
    for (old, new, is_wanted, warnings) in [
        (json!({}), json!({ "Jobs": function }), true, vec!["FW6217"]),
        (json!({}), json!({ "Jobs": function }), false, Vec::new()),
        (json!({ "Jobs": function }), json!({ "Jobs": function, "Mails": alarm(1) }), true, Vec::new()),
        (json!({}), json!({ "Jobs": named(json!("jobs")) }), true, Vec::new()),
    ] {
        let mut rig = Rig::new(vec![stack("Shop", new)]);
        rig.cloud.world().deployed("shop-dev-Shop", &template(old));
        rig.options.import_existing = is_wanted;
        let came = rig.deploy().await;
        assert_eq!(came.warnings(), warnings);
        // CloudFormation looks at what is new only, and takes no name that it cannot read.
        assert_eq!(came.result.is_ok(), warnings.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn secret_values_go_to_aws_and_nowhere_else() {
    let mut rig = secretive();
    let came = rig.deploy().await;
    let given = rig.cloud.world().change_sets[0].request.parameters.clone();
    assert_eq!(given, [("Password".to_owned(), ParameterSetting::Value("hunter2".to_owned()))]);
    let all = format!("{:?} {:?} {:?} {given:?}", came.told, came.result, rig.options);
    assert!(!all.contains("hunter2"), "{all}");
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_waits_is_asked_about_again_only_where_it_is_graver() {
    let new = || {
        vec![stack("Net", json!({ "Jobs": alarm(1) })), after("Api", &["Net"], json!({ "Mails": alarm(1) }))]
    };
    for (is_graver, questions) in [(false, 1), (true, 2)] {
        let mut rig = Rig::new(new());
        rig.cloud.world().deployed("shop-dev-Net", &template(json!({ "Jobs": alarm(0) })));
        rig.cloud.world().deployed("shop-dev-Api", &template(json!({ "Mails": alarm(0) })));
        if is_graver {
            // What the other stack hands out replaces it: only its change set knows.
            let change = PlannedChange {
                logical_id: "Mails".to_owned(),
                kind: "AWS::CloudWatch::Alarm".to_owned(),
                replaced: Replaced::Yes,
                ..Default::default()
            };
            rig.cloud.world().plans.insert("shop-dev-Api".to_owned(), vec![change]);
        }
        let came = rig.deploy().await;
        came.result.as_ref().expect("it works");
        assert_eq!(came.questions().len(), questions);
        assert!(came.questions().iter().all(|one| matches!(one, Question::Proceed { .. })));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_lost_makes_no_second_change_set() {
    let mut rig = update();
    // It was made, but nobody heard of it; the repetition finds it.
    let mut probe = update();
    probe.deploy().await.result.expect("it works");
    let request = probe.cloud.world().change_sets[0].request.clone();
    rig.cloud.create_change_set(&request).await.expect("it is made");
    let came = rig.deploy().await;
    assert_eq!(came.result.as_ref().expect("it works").stacks[0].done, Done::Updated);
    assert_eq!(rig.cloud.world().change_sets.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn parameters_without_a_value_are_told_before_anything_begins() {
    let template = json!({
        "Parameters": { "Size": { "Type": "String" } },
        "Resources": { "Jobs": alarm(1) },
    });
    let later =
        Stack { template: template.to_string(), ..after("Later", &["Shop"], json!({ "Jobs": alarm(1) })) };
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(1) })), later]);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6550"]);
    assert!(rig.stacks().is_empty() && came.questions().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_import_leaves_all_other_stacks_alone() {
    let mut rig = Rig::new(vec![
        stack("Net", json!({ "Jobs": alarm(1) })),
        after("Shop", &["Net"], json!({ "Old": alarm(1) })),
    ]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({})));
    let identifier = vec![("AlarmName".to_owned(), "old".to_owned())];
    let (kind, logical_id) = ("AWS::CloudWatch::Alarm".to_owned(), "Old".to_owned());
    let resource = ImportedResource { kind, logical_id, identifier };
    rig.options.imports = vec![Import { stack: "Shop".to_owned(), resource: resource.clone() }];
    let came = rig.deploy().await;
    assert_eq!(came.result.expect("it works").stacks[0].done, Done::Imported);
    let requests: Vec<_> = rig.cloud.world().change_sets.iter().map(|set| set.request.clone()).collect();
    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].kind, &requests[0].imports), (ChangeSetKind::Import, &vec![resource]));
}

#[tokio::test(start_paused = true)]
async fn an_import_gives_a_stack_no_role_that_it_has_not() {
    let role = "arn:aws:iam::123456789012:role/shop-execution";
    for (before, sent, warnings) in [(None, None, vec!["FW6217"]), (Some(role), Some(role), Vec::new())] {
        let mut rig = Rig::new(vec![stack("Shop", json!({ "Old": alarm(1) }))]);
        rig.cloud.world().deployed("shop-dev-Shop", &template(json!({})));
        rig.cloud.world().stacks[0].is.role = before.map(str::to_owned);
        let resource = ImportedResource {
            kind: "AWS::CloudWatch::Alarm".to_owned(),
            logical_id: "Old".to_owned(),
            identifier: vec![("AlarmName".to_owned(), "old".to_owned())],
        };
        rig.options.imports = vec![Import { stack: "Shop".to_owned(), resource }];
        rig.options.role = Some(role.to_owned());
        let came = rig.deploy().await;
        assert_eq!(came.warnings(), warnings);
        assert_eq!(came.result.expect("it works").stacks[0].done, Done::Imported);
        assert_eq!(rig.cloud.world().change_sets[0].request.role.as_deref(), sent);
    }
}

#[tokio::test(start_paused = true)]
async fn another_harm_of_the_same_grade_is_asked_about_too() {
    let named = |name: &str| json!({ "Type": "AWS::CloudWatch::Alarm", "Properties": { "AlarmName": name } });
    let new = json!({ "Mails": named("new"), "Other": named("same") });
    let mut rig = Rig::new(vec![stack("Net", json!({ "Jobs": alarm(1) })), after("Api", &["Net"], new)]);
    rig.cloud.world().deployed("shop-dev-Net", &template(json!({ "Jobs": alarm(0) })));
    let old = template(json!({ "Mails": named("old"), "Other": named("same") }));
    rig.cloud.world().deployed("shop-dev-Api", &old);
    let replaced = |id: &str| PlannedChange {
        logical_id: id.to_owned(),
        kind: "AWS::CloudWatch::Alarm".to_owned(),
        replaced: Replaced::Yes,
        ..PlannedChange::default()
    };
    rig.cloud.world().plans.insert("shop-dev-Api".to_owned(), vec![replaced("Mails"), replaced("Other")]);
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    assert_eq!(came.questions().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_the_validation_only_warns_of_is_told_and_stops_nothing() {
    let mut rig = update();
    rig.cloud.world().findings = vec![ValidationFinding {
        logical_id: "Jobs".to_owned(),
        path: None,
        status: "WARN".to_owned(),
        name: "BUCKET_EMPTINESS_VALIDATION".to_owned(),
        reason: "the bucket is not empty".to_owned(),
    }];
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    assert_eq!(came.warnings(), ["FW6212"]);
}

#[tokio::test(start_paused = true)]
async fn reasons_do_not_repeat_secret_values() {
    let mut rig = secretive();
    let reason = "Parameter Password failed to satisfy constraint: hunter2 is too short";
    rig.cloud.world().broken.insert("shop-dev-Shop".to_owned(), reason.to_owned());
    let came = rig.deploy().await;
    assert!(came.text().contains("… is too short"), "{}", came.text());
    assert!(!format!("{:?} {:?}", came.told, came.result).contains("hunter2"));
}

#[tokio::test(start_paused = true)]
async fn an_import_that_was_prepared_is_told_as_one() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Old": alarm(1) }))]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(json!({})));
    let identifier = vec![("AlarmName".to_owned(), "old".to_owned())];
    let (kind, logical_id) = ("AWS::CloudWatch::Alarm".to_owned(), "Old".to_owned());
    let resource = ImportedResource { kind, logical_id, identifier };
    rig.options.imports = vec![Import { stack: "Shop".to_owned(), resource }];
    rig.options.mode = Mode::Prepare;
    rig.deploy().await.result.expect("it works");
    rig.options.imports.clear();
    rig.options.mode = Mode::Execute("formwork-run-1".to_owned());
    rig.session.run = "run-2".to_owned();
    let came = rig.deploy().await;
    assert_eq!(came.reviews()[0].work, Work::Import);
    assert_eq!(came.result.expect("it works").stacks[0].done, Done::Imported);
}
