//! Gates: takes the steps of each gate that a deployment waits at, and lets it go on, or back.

use std::{collections::BTreeMap, time::Duration};

use formwork_assembly::{Gate, GateStage, GateStep, Stack};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::{
    super::{
        Question, Session,
        cloud::{Answer, Cloud, StackMember},
    },
    ecs::{Direction, Ecs, list},
    note,
    stopped::describe,
};

/// What was decided, by hook; none where nothing is left to do about it.
pub(super) type Decided = BTreeMap<String, Option<Direction>>;

/// Opens the gates of a service that its deployments wait at.
pub(super) async fn attend<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    stack_id: &str,
    ecs: &Ecs<'_, C>,
    gates: &[&Gate],
    members: &[StackMember],
    decided: &mut Decided,
) -> Answer<()> {
    for deployment in ecs.deployments().await? {
        let stage = stage(&deployment);
        let Some(gate) = gates.iter().find(|gate| Some(word(gate.stage)) == stage) else { continue };
        let arn = deployment["serviceDeploymentArn"].as_str().unwrap_or_default();
        let Some(hook) = waiting(&deployment) else { continue };
        let direction = match decided.get(hook) {
            Some(direction) => *direction,
            // The old version has been through its gates.
            None if is_going_back(session, stack_id, &deployment).await? => Some(Direction::On),
            None => pass(session, stack, ecs, gate, members, &deployment).await?,
        };
        decided.insert(hook.to_owned(), direction);
        if let Some(direction) = direction {
            ecs.go(arn, hook, direction).await?;
            decided.insert(hook.to_owned(), None);
            let text = match direction {
                Direction::On => "goes on".to_owned(),
                Direction::Back => "goes back to the version before".to_owned(),
            };
            note(session, stack, &gate.service, text);
        }
    }
    Ok(())
}

/// Takes the steps. None where the decision is left to somebody else.
async fn pass<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    ecs: &Ecs<'_, C>,
    gate: &Gate,
    members: &[StackMember],
    deployment: &Value,
) -> Answer<Option<Direction>> {
    for step in &gate.steps {
        match step {
            GateStep::Task { task_definition, container, command, timeout_minutes } => {
                let definition = task_definition.as_ref().map(|id| physical_id(members, id));
                let request = request(ecs, deployment, definition, container, command).await?;
                let minutes = Duration::from_secs(u64::from(*timeout_minutes) * 60);
                let tell = |text: String| note(session, stack, &gate.service, text);
                if !run(session, ecs, request, container, minutes, &tell).await? {
                    return Ok(Some(Direction::Back));
                }
            }
            GateStep::Approval => {
                let question =
                    Question::Approve { path: gate.path.clone(), before: before(gate.stage).to_owned() };
                match session.teller.decide(question).await {
                    Some(true) => {}
                    Some(false) => return Ok(Some(Direction::Back)),
                    None => {
                        let text = format!(
                            "waits for an approval {}, at most {} minutes: `aws ecs continue-service-deployment` gives it",
                            before(gate.stage),
                            gate.timeout_minutes
                        );
                        note(session, stack, &gate.service, text);
                        return Ok(None);
                    }
                }
            }
        }
    }
    Ok(Some(Direction::On))
}

/// Runs a task to its end. True where its container has done its work.
async fn run<C: Cloud>(
    session: &Session<C>,
    ecs: &Ecs<'_, C>,
    request: Value,
    container: &str,
    minutes: Duration,
    tell: &impl Fn(String),
) -> Answer<bool> {
    tell(format!("runs the task of `{container}`"));
    let task = match ecs.run(request).await? {
        Ok(task) => task,
        Err(reason) => {
            tell(format!("the task of `{container}` could not be started: {reason}"));
            return Ok(false);
        }
    };
    let arn = task["taskArn"].as_str().unwrap_or_default().to_owned();
    let ended = timeout(minutes, ended(session, ecs, &arn)).await;
    let Ok(ended) = ended else {
        tell(format!("the task of `{container}` takes longer than {} minutes", minutes.as_secs() / 60));
        ecs.stop(&arn, "it takes longer than it may").await?;
        return Ok(false);
    };
    let task = ended?;
    let containers = list(&task, "containers");
    let done = containers.iter().any(|one| one["name"] == container && one["exitCode"] == 0);
    tell(if done { format!("the task of `{container}` is done") } else { describe(ecs, &task).await });
    Ok(done)
}

