//! From schema nodes to the types of the facts, collecting the nested definitions on the way.

use super::json::{count, keep, members, sorted};
use super::node::{Choice, Node};
use super::rules;
use super::spec::SpecResource;
use super::text::{self, Dropped};
use super::unify;
use formwork_schema::{Definition, List, Map, Object, Property, Replacement, Type};
use serde_json::Value;
use std::collections::BTreeMap;

/// Converts the nodes of one resource type's schema.
pub struct Converter<'a> {
    root: &'a Value,
    short_name: &'static str,
    spec: Option<&'a SpecResource<'a>>,
    definitions: Vec<Definition>,
    /// The properties of each definition as the schema has them, known before its body is.
    outlines: Vec<BTreeMap<String, Vec<Value>>>,
    /// Which definition of the schema became which of ours.
    numbers: BTreeMap<String, usize>,
    dropped: &'a mut Dropped,
}

/// Where a value stands: in a property of the resource itself, or of a definition.
#[derive(Clone, Copy)]
pub struct Place<'p> {
    /// The definition; none for the resource itself.
    pub holder: Option<&'static str>,
    /// The property.
    pub property: &'p str,
}

impl<'a> Converter<'a> {
    /// Begins with the schema of the resource type `name`.
    pub fn new(
        root: &'a Value,
        name: &'static str,
        spec: Option<&'a SpecResource<'a>>,
        dropped: &'a mut Dropped,
    ) -> Self {
        let short_name = name.rsplit("::").next().unwrap_or(name);
        let (definitions, outlines, numbers) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { root, short_name, spec, definitions, outlines, numbers, dropped }
    }

    /// Converts the resource itself.
    pub fn body(&mut self) -> Object {
        let node = self.read(self.root);
        self.object(&node, None)
    }

    /// Ends: the definitions, in the order of their discovery.
    pub fn definitions(self) -> Vec<Definition> {
        self.definitions
    }

    /// Converts the value of a property.
    pub fn ty(&mut self, node: &Value, place: Place<'_>) -> Type {
        let node = self.read(node);
        self.node_type(&node, place)
    }

    /// Reads a node; alternatives that stand for intrinsic functions are left out.
    fn read(&self, node: &Value) -> Node {
        let mut node = Node::read(self.root, node);
        if self
            .root
            .get("typeName")
            .and_then(Value::as_str)
            .is_some_and(|name| name.starts_with("AWS::Serverless::"))
        {
            node.choices = node.choices.iter().map(rules::without_intrinsics).collect();
        }
        node
    }

