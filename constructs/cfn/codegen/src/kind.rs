//! Kinds: what an identifier identifies. `AWS::IAM::Role` and its `Arn` give the unit struct `IamRoleArn`.

use std::collections::BTreeMap;

use formwork_schema::{ResourceType, Text, Type};

use crate::words::words;

/// The kinds that some source mentions, by their Rust name, with the line of documentation of each.
pub type Kinds = BTreeMap<String, String>;

/// One kind: a way to identify resources of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    resource: String,
    attribute: String,
}

impl Kind {
    /// The kind of an attribute or property of a resource type.
    pub fn new(resource: &str, attribute: &str) -> Self {
        Self { resource: resource.to_owned(), attribute: attribute.to_owned() }
    }

    /// What text identifies, if the facts know exactly one answer.
    pub fn of_text(text: &Text) -> Option<Self> {
        match text.targets.as_slice() {
            [target] => Some(Self::new(target.resource, target.attribute)),
            _ => None,
        }
    }

    /// What an attribute of a resource type identifies: what the facts say, or itself.
    pub fn of_attribute(resource: &ResourceType, name: &str) -> Self {
        let known = resource.attributes.iter().find(|attribute| attribute.name == name);
        known
            .and_then(|attribute| match &attribute.ty {
                Type::String(text) => Self::of_text(text),
                _ => None,
            })
            .unwrap_or_else(|| Self::new(resource.name, name))
    }

    /// What `Ref` identifies for a resource type: what the facts say, or what it returns.
    pub fn of_reference(resource: &ResourceType) -> Self {
        if let Some(target) = resource.ref_names {
            return Self::new(target.resource, target.attribute);
        }
        match resource.ref_returns.as_slice() {
            [name] => Self::of_attribute(resource, name),
            _ => Self::new(resource.name, "Ref"),
        }
    }

    /// The Rust name: the words of service, resource and attribute, without those that the attribute repeats.
    pub fn name(&self) -> String {
        let path = self.resource.strip_prefix("AWS::").unwrap_or(&self.resource);
        let (service, resource) = path.split_once("::").unwrap_or(("", path));
        let (resource, attribute) = (words(resource), words(&self.attribute));
        let repeated = (0..resource.len()).rev().find(|&from| attribute.starts_with(&resource[from..]));
        let kept = &resource[..repeated.unwrap_or(resource.len())];
        words(service).iter().chain(kept).chain(&attribute).map(|word| capitalized(word)).collect()
    }

    /// The line of documentation.
    pub fn doc(&self) -> String {
        match self.attribute.as_str() {
            "Ref" => format!("What `Ref` returns for an `{}`.", self.resource),
            attribute => format!("The `{attribute}` of an `{}`.", self.resource),
        }
    }
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_ascii_uppercase() + rest
}
