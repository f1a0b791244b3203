//! Who may do what: roles, and the secrets that they may read.

mod role;
mod secret;
mod secure_parameter;

pub(crate) use role::policy_document;
pub use role::{Role, RoleRef};
pub use secret::{Secret, SecretRef};
pub use secure_parameter::{ParameterNames, SecureParameter};
