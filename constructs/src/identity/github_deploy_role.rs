//! A role that jobs of one GitHub repository take on, without any key that could leak.
//!
//! Makes one `AWS::IAM::Role`, and one `AWS::IAM::Policy` for each stack that grants it something.
//!
//! Defaults: trusted for one branch, one environment, or the pull requests of one repository, by exact match; for an hour; may do nothing until
//! something is granted: `images.push()`, `api.update()`, `site.publish()`, `bucket.write()`.

use std::fmt;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{iam, kind};
use formwork_synth::{Construct, Expr, Grant, IntoValue, Scope, Str, Value, intrinsic, sub};

use super::{
    github_provider::{AUDIENCE, GithubProviderRef, HOST},
    policy::{Statement, policy_document},
    role::RoleRef,
};

use crate::each::each;

/// A role for the jobs of a GitHub repository.
///
/// What the jobs need to know are outputs of the stack. CloudFormation takes letters and digits only: the variable `ECR_REPOSITORY_URI` of a
/// workflow is the output `EcrRepositoryUri`.
///
/// ```
/// # use formwork_constructs::{FargateService, GithubDeployRole, Image, Repository, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// # let images = shop.add("Images", Repository::new());
/// # let api = shop.add("Api", FargateService::new(&vpc, Image::from_ecr_tag(&images, "1.4.2")));
/// let deployer = shop.add("Deployer", GithubDeployRole::for_branch("acme/shop", "main"));
/// shop.grant(&deployer, images.push());
/// shop.grant(&deployer, api.update());
/// shop.output("DeployRoleArn", &deployer.arn);
/// shop.output("EcrRepositoryUri", &images.uri);
/// shop.output("EcsClusterName", &api.cluster.name);
/// shop.output("EcsServiceName", &api.name);
/// shop.output("EcsFamilyName", &api.family);
/// ```
///
/// See <https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct GithubDeployRole {
    repository: Str,
    jobs: Jobs,
    provider: GithubProviderRef,
    hours: u32,
    reads_stacks: bool,
    deploys_as: Option<Expr>,
}

/// Which jobs of the repository.
#[derive(Clone, Debug)]
enum Jobs {
    Branch(Str),
    Environment(Str),
    PullRequests,
}

impl GithubDeployRole {
    /// For jobs on one branch that name no environment.
    ///
    /// The repository is `owner/name`. One that was made, renamed or moved since July 2026 says who it is with numbers as well:
    /// `owner@123456/name@456789`. `gh api repos/OWNER/NAME/actions/oidc/customization/sub` tells.
    pub fn for_branch(repository: impl Into<Str>, branch: impl Into<Str>) -> Self {
        Self::new(repository.into(), Jobs::Branch(branch.into()))
    }

    /// For jobs that run in one environment, with whatever approval GitHub demands for it. The repository is as for [`for_branch`](Self::for_branch).
    pub fn for_environment(repository: impl Into<Str>, environment: impl Into<Str>) -> Self {
        Self::new(repository.into(), Jobs::Environment(environment.into()))
    }

    /// For jobs that check a pull request, before anybody has reviewed it: grant it nothing that changes anything. The repository is as for
    /// [`for_branch`](Self::for_branch).
    pub fn for_pull_requests(repository: impl Into<Str>) -> Self {
        Self::new(repository.into(), Jobs::PullRequests)
    }

    fn new(repository: Str, jobs: Jobs) -> Self {
        let provider = GithubProviderRef::existing();
        Self { repository, jobs, provider, hours: 1, reads_stacks: false, deploys_as: None }
    }

    /// Relies on the trust in GitHub that is made in this app. Default: on what the account has already.
    pub fn provider(mut self, provider: &GithubProviderRef) -> Self {
        self.provider = provider.clone();
        self
    }

    /// Sets for how many hours a job can keep the role, 1 to 12. Default: 1.
    pub fn session_hours(mut self, hours: u32) -> Self {
        self.hours = hours;
        self
    }

    /// Lets it read the stacks of this app and stage, to tell what a change would do. Default: it cannot.
    ///
    /// A stack with a name of its own is not covered.
    pub fn may_read_stacks(mut self) -> Self {
        self.reads_stacks = true;
        self
    }

