//! What the Rust of a resource type is called: every name decided, every clash resolved, before anything is written.

use std::collections::BTreeSet;

use formwork_schema::{Attribute, Definition, Object, Property, ResourceType, Type};

use crate::{
    ident::{Names, folded},
    kind::{Kind, Wanted},
    rust_type::RustType,
    shared::{Home, Shared},
    words::pascal,
};

/// Names that a generated type needs for itself.
const METHODS: [&str; 5] = ["new", "assume_complete", "into_object", "from_raw", "into_raw"];

/// All resource types of one service.
pub struct ServicePlan<'a> {
    /// The resource types, in the order of the facts.
    pub resources: Vec<ResourcePlan<'a>>,
}

/// One resource type.
pub struct ResourcePlan<'a> {
    /// What AWS publishes.
    pub facts: &'a ResourceType,
    /// The name of the handle: `BucketRef`.
    pub handle: String,
    /// The module of its property types and enums: `bucket`.
    pub module: String,
    /// The resource itself: `Bucket`.
    pub body: Body<'a>,
    /// Its property types, without those that another resource type has too and writes.
    pub structures: Vec<Body<'a>>,
    /// The names of those others, and of their enums, by module in order.
    pub imports: Vec<(String, Vec<String>)>,
    /// Its enums.
    pub enumerations: Vec<Enumeration>,
    /// The typed getters of the handle.
    pub attributes: Vec<Getter>,
    /// What `Ref` returns.
    pub reference: Kind,
    /// Whether any property wants what `Ref` returns.
    pub is_wanted: bool,
}

/// A type with setters.
pub struct Body<'a> {
    /// The Rust name: `VersioningConfiguration`.
    pub name: String,
    /// The name that AWS gives it; `None` for the resource itself.
    pub definition: Option<&'static str>,
    /// Its properties and the rules between them.
    pub facts: &'a Object,
    /// One setter a property.
    pub fields: Vec<Field<'a>>,
}

/// One property and its setter.
pub struct Field<'a> {
    /// What AWS publishes.
    pub facts: &'a Property,
    /// The name of the setter: `block_public_acls`.
    pub setter: String,
    /// What it takes.
    pub ty: RustType,
    /// The type parameter that remembers whether a required property is set.
    pub part: Option<Part>,
}

/// A type parameter for a required property.
pub struct Part {
    /// Its name: `P1` for the first required property.
    pub name: String,
    /// What stands for it until the property is set: `MissingBucketName`.
    pub marker: String,
}

/// The values that a text property allows.
pub struct Enumeration {
    /// The Rust name: `VersioningConfigurationStatus`.
    pub name: String,
    /// The property as AWS writes it: `VersioningConfiguration.Status`.
    pub subject: String,
    /// Rust name and exact text of each value.
    pub variants: Vec<(String, &'static str)>,
}

/// A typed getter for an attribute.
pub struct Getter {
    /// Its name: `endpoint_address`.
    pub name: String,
    /// The attribute: `Endpoint.Address`.
    pub attribute: &'static str,
    /// What it returns.
    pub ty: RustType,
}

impl<'a> ServicePlan<'a> {
    /// Names everything in a service.
    pub fn new(facts: &'a [ResourceType], wanted: &Wanted) -> Self {
        let mut types = Names::with(&["String"]);
        let mut modules = Names::with(&["fw", "kind", "missing"]);
        let names: Vec<String> =
            facts.iter().map(|facts| types.take(pascal(short_name(facts)), "Resource")).collect();
        let mut shared = Shared::default();
        let resources = facts
            .iter()
            .zip(names)
            .map(|(facts, name)| {
                let handle = types.take(format!("{name}Ref"), "Handle");
                let module = modules.take_snake(short_name(facts));
                ResourcePlan::new(facts, name, handle, module, &mut shared, wanted)
            })
            .collect();
        Self { resources }
    }
}

impl<'a> ResourcePlan<'a> {
    fn new(
        facts: &'a ResourceType,
        name: String,
        handle: String,
        module: String,
        shared: &mut Shared<'a>,
        wanted: &Wanted,
    ) -> Self {
        let mut inner = Inner::new(&facts.definitions);
        let (mut imports, mut own) = (Vec::<(String, Vec<String>)>::new(), Vec::new());
        for (at, definition) in facts.definitions.iter().enumerate() {
            let RustType::Named { name, .. } = &inner.definitions[at] else { continue };
            let name = name.clone();
            match shared.find(facts, at).filter(|home| inner.imports(&name, &home.names)) {
                Some(home) => match imports.binary_search_by(|(module, _)| module.cmp(&home.module)) {
                    Ok(at) => imports[at].1.extend(home.names.clone()),
                    Err(at) => imports.insert(at, (home.module.clone(), home.names.clone())),
                },
                None => own.push((at, name, definition)),
            }
        }
        let body = inner.body(name, None, &facts.body, &module);
        let mut structures = Vec::new();
        for (at, name, definition) in own {
            let before = inner.enumerations.len();
            structures.push(inner.body(name.clone(), Some(definition.name), &definition.body, ""));
            let enumerations =
                inner.enumerations[before..].iter().map(|enumeration| enumeration.name.clone());
            let names = std::iter::once(name).chain(enumerations).collect();
            shared.add(Home { facts, at, module: module.clone(), names });
        }
        let reference = wanted.of_reference(facts);
        Self {
            handle,
            module,
            body,
            structures,
            imports,
            enumerations: inner.enumerations,
            attributes: getters(facts, wanted),
            is_wanted: wanted.has(&reference),
            reference,
            facts,
        }
    }

