//! What the schema says of text and of numbers.

use super::json::{count, items, keep, sorted};
use super::node::Node;
use super::pattern::{self, Pattern};
use formwork_schema::{Bounds, Target, Text};
use serde_json::Value;

/// What was left out of the facts, for `SOURCES.json`.
#[derive(Default)]
pub struct Dropped {
    /// Uses of patterns that the validation's engine does not understand.
    pub patterns: usize,
    /// References to types or attributes that do not exist.
    pub targets: usize,
}

/// Formats that say what text looks like. The rest are names of machine types.
const FORMATS: [&str; 4] = ["date-time", "ipv4-network", "ipv6-network", "uri"];

/// Reads the words of text, those of its alternatives included.
pub fn text(root: &Value, node: &Node, dropped: &mut Dropped) -> Text {
    let mut text = plain(node, dropped);
    for choice in &node.choices {
        let branches: Vec<Text> =
            choice.branches.iter().map(|branch| plain(&Node::read(root, branch), dropped)).collect();
        text.targets.extend(branches.iter().flat_map(|branch| branch.targets.iter().copied()));
        if text.values.is_empty() && branches.iter().all(|branch| !branch.values.is_empty()) {
            text.values = branches.iter().flat_map(|branch| branch.values.iter().copied()).collect();
        }
        let patterns: Vec<&str> = branches.iter().filter_map(|branch| branch.pattern).collect();
        if text.pattern.is_none() && patterns.len() == branches.len() {
            let any: Vec<String> = patterns.iter().map(|pattern| format!("(?:{pattern})")).collect();
            text.pattern = Some(keep(&any.join("|")));
        }
    }
    text.targets = sorted(text.targets);
    text.values.dedup();
    text
}

/// Reads the words of the node alone.
fn plain(node: &Node, dropped: &mut Dropped) -> Text {
    let format = node.get("format").and_then(Value::as_str);
    let mut text = Text {
        min: count(node.get("minLength")).filter(|min| *min > 0),
        max: count(node.get("maxLength")),
        format: format.filter(|format| FORMATS.contains(format)).map(keep),
        ..Text::default()
    };
    let values = |word| items(node.get(word)).filter_map(value_text).collect::<Vec<_>>();
    text.values = values("enum");
    text.values.extend(node.get("const").filter(|_| text.values.is_empty()).and_then(value_text));
    if text.values.is_empty() {
        text.values = values("enumCaseInsensitive");
        text.ignore_case = !text.values.is_empty();
    }
    if let Some(pattern) = node.get("pattern").and_then(Value::as_str) {
        match pattern::translate(pattern) {
            Pattern::Usable(usable) => text.pattern = Some(keep(&usable)),
            Pattern::Empty => {}
            Pattern::Unusable => dropped.patterns += 1,
        }
    }
    if let Some((resource, attribute)) = format.and_then(|format| format.split_once('.'))
        && resource.starts_with("AWS::")
    {
        text.targets.push(Target { resource: keep(resource), attribute: keep(attribute) });
    }
    if let Some(relation) = node.get("relationshipRef") {
        let word = |name| relation.get(name).and_then(Value::as_str);
        if let (Some(resource), Some(path)) = (word("typeName"), word("propertyPath")) {
            let attribute = path.trim_start_matches("/properties/").replace('/', ".");
            text.targets.push(Target { resource: keep(resource), attribute: keep(&attribute) });
        }
    }
    text
}

/// An allowed value as text: schemas also write `true` or `1` where text is meant.
fn value_text(value: &Value) -> Option<&'static str> {
    match value {
        Value::String(text) => Some(keep(text)),
        Value::Bool(_) | Value::Number(_) => Some(keep(&value.to_string())),
        _ => None,
    }
}

/// Reads the words of a number.
pub fn bounds(node: &Node) -> Bounds {
    let number = |word| node.get(word).and_then(Value::as_f64);
    Bounds {
        min: number("minimum"),
        max: number("maximum"),
        values: items(node.get("enum")).filter_map(Value::as_f64).collect(),
    }
}
