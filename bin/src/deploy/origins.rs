//! Where the resources of a stack come from: what is said about one of them names its construct and the user's line.

use std::collections::BTreeMap;

use formwork_assembly::{Diagnostic, Place, ResourceOrigin, Stack};

/// The origins of a stack's resources, by logical id.
pub(super) struct Origins<'a>(BTreeMap<&'a str, &'a ResourceOrigin>);

impl<'a> Origins<'a> {
    pub(super) fn of(stack: &'a Stack) -> Self {
        Self(stack.resources.iter().map(|origin| (&*origin.logical_id, origin)).collect())
    }

    /// The construct path; the logical id where none is known.
    pub(super) fn path<'b>(&'b self, logical_id: &'b str) -> &'b str {
        self.0.get(logical_id).map_or(logical_id, |origin| &origin.path)
    }

    /// The user's line.
    pub(super) fn at(&self, logical_id: &str) -> Option<Place> {
        self.0.get(logical_id)?.at.clone()
    }

    /// Says in a finding which construct it is about.
    pub(super) fn mark(&self, finding: Diagnostic, logical_id: &str) -> Diagnostic {
        let finding = finding.path(self.path(logical_id));
        match self.at(logical_id) {
            Some(place) => finding.at(place),
            None => finding,
        }
    }
}

/// The logical id of a resource that is named by it, or by its construct path.
pub(super) fn logical_id<'a>(stack: &'a Stack, name: &str) -> Option<&'a str> {
    let is_it = |one: &&ResourceOrigin| one.logical_id == name || one.path == name;
    stack.resources.iter().find(is_it).map(|origin| origin.logical_id.as_str())
}
