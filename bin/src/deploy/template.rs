//! What the engine reads in a template by itself.

use serde_json::{Map, Value};

/// The resources of a template by logical id; none where it is no JSON.
pub(super) fn resources(template: &str) -> Map<String, Value> {
    section(template, "Resources")
}

/// What is in a section of a template, by name; nothing where there is no such section, or the template is no JSON.
pub(super) fn section(template: &str, name: &str) -> Map<String, Value> {
    let mut template: Value = serde_json::from_str(template).unwrap_or_default();
    match template.get_mut(name).map(Value::take) {
        Some(Value::Object(section)) => section,
        _ => Map::new(),
    }
}
