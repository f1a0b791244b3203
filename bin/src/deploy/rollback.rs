//! `rollback`: takes back what a deployment that failed, or that still goes on, has left behind.

use formwork_assembly::{Diagnostic, Stack, code};
use futures_util::future::join_all;

use super::{
    Failure, Progress, Rollback, Session, StackState, Target, Work,
    carry::order,
    cloud::{Cloud, StackDescription, StackStatus},
    consent,
    follow::Following,
    halt, identity,
    ledger::Ledger,
    origins::logical_id,
    review::review_deletion,
    running::Running,
    selection,
    state::busy,
    survey::describe,
};

/// Takes it back. Stacks with nothing to take back are left alone. Answers the states of the stacks after it.
///
/// # Errors
/// What was refused, could not be asked for, failed, or was interrupted; always with the state that the stacks are in.
pub async fn rollback<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[String],
    what: &Rollback,
) -> Result<Vec<StackState>, Failure> {
    let chosen = selection::exactly(&target.assembly, stacks)?;
    let session = &identity::check(session, target, &chosen).await?;
    let since = session.interrupts.count();
    let ledger = Ledger::new();
    let prepared = async {
        let open = survey(session, &chosen, what).await?;
        if !open.is_empty() {
            agree(session, target, &open).await?;
        }
        Ok(open)
    };
    let open = halt::preparing(session, since, &ledger, prepared).await?;
    let running = Running::new();
    let work = async {
        let all: Vec<&Stack> = open.iter().map(|(stack, _)| *stack).collect();
        let works = open.iter().map(|(stack, found)| {
            let what = match what {
                Rollback::Failed => Rollback::Failed,
                Rollback::Continue { skip } => Rollback::Continue { skip: skipped(stack, &all, skip) },
            };
            let running = &running;
            async move { one(session, running, stack, found, &what).await }
        });
        Failure::all(join_all(works).await.into_iter().filter_map(Result::err))
    };
    halt::carrying_out(session, since, &running, &ledger, work).await?;
    super::status::states(session, &chosen).await
}

/// The stacks with something to take back.
async fn survey<'a, C: Cloud>(
    session: &Session<C>,
    stacks: &[&'a Stack],
    what: &Rollback,
) -> Result<Vec<(&'a Stack, StackDescription)>, Failure> {
    let mut open = Vec::new();
    let mut findings = Vec::new();
    for (stack, found) in describe(session, stacks).await? {
        let Some(found) = found else { continue };
        let status = &found.status;
        match (what, status.0.as_str()) {
            (Rollback::Failed, "CREATE_FAILED" | "UPDATE_FAILED" | "UPDATE_IN_PROGRESS")
            | (Rollback::Continue { .. }, "UPDATE_ROLLBACK_FAILED") => open.push((stack, found)),
            (Rollback::Failed, "UPDATE_ROLLBACK_FAILED") => {
                let message = format!("the stack `{}` could not be taken back before: {status}", stack.name);
                let help = "put right what stands in the way, then `rollback --continue`; `--skip ID` leaves a resource as it is";
                findings.push(Diagnostic::error(&code::STACK_STUCK, message).path(&stack.id).help(help));
            }
            _ if status.is_busy() => findings.push(busy(stack, status)),
            _ => {}
        }
    }
    Failure::unless_empty(findings)?;
    Ok(open)
}

async fn agree<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    open: &[(&Stack, StackDescription)],
) -> Result<(), Failure> {
    let (mut back, mut gone) = (Vec::new(), Vec::new());
    for (stack, found) in open {
        let name = format!("`{}` ({})", stack.name, found.status);
        // A stack that was never made has no last good version: taking it back deletes it.
        if found.status.0 == "CREATE_FAILED" {
            session.teller.tell(Progress::Review(Box::new(review_deletion(session, stack, found).await?)));
            gone.push(name);
        } else {
            back.push(name);
        }
    }
    let summary = match (back.join(", "), gone.join(", ")) {
        (back, gone) if gone.is_empty() => format!("take back what was done to {back}"),
        (back, gone) if back.is_empty() => format!("delete what was made of {gone}"),
        (back, gone) => format!("take back what was done to {back}, and delete what was made of {gone}"),
    };
    consent::ask(session, target, summary, ["take it back", "nothing was changed"]).await
}

/// The logical ids of what is left as it is in one stack: what belongs to another one is not its business. What no stack knows by logical id or
/// construct path is left for CloudFormation to judge: it may be in a nested stack.
fn skipped(stack: &Stack, all: &[&Stack], skip: &[String]) -> Vec<String> {
    let mine = |id: &String| match logical_id(stack, id) {
        Some(mine) => Some(mine.to_owned()),
        None if all.iter().any(|other| logical_id(other, id).is_some()) => None,
        None => Some(id.clone()),
    };
    skip.iter().filter_map(mine).collect()
}

async fn one<C: Cloud>(
    session: &Session<C>,
    running: &Running<C>,
    stack: &Stack,
    found: &StackDescription,
    what: &Rollback,
) -> Result<(), Failure> {
    let session = &session.at(stack);
    let token = session.token(&stack.id);
    let begun = async {
        match what {
            Rollback::Continue { skip } => {
                session.cloud.continue_update_rollback(&found.id, skip, &token).await
            }
            Rollback::Failed if found.status.is_busy() => {
                session.either(async |cloud| cloud.cancel_update_stack(&found.id, &token).await).await
            }
            Rollback::Failed => session.cloud.rollback_stack(&found.id, &token).await,
        }
    };
    let following = Following::from_now(session, stack, &found.id, Work::Rollback).await?;
    let is_back = |status: &StackStatus| {
        matches!(status.0.as_str(), "ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" | "DELETE_COMPLETE")
    };
    order(session, running, following, begun, is_back).await
}
