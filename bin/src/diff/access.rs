//! Who may do what: statements of policies, wherever they stand, and managed policies that are attached.

use formwork_assembly::{SortedMap, SortedSet, sort_by};
use serde_json::Value;

use super::{Highlight, Kind, highlight::about, phrase::short, side::Side};

/// Permissions that have come or gone, by resource. Statements that differ in their actions only are told by these.
pub(super) fn changed(old: Option<&Side<'_>>, new: Option<&Side<'_>>) -> Vec<Highlight> {
    let (before, after) = (permissions(old), permissions(new));
    let mut found = beyond(new, &after, &before, (Kind::Grants, Kind::Denies));
    found.extend(beyond(old, &before, &after, (Kind::Revokes, Kind::NoLongerDenies)));
    found
}

/// What a permission says besides its actions.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Scope {
    id: String,
    is_denial: bool,
    /// `on Bucket.Arn to Role.Arn if …`.
    text: String,
}

type Permissions = SortedMap<Scope, SortedSet<String>>;

/// What the one has and the other has not.
fn beyond(
    side: Option<&Side<'_>>,
    these: &Permissions,
    those: &Permissions,
    (allowed, denied): (Kind, Kind),
) -> Vec<Highlight> {
    let mut found = Vec::new();
    for (scope, actions) in these {
        let known = those.get(scope);
        let more = actions.iter().filter(|action| !known.is_some_and(|known| known.contains(*action)));
        let more: Vec<&str> = more.map(String::as_str).collect();
        if more.is_empty() {
            continue;
        }
        let kind = if scope.is_denial { denied } else { allowed };
        let text = format!("`{}`{}", more.join(", "), scope.text);
        found.extend(side.map(|side| about(side, kind, &scope.id, text)));
    }
    found
}

fn permissions(side: Option<&Side<'_>>) -> Permissions {
    let mut all = Permissions::new();
    for (id, resource) in side.map(Side::resources).unwrap_or_default() {
        if let Some(properties) = resource.get("Properties") {
            collect(id, properties, &mut all);
        }
    }
    all
}

fn collect(id: &str, value: &Value, all: &mut Permissions) {
    match value {
        Value::Object(fields) => {
            let is_statement = matches!(value["Effect"].as_str(), Some("Allow" | "Deny"))
                && ["Action", "NotAction"].iter().any(|name| fields.contains_key(*name));
            if is_statement {
                let is_denial = value["Effect"] == "Deny";
                let scope = Scope { id: id.to_owned(), is_denial, text: limits(value) };
                all.or_default(scope).extend(actions(value));
                return;
            }
            for (name, value) in fields {
                match value {
                    Value::Array(policies) if name == "ManagedPolicyArns" => {
                        let text = " as managed policies".to_owned();
                        let scope = Scope { id: id.to_owned(), is_denial: false, text };
                        all.or_default(scope).extend(policies.iter().map(short));
                    }
                    value => collect(id, value, all),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(id, item, all)),
        _ => {}
    }
}

fn actions(statement: &Value) -> Vec<String> {
    match (&statement["Action"], &statement["NotAction"]) {
        (Value::Array(actions), _) => actions.iter().map(short).collect(),
        (Value::Null, all_but) => vec![format!("all but {}", list(all_but))],
        (action, _) => vec![short(action)],
    }
}

/// Where a statement holds, for whom, and when.
fn limits(statement: &Value) -> String {
    let parts = [
        ("Resource", "on"),
        ("NotResource", "on all but"),
        ("Principal", "to"),
        ("NotPrincipal", "to all but"),
        ("Condition", "if"),
    ];
    let part = |(name, word): (&str, &str)| Some(format!(" {word} `{}`", list(statement.get(name)?)));
    parts.into_iter().filter_map(part).collect()
}

/// The items of a list, sorted: their order means nothing.
fn list(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let mut items: Vec<String> = items.iter().map(short).collect();
            sort_by(&mut items, Ord::cmp);
            items.join(", ")
        }
        Value::Object(fields) if fields.len() == 1 && !super::phrase::is_intrinsic(value) => {
            fields.iter().map(|(name, value)| format!("{name} {}", list(value))).collect()
        }
        other => short(other),
    }
}
