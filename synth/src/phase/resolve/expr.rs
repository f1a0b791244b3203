//! Expressions: references are resolved, interpolations written as `Fn::Sub`, typed objects put into the order of the schema.

use formwork_assembly::{Diagnostic, code};

use super::{Resolver, names::Target, sub::sub};
use crate::{
    expr::{Expr, Object, Part},
    graph::NodeId,
};

impl Resolver<'_> {
    /// The expression as the template of `node`'s stack has it.
    pub(super) fn expr(&mut self, node: NodeId, mut expr: Expr) -> Expr {
        self.resolve(node, &mut expr);
        expr
    }

    /// As [`Self::expr`], in place: most of an expression is literal and stays as it is.
    fn resolve(&mut self, node: NodeId, expr: &mut Expr) {
        match expr {
            Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) => {}
            Expr::List(items) => items.iter_mut().for_each(|item| self.resolve(node, item)),
            Expr::Map(object) => self.fields(node, object),
            // The order of the schema is that of the names.
            Expr::Object(object) => {
                self.fields(node, object);
                object.sort();
            }
            Expr::Call(call) => self.resolve(node, &mut call.argument),
            Expr::Interpolation(parts) => *expr = self.interpolation(node, std::mem::take(parts)),
            Expr::Ref(target) => *expr = self.reference(node, *target, None),
            Expr::GetAtt(target, attribute) => {
                *expr = self.reference(node, *target, Some(std::mem::take(attribute)));
            }
            Expr::LogicalId(target) => *expr = self.bare_id(node, *target),
            Expr::AssetHash(asset) => *expr = self.asset_hash(node, *asset),
        }
    }

    /// Resolves every field, and leaves them in their order.
    pub(super) fn fields(&mut self, node: NodeId, object: &mut Object) {
        object.iter_mut().for_each(|(_, value)| self.resolve(node, value));
    }

    fn asset_hash(&mut self, node: NodeId, asset: NodeId) -> Expr {
        if !self.graph.owns(asset) {
            self.report_foreign(node);
        }
        let hash = self.hashes.get(asset).cloned().unwrap_or_default();
        self.used_hashes.insert(hash.clone());
        Expr::text(hash)
    }

    /// The logical id of a condition or mapping of the same stack.
    fn bare_id(&mut self, node: NodeId, target: NodeId) -> Expr {
        let kind = self.names.target(target);
        let same_stack = self.names.stack(node) == self.names.stack(target);
        if !same_stack || !matches!(kind, Target::Condition | Target::Mapping) {
            let message =
                format!("`{}` is not in the stack of `{}`", self.graph.path(target), self.graph.path(node));
            let help = "conditions and mappings belong to one template: add it to this stack as well";
            self.report(node, Diagnostic::error(&code::FOREIGN_CONDITION, message).help(help));
        }
        Expr::text(self.names.logical_id(target).to_owned())
    }

    /// Text with values in it: a literal where all of them are, else `Fn::Sub`.
    fn interpolation(&mut self, node: NodeId, parts: Vec<Part>) -> Expr {
        let mut whole: Vec<Part> = Vec::with_capacity(parts.len());
        for part in parts {
            let part = match part {
                Part::Text(text) => Part::Text(text),
                Part::Expr(expr) => literal(self.expr(node, expr)),
            };
            match (whole.last_mut(), part) {
                (_, Part::Text(text)) if text.is_empty() => {}
                (Some(Part::Text(before)), Part::Text(text)) => before.to_mut().push_str(&text),
                (_, part) => whole.push(part),
            }
        }
        match <[Part; 1]>::try_from(whole) {
            Ok([Part::Expr(expr)]) => expr,
            Ok([Part::Text(text)]) => Expr::Text(text),
            Err(parts) if parts.is_empty() => Expr::text(""),
            Err(parts) => sub(parts),
        }
    }
}

/// A part whose value is known becomes text; text of an inner interpolation is not unpacked.
fn literal(expr: Expr) -> Part {
    match expr {
        Expr::Text(text) => Part::Text(text),
        Expr::Number(number) => Part::Text(number.to_string().into()),
        Expr::Bool(value) => Part::Text(value.to_string().into()),
        expr => Part::Expr(expr),
    }
}
