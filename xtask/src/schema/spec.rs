//! The overlay: what the database of `@aws-cdk/aws-service-spec` says of a resource type, looked up by name.

use super::json::{items, members};
use serde_json::Value;
use std::collections::BTreeMap;

/// The database, indexed.
pub struct Spec<'a> {
    resources: BTreeMap<&'a str, SpecResource<'a>>,
}

/// One resource type of it.
pub struct SpecResource<'a> {
    /// Its entity.
    pub entity: &'a Value,
    /// Its nested types, by name.
    pub types: BTreeMap<&'a str, &'a Value>,
    names: &'a BTreeMap<&'a str, &'a Value>,
    /// The regions it is known in.
    pub regions: Vec<&'a str>,
}

/// Entities by their number.
pub type Numbered<'a> = BTreeMap<&'a str, &'a Value>;

/// Indexes a collection of the database by number.
pub fn numbered<'a>(database: &'a Value, collection: &str) -> Numbered<'a> {
    items(database.pointer(&format!("/schema/{collection}/entities")))
        .filter_map(|entity| Some((entity.get("$id")?.as_str()?, entity)))
        .collect()
}

impl<'a> Spec<'a> {
    /// Indexes the database; `types` are its numbered type definitions.
    pub fn new(database: &'a Value, types: &'a Numbered<'a>) -> Self {
        let uses = database.pointer("/schema/usesType/forward");
        let mut regions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let names = numbered(database, "region");
        for (region, resources) in members(database.pointer("/schema/regionHasResource/forward")) {
            let name = names.get(region.as_str()).and_then(|entity| entity.get("name")?.as_str());
            for resource in items(Some(resources)).filter_map(|link| link.get("$id")?.as_str()) {
                regions.entry(resource).or_default().extend(name);
            }
        }
        let resources = numbered(database, "resource")
            .into_iter()
            .filter_map(|(id, entity)| {
                let used = items(uses.and_then(|uses| uses.get(id)))
                    .filter_map(|link| types.get(link.get("$id")?.as_str()?))
                    .filter_map(|entity| Some((entity.get("name")?.as_str()?, *entity)))
                    .collect();
                let mut regions = regions.remove(id).unwrap_or_default();
                regions.sort_unstable();
                let resource = SpecResource { entity, types: used, names: types, regions };
                Some((entity.get("cloudFormationType")?.as_str()?, resource))
            })
            .collect();
        Self { resources }
    }

    /// One resource type.
    pub fn resource(&self, name: &str) -> Option<&SpecResource<'a>> {
        self.resources.get(name)
    }

    /// The names of all resource types, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.resources.keys().copied()
    }
}

impl<'a> SpecResource<'a> {
    /// A property of the resource itself, or of one of its nested types.
    pub fn property(&self, definition: Option<&str>, name: &str) -> Option<&'a Value> {
        let holder = match definition {
            None => self.entity,
            Some(definition) => self.types.get(definition)?,
        };
        holder.get("properties")?.get(name)
    }

    /// The nested type that a property holds, inside lists, maps and unions too.
    pub fn nested(&self, ty: &'a Value) -> Option<&'a Value> {
        match ty.get("type")?.as_str()? {
            "ref" => self.names.get(ty.pointer("/reference/$ref")?.as_str()?).copied(),
            "array" | "map" => self.nested(ty.get("element")?),
            "union" => items(ty.get("types")).find_map(|part| self.nested(part)),
            _ => None,
        }
    }

    /// The name of the nested type that a property holds.
    pub fn nested_name(&self, definition: Option<&str>, property: &str) -> Option<&'a str> {
        let ty = self.property(definition, property)?.get("type")?;
        self.nested(ty)?.get("name")?.as_str()
    }
}
