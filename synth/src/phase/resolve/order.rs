//! The order of stacks: a stack comes after those whose values it uses; a circle is reported with the lines that close it.

use std::collections::{BTreeMap, BTreeSet};

use formwork_assembly::{Diagnostic, code};

use super::{ResolvedStack, Resolver};
use crate::{graph::NodeId, phase::validate::circles};

/// Which stack needs which, and one use of each that shows why.
#[derive(Default)]
pub(super) struct Dependencies(BTreeMap<NodeId, BTreeMap<NodeId, Use>>);

/// A node of one stack that uses a node of another.
#[derive(Clone, Copy)]
struct Use {
    user: NodeId,
    used: NodeId,
}

impl Resolver {
    /// Notes that the stack of `user` needs the stack of `used`.
    pub(super) fn depend(&mut self, user: NodeId, used: NodeId) {
        let Some((here, there)) = self.names.stack(user).zip(self.names.stack(used)) else { return };
        if here != there {
            self.dependencies.0.entry(here).or_default().entry(there).or_insert(Use { user, used });
        }
    }

    /// The stacks in an order in which they can be deployed, each with the ids of those it needs.
    pub(super) fn order(&mut self, stacks: Vec<(NodeId, ResolvedStack)>) -> Vec<ResolvedStack> {
        let mut open: BTreeMap<NodeId, ResolvedStack> = stacks.into_iter().collect();
        let mut by_id: Vec<(String, NodeId)> =
            open.iter().map(|(node, stack)| (stack.id.clone(), *node)).collect();
        by_id.sort_unstable();
        let mut ordered = Vec::with_capacity(open.len());
        let mut done = BTreeSet::new();
        while !open.is_empty() {
            let before = done.len();
            for (_, node) in &by_id {
                let needs = self.needs(*node);
                if !open.contains_key(node) || !needs.iter().all(|need| done.contains(need)) {
                    continue;
                }
                if let Some(mut stack) = open.remove(node) {
                    stack.dependencies = needs.iter().map(|need| self.graph.node(*need).id.clone()).collect();
                    stack.dependencies.sort_unstable();
                    ordered.push(stack);
                    done.insert(*node);
                }
            }
            if done.len() == before {
                self.report_circles(&by_id);
                ordered.extend(std::mem::take(&mut open).into_values());
            }
        }
        ordered
    }

    fn needs(&self, stack: NodeId) -> Vec<NodeId> {
        self.dependencies.0.get(&stack).map(|needs| needs.keys().copied().collect()).unwrap_or_default()
    }

    /// Reports a way around for each group of stacks that need each other, beginning with the least id.
    fn report_circles(&mut self, by_id: &[(String, NodeId)]) {
        let places: BTreeMap<NodeId, usize> =
            by_id.iter().enumerate().map(|(place, (_, node))| (*node, place)).collect();
        let places_of =
            |needs: Vec<NodeId>| needs.iter().filter_map(|need| places.get(need).copied()).collect();
        let edges: Vec<Vec<usize>> = by_id.iter().map(|(_, node)| places_of(self.needs(*node))).collect();
        for circle in circles(&edges) {
            let stacks: Vec<NodeId> = circle.iter().map(|place| by_id[*place].1).collect();
            let nexts = stacks.iter().cycle().skip(1);
            let uses = stacks.iter().zip(nexts);
            let uses: Vec<(NodeId, Use)> = uses
                .filter_map(|(stack, next)| Some((*stack, *self.dependencies.0.get(stack)?.get(next)?)))
                .collect();
            self.report_uses(&uses);
        }
    }

    fn report_uses(&mut self, circle: &[(NodeId, Use)]) {
        let Some((first, reason)) = circle.first() else { return };
        let mut ids: Vec<_> =
            circle.iter().map(|(stack, _)| format!("`{}`", self.graph.path(*stack))).collect();
        ids.push(format!("`{}`", self.graph.path(*first)));
        let mut diagnostic =
            Diagnostic::error(&code::STACK_CIRCLE, format!("stacks need each other: {}", ids.join(" → ")))
                .help(
                    "move what both need to a third stack, or let one stack ask for the connection or grant",
                );
        for (_, Use { user, used }) in circle {
            let uses = format!("`{}` uses `{}`", self.graph.path(*user), self.graph.path(*used));
            diagnostic = diagnostic.related(uses, self.graph.place(*user));
        }
        let user = reason.user;
        self.report(user, diagnostic);
    }
}
