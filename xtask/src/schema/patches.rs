//! What upstream gets wrong, fixed by named functions. Each fails once it no longer applies, so that it goes away with
//! its reason.

use formwork_schema::{Attribute, ResourceType, Text, Type};
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

/// A patch of the facts themselves.
pub type FactPatch = (&'static str, fn(&mut [ResourceType]) -> Result<(), String>);

/// Every patch of the facts, by name.
pub const FACTS: &[FactPatch] = &[
    ("stacks_answer_with_their_outputs", stacks_answer_with_their_outputs),
    ("references_answer_with_one_name", references_answer_with_one_name),
    ("custom_resources_answer_with_anything", custom_resources_answer_with_anything),
];

/// A nested stack is asked for `Outputs.Name`, whatever the name; upstream has the list of all outputs, which no
/// template can ask for, or nothing.
fn stacks_answer_with_their_outputs(resources: &mut [ResourceType]) -> Result<(), String> {
    for name in ["AWS::CloudFormation::Stack", "AWS::Serverless::Application"] {
        let attributes = attributes(resources, name)?;
        attributes.retain(|attribute| attribute.name != "Outputs");
        add(attributes, "Outputs.*")?;
    }
    Ok(())
}

/// Upstream takes what identifies these in the account, several names, for what `Ref` returns.
fn references_answer_with_one_name(resources: &mut [ResourceType]) -> Result<(), String> {
    for (name, returned) in [
        ("AWS::ACMPCA::Certificate", "Arn"),
        ("AWS::ApplicationAutoScaling::ScalingPolicy", "Arn"),
        ("AWS::ElasticBeanstalk::ApplicationVersion", "Id"),
        ("AWS::Glue::Connection", "Name"),
        ("AWS::Glue::Table", "Name"),
        ("AWS::SES::ReceiptRule", "RuleName"),
    ] {
        let found = resources.iter_mut().find(|resource| resource.name == name);
        let names = found
            .map(|resource| &mut resource.ref_returns)
            .ok_or_else(|| format!("`{name}` is not there"))?;
        if names.len() < 2 {
            return Err(format!("`{name}` answers with one name"));
        }
        *names = vec![returned];
    }
    Ok(())
}

/// What a custom resource answers with is up to its provider.
fn custom_resources_answer_with_anything(resources: &mut [ResourceType]) -> Result<(), String> {
    add(attributes(resources, "AWS::CloudFormation::CustomResource")?, "*")
}

fn attributes<'a>(resources: &'a mut [ResourceType], name: &str) -> Result<&'a mut Vec<Attribute>, String> {
    let found = resources.iter_mut().find(|resource| resource.name == name);
    found.map(|resource| &mut resource.attributes).ok_or_else(|| format!("`{name}` is not there"))
}

fn add(attributes: &mut Vec<Attribute>, name: &'static str) -> Result<(), String> {
    if attributes.iter().any(|attribute| attribute.name == name) {
        return Err(format!("`{name}` is there already"));
    }
    attributes.push(Attribute { name, ty: Type::String(Text::default()) });
    attributes.sort_by_key(|attribute| attribute.name);
    Ok(())
}
