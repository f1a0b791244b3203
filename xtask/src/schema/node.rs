//! One node of a JSON Schema with its `$ref` and `allOf` folded in.

use super::json::{items, members, strings};
use serde_json::{Map, Value};

/// A schema node, flat.
#[derive(Clone, Default)]
pub struct Node {
    /// The definition that the node is, where it is exactly one.
    pub definition: Option<String>,
    /// Its own words.
    pub words: Map<String, Value>,
    /// Its `oneOf` and `anyOf`, each a list of branches.
    pub choices: Vec<Choice>,
}

/// A `oneOf` or an `anyOf`.
#[derive(Clone)]
pub struct Choice {
    /// True for `oneOf`.
    pub exclusive: bool,
    /// The branches, as written.
    pub branches: Vec<Value>,
}

/// Deeper chains of references than this are loops.
const DEEPEST: usize = 16;

impl Node {
    /// Reads a node of the schema whose root is `root`.
    pub fn read(root: &Value, node: &Value) -> Self {
        Self::flatten(root, node, 0)
    }

    fn flatten(root: &Value, node: &Value, depth: usize) -> Self {
        let mut flat = Self::default();
        if depth > DEEPEST {
            return flat;
        }
        if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
            let target = root.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
            flat = Self::flatten(root, target, depth + 1);
            let name = reference.strip_prefix("#/definitions/").map(str::to_owned);
            flat.definition = flat.definition.or(name);
        }
        for (word, value) in members(Some(node)) {
            match word.as_str() {
                "$ref" | "allOf" | "description" | "title" | "$comment" | "examples" | "default" => {}
                "oneOf" | "anyOf" => {
                    let branches = items(Some(value)).cloned().collect();
                    flat.choices.push(Choice { exclusive: word == "oneOf", branches });
                }
                _ => {
                    flat.words.insert(word.clone(), value.clone());
                }
            }
        }
        let parts: Vec<&Value> = items(node.get("allOf")).collect();
        for part in &parts {
            let part = Self::flatten(root, part, depth + 1);
            if parts.len() <= 2 && flat.words.is_empty() {
                flat.definition = part.definition.clone().or(flat.definition);
            }
            flat.absorb(part);
        }
        flat
    }

    /// Takes over the words of a part of an `allOf`.
    fn absorb(&mut self, part: Self) {
        for (word, value) in part.words {
            match (self.words.get_mut(&word), value) {
                (Some(Value::Object(mine)), Value::Object(theirs)) => {
                    for (name, member) in theirs {
                        mine.entry(name).or_insert(member);
                    }
                }
                (Some(Value::Array(mine)), Value::Array(theirs)) if word == "required" => {
                    mine.extend(theirs.into_iter().filter(|name| !mine.contains(name)).collect::<Vec<_>>());
                }
                (Some(_), _) => {}
                (None, value) => {
                    self.words.insert(word, value);
                }
            }
        }
        self.choices.extend(part.choices);
    }

    /// The value of a word.
    pub fn get(&self, word: &str) -> Option<&Value> {
        self.words.get(word)
    }

    /// The properties, by name.
    pub fn properties(&self) -> impl Iterator<Item = (&String, &Value)> {
        members(self.get("properties"))
    }

    /// The names under `required`.
    pub fn required(&self) -> Vec<&str> {
        strings(self.get("required"))
    }

    /// The JSON types that the node allows, written or evident from its other words; empty where it does not say.
    pub fn kinds(&self) -> Vec<&str> {
        let written: Vec<&str> = match self.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(list) => strings(Some(list)).into_iter().filter(|kind| *kind != "null").collect(),
            None => Vec::new(),
        };
        // A document is given as an object or as its text, whatever its length as text may be.
        if !written.is_empty() || self.get("format").and_then(Value::as_str) == Some("json") {
            return written;
        }
        let evident = [
            ("properties", "object"),
            ("patternProperties", "object"),
            ("additionalProperties", "object"),
            ("items", "array"),
            ("enum", "string"),
            ("const", "string"),
            ("pattern", "string"),
            ("maxLength", "string"),
            ("relationshipRef", "string"),
            ("format", "string"),
        ];
        evident
            .iter()
            .find(|(word, _)| self.words.contains_key(*word))
            .map(|(_, kind)| *kind)
            .into_iter()
            .collect()
    }

    /// True where the node has nothing but `required` and what goes with it: a requirement, not an alternative shape.
    pub fn is_requirement(&self, known: &dyn Fn(&str) -> bool) -> bool {
        let words = ["required", "type", "properties", "not", "additionalProperties", "dependencies"];
        self.words.keys().all(|word| words.contains(&word.as_str()))
            && self.properties().all(|(name, _)| known(name))
            && (self.choices.is_empty() || self.required().is_empty())
    }
}
