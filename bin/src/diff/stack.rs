//! One stack compared with what it was.

use formwork_assembly::{SortedMap, sort_by};
use serde_json::{Value, json};

use super::{
    Action, Change, Grade, StackDiff, cascade, moved, resource, section,
    side::{Facts, Side},
    value::{Spot, compare as compare_values},
};

/// The differences of a stack; none where there are none. At least one of the two is there.
pub(super) fn compare(
    old: Option<&Side<'_>>,
    new: Option<&Side<'_>>,
    facts: &mut Facts,
) -> Option<StackDiff> {
    let (action, side) = match (old, new) {
        (Some(_), Some(new)) => (Action::Changed, new),
        (None, Some(new)) => (Action::Added, new),
        (old, None) => (Action::Removed, old?),
    };
    let (before, after) = (resources(old), resources(new));
    let only = |these: &SortedMap<_, _>, those: &SortedMap<&str, &Value>| {
        let these = these.iter().filter(|(id, _)| !those.contains_key(*id));
        these.map(|(id, resource): (&&str, &&Value)| (*id, *resource)).collect::<SortedMap<&str, &Value>>()
    };
    let (gone, come) = (only(&before, &after), only(&after, &before));
    let moved = moved::pairs(&gone, &come);

    let mut changes = Vec::new();
    if let (Some(old), Some(new)) = (old, new) {
        for (id, resource) in &after {
            let before = before.get(id);
            changes.extend(before.and_then(|before| resource::changed(new, id, before, resource, facts)));
        }
        for (from, to) in &moved {
            let pair = gone.get(from).zip(come.get(to));
            changes.extend(pair.map(|(was, is)| resource::moved((old, new), (from, was), (to, is), facts)));
        }
        let differing = section::differing(&old.template, &new.template);
        cascade::follow(new, (&before, &after), facts, &differing, &mut changes);
    }
    for (id, resource) in come.iter().filter(|(id, _)| !moved.values().any(|to| to == *id)) {
        changes.extend(new.map(|new| resource::added(new, id, resource, facts)));
    }
    for (id, resource) in gone.iter().filter(|(id, _)| !moved.contains_key(*id)) {
        changes.extend(old.map(|old| resource::removed(old, id, resource, facts)));
    }
    sort_by(&mut changes, |a, b| (&a.path, &a.logical_id).cmp(&(&b.path, &b.logical_id)));

    let diff = StackDiff {
        id: side.id().to_owned(),
        name: side.stack.name.clone(),
        action,
        settings: old.zip(new).map(|(old, new)| settings(old, new)).unwrap_or_default(),
        sections: section::of_templates(old, new),
        resources: changes,
    };
    let is_same = diff.settings.is_empty() && diff.sections.is_empty() && diff.resources.is_empty();
    (action != Action::Changed || !is_same).then_some(diff)
}

fn resources<'s>(side: Option<&'s Side<'_>>) -> SortedMap<&'s str, &'s Value> {
    side.map(Side::resources).unwrap_or_default()
}

/// What CloudFormation is told besides the template.
fn settings(old: &Side<'_>, new: &Side<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    // Under another name or elsewhere it is another stack; the old one stays.
    let elsewhere = [
        ("name", json!(old.stack.name), json!(new.stack.name)),
        ("account", json!(old.stack.account), json!(new.stack.account)),
        ("region", json!(old.stack.region), json!(new.stack.region)),
    ];
    for (path, before, after) in elsewhere {
        let is_known = |value: &Value| !value.is_null();
        if before != after {
            let grade =
                if is_known(&before) && is_known(&after) { Grade::Replaces } else { Grade::MayReplace };
            let (before, after) = (Some(before).filter(is_known), Some(after).filter(is_known));
            changes.push(Change { path: path.to_owned(), before, after, grade, follows: None });
        }
    }
    let tags = |side: &Side<'_>| {
        Value::Object(side.stack.tags.iter().map(|(key, value)| (key.clone(), json!(value))).collect())
    };
    let protection = |side: &Side<'_>| json!(side.stack.termination_protection);
    let mut compare = |name, is_cosmetic, before: &Value, after: &Value| {
        compare_values(&Spot::plain(name, is_cosmetic), Some(before), Some(after), &mut changes);
    };
    compare("tags", true, &tags(old), &tags(new));
    compare("terminationProtection", false, &protection(old), &protection(new));
    compare("dependencies", true, &json!(old.stack.dependencies), &json!(new.stack.dependencies));
    compare("gates", false, &json!(old.stack.gates), &json!(new.stack.gates));
    changes
}
