//! CloudFormation in memory.

use super::{FakeCloud, plan, storage::page, work, world::FakeChangeSet};
use crate::deploy::cloud::{
    Answer, ChangeSetId, ChangeSetKind, ChangeSetPage, ChangeSetRequest, CloudFormation, Deletion,
    DriftDetection, Execution, Fault, FaultKind, Page, ResourceDrift, StackDescription, StackEvent,
    StackMember, TemplateSource, ValidationFinding,
};

/// What CloudFormation says of a change set that would do nothing.
const NOTHING: &str =
    "The submitted information didn't contain changes. Submit different information to create a change set.";

impl FakeCloud {
    /// The place of a stack in the world.
    fn place(&self, stack: &str, operation: &str) -> Answer<usize> {
        self.world().find(stack, &self.region).ok_or_else(|| missing(operation, stack))
    }

    /// The place of a change set in the world: by ARN, or by its name and the stack.
    fn change_set(&self, change_set: &str, stack: Option<&str>, operation: &str) -> Answer<usize> {
        let world = self.world();
        let stack =
            stack.and_then(|stack| world.find(stack, &self.region)).map(|place| &world.stacks[place].is.id);
        let found = world.change_sets.iter().rposition(|set| {
            set.id == change_set || (set.request.name == change_set && Some(&set.stack_id) == stack)
        });
        found.ok_or_else(|| missing(operation, change_set))
    }
}

impl CloudFormation for FakeCloud {
    async fn describe_stack(&self, stack: &str) -> Answer<Option<StackDescription>> {
        self.enter("DescribeStacks", stack).await?;
        let world = self.world();
        Ok(world.find(stack, &self.region).map(|place| world.stacks[place].is.clone()))
    }

    async fn get_template(&self, stack: &str) -> Answer<Option<String>> {
        self.enter("GetTemplate", stack).await?;
        let world = self.world();
        let found = world.find(stack, &self.region).map(|place| world.stacks[place].template.clone());
        // Characters beyond ASCII do not come back.
        Ok(found.map(|text| text.chars().map(|one| if one.is_ascii() { one } else { '?' }).collect()))
    }

