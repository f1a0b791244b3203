//! Carries out a change set, or another order about a stack: follows it to its end, and says what came of it.

use formwork_assembly::{Diagnostic, Stack, code};
use tokio::time::Instant;

use super::{
    Done, Failure, FailureKind, Options, Session, Work, cause,
    change_set::ChangeSet,
    cloud::{Answer, ChangeSetKind, Cloud, Execution, Fault, FaultKind, StackStatus},
    finding::clause,
    follow::{End, Following, Lost, follow},
    ledger::Ledger,
    patience::Patience,
    running::Running,
};

/// Carries out a change set.
///
/// # Errors
/// It failed, with the root cause first; or nobody knows how it ended.
pub(super) async fn carry_out<C: Cloud>(
    session: &Session<C>,
    options: &Options,
    running: &Running<C>,
    ledger: &Ledger<C>,
    stack: &Stack,
    set: &ChangeSet,
) -> Result<Done, Failure> {
    let session = &session.at(stack);
    let (work, done) = match set.kind {
        ChangeSetKind::Create => (Work::Create, Done::Created),
        ChangeSetKind::Update => (Work::Update, Done::Updated),
        ChangeSetKind::Import => (Work::Import, Done::Imported),
    };
    let execution = Execution {
        token: session.token(&stack.id),
        keep_on_failure: options.keep_on_failure,
        retain_except_on_create: true,
    };
    let begun = async {
        let begun = begin(session, &set.id, &execution).await;
        // One that was certainly not carried out is taken away with the others.
        if begun.as_ref().err().is_none_or(is_doubtful) {
            ledger.forget(stack);
        }
        begun.map_err(|fault| not_begun(stack, fault))
    };
    let following = Following {
        resources: (!set.changes.is_empty()).then_some(set.changes.len()),
        deadline: options.timeout.map(|timeout| Instant::now() + timeout),
        ..Following::from_now(session, stack, &set.stack_id, work).await?
    };
    let is_done = |status: &StackStatus| status.is_stable() && !status.is_failure();
    order(session, running, following, begun, is_done).await?;
    Ok(done)
}

/// Gives CloudFormation an order about a stack, and follows it to its end.
///
/// # Errors
/// The order cannot be given, nobody knows how it ended, or the stack is not as it was to be: then with the root cause first.
pub(super) async fn order<C: Cloud>(
    session: &Session<C>,
    running: &Running<C>,
    what: Following<'_>,
    order: impl Future<Output = Result<(), impl Into<Failure>>>,
    is_done: impl Fn(&StackStatus) -> bool,
) -> Result<(), Failure> {
    let stack = what.stack;
    let (end, is_cancelled) = see_through(session, running, what, order).await?;
    if is_done(&end.status) {
        Ok(())
    } else if is_cancelled {
        Err(cancelled(stack, &end))
    } else {
        Err(Failure { kind: FailureKind::Failed, findings: cause::explain(stack, &end) })
    }
}

/// Brings to its end what is being done to a stack once the order is given: `running` knows of it before, because nobody may ever hear
/// the answer. True where it was cancelled.
///
/// # Errors
/// The order cannot be given, or nobody knows how it ended.
pub(super) async fn see_through<C: Cloud>(
    session: &Session<C>,
    running: &Running<C>,
    what: Following<'_>,
    order: impl Future<Output = Result<(), impl Into<Failure>>>,
) -> Result<(End, bool), Failure> {
    let stack = what.stack;
    running.begin(session, stack, what.stack_id, what.work);
    let followed = async {
        order.await.map_err(Into::into)?;
        follow(session, what).await.map_err(|lost| lost_sight(stack, lost))
    };
    let followed = followed.await;
    let is_cancelled = running.end(stack);
    Ok((followed?, is_cancelled))
}

/// Begins, once: after an answer that was lost, a refusal says that it has begun.
async fn begin<C: Cloud>(session: &Session<C>, change_set: &str, execution: &Execution) -> Answer<()> {
    let mut patience = Patience::default();
    let mut is_in_doubt = false;
    loop {
        match session.cloud.execute_change_set(change_set, execution).await {
            Ok(()) => {
                patience.renew();
                return Ok(());
            }
            Err(fault)
                if is_in_doubt
                    && matches!(fault.kind, FaultKind::Busy | FaultKind::Invalid | FaultKind::Missing) =>
            {
                patience.renew();
                return Ok(());
            }
            Err(fault) => {
                is_in_doubt |= is_doubtful(&fault);
                patience.after(fault, session).await?;
            }
        }
    }
}