    /// Lets it read the stacks of this app and stage, and change them by change sets. CloudFormation then acts under the role named here,
    /// so that the jobs themselves need no permission for what is in the stacks. Default: it cannot.
    ///
    /// A stack with a name of its own is not covered. Nothing lets it delete a stack.
    pub fn may_deploy_stacks(mut self, execution_role: impl IntoValue<kind::IamRoleArn>) -> Self {
        self.reads_stacks = true;
        self.deploys_as = Some(execution_role.into_expr());
        self
    }

    /// The subject of the tokens.
    fn subject(&self) -> String {
        format!("repo:{}:{}", self.repository, self.jobs)
    }

    fn trust(&self) -> Expr {
        let trust = Statement::allow_federated(&self.provider.arn, ["sts:AssumeRoleWithWebIdentity"])
            .when("StringEquals", format!("{HOST}:aud"), AUDIENCE)
            .when("StringEquals", format!("{HOST}:sub"), self.subject());
        policy_document([trust])
    }

    fn check(&self, scope: &mut Scope<'_>) {
        let mut refuse = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::GITHUB_ROLE, message).help(help));
        };
        if !is_repository(&self.repository) {
            let message = format!("`{}` is no repository of GitHub", self.repository);
            refuse(message, "write it `owner/name`, or with both numbers: `owner@123456/name@456789`");
        }
        if let Jobs::Branch(name) | Jobs::Environment(name) = &self.jobs
            && let Some(problem) = name_problem(name)
        {
            refuse(
                format!("`{name}` {problem}"),
                "name one branch or environment exactly, as GitHub shows it",
            );
        }
        if !(1..=12).contains(&self.hours) {
            refuse(format!("a session cannot last {} hours", self.hours), "name 1 to 12 hours");
        }
        let unreviewed = matches!(self.jobs, Jobs::PullRequests) && self.deploys_as.is_some();
        if unreviewed && scope.stage().is_protected() {
            let message = "pull requests that nobody has reviewed may change a protected stage";
            let help =
                "let them read the stacks only: `.may_read_stacks()`; deploy from a branch or environment";
            scope.report(Diagnostic::error(&code::GITHUB_ROLE, message).help(help));
        }
    }

    /// What it may do with the stacks.
    fn stacks(&self, scope: &Scope<'_>) -> Option<Grant> {
        let reads = ["DescribeStackEvents", "DescribeStackResources", "DescribeStacks", "GetTemplate"];
        let changes = ["CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "ExecuteChangeSet"];
        let name = format!("{}-{}-", scope.app_name(), scope.stage().name).replace(['_', '.'], "-");
        // In every region: certificates of distributions lie in another one than the rest.
        let stacks = sub!(
            "arn:{}:cloudformation:*:{}:stack/{}*/*",
            intrinsic::partition(),
            intrinsic::account_id(),
            name
        );
        let actions =
            |names: &[&str]| -> Vec<String> { each(names, |name| format!("cloudformation:{name}")) };
        let read = self.reads_stacks.then(|| Grant::allow(actions(&reads), [&stacks]))?;
        let Some(role) = &self.deploys_as else { return Some(read) };
        let role = Value::<String>::from_expr(role.clone());
        let pass = Grant::allow(["iam:PassRole"], [role]).when(
            "StringEquals",
            "iam:PassedToService",
            "cloudformation.amazonaws.com",
        );
        Some(read.and(Grant::allow(actions(&changes), [&stacks])).and(pass))
    }
}

impl fmt::Display for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Branch(branch) => write!(f, "ref:refs/heads/{branch}"),
            // GitHub writes the colons of a name so, to keep them apart from its own.
            Self::Environment(environment) => write!(f, "environment:{}", environment.replace(':', "%3A")),
            Self::PullRequests => f.write_str("pull_request"),
        }
    }
}

/// `owner/name`, or `owner@1/name@2`.
fn is_repository(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || "-_.".contains(char))
    };
    let is_number = |id: &str| !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit());
    let Some((owner, name)) = text.split_once('/') else { return false };
    match (owner.split_once('@'), name.split_once('@')) {
        (None, None) => is_name(owner) && is_name(name),
        (Some((owner, one)), Some((name, other))) => {
            is_name(owner) && is_name(name) && is_number(one) && is_number(other)
        }
        _ => false,
    }
}

