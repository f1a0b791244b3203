//! Lists and maps: arrays, vectors, slices and sorted maps of what fits.

use std::collections::BTreeMap;

use formwork_assembly::SortedMap;

use super::{IntoValue, List, Map};
use crate::expr::{Expr, Object, Str};

/// Covers the items of an array or vector. Each type of item is compiled for itself, whatever the length: to take from the end costs the
/// compiler less than an iterator, and arrays of all lengths share it.
fn list<T, V: IntoValue<T>>(mut items: Vec<V>) -> Expr {
    let mut list = Vec::new();
    while let Some(item) = items.pop() {
        list.push(item.into_expr());
    }
    last_first(list)
}

fn last_first(mut items: Vec<Expr>) -> Expr {
    items.reverse();
    Expr::List(items)
}

fn refs<'a, T, V>(items: &'a [V]) -> Expr
where
    &'a V: IntoValue<T>,
{
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        list.push(item.into_expr());
    }
    Expr::List(list)
}

fn map<T, N: Into<Str>, V: IntoValue<T>>(fields: impl IntoIterator<Item = (N, V)>) -> Expr {
    let mut object = Object::new();
    for (name, value) in fields {
        object.set(name, value.into_expr());
    }
    Expr::Map(object)
}

impl<T, V: IntoValue<T>, const N: usize> IntoValue<List<T>> for [V; N] {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        list(Vec::from(self))
    }
}

impl<T, V: IntoValue<T>> IntoValue<List<T>> for Vec<V> {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        list(self)
    }
}

impl<'a, T, V> IntoValue<List<T>> for &'a [V]
where
    &'a V: IntoValue<T>,
{
    #[inline(always)]
    fn into_expr(self) -> Expr {
        refs(self)
    }
}

impl<'a, T, V> IntoValue<List<T>> for &'a Vec<V>
where
    &'a V: IntoValue<T>,
{
    #[inline(always)]
    fn into_expr(self) -> Expr {
        refs(self)
    }
}

impl<T, N: Into<Str>, V: IntoValue<T>, const COUNT: usize> IntoValue<Map<T>> for [(N, V); COUNT] {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        map(Vec::from(self))
    }
}

impl<T, N: Into<Str>, V: IntoValue<T>> IntoValue<Map<T>> for Vec<(N, V)> {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        map(self)
    }
}

impl<T, N: Into<Str>, V: IntoValue<T>> IntoValue<Map<T>> for BTreeMap<N, V> {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        map(self)
    }
}

impl<T, N: Into<Str>, V: IntoValue<T>> IntoValue<Map<T>> for SortedMap<N, V> {
    #[inline(always)]
    fn into_expr(self) -> Expr {
        map(self)
    }
}
