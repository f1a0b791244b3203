//! What may stand in the plain environment of a container: text, but never a secret.

use formwork_synth::{Attr, Expr, IntoValue, Kind, Text, Value};

/// Text for an environment variable, which everybody who may describe the task can read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be put into the plain environment of a container",
    label = "not plain text",
    note = "a secret is injected by `.secret(\"NAME\", …)`, which never shows its value",
    note = "a number is written as text: `port.to_string()`"
)]
pub trait EnvironmentValue {
    /// The untyped value.
    fn into_expr(self) -> Expr;
}

macro_rules! plain {
    ($($ty:ty),*) => {$(
        impl EnvironmentValue for $ty {
            fn into_expr(self) -> Expr {
                IntoValue::<String>::into_expr(self)
            }
        }
    )*};
}

plain!(&str, String, &String, Text, &Text, Value<String>, &Value<String>);

impl<K: Kind> EnvironmentValue for Attr<K> {
    fn into_expr(self) -> Expr {
        IntoValue::<String>::into_expr(self)
    }
}

impl<K: Kind> EnvironmentValue for &Attr<K> {
    fn into_expr(self) -> Expr {
        IntoValue::<String>::into_expr(self)
    }
}
