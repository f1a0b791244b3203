//! How an operation of the engine fails: what went wrong, for people, and of what sort it is, for exit codes.

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

    /// A failure, and one that there may have been before.
    #[must_use]
    pub(super) fn joined(before: Option<Self>, other: Self) -> Self {
        match before {
            Some(before) => before.and(other),
            None => other,
        }
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
}
