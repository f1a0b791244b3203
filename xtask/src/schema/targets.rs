//! References: every target is brought to the one name under which a handle can produce it.

use formwork_schema::{ResourceType, Target, Type};
use std::collections::BTreeMap;

/// What can be had of each resource type: its attributes and what `Ref` returns.
pub struct Names<'a> {
    names: BTreeMap<&'static str, Produced>,
    aliases: &'a [(&'static str, &'static str, &'static str)],
}

struct Produced {
    reference: Option<&'static str>,
    all: Vec<&'static str>,
}

impl<'a> Names<'a> {
    /// Lists them. `aliases` are triples of resource type, name, and the name that stands for it.
    pub fn new(
        resources: &[ResourceType],
        aliases: &'a [(&'static str, &'static str, &'static str)],
    ) -> Self {
        let names = resources.iter().map(|resource| {
            let reference = match resource.ref_returns.as_slice() {
                [one] => Some(*one),
                _ => None,
            };
            let attributes = resource.attributes.iter().map(|attribute| attribute.name);
            (resource.name, Produced { reference, all: attributes.chain(reference).collect() })
        });
        Self { names: names.collect(), aliases }
    }

    /// The target under its one name; none where no handle can produce it.
    pub fn canonical(&self, target: Target) -> Option<Target> {
        let Target { resource, attribute } = target;
        let attribute = self.alias(resource, attribute);
        let produced = self.names.get(resource)?;
        let has = |name: &str| produced.all.iter().copied().find(|have| have.eq_ignore_ascii_case(name));
        let short = resource.rsplit("::").next().unwrap_or(resource);
        let ending = |end: &str| {
            let mut ends =
                produced.all.iter().copied().filter(|have| have.ends_with(end)).collect::<Vec<_>>();
            ends.sort_unstable();
            ends.dedup();
            produced.reference.filter(|name| name.ends_with(end)).or(match ends.as_slice() {
                [one] => Some(*one),
                _ => None,
            })
        };
        let found = has(attribute)
            .or_else(|| has(&format!("{short}{attribute}")))
            .or_else(|| matches!(attribute, "Arn" | "Id" | "Name").then(|| ending(attribute)).flatten())?;
        Some(Target { resource, attribute: self.alias(resource, found) })
    }

    fn alias(&self, resource: &str, attribute: &'static str) -> &'static str {
        let found = self.aliases.iter().find(|(of, from, _)| *of == resource && *from == attribute);
        found.map_or(attribute, |(_, _, to)| *to)
    }

    /// Brings every target of a resource type to its one name. Returns those that no handle can produce.
    pub fn settle(&self, resource: &mut ResourceType) -> Vec<Target> {
        let mut lost = Vec::new();
        for attribute in &mut resource.attributes {
            // An attribute that stands for another of the same resource names that one.
            let own = Target { resource: resource.name, attribute: attribute.name };
            let stands_for = self.alias(resource.name, attribute.name);
            if let Type::String(text) = &mut attribute.ty
                && stands_for != attribute.name
            {
                text.targets = vec![Target { attribute: stands_for, ..own }];
            }
            self.settle_type(&mut attribute.ty, &mut lost);
            forget(&mut attribute.ty, own);
        }
        for body in super::marks::bodies(resource) {
            for property in &mut body.properties {
                self.settle_type(&mut property.ty, &mut lost);
            }
        }
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

/// Drops a target that says of an attribute only that it is itself.
fn forget(ty: &mut Type, own: Target) {
    match ty {
        Type::String(text) => text.targets.retain(|target| *target != own),
        Type::List(list) => forget(&mut list.item, own),
        _ => {}
    }
}
