//! Gates and stopped tasks, with an ECS that answers from a script.

use std::time::Duration;

use formwork_assembly::{Gate, GateStage, GateStep, ResourceOrigin, Stack, digest};
use serde_json::{Value, json};
use tokio::{sync::mpsc::UnboundedReceiver, time::timeout};

use super::{
    super::{
        Interrupts, Progress, Question, Session, Teller,
        cloud::{Call, Fault, FaultKind, Identity},
        testing::FakeCloud,
    },
    Attendance, attend,
};

const TEMPLATE: &str = r#"{ "Resources": { "Api": { "Type": "AWS::ECS::Service" }, "Migrate": { "Type": "AWS::ECS::TaskDefinition" } } }"#;

/// A stack with a service that runs a task, and then wants to be approved, before its first task starts.
fn stack(steps: Vec<GateStep>) -> Stack {
    let gate = Gate {
        path: "Shop/Api".to_owned(),
        service: "Api".to_owned(),
        stage: GateStage::PreScaleUp,
        timeout_minutes: 60,
        steps,
    };
    Stack {
        id: "Shop".to_owned(),
        template: TEMPLATE.to_owned(),
        gates: vec![gate],
        resources: vec![ResourceOrigin {
            logical_id: "Api".to_owned(),
            path: "Shop/Api".to_owned(),
            at: None,
        }],
        ..Stack::default()
    }
}

fn migration() -> GateStep {
    GateStep::Task {
        task_definition: Some("Migrate".to_owned()),
        container: "app".to_owned(),
        command: vec!["migrate".to_owned()],
        timeout_minutes: 30,
    }
}

/// A service that waits at the gate, and a task that ends with an exit code.
fn waiting(exit_code: i64) -> FakeCloud {
    let cloud = FakeCloud::new();
    let mut world = cloud.world();
    let stack = world.put("shop", "eu-west-1", "UPDATE_IN_PROGRESS", TEMPLATE);
    stack.members[0].physical_id = "arn:aws:ecs:eu-west-1:111122223333:service/main/api".to_owned();
    stack.is.id = "arn:shop".to_owned();
    let deployment = json!({
        "serviceDeploymentArn": "arn:deployment", "status": "IN_PROGRESS", "lifecycleStage": "PRE_SCALE_UP",
        "targetServiceRevision": { "arn": "arn:revision" },
        "lifecycleHookDetails": [{ "hookId": "hook-1", "targetType": "PAUSE", "status": "AWAITING_ACTION" }],
    });
    let network = json!({ "awsvpcConfiguration": { "subnets": ["subnet-1"], "securityGroups": ["sg-1"] } });
    let stopped = json!({
        "taskArn": "arn:task/1", "lastStatus": "STOPPED", "stoppedReason": "Essential container in task exited",
        "taskDefinitionArn": "arn:definition",
        "containers": [{ "name": "app", "exitCode": exit_code }, { "name": "logs", "exitCode": 0 }],
    });
    let log = json!({ "options": { "awslogs-group": "shop", "awslogs-stream-prefix": "api" } });
    for (operation, answer) in [
        (
            "ecs:ListServiceDeployments",
            json!({ "serviceDeployments": [{ "serviceDeploymentArn": "arn:deployment" }] }),
        ),
        ("ecs:DescribeServiceDeployments", json!({ "serviceDeployments": [deployment] })),
        (
            "ecs:DescribeServiceRevisions",
            json!({ "serviceRevisions": [{ "taskDefinition": "api:7", "launchType": "FARGATE", "networkConfiguration": network }] }),
        ),
        ("ecs:RunTask", json!({ "tasks": [{ "taskArn": "arn:task/1" }] })),
        ("ecs:DescribeTasks", json!({ "tasks": [{ "taskArn": "arn:task/1", "lastStatus": "RUNNING" }] })),
        ("ecs:DescribeTasks", json!({ "tasks": [stopped] })),
        (
            "ecs:DescribeTaskDefinition",
            json!({ "taskDefinition": { "containerDefinitions": [{ "name": "app", "logConfiguration": log }] } }),
        ),
        ("logs:GetLogEvents", json!({ "events": [{ "message": "no such column\n" }] })),
        ("ecs:ListTasks", json!({ "taskArns": [] })),
        ("ecs:ContinueServiceDeployment", json!({})),
    ] {
        world.answers.push((operation.to_owned(), answer));
    }
    drop(world);
    cloud
}

