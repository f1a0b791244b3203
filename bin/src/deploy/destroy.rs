//! `destroy`: deletes stacks, those that depend on others first.

mod empty;

use std::collections::BTreeMap;

use formwork_assembly::{Diagnostic, Stack, code};

use super::{
    Destruction, Done, Failure, FailureKind, Outcome, Progress, Session, StackOutcome, Target, Work,
    carry::order,
    cloud::{Cloud, Deletion, StackDescription, StackStatus},
    consent,
    follow::Following,
    graph::{self, in_order},
    halt, identity,
    ledger::Ledger,
    origins::logical_id,
    review::review_deletion,
    running::Running,
    selection,
    state::busy,
    survey::describe,
};

/// Deletes stacks.
///
/// # Errors
/// What was refused, could not be asked for, failed, or was interrupted; always with the state that the stacks are in.
pub async fn destroy<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    how: &Destruction,
) -> Result<Outcome, Failure> {
    let stacks = selection::exactly(&target.assembly, &how.stacks)?;
    let session = &identity::check(session, target, &stacks).await?;
    let since = session.interrupts.count();
    let ledger = Ledger::new();
    let prepared = async {
        let there = survey(session, target, &stacks, how).await?;
        let counts = agree(session, target, &there).await?;
        Ok((there, counts))
    };
    let (there, counts) = halt::preparing(session, since, &ledger, prepared).await?;
    let running = Running::new();
    halt::carrying_out(session, since, &running, &ledger, all(session, how, (&there, &counts), &running))
        .await
}

type There<'a> = Vec<(&'a Stack, StackDescription)>;

/// How many resources are deleted, by the id of the stack.
type Counts = BTreeMap<String, usize>;

/// The stacks that are there; refused where one of them cannot go.
async fn survey<'a, C: Cloud>(
    session: &Session<C>,
    target: &'a Target,
    stacks: &[&'a Stack],
    how: &Destruction,
) -> Result<There<'a>, Failure> {
    let all: Vec<&Stack> = target.assembly.stacks.iter().collect();
    let mut findings = Vec::new();
    if target.assembly.protected && how.empty_buckets {
        let message =
            format!("the stage `{}` is protected: its buckets are not emptied", target.assembly.stage);
        let finding =
            Diagnostic::error(&code::STAGE_PROTECTED, message).help("empty them by hand, or leave them");
        return Err(Failure::new(FailureKind::Refused, finding));
    }
    let is_there = |found: &StackDescription| !found.status.is_deleted();
    let found: Vec<_> = describe(session, &all).await?;
    let found = found.into_iter().filter_map(|(stack, found)| Some((stack, found.filter(is_there)?)));
    let (there, others): (There<'_>, There<'_>) =
        found.partition(|(stack, _)| stacks.iter().any(|one| one.id == stack.id));
    for (stack, found) in &there {
        if found.status.is_busy() {
            findings.push(busy(stack, &found.status));
        }
        if found.termination_protection {
            let message = format!("the stack `{}` is protected against termination", stack.name);
            let help = format!(
                "take the protection away in the app and deploy that first; or: `aws cloudformation \
                 update-termination-protection --no-enable-termination-protection --stack-name {}`",
                stack.name
            );
            let finding = Diagnostic::error(&code::TERMINATION_PROTECTED, message);
            findings.push(finding.path(stack.id.clone()).help(help));
        }
        for (other, _) in others.iter().filter(|(other, _)| other.dependencies.contains(&stack.id)) {
            let message = format!("the stack `{}` uses what `{}` hands out", other.name, stack.name);
            let finding = Diagnostic::error(&code::STACK_NEEDED, message).path(stack.id.clone());
            findings.push(finding.help(format!("name `{}` too, to delete it first", other.id)));
        }
    }
    // CloudFormation takes such names only once it has failed to delete them: before that, what was to stay would be gone.
    let is_kept = |id: &String, (stack, found): &(&Stack, StackDescription)| {
        found.status.0 == "DELETE_FAILED" && (stack.resources.is_empty() || logical_id(stack, id).is_some())
    };
    for id in how.retain.iter().filter(|id| !there.iter().any(|one| is_kept(id, one))) {
        let message = format!("`{id}` is in no stack whose deletion has failed, and cannot be retained");
        let help =
            "nothing was deleted; to keep it, give it the deletion policy `Retain`, and deploy that first";
        findings.push(Diagnostic::error(&code::NOT_RETAINED, message).help(help));
    }
    Failure::unless_empty(findings)?;
    Ok(there)
}

