//! What a change set would do: the two templates compared, as shallow as can be.

use formwork_schema::{Replacement, resource_type};
use serde_json::{Map, Value};

use crate::deploy::cloud::{ChangeAction, PlannedChange, PlannedDetail, Recreation, Replaced};

/// The changes from one template to another, in the order of the new one; what goes comes last.
pub(super) fn changes(old: &str, new: &str) -> Vec<PlannedChange> {
    let (old, new) = (resources(old), resources(new));
    let mut found = Vec::new();
    for (id, resource) in &new {
        match old.get(id) {
            None => found.push(change(id, resource, ChangeAction::Add)),
            Some(before) if before == resource => {}
            Some(before) => {
                let details = details(before, resource);
                let replaced = if details.iter().any(|detail| detail.recreation == Recreation::Always) {
                    Replaced::Yes
                } else if details.iter().any(|detail| detail.recreation == Recreation::Conditionally) {
                    Replaced::Maybe
                } else {
                    Replaced::No
                };
                let physical_id = format!("physical-{id}");
                let change = change(id, resource, ChangeAction::Modify);
                found.push(PlannedChange { details, replaced, physical_id, ..change });
            }
        }
    }
    let gone = old.iter().filter(|(id, _)| !new.contains_key(*id));
    found.extend(gone.map(|(id, resource)| PlannedChange {
        policy_action: Some(resource["DeletionPolicy"].as_str().unwrap_or("Delete").to_owned()),
        physical_id: format!("physical-{id}"),
        ..change(id, resource, ChangeAction::Remove)
    }));
    found
}

/// Something new whose name is no literal. Of YAML, which is not read here, any name with a function tells.
pub(super) fn named_by_functions(old: &str, new: &str) -> Option<String> {
    let mut names = new.lines().filter_map(|line| line.trim().split_once("Name: !"));
    if let Some((name, _)) = names.next() {
        return Some(format!("{name}Name"));
    }
    let old = resources(old);
    let mut found = resources(new).into_iter().filter(|(id, resource)| {
        let facts = resource_type(resource["Type"].as_str().unwrap_or_default());
        let names = facts.map(|facts| facts.primary_identifier).unwrap_or_default();
        !old.contains_key(id) && names.iter().any(|name| resource["Properties"][name].is_object())
    });
    found.next().map(|(id, _)| id)
}

/// The resources of a template.
pub(super) fn resources(template: &str) -> Map<String, Value> {
    let template: Value = serde_json::from_str(template).unwrap_or_default();
    template["Resources"].as_object().cloned().unwrap_or_default()
}

fn change(id: &str, resource: &Value, action: ChangeAction) -> PlannedChange {
    let kind = resource["Type"].as_str().unwrap_or_default().to_owned();
    PlannedChange { logical_id: id.to_owned(), kind, action, ..PlannedChange::default() }
}

fn details(old: &Value, new: &Value) -> Vec<PlannedDetail> {
    let facts = resource_type(new["Type"].as_str().unwrap_or_default());
    let properties = |resource: &Value| resource["Properties"].as_object().cloned().unwrap_or_default();
    let (before, after) = (properties(old), properties(new));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let text =
        |value: Option<&Value>| value.map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| {
            let property =
                facts.as_ref().and_then(|facts| facts.body.properties.iter().find(|one| one.name == name));
            PlannedDetail {
                attribute: "Properties".to_owned(),
                name: Some(name.clone()),
                path: Some(format!("/Properties/{name}")),
                before: text(before.get(name)),
                after: text(after.get(name)),
                recreation: match property.map(|property| property.replacement) {
                    Some(Replacement::Always) => Recreation::Always,
                    Some(Replacement::Maybe) => Recreation::Conditionally,
                    _ => Recreation::Never,
                },
                source: Some("DirectModification".to_owned()),
                cause: None,
            }
        })
        .collect()
}
