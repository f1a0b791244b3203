//! Cost tags: what they promise to whoever reads the bill is kept by every resource that can carry tags.

use formwork_assembly::{Diagnostic, code, each};
use formwork_schema::{TagShape, Tagging};

use super::Resolver;
use crate::{
    app::CostTags,
    expr::{Expr, Str},
    graph::NodeId,
};

impl Resolver<'_> {
    /// A protected app has cost tags, or says why not.
    pub(super) fn check_cost_tags(&mut self) {
        if self.graph.stage.is_protected() && matches!(self.graph.cost_tags, CostTags::Undecided) {
            let help = "say whose they are by `app.cost_tags([(\"owner\", \"…\")])`, or why that need not be known by `app.no_cost_tags(\"why\")`";
            let missing =
                Diagnostic::error(&code::COST_TAGS, "nobody can tell whose the costs of this app are");
            self.diagnostics.push(missing.help(help).at(self.graph.place(self.graph.root())));
        }
    }

    /// Why nobody needs to know, for whoever reviews a template.
    pub(super) fn cost_note(&self) -> Option<Expr> {
        let CostTags::Declined(reason) = &self.graph.cost_tags else { return None };
        Some(Expr::text(format!("no cost tags: {reason}")))
    }

    /// Reports the cost tags that a rendered resource could carry and does not.
    pub(super) fn check_cost_tags_of(&mut self, node: NodeId, body: &Expr) {
        let CostTags::Keys(keys) = &self.graph.cost_tags else { return };
        let Some(body) = body.as_object() else { return };
        let Some(type_name) = body.get("Type").and_then(Expr::as_text) else { return };
        let Some(Tagging { property, shape, .. }) = self.facts.tagging(type_name) else { return };
        let tags = body.get("Properties").and_then(|properties| properties.as_object()?.get(property));
        let missing: Vec<&Str> = keys.iter().filter(|key| !carries(tags, shape, key)).collect();
        let missing: Vec<Diagnostic> = each(missing, |key| {
            let message = format!("the resource does not carry the cost tag `{key}`");
            let help =
                format!("let its `{property}` be a plain list or map, which takes the tags of the app");
            Diagnostic::error(&code::COST_TAGS, message).help(help)
        });
        missing.into_iter().for_each(|diagnostic| self.report(node, diagnostic));
    }
}

fn carries(tags: Option<&Expr>, shape: TagShape, key: &str) -> bool {
    match (shape, tags) {
        (TagShape::Map, Some(tags)) => tags.as_object().is_some_and(|tags| tags.get(key).is_some()),
        (TagShape::List | TagShape::AutoScaling, Some(Expr::List(tags))) => {
            tags.iter().any(|tag| tag.as_object().and_then(|tag| tag.get("Key")?.as_text()) == Some(key))
        }
        _ => false,
    }
}
