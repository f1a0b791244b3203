//! The fields of an object as far as they are written down: what a condition or a function decides is not there to be read.

use super::{
    dynamic::is_dynamic,
    object::{Presence, presence},
};
use crate::expr::{Expr, Object};

/// A view of an object for checks that span several properties.
#[derive(Clone, Copy)]
pub(super) struct Fields<'t>(pub &'t Object);

impl<'t> Fields<'t> {
    /// A view of a value, if it is a literal object.
    pub fn of(value: &'t Expr) -> Option<Self> {
        value.as_object().filter(|object| !super::names::is_open(object)).map(Self)
    }

    /// The value as it stands.
    pub fn get(self, name: &str) -> Option<&'t Expr> {
        self.0.get(name)
    }

    /// A nested object.
    pub fn object(self, name: &str) -> Option<Fields<'t>> {
        self.get(name).and_then(Self::of)
    }

    /// Literal text, or a number or boolean as text.
    pub fn text(self, name: &str) -> Option<String> {
        self.get(name).and_then(literal)
    }

    /// A literal number, or text that reads as one.
    pub fn number(self, name: &str) -> Option<f64> {
        self.text(name)?.trim().parse().ok()
    }

    /// The items of a literal list, if none of them depends on a condition.
    pub fn list(self, name: &str) -> Option<&'t [Expr]> {
        match self.get(name)? {
            Expr::List(items) if items.iter().all(|item| presence(item) == Presence::Set) => Some(items),
            _ => None,
        }
    }

    /// The literal objects of a list, with their places; those that are no literals are left out.
    pub fn objects(self, name: &str) -> impl Iterator<Item = (usize, Fields<'t>)> {
        let items = match self.get(name) {
            Some(Expr::List(items)) => &items[..],
            _ => &[],
        };
        items.iter().enumerate().filter_map(|(index, item)| Some((index, Self::of(item)?)))
    }

    /// True if the field is certainly there.
    pub fn has(self, name: &str) -> bool {
        self.get(name).is_some_and(|value| presence(value) == Presence::Set)
    }

    /// True if the field is certainly not there.
    pub fn lacks(self, name: &str) -> bool {
        self.get(name).is_none_or(|value| presence(value) == Presence::Absent)
    }

    /// True if the field is literally `true`.
    pub fn is_true(self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }
}

/// A literal as text; nothing for what holds a dynamic reference.
pub(super) fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Text(text) if !is_dynamic(text) => Some(text.to_string()),
        Expr::Number(number) => Some(number.to_string()),
        Expr::Bool(bool) => Some(bool.to_string()),
        _ => None,
    }
}
