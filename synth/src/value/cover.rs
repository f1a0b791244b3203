//! What fits a place as it is: values, attributes, interpolated text, handles, generated types, and the way around the types.

use super::{Attr, IntoValue, Kind, PropertyType, Raw, Text, Value};
use crate::{expr::Expr, resource::Handle};

impl<T> IntoValue<T> for Value<T> {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<T> IntoValue<T> for &Value<T> {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.0.clone()
    }
}

impl<K: Kind> IntoValue<K> for Attr<K> {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<K: Kind> IntoValue<K> for &Attr<K> {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.0.clone()
    }
}

impl<K: Kind> IntoValue<String> for Attr<K> {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<K: Kind> IntoValue<String> for &Attr<K> {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.0.clone()
    }
}

impl<K: Kind> IntoValue<K> for Text {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<K: Kind> IntoValue<K> for &Text {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.0.clone()
    }
}

impl IntoValue<String> for Text {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl IntoValue<String> for &Text {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.0.clone()
    }
}

impl<H: Handle> IntoValue<String> for &H {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        Expr::Ref(self.id())
    }
}

impl<T> IntoValue<T> for Raw {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<P: PropertyType> IntoValue<P> for P {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        self.into_property()
    }
}