/// The task, once it has stopped.
async fn ended<C: Cloud>(session: &Session<C>, ecs: &Ecs<'_, C>, arn: &str) -> Answer<Value> {
    loop {
        match ecs.tasks(&[arn.to_owned()]).await {
            Ok(tasks) => {
                if let Some(task) = tasks.into_iter().find(|task| task["lastStatus"] == "STOPPED") {
                    return Ok(task);
                }
            }
            Err(fault) if fault.is_passing() => {}
            Err(fault) => return Err(fault),
        }
        sleep(session.pace).await;
    }
}

/// A task in the place of the version that is deployed: its network, its capacity.
async fn request<C: Cloud>(
    ecs: &Ecs<'_, C>,
    deployment: &Value,
    definition: Option<String>,
    container: &str,
    command: &[String],
) -> Answer<Value> {
    let revision =
        deployment.pointer("/targetServiceRevision/arn").and_then(Value::as_str).unwrap_or_default();
    let revision = ecs.revision(revision).await?;
    let definition = definition.map_or_else(|| revision["taskDefinition"].clone(), Value::String);
    let mut request =
        json!({ "taskDefinition": definition, "startedBy": "formwork", "propagateTags": "TASK_DEFINITION" });
    for name in ["networkConfiguration", "platformVersion"] {
        if !revision[name].is_null() {
            request[name] = revision[name].clone();
        }
    }
    // ECS takes one of the two.
    let capacity = list(&revision, "capacityProviderStrategy");
    if capacity.is_empty() {
        if !revision["launchType"].is_null() {
            request["launchType"] = revision["launchType"].clone();
        }
    } else {
        request["capacityProviderStrategy"] = json!(capacity);
    }
    if !command.is_empty() {
        request["overrides"] = json!({ "containerOverrides": [{ "name": container, "command": command }] });
    }
    Ok(request)
}

/// The stage that a deployment is at.
fn stage(deployment: &Value) -> Option<&str> {
    deployment["lifecycleStage"].as_str()
}

/// The hook that a deployment waits at.
fn waiting(deployment: &Value) -> Option<&str> {
    let hooks = list(deployment, "lifecycleHookDetails");
    let hook =
        hooks.iter().find(|hook| hook["targetType"] == "PAUSE" && hook["status"] == "AWAITING_ACTION")?;
    hook["hookId"].as_str()
}

/// True where the version before comes back.
async fn is_going_back<C: Cloud>(session: &Session<C>, stack_id: &str, deployment: &Value) -> Answer<bool> {
    let is_rollback = |status: &str| status.contains("ROLLBACK");
    if deployment["status"].as_str().is_some_and(is_rollback) {
        return Ok(true);
    }
    let stack = session.cloud.describe_stack(stack_id).await?;
    Ok(stack.is_some_and(|stack| is_rollback(&stack.status.0)))
}

fn physical_id(members: &[StackMember], logical_id: &str) -> String {
    let member = members.iter().find(|member| member.logical_id == logical_id);
    member.map(|member| member.physical_id.clone()).unwrap_or_default()
}

/// ECS's own word for a stage.
fn word(stage: GateStage) -> &'static str {
    match stage {
        GateStage::PreScaleUp => "PRE_SCALE_UP",
        GateStage::PostScaleUp => "POST_SCALE_UP",
        GateStage::PostTestTrafficShift => "POST_TEST_TRAFFIC_SHIFT",
        GateStage::PreProductionTrafficShift => "PRE_PRODUCTION_TRAFFIC_SHIFT",
        GateStage::PostProductionTrafficShift => "POST_PRODUCTION_TRAFFIC_SHIFT",
    }
}

/// What comes next, in words.
fn before(stage: GateStage) -> &'static str {
    match stage {
        GateStage::PreScaleUp => "before its first task starts",
        GateStage::PostScaleUp => "now that its tasks run",
        GateStage::PostTestTrafficShift => "before it gets traffic, now that it is tested",
        GateStage::PreProductionTrafficShift => "before it gets traffic",
        GateStage::PostProductionTrafficShift => "before the old version goes",
    }
}