    /// The resource and its property types.
    pub fn bodies(&self) -> impl Iterator<Item = &Body<'a>> {
        std::iter::once(&self.body).chain(&self.structures)
    }

    /// Calls `visit` with every kind that the Rust of the resource mentions.
    pub fn visit_kinds(&self, visit: &mut impl FnMut(&Kind)) {
        visit(&self.reference);
        self.attributes.iter().for_each(|getter| getter.ty.visit_kinds(visit));
        self.bodies().flat_map(|body| &body.fields).for_each(|field| field.ty.visit_kinds(visit));
    }
}

impl Body<'_> {
    /// The type parameters of required properties, in order.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.fields.iter().filter_map(|field| field.part.as_ref())
    }
}

/// The names inside the module of one resource type, while they are given.
struct Inner {
    types: Names,
    definitions: Vec<RustType>,
    enumerations: Vec<Enumeration>,
}

impl Inner {
    fn new(definitions: &[Definition]) -> Self {
        let mut types = Names::with(&["String"]);
        let definitions = definitions
            .iter()
            .map(|definition| {
                if is_tag(definition) {
                    return RustType::Tag;
                }
                RustType::Named {
                    module: String::new(),
                    name: types.take(pascal(definition.name), "Property"),
                }
            })
            .collect();
        Self { types, definitions, enumerations: Vec::new() }
    }

    /// Takes the names of a property type that is written elsewhere, the first of which is taken already. False if it cannot be.
    fn imports(&mut self, name: &str, names: &[String]) -> bool {
        let is_free = names.first().is_some_and(|first| first == name)
            && !names[1..].iter().any(|enumeration| self.types.has(enumeration));
        if is_free {
            names[1..].iter().for_each(|enumeration| self.types.claim(enumeration));
        }
        is_free
    }

