//! What upstream gets wrong, fixed by named functions. Each fails once it no longer applies, so that it goes away with
//! its reason.

use formwork_schema::{ResourceType, Target};
use serde_json::Value;
use std::collections::BTreeMap;

/// The schemas of the base, by type name, before they are read.
pub type Schemas = BTreeMap<String, Value>;

/// A patch of the schemas of the base.
pub type SchemaPatch = (&'static str, fn(&mut Schemas) -> Result<(), String>);

/// Every patch of the base, by name.
pub const SCHEMAS: &[SchemaPatch] = &[
    ("dynamodb_table_key_schema_is_a_list", dynamodb_table_key_schema_is_a_list),
    ("dynamodb_key_types_are_known", dynamodb_key_types_are_known),
    ("lambda_variables_are_text", lambda_variables_are_text),
    ("stack_parameters_are_text", stack_parameters_are_text),
];

/// The schema keeps the object form of the year 2012, which new templates cannot use; as a second alternative it would
/// turn the property into a document.
fn dynamodb_table_key_schema_is_a_list(schemas: &mut Schemas) -> Result<(), String> {
    let property = at(schemas, "AWS::DynamoDB::Table", "/properties/KeySchema")?;
    let first = property.pointer("/oneOf/0").cloned().ok_or("it has no alternatives")?;
    *property = first;
    Ok(())
}

/// The allowed values stand beside the list instead of within its items.
fn dynamodb_key_types_are_known(schemas: &mut Schemas) -> Result<(), String> {
    let list = at(schemas, "AWS::DynamoDB::Table", "/definitions/KeySchema")?;
    let stray = list.as_object_mut().and_then(|words| words.remove("properties")).ok_or("they have moved")?;
    for (name, words) in super::json::members(Some(&stray)) {
        let property = list.pointer_mut(&format!("/items/properties/{name}")).and_then(Value::as_object_mut);
        let words = words.as_object().cloned().unwrap_or_default();
        property.ok_or("the items have other properties")?.extend(words);
    }
    // The keys of a global index are the same, and bear the same name.
    let items = list.get("items").cloned().unwrap_or_default();
    let index = "/definitions/GlobalSecondaryIndex/properties/KeySchema/items";
    *at(schemas, "AWS::DynamoDB::Table", index)? = items;
    Ok(())
}

/// The schema lists every JSON type; the service takes text, which is what numbers in a template become.
fn lambda_variables_are_text(schemas: &mut Schemas) -> Result<(), String> {
    values_are_text(at(schemas, "AWS::Lambda::Function", "/definitions/Environment/properties/Variables")?)
}

/// The same for the parameters of a nested stack: a list is passed as one text with commas.
fn stack_parameters_are_text(schemas: &mut Schemas) -> Result<(), String> {
    values_are_text(at(schemas, "AWS::CloudFormation::Stack", "/properties/Parameters")?)
}

fn values_are_text(map: &mut Value) -> Result<(), String> {
    let values = map.get_mut("patternProperties").and_then(Value::as_object_mut).ok_or("it is no map")?;
    let value = values.values_mut().next().and_then(Value::as_object_mut).ok_or("it is an empty map")?;
    if value.get("type").is_none_or(|kinds| !kinds.is_array()) {
        return Err("its values have one type".to_owned());
    }
    value.insert("type".to_owned(), Value::from("string"));
    Ok(())
}

fn at<'a>(schemas: &'a mut Schemas, name: &str, pointer: &str) -> Result<&'a mut Value, String> {
    let schema = schemas.get_mut(name).ok_or_else(|| format!("`{name}` is not there"))?;
    schema.pointer_mut(pointer).ok_or_else(|| format!("`{name}` has no `{pointer}`"))
}

/// Names under which one and the same value can be had: type, name, the name that stands for it.
pub const ALIASES: &[(&str, &str, &str)] = &[
    // `Ref` and `GroupId` of a group in a VPC, and every group is in one, are equal.
    ("AWS::EC2::SecurityGroup", "GroupId", "Id"),
];

/// More references than upstream knows: the property's holder (`AWS::S3::Bucket` or `AWS::S3::Bucket.Definition`), its
/// name, and what it may name besides.
type ExtraTargets = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The extra references.
pub const EXTRA_TARGETS: &[ExtraTargets] = &[];

/// Adds the extra targets.
pub fn add_targets(resources: &mut [ResourceType]) -> Result<(), String> {
    for (path, property, targets) in EXTRA_TARGETS {
        let (name, definition) =
            path.split_once('.').map_or((*path, None), |(name, inner)| (name, Some(inner)));
        let missing = || format!("the extra targets of `{path}.{property}` no longer apply");
        let resource = resources.iter_mut().find(|resource| resource.name == name).ok_or_else(missing)?;
        let body = match definition {
            None => &mut resource.body,
            Some(definition) => {
                let found = resource.definitions.iter_mut().find(|candidate| candidate.name == definition);
                &mut found.ok_or_else(missing)?.body
            }
        };
        let found =
            body.properties.iter_mut().find(|candidate| candidate.name == *property).ok_or_else(missing)?;
        let targets: Vec<Target> =
            targets.iter().map(|(resource, attribute)| Target { resource, attribute }).collect();
        super::overlay::refer(&mut found.ty, &targets);
    }
    Ok(())
}
