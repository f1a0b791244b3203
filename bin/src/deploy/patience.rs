//! How long somebody who does not answer is asked again.

use std::time::Duration;

use super::{
    Session,
    cloud::{Answer, Cloud, Fault, FaultKind},
    silence::Silence,
};

/// The longest pause between two questions.
const LONGEST: Duration = Duration::from_secs(30);

/// How often in a row nobody may answer. The client below asks several times itself, so that this is five minutes or so without a connection.
const PATIENCE: u32 = 4;

/// Counts failures in a row, and says so once they begin.
#[derive(Debug, Default)]
pub(super) struct Patience {
    failed: u32,
    silence: Option<Silence>,
}

impl Patience {
    /// Waits, longer each time; an error where there is no point in waiting any more.
    pub(super) async fn after<C>(&mut self, fault: Fault, session: &Session<C>) -> Answer<()> {
        // One answer of something in between is not the end of a deployment.
        let is_passing = fault.is_passing() || fault.kind == FaultKind::Garbled;
        if !is_passing {
            self.renew();
        }
        if !is_passing || self.failed >= PATIENCE {
            return Err(fault);
        }
        let pause = session.pace.saturating_mul(1 << self.failed.min(16)).min(LONGEST.max(session.pace));
        self.failed += 1;
        self.silence.get_or_insert_with(|| session.teller.silence(&fault));
        tokio::time::sleep(pause).await;
        Ok(())
    }

    /// Somebody has answered, whatever it was.
    pub(super) fn renew(&mut self) {
        self.failed = 0;
        if let Some(silence) = self.silence.take() {
            silence.end();
        }
    }
}

/// Asks until there is an answer, or a fault that does not pass.
pub(super) async fn persist<C: Cloud, T>(
    session: &Session<C>,
    question: impl AsyncFn() -> Answer<T>,
) -> Answer<T> {
    let mut patience = Patience::default();
    loop {
        match question().await {
            Ok(answer) => {
                patience.renew();
                return Ok(answer);
            }
            Err(fault) => patience.after(fault, session).await?,
        }
    }
}
