//! What lets an account trust the tokens that GitHub gives to the jobs of a workflow. An account has one of it.
//!
//! Makes one `AWS::IAM::OIDCProvider`.
//!
//! Defaults: tokens for `sts.amazonaws.com`; kept in a protected stage, because every other app of the account relies on it as well.

use formwork_cfn::iam;
use formwork_synth::{Construct, Scope, Text, intrinsic, sub};

use crate::protection::keep_if_protected;

/// The host that signs the tokens; their claims are named after it.
pub(super) const HOST: &str = "token.actions.githubusercontent.com";

/// Whom the tokens are for.
pub(super) const AUDIENCE: &str = "sts.amazonaws.com";

/// Trust in the tokens of GitHub Actions, once an account. Where it is there already, roles find it by themselves.
///
/// ```
/// # use formwork_constructs::{GithubDeployRole, GithubProvider};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let github = shop.add("Github", GithubProvider::new());
/// shop.add("Deployer", GithubDeployRole::for_branch("acme/shop", "main").provider(&github));
/// ```
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug, Default)]
pub struct GithubProvider {}

/// The trust of this account in GitHub, made here or there already.
#[derive(Clone, Debug)]
pub struct GithubProviderRef {
    /// Its ARN.
    pub arn: Text,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<iam::OidcProviderRef>,
}

impl GithubProvider {
    /// The one of the account. Deployment fails where the account has it already.
    pub fn new() -> Self {
        Self::default()
    }
}

impl GithubProviderRef {
    /// The one that the account has already. Its ARN follows from the account.
    pub fn existing() -> Self {
        let arn =
            sub!("arn:{}:iam::{}:oidc-provider/{}", intrinsic::partition(), intrinsic::account_id(), HOST);
        Self { arn, resource: None }
    }
}

impl Construct for GithubProvider {
    type Handle = GithubProviderRef;

    fn build(self, scope: &mut Scope<'_>) -> GithubProviderRef {
        // IAM knows the authority behind the certificate of this host: no thumbprint to go stale.
        let provider = iam::OidcProvider::new().url(format!("https://{HOST}")).client_id_list([AUDIENCE]);
        let provider = keep_if_protected(scope, provider);
        let resource = scope.in_place(provider);
        GithubProviderRef { arn: sub!("{}", resource.arn()), resource: Some(resource) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GithubDeployRole, testing::snapshot};

    #[test]
    fn github_provider() {
        snapshot("github_provider", |shop| {
            let provider = shop.add("Github", GithubProvider::new());
            shop.add("Deployer", GithubDeployRole::for_branch("acme/shop", "main").provider(&provider));
        });
    }
}
