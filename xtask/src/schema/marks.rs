//! What a schema says of properties by pointer: create-only, write-only, deprecated, read-only.

use super::json::{sorted, strings};
use super::rules;
use formwork_schema::{Definition, Object, Replacement, ResourceType, Type};
use serde_json::Value;

/// A property: the definition that holds it (none for the resource itself) and its number there.
type Spot = (Option<usize>, usize);

/// Applies the pointers of `schema` to `resource`. `settable` tells of top-level properties that are said to be
/// read-only and yet can be set.
pub fn apply(resource: &mut ResourceType, schema: &Value, settable: &dyn Fn(&str) -> bool) {
    for (word, replacement) in [
        ("conditionalCreateOnlyProperties", Replacement::Maybe),
        ("createOnlyProperties", Replacement::Always),
    ] {
        for pointer in strings(schema.get(word)) {
            let Some(path) = find(resource, pointer) else { continue };
            // A definition may stand in several places, of which only this one forces a replacement.
            let shared =
                path.iter().any(|(holder, _)| holder.is_some_and(|holder| uses(resource, holder) > 1));
            let replacement = if shared { Replacement::Maybe } else { replacement };
            if let Some(property) = path.last().and_then(|spot| at(resource, *spot)) {
                property.replacement = property.replacement.max(replacement);
            }
        }
    }
    for pointer in strings(schema.get("writeOnlyProperties")) {
        let spot = find(resource, pointer).and_then(|path| path.last().copied());
        if let Some(property) = spot.and_then(|spot| at(resource, spot)) {
            property.write_only = true;
        }
    }
    for pointer in strings(schema.get("deprecatedProperties")) {
        let spot = find(resource, pointer).and_then(|path| path.last().copied());
        if let Some(property) = spot.and_then(|spot| at(resource, spot)) {
            property.deprecated = true;
        }
    }
    remove_read_only(resource, schema, settable);
}

/// Takes out what only AWS sets.
fn remove_read_only(resource: &mut ResourceType, schema: &Value, settable: &dyn Fn(&str) -> bool) {
    let mut removed: Vec<Spot> = Vec::new();
    // Within the items of a list CloudFormation lets them pass, and existing templates set them.
    let pointers =
        strings(schema.get("readOnlyProperties")).into_iter().filter(|pointer| !pointer.contains("/*/"));
    for pointer in pointers {
        let Some(path) = find(resource, pointer) else { continue };
        let shared = path.iter().any(|(holder, _)| holder.is_some_and(|holder| uses(resource, holder) > 1));
        let top = path.first().and_then(|spot| at(resource, *spot)).map_or("", |property| property.name);
        if !shared && (path.len() > 1 || !settable(top)) {
            removed.extend(path.last());
        }
    }
    for (holder, number) in sorted(removed).into_iter().rev() {
        if let Some(object) = object(resource, holder) {
            object.properties.remove(number);
            rules::tidy(object);
        }
    }
    // What held nothing but read-only properties cannot be set either.
    loop {
        let empty: Vec<usize> = (0..resource.definitions.len())
            .filter(|number| resource.definitions[*number].body.properties.is_empty())
            .collect();
        let holds = |ty: &Type| inner(ty).is_some_and(|number| empty.contains(&number));
        let mut changed = false;
        for object in bodies(resource) {
            let before = object.properties.len();
            object.properties.retain(|property| !holds(&property.ty));
            changed |= before != object.properties.len();
            rules::tidy(object);
        }
        if !changed {
            return;
        }
    }
}

/// The bodies of the resource and of its definitions.
pub fn bodies(resource: &mut ResourceType) -> impl Iterator<Item = &mut Object> {
    let nested = resource.definitions.iter_mut().map(|definition| &mut definition.body);
    std::iter::once(&mut resource.body).chain(nested)
}

/// The definition that a type holds, inside lists and maps too.
pub fn inner(ty: &Type) -> Option<usize> {
    match ty {
        Type::Object(number) => Some(*number),
        Type::List(list) => inner(&list.item),
        Type::Map(map) => inner(&map.value),
        Type::Union(parts) => parts.iter().find_map(inner),
        _ => None,
    }
}

/// Follows a pointer such as `/properties/Rules/*/Name`: the properties on its way.
fn find(resource: &ResourceType, pointer: &str) -> Option<Vec<Spot>> {
    let steps = pointer.strip_prefix("/properties/")?.split('/');
    let mut path: Vec<Spot> = Vec::new();
    let mut holder = None;
    for step in steps.filter(|step| !matches!(*step, "*" | "items" | "properties")) {
        let body = match holder {
            None if path.is_empty() => &resource.body,
            None => return None,
            Some(number) => &resource.definitions.get::<usize>(number)?.body,
        };
        let number = body.properties.iter().position(|property| property.name == step)?;
        path.push((holder, number));
        holder = inner(&body.properties[number].ty);
    }
    Some(path)
}

fn object(resource: &mut ResourceType, holder: Option<usize>) -> Option<&mut Object> {
    match holder {
        None => Some(&mut resource.body),
        Some(number) => resource.definitions.get_mut(number).map(|definition| &mut definition.body),
    }
}

fn at(resource: &mut ResourceType, (holder, number): Spot) -> Option<&mut formwork_schema::Property> {
    object(resource, holder)?.properties.get_mut(number)
}

/// How many properties hold a definition.
fn uses(resource: &ResourceType, definition: usize) -> usize {
    let count = |object: &Object| {
        object.properties.iter().filter(|property| inner(&property.ty) == Some(definition)).count()
    };
    count(&resource.body)
        + resource.definitions.iter().map(|definition| count(&definition.body)).sum::<usize>()
}

/// Drops the definitions that nothing holds any longer and sorts the rest by name.
pub fn prune(resource: &mut ResourceType) {
    let mut reached = vec![false; resource.definitions.len()];
    let mut open: Vec<usize> = held(&resource.body);
    while let Some(number) = open.pop() {
        if let Some(mark) = reached.get_mut(number).filter(|mark| !**mark) {
            *mark = true;
            open.extend(held(&resource.definitions[number].body));
        }
    }
    let mut order: Vec<usize> = (0..reached.len()).filter(|number| reached[*number]).collect();
    order.sort_by_key(|number| resource.definitions[*number].name);
    let mut renumbered = vec![0; reached.len()];
    for (new, old) in order.iter().enumerate() {
        renumbered[*old] = new;
    }
    resource.definitions =
        order.iter().map(|number| resource.definitions[*number].clone()).collect::<Vec<Definition>>();
    for body in bodies(resource) {
        for property in &mut body.properties {
            renumber(&mut property.ty, &renumbered);
        }
    }
}

fn held(body: &Object) -> Vec<usize> {
    let mut all = Vec::new();
    for property in &body.properties {
        collect(&property.ty, &mut all);
    }
    all
}

fn collect(ty: &Type, all: &mut Vec<usize>) {
    match ty {
        Type::Object(number) => all.push(*number),
        Type::List(list) => collect(&list.item, all),
        Type::Map(map) => collect(&map.value, all),
        Type::Union(parts) => parts.iter().for_each(|part| collect(part, all)),
        _ => {}
    }
}

fn renumber(ty: &mut Type, renumbered: &[usize]) {
    match ty {
        Type::Object(number) => *number = renumbered[*number],
        Type::List(list) => renumber(&mut list.item, renumbered),
        Type::Map(map) => renumber(&mut map.value, renumbered),
        Type::Union(parts) => parts.iter_mut().for_each(|part| renumber(part, renumbered)),
        _ => {}
    }
}
