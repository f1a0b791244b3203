//! SQS and SNS: the names of FIFO queues and topics.

use super::{Checker, Fields, Step};

impl<'t> Checker<'t, '_> {
    /// Checks a queue.
    pub(super) fn queue(&mut self, queue: Fields<'t>) {
        self.fifo(queue, "FifoQueue", "QueueName");
        if let Some(policy) = queue.object("RedrivePolicy") {
            for name in ["deadLetterTargetArn", "maxReceiveCount"] {
                if policy.lacks(name) {
                    self.disagree_at(
                        &[Step::Key("RedrivePolicy")],
                        format!("a redrive policy needs `{name}`"),
                        format!("set `{name}`"),
                    );
                }
            }
        }
    }

    /// Checks that a name says whether its holder keeps the order of messages.
    pub(super) fn fifo(&mut self, holder: Fields<'t>, flag: &'static str, name: &'static str) {
        let Some(text) = holder.text(name) else { return };
        let way = [Step::Key(name)];
        if holder.is_true(flag) && !text.ends_with(".fifo") {
            self.disagree_at(
                &way,
                format!("`{name}` is `{text}`, and `{flag}` is set"),
                "such names end in `.fifo`",
            );
        } else if holder.lacks(flag) && text.ends_with(".fifo") {
            self.disagree_at(
                &way,
                format!("`{name}` ends in `.fifo`, and `{flag}` is not set"),
                format!("set `{flag}` to `true`, or choose another name"),
            );
        }
    }
}
