//! What is no resource: the other sections of templates, assets, and sites.

use formwork_assembly::{Assembly, AssetSource, SortedMap, SortedSet};
use serde_json::{Map, Value, json};

use super::{
    Action, EntryChange, secret,
    side::{Side, fields},
    value::{Spot, compare},
};

/// All sections but the resources. A stack that is new or gone says only what it takes and gives.
pub(super) fn of_templates(old: Option<&Side<'_>>, new: Option<&Side<'_>>) -> Vec<EntryChange> {
    let empty = Map::new();
    let before = old.map_or(&empty, |side| &side.template);
    let after = new.map_or(&empty, |side| &side.template);
    let names: SortedSet<&String> =
        before.keys().chain(after.keys()).filter(|name| *name != "Resources").collect();
    let is_told =
        |name: &&&String| old.is_some() && new.is_some() || matches!(name.as_str(), "Parameters" | "Outputs");
    let mut found = Vec::new();
    for name in names.iter().filter(is_told) {
        match (before.get(*name), after.get(*name)) {
            (None | Some(Value::Object(_)), None | Some(Value::Object(_))) => {
                let entries = |template: &Map<String, Value>| -> SortedMap<String, Value> {
                    template
                        .get(*name)
                        .and_then(Value::as_object)
                        .cloned()
                        .unwrap_or_default()
                        .into_iter()
                        .collect()
                };
                found.extend(entries_of(name, &entries(before), &entries(after)));
            }
            (old, new) => {
                let mut changes = Vec::new();
                compare(&Spot::plain("", is_cosmetic(name)), old, new, &mut changes);
                found.extend((!changes.is_empty()).then(|| EntryChange {
                    section: "Template".to_owned(),
                    id: (*name).clone(),
                    action: Action::Changed,
                    changes,
                }));
            }
        }
    }
    found
}

/// The conditions, mappings and parameters that are in both templates and differ, and the conditions that stand on such.
pub(super) fn differing<'v>(old: &'v Map<String, Value>, new: &'v Map<String, Value>) -> SortedSet<&'v str> {
    let mut found = SortedSet::new();
    for name in ["Parameters", "Mappings", "Conditions"] {
        let before = old.get(name);
        for (id, now) in fields(new.get(name)) {
            let was = before.and_then(|before| before.get(id));
            let is_other = was.is_some_and(|was| {
                let part = |entry: &Value| {
                    if name == "Parameters" { entry["Default"].clone() } else { entry.clone() }
                };
                part(was) != part(now)
            });
            if is_other {
                found.insert(id);
            }
        }
    }
    let conditions = fields(new.get("Conditions"));
    loop {
        let known = found.len();
        for (id, condition) in &conditions {
            if names_any(condition, &found) {
                found.insert(id);
            }
        }
        if found.len() == known {
            return found;
        }
    }
}

/// True where a condition names another, a parameter or a mapping of these.
fn names_any(value: &Value, names: &SortedSet<&str>) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(key, value)| match (key.as_str(), value) {
            ("Ref" | "Condition", Value::String(id)) => names.contains(id.as_str()),
            ("Fn::FindInMap", Value::Array(parts)) => {
                let name = parts.first().and_then(Value::as_str);
                name.is_some_and(|name| names.contains(name)) || names_any(value, names)
            }
            (_, value) => names_any(value, names),
        }),
        Value::Array(items) => items.iter().any(|item| names_any(item, names)),
        _ => false,
    }
}

/// Assets by their names. One without a name is known by its hash.
pub(super) fn assets(old: &Assembly, new: &Assembly) -> Vec<EntryChange> {
    let by_name = |assembly: &Assembly| {
        let mut all: SortedMap<String, Value> = SortedMap::new();
        for asset in &assembly.assets {
            let kind = match asset.source {
                AssetSource::Image { .. } => "image",
                AssetSource::Directory { .. } => "directory",
                AssetSource::File { .. } => "file",
            };
            let name = if asset.name.is_empty() { &asset.hash } else { &asset.name };
            let entry = all.or_insert_with(name.clone(), || json!({}));
            // A construct may bring several of one kind.
            let number =
                entry.as_object().map_or(0, |kinds| kinds.keys().filter(|key| key.starts_with(kind)).count());
            let key = if number == 0 { kind.to_owned() } else { format!("{kind}{}", number + 1) };
            entry[key] = json!(asset.hash);
        }
        all
    };
    entries_of("asset", &by_name(old), &by_name(new))
}

/// Sites by their paths. New files of a site change no stack.
pub(super) fn sites(old: &Assembly, new: &Assembly) -> Vec<EntryChange> {
    let by_path =
        |assembly: &Assembly| assembly.sites.iter().map(|site| (site.path.clone(), json!(site))).collect();
    entries_of("site", &by_path(old), &by_path(new))
}

fn entries_of(
    section: &str,
    old: &SortedMap<String, Value>,
    new: &SortedMap<String, Value>,
) -> Vec<EntryChange> {
    let ids: SortedSet<&String> = old.keys().chain(new.keys()).collect();
    let mut found = Vec::new();
    for id in ids {
        let (before, after) = (old.get(id), new.get(id));
        if before == after {
            continue;
        }
        let action = match (before, after) {
            (None, _) => Action::Added,
            (_, None) => Action::Removed,
            _ => Action::Changed,
        };
        // The value of a parameter without echo is a secret; so is its default.
        let has_no_echo = |entry: Option<&Value>| entry.is_some_and(|entry| is_true(&entry["NoEcho"]));
        let is_secret = secret::is_secret(id) || has_no_echo(before) || has_no_echo(after);
        let mut changes = Vec::new();
        let nothing = json!({});
        let (before, after) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
        match (before, after) {
            (Value::Object(old), Value::Object(new)) => {
                for name in old.keys().chain(new.keys()).collect::<SortedSet<_>>() {
                    let spot = Spot::plain(name, is_cosmetic(section) || is_cosmetic(name));
                    let spot = if is_secret && matches!(name.as_str(), "Default" | "Value") {
                        spot.hide()
                    } else {
                        spot
                    };
                    compare(&spot, old.get(name), new.get(name), &mut changes);
                }
            }
            _ => compare(&Spot::plain("", is_cosmetic(section)), Some(before), Some(after), &mut changes),
        }
        found.push(EntryChange { section: section.to_owned(), id: id.clone(), action, changes });
    }
    found
}

fn is_true(value: &Value) -> bool {
    value == true || value == "true"
}

fn is_cosmetic(name: &str) -> bool {
    matches!(name, "Description" | "Metadata" | "AWSTemplateFormatVersion" | "ConstraintDescription")
}
