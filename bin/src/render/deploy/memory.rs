//! What is to be known at the end of an operation: how far each stack has come, and what it hands out.

use super::{line::Line, words};
use crate::{
    deploy::{
        Progress,
        cloud::{StackOutput, StackStatus},
    },
    render::style::Tone,
};

/// What has happened to the stacks.
pub(super) struct Memory {
    /// The ids of the stacks that it is about.
    stacks: Vec<String>,
    /// How far the stacks have come, as far as anything is known of them.
    states: Vec<(String, State)>,
    /// What the stacks hand out, by their ids.
    pub outputs: Vec<(String, Vec<StackOutput>)>,
}

/// How far a stack has come.
enum State {
    Unchanged,
    Began,
    Ended(StackStatus),
}

impl Memory {
    pub(super) fn new(stacks: Vec<String>) -> Self {
        Self { stacks, states: Vec::new(), outputs: Vec::new() }
    }

    pub(super) fn take(&mut self, event: &Progress) {
        let (stack, state) = match event {
            Progress::Outputs { stack, outputs } => {
                self.outputs.retain(|(one, _)| one != stack);
                self.outputs.push((stack.clone(), outputs.clone()));
                return;
            }
            Progress::Unchanged { stack } => (stack, State::Unchanged),
            Progress::Began { stack, .. } => (stack, State::Began),
            Progress::Ended { stack, status } => (stack, State::Ended(status.clone())),
            _ => return,
        };
        self.states.retain(|(one, _)| one != stack);
        self.states.push((stack.clone(), state));
    }

    /// True where nothing is known of any stack.
    pub(super) fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// True where anything was begun with a stack.
    pub(super) fn has_begun(&self) -> bool {
        self.states.iter().any(|(_, state)| !matches!(state, State::Unchanged))
    }

    /// The stacks, and how far each has come.
    pub(super) fn lines(&self) -> Vec<Line> {
        let width = self.stacks.iter().map(|id| id.chars().count()).max().unwrap_or_default();
        let mut lines = vec![Line::default().painted(Tone::Title, "the stacks now")];
        lines.extend(self.stacks.iter().map(|id| {
            let line = Line::indented(2).plain(&format!("{id:width$}"));
            match self.states.iter().find(|(one, _)| one == id).map(|(_, state)| state) {
                None => line.plain("untouched"),
                Some(State::Unchanged) => line.plain("unchanged"),
                Some(State::Began) => line.painted(Tone::Warning, "still at work, or not known"),
                Some(State::Ended(status)) => {
                    line.painted(words::tone(status), &words::status(status)).plain(&status.0)
                }
            }
        }));
        lines
    }
}
