//! All printing: data on stdout, everything else on stderr, in text for people or JSON for machines.

#[cfg(feature = "deploy")]
mod deploy;
mod diagnostics;
mod diff;
mod escape;
mod excerpt;
mod policy;
mod report;
mod style;
mod table;
#[cfg(feature = "deploy")]
mod width;

use std::{
    io::{self, Write},
    path::Path,
};

use formwork_assembly::{Assembly, Code, Diagnostic, each};
use serde::Serialize;
use serde_json::json;

use crate::{
    Surroundings,
    cli::{Colour, Format, Output},
    diff::Diff,
    policy::Roles,
};
#[cfg(feature = "deploy")]
pub(crate) use deploy::{Screen, Shape, is_agreement};
use escape::{one_line, visible};
use report::Report;
use style::{Style, Tone};
use table::Table;

/// Where a command prints to, and how.
pub(crate) struct Render<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    around: &'a Surroundings,
    output: Output,
    style: Style,
    /// Whether data did not reach stdout.
    lost: bool,
    /// Whether an empty line stands last on stderr, or nothing yet.
    spaced: bool,
}

impl<'a> Render<'a> {
    pub(crate) fn new(
        out: &'a mut dyn Write,
        err: &'a mut dyn Write,
        around: &'a Surroundings,
        output: Output,
    ) -> Self {
        let colour = match output.color {
            Colour::Auto => around.colour,
            Colour::Always => true,
            Colour::Never => false,
        };
        Self { out, err, around, output, style: Style::new(colour), lost: false, spaced: true }
    }

    /// True where data did not reach stdout.
    pub(crate) fn lost_data(&self) -> bool {
        self.lost
    }

    /// What `synth` did: the templates that it wrote, or why it wrote none.
    pub(crate) fn synth(&mut self, assembly: Option<&Assembly>, out: &Path, found: &[Diagnostic]) {
        self.findings(found);
        if self.output.format == Format::Json {
            self.json(&Report::new(assembly, found, Some(out)));
        } else if let Some(assembly) = assembly.filter(|_| !self.around.is_for_cdk(out)) {
            for stack in &assembly.stacks {
                let template = out.join(format!("{}.template.json", stack.id));
                self.text(&(one_line(&template.display().to_string()) + "\n"));
            }
        }
        let outcome = match assembly {
            Some(assembly) => {
                let Assembly { app, stage, .. } = assembly;
                format!("wrote {} of `{app}` for stage `{stage}` to `{}`", contents(assembly), out.display())
            }
            None => "nothing was written".to_owned(),
        };
        self.summary(found, &outcome);
    }

    /// What `ls` found.
    pub(crate) fn stacks(&mut self, assembly: Option<&Assembly>, found: &[Diagnostic]) {
        self.findings(found);
        if self.output.format == Format::Json {
            self.json(&Report::new(assembly, found, None));
        } else if let Some(assembly) = assembly {
            let mut table = Table::default();
            for stack in &assembly.stacks {
                let mut counts = count((stack.resources.len(), "resource"));
                if !stack.assets.is_empty() {
                    counts = format!("{counts}, {}", count((stack.assets.len(), "asset")));
                }
                let after = match &*stack.dependencies {
                    [] => String::new(),
                    dependencies => format!("after {}", dependencies.join(", ")),
                };
                let account = stack.account.as_deref().unwrap_or("any account");
                let region = stack.region.as_deref().unwrap_or("any region");
                table.row([&stack.id, &stack.name, account, region, &counts, &after]);
            }
            self.text(&table.to_string());
        }
        if assembly.is_none() || !found.is_empty() {
            self.summary(found, "");
        }
    }

    /// What `diff` found; nothing where there was nothing to compare.
    pub(crate) fn diff(&mut self, diff: Option<&Diff>, found: &[Diagnostic]) {
        self.findings(found);
        match (diff, self.output.format) {
            (Some(diff), Format::Json) => self.json(diff),
            (Some(diff), Format::Markdown) => self.text(&diff::markdown(diff)),
            (Some(diff), Format::Text) => self.text(&diff::text(diff)),
            (None, Format::Json) => self.json(&Report::new(None, found, None)),
            (None, _) => {}
        }
        if diff.is_none() || !found.is_empty() {
            self.summary(found, if diff.is_none() { "nothing was compared" } else { "" });
        }
    }

    /// The policies of an assembly, where there are any to tell.
    pub(crate) fn policy(&mut self, roles: Option<&Roles>, found: &[Diagnostic]) {
        self.findings(found);
        match (roles, self.output.format) {
            (Some(roles), Format::Json) => self.json(roles),
            (Some(roles), _) => self.text(&policy::text(roles)),
            (None, Format::Json) => self.json(&Report::new(None, found, None)),
            (None, _) => {}
        }
        if roles.is_none() || !found.is_empty() {
            self.summary(found, "");
        }
    }

    /// A file that was written, and what is to be known about it.
    pub(crate) fn written(&mut self, path: &Path, about: &str) {
        let path = one_line(&path.display().to_string());
        match self.output.format {
            Format::Json => self.json(&json!({ "file": path })),
            Format::Text | Format::Markdown => self.text(&format!("{path}\n")),
        }
        if !self.output.quiet {
            self.note(&format!("wrote `{path}`; {about}\n"));
        }
    }

