//! Secrets that are named, never held: where a value lies, and what it takes to read it.

use std::fmt;

use crate::{expr::Expr, intent::Grant, value::IntoValue};

/// A secret value in Secrets Manager or Parameter Store.
///
/// It is no text: a property or a plain environment variable does not take it. Services inject it when a task starts, and get exactly
/// the permission to read it.
///
/// ```
/// use formwork_synth::{Grant, SecretValue};
///
/// let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/token";
/// let token = SecretValue::new(arn, Grant::allow(["ssm:GetParameters"], [arn]));
/// assert_eq!(format!("{token:?}"), "SecretValue(…)");
/// ```
#[derive(Clone, PartialEq)]
pub struct SecretValue {
    value_from: Expr,
    read: Grant,
}

impl SecretValue {
    /// A secret by what `ValueFrom` wants to hear (an ARN, with a field after it for Secrets Manager), and the permission to read it.
    pub fn new(value_from: impl IntoValue<String>, read: Grant) -> Self {
        Self { value_from: value_from.into_expr(), read }
    }

    /// What ECS and its like take as `ValueFrom`.
    pub fn value_from(&self) -> crate::Raw {
        crate::Raw::from_expr(self.value_from.clone())
    }

    /// The permission to read it.
    pub fn read(&self) -> Grant {
        self.read.clone()
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(…)")
    }
}
