//! What `Fn::GetAtt` answers: the read-only properties, flattened, and what the overlay adds.

use super::json::{keep, members, strings};
use super::marks::inner;
use super::spec::SpecResource;
use formwork_schema::{Attribute, List, Map, ResourceType, Text, Type};
use serde_json::Value;
use std::collections::BTreeMap;

/// Collects the attributes; must run before read-only properties are taken out.
pub fn attributes(
    resource: &ResourceType,
    schema: &Value,
    spec: Option<&SpecResource<'_>>,
) -> Vec<Attribute> {
    let mut found: BTreeMap<String, Type> = BTreeMap::new();
    let pointers = strings(schema.get("readOnlyProperties"));
    for pointer in pointers.iter().filter(|pointer| !pointer.contains('*')) {
        let path = pointer.trim_start_matches("/properties/").replace("/properties/", "/");
        let ty = value_at(resource, &path);
        flatten(resource, &path.replace('/', "."), ty, 0, &mut found);
    }
    for (name, attribute) in members(spec.and_then(|spec| spec.entity.get("attributes"))) {
        if !found.contains_key(name) {
            let ty = value_at(resource, &name.replace('.', "/"))
                .map(|ty| flat(&ty))
                .unwrap_or_else(|| attribute.get("type").map_or(Type::Json, overlay_type));
            found.insert(name.clone(), ty);
        }
    }
    // A member of a map has no name of its own: any will do.
    let open: Vec<String> =
        found.iter().filter(|(_, ty)| matches!(ty, Type::Map(_))).map(|(name, _)| name.clone()).collect();
    for name in open {
        if let Some(Type::Map(map)) = found.get(&name).cloned() {
            found.insert(format!("{name}.*"), map.value);
        }
    }
    found.into_iter().map(|(name, ty)| Attribute { name: keep(&name), ty }).collect()
}

/// Adds an attribute and those within it.
fn flatten(
    resource: &ResourceType,
    name: &str,
    ty: Option<Type>,
    depth: usize,
    found: &mut BTreeMap<String, Type>,
) {
    let ty = ty.unwrap_or_else(|| Type::String(Text::default()));
    if let (Type::Object(number), true) = (&ty, depth < 4) {
        for property in
            resource.definitions.get(*number).into_iter().flat_map(|definition| &definition.body.properties)
        {
            flatten(
                resource,
                &format!("{name}.{}", property.name),
                Some(property.ty.clone()),
                depth + 1,
                found,
            );
        }
    }
    found.entry(name.to_owned()).or_insert(flat(&ty));
}

/// The type at a path of properties.
fn value_at(resource: &ResourceType, path: &str) -> Option<Type> {
    let mut body = &resource.body;
    let mut ty = None;
    for step in path.split('/') {
        let property = body.properties.iter().find(|property| property.name == step)?;
        ty = Some(property.ty.clone());
        if let Some(number) = inner(&property.ty) {
            body = &resource.definitions.get(number)?.body;
        }
    }
    ty
}

/// The type without definitions: an attribute that is an object is a document.
fn flat(ty: &Type) -> Type {
    match ty {
        Type::Object(_) | Type::Union(_) => Type::Json,
        Type::List(list) => Type::List(Box::new(List { item: flat(&list.item), ..(**list).clone() })),
        Type::Map(map) => Type::Map(Box::new(Map { value: flat(&map.value), key: None })),
        other => other.clone(),
    }
}

/// A type of the overlay, definitions left out.
fn overlay_type(ty: &Value) -> Type {
    let element = || ty.get("element").map_or(Type::Json, overlay_type);
    match ty.get("type").and_then(Value::as_str).unwrap_or_default() {
        "string" | "date-time" => Type::String(Text::default()),
        "integer" => Type::Integer(Default::default()),
        "number" => Type::Number(Default::default()),
        "boolean" => Type::Boolean,
        "array" => {
            Type::List(Box::new(List { item: element(), min: None, max: None, unique: false, ordered: true }))
        }
        "map" => Type::Map(Box::new(Map { value: element(), key: None })),
        _ => Type::Json,
    }
}
