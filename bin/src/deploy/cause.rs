//! Why a stack came to nothing: the root cause first, what followed from it counted, the state that the stack is in, and how to go on.

mod fixes;

use std::collections::BTreeSet;

use formwork_assembly::{Diagnostic, Stack, code};

use super::{cloud::StackEvent, finding::clause, follow::End, origins::Origins};
use crate::shell;

/// How many failures are told that have nothing to do with each other.
const MOST: usize = 5;

/// What CloudFormation says of resources that failed only because others did.
const CASCADES: &[&str] = &[
    "Resource creation cancelled",
    "Resource update cancelled",
    "Resource deletion cancelled",
    "Resource creation canceled",
    "Resource update canceled",
    "The following resource(s) failed",
    "The following hook(s) failed",
    "Embedded stack",
    "Rollback requested",
];

/// The findings about a stack whose end is a failure.
pub(super) fn explain(stack: &Stack, end: &End) -> Vec<Diagnostic> {
    let failures: Vec<&StackEvent> = failures(&end.events);
    let roots = roots(&failures);
    let mut findings: Vec<Diagnostic> =
        roots.iter().take(MOST).map(|event| about(stack, event, &end.events)).collect();
    let told: BTreeSet<_> = roots.iter().map(|event| (&event.stack_id, &event.logical_id)).collect();
    let others: BTreeSet<_> = failures
        .iter()
        .map(|event| (&event.stack_id, &event.logical_id))
        .filter(|resource| !told.contains(resource))
        .collect();
    findings.push(state(stack, end, others.len() + roots.len().saturating_sub(MOST)));
    findings
}

/// What has failed: resources, or the stack itself where no resource did.
fn failures(events: &[StackEvent]) -> Vec<&StackEvent> {
    let failed = |event: &&StackEvent| event.status.0.ends_with("_FAILED");
    let of_resources: Vec<&StackEvent> =
        events.iter().filter(failed).filter(|event| !event.is_of_stack()).collect();
    if !of_resources.is_empty() {
        return of_resources;
    }
    let failed = events.iter().find(|event| event.status.is_failure() && event.reason.is_some());
    // A deletion that is refused goes back to the state before it, which has the reason.
    let refused = || events.iter().rev().find(|event| event.is_of_stack() && has_reason(event));
    failed.or_else(refused).into_iter().collect()
}

fn has_reason(event: &StackEvent) -> bool {
    event.reason.as_deref().is_some_and(|reason| reason != "User Initiated")
}

/// Those of the failures that follow from no other, each resource once.
fn roots<'e>(failures: &[&'e StackEvent]) -> Vec<&'e StackEvent> {
    let follows = |event: &StackEvent| {
        let reason = event.reason.as_deref().unwrap_or_default();
        reason.is_empty() || CASCADES.iter().any(|text| reason.contains(text))
    };
    let mut met = BTreeSet::new();
    let mut roots: Vec<&StackEvent> = failures
        .iter()
        .copied()
        .filter(|event| !follows(event) && met.insert((&event.stack_id, &event.logical_id)))
        .collect();
    if roots.is_empty() {
        roots.extend(failures.first().copied());
    }
    roots
}

fn about(stack: &Stack, event: &StackEvent, all: &[StackEvent]) -> Diagnostic {
    let origins = Origins::of(stack);
    // What failed within a nested stack is known here by the resource that is that stack.
    let outer = all.iter().find(|outer| outer.physical_id == event.stack_id && !outer.is_of_stack());
    let (id, within) = match outer {
        Some(outer) => (&outer.logical_id, format!("`{}` of ", event.logical_id)),
        None => (&event.logical_id, String::new()),
    };
    let mut before = all.iter().take_while(|one| one.id != event.id);
    let is_way_back = before.any(|one| one.is_of_stack() && one.status.0.contains("ROLLBACK"));
    let what = match event.status.0.split('_').next().unwrap_or_default() {
        _ if is_way_back => "taken back",
        "CREATE" => "created",
        "DELETE" => "deleted",
        "IMPORT" => "imported",
        _ => "updated",
    };
    let reason = clause(event.reason.as_deref().unwrap_or("CloudFormation does not say why"));
    let (name, kind) = if event.is_of_stack() {
        (format!("the stack `{}`", stack.name), String::new())
    } else {
        (format!("{within}`{}`", origins.path(id)), format!(" ({})", event.kind))
    };
    let message = format!("{name}{kind} could not be {what}: {reason}");
    let finding = Diagnostic::error(&code::RESOURCE_FAILED, message);
    let finding = match fixes::likely(&event.kind, reason) {
        Some(fix) => finding.help(fix),
        None => finding,
    };
    origins.mark(finding, id)
}

/// The state that the stack is in, and the next command.
fn state(stack: &Stack, end: &End, others: usize) -> Diagnostic {
    let (id, name, status) = (shell::word(&stack.id), &stack.name, &end.status);
    let others = match others {
        0 => String::new(),
        1 => "; one other resource failed with it".to_owned(),
        count => format!("; {count} other resources failed with it"),
    };
    let (state, help) = match status.0.as_str() {
        "DELETE_COMPLETE" => (
            "is gone again: what was made of it was deleted",
            "put it right in the code, and deploy again".to_owned(),
        ),
        "ROLLBACK_COMPLETE" => (
            "was made, and is empty: what was made in it was deleted",
            "put it right in the code, then `deploy --replace-failed`".to_owned(),
        ),
        "UPDATE_ROLLBACK_COMPLETE" | "IMPORT_ROLLBACK_COMPLETE" => {
            ("is as it was before", "put it right in the code, and deploy again".to_owned())
        }
        "UPDATE_ROLLBACK_FAILED" => (
            "is stuck between two versions",
            "put right what stands in the way, then `rollback --continue`; `--skip ID` leaves a resource as it is"
                .to_owned(),
        ),
        "ROLLBACK_FAILED" => (
            "is half made, and could not be taken back",
            format!("put right what stands in the way, then `destroy {id}`"),
        ),
        "CREATE_FAILED" => (
            "was left as it is",
            format!("look at what is there, then `rollback {id}`, or `deploy --replace-failed`"),
        ),
        "UPDATE_FAILED" => (
            "was left as it is, between two versions",
            format!("put it right in the code, and deploy again; or `rollback {id}`"),
        ),
        "DELETE_FAILED" => (
            "is half deleted",
            format!("put right what stands in the way, then `destroy {id}`, with `--retain ID` for what is to stay"),
        ),
        _ => ("is in no state that it was meant to be in", "`status` shows what there is".to_owned()),
    };
    let message = format!("the stack `{name}` {state} ({status}){others}");
    Diagnostic::error(&code::STACK_FAILED, message).path(&stack.id).help(help)
}
