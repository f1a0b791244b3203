//! Gates: takes the steps of each gate that a deployment waits at, and lets it go on, or back.

use std::{collections::BTreeMap, time::Duration};

use formwork_assembly::{Gate, GateStage, GateStep, Stack, digest};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::{
    super::{
        Question, Session,
        cloud::{Answer, Cloud, Fault, FaultKind, StackMember},
        patience::persist,
    },
    ecs::{Direction, Ecs, list},
    note,
    stopped::describe,
};

/// How far each gate is, by its hook.
pub(super) type Passages = BTreeMap<String, Passage>;

/// How far a gate is.
#[derive(Debug, Default)]
pub(super) struct Passage {
    /// The steps that have gone well.
    taken: usize,
    /// The steps that were told to begin.
    begun: usize,
    decision: Decision,
}

/// What was decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Decision {
    #[default]
    Open,
    /// What ECS is still to be told.
    Made(Direction),
    /// Nothing is left to do about it.
    Over,
}

/// Looks after the gates of one service.
pub(super) struct Gatekeeper<'a, C> {
    pub session: &'a Session<C>,
    pub stack: &'a Stack,
    pub stack_id: &'a str,
    pub ecs: &'a Ecs<'a, C>,
    pub members: &'a [StackMember],
}

/// A deployment that waits at a gate.
struct Waiting<'a> {
    gate: &'a Gate,
    hook: String,
    deployment: Value,
}

impl Waiting<'_> {
    fn arn(&self) -> &str {
        self.deployment["serviceDeploymentArn"].as_str().unwrap_or_default()
    }

    /// Tells the task of a step from all others, for ECS: whoever asks again, and be it another process, gets the task that runs already.
    fn token(&self, step: usize) -> String {
        digest(format!("{} {} {step}", self.arn(), self.hook).as_bytes())
    }
}

