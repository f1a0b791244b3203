//! Values by node.

use std::slice;

use crate::graph::NodeId;

/// A value for some nodes, in the order of the nodes: a sorted list, which compiles to far less than a tree and is enough for what is added
/// nearly in that order.
#[derive(Debug)]
pub(crate) struct NodeMap<T>(Vec<(NodeId, T)>);

impl<T> Default for NodeMap<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> NodeMap<T> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sets the value of a node; an earlier one is replaced.
    pub(crate) fn insert(&mut self, node: NodeId, value: T) {
        match self.place_of(node) {
            Ok(place) => self.0[place].1 = value,
            Err(place) => self.0.insert(place, (node, value)),
        }
    }

    /// The value of a node, the default one where it has none yet.
    pub(crate) fn or_default(&mut self, node: NodeId) -> &mut T
    where
        T: Default,
    {
        let place = self.place_of(node).unwrap_or_else(|place| {
            self.0.insert(place, (node, T::default()));
            place
        });
        &mut self.0[place].1
    }

    pub(crate) fn remove(&mut self, node: NodeId) -> Option<T> {
        let place = self.place_of(node).ok()?;
        Some(self.0.remove(place).1)
    }

    pub(crate) fn get(&self, node: NodeId) -> Option<&T> {
        self.place_of(node).ok().map(|place| &self.0[place].1)
    }

    /// The nodes that have a value, and their values.
    pub(crate) fn iter(&self) -> Iter<'_, T> {
        Iter(self.0.iter())
    }

    /// Where the node is, or else would be.
    fn place_of(&self, node: NodeId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&node, |(known, _)| *known)
    }
}

/// The entries of a [`NodeMap`]. What uses it compiles to less than what uses a `Map` with a closure.
#[derive(Clone)]
pub(crate) struct Iter<'m, T>(slice::Iter<'m, (NodeId, T)>);

impl<'m, T> Iterator for Iter<'m, T> {
    type Item = (NodeId, &'m T);

    fn next(&mut self) -> Option<Self::Item> {
        match self.0.next() {
            Some((node, value)) => Some((*node, value)),
            None => None,
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
