//! One resource compared with what it was.

use formwork_assembly::SortedSet;
use serde_json::Value;

use super::{
    Action, Change, Grade, ResourceChange,
    side::{Facts, Side, fields, kind, text},
    value::{Spot, compare},
};

/// What a template may say about a resource besides its type and properties, and whether it reaches what runs.
const ATTRIBUTES: &[(&str, bool)] = &[
    ("Condition", true),
    ("CreationPolicy", true),
    ("DeletionPolicy", true),
    ("DependsOn", false),
    ("Metadata", false),
    ("UpdatePolicy", true),
    ("UpdateReplacePolicy", true),
];

pub(super) fn added(side: &Side<'_>, id: &str, resource: &Value, facts: &mut Facts) -> ResourceChange {
    whole(side, id, resource, Action::Added, Grade::Adds, is_stateful(resource, facts))
}

pub(super) fn removed(side: &Side<'_>, id: &str, resource: &Value, facts: &mut Facts) -> ResourceChange {
    let stateful = is_stateful(resource, facts);
    let kept = on_deletion(resource);
    let grade = if stateful && kept.is_none() { Grade::Removes.with_data() } else { Grade::Removes };
    ResourceChange { kept, ..whole(side, id, resource, Action::Removed, grade, stateful) }
}

/// A resource under another logical id: made anew, and the old one removed.
pub(super) fn moved(
    sides: (&Side<'_>, &Side<'_>),
    from: (&str, &Value),
    to: (&str, &Value),
    facts: &mut Facts,
) -> ResourceChange {
    let removed = removed(sides.0, from.0, from.1, facts);
    let grade = removed.grade.max(Grade::Replaces);
    let added = added(sides.1, to.0, to.1, facts);
    ResourceChange {
        action: Action::Moved,
        moved_from: Some(from.0.to_owned()),
        grade,
        kept: removed.kept,
        ..added
    }
}

/// The differences of a resource that is in both templates; none where there are none.
pub(super) fn changed(
    side: &Side<'_>,
    id: &str,
    old: &Value,
    new: &Value,
    facts: &mut Facts,
) -> Option<ResourceChange> {
    if old == new {
        return None;
    }
    let mut changes = Vec::new();
    properties(old, new, facts, &mut changes);
    if kind(old) != kind(new) {
        // It is another resource, whatever the one property or other does by itself.
        changes.iter_mut().for_each(|change| change.grade = Grade::Replaces);
        let [before, after] = [old, new].map(|resource| Some(kind(resource).into()));
        let (path, grade) = ("Type".to_owned(), Grade::Replaces);
        changes.insert(0, Change { path, before, after, grade, follows: None });
    }
    for (name, is_real) in ATTRIBUTES {
        compare(&Spot::plain(name, !is_real), old.get(name), new.get(name), &mut changes);
    }
    // Under another condition the resource may come or go.
    for change in changes.iter_mut().filter(|change| change.path == "Condition") {
        change.grade = Grade::MayReplace;
    }
    // What no template should have, but one may.
    let known =
        |name: &str| matches!(name, "Type" | "Properties") || ATTRIBUTES.iter().any(|(one, _)| *one == name);
    let names = [fields(Some(old)), fields(Some(new))].concat().into_iter().map(|(name, _)| name);
    for name in names.filter(|name| !known(name)).collect::<SortedSet<_>>() {
        compare(&Spot::plain(name, false), old.get(name), new.get(name), &mut changes);
    }
    if changes.is_empty() {
        return None;
    }
    let mut change = ResourceChange {
        changes,
        ..whole(side, id, new, Action::Changed, Grade::Cosmetic, is_stateful(old, facts))
    };
    regrade(&mut change, old, new);
    Some(change)
}

/// A resource without differences of its own, for those that it follows.
pub(super) fn same(side: &Side<'_>, id: &str, resource: &Value, facts: &mut Facts) -> ResourceChange {
    whole(side, id, resource, Action::Changed, Grade::Cosmetic, is_stateful(resource, facts))
}

/// Gives a changed resource the gravest grade of its changes, and more where its data would go.
pub(super) fn regrade(change: &mut ResourceChange, old: &Value, new: &Value) {
    let gravest = change.changes.iter().map(|change| change.grade).max().unwrap_or(Grade::Cosmetic);
    // Which of the two counts depends on the moment of the failure; both must keep it.
    let kept = on_replacement(old).and(on_replacement(new));
    change.grade = if change.stateful && kept.is_none() { gravest.with_data() } else { gravest };
    change.kept = kept.filter(|_| gravest.is_replacement());
}

/// Adds the differences of the properties.
fn properties(old: &Value, new: &Value, facts: &mut Facts, found: &mut Vec<Change>) {
    let known = found.len();
    let (before, after) = (old.get("Properties"), new.get("Properties"));
    let fields = |value: Option<&Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
    let (fields_before, fields_after) = (fields(before), fields(after));
    let facts = facts.of(kind(new));
    for name in fields_before.keys().chain(fields_after.keys()).collect::<SortedSet<_>>() {
        let spot = Spot::property(facts, name);
        compare(&spot, fields_before.get(name), fields_after.get(name), found);
    }
    if found.len() == known {
        // Properties that are no object, or absent on one side and empty on the other.
        compare(&Spot::plain("Properties", true), before, after, found);
    }
}

fn whole(
    side: &Side<'_>,
    id: &str,
    resource: &Value,
    action: Action,
    grade: Grade,
    stateful: bool,
) -> ResourceChange {
    ResourceChange {
        logical_id: id.to_owned(),
        kind: kind(resource).to_owned(),
        path: side.path(id),
        at: side.at(id),
        action,
        moved_from: None,
        grade,
        stateful,
        kept: None,
        changes: Vec::new(),
    }
}

/// True for what holds data.
pub(super) fn is_stateful(resource: &Value, facts: &mut Facts) -> bool {
    let is_member = kind(resource) == "AWS::RDS::DBInstance"
        && resource
            .get("Properties")
            .is_some_and(|properties| properties.get("DBClusterIdentifier").is_some());
    // The data of a member is its cluster's.
    !is_member && facts.of(kind(resource)).is_some_and(|facts| facts.stateful)
}

/// The policy that keeps the data of a resource that is removed. Databases are snapshot unless the template says otherwise.
fn on_deletion(resource: &Value) -> Option<String> {
    let default = match kind(resource) {
        "AWS::RDS::DBCluster" | "AWS::RDS::DBInstance" => "Snapshot",
        _ => "Delete",
    };
    keeping(text(resource, "DeletionPolicy").unwrap_or(default))
}

fn on_replacement(resource: &Value) -> Option<String> {
    keeping(text(resource, "UpdateReplacePolicy").unwrap_or("Delete"))
}

fn keeping(policy: &str) -> Option<String> {
    matches!(policy, "Retain" | "RetainExceptOnCreate" | "Snapshot").then(|| policy.to_owned())
}
