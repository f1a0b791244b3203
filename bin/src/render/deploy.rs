//! What the engine tells, on a screen: lines that scroll, with a region below them that is drawn anew where stderr is a terminal; or JSON,
//! one event a line, on stdout.
//!
//! Knows no clock: whoever drives it says how long it runs.

mod board;
mod data;
mod event;
mod line;
mod memory;
mod outcome;
mod question;
mod words;

#[cfg(test)]
mod tests;

use std::time::Duration;

use super::{Render, diff, escape, style::Tone};
use crate::{
    cli::Format,
    deploy::{FailureKind, Progress, Question, StackReview},
};
use board::{Board, News};
use line::Line;
use memory::Memory;
pub(crate) use question::is_agreement;

/// Lines of a terminal that are never drawn on: what was printed last stays in sight.
const MARGIN: usize = 4;

/// The screen of one operation.
pub(crate) struct Screen<'r, 'a> {
    render: &'r mut Render<'a>,
    form: Form,
    /// The word for what is done: `deploy`.
    verb: &'static str,
    /// The options that the next command takes as well.
    scope: String,
    /// The address of the local server.
    local: Option<String>,
    /// True where a local server is asked, whether or not there is one yet.
    is_local: bool,
    board: Board,
    memory: Memory,
    /// Reviews that nobody has seen, because errors only are wanted.
    unseen: String,
    /// True once it was said what reviews are.
    reviewed: bool,
    /// How many lines are drawn below what scrolls.
    drawn: usize,
    /// How long it took.
    took: Duration,
    /// True while an answer is awaited: nothing may be drawn over it.
    asking: bool,
}

/// What a command leaves on stdout in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// What happens, one event a line, and at last what came of it.
    Stream,
    /// One document.
    Document,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// One event a line, on stdout.
    Json,
    /// Lines, one after the other.
    Lines,
    /// Lines, and a region that is drawn anew.
    Drawn,
    /// Nothing but what has to be decided, and what went wrong.
    Quiet,
    /// Nothing but one document of JSON on stdout.
    Document,
}

impl<'r, 'a> Screen<'r, 'a> {
    /// A screen on which nothing stands.
    pub(crate) fn new(
        render: &'r mut Render<'a>,
        verb: &'static str,
        stacks: Vec<String>,
        shape: Shape,
    ) -> Self {
        let form = match (render.output.format, render.output.quiet, render.around.is_terminal) {
            (Format::Json, ..) if shape == Shape::Document => Form::Document,
            (Format::Json, ..) => Form::Json,
            (_, true, _) => Form::Quiet,
            (_, false, true) => Form::Drawn,
            (_, false, false) => Form::Lines,
        };
        Self {
            render,
            form,
            verb,
            scope: String::new(),
            local: None,
            is_local: false,
            board: Board::default(),
            memory: Memory::new(stacks),
            unseen: String::new(),
            reviewed: false,
            drawn: 0,
            took: Duration::ZERO,
            asking: false,
        }
    }

    /// Has commands that it names take these options.
    pub(crate) fn in_scope(mut self, scope: String) -> Self {
        self.scope = scope;
        self
    }

    /// Is about a server on this machine.
    pub(crate) fn of_local_server(mut self) -> Self {
        self.is_local = true;
        self
    }

    /// Shows one thing that happened, so long after the beginning.
    pub(crate) fn show(&mut self, event: &Progress, now: Duration) {
        let since = match event {
            Progress::Resource(resource) => self.board.since(resource),
            _ => None,
        };
        let news = self.board.take(event, now);
        self.remember(event);
        match self.form {
            Form::Json => self.json(event),
            Form::Document => match event {
                Progress::Warning(finding) => self.render.findings(std::slice::from_ref(finding)),
                Progress::NoAnswer { .. } | Progress::Answered => {
                    let text = self.text(event, since, now);
                    self.render.note(&text);
                }
                _ => {}
            },
            Form::Quiet => {
                if let Progress::Review(review) = event {
                    let text = self.review(review);
                    self.unseen += &text;
                }
            }
            Form::Lines | Form::Drawn => {
                let text = if news == News::Fresh { self.text(event, since, now) } else { String::new() };
                self.print(&text, now);
            }
        }
    }

    /// Draws the region anew, because time has gone by.
    pub(crate) fn tick(&mut self, now: Duration) {
        if self.form == Form::Drawn && !self.asking && !self.board.is_empty() {
            self.print("", now);
        }
    }

