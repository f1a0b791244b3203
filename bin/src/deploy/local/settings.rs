//! What `server.py` is told on the first line of its standard input.

use std::{collections::BTreeMap, path::Path};

use formwork_schema::{Replacement, ResourceType, Type};
use serde::Serialize;
use serde_json::{Value, json};

use super::EmulatorSetup;

/// All of it.
#[derive(Serialize)]
pub(super) struct Settings<'a> {
    /// Where it keeps what it has made.
    state: &'a Path,
    region: &'a str,
    /// Where tests say what is to go wrong.
    faults: Option<&'a Path>,
    /// Every type that CloudFormation knows.
    types: BTreeMap<&'static str, Fact>,
}

/// What can be read of a resource, and what a change of it does.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fact {
    #[serde(rename = "ref")]
    reference: Vec<&'static str>,
    /// What to answer, by name; `null` where it is a text that has to be made up.
    attributes: BTreeMap<&'static str, Value>,
    replaces: Vec<&'static str>,
    may_replace: Vec<&'static str>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(setup: &'a EmulatorSetup, state: &'a Path) -> Self {
        let types = formwork_schema::resource_types().filter_map(formwork_schema::resource_type);
        Self {
            state,
            region: &setup.region,
            faults: setup.faults.as_deref(),
            types: types.map(|kind| (kind.name, fact(&kind))).collect(),
        }
    }
}

fn fact(kind: &ResourceType) -> Fact {
    let that = |replacement| {
        let properties = kind.body.properties.iter();
        properties
            .filter(|property| property.replacement == replacement)
            .map(|property| property.name)
            .collect()
    };
    Fact {
        reference: if kind.ref_returns.is_empty() { &kind.primary_identifier } else { &kind.ref_returns }
            .clone(),
        attributes: kind.attributes.iter().map(|attribute| (attribute.name, sample(&attribute.ty))).collect(),
        replaces: that(Replacement::Always),
        may_replace: that(Replacement::Maybe),
    }
}

fn sample(ty: &Type) -> Value {
    match ty {
        Type::String(text) => text.values.first().map_or(Value::Null, |value| json!(value)),
        Type::Integer(bounds) | Type::Number(bounds) => json!(bounds.min.unwrap_or_default()),
        Type::Boolean => json!(false),
        Type::List(_) => json!([]),
        Type::Json | Type::Map(_) | Type::Object(_) => json!({}),
        Type::Union(types) => types.first().map_or(Value::Null, sample),
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use serde_json::json;

    use super::Settings;
    use crate::deploy::local::EmulatorSetup;

    #[test]
    fn every_type_is_told_with_what_can_be_read_of_it() {
        let setup = EmulatorSetup {
            endpoint: None,
            python: None,
            cache: PathBuf::from("cache"),
            app: "shop".to_owned(),
            region: "eu-west-1".to_owned(),
            faults: None,
        };
        let settings = serde_json::to_value(Settings::new(&setup, Path::new("state"))).expect("is JSON");
        assert_eq!(settings["region"], "eu-west-1");
        assert_eq!(
            settings["types"].as_object().map(serde_json::Map::len),
            Some(formwork_schema::resource_types().len())
        );
        let eip = &settings["types"]["AWS::EC2::EIP"];
        assert_eq!(
            (&eip["ref"], &eip["attributes"]),
            (&json!(["PublicIp"]), &json!({"AllocationId": null, "PublicIp": null}))
        );
        let queue = &settings["types"]["AWS::SQS::Queue"];
        assert_eq!(
            (&queue["replaces"], &queue["mayReplace"]),
            (&json!(["FifoQueue", "QueueName"]), &json!([]))
        );
    }
}
