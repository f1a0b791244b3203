//! The wish to stop: how often somebody has asked for it, wherever it comes from.

use tokio::sync::watch;

/// Knows of each interrupt. Clones know of the same.
#[derive(Clone, Debug)]
pub struct Interrupts(watch::Receiver<u32>);

/// Interrupts: one call for each time that somebody presses Ctrl-C.
#[derive(Debug)]
pub struct Interrupter(watch::Sender<u32>);

impl Interrupts {
    /// One that can be interrupted.
    pub fn new() -> (Interrupter, Self) {
        let (sender, receiver) = watch::channel(0);
        (Interrupter(sender), Self(receiver))
    }

    /// How often it was interrupted.
    pub fn count(&self) -> u32 {
        *self.0.borrow()
    }

    /// Ends once it was interrupted more often than so many times; never, where nobody can interrupt any more.
    pub async fn beyond(&self, count: u32) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|now| *now > count).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Interrupter {
    /// Interrupts once more.
    pub fn interrupt(&self) {
        self.0.send_modify(|count| *count += 1);
    }
}