/// True where the request may have been carried out all the same.
fn is_doubtful(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Unreachable | FaultKind::Unavailable | FaultKind::Garbled)
}

/// Why a change set is not carried out.
fn not_begun(stack: &Stack, fault: Fault) -> Failure {
    match fault.kind {
        FaultKind::Busy => busy(stack),
        FaultKind::Missing => stale(stack, &fault.message),
        FaultKind::Invalid if is_stale(&fault) => stale(stack, &fault.message),
        _ if is_doubtful(&fault) => lost_sight(stack, Lost::Fault(fault)),
        _ => fault.into(),
    }
}

/// True where the change set itself is no longer one to carry out; a request may also be refused for what it asks.
fn is_stale(fault: &Fault) -> bool {
    let text = fault.message.to_ascii_lowercase();
    fault.code.starts_with("InvalidChangeSetStatus")
        || ["obsolete", "execution status"].iter().any(|word| text.contains(word))
}

/// What somebody else has done since the review.
fn stale(stack: &Stack, said: &str) -> Failure {
    let said = clause(said);
    let message =
        format!("the change set of the stack `{}` can no longer be carried out: {said}", stack.name);
    let help = "somebody has changed the stack since; nothing was carried out, deploy again to see what is left to do";
    Failure::new(
        FailureKind::Failed,
        Diagnostic::error(&code::CHANGE_SET_STALE, message).path(&stack.id).help(help),
    )
}

fn busy(stack: &Stack) -> Failure {
    let message =
        format!("the stack `{}` is busy with another operation, which began after the review", stack.name);
    let help = "`status --follow` shows it to its end; deploy again after that";
    Failure::new(
        FailureKind::Failed,
        Diagnostic::error(&code::STACK_BUSY, message).path(&stack.id).help(help),
    )
}

fn cancelled(stack: &Stack, end: &End) -> Failure {
    let message =
        format!("the update of the stack `{}` was cancelled, and is taken back ({})", stack.name, end.status);
    let help = match end.status.0.as_str() {
        "UPDATE_ROLLBACK_COMPLETE" => "the stack is as it was before",
        "UPDATE_ROLLBACK_FAILED" => "put right what stands in the way, then `rollback --continue`",
        _ => "`status` shows what there is",
    };
    Failure::new(
        FailureKind::Interrupted,
        Diagnostic::error(&code::CANCELLED, message).path(&stack.id).help(help),
    )
}

/// Nobody knows how it ended; CloudFormation goes on.
fn lost_sight(stack: &Stack, lost: Lost) -> Failure {
    let name = &stack.name;
    let follow = "`status --follow` shows it to its end; deploy again after that: it goes on from there";
    let (kind, message, help) = match lost {
        Lost::Fault(fault) if matches!(fault.kind, FaultKind::Expired | FaultKind::NoCredentials) => (
            FailureKind::Unreachable,
            format!("the credentials have expired; CloudFormation goes on with the stack `{name}`"),
            format!("log in again; {follow}"),
        ),
        Lost::Fault(fault) if fault.is_passing() || is_doubtful(&fault) => (
            FailureKind::Unreachable,
            format!("the connection is lost; CloudFormation goes on with the stack `{name}`: {fault}"),
            follow.to_owned(),
        ),
        Lost::Fault(fault) => (
            FailureKind::Unreachable,
            format!("the stack `{name}` cannot be followed; CloudFormation goes on with it: {fault}"),
            format!("let the caller do `{}`; {follow}", fault.operation),
        ),
        Lost::Overdue => (
            FailureKind::Failed,
            format!("the stack `{name}` takes longer than it may; CloudFormation goes on with it"),
            follow.to_owned(),
        ),
        Lost::Idle => (
            FailureKind::Failed,
            format!("nothing happens to the stack `{name}`, though CloudFormation was told to begin"),
            "`status` shows what there is; deploy again".to_owned(),
        ),
    };
    Failure::new(kind, Diagnostic::error(&code::LOST_SIGHT, message).path(&stack.id).help(help))
}
