//! Tags: those of a scope reach every resource below it that can carry tags, in the shape that its type wants.

use std::collections::BTreeMap;

use formwork_schema::TagShape;

use super::Resolver;
use crate::{
    expr::{Expr, Object, Str},
    graph::NodeId,
};

/// The tag property and shape of each resource type that was met.
#[derive(Default)]
pub(super) struct Tagging(BTreeMap<String, Option<(&'static str, TagShape)>>);

impl Resolver {
    /// The properties with the tags of the scopes around; a tag that the resource has itself wins.
    pub(super) fn tagged(&mut self, node: NodeId, type_name: &str, mut properties: Object) -> Object {
        let tags = self.tags_of(node);
        if tags.is_empty() {
            return properties;
        }
        let Some((property, shape)) = self.tagging.of(type_name) else { return properties };
        let own = properties.remove(property);
        if let Some(merged) = merge(shape, own.clone(), tags).or(own) {
            properties.set(property, merged);
        }
        // The tag property was taken out and put back last: restore the order of the schema.
        let mut fields: Vec<(Str, Expr)> = properties.into_iter().collect();
        fields.sort_by(|one, other| one.0.cmp(&other.0));
        fields.into_iter().collect()
    }

    /// The tags of a stack itself.
    pub(super) fn stack_tags(&self, stack: NodeId) -> Vec<(String, String)> {
        self.tags_of(stack).into_iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    }

    fn tags_of(&self, node: NodeId) -> BTreeMap<Str, Str> {
        let mut tags = BTreeMap::new();
        let mut at = Some(node);
        while let Some(node) = at.map(|id| self.graph.node(id)) {
            for (key, value) in &node.tags {
                tags.entry(key.clone()).or_insert_with(|| value.clone());
            }
            at = node.parent;
        }
        tags
    }
}

impl Tagging {
    fn of(&mut self, type_name: &str) -> Option<(&'static str, TagShape)> {
        if let Some(known) = self.0.get(type_name) {
            return *known;
        }
        let tagging = formwork_schema::resource_type(type_name).and_then(|facts| facts.tagging);
        let tagging = tagging.map(|tagging| (tagging.property, tagging.shape));
        self.0.insert(type_name.to_owned(), tagging);
        tagging
    }
}

/// The resource's own tags and the inherited ones; nothing where its own are not known before deployment.
fn merge(shape: TagShape, own: Option<Expr>, mut inherited: BTreeMap<Str, Str>) -> Option<Expr> {
    match (shape, own) {
        (TagShape::Map, own) => {
            let mut tags = match own {
                None => Object::new(),
                Some(Expr::Map(tags) | Expr::Object(tags)) => tags,
                Some(_) => return None,
            };
            inherited.retain(|key, _| tags.get(key).is_none());
            for (key, value) in inherited {
                tags.set(key, Expr::Text(value));
            }
            Some(Expr::Map(tags))
        }
        (TagShape::List | TagShape::AutoScaling, own) => {
            let mut tags = match own {
                None => Vec::new(),
                Some(Expr::List(tags)) => tags,
                Some(_) => return None,
            };
            let own_keys: Vec<_> = tags
                .iter()
                .filter_map(|tag| tag.as_object()?.get("Key")?.as_text().map(str::to_owned))
                .collect();
            inherited.retain(|key, _| !own_keys.iter().any(|own| own == key));
            for (key, value) in inherited {
                let mut tag = Object::new();
                tag.set("Key", Expr::Text(key));
                if shape == TagShape::AutoScaling {
                    tag.set("PropagateAtLaunch", Expr::Bool(true));
                }
                tag.set("Value", Expr::Text(value));
                tags.push(Expr::Object(tag));
            }
            Some(Expr::List(tags))
        }
    }
}
