//! What follows from elsewhere: resources that name what is replaced, or a condition, mapping or parameter that differs, where another value
//! would replace them too.
//!
//! A subnet whose VPC is replaced is replaced, though not a letter of it has changed.

use formwork_assembly::{SortedMap, SortedSet};
use formwork_schema::Replacement;
use serde_json::Value;

use super::{
    Action, Change, Grade, ResourceChange,
    phrase::is_intrinsic,
    resource,
    side::{Facts, Side, fields, kind, text},
    value::Spot,
};

type Resources<'v> = SortedMap<&'v str, &'v Value>;

/// Adds what follows, until nothing more does. `differing` are the names of conditions, mappings and parameters.
pub(super) fn follow(
    side: &Side<'_>,
    (before, after): (&Resources<'_>, &Resources<'_>),
    facts: &mut Facts,
    differing: &SortedSet<&str>,
    changes: &mut Vec<ResourceChange>,
) {
    loop {
        let mut is_done = true;
        let mut replaced: SortedMap<String, bool> =
            differing.iter().map(|id| ((*id).to_owned(), false)).collect();
        let resources = changes
            .iter()
            .filter(|change| change.action == Action::Changed && change.grade.is_replacement())
            .map(|change| (change.logical_id.clone(), !change.grade.is_unsure()));
        replaced.extend(resources);
        for (id, new) in after {
            let Some(old) = before.get(id).filter(|old| kind(old) == kind(new)) else { continue };
            for (path, reference, mark) in references(new, facts) {
                let Some(is_sure) = replaced.get(&reference.id).filter(|_| reference.id != *id) else {
                    continue;
                };
                let target = after.get(&*reference.id).and_then(|target| facts.of(kind(target)));
                let is_identity = match &reference.attribute {
                    None => true,
                    Some(name) => target.is_some_and(|facts| facts.primary_identifier == [name.as_str()]),
                };
                let is_sure = *is_sure && mark == Replacement::Always && is_identity;
                let grade = if is_sure { Grade::Replaces } else { Grade::MayReplace };
                let place = changes.iter().position(|change| change.logical_id == *id);
                let known = place.map(|place| &*changes[place].changes).unwrap_or_default();
                if known.iter().any(|change| change.path == path && change.grade >= grade) {
                    continue;
                }
                let change = match place {
                    Some(place) => &mut changes[place],
                    None => {
                        changes.push(resource::same(side, id, old, facts));
                        let Some(last) = changes.last_mut() else { continue };
                        last
                    }
                };
                change.changes.retain(|change| change.path != path || change.follows.is_none());
                let follows = Some(reference.id);
                change.changes.push(Change { path, before: None, after: None, grade, follows });
                resource::regrade(change, old, new);
                is_done = false;
            }
        }
        if is_done {
            return;
        }
    }
}

/// A reference to another resource.
struct Reference {
    id: String,
    /// None for `Ref`, which names the resource; most attributes may stay the same.
    attribute: Option<String>,
}

/// All references of a resource at places where another value replaces it, or may.
fn references(resource: &Value, facts: &mut Facts) -> Vec<(String, Reference, Replacement)> {
    let facts = facts.of(kind(resource));
    let mut found = Vec::new();
    // It decides whether the resource is there at all.
    if let Some(condition) = text(resource, "Condition") {
        let reference = Reference { id: condition.to_owned(), attribute: None };
        found.push(("Condition".to_owned(), reference, Replacement::Maybe));
    }
    // Of a type without facts nothing more is known to follow.
    if facts.is_some() {
        for (name, value) in fields(resource.get("Properties")) {
            collect(&Spot::property(facts, name), value, &mut found);
        }
    }
    found
}

fn collect(spot: &Spot<'_>, value: &Value, found: &mut Vec<(String, Reference, Replacement)>) {
    match value {
        Value::Object(fields) if is_intrinsic(value) => {
            if spot.mark == Replacement::Never {
                return;
            }
            let mut all = Vec::new();
            fields.iter().for_each(|(function, argument)| named(function, argument, &mut all));
            found.extend(all.into_iter().map(|one| (spot.path().to_owned(), one, spot.mark)));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| collect(&spot.field(name), value, found))
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(&spot.item(&index.to_string()), item, found);
            }
        }
        _ => {}
    }
}

/// Adds the resources that an intrinsic function names.
fn named(function: &str, argument: &Value, found: &mut Vec<Reference>) {
    let dotted = |text: &str| match text.split_once('.') {
        Some((id, attribute)) => Reference { id: id.to_owned(), attribute: Some(attribute.to_owned()) },
        None => Reference { id: text.to_owned(), attribute: None },
    };
    match (function, argument) {
        ("Ref", Value::String(id)) => found.push(Reference { id: id.clone(), attribute: None }),
        ("Fn::GetAtt", Value::String(text)) => found.push(dotted(text)),
        ("Fn::GetAtt", Value::Array(parts)) => {
            let parts: Vec<&str> = parts.iter().filter_map(Value::as_str).collect();
            found.push(dotted(&parts.join(".")));
        }
        // `${Bucket}` and `${Bucket.Arn}` in a text.
        ("Fn::Sub", Value::String(text)) => {
            let names = text.split("${").skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
            found.extend(names.filter(|name| !name.starts_with('!')).map(dotted));
        }
        ("Fn::If" | "Fn::FindInMap", Value::Array(parts)) => {
            found.extend(parts.first().and_then(Value::as_str).map(dotted));
            within(argument, found);
        }
        (_, argument) => within(argument, found),
    }
}

fn within(value: &Value, found: &mut Vec<Reference>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| named(name, value, found)),
        Value::Array(items) => items.iter().for_each(|item| within(item, found)),
        _ => {}
    }
}
