//! Trust policies: who may take a role on.

use std::fmt;

use formwork_assembly::{Diagnostic, code};

use super::{Document, Statement, arn::Place};

/// The issuer of the tokens of GitHub Actions.
const HOST: &str = "token.actions.githubusercontent.com";

/// Jobs of a repository on GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Github {
    repository: String,
    jobs: Jobs,
}

/// Which jobs of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Jobs {
    /// Those in an environment, with whatever approval GitHub demands for it.
    Environment(String),
    /// Those on a branch that name no environment.
    Branch(String),
}

impl Github {
    /// Jobs by exact match: a pattern would let in branches that anybody can make.
    pub(crate) fn new(repository: &str, jobs: Jobs) -> Result<Self, Diagnostic> {
        let (Jobs::Environment(name) | Jobs::Branch(name)) = &jobs;
        let refuse =
            |message: String, help: &str| Err(Diagnostic::error(&code::POLICY_GITHUB, message).help(help));
        if !is_repository(repository) {
            let help = "write it `owner/name`, or with both numbers: `owner@123456/name@456789`";
            return refuse(format!("`{repository}` is no repository of GitHub"), help);
        }
        if name.trim().is_empty() || name.contains(['*', '?']) || name.starts_with("refs/") {
            let help = "name one environment or branch exactly, as GitHub shows it";
            return refuse(format!("`{name}` is no environment or branch"), help);
        }
        Ok(Self { repository: repository.to_owned(), jobs })
    }
}

/// Jobs of GitHub may.
pub(super) fn of_github(github: &Github, home: &Place<'_>) -> Document {
    // A principal has to be one account.
    let account = if home.account == "*" { "123456789012" } else { home.account };
    let provider = Place { region: "", account, ..*home }.arn("iam", &format!("oidc-provider/{HOST}"));
    let subject = format!("repo:{}:{}", github.repository, github.jobs);
    let trust = Statement::trust("GithubJobs", "Federated", &provider, "sts:AssumeRoleWithWebIdentity")
        .when("StringEquals", &format!("{HOST}:aud"), "sts.amazonaws.com")
        .when("StringEquals", &format!("{HOST}:sub"), subject);
    Document::new(vec![trust])
}

/// CloudFormation may, for stacks of the same account.
pub(super) fn of_cloudformation(home: &Place<'_>) -> Document {
    let trust =
        Statement::trust("CloudFormation", "Service", "cloudformation.amazonaws.com", "sts:AssumeRole");
    Document::new(vec![match home.account {
        "*" => trust,
        account => trust.when("StringEquals", "aws:SourceAccount", account),
    }])
}

impl fmt::Display for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // GitHub writes the colons of a name so, to keep them apart from its own.
            Self::Environment(environment) => write!(f, "environment:{}", environment.replace(':', "%3A")),
            Self::Branch(branch) => write!(f, "ref:refs/heads/{branch}"),
        }
    }
}

/// `owner/name`, or `owner@1/name@2`.
fn is_repository(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|char| char.is_ascii_alphanumeric() || "-_.".contains(char))
    };
    let is_number = |id: &str| !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit());
    let Some((owner, name)) = text.split_once('/') else { return false };
    match (owner.split_once('@'), name.split_once('@')) {
        (None, None) => is_word(owner) && is_word(name),
        (Some((owner, one)), Some((name, other))) => {
            is_word(owner) && is_word(name) && is_number(one) && is_number(other)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_names_are_trusted() {
        let environment = |name: &str| Jobs::Environment(name.to_owned());
        for repository in ["acme/shop", "acme@12/shop.web@345"] {
            assert!(Github::new(repository, environment("prod")).is_ok());
        }
        for (repository, jobs) in [
            ("acme", environment("prod")),
            ("acme/*", environment("prod")),
            ("acme/a/b", environment("prod")),
            ("acme@1/shop", environment("prod")),
            ("acme/shop", environment(" ")),
            ("acme/shop", Jobs::Branch("release/*".to_owned())),
            ("acme/shop", Jobs::Branch("refs/heads/main".to_owned())),
        ] {
            let refused = Github::new(repository, jobs.clone()).expect_err("is refused");
            assert_eq!(refused.code, "FW6802", "{repository} {jobs}");
        }
    }
}