/// Shows what would go, and asks.
async fn agree<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    there: &There<'_>,
) -> Result<Counts, Failure> {
    let mut counts = Counts::new();
    let mut kept = 0;
    let mut lost = Vec::new();
    for (stack, found) in there {
        if found.status.is_review() {
            continue;
        }
        let review = review_deletion(session, stack, found).await?;
        for resource in review.diff.resources.iter().filter(|resource| resource.stateful) {
            match resource.kept.as_deref() {
                Some("Retain") => kept += 1,
                Some(policy) => lost.push(format!("`{}` ({policy})", resource.path)),
                None => lost.push(format!("`{}`", resource.path)),
            }
        }
        counts.insert(stack.id.clone(), review.diff.resources.len());
        session.teller.tell(Progress::Review(Box::new(review)));
    }
    if there.is_empty() {
        return Ok(counts);
    }
    let lost =
        if lost.is_empty() { String::new() } else { format!(", with the data of {}", lost.join(", ")) };
    let kept = if kept == 0 { String::new() } else { format!("; {kept} with data stay where they are") };
    let summary = format!("delete {}{lost}{kept}", consent::stacks(there.len()));
    consent::ask(session, target, summary, ["what was shown", "nothing was deleted"]).await?;
    Ok(counts)
}

async fn all<C: Cloud>(
    session: &Session<C>,
    how: &Destruction,
    (there, counts): (&There<'_>, &Counts),
    running: &Running<C>,
) -> Result<Outcome, Failure> {
    // What depends on a stack goes before it.
    let turned: Vec<Stack> = there
        .iter()
        .rev()
        .map(|(stack, _)| {
            let users = there.iter().filter(|(other, _)| other.dependencies.contains(&stack.id));
            Stack { dependencies: users.map(|(other, _)| other.id.clone()).collect(), ..(*stack).clone() }
        })
        .collect();
    let turned: Vec<&Stack> = turned.iter().collect();
    let mut results = in_order(&turned, None, |stack, results| {
        let is_open = !graph::any(stack, results, |result| !matches!(result, Some(Ok(()))));
        let found = there.iter().find(|(one, _)| one.id == stack.id).map(|(_, found)| found);
        async move {
            match found {
                Some(found) if is_open && running.may_begin().await => {
                    Some(one(session, how, running, (stack, found), counts.get(&stack.id).copied()).await)
                }
                _ => None,
            }
        }
    })
    .await;
    let mut outcome = Outcome::default();
    let mut failures = Vec::new();
    for stack in turned {
        match results.remove(stack.id.as_str()).flatten() {
            Some(Ok(())) => outcome.stacks.push(StackOutcome {
                stack: stack.id.clone(),
                name: stack.name.clone(),
                done: Done::Deleted,
                outputs: Vec::new(),
            }),
            Some(Err(failure)) => failures.push(failure),
            None => {
                let message = format!("the deletion of the stack `{}` was not begun", stack.name);
                let finding = Diagnostic::warning(&code::NOT_BEGUN, message).path(stack.id.clone());
                let finding = finding.help("destroy again once what stands in the way is put right");
                failures.push(Failure::new(FailureKind::Refused, finding));
            }
        }
    }
    if running.is_closed() {
        let finding = Diagnostic::error(&code::INTERRUPTED, "interrupted between two stacks")
            .help("destroy again: it goes on from there");
        failures.push(Failure::new(FailureKind::Interrupted, finding));
    }
    Failure::all(failures)?;
    Ok(outcome)
}

async fn one<C: Cloud>(
    session: &Session<C>,
    how: &Destruction,
    running: &Running<C>,
    (stack, found): (&Stack, &StackDescription),
    resources: Option<usize>,
) -> Result<(), Failure> {
    let session = &session.at(stack);
    if how.empty_buckets {
        empty::buckets(session, stack, &found.id).await?;
    }
    // CloudFormation leaves nothing where it is before it has tried.
    let has_failed = found.status.0 == "DELETE_FAILED";
    let mut retain: Vec<String> =
        how.retain.iter().filter_map(|id| logical_id(stack, id)).map(str::to_owned).collect();
    if stack.resources.is_empty() {
        retain.clone_from(&how.retain);
    }
    let deletion = Deletion {
        token: session.token(&stack.id),
        retain: if has_failed { retain } else { Vec::new() },
        force: how.force && has_failed,
    };
    let deleted = session.cloud.delete_stack(&found.id, &deletion);
    let following = Following::from_now(session, stack, &found.id, Work::Delete).await?;
    order(session, running, Following { resources, ..following }, deleted, StackStatus::is_deleted).await
}
