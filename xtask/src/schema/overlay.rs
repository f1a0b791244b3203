//! What the overlay adds to a resource type of the base, and resource types that only the overlay has.

use super::attributes;
use super::json::{items, keep, kept, members};
use super::marks::{self, bodies};
use super::spec::SpecResource;
use super::types::Place;
use formwork_schema::{
    Definition, List, Map, Object, Permissions, Property, Replacement, ResourceType, TagShape, Tagging,
    Target, Text, Type,
};
use serde_json::Value;

/// Adds references, replacement and deprecation to the properties.
pub fn apply(resource: &mut ResourceType, spec: &SpecResource<'_>) {
    // What the overlay has of the Serverless types is years old.
    if resource.transform.is_none() {
        type_documents(resource, spec);
    }
    let names: Vec<Option<&str>> = std::iter::once(None)
        .chain(resource.definitions.iter().map(|definition| Some(definition.name)))
        .collect();
    let nested_replacement: Vec<bool> =
        resource.definitions.iter().map(|definition| replaces(resource, definition.name)).collect();
    for (body, name) in bodies(resource).zip(names) {
        for property in &mut body.properties {
            let Some(said) = spec.property(name, property.name) else { continue };
            refer(&mut property.ty, &targets(said));
            property.deprecated |= said.get("deprecated").and_then(Value::as_str) == Some("WARN");
            let within = marks::inner(&property.ty).is_some_and(|number| nested_replacement[number]);
            let maybe = match said.get("causesReplacement").and_then(Value::as_str) {
                Some("maybe") => !within,
                // In nested types, and where a part of the value replaces, the overlay only repeats what is above or below.
                Some("yes") => name.is_none() && !within,
                _ => false,
            };
            if maybe {
                property.replacement = property.replacement.max(Replacement::Maybe);
            }
        }
    }
    resource.stateful |= spec.entity.get("isStateful") == Some(&Value::Bool(true));
    resource.arn = spec.entity.get("arnTemplate").and_then(Value::as_str).map(keep);
    let reference = spec.entity.get("cfnRefIdentifier").or_else(|| spec.entity.get("primaryIdentifier"));
    if spec.entity.get("cfnRefIdentifier").is_some() || resource.ref_returns.is_empty() {
        resource.ref_returns = kept(reference);
    }
    if let Some(tagging) = tagging(spec) {
        let updatable = resource.tagging.is_none_or(|tagging| tagging.updatable);
        resource.tagging = Some(Tagging { updatable, ..tagging });
    }
}

