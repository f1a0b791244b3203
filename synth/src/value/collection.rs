//! Lists and maps: arrays, vectors, slices and sorted maps of what fits.

use std::collections::BTreeMap;

use formwork_assembly::SortedMap;

use super::{IntoValue, List, Map};
use crate::expr::{Expr, Object, Str};

fn list<T, V: IntoValue<T>>(items: impl IntoIterator<Item = V>) -> Expr {
    Expr::List(items.into_iter().map(V::into_expr).collect())
}

fn map<T, N: Into<Str>, V: IntoValue<T>>(fields: impl IntoIterator<Item = (N, V)>) -> Expr {
    Expr::Map(fields.into_iter().map(|(name, value)| (name.into(), value.into_expr())).collect::<Object>())
}

impl<T, V: IntoValue<T>, const N: usize> IntoValue<List<T>> for [V; N] {
    fn into_expr(self) -> Expr {
        list(self)
    }
}

impl<T, V: IntoValue<T>> IntoValue<List<T>> for Vec<V> {
    fn into_expr(self) -> Expr {
        list(self)
    }
}

impl<'a, T, V> IntoValue<List<T>> for &'a [V]
where
    &'a V: IntoValue<T>,
{
    fn into_expr(self) -> Expr {
        list(self)
    }
}

impl<'a, T, V> IntoValue<List<T>> for &'a Vec<V>
where
    &'a V: IntoValue<T>,
{
    fn into_expr(self) -> Expr {
        list(self)
    }
}

impl<T, N: Into<Str>, V: IntoValue<T>, const COUNT: usize> IntoValue<Map<T>> for [(N, V); COUNT] {
    fn into_expr(self) -> Expr {
        map(self)
    }
}

impl<T, N: Into<Str>, V: IntoValue<T>> IntoValue<Map<T>> for Vec<(N, V)> {
    fn into_expr(self) -> Expr {
        map(self)
    }
}

impl<T, N: Into<Str>, V: IntoValue<T>> IntoValue<Map<T>> for BTreeMap<N, V> {
    fn into_expr(self) -> Expr {
        map(self)
    }
}

impl<T, N: Into<Str>, V: IntoValue<T>> IntoValue<Map<T>> for SortedMap<N, V> {
    fn into_expr(self) -> Expr {
        map(self)
    }
}
