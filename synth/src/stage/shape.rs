//! Holds a JSON text against a JSON Schema, so that all mistakes are told at once, each with its place and the nearest name.
//!
//! Knows as much of JSON Schema as schemars writes; what it does not know, it leaves to the deserializer.
//! A key that the schema does not name is a mistake unless the schema says that further ones may stand there.

use std::slice;

use formwork_assembly::{Diagnostic, code, each, sort_by, suggest};
use serde_json::{Map, Value};

use super::json::{Field, Json, Kind};

/// Deeper than the deserializer goes.
const DEPTH: usize = 128;

/// Everything in `json` that `schema` does not allow. `name` is what to call the whole in messages.
pub(super) fn check(json: Json<'_>, schema: &Value, name: &str) -> Vec<Diagnostic> {
    let mut check = Check { schema, found: Vec::new() };
    check.value(json, schema, &Path(vec![name.to_owned()]));
    let place = |one: &Diagnostic| one.at.as_ref().map(|at| (at.line, at.column));
    sort_by(&mut check.found, |one, other| place(one).cmp(&place(other)));
    check.found
}

struct Check<'s> {
    schema: &'s Value,
    found: Vec<Diagnostic>,
}

/// The way to a value, as people write it.
struct Path(Vec<String>);

impl<'s> Check<'s> {
    fn value(&mut self, json: Json<'_>, schema: &'s Value, path: &Path) {
        if path.0.len() > DEPTH {
            return;
        }
        let Some(schema) = self.resolve(schema).as_object() else { return };
        if !self.kind(json, schema, path) || !self.one_of_values(json, schema, path) {
            return;
        }
        match json.kind() {
            Kind::Object => self.object(json, schema, path),
            Kind::List => self.list(json, schema, path),
            Kind::Number => self.number(json, schema, path),
            Kind::Null | Kind::Bool | Kind::Text => {}
        }
        for part in list(schema, "allOf") {
            self.value(json, part, path);
        }
        for key in ["anyOf", "oneOf"] {
            self.alternatives(json, list(schema, key), path);
        }
    }

    /// Follows `$ref` into the definitions.
    fn resolve(&self, schema: &'s Value) -> &'s Value {
        let target =
            schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        target.and_then(|pointer| self.schema.pointer(pointer)).unwrap_or(schema)
    }

    fn kind(&mut self, json: Json<'_>, schema: &Map<String, Value>, path: &Path) -> bool {
        let names: Vec<&str> = match schema.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => return true,
        };
        let types: Vec<(Kind, &str)> = names.iter().filter_map(|name| type_named(name)).collect();
        let fits = |(kind, words): &(Kind, &str)| {
            json.kind() == *kind && (*words != WHOLE_NUMBER || json.read::<i128>().is_ok())
        };
        if types.is_empty() || types.iter().any(fits) {
            return true;
        }
        let wanted = each(&types, |(_, words)| *words).join(" or ");
        if wanted == "`null`" && path.is_config() {
            let help = "leave `config` out, or let `app` take a `&Stage<Config>` with a type of yours";
            self.report(json, format!("{path}: this app has no settings of its own"), help.to_owned());
            return false;
        }
        let help = match (&*wanted, json.kind()) {
            (TEXT, Kind::Number) => format!("put it in quotes: `\"{}\"`", json.raw()),
            _ => format!("write {wanted}"),
        };
        let message = format!("{path} must be {wanted}, but is {}", shown(json));
        self.report(json, message, help);
        false
    }

    fn one_of_values(&mut self, json: Json<'_>, schema: &Map<String, Value>, path: &Path) -> bool {
        let values: Vec<&Value> = schema.get("const").into_iter().chain(list(schema, "enum")).collect();
        let Ok(got) = json.read::<Value>() else { return true };
        if values.is_empty() || values.contains(&&got) {
            return true;
        }
        self.no_such_value(json, &values, path);
        false
    }

    fn no_such_value(&mut self, json: Json<'_>, values: &[&Value], path: &Path) {
        let known: Vec<String> = values
            .iter()
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .collect();
        let got: String = json.read().unwrap_or_else(|_| json.raw().to_owned());
        let help = suggest(&got, known.iter().map(String::as_str));
        self.report(json, format!("{path} cannot be {}", shown(json)), help);
    }

    fn object(&mut self, json: Json<'_>, schema: &'s Map<String, Value>, path: &Path) {
        let named = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        let is_open =
            ["anyOf", "oneOf", "allOf", "patternProperties"].iter().any(|key| schema.contains_key(*key));
        let fields = json.fields();
        for (index, field) in fields.iter().enumerate() {
            let Field { name, name_at, value } = field;
            if let Some(first) = fields[..index].iter().find(|first| first.name == *name) {
                let finding =
                    Diagnostic::error(&code::STAGE_FILE_SHAPE, format!("`{name}` stands twice in {path}"));
                let finding = finding.help("keep one of the two").at(name_at.clone());
                self.found.push(finding.related("the first one", first.name_at.clone()));
            }
            match (named.and_then(|named| named.get(name)), others) {
                (Some(schema), _) => self.value(*value, schema, &path.join(name)),
                (None, Some(Value::Object(_))) => {
                    self.value(*value, &schema["additionalProperties"], &path.join(name))
                }
                (None, Some(Value::Bool(true))) => {}
                (None, None) if named.is_none() || is_open => {}
                (None, _) => {
                    let known = named.map(|named| each(named.keys(), String::as_str));
                    let help = suggest(name, known.unwrap_or_default());
                    let message = format!("unknown key `{name}` in {path}");
                    self.found.push(
                        Diagnostic::error(&code::STAGE_FILE_SHAPE, message).help(help).at(name_at.clone()),
                    );
                }
            }
        }
        for name in list(schema, "required").filter_map(Value::as_str) {
            if !fields.iter().any(|field| field.name == name) {
                self.report(json, format!("{path} lacks `{name}`"), format!("add `\"{name}\": …`"));
            }
        }
    }

