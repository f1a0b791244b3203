//! One thing that is not as it should be.

use std::fmt;

/// Where it is, what it is, and what to do about it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    place: String,
    line: Option<usize>,
    message: String,
    help: &'static str,
}

impl Finding {
    /// A finding about a whole file or package.
    pub(super) fn new(place: impl Into<String>, message: impl Into<String>, help: &'static str) -> Self {
        Self { place: place.into(), line: None, message: message.into(), help }
    }

    /// Names the line, counted from 0.
    pub(super) fn on_line(mut self, index: usize) -> Self {
        self.line = Some(index + 1);
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, line, message, help } = self;
        match line {
            Some(line) => write!(f, "{place}:{line}: {message}\n  help: {help}"),
            None => write!(f, "{place}: {message}\n  help: {help}"),
        }
    }
}
