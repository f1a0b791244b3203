//! What happens to a stack, step by step.

use std::collections::VecDeque;

use serde_json::Value;

use super::{
    plan,
    world::{FakeChangeSet, World},
};
use crate::deploy::cloud::{
    ChangeAction, ChangeSetKind, Deletion, Execution, PlannedChange, Replaced, StackEvent, StackStatus,
};

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// To a resource.
    Resource { logical_id: String, kind: String, status: String, reason: Option<String> },
    /// To the stack itself.
    Stack(String, Option<String>),
    /// The stack becomes what a template says, with these tags.
    Apply(String, Vec<(String, String)>),
    /// It has nothing any more.
    Empty,
}

/// The steps that carry out a change set.
pub(super) fn of_change_set(set: &FakeChangeSet, execution: &Execution, world: &World) -> VecDeque<Step> {
    let verb = match set.request.kind {
        ChangeSetKind::Create => "CREATE",
        ChangeSetKind::Update => "UPDATE",
        ChangeSetKind::Import => "IMPORT",
    };
    let mut steps = vec![stack(&format!("{verb}_IN_PROGRESS"), Some("User Initiated"))];
    let mut done: Vec<(String, String)> = Vec::new();
    let (gone, touched): (Vec<_>, Vec<_>) =
        set.changes.iter().partition(|change| change.action == ChangeAction::Remove);
    if let Some((change, action)) = denied(set, world) {
        let reason = format!(
            "Action denied by stack policy: Statement [#1] does not allow [{action}] for resource [LogicalResourceId/{}]",
            change.logical_id
        );
        steps.push(resource(&change.logical_id, &change.kind, "UPDATE_FAILED", Some(&reason)));
        let failed = format!("The following resource(s) failed to update: [{}]. ", change.logical_id);
        back(&mut steps, verb, &failed, &done, set.request.delete_failed, execution, world);
        return steps.into();
    }
    for change in &touched {
        let what = match change.action {
            ChangeAction::Add => "CREATE",
            ChangeAction::Import => "IMPORT",
            _ => "UPDATE",
        };
        let mut tell = |status: &str, reason: Option<&str>| {
            steps.push(resource(&change.logical_id, &change.kind, &format!("{what}_{status}"), reason));
        };
        tell("IN_PROGRESS", None);
        let Some((_, reason)) = world.failing.iter().find(|(id, _)| *id == change.logical_id) else {
            tell("COMPLETE", None);
            done.push((change.logical_id.clone(), change.kind.clone()));
            continue;
        };
        tell("FAILED", Some(reason));
        // What ran beside it is cancelled.
        let others = touched.iter().filter(|other| !done.iter().any(|(id, _)| *id == other.logical_id));
        for other in others.filter(|other| other.logical_id != change.logical_id) {
            let (text, status) = match what {
                "CREATE" => ("Resource creation cancelled", "CREATE_FAILED"),
                _ => ("Resource update cancelled", "UPDATE_FAILED"),
            };
            steps.push(resource(&other.logical_id, &other.kind, status, Some(text)));
        }
        let failed =
            format!("The following resource(s) failed to {}: [{}]. ", what.to_lowercase(), change.logical_id);
        back(&mut steps, verb, &failed, &done, set.request.delete_failed, execution, world);
        return steps.into();
    }
    if verb == "UPDATE" {
        steps.push(stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None));
    }
    for change in gone {
        steps.push(resource(&change.logical_id, &change.kind, "DELETE_IN_PROGRESS", None));
        steps.push(resource(&change.logical_id, &change.kind, "DELETE_COMPLETE", None));
    }
    let template = match &set.request.template {
        crate::deploy::cloud::TemplateSource::Body(body) => body.clone(),
        crate::deploy::cloud::TemplateSource::Url(url) => world.template_at(url),
    };
    steps.push(Step::Apply(template, set.request.tags.clone()));
    steps.push(stack(&format!("{verb}_COMPLETE"), None));
    steps.into()
}

