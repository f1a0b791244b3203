//! Stacks: made, changed, replaced, rolled back, left alone.

use formwork_cli::deploy::{Done, FailureKind, Options};
use serde_json::{Value, json};

use crate::world::{World, stack};

fn queue(seconds: u32) -> Value {
    json!({
        "Resources": {
            "Failed": { "Type": "AWS::SQS::Queue" },
            "Jobs": { "Type": "AWS::SQS::Queue", "Properties": {
                "VisibilityTimeout": seconds,
                "RedrivePolicy": { "deadLetterTargetArn": { "Fn::GetAtt": ["Failed", "Arn"] }, "maxReceiveCount": 3 },
            } },
        },
        "Outputs": { "Url": { "Value": { "Ref": "Jobs" } } },
    })
}

fn table(key: &str) -> Value {
    json!({ "Resources": { "Visits": { "Type": "AWS::DynamoDB::Table", "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": key, "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": key, "KeyType": "HASH" }],
    } } } })
}

#[test]
fn a_stack_is_made_then_left_alone_then_changed_in_place() {
    let Some(world) = World::new() else { return };
    let came = world.deploy(vec![stack("Shop", &queue(30))]);
    assert_eq!(came.ends(), [("Failed", "CREATE_COMPLETE"), ("Jobs", "CREATE_COMPLETE")]);
    let jobs =
        came.events("resource").into_iter().find(|event| event["logicalId"] == "Jobs").expect("is told");
    assert_eq!((&jobs["path"], &jobs["at"]["line"]), (&json!("Shop/Jobs"), &json!(11)));
    assert_eq!(came.questions.len(), 1);
    let outcome = came.well();
    assert_eq!(outcome.stacks[0].done, Done::Created);
    assert_eq!(outcome.stacks[0].outputs[0].key, "Url");
    assert!(
        outcome.stacks[0].outputs[0].value.contains(&world.account.number),
        "{:?}",
        outcome.stacks[0].outputs
    );

    let came = world.deploy(vec![stack("Shop", &queue(30))]);
    assert_eq!(
        (came.events("resource").len(), came.events("unchanged").len(), came.questions.len()),
        (0, 1, 0)
    );
    assert_eq!(came.well().stacks[0].done, Done::Unchanged);

    let came = world.deploy(vec![stack("Shop", &queue(60))]);
    let review = came.events("review")[0];
    assert_eq!(review["grade"], "in-place", "{review:#}");
    assert_eq!(review["diff"]["resources"][0]["logicalId"], "Jobs", "{review:#}");
    assert_eq!(came.ends(), [("Jobs", "UPDATE_COMPLETE")]);
    assert_eq!(came.well().stacks[0].done, Done::Updated);

    let mut more = queue(60);
    more["Resources"]["Mail"] = json!({ "Type": "AWS::SNS::Topic" });
    more["Resources"].as_object_mut().expect("is one").remove("Failed");
    more["Resources"]["Jobs"]["Properties"].as_object_mut().expect("is one").remove("RedrivePolicy");
    let allow = vec!["delete:Failed".parse().expect("is an allowance")];
    let came = world.deploy_with(vec![stack("Shop", &more)], &Options { allow, ..Options::default() });
    assert!(came.result.is_ok(), "{:#?}", came.result);
    let mut ends = came.ends();
    ends.sort_unstable();
    assert_eq!(ends, [("Jobs", "UPDATE_COMPLETE"), ("Mail", "CREATE_COMPLETE")]);
    assert_eq!(world.status("Shop").as_deref(), Some("UPDATE_COMPLETE"));
}

#[test]
fn a_table_is_replaced_only_by_whoever_allows_it() {
    let Some(world) = World::new() else { return };
    world.deploy(vec![stack("Shop", &table("page"))]).well();
    let came = world.deploy(vec![stack("Shop", &table("visitor"))]);
    let failure = came.badly(FailureKind::Refused);
    assert_eq!(failure.findings[0].path.as_deref(), Some("Shop/Visits"), "{:#?}", failure.findings);
    assert!(
        failure.findings[0].help.as_deref().is_some_and(|help| help.contains("--allow replace:")),
        "{:#?}",
        failure.findings
    );
    assert_eq!((came.questions.len(), world.status("Shop").as_deref()), (0, Some("CREATE_COMPLETE")));

    let allow = vec!["replace:Shop/Visits".parse().expect("is an allowance")];
    let came =
        world.deploy_with(vec![stack("Shop", &table("visitor"))], &Options { allow, ..Options::default() });
    assert_eq!(came.well().stacks[0].done, Done::Updated);
}

