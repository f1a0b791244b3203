//! `destroy`: deletes stacks, those that depend on others first.

mod empty;
mod survey;

use formwork_assembly::{Diagnostic, Stack, code};

use super::{
    Destruction, Done, Failure, FailureKind, Outcome, Session, StackOutcome, Target, Work,
    carry::order,
    cloud::{Cloud, Deletion, StackDescription, StackStatus},
    follow::Following,
    graph::{self, in_order},
    halt, identity,
    ledger::Ledger,
    origins::logical_id,
    running::Running,
    selection,
};
use survey::{Counts, There, agree, survey};

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
                let finding = Diagnostic::warning(&code::NOT_BEGUN, message).path(&stack.id);
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
