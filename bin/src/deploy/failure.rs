//! How an operation of the engine fails: what went wrong, for people, and of what sort it is, for exit codes.

use std::collections::BTreeSet;

use formwork_assembly::Diagnostic;

/// Why it ended before its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Of what sort it is.
    pub kind: FailureKind,
    /// What went wrong, the root cause first; with the state that things are in, and how to go on.
    pub findings: Vec<Diagnostic>,
}

/// The sorts of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// Nothing was changed, because somebody, or a rule, does not want it.
    Refused,
    /// AWS could not be asked: credentials, rights, connection.
    Unreachable,
    /// It was tried, and did not work.
    Failed,
    /// Somebody interrupted it.
    Interrupted,
}

impl Failure {
    /// A failure with one finding.
    pub fn new(kind: FailureKind, finding: Diagnostic) -> Self {
        Self { kind, findings: vec![finding] }
    }

    /// A refusal, for all these reasons.
    pub(crate) fn refused(findings: Vec<Diagnostic>) -> Self {
        Self { kind: FailureKind::Refused, findings }
    }

    /// Refuses, where there is any reason.
    ///
    /// # Errors
    /// The refusal.
    pub(crate) fn unless_empty(findings: Vec<Diagnostic>) -> Result<(), Self> {
        if findings.is_empty() { Ok(()) } else { Err(Self::refused(findings)) }
    }

    /// All failures in one, where there are any.
    ///
    /// # Errors
    /// That one.
    pub(super) fn all(failures: impl IntoIterator<Item = Self>) -> Result<(), Self> {
        failures.into_iter().reduce(Self::and).map_or(Ok(()), Err)
    }

    /// Both failures in one; the graver sort wins. What both say is said once.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.kind = self.kind.max(other.kind);
        for finding in other.findings {
            if !self.findings.contains(&finding) {
                self.findings.push(finding);
            }
        }
        self
    }

    /// Says once what is the same of several things.
    #[must_use]
    pub(super) fn once(mut self) -> Self {
        let mut told = BTreeSet::new();
        self.findings.retain(|finding| told.insert((finding.code.clone(), finding.message.clone())));
        self
    }
}
