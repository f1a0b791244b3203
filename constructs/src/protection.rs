//! What a protected stage does differently from any other: it keeps what would be lost.

use formwork_synth::{DeletionPolicy, ResourceOptions, Scope};

/// Keeps a resource with data in a protected stage, and deletes it with its stack in any other.
pub(crate) fn keep_if_protected<R: ResourceOptions>(scope: &Scope<'_>, resource: R) -> R {
    resource.removal_policy(policy(scope))
}

fn policy(scope: &Scope<'_>) -> DeletionPolicy {
    if scope.stage().is_protected() { DeletionPolicy::Retain } else { DeletionPolicy::Delete }
}
