//! From templates to Rust: each resource of a known type as an expression of typed setters.
//!
//! What does not fit its property's type enters through `raw`, so that every template has an expression. Three functions must be in
//! scope where an expression stands: `raw`, `json(text)` that reads JSON, and `intrinsic(text)` that reads a value of any type.

mod expression;

use std::collections::BTreeMap;

use formwork_schema::ResourceType;
use serde_json::{Map, Value};

use self::expression::Writer;
use crate::{
    kind::Wanted,
    plan::{ResourcePlan, ServicePlan},
};

/// One resource of a template as Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedResource {
    /// Its logical id.
    pub logical_id: String,
    /// Its Rust type: `s3::Bucket`.
    pub rust_type: String,
    /// The expression that makes it.
    pub expression: String,
    /// How many values entered through `raw`.
    pub raw_values: usize,
    /// The feature of `formwork-cfn` that its type needs.
    pub feature: String,
}

/// Turns the resources of a template whose types are known into Rust, in the order of the template.
///
/// Resources of other types are left out, and so are those whose whole `Properties` are an intrinsic function.
pub fn import(template: &Value, wanted: &Wanted) -> Vec<ImportedResource> {
    let none = Map::new();
    let resources = template.get("Resources").and_then(Value::as_object).unwrap_or(&none);
    let mut services: BTreeMap<String, Vec<(usize, &String, &Value)>> = BTreeMap::new();
    for (at, (id, resource)) in resources.iter().enumerate() {
        let name = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
        let service = name.split("::").nth(1).unwrap_or_default().to_lowercase();
        services.entry(service).or_default().push((at, id, resource));
    }
    let mut imported = BTreeMap::new();
    for (service, resources) in services {
        let types = formwork_schema::service_types(&service).filter_map(formwork_schema::resource_type);
        let facts: Vec<ResourceType> = types.collect();
        let plan = ServicePlan::new(&facts, wanted);
        for (at, id, resource) in resources {
            let is_type =
                |plan: &&ResourcePlan<'_>| resource.get("Type").is_some_and(|ty| ty == plan.facts.name);
            if let Some(found) = plan.resources.iter().find(is_type) {
                imported.extend(import_resource(&service, &plan, found, id, resource).map(|made| (at, made)));
            }
        }
    }
    imported.into_values().collect()
}

fn import_resource(
    service: &str,
    service_plan: &ServicePlan<'_>,
    plan: &ResourcePlan<'_>,
    id: &str,
    resource: &Value,
) -> Option<ImportedResource> {
    let none = Map::new();
    let properties = match resource.get("Properties") {
        None => &none,
        Some(Value::Object(properties)) if !expression::is_intrinsic(properties) => properties,
        Some(_) => return None,
    };
    let mut writer = Writer { service, plan: service_plan, raw_values: 0 };
    let expression = writer.resource(plan, properties);
    Some(ImportedResource {
        logical_id: id.to_owned(),
        rust_type: format!("{service}::{}", plan.body.name),
        expression,
        raw_values: writer.raw_values,
        feature: formwork_schema::family(service).to_owned(),
    })
}