/// Attends for an hour. Answers questions as told, or not at all.
async fn an_hour(cloud: &FakeCloud, stack: &Stack, answer: Option<bool>) -> Vec<String> {
    an_hour_of(cloud, stack, answer, Attendance::Opens).await
}

/// Attends for an hour, in one way or the other.
async fn an_hour_of(
    cloud: &FakeCloud,
    stack: &Stack,
    answer: Option<bool>,
    attendance: Attendance,
) -> Vec<String> {
    let (teller, mut told) = Teller::channel();
    let (_interrupter, interrupts) = Interrupts::new();
    let session = Session {
        cloud: cloud.clone(),
        desks: Default::default(),
        own: None,
        caller: Identity { account: "111122223333".to_owned(), arn: "arn:user".to_owned() },
        teller,
        interrupts,
        pace: Duration::from_secs(5),
        run: "run".to_owned(),
        builder: "docker".into(),
        builder_settings: None,
        scratch: Default::default(),
        local: None,
    };
    let attend = async move {
        // The session goes with it, so that the listener ends too.
        timeout(Duration::from_secs(3600), attend(&session, stack, "arn:shop", attendance)).await
    };
    let (over, notes) = tokio::join!(attend, listen(&mut told, answer));
    assert!(over.is_err(), "it attends for as long as it may");
    notes
}

async fn listen(told: &mut UnboundedReceiver<Progress>, yes: Option<bool>) -> Vec<String> {
    let mut notes = Vec::new();
    while let Some(progress) = told.recv().await {
        match progress {
            Progress::Note { path, text, .. } => notes.push(format!("{path}: {text}")),
            Progress::Question { question: Question::Approve { path, before }, answer } => {
                notes.push(format!("{path}? {before}"));
                if let Some(yes) = yes {
                    let _ = answer.send(yes);
                }
            }
            Progress::NoAnswer { .. } | Progress::Answered => {}
            other => panic!("{other:?}"),
        }
    }
    notes
}

fn asked(cloud: &FakeCloud, operation: &str) -> Vec<Value> {
    let world = cloud.world();
    let calls = world.requests.iter().filter(|call| call.operation() == operation);
    calls
        .map(|call| match call {
            Call::Json { body, .. } => body.clone(),
            Call::Rest { .. } => Value::Null,
        })
        .collect()
}

/// How many tasks ECS has started: one for each token, and one for each request that has none.
fn started(cloud: &FakeCloud) -> usize {
    let mut tokens: Vec<Value> = Vec::new();
    for request in asked(cloud, "ecs:RunTask") {
        let token = request["clientToken"].clone();
        if token.is_null() || !tokens.contains(&token) {
            tokens.push(token);
        }
    }
    tokens.len()
}

