//! The order of stacks: a stack comes after those whose values it uses; a circle is reported with the lines that close it.

use formwork_assembly::{Diagnostic, code, each, sort_by};

use super::{ResolvedStack, Resolver};
use crate::{graph::NodeId, node_map::NodeMap, phase::validate::circles};

/// Which stack needs which, and one use of each that shows why.
#[derive(Default)]
pub(super) struct Dependencies(NodeMap<NodeMap<Use>>);

/// A node of one stack that uses a node of another.
#[derive(Clone, Copy)]
struct Use {
    user: NodeId,
    used: NodeId,
}

impl Resolver<'_> {
    /// Notes that the stack of `user` needs the stack of `used`.
    pub(super) fn depend(&mut self, user: NodeId, used: NodeId) {
        let Some((here, there)) = self.names.stack(user).zip(self.names.stack(used)) else { return };
        if here != there {
            let needs = self.dependencies.0.or_default(here);
            if needs.get(there).is_none() {
                needs.insert(there, Use { user, used });
            }
        }
    }

    /// The stacks, sorted by id, in an order in which they can be deployed, each with the ids of those it needs.
    pub(super) fn order(&mut self, mut open: Vec<(NodeId, ResolvedStack)>) -> Vec<ResolvedStack> {
        let stacks: Vec<NodeId> = each(&open, |(node, _)| *node);
        let mut ordered = Vec::with_capacity(open.len());
        let mut done = NodeMap::new();
        while !open.is_empty() {
            let mut left = Vec::new();
            let before = open.len();
            for (node, mut stack) in open {
                let needs = self.needs(node);
                if needs.iter().any(|need| done.get(*need).is_none()) {
                    left.push((node, stack));
                    continue;
                }
                stack.dependencies = each(needs, |need| self.graph.node(need).id.clone());
                sort_by(&mut stack.dependencies, Ord::cmp);
                ordered.push(stack);
                done.insert(node, ());
            }
            if left.len() == before {
                self.report_circles(&stacks);
                ordered.extend(left.drain(..).map(|(_, stack)| stack));
            }
            open = left;
        }
        ordered
    }

    fn needs(&self, stack: NodeId) -> Vec<NodeId> {
        self.dependencies.0.get(stack).map(|uses| each(uses.iter(), |(need, _)| need)).unwrap_or_default()
    }

    /// Reports a way around for each group of stacks that need each other, beginning with the least id.
    fn report_circles(&mut self, stacks: &[NodeId]) {
        let mut places = NodeMap::new();
        stacks.iter().enumerate().for_each(|(place, node)| places.insert(*node, place));
        let places_of = |node: &NodeId| {
            self.needs(*node).into_iter().filter_map(|need| places.get(need).copied()).collect()
        };
        let edges: Vec<Vec<usize>> = each(stacks, places_of);
        for circle in circles(&edges) {
            let stacks: Vec<NodeId> = each(&circle, |place| stacks[*place]);
            let nexts = stacks.iter().cycle().skip(1);
            let uses = stacks.iter().zip(nexts);
            let uses: Vec<(NodeId, Use)> = uses
                .filter_map(|(stack, next)| Some((*stack, *self.dependencies.0.get(*stack)?.get(*next)?)))
                .collect();
            self.report_uses(&uses);
        }
    }

    fn report_uses(&mut self, circle: &[(NodeId, Use)]) {
        let Some((first, reason)) = circle.first() else { return };
        let mut ids: Vec<_> = each(circle, |(stack, _)| format!("`{}`", self.graph.path(*stack)));
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