#[test]
fn what_fails_is_taken_back_and_told_with_its_line() {
    let Some(world) = World::new() else { return };
    world
        .account
        .faults(&json!([{ "at": "Jobs", "on": "create", "fail": "the account has too many queues" }]));
    let came = world.deploy(vec![stack("Shop", &queue(30))]);
    let failure = came.badly(FailureKind::Failed);
    let cause = &failure.findings[0];
    assert!(cause.message.contains("the account has too many queues"), "{cause:#?}");
    assert_eq!(cause.path.as_deref(), Some("Shop/Jobs"));
    assert_eq!(cause.at.as_ref().map(|at| at.line), Some(11));

    // The stack that is left is in nobody's way.
    world.account.faults(&json!([]));
    let options = Options { replace_failed: true, ..Options::default() };
    assert_eq!(
        world.deploy_with(vec![stack("Shop", &queue(30))], &options).well().stacks[0].done,
        Done::Created
    );

    world.account.faults(&json!([{ "at": "Jobs", "on": "update", "fail": "not today" }]));
    let mut changed = queue(60);
    changed["Resources"]["Failed"]["Properties"] = json!({ "VisibilityTimeout": 60 });
    let came = world.deploy(vec![stack("Shop", &changed)]);
    assert!(came.badly(FailureKind::Failed).findings[0].message.contains("not today"));
    assert_eq!(world.status("Shop").as_deref(), Some("UPDATE_ROLLBACK_COMPLETE"));
    world.account.faults(&json!([]));
    assert_eq!(world.deploy(vec![stack("Shop", &changed)]).well().stacks[0].done, Done::Updated);
}

#[test]
fn stacks_wait_for_those_that_they_take_from() {
    let Some(world) = World::new() else { return };
    let topic = json!({
        "Resources": { "Topic": { "Type": "AWS::SNS::Topic" } },
        "Outputs": { "Arn": { "Value": { "Ref": "Topic" } } },
    });
    let policy = |region: Option<&str>| {
        let mut output = json!({ "StackName": "shop-dev-Topics", "OutputName": "Arn" });
        if let Some(region) = region {
            output["Region"] = json!(region);
        }
        json!({ "Resources": { "Alarm": { "Type": "AWS::CloudWatch::Alarm", "Properties": {
            "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "MetricName": "Errors", "Namespace": "Shop",
            "Period": 60, "Statistic": "Sum", "Threshold": 0, "AlarmActions": [{ "Fn::GetStackOutput": output }],
        } } } })
    };
    let mut topics = stack("Topics", &topic);
    topics.region = Some("eu-west-1".to_owned());
    let mut alarms = stack("Alarms", &policy(Some("eu-west-1")));
    alarms.dependencies = vec!["Topics".to_owned()];
    let came = world.deploy(vec![topics, alarms]);
    assert_eq!(came.ends(), [("Topic", "CREATE_COMPLETE"), ("Alarm", "CREATE_COMPLETE")]);
    let done: Vec<Done> = came.well().stacks.into_iter().map(|stack| stack.done).collect();
    assert_eq!(done, [Done::Created, Done::Created]);
}

#[test]
fn what_waits_for_a_stack_that_failed_is_not_begun() {
    let Some(world) = World::new() else { return };
    world.account.faults(&json!([{ "at": "AWS::SNS::Topic", "on": "create", "fail": "no topics" }]));
    let topics = stack("Topics", &json!({ "Resources": { "Topic": { "Type": "AWS::SNS::Topic" } } }));
    let mut alarms = stack("Alarms", &queue(30));
    alarms.dependencies = vec!["Topics".to_owned()];
    let came = world.deploy(vec![topics, alarms]);
    let failure = came.badly(FailureKind::Failed);
    assert!(
        failure.findings.iter().any(|finding| finding.message.contains("`shop-dev-Alarms` was not begun")),
        "{failure:#?}"
    );
    assert_eq!(world.status("Alarms"), None);
}

#[test]
fn a_parameter_that_is_secret_is_never_told() {
    let Some(world) = World::new() else { return };
    let template = json!({
        "Parameters": { "Password": { "Type": "String", "NoEcho": true } },
        "Resources": { "Jobs": { "Type": "AWS::SQS::Queue", "Properties": { "Tags": [{ "Key": "p", "Value": { "Ref": "Password" } }] } } },
    });
    let given = |value: &str| formwork_cli::deploy::GivenParameter {
        stack: None,
        key: "Password".to_owned(),
        value: value.to_owned(),
    };
    for value in ["correct-horse", "battery-staple"] {
        let options = Options { parameters: vec![given(value)], ..Options::default() };
        let came = world.deploy_with(vec![stack("Shop", &template)], &options);
        let told = format!("{:?} {:?} {:?} {options:?}", came.events, came.questions, came.result);
        came.well();
        assert!(!told.contains(value), "{told}");
    }
}