impl<C: Cloud> Gatekeeper<'_, C> {
    /// Opens the gates that deployments wait at.
    pub(super) async fn attend(&self, gates: &[&Gate], passages: &mut Passages) -> Answer<()> {
        for waiting in self.waiting(gates).await? {
            let passage = passages.entry(waiting.hook.clone()).or_default();
            if passage.decision == Decision::Open {
                // The old version has been through its gates.
                passage.decision = if self.is_going_back().await? {
                    Decision::Made(Direction::On)
                } else {
                    self.pass(&waiting, passage).await?
                };
            }
            if let Decision::Made(direction) = passage.decision {
                self.ecs.go(waiting.arn(), &waiting.hook, direction).await?;
                passage.decision = Decision::Over;
                self.note(
                    match direction {
                        Direction::On => "goes on".to_owned(),
                        Direction::Back => "goes back to the version before".to_owned(),
                    },
                    waiting.gate,
                );
            }
        }
        Ok(())
    }

    /// Tells, once each, which gates deployments wait at.
    pub(super) async fn tell(&self, gates: &[&Gate], passages: &mut Passages) -> Answer<()> {
        for waiting in self.waiting(gates).await? {
            let passage = passages.entry(waiting.hook.clone()).or_default();
            if passage.decision != Decision::Over {
                passage.decision = Decision::Over;
                let before = before(waiting.gate.stage);
                self.note(
                    format!("waits at a gate {before}: whoever deploys opens it, or `resume`"),
                    waiting.gate,
                );
            }
        }
        Ok(())
    }

    /// The deployments that wait at one of the gates.
    async fn waiting<'a>(&self, gates: &[&'a Gate]) -> Answer<Vec<Waiting<'a>>> {
        let deployments = self.ecs.deployments().await?;
        let waiting = deployments.into_iter().filter_map(|deployment| {
            let stage = GateStage::deserialize(&deployment["lifecycleStage"]).ok()?;
            let gate = gates.iter().find(|gate| gate.stage == stage)?;
            let hook = hook(&deployment)?.to_owned();
            Some(Waiting { gate, hook, deployment })
        });
        Ok(waiting.collect())
    }

    /// Takes the steps that are left. Over where the decision is left to somebody else.
    async fn pass(&self, waiting: &Waiting<'_>, passage: &mut Passage) -> Answer<Decision> {
        let gate = waiting.gate;
        for (place, step) in gate.steps.iter().enumerate().skip(passage.taken) {
            match step {
                GateStep::Task { task_definition, container, command, timeout_minutes } => {
                    let definition = task_definition.as_deref().map(|id| self.physical_id(id)).transpose()?;
                    let mut request =
                        request(self.ecs, &waiting.deployment, definition, container, command).await?;
                    request["clientToken"] = json!(waiting.token(place));
                    let minutes = Duration::from_secs(u64::from(*timeout_minutes) * 60);
                    if passage.begun <= place {
                        passage.begun = place + 1;
                        self.note(format!("runs the task of `{container}`"), gate);
                    }
                    if !self.run(request, container, minutes, gate).await? {
                        return Ok(Decision::Made(Direction::Back));
                    }
                }
                GateStep::Approval => {
                    let question =
                        Question::Approve { path: gate.path.clone(), before: before(gate.stage).to_owned() };
                    match self.session.teller.decide(question).await {
                        Some(true) => {}
                        Some(false) => return Ok(Decision::Made(Direction::Back)),
                        None => {
                            let text = format!(
                                "waits for an approval {}, at most {} minutes: `aws ecs continue-service-deployment` gives it",
                                before(gate.stage),
                                gate.timeout_minutes
                            );
                            self.note(text, gate);
                            return Ok(Decision::Over);
                        }
                    }
                }
            }
            passage.taken = place + 1;
        }
        Ok(Decision::Made(Direction::On))
    }

    /// Runs a task to its end. True where its container has done its work.
    async fn run(&self, request: Value, container: &str, minutes: Duration, gate: &Gate) -> Answer<bool> {
        let tell = |text: String| self.note(text, gate);
        let task = match self.ecs.run(request).await {
            Ok(Ok(task)) => task,
            Ok(Err(reason)) => {
                tell(format!("the task of `{container}` could not be started: {reason}"));
                return Ok(false);
            }
            // Nothing is wrong with a caller or a connection: the task itself can never be started.
            Err(fault) if matches!(fault.kind, FaultKind::Invalid | FaultKind::Missing) => {
                tell(format!("the task of `{container}` cannot be started: {fault}"));
                return Ok(false);
            }
            Err(fault) => return Err(fault),
        };
        let arn = task["taskArn"].as_str().unwrap_or_default().to_owned();
        let Ok(ended) = timeout(minutes, self.ended(&arn)).await else {
            tell(format!("the task of `{container}` takes longer than {} minutes", minutes.as_secs() / 60));
            self.ecs.stop(&arn, "it takes longer than it may").await?;
            return Ok(false);
        };
        let task = ended?;
        let containers = list(&task, "containers");
        let done = containers.iter().any(|one| one["name"] == container && one["exitCode"] == 0);
        tell(if done {
            format!("the task of `{container}` is done")
        } else {
            describe(self.ecs, &task).await
        });
        Ok(done)
    }

    /// The task, once it has stopped.
    async fn ended(&self, arn: &str) -> Answer<Value> {
        let arns = [arn.to_owned()];
        loop {
            let tasks = persist(self.session, async || self.ecs.tasks(&arns).await).await?;
            if let Some(task) = tasks.into_iter().find(|task| task["lastStatus"] == "STOPPED") {
                return Ok(task);
            }
            sleep(self.session.pace).await;
        }
    }

    /// True where CloudFormation takes the stack back to the version before.
    async fn is_going_back(&self) -> Answer<bool> {
        let stack = self.session.cloud.describe_stack(self.stack_id).await?;
        Ok(stack.is_some_and(|stack| stack.status.0.contains("ROLLBACK")))
    }

    fn physical_id(&self, logical_id: &str) -> Answer<String> {
        let member = self.members.iter().find(|member| member.logical_id == logical_id);
        let made = member.map(|member| member.physical_id.clone()).filter(|id| !id.is_empty());
        made.ok_or_else(|| {
            let text = format!("the task definition `{logical_id}` is not made yet");
            Fault::new(FaultKind::Missing, "ecs:RunTask", text)
        })
    }

    fn note(&self, text: String, gate: &Gate) {
        note(self.session, self.stack, &gate.service, text);
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

/// The hook that a deployment waits at.
fn hook(deployment: &Value) -> Option<&str> {
    let hooks = list(deployment, "lifecycleHookDetails");
    let hook =
        hooks.iter().find(|hook| hook["targetType"] == "PAUSE" && hook["status"] == "AWAITING_ACTION")?;
    hook["hookId"].as_str()
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
