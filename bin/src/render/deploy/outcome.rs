//! How it ended: what was done with each stack, what they hand out, or what went wrong and the state that things are in.

use serde_json::json;

use super::{Form, Screen, line::Line, words};
use crate::{
    deploy::{Done, Failure, FailureKind, Outcome, cloud::StackOutput},
    render::{style::Tone, table::Table},
    shell,
};

impl Screen<'_, '_> {
    /// Says what was done. What is data goes to stdout: the outputs, or the name of what was prepared.
    pub(crate) fn outcome(mut self, outcome: &Outcome) {
        match self.form {
            Form::Json | Form::Document => {
                return self.json_line(&json!({ "event": "outcome", "outcome": outcome }));
            }
            Form::Quiet => {}
            Form::Lines | Form::Drawn => {
                let text = self.done(outcome);
                self.render.note(&text);
            }
        }
        if let Some(name) = &outcome.prepared {
            self.render.text(&format!("{}\n", crate::render::escape::one_line(name)));
        }
        let mut outputs: Vec<(String, Vec<StackOutput>)> = outcome
            .stacks
            .iter()
            .filter(|stack| !stack.outputs.is_empty())
            .map(|stack| (stack.stack.clone(), stack.outputs.clone()))
            .collect();
        let others = self.memory.outputs.iter();
        let others = others.filter(|(id, _)| !outcome.stacks.iter().any(|one| one.stack == *id));
        outputs.extend(others.cloned());
        self.render.text(&table(&outputs));
    }

    /// What was done with the stacks, and how long it took.
    fn done(&self, outcome: &Outcome) -> String {
        let style = self.render.style;
        let width = outcome.stacks.iter().map(|stack| stack.stack.chars().count()).max().unwrap_or_default();
        let mut lines: Vec<Line> = Vec::new();
        for stack in &outcome.stacks {
            let tone = match stack.done {
                Done::Unchanged | Done::Waiting | Done::Prepared(_) => Tone::Frame,
                _ => Tone::Good,
            };
            let id = format!("{:width$}", stack.stack);
            let done = format!("{:<9}", words::done(&stack.done));
            let line = Line::indented(2).painted(Tone::Title, &id).painted(tone, &done);
            lines.push(line.plain(if stack.name == stack.stack { "" } else { &stack.name }));
        }
        let is_same = outcome.stacks.iter().all(|stack| stack.done == Done::Unchanged);
        let what = match &outcome.prepared {
            Some(name) => {
                let execute = format!("--execute={name}");
                format!("prepared: `{}{}` carries out exactly this", self.again(), shell::word(&execute))
            }
            None if outcome.stacks.is_empty() && self.verb == "destroy" => {
                "nothing is there to delete".to_owned()
            }
            None if is_same => "no change: everything is as it should be".to_owned(),
            None => format!("{}: done in {}", self.verb, words::elapsed(self.took)),
        };
        lines.push(Line::default().painted(Tone::Good, &what).plain(&self.elsewhere()));
        let text: String = lines.iter().map(|line| line.text(style, None) + "\n").collect();
        format!("{}{text}", self.render.gap())
    }

    /// Says what went wrong, the root cause first, and the state of the stacks.
    pub(crate) fn failure(mut self, failure: &Failure) {
        if matches!(self.form, Form::Json | Form::Document) {
            let (kind, findings) = (super::kind(failure.kind), &failure.findings);
            self.json_line(&json!({ "event": "failure", "kind": kind, "findings": findings }));
            return self.render.findings(findings);
        }
        if self.form != Form::Quiet {
            let gap = self.render.gap();
            self.render.note(gap);
        }
        self.render.findings(&failure.findings);
        let has_begun = self.memory.has_begun();
        let is_told = has_begun || matches!(failure.kind, FailureKind::Failed | FailureKind::Interrupted);
        if is_told && !self.memory.is_empty() && self.form != Form::Quiet {
            let lines = self.memory.lines();
            let text: String = lines.iter().map(|line| line.text(self.render.style, None) + "\n").collect();
            self.render.note(&(text + "\n"));
        }
        let outcome = match failure.kind {
            FailureKind::Refused if has_begun => "not all of it was carried out",
            FailureKind::Refused => "nothing was changed",
            FailureKind::Unreachable if has_begun => "nobody answers any more",
            FailureKind::Unreachable if self.is_local => "the local server could not be asked",
            FailureKind::Unreachable => "AWS could not be asked",
            FailureKind::Failed => "it failed",
            FailureKind::Interrupted => "it was interrupted",
        };
        let outcome = match self.elsewhere() {
            place if place.is_empty() => outcome.to_owned(),
            place => format!("{outcome} {place}"),
        };
        self.render.summary(&failure.findings, &outcome);
    }

    /// How to run the same again, up to its options.
    fn again(&self) -> String {
        let around = self.render.around;
        let program = match &around.program {
            _ if around.cargo => "cargo run -- ".to_owned(),
            Some(program) => format!("{} ", shell::word(program)),
            None => String::new(),
        };
        let scope = if self.scope.is_empty() { String::new() } else { format!("{} ", self.scope) };
        format!("{program}{} {scope}", self.verb)
    }

    /// Where it is not AWS.
    pub(super) fn elsewhere(&self) -> String {
        self.local.as_ref().map(|url| format!("(local server {url}, not AWS)")).unwrap_or_default()
    }
}

/// One output a line, those that are addresses last: they are what somebody wants to click.
pub(super) fn table(outputs: &[(String, Vec<StackOutput>)]) -> String {
    let mut rows: Vec<[&str; 3]> = Vec::new();
    for (stack, outputs) in outputs {
        rows.extend(
            outputs.iter().map(|output| [stack.as_str(), output.key.as_str(), output.value.as_str()]),
        );
    }
    rows.sort_by_key(|[.., value]| value.starts_with("http://") || value.starts_with("https://"));
    let mut table = Table::default();
    rows.into_iter().for_each(|row| table.row(row));
    table.to_string()
}
