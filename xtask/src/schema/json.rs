//! Short ways to read a JSON value whose shape is known, and to keep text for the life of the tool.

use serde_json::{Map, Value};

/// Keeps text until the tool ends, as the words of the facts borrow for `'static`.
pub fn keep(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// The strings of a list; empty where the value is none.
pub fn strings(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The same, kept.
pub fn kept(value: Option<&Value>) -> Vec<&'static str> {
    strings(value).into_iter().map(keep).collect()
}

/// The members of an object; empty where the value is none.
pub fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// The items of a list; empty where the value is none.
pub fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// A count such as `maxLength`. What does not fit bounds nothing and is none.
pub fn count(value: Option<&Value>) -> Option<u32> {
    let number = value?.as_f64()?;
    (number >= 0.0 && number < f64::from(u32::MAX)).then_some(number as u32)
}

/// Puts a list in order and drops what occurs twice.
pub fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list.dedup();
    list
}
