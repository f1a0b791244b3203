//! One resource type, put together from the base and the overlay.

use super::attributes;
use super::json::{keep, kept, sorted, strings};
use super::marks;
use super::overlay;
use super::spec::SpecResource;
use super::text::Dropped;
use super::types::Converter;
use formwork_schema::{Permissions, ResourceType, TagShape, Tagging, Type};
use serde_json::Value;

/// Puts a resource type together.
pub fn resource(
    name: &'static str,
    schema: &Value,
    spec: Option<&SpecResource<'_>>,
    regions: Vec<&'static str>,
    dropped: &mut Dropped,
) -> ResourceType {
    let mut converter = Converter::new(schema, name, spec, dropped);
    let body = converter.body();
    let identifiers: Vec<&'static str> = strings(schema.get("primaryIdentifier"))
        .into_iter()
        .map(|pointer| keep(&attribute_name(pointer)))
        .collect();
    let mut resource = ResourceType {
        name,
        body,
        definitions: converter.definitions(),
        attributes: Vec::new(),
        ref_returns: identifiers.clone(),
        ref_names: None,
        primary_identifier: identifiers,
        tagging: None,
        stateful: false,
        arn: None,
        regions,
        permissions: permissions(schema),
        transform: name.starts_with("AWS::Serverless::").then_some("AWS::Serverless-2016-10-31"),
    };
    resource.attributes = attributes::attributes(&resource, schema, spec);
    let settable = |property: &str| spec.is_some_and(|spec| spec.property(None, property).is_some());
    marks::apply(&mut resource, schema, &settable);
    resource.tagging = tagging(&resource, schema);
    if let Some(spec) = spec {
        overlay::apply(&mut resource, spec);
    }
    let taggable =
        |tagging: &Tagging| resource.body.properties.iter().any(|property| property.name == tagging.property);
    resource.tagging = resource.tagging.filter(taggable);
    if resource.transform.is_some() {
        // The overlay calls every property of these types create-only; the transform replaces nothing by itself.
        for property in &mut resource.body.properties {
            property.replacement = formwork_schema::Replacement::Never;
        }
    }
    marks::prune(&mut resource);
    resource
}

/// `/properties/Endpoint/Address` as `Endpoint.Address`.
fn attribute_name(pointer: &str) -> String {
    pointer.trim_start_matches("/properties/").replace('/', ".")
}

fn permissions(schema: &Value) -> Permissions {
    let of = |operation: &str| sorted(kept(schema.pointer(&format!("/handlers/{operation}/permissions"))));
    Permissions {
        create: of("create"),
        read: of("read"),
        update: of("update"),
        delete: of("delete"),
        list: of("list"),
    }
}

fn tagging(resource: &ResourceType, schema: &Value) -> Option<Tagging> {
    let said = schema.get("tagging");
    let word = |name: &str| said.and_then(|said| said.get(name));
    let taggable = word("taggable").or_else(|| schema.get("taggable")).unwrap_or(&Value::Bool(true));
    if taggable == &Value::Bool(false) {
        return None;
    }
    let path = word("tagProperty").and_then(Value::as_str).unwrap_or("/properties/Tags");
    let name = path.trim_start_matches("/properties/");
    let property = resource.body.properties.iter().find(|property| property.name == name)?;
    let shape = match &property.ty {
        Type::Map(_) => TagShape::Map,
        Type::List(list) => {
            let Type::Object(number) = list.item else { return None };
            let names: Vec<&str> = resource
                .definitions
                .get(number)?
                .body
                .properties
                .iter()
                .map(|property| property.name)
                .collect();
            match (names.contains(&"Key") && names.contains(&"Value"), names.contains(&"PropagateAtLaunch")) {
                (true, true) => TagShape::AutoScaling,
                (true, false) => TagShape::List,
                (false, _) => return None,
            }
        }
        _ => return None,
    };
    Some(Tagging {
        property: property.name,
        shape,
        updatable: word("tagUpdatable") != Some(&Value::Bool(false)),
    })
}
