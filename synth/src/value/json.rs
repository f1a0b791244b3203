//! Any JSON: policies, dashboards, blobs.

use super::{Attr, IntoValue, Json, Kind, PropertyType, Text};
use crate::expr::Expr;

impl IntoValue<Json> for serde_json::Value {
    fn into_expr(self) -> Expr {
        Expr::from(self)
    }
}

impl IntoValue<Json> for Expr {
    fn into_expr(self) -> Expr {
        self
    }
}

impl IntoValue<Json> for &str {
    fn into_expr(self) -> Expr {
        Expr::text(self.to_owned())
    }
}

impl<K: Kind> IntoValue<Json> for Attr<K> {
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<P: PropertyType> IntoValue<Json> for P {
    fn into_expr(self) -> Expr {
        self.into_property()
    }
}

impl IntoValue<Json> for String {
    fn into_expr(self) -> Expr {
        Expr::text(self)
    }
}

impl IntoValue<Json> for Text {
    fn into_expr(self) -> Expr {
        self.0
    }
}
