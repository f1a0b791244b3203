//! How long somebody who does not answer is asked again.

use std::time::Duration;

use super::{
    Session,
    cloud::{Answer, Cloud, Fault, FaultKind},
};

/// The longest pause between two questions.
const LONGEST: Duration = Duration::from_secs(30);

/// How often in a row nobody may answer. The client below asks several times itself, so that this is five minutes or so without a connection.
const PATIENCE: u32 = 4;

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(super) struct Patience(u32);

impl Patience {
    /// Waits, longer each time; an error where there is no point in waiting any more.
    pub(super) async fn after<C>(&mut self, fault: Fault, session: &Session<C>) -> Answer<()> {
        // One answer of something in between is not the end of a deployment.
        let is_passing = fault.is_passing() || fault.kind == FaultKind::Garbled;
        if !is_passing || self.0 >= PATIENCE {
            return Err(fault);
        }
        let pause = session.pace.saturating_mul(1 << self.0.min(16)).min(LONGEST.max(session.pace));
        self.0 += 1;
        tokio::time::sleep(pause).await;
        Ok(())
    }

    /// Somebody has answered.
    pub(super) fn renew(&mut self) {
        self.0 = 0;
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
            Ok(answer) => return Ok(answer),
            Err(fault) => patience.after(fault, session).await?,
        }
    }
}
