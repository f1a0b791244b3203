//! What somebody types, a line at a time, without the rest having to wait.

use std::{io, thread};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Lines of stdin, read only once somebody wants one.
#[derive(Default)]
pub(super) struct Lines(Option<UnboundedReceiver<String>>);

impl Lines {
    /// Forgets what was typed before the question.
    pub(super) fn forget(&mut self) {
        let Some(receiver) = &mut self.0 else {
            let (sender, receiver) = unbounded_channel();
            // A thread of its own, because reading cannot be broken off; it ends with the process.
            thread::spawn(move || {
                let send = |line: String| sender.send(line).is_ok();
                io::stdin().lines().map_while(Result::ok).all(send)
            });
            self.0 = Some(receiver);
            return;
        };
        while receiver.try_recv().is_ok() {}
    }

    /// The next line; none once there are no more.
    pub(super) async fn next(&mut self) -> Option<String> {
        match &mut self.0 {
            Some(receiver) => receiver.recv().await,
            None => None,
        }
    }
}

#[cfg(test)]
impl From<UnboundedReceiver<String>> for Lines {
    fn from(receiver: UnboundedReceiver<String>) -> Self {
        Self(Some(receiver))
    }
}