/// The first change that the stack policy denies, and the action that it denies.
fn denied<'a>(set: &'a FakeChangeSet, world: &World) -> Option<(&'a PlannedChange, &'static str)> {
    let stack = world.stacks.iter().find(|stack| stack.is.id == set.stack_id)?;
    let policy: Value = serde_json::from_str(stack.policy.as_deref()?).ok()?;
    let names = |value: &Value, name: &str| match value {
        Value::Array(items) => items.iter().any(|item| item == name),
        one => one == name,
    };
    let action = |change: &PlannedChange| match change.action {
        ChangeAction::Remove => Some("Update:Delete"),
        ChangeAction::Modify if change.replaced != Replaced::No => Some("Update:Replace"),
        _ => None,
    };
    set.changes.iter().filter_map(|change| Some((change, action(change)?))).find(|(change, action)| {
        let resource = format!("LogicalResourceId/{}", change.logical_id);
        policy["Statement"].as_array().into_iter().flatten().any(|statement| {
            statement["Effect"] == "Deny"
                && names(&statement["Action"], action)
                && names(&statement["Resource"], &resource)
        })
    })
}

/// The steps that take back what was done.
fn back(
    steps: &mut Vec<Step>,
    verb: &str,
    failed: &str,
    done: &[(String, String)],
    deletes: bool,
    execution: &Execution,
    world: &World,
) {
    if execution.keep_on_failure {
        steps.push(stack(&format!("{verb}_FAILED"), Some(failed)));
        return;
    }
    let (first, what, end) = match (verb, deletes) {
        ("CREATE", true) => ("DELETE_IN_PROGRESS", "DELETE", "DELETE"),
        ("CREATE", false) => ("ROLLBACK_IN_PROGRESS", "DELETE", "ROLLBACK"),
        (verb, _) => {
            steps.push(stack(&format!("{verb}_ROLLBACK_IN_PROGRESS"), Some(failed)));
            steps.extend(undo(done, "UPDATE", &format!("{verb}_ROLLBACK"), world));
            return;
        }
    };
    steps.push(stack(first, Some(failed)));
    steps.extend(undo(done, what, end, world));
}

fn undo(done: &[(String, String)], what: &str, end: &str, world: &World) -> Vec<Step> {
    let mut steps = Vec::new();
    for (id, kind) in done.iter().rev() {
        steps.push(resource(id, kind, &format!("{what}_IN_PROGRESS"), None));
        if world.stuck.contains(id) {
            steps.push(resource(id, kind, &format!("{what}_FAILED"), Some("cannot be taken back")));
            let reason = format!("The following resource(s) failed to {}: [{id}]. ", what.to_lowercase());
            steps.push(stack(&format!("{end}_FAILED"), Some(&reason)));
            return steps;
        }
        steps.push(resource(id, kind, &format!("{what}_COMPLETE"), None));
    }
    if what == "DELETE" {
        steps.push(Step::Empty);
    }
    steps.push(stack(&format!("{end}_COMPLETE"), None));
    steps
}

/// The steps that delete a stack.
pub(super) fn of_deletion(template: &str, deletion: &Deletion, world: &World) -> VecDeque<Step> {
    let mut steps = vec![stack("DELETE_IN_PROGRESS", Some("User Initiated"))];
    let mut failed = Vec::new();
    let resources = plan::resources(template);
    for (id, value) in resources.iter().rev() {
        let kind = value["Type"].as_str().unwrap_or_default();
        if deletion.retain.contains(id) || value["DeletionPolicy"] == "Retain" {
            steps.push(resource(id, kind, "DELETE_SKIPPED", None));
            continue;
        }
        steps.push(resource(id, kind, "DELETE_IN_PROGRESS", None));
        match world.failing.iter().find(|(failing, _)| failing == id).filter(|_| !deletion.force) {
            Some((_, reason)) => {
                steps.push(resource(id, kind, "DELETE_FAILED", Some(reason)));
                failed.push(id.as_str());
            }
            None => steps.push(resource(id, kind, "DELETE_COMPLETE", None)),
        }
    }
    if failed.is_empty() {
        steps.push(Step::Empty);
        steps.push(stack("DELETE_COMPLETE", None));
    } else {
        let reason = format!("The following resource(s) failed to delete: [{}]. ", failed.join(", "));
        steps.push(stack("DELETE_FAILED", Some(&reason)));
    }
    steps.into()
}