#[tokio::test(start_paused = true)]
async fn a_gate_opens_once_its_task_is_done_and_somebody_agrees() {
    let cloud = waiting(0);
    let notes = an_hour(&cloud, &stack(vec![migration(), GateStep::Approval]), Some(true)).await;
    assert_eq!(
        notes,
        [
            "Shop/Api: runs the task of `app`",
            "Shop/Api: the task of `app` is done",
            "Shop/Api? before its first task starts",
            "Shop/Api: goes on",
        ]
    );
    assert_eq!(
        asked(&cloud, "ecs:RunTask"),
        [json!({
            "cluster": "main", "count": 1, "taskDefinition": "physical-Migrate", "startedBy": "formwork",
            "clientToken": digest(b"arn:deployment hook-1 0"),
            "launchType": "FARGATE", "propagateTags": "TASK_DEFINITION",
            "networkConfiguration": { "awsvpcConfiguration": { "subnets": ["subnet-1"], "securityGroups": ["sg-1"] } },
            "overrides": { "containerOverrides": [{ "name": "app", "command": ["migrate"] }] },
        })]
    );
    assert_eq!(
        asked(&cloud, "ecs:ContinueServiceDeployment"),
        [json!({ "serviceDeploymentArn": "arn:deployment", "hookId": "hook-1", "action": "CONTINUE" })],
        "once, though the deployment is looked at again and again"
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_that_fails_sends_the_deployment_back_with_its_last_words() {
    let cloud = waiting(3);
    let notes = an_hour(&cloud, &stack(vec![migration(), GateStep::Approval]), Some(true)).await;
    assert_eq!(
        notes,
        [
            "Shop/Api: runs the task of `app`",
            "Shop/Api: a task stopped: Essential container in task exited; container app: exit code 3\n  app | no such column",
            "Shop/Api: goes back to the version before",
        ]
    );
    assert_eq!(asked(&cloud, "ecs:ContinueServiceDeployment")[0]["action"], "ROLLBACK");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_takes_too_long_is_stopped() {
    let cloud = waiting(0);
    cloud.world().answers.retain(|(operation, answer)| {
        operation != "ecs:DescribeTasks" || answer["tasks"][0]["lastStatus"] == "RUNNING"
    });
    cloud.world().answers.push(("ecs:StopTask".to_owned(), json!({})));
    let notes = an_hour(&cloud, &stack(vec![migration()]), None).await;
    assert_eq!(notes[1], "Shop/Api: the task of `app` takes longer than 30 minutes");
    assert_eq!(asked(&cloud, "ecs:StopTask")[0]["task"], "arn:task/1");
    assert_eq!(asked(&cloud, "ecs:ContinueServiceDeployment")[0]["action"], "ROLLBACK");
}

#[tokio::test(start_paused = true)]
async fn who_is_not_there_refuses_nothing() {
    let cloud = waiting(0);
    let notes = an_hour(&cloud, &stack(vec![GateStep::Approval]), None).await;
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[1].contains("waits for an approval before its first task starts"), "{notes:?}");
    assert!(asked(&cloud, "ecs:ContinueServiceDeployment").is_empty());
    let cloud = waiting(0);
    an_hour(&cloud, &stack(vec![GateStep::Approval]), Some(false)).await;
    assert_eq!(asked(&cloud, "ecs:ContinueServiceDeployment")[0]["action"], "ROLLBACK");
}

#[tokio::test(start_paused = true)]
async fn while_the_stack_goes_back_gates_open_without_their_steps() {
    let cloud = waiting(0);
    cloud.world().stacks[0].is.status.0 = "UPDATE_ROLLBACK_IN_PROGRESS".to_owned();
    let notes = an_hour(&cloud, &stack(vec![migration(), GateStep::Approval]), None).await;
    assert_eq!(notes, ["Shop/Api: goes on"]);
    assert!(asked(&cloud, "ecs:RunTask").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_decision_that_did_not_arrive_is_told_again() {
    let cloud = waiting(0);
    cloud.fault("ecs:ContinueServiceDeployment", 1, FaultKind::Unreachable);
    an_hour(&cloud, &stack(vec![migration()]), None).await;
    assert_eq!(asked(&cloud, "ecs:RunTask").len(), 1, "the task is not run again");
    assert_eq!(cloud.count("ecs:ContinueServiceDeployment"), 2);
}

#[tokio::test(start_paused = true)]
async fn who_may_not_ask_ecs_says_so_once() {
    let cloud = waiting(0);
    for nth in 1..1000 {
        cloud.fault("ecs:ListServiceDeployments", nth, FaultKind::Denied);
    }
    let notes = an_hour(&cloud, &stack(vec![migration()]), None).await;
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains("`ecs:ListServiceDeployments` is not allowed"), "{notes:?}");
}

#[tokio::test(start_paused = true)]
async fn tasks_that_stop_are_told_once_each() {
    let cloud = waiting(137);
    {
        let mut world = cloud.world();
        world.answers.retain(|(operation, _)| operation != "ecs:ListTasks");
        for arns in [json!(["arn:task/0"]), json!(["arn:task/0", "arn:task/1"])] {
            world.answers.push(("ecs:ListTasks".to_owned(), json!({ "taskArns": arns })));
        }
        let running = world.answers.iter().position(|(operation, _)| operation == "ecs:DescribeTasks");
        world.answers.remove(running.expect("is there"));
    }
    let notes = an_hour(&cloud, &Stack { gates: Vec::new(), ..stack(Vec::new()) }, None).await;
    assert_eq!(
        notes,
        [
            "Shop/Api: a task stopped: Essential container in task exited; container app: exit code 137\n  app | no such column"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_is_started_once_whatever_becomes_of_the_answers() {
    for (operation, kind) in [
        ("ecs:RunTask", FaultKind::Unreachable),
        ("ecs:RunTask", FaultKind::Garbled),
        ("ecs:DescribeTasks", FaultKind::Garbled),
        ("ecs:DescribeTasks", FaultKind::Expired),
        ("ecs:ContinueServiceDeployment", FaultKind::Denied),
    ] {
        let cloud = waiting(0);
        cloud.fault(operation, 1, kind);
        let notes = an_hour(&cloud, &stack(vec![migration()]), None).await;
        assert_eq!(started(&cloud), 1, "{operation} {kind:?}");
        assert_eq!(notes.last().map(String::as_str), Some("Shop/Api: goes on"), "{operation} {kind:?}");
        let begun = notes.iter().filter(|note| note.contains("runs the task")).count();
        assert_eq!(begun, 1, "{operation} {kind:?}: {notes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_who_deploy_start_one_task_and_each_step_has_its_own() {
    let cloud = waiting(0);
    let stack = stack(vec![migration(), migration()]);
    tokio::join!(an_hour(&cloud, &stack, None), an_hour(&cloud, &stack, None));
    assert_eq!(asked(&cloud, "ecs:RunTask").len(), 4);
    assert_eq!(started(&cloud), 2);
    assert!(
        asked(&cloud, "ecs:RunTask")
            .iter()
            .all(|one| one["clientToken"].as_str().is_some_and(|token| token.len() <= 64))
    );
}

#[tokio::test(start_paused = true)]
async fn who_only_looks_on_tells_of_a_gate_and_leaves_it() {
    let cloud = waiting(0);
    let steps = vec![migration(), GateStep::Approval];
    let notes = an_hour_of(&cloud, &stack(steps), Some(true), Attendance::Tells).await;
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].starts_with("Shop/Api: waits at a gate before its first task starts"), "{notes:?}");
    assert!(asked(&cloud, "ecs:RunTask").is_empty());
    assert!(asked(&cloud, "ecs:ContinueServiceDeployment").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_can_never_be_started_sends_the_deployment_back_and_says_why() {
    let cloud = waiting(0);
    let fault = Fault::new(FaultKind::Invalid, "ecs:RunTask", "TaskDefinition is inactive");
    cloud.fault_with("ecs:RunTask", 1, fault);
    let notes = an_hour(&cloud, &stack(vec![migration()]), None).await;
    assert_eq!(
        notes[1..],
        [
            "Shop/Api: the task of `app` cannot be started: TaskDefinition is inactive",
            "Shop/Api: goes back to the version before",
        ]
    );
    assert_eq!(asked(&cloud, "ecs:ContinueServiceDeployment")[0]["action"], "ROLLBACK");
}

#[tokio::test(start_paused = true)]
async fn a_task_definition_that_is_not_made_yet_is_waited_for() {
    let cloud = waiting(0);
    let made = cloud.world().stacks[0].members.pop().expect("the task definition");
    cloud.at("ListStackResources", 3, move |world| world.stacks[0].members.push(made));
    let notes = an_hour(&cloud, &stack(vec![migration()]), None).await;
    assert!(notes[0].contains("`Migrate` is not made yet"), "{notes:?}");
    assert_eq!(notes[3], "Shop/Api: goes on");
}

#[tokio::test(start_paused = true)]
async fn who_may_not_look_for_stopped_tasks_opens_gates_all_the_same() {
    let cloud = waiting(0);
    // The gate is reached only after the first look at tasks.
    for nth in 1..10 {
        cloud.fault("ecs:ListServiceDeployments", nth, FaultKind::Unavailable);
    }
    for nth in 1..1000 {
        cloud.fault("ecs:ListTasks", nth, FaultKind::Denied);
    }
    let notes = an_hour(&cloud, &stack(vec![GateStep::Approval]), Some(true)).await;
    assert_eq!(notes.iter().filter(|note| note.contains("`ecs:ListTasks` is not allowed")).count(), 1);
    assert!(notes.contains(&"Shop/Api: goes on".to_owned()), "{notes:?}");
}

#[tokio::test(start_paused = true)]
async fn the_resources_of_a_stack_are_listed_once_a_round_for_all_its_services() {
    let cloud = waiting(0);
    let template = r#"{ "Resources": { "Api": { "Type": "AWS::ECS::Service" }, "Web": { "Type": "AWS::ECS::Service" } } }"#;
    let gates = ["Api", "Web"]
        .map(|service| Gate { service: service.to_owned(), ..stack(Vec::new()).gates.remove(0) });
    let two = Stack { template: template.to_owned(), gates: gates.to_vec(), ..stack(Vec::new()) };
    an_hour(&cloud, &two, None).await;
    let rounds = 3600 / 5;
    assert!(cloud.count("ListStackResources") <= rounds, "{}", cloud.count("ListStackResources"));
}
