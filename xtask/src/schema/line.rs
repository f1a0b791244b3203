//! One resource type as one line of text, in the words of JSON Schema, its keys in a fixed order.

use formwork_schema::{
    Bounds, Object, Permissions, Property, Replacement, ResourceType, Rule, TagShape, Target, Text, Type,
};
use serde_json::{Map, Value, json};

/// Writes the line, without its end. `regions` are all that are known.
pub fn line(resource: &ResourceType, regions: &[&str]) -> String {
    let mut words = Words::default();
    words.put("type", json!(resource.name));
    words.list("ref", &resource.ref_returns);
    if let Some(names) = &resource.ref_names {
        words.put("refNames", json!(target(names)));
    }
    words.list("id", &resource.primary_identifier);
    if let Some(tagging) = resource.tagging {
        let shape = match tagging.shape {
            TagShape::List => "list",
            TagShape::Map => "map",
            TagShape::AutoScaling => "autoscaling",
        };
        words.put(
            "tags",
            json!({"property": tagging.property, "shape": shape, "updatable": tagging.updatable}),
        );
    }
    words.flag("stateful", resource.stateful);
    words.text("arn", resource.arn);
    words.text("transform", resource.transform);
    words.put("regions", offered(&resource.regions, regions));
    object(&mut words, &resource.body, resource);
    let mut definitions = Map::new();
    for definition in &resource.definitions {
        let mut words = Words::default();
        object(&mut words, &definition.body, resource);
        definitions.insert(definition.name.to_owned(), words.done());
    }
    words.object("definitions", definitions);
    let mut attributes = Map::new();
    for attribute in &resource.attributes {
        let mut words = Words::default();
        ty(&mut words, &attribute.ty, resource);
        attributes.insert(attribute.name.to_owned(), words.done());
    }
    words.object("attributes", attributes);
    words.object("permissions", permissions(&resource.permissions));
    words.done().to_string()
}

/// The regions, by what is shorter: all, only these, or all except these.
fn offered(regions: &[&str], all: &[&str]) -> Value {
    let except: Vec<&&str> = all.iter().filter(|region| !regions.contains(region)).collect();
    match () {
        () if except.is_empty() => json!("all"),
        () if except.len() < regions.len() => json!({"except": except}),
        () => json!({"only": regions}),
    }
}

fn permissions(permissions: &Permissions) -> Map<String, Value> {
    let mut words = Words::default();
    words.list("create", &permissions.create);
    words.list("read", &permissions.read);
    words.list("update", &permissions.update);
    words.list("delete", &permissions.delete);
    words.list("list", &permissions.list);
    words.0
}

fn object(words: &mut Words, object: &Object, resource: &ResourceType) {
    let mut properties = Map::new();
    for one in &object.properties {
        properties.insert(one.name.to_owned(), property(one, resource));
    }
    words.put("properties", Value::Object(properties));
    let required: Vec<&str> =
        object.properties.iter().filter(|property| property.required).map(|property| property.name).collect();
    words.list("required", &required);
    let rules: Vec<Value> = object.rules.iter().map(rule).collect();
    if !rules.is_empty() {
        words.put("rules", json!(rules));
    }
    words.flag("open", object.open);
}

fn rule(rule: &Rule) -> Value {
    match rule {
        Rule::AnyOf(names) => json!({ "anyOf": names }),
        Rule::OneOf(names) => json!({ "oneOf": names }),
        Rule::Requires(name, needs) => json!({ "if": name, "requires": needs }),
        Rule::Excludes(name, others) => json!({ "if": name, "excludes": others }),
        Rule::AnyGroup(groups) => json!({ "anyGroup": groups }),
        Rule::OneGroup(groups) => json!({ "oneGroup": groups }),
    }
}

fn property(property: &Property, resource: &ResourceType) -> Value {
    let mut words = Words::default();
    ty(&mut words, &property.ty, resource);
    match property.replacement {
        Replacement::Never => {}
        Replacement::Maybe => words.put("replacement", json!("maybe")),
        Replacement::Always => words.put("replacement", json!("always")),
    }
    words.flag("writeOnly", property.write_only);
    words.flag("deprecated", property.deprecated);
    words.done()
}

fn ty(words: &mut Words, of: &Type, resource: &ResourceType) {
    let nested = |inner: &Type| {
        let mut words = Words::default();
        ty(&mut words, inner, resource);
        words.done()
    };
    match of {
        Type::String(text) => string(words, text),
        Type::Integer(bounds) => number(words, "integer", bounds),
        Type::Number(bounds) => number(words, "number", bounds),
        Type::Boolean => words.put("type", json!("boolean")),
        Type::Json => words.put("type", json!("json")),
        Type::Object(number) => {
            let name = resource.definitions.get(*number).map_or("", |definition| definition.name);
            words.put("$ref", json!(name));
        }
        Type::Union(parts) => words.put("anyOf", Value::Array(parts.iter().map(nested).collect())),
        Type::Map(map) => {
            words.put("type", json!("map"));
            words.text("keys", map.key);
            words.put("values", nested(&map.value));
        }
        Type::List(list) => {
            words.put("type", json!("array"));
            words.count("minItems", list.min);
            words.count("maxItems", list.max);
            words.flag("uniqueItems", list.unique);
            words.flag("unordered", !list.ordered);
            words.put("items", nested(&list.item));
        }
    }
}

fn string(words: &mut Words, text: &Text) {
    words.put("type", json!("string"));
    words.list("enum", &text.values);
    words.flag("ignoreCase", text.ignore_case);
    words.text("pattern", text.pattern);
    words.count("minLength", text.min);
    words.count("maxLength", text.max);
    words.text("format", text.format);
    let targets: Vec<String> = text.targets.iter().map(target).collect();
    if !targets.is_empty() {
        words.put("targets", json!(targets));
    }
}

fn target(target: &Target) -> String {
    format!("{}.{}", target.resource, target.attribute)
}

fn number(words: &mut Words, ty: &str, bounds: &Bounds) {
    words.put("type", json!(ty));
    let values: Vec<Value> = bounds.values.iter().map(|value| figure(*value)).collect();
    if !values.is_empty() {
        words.put("enum", json!(values));
    }
    for (word, bound) in [("minimum", bounds.min), ("maximum", bounds.max)] {
        if let Some(bound) = bound {
            words.put(word, figure(bound));
        }
    }
}

/// A whole number without a decimal point.
fn figure(number: f64) -> Value {
    let whole = number as i64;
    if whole as f64 == number { json!(whole) } else { json!(number) }
}

/// The words of a JSON object, in the order of their writing.
#[derive(Default)]
struct Words(Map<String, Value>);

impl Words {
    fn put(&mut self, word: &str, value: Value) {
        self.0.insert(word.to_owned(), value);
    }

    fn list(&mut self, word: &str, list: &[&str]) {
        if !list.is_empty() {
            self.put(word, json!(list));
        }
    }

    fn text(&mut self, word: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.put(word, json!(text));
        }
    }

    fn count(&mut self, word: &str, count: Option<u32>) {
        if let Some(count) = count {
            self.put(word, json!(count));
        }
    }

    fn flag(&mut self, word: &str, flag: bool) {
        if flag {
            self.put(word, json!(true));
        }
    }

    fn object(&mut self, word: &str, object: Map<String, Value>) {
        if !object.is_empty() {
            self.put(word, Value::Object(object));
        }
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}