    async fn list_stack_resources(&self, stack: &str, next: Option<&str>) -> Answer<Page<StackMember>> {
        self.enter("ListStackResources", stack).await?;
        let place = self.place(stack, "ListStackResources")?;
        let world = self.world();
        Ok(page(&world.stacks[place].members, next, world.page))
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Answer<ChangeSetId> {
        self.enter("CreateChangeSet", &request.stack).await?;
        let refuse = |kind, text: &str| Err(Fault::new(kind, "cloudformation:CreateChangeSet", text));
        let mut world = self.world();
        let found = world.find(&request.stack, &self.region);
        let place = match (found, request.kind) {
            (Some(place), ChangeSetKind::Create) if world.stacks[place].is.status.is_review() => place,
            (Some(_), ChangeSetKind::Create) => return refuse(FaultKind::Exists, "the stack is there"),
            (None, ChangeSetKind::Create | ChangeSetKind::Import) => {
                world.put(&request.stack, &self.region, "REVIEW_IN_PROGRESS", "");
                world.stacks.len() - 1
            }
            (None, ChangeSetKind::Update) => return refuse(FaultKind::Missing, "there is no such stack"),
            (Some(place), _) => place,
        };
        if world.stacks[place].is.status.is_busy() {
            return refuse(FaultKind::Busy, "the stack is being changed");
        }
        let status = world.stacks[place].is.status.0.as_str();
        if matches!(status, "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "DELETE_FAILED") {
            return refuse(FaultKind::Invalid, "the stack can only be deleted");
        }
        let stack_id = world.stacks[place].is.id.clone();
        if world.change_sets.iter().any(|set| set.stack_id == stack_id && set.request.name == request.name) {
            return refuse(FaultKind::Exists, "there is a change set of that name");
        }
        let TemplateSource::Body(template) = request.template.clone() else {
            return refuse(FaultKind::Invalid, "the script takes templates as they are");
        };
        let named = plan::named_by_functions(&world.stacks[place].template, &template);
        if let Some(id) = named.filter(|_| request.import_existing) {
            let text = format!("the name of {id} is not static");
            return refuse(FaultKind::Invalid, &text);
        }
        let mut changes = match world.plans.get(&request.stack) {
            Some(changes) => changes.clone(),
            None => plan::changes(&world.stacks[place].template, &template),
        };
        let is_same_tags = world.stacks[place].is.tags == request.tags;
        let is_new = request.kind == ChangeSetKind::Create;
        let outputs = |text: &str| {
            serde_json::from_str::<serde_json::Value>(text).unwrap_or_default()["Outputs"].clone()
        };
        let is_same = changes.is_empty()
            && is_same_tags
            && !is_new
            && outputs(&world.stacks[place].template) == outputs(&template);
        let (status, reason) = match world.broken.get(&request.stack) {
            Some(reason) => ("FAILED", reason.clone()),
            None if is_same => ("FAILED", NOTHING.to_owned()),
            None => ("CREATE_COMPLETE", String::new()),
        };
        let number = world.number();
        let account = world.caller.account.clone();
        let id =
            format!("arn:aws:cloudformation:{}:{account}:changeSet/{}/{number}", self.region, request.name);
        for change in changes.iter_mut().filter(|_| request.nested) {
            let Some(inner) = world.nested.get(&change.logical_id).cloned() else { continue };
            let number = world.number();
            let looks = world.planning;
            change.nested = Some(format!("{id}-{number}"));
            world.change_sets.push(FakeChangeSet {
                id: format!("{id}-{number}"),
                stack_id: stack_id.clone(),
                request: ChangeSetRequest { name: format!("{}-{number}", request.name), ..request.clone() },
                status: "CREATE_COMPLETE".to_owned(),
                reason: String::new(),
                execution_status: "AVAILABLE".to_owned(),
                changes: inner,
                root: Some(id.clone()),
                looks,
            });
        }
        world.change_sets.push(FakeChangeSet {
            id: id.clone(),
            stack_id: stack_id.clone(),
            request: request.clone(),
            status: status.to_owned(),
            reason,
            execution_status: if status == "FAILED" { "UNAVAILABLE" } else { "AVAILABLE" }.to_owned(),
            changes,
            root: None,
            looks: 0,
        });
        Ok(ChangeSetId { id, stack_id })
    }

    async fn describe_change_set(
        &self,
        change_set: &str,
        stack: Option<&str>,
        next: Option<&str>,
    ) -> Answer<ChangeSetPage> {
        self.enter("DescribeChangeSet", change_set).await?;
        let place = self.change_set(change_set, stack, "DescribeChangeSet")?;
        let mut world = self.world();
        let (planning, size) = (world.planning, world.page);
        let set = &mut world.change_sets[place];
        set.looks += usize::from(next.is_none());
        let is_ready = set.looks > planning;
        let changes = page(&set.changes, next, size);
        Ok(ChangeSetPage {
            id: set.id.clone(),
            name: set.request.name.clone(),
            stack_id: set.stack_id.clone(),
            stack: set.request.stack.clone(),
            description: set.request.description.clone(),
            status: if is_ready { set.status.clone() } else { "CREATE_IN_PROGRESS".to_owned() },
            reason: if is_ready { set.reason.clone() } else { String::new() },
            execution_status: if is_ready { set.execution_status.clone() } else { "UNAVAILABLE".to_owned() },
            changes: if is_ready { changes.items } else { Vec::new() },
            next: changes.next.filter(|_| is_ready),
        })
    }

    async fn delete_change_set(&self, change_set: &str, stack: Option<&str>) -> Answer<()> {
        self.enter("DeleteChangeSet", change_set).await?;
        let place = self.change_set(change_set, stack, "DeleteChangeSet")?;
        let mut world = self.world();
        let planning = world.planning;
        let set = &mut world.change_sets[place];
        // Time goes by.
        set.looks += 1;
        if set.looks <= planning {
            let text = "Cannot delete ChangeSet in status CREATE_IN_PROGRESS";
            return Err(Fault::new(FaultKind::Busy, "cloudformation:DeleteChangeSet", text));
        }
        let id = world.change_sets.remove(place).id;
        world.change_sets.retain(|set| set.root.as_ref() != Some(&id));
        Ok(())
    }

    async fn execute_change_set(&self, change_set: &str, execution: &Execution) -> Answer<()> {
        self.enter("ExecuteChangeSet", change_set).await?;
        let place = self.change_set(change_set, None, "ExecuteChangeSet")?;
        let mut world = self.world();
        let set = &world.change_sets[place];
        if set.execution_status != "AVAILABLE" {
            let text =
                format!("cannot be executed in its current execution status of [{}]", set.execution_status);
            return Err(Fault::new(FaultKind::Invalid, "cloudformation:ExecuteChangeSet", text));
        }
        let stack = world.stacks.iter().find(|one| one.is.id == set.stack_id);
        let status = stack.map(|one| one.is.status.0.clone()).unwrap_or_default();
        if matches!(status.as_str(), "CREATE_FAILED" | "UPDATE_FAILED") && !execution.keep_on_failure {
            let text = format!("to update the stack from {status}, use the disable-rollback parameter");
            return Err(Fault::new(FaultKind::Invalid, "cloudformation:ExecuteChangeSet", text));
        }
        world.carry_out(place, execution);
        Ok(())
    }

    async fn describe_stack_events(&self, stack: &str, next: Option<&str>) -> Answer<Page<StackEvent>> {
        self.enter("DescribeStackEvents", stack).await?;
        let place = self.place(stack, "DescribeStackEvents")?;
        let mut world = self.world();
        if next.is_none() {
            let pace = world.pace;
            world.step(place, pace);
        }
        let mut events: Vec<StackEvent> = world.stacks[place].events.iter().rev().cloned().collect();
        if world.doubled {
            events = events.into_iter().flat_map(|event| [event.clone(), event]).collect();
        }
        Ok(page(&events, next, world.page))
    }

    async fn describe_validation(
        &self,
        change_set: &str,
        next: Option<&str>,
    ) -> Answer<Page<ValidationFinding>> {
        self.enter("DescribeEvents", change_set).await?;
        let world = self.world();
        Ok(page(&world.findings, next, world.page))
    }

    async fn delete_stack(&self, stack: &str, deletion: &Deletion) -> Answer<()> {
        self.enter("DeleteStack", stack).await?;
        let Ok(place) = self.place(stack, "DeleteStack") else { return Ok(()) };
        if deletion.token.is_empty() {
            let text = "the token is too short";
            return Err(Fault::new(FaultKind::Invalid, "cloudformation:DeleteStack", text));
        }
        let mut world = self.world();
        let found = &world.stacks[place];
        if found.is.termination_protection {
            let text = "the stack is protected against termination";
            return Err(Fault::new(FaultKind::Invalid, "cloudformation:DeleteStack", text));
        }
        let is_shell = found.is.status.is_review();
        let template = if is_shell { String::new() } else { found.template.clone() };
        let script = match world.in_use.get(&found.name) {
            Some(reason) => work::of_refusal(&found.is.status.0, reason),
            None => work::of_deletion(&template, deletion, &world),
        };
        world.stacks[place].script = script;
        world.step(place, if is_shell { usize::MAX } else { 1 });
        Ok(())
    }

    async fn cancel_update_stack(&self, stack: &str, _: &str) -> Answer<()> {
        self.enter("CancelUpdateStack", stack).await?;
        let place = self.place(stack, "CancelUpdateStack")?;
        self.begin(place, "UPDATE_IN_PROGRESS", "CancelUpdateStack", |_| {
            work::of_rollback("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")
        })
    }

    async fn rollback_stack(&self, stack: &str, token: &str) -> Answer<()> {
        self.enter("RollbackStack", stack).await?;
        let place = self.place(stack, "RollbackStack")?;
        let status = self.world().stacks[place].is.status.0.clone();
        let template = self.world().stacks[place].template.clone();
        // There is no last good version of a stack that never was made: it goes.
        if status == "CREATE_FAILED" {
            let deletion = Deletion { token: token.to_owned(), ..Deletion::default() };
            let work = |world: &super::World| work::of_deletion(&template, &deletion, world);
            return self.begin(place, "CREATE_FAILED", "RollbackStack", work);
        }
        let (begin, end) = ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE");
        self.begin(place, "UPDATE_FAILED", "RollbackStack", |_| work::of_rollback(begin, end))
    }

    async fn continue_update_rollback(&self, stack: &str, skip: &[String], _: &str) -> Answer<()> {
        self.enter("ContinueUpdateRollback", stack).await?;
        let place = self.place(stack, "ContinueUpdateRollback")?;
        let members = self.world().stacks[place].members.clone();
        let members: Vec<_> = members.into_iter().map(|one| (one.logical_id, one.kind)).collect();
        if let Some(unknown) = skip.iter().find(|id| members.iter().all(|(member, _)| member != *id)) {
            let text = format!("[{unknown}] does not belong to the stack");
            return Err(Fault::new(FaultKind::Invalid, "cloudformation:ContinueUpdateRollback", text));
        }
        self.begin(place, "UPDATE_ROLLBACK_FAILED", "ContinueUpdateRollback", |world| {
            work::of_continued(&members, skip, world)
        })
    }

    async fn update_termination_protection(&self, stack: &str, protected: bool) -> Answer<()> {
        self.enter("UpdateTerminationProtection", stack).await?;
        let place = self.place(stack, "UpdateTerminationProtection")?;
        self.world().stacks[place].is.termination_protection = protected;
        Ok(())
    }

    async fn get_stack_policy(&self, stack: &str) -> Answer<Option<String>> {
        self.enter("GetStackPolicy", stack).await?;
        let place = self.place(stack, "GetStackPolicy")?;
        Ok(self.world().stacks[place].policy.clone())
    }

    async fn set_stack_policy(&self, stack: &str, policy: &str) -> Answer<()> {
        self.enter("SetStackPolicy", stack).await?;
        let place = self.place(stack, "SetStackPolicy")?;
        self.world().stacks[place].policy = Some(policy.to_owned());
        Ok(())
    }

    async fn detect_stack_drift(&self, stack: &str) -> Answer<String> {
        self.enter("DetectStackDrift", stack).await?;
        self.place(stack, "DetectStackDrift")?;
        Ok("detection-1".to_owned())
    }

    async fn describe_stack_drift_detection(&self, detection: &str) -> Answer<DriftDetection> {
        self.enter("DescribeStackDriftDetectionStatus", detection).await?;
        if self.count("DescribeStackDriftDetectionStatus") == 1 {
            return Ok(DriftDetection {
                status: "DETECTION_IN_PROGRESS".to_owned(),
                ..DriftDetection::default()
            });
        }
        Ok(self.world().detection.clone())
    }

    async fn describe_resource_drifts(&self, stack: &str, next: Option<&str>) -> Answer<Page<ResourceDrift>> {
        self.enter("DescribeStackResourceDrifts", stack).await?;
        let place = self.place(stack, "DescribeStackResourceDrifts")?;
        let world = self.world();
        let drifts = world.drifts.get(&world.stacks[place].name).cloned().unwrap_or_default();
        Ok(page(&drifts, next, world.page))
    }
}

impl FakeCloud {
    /// Begins some work on a stack that is in the one status that allows it.
    fn begin(
        &self,
        place: usize,
        status: &str,
        operation: &str,
        script: impl FnOnce(&super::World) -> std::collections::VecDeque<work::Step>,
    ) -> Answer<()> {
        let mut world = self.world();
        if world.stacks[place].is.status.0 != status {
            let text = format!("the stack is in {}", world.stacks[place].is.status);
            return Err(Fault::new(FaultKind::Invalid, format!("cloudformation:{operation}"), text));
        }
        let script = script(&world);
        world.stacks[place].script = script;
        world.step(place, 1);
        Ok(())
    }
}

fn missing(operation: &str, what: &str) -> Fault {
    Fault::new(FaultKind::Missing, format!("cloudformation:{operation}"), format!("`{what}` does not exist"))
}