    /// Asks something, and leaves the cursor behind it.
    pub(crate) fn ask(&mut self, question: &Question, now: Duration) {
        let unseen = std::mem::take(&mut self.unseen);
        let gap = match &*unseen {
            "" => self.render.gap(),
            unseen if unseen.ends_with("\n\n") => "",
            _ => "\n",
        };
        let text = question::text(question, self.local.as_deref(), self.render.style);
        let text = unseen + gap + &text;
        self.asking = true;
        self.print(&text, now);
    }

    /// Goes on behind an answer.
    pub(crate) fn answered(&mut self) {
        self.asking = false;
    }

    /// Says something that is no event.
    pub(crate) fn say(&mut self, text: &str, now: Duration) {
        // The cursor stands behind a question that nobody has answered.
        let begin = if std::mem::take(&mut self.asking) { "\n" } else { "" };
        let line = Line::default().plain(text).text(self.render.style, None);
        let line = format!("{begin}{line}\n");
        if matches!(self.form, Form::Lines | Form::Drawn) {
            self.print(&line, now);
        }
    }

    /// Takes the region away: nothing goes on any more.
    pub(crate) fn clear(&mut self, now: Duration) {
        self.board = Board::default();
        self.asking = false;
        self.took = now;
        if self.drawn > 0 {
            self.print("", now);
        }
    }

    /// Says what is wrong with this machine.
    pub(crate) fn error(self, message: &str, help: &str) {
        self.render.error(message, help);
    }

    fn remember(&mut self, event: &Progress) {
        match event {
            Progress::Identity { local, .. } => self.local.clone_from(local),
            Progress::Began { .. } => self.reviewed = false,
            _ => {}
        }
        self.memory.take(event);
    }

    fn text(&mut self, event: &Progress, since: Option<Duration>, now: Duration) -> String {
        match event {
            Progress::Review(review) => self.review(review),
            Progress::Warning(finding) => {
                let source = |file: &str| self.render.around.source(file);
                super::diagnostics::render(&[finding], self.render.style, &source)
            }
            event => {
                let context = event::Context {
                    verb: self.verb,
                    local: self.local.as_deref(),
                    is_drawn: self.form == Form::Drawn,
                    took: since.map(|since| now.saturating_sub(since)),
                };
                let lines = event::lines(event, &context);
                lines.iter().map(|line| line.text(self.render.style, None) + "\n").collect()
            }
        }
    }

    fn review(&mut self, review: &StackReview) -> String {
        let text = diff::review(review, self.render.style);
        if std::mem::replace(&mut self.reviewed, true) {
            return text;
        }
        let place = match &self.local {
            Some(url) => format!("in the local server {url}, not in AWS"),
            None => "in AWS".to_owned(),
        };
        let head = Line::default().painted(Tone::Title, &format!("what would happen {place}"));
        format!("{}{}\n\n{text}", self.render.gap(), head.text(self.render.style, None))
    }

    /// Prints text above the region, and the region as it is now.
    fn print(&mut self, text: &str, now: Duration) {
        let mut all = String::new();
        if self.drawn > 0 {
            all += &format!("\r\u{1b}[{}A\u{1b}[J", self.drawn);
        }
        all += text;
        self.drawn = 0;
        if self.form == Form::Drawn && !self.asking {
            let (width, height) = self.render.around.terminal_size();
            for line in self.board.lines(now, height.saturating_sub(MARGIN).max(1)) {
                // The last column stays free: some terminals go to the next line behind it.
                all += &line.text(self.render.style, Some(width.saturating_sub(1)));
                all.push('\n');
                self.drawn += 1;
            }
        }
        if !all.is_empty() {
            let spaced = if text.is_empty() { self.render.spaced } else { text.ends_with("\n\n") };
            self.render.note(&all);
            // The region goes before anything else comes.
            self.render.spaced = spaced;
        }
    }

    fn json(&mut self, event: &Progress) {
        // Questions are no data; they are answered by options.
        if !matches!(event, Progress::Question { .. }) {
            self.json_line(event);
        }
    }

    fn json_line(&mut self, value: &impl serde::Serialize) {
        let line = serde_json::to_string(value).unwrap_or_default();
        self.render.text(&(escape::json(&line) + "\n"));
    }
}

fn kind(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Refused => "refused",
        FailureKind::Unreachable => "unreachable",
        FailureKind::Failed => "failed",
        FailureKind::Interrupted => "interrupted",
    }
}