/// The steps of a deletion that is refused before it touches anything: back to the state before.
pub(super) fn of_refusal(before: &str, reason: &str) -> VecDeque<Step> {
    [stack("DELETE_IN_PROGRESS", Some("User Initiated")), stack(before, Some(reason))].into()
}

/// The steps that cancel, or roll back, by hand.
pub(super) fn of_rollback(begin: &str, end: &str) -> VecDeque<Step> {
    [stack(begin, Some("User Initiated")), stack(end, None)].into()
}

/// The same, over resources that may be stuck.
pub(super) fn of_continued(members: &[(String, String)], skip: &[String], world: &World) -> VecDeque<Step> {
    let mut steps = vec![stack("UPDATE_ROLLBACK_IN_PROGRESS", Some("User Initiated"))];
    let members: Vec<_> =
        members.iter().filter(|(id, _)| world.stuck.contains(id) && !skip.contains(id)).cloned().collect();
    steps.extend(undo(&members, "UPDATE", "UPDATE_ROLLBACK", world));
    steps.into()
}

impl World {
    /// Carries out a change set, by its place in the list, as if somebody had told so whose answer was lost.
    pub fn execute(&mut self, change_set: usize) {
        self.carry_out(change_set, &Execution::default());
    }

    /// Forgets what was ordered of a stack, by its place in the list, as if nobody had.
    pub fn forget(&mut self, stack: usize) {
        let stack = &mut self.stacks[stack];
        stack.script.clear();
        stack.events.pop();
        stack.is.status = StackStatus("UPDATE_COMPLETE".to_owned());
    }

    pub(super) fn carry_out(&mut self, place: usize, execution: &Execution) {
        let set = self.change_sets[place].clone();
        let script = of_change_set(&set, execution, self);
        self.change_sets[place].execution_status = "EXECUTE_COMPLETE".to_owned();
        // The others of the stack are of no use any more.
        self.change_sets.retain(|other| other.stack_id != set.stack_id || other.id == set.id);
        if let Some(stack) = self.stacks.iter().position(|stack| stack.is.id == set.stack_id) {
            self.stacks[stack].script = script;
            self.step(stack, 1);
        }
    }

    /// Takes some steps of a stack.
    pub(super) fn step(&mut self, place: usize, count: usize) {
        for _ in 0..count {
            let held = &self.held;
            let is_held = match self.stacks[place].script.front() {
                None => return,
                Some(Step::Resource { logical_id, status, .. }) => {
                    held.contains(logical_id) && status.ends_with("_COMPLETE")
                }
                Some(_) => false,
            };
            if is_held {
                return;
            }
            let number = self.number();
            let (stack, physical) = (&mut self.stacks[place], &self.physical);
            match stack.script.pop_front() {
                Some(Step::Resource { logical_id, kind, status, reason }) => {
                    let event = StackEvent {
                        id: format!("event-{number}"),
                        stack_id: stack.is.id.clone(),
                        physical_id: physical
                            .get(&logical_id)
                            .cloned()
                            .unwrap_or_else(|| format!("physical-{logical_id}")),
                        logical_id,
                        kind,
                        status: StackStatus(status),
                        reason,
                        // Many events share a time.
                        at: "2026-11-21T16:00:00Z".to_owned(),
                    };
                    stack.events.push(event);
                }
                Some(Step::Stack(status, reason)) => {
                    stack.tell(&format!("event-{number}"), &status, reason.as_deref());
                }
                Some(Step::Apply(template, tags)) => {
                    stack.apply(&template);
                    stack.is.tags = tags;
                }
                Some(Step::Empty) => stack.members.clear(),
                None => {}
            }
        }
    }

    /// A template that was uploaded, by the end of its address.
    fn template_at(&self, url: &str) -> String {
        let found = self.objects.iter().find(|((_, key), _)| url.ends_with(key.as_str()));
        found.map(|(_, (bytes, _))| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    }
}

fn stack(status: &str, reason: Option<&str>) -> Step {
    Step::Stack(status.to_owned(), reason.map(str::to_owned))
}

fn resource(id: &str, kind: &str, status: &str, reason: Option<&str>) -> Step {
    Step::Resource {
        logical_id: id.to_owned(),
        kind: kind.to_owned(),
        status: status.to_owned(),
        reason: reason.map(str::to_owned),
    }
}