/// Why no job has this branch or environment, if so.
fn name_problem(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("names nothing")
    } else if name.contains(['*', '?']) {
        Some("is a pattern: the role would be open to branches that anybody can make")
    } else if name.starts_with("refs/") {
        Some("begins with `refs/`, which is added anyway")
    } else {
        None
    }
}

impl Construct for GithubDeployRole {
    type Handle = RoleRef;

    fn build(self, scope: &mut Scope<'_>) -> RoleRef {
        self.check(scope);
        let description = format!("taken on by jobs of {} ({})", self.repository, self.jobs);
        let role = iam::Role::new()
            .assume_role_policy_document(self.trust())
            .description(description)
            .max_session_duration(self.hours.saturating_mul(3600));
        let handle = RoleRef::built(scope.in_place(role));
        if let Some(stacks) = self.stacks(scope) {
            scope.grant(&handle, stacks);
        }
        handle
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, testing::findings};

    use super::*;
    use crate::{
        FargateService, GithubProvider, Image, Repository, Role, Vpc,
        testing::{any_combination, snapshot},
    };

    #[test]
    fn github_deploy_role() {
        snapshot("github_deploy_role", |shop| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2).without_flow_logs("a test"));
            let images = shop.add("Images", Repository::new());
            let image = Image::from_ecr_tag(&images, "1.4.2");
            let api = shop.add("Api", FargateService::new(&vpc, image).no_alarms("a test"));
            let provider = shop.add("Github", GithubProvider::new());
            let makes = shop.add("Makes", Role::for_service("cloudformation.amazonaws.com"));
            let deployer = GithubDeployRole::for_environment("acme@123456/shop@456789", "prod");
            let deployer = deployer.provider(&provider).session_hours(2).may_deploy_stacks(&makes.arn);
            let deployer = shop.add("Deployer", deployer);
            shop.grant(&deployer, images.push());
            shop.grant(&deployer, api.update());
            shop.add("Reviewer", GithubDeployRole::for_pull_requests("acme/shop").may_read_stacks());
        });
    }

    #[test]
    fn any_github_deploy_role() {
        any_combination(|shop, pick| {
            let repository = pick.one(&["acme/shop", "acme@1/shop.web_2@22"]);
            let branch = GithubDeployRole::for_branch(repository, pick.one(&["main", "release/1.x"]));
            let environment = GithubDeployRole::for_environment(repository, "prod: eu");
            let mut role = pick.one(&[branch, environment]);
            if pick.flip() {
                let provider = shop.add("Github", GithubProvider::new());
                role = role.provider(&provider);
            }
            role = pick.maybe(role, |role| role.session_hours(12));
            role = pick.maybe(role, GithubDeployRole::may_read_stacks);
            role = pick.maybe(role, |role| role.may_deploy_stacks("arn:aws:iam::123456789012:role/makes"));
            shop.add("Deployer", role);
        });
    }

    #[test]
    fn a_role_for_nobody_or_everybody_is_refused() {
        let branch =
            |repository: &'static str, branch: &'static str| GithubDeployRole::for_branch(repository, branch);
        for (role, message) in [
            (branch("acme", "main"), "`acme` is no repository"),
            (branch("acme/*", "main"), "`acme/*` is no repository"),
            (branch("acme/shop/web", "main"), "is no repository"),
            (branch("acme@1/shop", "main"), "is no repository"),
            (branch("acme@x/shop@2", "main"), "is no repository"),
            (branch("acme/shop", "release-*"), "is a pattern"),
            (branch("acme/shop", "refs/heads/main"), "begins with `refs/`"),
            (GithubDeployRole::for_environment("acme/shop", " "), "names nothing"),
            (branch("acme/shop", "main").session_hours(13), "cannot last 13 hours"),
            (branch("acme/shop", "main").session_hours(0), "cannot last 0 hours"),
            (
                GithubDeployRole::for_pull_requests("acme/shop")
                    .may_deploy_stacks("arn:aws:iam::123456789012:role/makes"),
                "nobody has reviewed",
            ),
        ] {
            let mut app = App::new("shop", &Stage::new("prod").protected());
            app.stack("Shop").add("Deployer", role);
            let found = findings(app);
            assert!(found.contains("FW3592") && found.contains(message), "{message}: {found}");
        }
    }
}