    fn list(&mut self, json: Json<'_>, schema: &'s Map<String, Value>, path: &Path) {
        let first = list(schema, "prefixItems").map(Some);
        let schemas = first.chain(std::iter::repeat(schema.get("items")));
        for (index, (item, schema)) in json.items().into_iter().zip(schemas).enumerate() {
            if let Some(schema) = schema {
                self.value(item, schema, &path.join(&index.to_string()));
            }
        }
    }

    fn number(&mut self, json: Json<'_>, schema: &Map<String, Value>, path: &Path) {
        let Ok(got) = json.read::<f64>() else { return };
        let bound = |key| schema.get(key).and_then(|bound: &Value| Some((bound.as_f64()?, bound)));
        if let Some((_, least)) = bound("minimum").filter(|(least, _)| got < *least) {
            self.report(json, format!("{path} is {}", shown(json)), format!("it is {least} at least"));
        }
        if let Some((_, most)) = bound("maximum").filter(|(most, _)| got > *most) {
            self.report(json, format!("{path} is {}", shown(json)), format!("it is {most} at most"));
        }
    }

    /// Of several schemas, one must allow the value. Where none does, the findings of the likeliest are told.
    fn alternatives(&mut self, json: Json<'_>, schemas: impl Iterator<Item = &'s Value>, path: &Path) {
        let mut best: Option<Vec<Diagnostic>> = None;
        let mut values = Vec::new();
        let mut only_values = true;
        for schema in schemas {
            let schema = self.resolve(schema);
            let mut attempt = Check { schema: self.schema, found: Vec::new() };
            attempt.value(json, schema, path);
            if attempt.found.is_empty() {
                return;
            }
            let before = values.len();
            if let Value::Object(schema) = schema {
                values.extend(schema.get("const").into_iter().chain(list(schema, "enum")));
            }
            only_values &= values.len() > before;
            // An alternative that fails deeper inside is the one that was meant.
            let depth = |found: &[Diagnostic]| {
                let outside = found.iter().any(|one| one.at == Some(json.at()));
                (outside, found.len())
            };
            if best.as_ref().is_none_or(|best| depth(&attempt.found) < depth(best)) {
                best = Some(attempt.found);
            }
        }
        match best {
            Some(_) if only_values => self.no_such_value(json, &values, path),
            Some(found) => self.found.extend(found),
            None => {}
        }
    }

    fn report(&mut self, json: Json<'_>, message: String, help: String) {
        self.found.push(Diagnostic::error(&code::STAGE_FILE_SHAPE, message).help(help).at(json.at()));
    }
}

impl Path {
    fn join(&self, name: &str) -> Self {
        Self(self.0.iter().cloned().chain([name.to_owned()]).collect())
    }

    fn is_config(&self) -> bool {
        self.0.len() == 4 && self.0.last().is_some_and(|last| last == "config")
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let inner = if self.0.len() > 1 { &self.0[1..] } else { &self.0 };
        write!(f, "`{}`", inner.join("."))
    }
}

const TEXT: &str = "text in quotes";
const WHOLE_NUMBER: &str = "a whole number";

/// What a schema calls a type: its kind, and the words for it.
fn type_named(name: &str) -> Option<(Kind, &'static str)> {
    Some(match name {
        "null" => (Kind::Null, "`null`"),
        "boolean" => (Kind::Bool, "`true` or `false`"),
        "number" => (Kind::Number, "a number"),
        "integer" => (Kind::Number, WHOLE_NUMBER),
        "string" => (Kind::Text, TEXT),
        "array" => (Kind::List, "a list"),
        "object" => (Kind::Object, "an object"),
        _ => return None,
    })
}

/// A value for a message: what is short as it is written, the rest by its kind.
fn shown(json: Json<'_>) -> String {
    match json.kind() {
        Kind::Object => "an object".to_owned(),
        Kind::List => "a list".to_owned(),
        Kind::Null | Kind::Bool | Kind::Number | Kind::Text if json.raw().chars().count() <= 60 => {
            format!("`{}`", json.raw())
        }
        _ => format!("`{}…`", json.raw().chars().take(60).collect::<String>()),
    }
}

fn list<'s>(schema: &'s Map<String, Value>, key: &str) -> slice::Iter<'s, Value> {
    schema.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice).iter()
}
