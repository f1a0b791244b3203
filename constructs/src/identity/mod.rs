//! Who may do what: roles.

mod role;

pub(crate) use role::policy_document;
pub use role::{Role, RoleRef};
