//! References: every target is brought to the one name under which a handle can produce it.

use super::references::{ALIASES, Name, RENAMED};
use formwork_schema::{ResourceType, Target, Type};
use std::collections::BTreeMap;

/// What can be had of each resource type: its attributes and what `Ref` returns.
pub struct Names(BTreeMap<&'static str, Produced>);

struct Produced {
    reference: Option<&'static str>,
    all: Vec<&'static str>,
}

impl Names {
    /// Lists them.
    pub fn new(resources: &[ResourceType]) -> Self {
        let names = resources.iter().map(|resource| {
            let reference = reference(resource);
            let attributes = resource.attributes.iter().map(|attribute| attribute.name);
            (resource.name, Produced { reference, all: attributes.chain(reference).collect() })
        });
        Self(names.collect())
    }

    /// The target under its one name; none where no handle can produce it.
    pub fn canonical(&self, target: Target) -> Option<Target> {
        let Target { resource, attribute } = look_up(RENAMED, target).unwrap_or(target);
        let produced = self.0.get(resource)?;
        let has = |name: &str| produced.all.iter().copied().find(|have| have.eq_ignore_ascii_case(name));
        let short = resource.rsplit("::").next().unwrap_or(resource);
        let found = has(attribute)
            .or_else(|| has(&format!("{short}{attribute}")))
            .or_else(|| {
                matches!(attribute, "Arn" | "Id" | "Name").then(|| produced.ending(attribute)).flatten()
            })
            // What early descriptions call the id is what `Ref` returns.
            .or_else(|| produced.reference.filter(|_| attribute == "Id"))?;
        let found = Target { resource, attribute: found };
        Some(look_up(ALIASES, found).unwrap_or(found))
    }

    /// Brings every target of a resource type to its one name. Returns those that no handle can produce.
    pub fn settle(&self, resource: &mut ResourceType) -> Vec<Target> {
        let mut lost = Vec::new();
        for attribute in &mut resource.attributes {
            // An attribute that another name stands for is called by that.
            let own = Target { resource: resource.name, attribute: attribute.name };
            if let (Type::String(text), Some(stands)) = (&mut attribute.ty, look_up(ALIASES, own)) {
                text.targets = vec![stands];
            }
            self.settle_type(&mut attribute.ty, &mut lost);
            forget(&mut attribute.ty, own);
        }
        let own = resource.name;
        for body in super::marks::bodies(resource) {
            for property in &mut body.properties {
                self.settle_type(&mut property.ty, &mut lost);
                // That a resource's name may be its name says nothing.
                forget(&mut property.ty, Target { resource: own, attribute: property.name });
            }
        }
        resource.ref_names = named(resource);
        lost
    }

    fn settle_type(&self, ty: &mut Type, lost: &mut Vec<Target>) {
        match ty {
            Type::String(text) => {
                for target in std::mem::take(&mut text.targets) {
                    match self.canonical(target) {
                        Some(target) => text.targets.push(target),
                        None => lost.push(target),
                    }
                }
                text.targets.sort();
                text.targets.dedup();
            }
            Type::List(list) => self.settle_type(&mut list.item, lost),
            Type::Map(map) => self.settle_type(&mut map.value, lost),
            Type::Union(parts) => parts.iter_mut().for_each(|part| self.settle_type(part, lost)),
            _ => {}
        }
    }
}

impl Produced {
    /// The one name that ends so.
    fn ending(&self, end: &str) -> Option<&'static str> {
        let mut ends: Vec<&str> = self.all.iter().copied().filter(|have| have.ends_with(end)).collect();
        ends.sort_unstable();
        ends.dedup();
        self.reference.filter(|name| name.ends_with(end)).or(match ends.as_slice() {
            [one] => Some(*one),
            _ => None,
        })
    }
}

/// The one name that `Ref` answers with, if it is one.
fn reference(resource: &ResourceType) -> Option<&'static str> {
    match resource.ref_returns.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// What `Ref` names, where that is not the resource itself: an alias, or the value of a property that names another.
fn named(resource: &ResourceType) -> Option<Target> {
    let name = reference(resource)?;
    if let Some(stands) = look_up(ALIASES, Target { resource: resource.name, attribute: name }) {
        return Some(stands);
    }
    let attribute =
        resource.attributes.iter().find(|attribute| attribute.name == name).map(|attribute| &attribute.ty);
    let property =
        || resource.body.properties.iter().find(|property| property.name == name).map(|one| &one.ty);
    match attribute.or_else(property)? {
        Type::String(text) => match text.targets.as_slice() {
            [one] => Some(*one),
            _ => None,
        },
        _ => None,
    }
}

fn look_up(table: &[(Name, Name)], target: Target) -> Option<Target> {
    let found = table.iter().find(|(from, _)| *from == (target.resource, target.attribute));
    found.map(|(_, (resource, attribute))| Target { resource, attribute })
}

/// Drops a target that says of a value only that it is itself.
fn forget(ty: &mut Type, own: Target) {
    match ty {
        Type::String(text) => text.targets.retain(|target| *target != own),
        Type::List(list) => forget(&mut list.item, own),
        _ => {}
    }
}
