//! Literals: bools, texts and numbers, where the facts want one of them or any.

use std::borrow::Cow;

use super::{Attr, IntoValue, Kind, Scalar, Text};
use crate::expr::Expr;

macro_rules! literals {
    ($($from:ty => $to:ty: |$value:ident| $expr:expr;)*) => {$(
        impl IntoValue<$to> for $from {
            fn into_expr(self) -> Expr {
                let $value = self;
                $expr
            }
        }
    )*};
}

literals! {
    bool => bool: |value| Expr::Bool(value);
    &str => String: |value| Expr::text(value.to_owned());
    String => String: |value| Expr::text(value);
    &String => String: |value| Expr::text(value.clone());
    Cow<'static, str> => String: |value| Expr::text(value);
    u8 => i64: |value| Expr::Number(value.into());
    u16 => i64: |value| Expr::Number(value.into());
    u32 => i64: |value| Expr::Number(value.into());
    i32 => i64: |value| Expr::Number(value.into());
    i64 => i64: |value| Expr::Number(value.into());
    u8 => f64: |value| Expr::Number(value.into());
    u16 => f64: |value| Expr::Number(value.into());
    u32 => f64: |value| Expr::Number(value.into());
    i32 => f64: |value| Expr::Number(value.into());
    i64 => f64: |value| Expr::Number(value.into());
    f64 => f64: |value| float(value);
    bool => Scalar: |value| Expr::Bool(value);
    &str => Scalar: |value| Expr::text(value.to_owned());
    String => Scalar: |value| Expr::text(value);
    u8 => Scalar: |value| Expr::Number(value.into());
    u16 => Scalar: |value| Expr::Number(value.into());
    u32 => Scalar: |value| Expr::Number(value.into());
    i32 => Scalar: |value| Expr::Number(value.into());
    i64 => Scalar: |value| Expr::Number(value.into());
    f64 => Scalar: |value| float(value);
}

impl<K: Kind> IntoValue<K> for &str {
    fn into_expr(self) -> Expr {
        Expr::text(self.to_owned())
    }
}

impl<K: Kind> IntoValue<K> for String {
    fn into_expr(self) -> Expr {
        Expr::text(self)
    }
}

/// Writes a float, without a fraction where it has none; what JSON cannot say (`NaN`, infinities) becomes text, which validation then
/// refuses by name.
fn float(value: f64) -> Expr {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        return Expr::Number((value as i64).into());
    }
    serde_json::Number::from_f64(value).map_or_else(|| Expr::text(value.to_string()), Expr::Number)
}

// Where text, a number or a bool will do. Attributes that are numbers or bools fit into text too, as every attribute does.

impl<K: Kind> IntoValue<Scalar> for Attr<K> {
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl IntoValue<Scalar> for Text {
    fn into_expr(self) -> Expr {
        self.0
    }
}

macro_rules! scalar_attributes {
    ($($ty:ty),*) => {$(
        scalar_attributes!(@ $ty => $ty, String, Scalar);
    )*};
    (@ $ty:ty => $($to:ty),*) => {$(
        impl IntoValue<$to> for Attr<$ty> {
            fn into_expr(self) -> Expr {
                self.0
            }
        }

        impl IntoValue<$to> for &Attr<$ty> {
            fn into_expr(self) -> Expr {
                self.0.clone()
            }
        }
    )*};
}

scalar_attributes!(bool, i64, f64);
