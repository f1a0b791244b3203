//! What an interrupt does: before anything is carried out it takes everything back; after that it asks, and the second one leaves at once.

use std::pin::pin;

use formwork_assembly::{Diagnostic, code};

use super::{Failure, FailureKind, Question, Session, cloud::Cloud, ledger::Ledger, running::Running};

/// Prepares; where that fails or is interrupted, what was made is taken away again.
pub(super) async fn preparing<C: Cloud, T>(
    session: &Session<C>,
    ledger: &Ledger<C>,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let interrupts = session.interrupts.count();
    let result = tokio::select! {
        biased;
        () = session.interrupts.beyond(interrupts) => {
            let message = "interrupted before anything was carried out";
            let finding = Diagnostic::error(&code::INTERRUPTED, message).help("no stack was changed; run the command again");
            Err(Failure::new(FailureKind::Interrupted, finding))
        }
        result = work => result,
    };
    let Err(failure) = result else { return result };
    let is_interrupted = u32::from(failure.kind == FailureKind::Interrupted);
    tokio::select! {
        biased;
        () = ledger.clear() => Err(failure),
        () = session.interrupts.beyond(interrupts + is_interrupted) => {
            let message = "interrupted while change sets that nobody needs were being deleted";
            let finding = Diagnostic::error(&code::INTERRUPTED, message)
                .help("no stack was changed; the next deployment does not mind what was left");
            Err(Failure::new(FailureKind::Interrupted, finding).and(failure))
        }
    }
}

/// Carries out. The first interrupt asks whether to cancel, and nothing new begins meanwhile; the second one leaves.
pub(super) async fn carrying_out<C: Cloud, T>(
    session: &Session<C>,
    running: &Running<C>,
    work: impl Future<Output = T>,
) -> Result<T, Failure> {
    let mut work = pin!(work);
    let interrupts = session.interrupts.count();
    tokio::select! {
        biased;
        result = &mut work => return Ok(result),
        () = session.interrupts.beyond(interrupts) => {}
    }
    running.hold();
    let asked = async {
        if session.teller.ask(Question::Cancel { stacks: running.stacks() }).await {
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
            () = session.interrupts.beyond(interrupts + 1) => {
                let message = "interrupted while stacks were being worked on";
                let finding = Diagnostic::error(&code::INTERRUPTED, message).help("`status` shows what there is");
                let mut failure = Failure::new(FailureKind::Interrupted, finding);
                failure.findings.extend(running.left());
                return Err(failure);
            }
            () = &mut asked, if !is_asked => is_asked = true,
            result = &mut work => return Ok(result),
        }
    }
}
