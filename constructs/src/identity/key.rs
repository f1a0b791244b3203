//! A key to encrypt with, where the keys that AWS manages will not do.
//!
//! Makes one `AWS::KMS::Key`.
//!
//! Defaults: symmetric; rotates every year; administered and used by roles of this account that are granted it; thirty days to change one's
//! mind about a deletion and kept when its stack is deleted in a protected stage, seven days and deleted in any other.

use formwork_assembly::SortedSet;
use formwork_cfn::{kind, kms};
use formwork_synth::{Attr, Construct, Grant, Scope, Str, intrinsic, sub};

use super::policy::{Statement, policy_document};
use crate::protection::keep_if_protected;

/// A KMS key.
///
/// ```
/// # use formwork_constructs::Key;
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let key = shop.add("Key", Key::new("encrypts the orders"));
/// ```
///
/// See <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Key {
    description: Str,
    services: SortedSet<Str>,
}

/// A key of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct KeyRef {
    /// Its ARN.
    pub arn: Attr<kind::KmsKeyArn>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<kms::KeyRef>,
}

/// What roles of the account may do with the key, if their own policies say so too: all but a few cryptographic extras.
const ACCOUNT: [&str; 24] = [
    "kms:CancelKeyDeletion",
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
];

/// Leaves it to the policies of roles of this account who administers and uses a key: without it nobody could ever change its policy.
pub(crate) fn account_administers_key() -> Statement {
    let account = sub!("arn:{}:iam::{}:root", intrinsic::partition(), intrinsic::account_id());
    Statement::allow_aws(account, ACCOUNT).on("*")
}

impl Key {
    /// A key, and what it is for.
    pub fn new(description: impl Into<Str>) -> Self {
        Self { description: description.into(), services: SortedSet::new() }
    }

    /// Lets a service of AWS use it on behalf of this account: `cloudwatch.amazonaws.com`.
    pub fn allow_service(mut self, service: impl Into<Str>) -> Self {
        self.services.insert(service.into());
        self
    }
}

impl KeyRef {
    /// A key that exists already, by its ARN. Its policy must let the account decide who uses it.
    pub fn existing(arn: impl Into<Str>) -> Self {
        Self { arn: Attr::existing(arn), resource: None }
    }

    /// Permission to encrypt and decrypt with it.
    pub fn encrypt_decrypt(&self) -> Grant {
        Grant::allow(["kms:Decrypt", "kms:GenerateDataKey"], [&self.arn])
    }

    /// Permission to decrypt with it.
    pub fn decrypt(&self) -> Grant {
        Grant::allow(["kms:Decrypt"], [&self.arn])
    }
}

impl Construct for Key {
    type Handle = KeyRef;

    fn build(self, scope: &mut Scope<'_>) -> KeyRef {
        // In the policy of a key, `*` is the key itself.
        let mut statements = vec![account_administers_key()];
        for service in self.services {
            let allowed = Statement::allow_service(service, ["kms:Decrypt", "kms:GenerateDataKey"]);
            statements.push(allowed.on("*").for_this_account());
        }
        let days = if scope.stage().is_protected() { 30 } else { 7 };
        let key = kms::Key::new()
            .description(self.description)
            .enable_key_rotation(true)
            .pending_window_in_days(days)
            .key_policy(policy_document(statements));
        let resource = scope.in_place(keep_if_protected(scope, key));
        KeyRef { arn: resource.arn(), resource: Some(resource) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    #[test]
    fn key() {
        snapshot("key", |shop| {
            let key = Key::new("encrypts the orders").allow_service("events.amazonaws.com");
            let key = shop.add("Key", key);
            let role = shop.add("Reader", crate::Role::for_service("lambda.amazonaws.com"));
            shop.grant(&role, key.decrypt());
        });
    }
}