/// Gives the overlay's type to what the base leaves open: any document, though the overlay knows its shape.
fn type_documents(resource: &mut ResourceType, spec: &SpecResource<'_>) {
    let mut found: Vec<(Option<usize>, usize, Type)> = Vec::new();
    let mut definitions = std::mem::take(&mut resource.definitions);
    let holders = std::iter::once(None).chain((0..definitions.len()).map(Some)).collect::<Vec<_>>();
    for holder in holders {
        let name = holder.map(|number| definitions[number].name);
        let body = holder.map_or(&resource.body, |number| &definitions[number].body);
        let open: Vec<(usize, &'static str)> = body
            .properties
            .iter()
            .enumerate()
            .filter(|(_, property)| is_document(&property.ty))
            .map(|(number, property)| (number, property.name))
            .collect();
        for (number, property) in open {
            let Some(said) = spec.property(name, property).and_then(|said| said.get("type")) else {
                continue;
            };
            let before = definitions.len();
            let ty = convert(spec, said, Place { holder: name, property }, &mut definitions);
            let says_nothing =
                definitions[before..].iter().any(|definition| definition.body.properties.is_empty());
            if says_nothing || contains_document(&ty) {
                definitions.truncate(before);
            } else {
                found.push((holder, number, ty));
            }
        }
    }
    resource.definitions = definitions;
    for (holder, number, ty) in found {
        let body = match holder {
            None => &mut resource.body,
            Some(holder) => &mut resource.definitions[holder].body,
        };
        body.properties[number].ty = ty;
    }
}

/// A document, or lists of documents.
fn is_document(ty: &Type) -> bool {
    match ty {
        Type::Json => true,
        Type::List(list) => is_document(&list.item),
        _ => false,
    }
}

fn contains_document(ty: &Type) -> bool {
    match ty {
        Type::Json => true,
        Type::List(list) => contains_document(&list.item),
        Type::Map(map) => contains_document(&map.value),
        Type::Union(parts) => parts.iter().any(contains_document),
        _ => false,
    }
}

/// True where a change within a definition replaces the resource.
fn replaces(resource: &ResourceType, definition: &str) -> bool {
    let found = resource.definitions.iter().find(|candidate| candidate.name == definition);
    found.is_some_and(|definition| {
        definition.body.properties.iter().any(|property| property.replacement != Replacement::Never)
    })
}

fn targets(property: &Value) -> Vec<Target> {
    items(property.get("relationshipRefs"))
        .filter_map(|reference| {
            let word = |name| reference.get(name).and_then(Value::as_str);
            let resource = keep(word("cloudFormationType")?);
            Some(Target { resource, attribute: keep(&word("propertyName")?.replace('/', ".")) })
        })
        .collect()
}

/// Adds targets to the text within a type.
pub fn refer(ty: &mut Type, targets: &[Target]) {
    match ty {
        Type::String(text) => {
            text.targets.extend(targets);
            text.targets.sort();
            text.targets.dedup();
        }
        Type::List(list) => refer(&mut list.item, targets),
        Type::Map(map) => refer(&mut map.value, targets),
        Type::Union(parts) => parts.iter_mut().for_each(|part| refer(part, targets)),
        _ => {}
    }
}

/// Takes targets out of a type; false where there were none of them.
pub fn unrefer(ty: &mut Type, wrong: &dyn Fn(Target) -> bool) -> bool {
    match ty {
        Type::String(text) => {
            let before = text.targets.len();
            text.targets.retain(|target| !wrong(*target));
            before != text.targets.len()
        }
        Type::List(list) => unrefer(&mut list.item, wrong),
        Type::Map(map) => unrefer(&mut map.value, wrong),
        Type::Union(parts) => {
            let found: Vec<bool> = parts.iter_mut().map(|part| unrefer(part, wrong)).collect();
            found.contains(&true)
        }
        _ => false,
    }
}

/// Adds a target to text, or to a list of text, that has none; false where it has.
pub fn refer_silent(ty: &mut Type, target: Target) -> bool {
    match ty {
        Type::String(text) if text.targets.is_empty() => {
            text.targets.push(target);
            true
        }
        Type::List(list) => refer_silent(&mut list.item, target),
        _ => false,
    }
}

fn tagging(spec: &SpecResource<'_>) -> Option<Tagging> {
    let said = spec.entity.get("tagInformation")?;
    let shape = match said.get("variant")?.as_str()? {
        "standard" => TagShape::List,
        "map" => TagShape::Map,
        "asg" => TagShape::AutoScaling,
        _ => return None,
    };
    Some(Tagging { property: keep(said.get("tagPropertyName")?.as_str()?), shape, updatable: true })
}

/// A resource type that the base does not have.
pub fn alone(name: &'static str, spec: &SpecResource<'_>) -> ResourceType {
    let mut definitions: Vec<Definition> = Vec::new();
    let body = object(spec, spec.entity, None, &mut definitions);
    let mut resource = ResourceType {
        name,
        body,
        definitions,
        attributes: Vec::new(),
        ref_returns: Vec::new(),
        ref_names: None,
        primary_identifier: kept(spec.entity.get("primaryIdentifier")),
        tagging: None,
        stateful: false,
        arn: None,
        regions: spec.regions.iter().map(|region| keep(region)).collect(),
        permissions: Permissions::default(),
        transform: spec.entity.get("cloudFormationTransform").and_then(Value::as_str).map(keep),
    };
    resource.attributes = attributes::attributes(&resource, &Value::Null, Some(spec));
    apply(&mut resource, spec);
    marks::prune(&mut resource);
    resource
}

fn object(
    spec: &SpecResource<'_>,
    entity: &Value,
    holder: Option<&'static str>,
    definitions: &mut Vec<Definition>,
) -> Object {
    let mut properties = Vec::new();
    for (name, said) in members(entity.get("properties")) {
        let place = Place { holder, property: name };
        let ty = said.get("type").map_or(Type::Json, |ty| convert(spec, ty, place, definitions));
        properties.push(Property {
            name: keep(name),
            ty,
            required: said.get("required") == Some(&Value::Bool(true)),
            replacement: match said.get("causesReplacement").and_then(Value::as_str) {
                Some("yes") if holder.is_none() => Replacement::Always,
                _ => Replacement::Never,
            },
            write_only: false,
            deprecated: false,
        });
    }
    properties.sort_by_key(|property| property.name);
    Object { properties, rules: Vec::new(), open: false }
}

fn convert(spec: &SpecResource<'_>, ty: &Value, place: Place<'_>, definitions: &mut Vec<Definition>) -> Type {
    let text = || Type::String(Text::default());
    match ty.get("type").and_then(Value::as_str).unwrap_or_default() {
        "string" | "date-time" => text(),
        "integer" => Type::Integer(Default::default()),
        "number" => Type::Number(Default::default()),
        "boolean" => Type::Boolean,
        "tag" => Type::Object(tag(definitions)),
        "array" => {
            let item = ty.get("element").map_or(Type::Json, |item| convert(spec, item, place, definitions));
            Type::List(Box::new(List { item, min: None, max: None, unique: false, ordered: true }))
        }
        "map" => {
            let value =
                ty.get("element").map_or(Type::Json, |value| convert(spec, value, place, definitions));
            Type::Map(Box::new(Map { value, key: None }))
        }
        "ref" => {
            let Some(entity) = spec.nested(ty) else { return Type::Json };
            let name = keep(entity.get("name").and_then(Value::as_str).unwrap_or(place.property));
            if let Some(number) = definitions.iter().position(|definition| definition.name == name) {
                return Type::Object(number);
            }
            let number = definitions.len();
            definitions.push(Definition { name, body: Object::default() });
            let body = object(spec, entity, Some(name), definitions);
            definitions[number].body = body;
            Type::Object(number)
        }
        "union" => {
            let parts = items(ty.get("types")).map(|part| convert(spec, part, place, definitions)).collect();
            super::unify::any_of(parts)
        }
        _ => Type::Json,
    }
}

/// The one tag type that the overlay does not spell out.
fn tag(definitions: &mut Vec<Definition>) -> usize {
    if let Some(number) = definitions.iter().position(|definition| definition.name == "Tag") {
        return number;
    }
    let property = |name| Property {
        name,
        ty: Type::String(Text::default()),
        required: true,
        replacement: Replacement::Never,
        write_only: false,
        deprecated: false,
    };
    let body =
        Object { properties: vec![property("Key"), property("Value")], rules: Vec::new(), open: false };
    definitions.push(Definition { name: "Tag", body });
    definitions.len() - 1
}
