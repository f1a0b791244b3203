//! The findings of one template, and the place of the value that is being looked at.
//!
//! The place is kept as steps that borrow from the template; it becomes text only when something is found.

use std::fmt::Write as _;

use formwork_assembly::{Diagnostic, Place};

use crate::template::TemplateResource;

/// The findings so far, and where the eye rests.
#[derive(Default)]
pub(super) struct Findings<'t> {
    found: Vec<Diagnostic>,
    steps: Vec<Step<'t>>,
    path: Option<&'t str>,
    at: Option<&'t Place>,
    secret: u32,
}

/// One step down into a template.
#[derive(Clone, Copy)]
pub(super) enum Step<'t> {
    /// Into the value behind a key.
    Key(&'t str),
    /// Into an item of a list, from 0.
    Item(usize),
}

impl<'t> Findings<'t> {
    /// Turns to a resource: what is found from here on is its own.
    pub fn enter(&mut self, resource: &'t TemplateResource) {
        self.steps.clear();
        match &resource.origin {
            Some(origin) => (self.path, self.at) = (Some(&*origin.path), Some(&origin.at)),
            None => (self.path, self.at) = (Some(&*resource.logical_id), None),
        }
    }

    /// Turns to a section of the template.
    pub fn enter_section(&mut self, name: &'t str) {
        self.steps.clear();
        (self.path, self.at) = (None, None);
        self.steps.push(Step::Key(name));
    }

    /// Turns to the template as a whole.
    pub fn enter_template(&mut self) {
        self.steps.clear();
        (self.path, self.at) = (None, None);
    }

    /// Goes one step down.
    pub fn down(&mut self, step: Step<'t>) {
        self.steps.push(step);
    }

    /// Goes back up.
    pub fn up(&mut self) {
        self.steps.pop();
    }

    /// Goes down into a value that messages must not show.
    pub fn hide(&mut self) {
        self.secret += 1;
    }

    /// Comes back out of it.
    pub fn unhide(&mut self) {
        self.secret -= 1;
    }

    /// Notes a finding here.
    pub fn push(&mut self, finding: Diagnostic) {
        let mut finding = match self.path {
            Some(path) => finding.path(path),
            None => finding,
        };
        if let Some(at) = self.at {
            finding = finding.at(at.clone());
        }
        if !self.steps.is_empty() {
            finding = finding.property(self.place());
        }
        self.found.push(finding);
    }

    /// Takes back all that was noted since `mark`.
    pub fn take_since(&mut self, mark: usize) -> Vec<Diagnostic> {
        self.found.split_off(mark)
    }

    /// Notes findings that were taken back before.
    pub fn restore(&mut self, findings: Vec<Diagnostic>) {
        self.found.extend(findings);
    }

    /// The number of findings so far.
    pub fn mark(&self) -> usize {
        self.found.len()
    }

    /// True inside a value that messages must not show.
    pub fn is_hidden(&self) -> bool {
        self.secret > 0
    }

    /// All findings, in the order in which they were made.
    pub fn finish(self) -> Vec<Diagnostic> {
        self.found
    }

    /// The name of the property that is being looked at: the last key on the way that is no function.
    pub fn subject(&self) -> &'t str {
        let key = self.steps.iter().rev().find_map(|step| match step {
            Step::Key(key) if !key.starts_with("Fn::") => Some(*key),
            _ => None,
        });
        key.unwrap_or("the template")
    }

    /// The way to the value that is being looked at: `Properties/Tags/0/Key`.
    fn place(&self) -> String {
        let mut place = String::new();
        for (index, step) in self.steps.iter().enumerate() {
            let slash = if index == 0 { "" } else { "/" };
            // Writing to a string cannot fail.
            let _ = match step {
                Step::Key(key) => write!(place, "{slash}{key}"),
                Step::Item(item) => write!(place, "{slash}{item}"),
            };
        }
        place
    }
}
