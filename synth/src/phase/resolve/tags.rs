//! Tags: those of a scope reach every resource below it that can carry tags, in the shape that its type wants.

use std::rc::Rc;

use formwork_assembly::SortedMap;
use formwork_schema::{TagShape, Tagging};

use super::Resolver;
use crate::{
    expr::{Expr, Object, Str},
    graph::NodeId,
};

/// What each scope hands down, by its index; nothing yet for most.
pub(super) type Inherited = Vec<Option<Rc<Tags>>>;

type Tags = SortedMap<Str, Str>;

impl Resolver<'_> {
    /// Adds the tags of the scopes around to the properties; a tag that the resource has itself wins.
    pub(super) fn tag(&mut self, node: NodeId, type_name: &str, properties: &mut Object) {
        let tags = self.tags_of(node);
        if tags.is_empty() {
            return;
        }
        let Some(Tagging { property, shape, .. }) = self.facts.tagging(type_name) else { return };
        let own = properties.remove(property);
        if let Some(merged) = merge(shape, own.clone(), &tags).or(own) {
            properties.set(property, merged);
        }
    }

    /// The tags of a stack itself.
    pub(super) fn stack_tags(&mut self, stack: NodeId) -> Vec<(String, String)> {
        self.tags_of(stack).iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    }

    /// The tags of a node and of the scopes around it.
    fn tags_of(&mut self, node: NodeId) -> Rc<Tags> {
        if let Some(known) = &self.inherited[node.index()] {
            return Rc::clone(known);
        }
        let parent = self.graph.node(node).parent;
        let around = parent.map(|parent| self.tags_of(parent)).unwrap_or_default();
        let own = &self.graph.node(node).tags;
        let tags = if own.is_empty() {
            around
        } else {
            let mut tags = Tags::clone(&around);
            tags.extend(own.iter().map(|(key, value)| (key.clone(), value.clone())));
            Rc::new(tags)
        };
        if !self.graph.node(node).children.is_empty() {
            self.inherited[node.index()] = Some(Rc::clone(&tags));
        }
        tags
    }
}

/// The resource's own tags and the inherited ones; nothing where its own are not known before deployment.
fn merge(shape: TagShape, own: Option<Expr>, inherited: &Tags) -> Option<Expr> {
    match (shape, own) {
        (TagShape::Map, own) => {
            let mut tags = match own {
                None => Object::new(),
                Some(Expr::Map(tags) | Expr::Object(tags)) => tags,
                Some(_) => return None,
            };
            for (key, value) in inherited {
                if tags.get(key).is_none() {
                    tags.set(key.clone(), Expr::Text(value.clone()));
                }
            }
            Some(Expr::Map(tags))
        }
        (TagShape::List | TagShape::AutoScaling, own) => {
            let mut tags = match own {
                None => Vec::with_capacity(inherited.len()),
                Some(Expr::List(tags)) => tags,
                Some(_) => return None,
            };
            let has = |tags: &[Expr], key: &str| {
                let key_of = |tag: &Expr| tag.as_object()?.get("Key")?.as_text().map(|own| own == key);
                tags.iter().any(|tag| key_of(tag) == Some(true))
            };
            for (key, value) in inherited {
                if has(&tags, key) {
                    continue;
                }
                let mut tag = Object::with_capacity(2);
                tag.set("Key", Expr::Text(key.clone()));
                if shape == TagShape::AutoScaling {
                    tag.set("PropagateAtLaunch", Expr::Bool(true));
                }
                tag.set("Value", Expr::Text(value.clone()));
                tags.push(Expr::Object(tag));
            }
            Some(Expr::List(tags))
        }
    }
}
