//! The differences as data: what `--format json` prints, and what text and Markdown are made of.

use formwork_assembly::Place;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Grade, Highlight};

/// All differences between two assemblies.
#[derive(Debug, Serialize)]
pub(crate) struct Diff {
    pub app: String,
    pub stage: String,
    pub against: Against,
    /// The gravest of all.
    pub grade: Option<Grade>,
    pub highlights: Vec<Highlight>,
    /// The stacks that differ, in the order of deployment; removed ones last.
    pub stacks: Vec<StackDiff>,
    pub assets: Vec<EntryChange>,
    pub sites: Vec<EntryChange>,
}

/// What it is compared with.
#[derive(Debug, Serialize)]
pub(crate) struct Against {
    pub folder: String,
    pub app: String,
    pub stage: String,
}

/// The differences of one stack.
#[derive(Debug, Serialize)]
pub(crate) struct StackDiff {
    pub id: String,
    pub name: String,
    pub action: Action,
    /// What is no part of the template: name, account, region, tags, protection, order, gates.
    pub settings: Vec<Change>,
    /// Parameters, outputs, and all else in the template that is no resource.
    pub sections: Vec<EntryChange>,
    pub resources: Vec<ResourceChange>,
}

/// What happened to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Action {
    Added,
    Removed,
    Changed,
    /// The same under another logical id.
    Moved,
}

/// One difference: at a path, from a value to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Change {
    /// `ContainerDefinitions[app].Image`.
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    pub grade: Grade,
    /// The logical id of the resource that it follows, where the template itself is the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
}

/// A difference of something with a name that is no resource.
#[derive(Debug, Serialize)]
pub(crate) struct EntryChange {
    /// `Parameters`, `Outputs`, `asset`, `site`, …
    pub section: String,
    pub id: String,
    pub action: Action,
    pub changes: Vec<Change>,
}

/// The differences of one resource.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResourceChange {
    pub logical_id: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// The construct path; the logical id where none is known.
    pub path: String,
    /// The user's line; that of the earlier assembly where the resource is gone.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "place")]
    pub at: Option<Place>,
    pub action: Action,
    /// The logical id that it had, where it has moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    pub grade: Grade,
    /// Whether it holds data.
    pub stateful: bool,
    /// The policy that keeps the data of what goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    pub changes: Vec<Change>,
}

impl StackDiff {
    /// The grades of all that differs.
    pub(crate) fn grades(&self) -> impl Iterator<Item = Grade> {
        let sections = self.sections.iter().flat_map(|entry| &entry.changes);
        let changes = self.settings.iter().chain(sections).map(|change| change.grade);
        changes.chain(self.resources.iter().map(|resource| resource.grade))
    }
}

fn place<S: Serializer>(place: &Option<Place>, serializer: S) -> Result<S::Ok, S::Error> {
    place.as_ref().map(ToString::to_string).serialize(serializer)
}
