//! Who may do what: roles, keys, and the secrets that they may read.

mod github_deploy_role;
mod github_provider;
mod key;
mod policy;
mod role;
mod secret;
mod secure_parameter;

pub use github_deploy_role::GithubDeployRole;
pub use github_provider::{GithubProvider, GithubProviderRef};
pub(crate) use key::account_administers_key;
pub use key::{Key, KeyRef};
pub(crate) use policy::{Statement, policy_document};
pub use role::{Role, RoleRef};
pub use secret::{Secret, SecretRef};
pub use secure_parameter::{ParameterNames, SecureParameter};
