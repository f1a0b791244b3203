//! What an interrupt does: before anything is carried out it takes everything back; after that it asks, and the second one leaves at once.
//!
//! `since` is how many interrupts there were when the operation began: so none is lost between its phases.

use std::{cell::Cell, pin::pin};

use formwork_assembly::{Diagnostic, code};

use super::{Failure, FailureKind, Question, Session, cloud::Cloud, ledger::Ledger, running::Running};

/// Prepares; where that fails or is interrupted, what was made is taken away again.
pub(super) async fn preparing<C: Cloud, T>(
    session: &Session<C>,
    since: u32,
    ledger: &Ledger<C>,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let result = tokio::select! {
        biased;
        () = session.interrupts.beyond(since) => {
            Err(Failure::new(FailureKind::Interrupted, before()))
        }
        result = work => result,
    };
    let Err(failure) = result else { return result };
    let is_interrupted = u32::from(failure.kind == FailureKind::Interrupted);
    tokio::select! {
        biased;
        () = ledger.clear() => Err(failure),
        () = session.interrupts.beyond(since + is_interrupted) => {
            let message = "interrupted while change sets that nobody needs were being deleted";
            let finding = Diagnostic::error(&code::INTERRUPTED, message)
                .help("no stack was changed; the next deployment does not mind what was left");
            Err(Failure::new(FailureKind::Interrupted, finding).and(failure))
        }
    }
}

/// Carries out. The first interrupt asks whether to cancel, and nothing new begins meanwhile; the second one leaves. Change sets of stacks whose
/// turn never came are taken away at the end.
pub(super) async fn carrying_out<C: Cloud, T>(
    session: &Session<C>,
    since: u32,
    running: &Running<C>,
    ledger: &Ledger<C>,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let has_ended = Cell::new(false);
    let work = async {
        let result = work.await;
        has_ended.set(true);
        ledger.clear().await;
        result
    };
    let mut work = pin!(work);
    tokio::select! {
        biased;
        result = &mut work => return result,
        () = session.interrupts.beyond(since) => {}
    }
    if running.is_empty() {
        let finding = Diagnostic::error(&code::INTERRUPTED, "interrupted while no stack was being worked on")
            .help("stacks that were done stay as they are now; run the same command again: it goes on from there");
        let failure = Failure::new(FailureKind::Interrupted, finding);
        return tokio::select! {
            biased;
            // What has heard of the interrupt by itself has more to say of it.
            result = &mut work, if has_ended.get() => result,
            () = ledger.clear(), if !has_ended.get() => Err(failure),
            () = session.interrupts.beyond(since + 1) => Err(with_lifted(failure, ledger)),
        };
    }
    running.hold();
    let asked = async {
        let (stacks, others) = running.by_cancellation();
        if session.teller.ask(Question::Cancel { stacks, others }).await {
            running.close();
            running.cancel().await;
        } else {
            running.release();
        }
    };
    let mut asked = pin!(asked);
    let mut is_asked = false;
    loop {
        tokio::select! {
            biased;
            () = session.interrupts.beyond(since + 1) => return Err(with_lifted(left(running), ledger)),
            () = &mut asked, if !is_asked => is_asked = true,
            result = &mut work => return result,
        }
    }
}

/// Only looks on; whoever interrupts that wants to look no longer.
pub(super) async fn watching<C: Cloud, T>(
    session: &Session<C>,
    since: u32,
    running: &Running<C>,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        biased;
        () = session.interrupts.beyond(since) => Err(left(running)),
        result = work => result,
    }
}

/// Says of which stacks the policy stays lifted.
fn with_lifted<C: Cloud>(mut failure: Failure, ledger: &Ledger<C>) -> Failure {
    failure.findings.extend(ledger.lifted(None));
    failure
}

/// What goes on without anybody looking.
fn left<C: Cloud>(running: &Running<C>) -> Failure {
    let left = running.left();
    if left.is_empty() {
        return Failure::new(FailureKind::Interrupted, before());
    }
    let message = "interrupted while stacks were being worked on";
    let help = "nothing was cancelled: CloudFormation ends what it has begun, and nothing more is begun; \
                `status` tells where each stack is, and the same command goes on from there";
    let finding = Diagnostic::error(&code::INTERRUPTED, message).help(help);
    let mut failure = Failure::new(FailureKind::Interrupted, finding);
    failure.findings.extend(left);
    failure
}

fn before() -> Diagnostic {
    Diagnostic::error(&code::INTERRUPTED, "interrupted before anything was carried out")
        .help("no stack was changed, and nothing goes on; run the same command again to begin anew")
}
