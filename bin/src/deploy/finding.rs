//! What a fault is to people: a finding with its code, what was asked, what is said to it, and how to go on. It does not say whose the service is:
//! AWS may answer, or a server on this machine.

use formwork_assembly::{Code, Diagnostic, Severity, code};

use super::{
    Failure, FailureKind,
    cloud::{Fault, FaultKind},
};

/// What somebody says, as the end of a sentence of ours.
pub(super) fn clause(said: &str) -> &str {
    said.trim().trim_end_matches('.')
}

impl Fault {
    /// The fault as a finding. Which construct it is about only the caller knows.
    pub fn finding(&self) -> Diagnostic {
        let (code, lead, help) = phrases(self.kind);
        let operation = &self.operation;
        let said = clause(&self.message);
        let message = if said.is_empty() {
            format!("{lead} `{operation}`")
        } else {
            format!("{lead} `{operation}`: {said}")
        };
        Diagnostic::error(code, message).help(help.replace("{operation}", operation))
    }

    /// The fault as a warning, with what is done all the same.
    pub(super) fn warning(&self, help: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..self.finding().help(help) }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let kind = match fault.kind {
            FaultKind::Missing | FaultKind::Exists | FaultKind::Busy | FaultKind::Invalid => {
                FailureKind::Failed
            }
            FaultKind::NoCredentials
            | FaultKind::Expired
            | FaultKind::Denied
            | FaultKind::Throttled
            | FaultKind::Unreachable
            | FaultKind::Unavailable
            | FaultKind::Garbled => FailureKind::Unreachable,
        };
        Self::new(kind, fault.finding())
    }
}

/// The code, what comes before the operation, and how to go on.
fn phrases(kind: FaultKind) -> (&'static Code, &'static str, &'static str) {
    match kind {
        FaultKind::NoCredentials => (
            &code::NO_CREDENTIALS,
            "no valid AWS credentials for",
            "`aws configure` sets up keys, `aws configure sso` and `aws sso login` a login; `--profile NAME` or `AWS_PROFILE` chooses among them; \
             `--local` tries everything on this machine, without an account",
        ),
        FaultKind::Expired => (
            &code::CREDENTIALS_EXPIRED,
            "the AWS credentials expired before",
            "log in again (`aws sso login`), then run the same command again: it goes on from the state that the stacks are in",
        ),
        FaultKind::Denied => (
            &code::ACTION_DENIED,
            "the caller may not do",
            "let the caller do `{operation}`, or deploy with a profile or role that may",
        ),
        FaultKind::Missing => (
            &code::NOT_THERE,
            "the service does not find what was named in",
            "check that account and region are those meant",
        ),
        FaultKind::Exists => (
            &code::THERE_ALREADY,
            "something of that name is there already for",
            "rename it, delete the one that is there, or import it",
        ),
        FaultKind::Busy => (
            &code::BUSY,
            "something else is in progress that excludes",
            "wait until it is done, `status` shows how far it is; then run the same command again",
        ),
        FaultKind::Invalid => (
            &code::REQUEST_REFUSED,
            "the service refuses",
            "the text after the operation is the service's own and names the cause",
        ),
        FaultKind::Throttled => (
            &code::THROTTLED,
            "the service gets too many requests, among them",
            "run the same command again in a minute; other tools may be using up the limit of the account",
        ),
        FaultKind::Unreachable => (
            &code::UNREACHABLE,
            "no answer to",
            "check the network, `HTTPS_PROXY` and `NO_PROXY`, `AWS_CA_BUNDLE` and `AWS_ENDPOINT_URL`, and that the region exists, or that the local server still runs; then run the same command again",
        ),
        FaultKind::Unavailable => (
            &code::SERVICE_TROUBLE,
            "the service has a problem of its own with",
            "run the same command again later; https://health.aws.amazon.com tells about outages",
        ),
        FaultKind::Garbled => (
            &code::GARBLED,
            "something that is not the service answers",
            "check `AWS_ENDPOINT_URL` and the proxy: a login page, or a server that does not know this operation, may answer instead",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [FaultKind; 11] = [
        FaultKind::NoCredentials,
        FaultKind::Expired,
        FaultKind::Denied,
        FaultKind::Missing,
        FaultKind::Exists,
        FaultKind::Busy,
        FaultKind::Invalid,
        FaultKind::Throttled,
        FaultKind::Unreachable,
        FaultKind::Unavailable,
        FaultKind::Garbled,
    ];

    #[test]
    fn each_kind_has_a_code_of_its_own_and_says_how_to_go_on() {
        let mut seen = Vec::new();
        for kind in KINDS {
            let finding = Fault::new(kind, "cloudformation:CreateChangeSet", "So it is.").finding();
            assert!(
                finding.message.ends_with("`cloudformation:CreateChangeSet`: So it is"),
                "{}",
                finding.message
            );
            let help = finding.help.unwrap_or_default();
            assert!(!help.is_empty() && !help.contains('{'), "{kind:?}: {help}");
            assert!(!seen.contains(&finding.code), "{kind:?} shares {}", finding.code);
            seen.push(finding.code);
        }
    }

    #[test]
    fn a_denied_action_is_named_in_the_help() {
        let finding = Fault::new(FaultKind::Denied, "ecr:GetAuthorizationToken", "").finding();
        assert_eq!(finding.message, "the caller may not do `ecr:GetAuthorizationToken`");
        assert!(finding.help.unwrap_or_default().contains("`ecr:GetAuthorizationToken`"));
    }

    #[test]
    fn what_aws_cannot_be_asked_is_told_from_what_it_refuses() {
        for (kind, failure) in [
            (FaultKind::Expired, FailureKind::Unreachable),
            (FaultKind::Denied, FailureKind::Unreachable),
            (FaultKind::Garbled, FailureKind::Unreachable),
            (FaultKind::Invalid, FailureKind::Failed),
            (FaultKind::Busy, FailureKind::Failed),
        ] {
            assert_eq!(
                Failure::from(Fault::new(kind, "sts:GetCallerIdentity", "")).kind,
                failure,
                "{kind:?}"
            );
        }
    }
}
