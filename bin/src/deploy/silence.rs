//! What is told while nobody answers: once that it is so, and once that it is over, however many questions wait at the same time.

use super::{Progress, Teller, cloud::Fault};

/// A question that is asked again and again. Where it is given up, that is told as a failure.
#[derive(Debug)]
pub(super) struct Silence(Teller);

impl Teller {
    /// Somebody has not answered, and is asked again.
    pub(super) fn silence(&self, fault: &Fault) -> Silence {
        if self.change_silent(1) == 1 {
            let (operation, reason) = (fault.operation.clone(), fault.message.clone());
            self.tell(Progress::NoAnswer { operation, reason });
        }
        Silence(self.clone())
    }
}

impl Silence {
    /// There is an answer.
    pub(super) fn end(self) {
        if self.0.change_silent(0) == 1 {
            self.0.tell(Progress::Answered);
        }
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        self.0.change_silent(-1);
    }
}
