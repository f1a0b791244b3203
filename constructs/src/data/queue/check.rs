//! What of a queue cannot be a type: numbers out of bounds, and options that lose messages together.

use formwork_assembly::{Diagnostic, code};
use formwork_synth::Scope;

use super::{DAY, DEAD, DeadLetters, FIFO, HIDDEN, LONGEST_HIDDEN, Queue};

/// The most letters in the name of a queue.
const LONGEST_NAME: usize = 80;

impl Queue {
    /// Reports what SQS would refuse, and what would lose messages.
    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        let mut report = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::QUEUE, message).help(help));
        };
        let hidden = self.visibility.unwrap_or(HIDDEN);
        if hidden > LONGEST_HIDDEN {
            report(
                format!("a message cannot be hidden for {hidden} seconds"),
                "name 43200 seconds at most: 12 hours",
            );
        }
        if !(1..=14).contains(&self.keep_days) {
            report(format!("messages cannot be kept for {} days", self.keep_days), "name 1 to 14 days");
        }
        if self.delay > 900 {
            report(
                format!("messages cannot be delayed by {} seconds", self.delay),
                "name 900 seconds at most",
            );
        }
        let has_dead_letters = matches!(self.dead_letters, DeadLetters::Own | DeadLetters::To(_));
        if has_dead_letters && !(1..=1000).contains(&self.receives) {
            let message = format!("a message cannot be a dead letter after {} receives", self.receives);
            report(message, "name 1 to 1000; 3 to 5 leave room for what fails once");
        } else if has_dead_letters
            && self.keep_days > 0
            && self.receives.saturating_mul(hidden) >= self.keep_days.saturating_mul(DAY)
        {
            let message = format!(
                "a message that fails {} times for {hidden} seconds is gone after {} days, before it is a dead letter",
                self.receives, self.keep_days
            );
            report(message, "keep messages for longer, or hide them for a shorter time");
        }
        if !self.order.is_fifo && (self.order.by_content || self.order.by_group) {
            let message = "a queue without order neither looks for doubled messages nor has groups";
            report(
                message.to_owned(),
                "begin with `Queue::fifo()`, or drop `.deduplicate_by_content()` and `.high_throughput()`",
            );
        }
        if let DeadLetters::To(other) = &self.dead_letters
            && other.is_fifo != self.order.is_fifo
        {
            let message = "a queue and its dead letters must both be first in, first out, or neither";
            report(message.to_owned(), "name a queue of the same kind, or leave it to the queue to make one");
        }
        if let Some(name) = &self.name {
            let is_legal = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
            let longest = LONGEST_NAME - FIFO.len() - DEAD.len();
            if name.is_empty() || name.len() > longest || !name.chars().all(is_legal) {
                let message = format!("`{}` cannot be the name of a queue", name.escape_debug());
                report(
                    message,
                    &format!("letters, digits, `-` and `_`, {longest} at most; `.fifo` follows by itself"),
                );
            }
        }
    }
}