    /// Findings, and how many they are.
    pub(crate) fn diagnostics(&mut self, found: &[Diagnostic]) {
        self.findings(found);
        self.summary(found, "");
    }

    /// All codes, one a line.
    pub(crate) fn codes(&mut self, codes: impl Iterator<Item = &'static Code>) {
        match self.output.format {
            Format::Json => self.json(&each(codes, explanation)),
            Format::Text | Format::Markdown => {
                self.text(&codes.map(|code| format!("{}  {}\n", code.id, code.title)).collect::<String>());
            }
        }
    }

    /// One code and what it means.
    pub(crate) fn code(&mut self, code: &Code) {
        match self.output.format {
            Format::Json => self.json(&explanation(code)),
            Format::Text | Format::Markdown => {
                let lines = table::wrap(code.explanation, 80).join("\n");
                self.text(&format!("{}: {}\n\n{lines}\n", code.id, code.title));
            }
        }
    }

    /// A mistake on the command line that is no finding about the app.
    pub(crate) fn error(&mut self, message: &str, help: &str) {
        let error = self.style.paint(Tone::Error, "error");
        let (message, help) = (one_line(message), self.style.help(&one_line(help)));
        self.note(&format!("{error}: {message}\n  {help}\n"));
    }

    /// What clap says about a command line.
    pub(crate) fn usage(&mut self, text: &str) {
        self.note(&visible(text));
    }

    /// JSON on stdout.
    pub(crate) fn json(&mut self, value: &impl Serialize) {
        // By way of a value, whose text is compiled already.
        let value = serde_json::to_value(value).unwrap_or_default();
        self.text(&(escape::json(&format!("{value:#}")) + "\n"));
    }

    /// Text on stdout.
    pub(crate) fn text(&mut self, text: &str) {
        self.raw(visible(text).as_bytes());
    }

    /// Bytes on stdout, as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let written = self.out.write_all(bytes).and_then(|()| self.out.flush());
        // A reader that has gone away, as behind `| head`, wants no more.
        let is_lost = |error: &io::Error| error.kind() != io::ErrorKind::BrokenPipe;
        if let Some(error) = written.err().filter(is_lost) {
            self.lost = true;
            self.error(&format!("cannot write to stdout: {error}"), "check where it is sent to");
        }
    }

    /// Text on stderr; whatever is not ours in it has been made visible by the caller.
    fn note(&mut self, text: &str) {
        self.spaced = if text.is_empty() { self.spaced } else { text.ends_with("\n\n") };
        let _ = self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush());
    }

    /// The empty line before something new on stderr; nothing where one stands there already.
    #[cfg(feature = "deploy")]
    fn gap(&self) -> &'static str {
        if self.spaced { "" } else { "\n" }
    }

    /// A line on stderr for whoever waits.
    pub(crate) fn hint(&mut self, text: &str) {
        if !self.output.quiet {
            self.note(&(one_line(text) + "\n"));
        }
    }

    /// Findings alone.
    pub(crate) fn findings(&mut self, found: &[Diagnostic]) {
        let is_wanted = |one: &&Diagnostic| one.is_error() || !self.output.quiet;
        let found: Vec<&Diagnostic> = found.iter().filter(is_wanted).collect();
        let text = diagnostics::render(&found, self.style, &|file| self.around.source(file));
        self.note(&text);
    }

    /// How many findings there were, what came of it, and where to read more.
    fn summary(&mut self, found: &[Diagnostic], outcome: &str) {
        if self.output.quiet {
            return;
        }
        let (errors, warnings): (Vec<_>, Vec<_>) = found.iter().partition(|one| one.is_error());
        let counts = [(errors.len(), "error"), (warnings.len(), "warning")];
        let counts = counts.into_iter().filter(|(number, _)| *number > 0).map(count);
        let line = [counts.collect::<Vec<_>>().join(", "), one_line(outcome)];
        let line = line.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
        self.note(&format!("{line}\n"));
        if let Some(first) = errors.first().or(warnings.first()) {
            let program = if self.around.cargo { "cargo run -- " } else { "" };
            self.note(&format!("`{program}explain {}` says more about a code\n", one_line(&first.code)));
        }
    }
}

fn explanation(code: &Code) -> serde_json::Value {
    json!({ "id": code.id, "title": code.title, "explanation": code.explanation })
}

/// `2 stacks, 13 resources, 1 asset`, without what there is none of.
fn contents(assembly: &Assembly) -> String {
    let resources = assembly.stacks.iter().map(|stack| stack.resources.len()).sum();
    let all = [(assembly.stacks.len(), "stack"), (resources, "resource"), (assembly.assets.len(), "asset")];
    let some: Vec<String> = all.into_iter().filter(|(number, _)| *number > 0).map(count).collect();
    if some.is_empty() { "nothing".to_owned() } else { some.join(", ") }
}

/// `1 stack`, `2 stacks`.
fn count((number, noun): (usize, &str)) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