    /// Names the setters of a type. `module` leads from the type to the module of the property types.
    fn body<'a>(
        &mut self,
        name: String,
        definition: Option<&'static str>,
        facts: &'a Object,
        module: &str,
    ) -> Body<'a> {
        let mut setters = Names::with(&METHODS);
        let mut required = 0;
        let fields = facts
            .properties
            .iter()
            .map(|property| {
                let owner = definition.map(|_| name.as_str());
                let part = property.required.then(|| {
                    required += 1;
                    Part {
                        name: part_name(required, &self.types),
                        marker: format!("Missing{}", pascal(property.name)),
                    }
                });
                Field {
                    facts: property,
                    setter: setters.take_snake(property.name),
                    ty: self.rust_type(&property.ty, module, owner, property.name),
                    part,
                }
            })
            .collect();
        Body { name, definition, facts, fields }
    }

    fn rust_type(&mut self, ty: &Type, module: &str, owner: Option<&str>, property: &str) -> RustType {
        let mut inner = |ty| Box::new(self.rust_type(ty, module, owner, property));
        match ty {
            Type::String(text) if !text.values.is_empty() => {
                let name = self.enumeration(owner, property, &text.values);
                RustType::Named { module: module.to_owned(), name }
            }
            Type::String(text) => Kind::of_text(text).map_or(RustType::Text, RustType::Kind),
            Type::Integer(_) => RustType::Integer,
            Type::Number(_) => RustType::Number,
            Type::Boolean => RustType::Bool,
            Type::Json => RustType::Json,
            Type::List(list) => RustType::List(inner(&list.item)),
            Type::Map(map) => RustType::Map(inner(&map.value)),
            Type::Object(at) => match self.definitions.get(*at) {
                Some(RustType::Named { name, .. }) => {
                    RustType::Named { module: module.to_owned(), name: name.clone() }
                }
                Some(other) => other.clone(),
                None => RustType::Json,
            },
            Type::Union(members) => RustType::of_union(members),
        }
    }

    /// Names the enum of a property. Of spellings that differ in case and separators only, the first is taken.
    fn enumeration(&mut self, owner: Option<&str>, property: &str, values: &[&'static str]) -> String {
        let (prefix, dot) = owner.map_or(("", ""), |owner| (owner, "."));
        let name = self.types.take(format!("{prefix}{}", pascal(property)), "Value");
        let mut names = Names::default();
        let mut known = BTreeSet::new();
        let first = values.iter().filter(|value| known.insert(folded(value)));
        let variants = first.map(|value| (names.take_variant(value), *value)).collect();
        self.enumerations.push(Enumeration {
            name: name.clone(),
            subject: format!("{prefix}{dot}{property}"),
            variants,
        });
        name
    }
}

/// The last part of a type's name: `Bucket`.
fn short_name(facts: &ResourceType) -> &'static str {
    facts.name.rsplit("::").next().unwrap_or(facts.name)
}

/// The name of the type parameter for a required property: `P1` for the first.
///
/// All types call their parameters the same, because the compiler then shares much of what it works out about setters.
fn part_name(at: usize, types: &Names) -> String {
    // A parameter with the name of a type beside it would hide that type from the setters.
    let name = format!("P{at}");
    if types.has(&name) { format!("{name}Value") } else { name }
}

/// True for the tag that most resource types share: a key and a value.
fn is_tag(definition: &Definition) -> bool {
    let properties = &definition.body.properties;
    definition.name.contains("Tag")
        && properties.iter().map(|property| property.name).eq(["Key", "Value"])
        && properties.iter().all(|property| matches!(property.ty, Type::String(_)))
}

fn getters(facts: &ResourceType, wanted: &Wanted) -> Vec<Getter> {
    let mut names = Names::with(&["reference"]);
    let getter = |attribute: &Attribute| Getter {
        // A custom resource answers whatever attribute its provider makes up.
        name: names.take_snake(if attribute.name == "*" { "attribute" } else { attribute.name }),
        attribute: attribute.name,
        ty: attribute_type(facts, attribute, wanted),
    };
    facts.attributes.iter().map(getter).collect()
}

/// Attributes are never enums: what AWS returns is compared with nothing here.
fn attribute_type(facts: &ResourceType, attribute: &Attribute, wanted: &Wanted) -> RustType {
    match &attribute.ty {
        Type::String(_) => RustType::Kind(wanted.of_attribute(facts, attribute.name)),
        Type::Integer(_) => RustType::Integer,
        Type::Number(_) => RustType::Number,
        Type::Boolean => RustType::Bool,
        Type::List(list) => RustType::List(Box::new(match &list.item {
            Type::String(text) => Kind::of_text(text).map_or(RustType::Text, RustType::Kind),
            Type::Integer(_) => RustType::Integer,
            _ => RustType::Json,
        })),
        Type::Map(map) if matches!(map.value, Type::String(_)) => RustType::Map(Box::new(RustType::Text)),
        _ => RustType::Json,
    }
}