    fn node_type(&mut self, node: &Node, place: Place<'_>) -> Type {
        let kinds: Vec<String> = node.kinds().into_iter().map(str::to_owned).collect();
        let has = |kind: &str| kinds.iter().any(|have| have == kind);
        match kinds.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] if node.choices.is_empty() => Type::Json,
            [] => self.alternatives(node, place),
            ["object"] => self.object_type(node, place),
            ["array"] => self.list(node, place),
            [one] => self.scalar(node, one),
            // Any text or any object: a document.
            _ if has("object") => Type::Json,
            several => {
                let types = several
                    .iter()
                    .map(
                        |kind| {
                            if *kind == "array" { self.list(node, place) } else { self.scalar(node, kind) }
                        },
                    )
                    .collect();
                unify::any_of(types)
            }
        }
    }

    fn scalar(&mut self, node: &Node, kind: &str) -> Type {
        match kind {
            "string" => Type::String(text::text(self.root, node, self.dropped)),
            "integer" => Type::Integer(text::bounds(node)),
            "number" => Type::Number(text::bounds(node)),
            "boolean" => Type::Boolean,
            _ => Type::Json,
        }
    }

    fn list(&mut self, node: &Node, place: Place<'_>) -> Type {
        let mut item = node.get("items").map_or(Type::Json, |item| self.ty(item, place));
        // What the items may name is sometimes said of the list.
        if let Type::String(text) = &mut item {
            let of_list = text::text(self.root, node, self.dropped).targets;
            text.targets = sorted([text.targets.as_slice(), &of_list].concat());
        }
        Type::List(Box::new(List {
            item,
            min: count(node.get("minItems")).filter(|min| *min > 0),
            max: count(node.get("maxItems")),
            unique: node.get("uniqueItems") == Some(&Value::Bool(true)),
            ordered: node.get("insertionOrder") != Some(&Value::Bool(false)),
        }))
    }

    /// A node that says nothing but what it may be instead.
    fn alternatives(&mut self, node: &Node, place: Place<'_>) -> Type {
        let branches: Vec<Node> =
            node.choices.iter().flat_map(|choice| &choice.branches).map(|branch| self.read(branch)).collect();
        let is_object = |branch: &Node| {
            branch.kinds() == ["object"] && branch.properties().next().is_some() || branch.choices.len() == 1
        };
        if branches.len() > 1 && branches.iter().all(is_object) {
            return self.object_type(node, place);
        }
        let types = branches.iter().map(|branch| self.node_type(branch, place)).collect();
        unify::any_of(types)
    }

    fn object_type(&mut self, node: &Node, place: Place<'_>) -> Type {
        let outline = self.shape(node);
        if !outline.is_empty() {
            return Type::Object(self.definition(node, outline, place));
        }
        let patterns: Vec<(&String, &Value)> = members(node.get("patternProperties")).collect();
        let (key, values): (Option<&str>, Vec<&Value>) = match patterns.as_slice() {
            [] => (
                None,
                node.get("additionalProperties").filter(|schema| schema.is_object()).into_iter().collect(),
            ),
            [(key, value)] => (Some(key), vec![value]),
            several => (None, several.iter().map(|(_, value)| *value).collect()),
        };
        if values.is_empty() {
            return Type::Json;
        }
        let types = values.into_iter().map(|value| self.ty(value, place)).collect();
        let key = key.and_then(|key| match super::pattern::translate(key) {
            super::pattern::Pattern::Usable(usable) => Some(keep(&usable)),
            super::pattern::Pattern::Empty => None,
            super::pattern::Pattern::Unusable => {
                self.dropped.patterns += 1;
                None
            }
        });
        Type::Map(Box::new(Map { value: unify::any_of(types), key }))
    }

    /// The schemas of each property, those of alternatives included.
    fn shape(&self, node: &Node) -> BTreeMap<String, Vec<Value>> {
        let mut shape: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        self.add_shape(node, &mut shape, false);
        shape
    }

    fn add_shape(&self, node: &Node, shape: &mut BTreeMap<String, Vec<Value>>, in_choice: bool) {
        for (name, schema) in node.properties() {
            let schemas = shape.entry(name.clone()).or_default();
            // Alternatives repeat a property only to narrow it.
            let narrows =
                in_choice && !schemas.is_empty() && Node::read(self.root, schema).kinds().is_empty();
            if !narrows && !schemas.contains(schema) {
                schemas.push(schema.clone());
            }
        }
        for choice in &node.choices {
            let known: Vec<String> = shape.keys().cloned().collect();
            for branch in &choice.branches {
                let branch = self.read(branch);
                let is_known = |name: &str| known.iter().any(|have| have == name);
                if !branch.is_requirement(&is_known) {
                    self.add_shape(&branch, shape, true);
                }
            }
        }
    }

    /// The number of the definition that an object node is.
    fn definition(&mut self, node: &Node, outline: BTreeMap<String, Vec<Value>>, place: Place<'_>) -> usize {
        let candidate = self.spec.and_then(|spec| spec.nested_name(place.holder, place.property));
        if let Some(key) = node.definition.clone().or_else(|| self.equal_definition(node, candidate)) {
            if let Some(number) = self.numbers.get(&key) {
                return *number;
            }
            let own: String =
                key.rsplit('.').next().unwrap_or(&key).chars().filter(char::is_ascii_alphanumeric).collect();
            let name = self.free_name(&own);
            return self.add_definition(Some(key), name, node, outline);
        }
        let fallback = format!("{}{}", place.holder.unwrap_or(self.short_name), place.property);
        for candidate in candidate.into_iter().chain([fallback.as_str()]) {
            if let Some(number) = self.definitions.iter().position(|definition| definition.name == candidate)
            {
                if self.outlines[number] == outline {
                    return number;
                }
            } else if !self.has_object(candidate) {
                return self.add_definition(None, keep(candidate), node, outline);
            }
        }
        let name = self.free_name(&fallback);
        self.add_definition(None, name, node, outline)
    }

    fn add_definition(
        &mut self,
        key: Option<String>,
        name: &'static str,
        node: &Node,
        outline: BTreeMap<String, Vec<Value>>,
    ) -> usize {
        let number = self.definitions.len();
        self.definitions.push(Definition { name, body: Object::default() });
        self.outlines.push(outline);
        self.numbers.extend(key.map(|key| (key, number)));
        self.definitions[number].body = self.object(node, Some(name));
        number
    }

    /// A definition of the schema that says the same as a node without a name. The name that the overlay has for the
    /// node, if any, must not be another.
    fn equal_definition(&self, node: &Node, candidate: Option<&str>) -> Option<String> {
        if !node.choices.is_empty() {
            return None;
        }
        let mut definitions = members(self.root.get("definitions"));
        definitions
            .find(|(key, definition)| {
                candidate.is_none_or(|name| name == key.as_str())
                    && definition.get("properties") == node.get("properties")
                    && definition.get("required") == node.get("required")
                    && definition.get("oneOf").is_none()
                    && definition.get("anyOf").is_none()
            })
            .map(|(key, _)| key.clone())
    }

    /// True where the schema has an object definition of the name, converted yet or not.
    fn has_object(&self, name: &str) -> bool {
        let definition = self.root.get("definitions").and_then(|definitions| definitions.get(name));
        definition
            .map(|definition| self.read(definition))
            .is_some_and(|node| !node.kinds().contains(&"array") && !self.shape(&node).is_empty())
    }

    fn free_name(&self, wanted: &str) -> &'static str {
        let taken = |name: &str| self.definitions.iter().any(|definition| definition.name == name);
        let mut name = wanted.to_owned();
        let mut number = 2;
        while taken(&name) {
            name = format!("{wanted}{number}");
            number += 1;
        }
        keep(&name)
    }

    fn object(&mut self, node: &Node, holder: Option<&'static str>) -> Object {
        let mut required: Vec<String> = node.required().into_iter().map(str::to_owned).collect();
        let mut found = rules::stated(node);
        for choice in &node.choices {
            let branches: Vec<Node> = choice.branches.iter().map(|branch| self.read(branch)).collect();
            required.extend(rules::common(&branches).into_iter().map(str::to_owned));
            let anyway: Vec<&str> = required.iter().map(String::as_str).collect();
            found.extend(rules::chosen(self.root, &Choice { ..choice.clone() }, &anyway));
        }
        let mut properties = Vec::new();
        for (name, schemas) in self.shape(node) {
            let place = Place { holder, property: &name };
            for schema in &schemas {
                found.extend(rules::stated(&Node::read(self.root, schema)).into_iter().filter(
                    // Some schemas write the dependency of a property inside of it.
                    |rule| matches!(rule, formwork_schema::Rule::Requires(first, _) if *first == name),
                ));
            }
            let types: Vec<Type> = schemas.iter().map(|schema| self.ty(schema, place)).collect();
            properties.push(Property {
                name: keep(&name),
                ty: unify::any_of(types),
                required: required.contains(&name),
                replacement: Replacement::Never,
                write_only: false,
                deprecated: false,
            });
        }
        let open = node.get("patternProperties").is_some()
            || !matches!(node.get("additionalProperties"), None | Some(Value::Bool(false)));
        let mut object = Object { properties, rules: found, open };
        rules::tidy(&mut object);
        object
    }
}
