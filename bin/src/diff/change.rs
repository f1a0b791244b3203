//! The differences as data: what `--format json` prints, and what text and Markdown are made of.

use formwork_assembly::Place;
#[cfg(feature = "deploy")]
use formwork_assembly::Stack;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Grade, Highlight};

/// All differences between two assemblies.
#[derive(Debug, Serialize)]
pub struct Diff {
    /// The app.
    pub app: String,
    /// The stage.
    pub stage: String,
    /// The earlier one.
    pub against: Against,
    /// The gravest of all.
    pub grade: Option<Grade>,
    /// What not to miss.
    pub highlights: Vec<Highlight>,
    /// The stacks that differ, in the order of deployment; removed ones last.
    pub stacks: Vec<StackDiff>,
    /// The assets that differ.
    pub assets: Vec<EntryChange>,
    /// The sites that differ.
    pub sites: Vec<EntryChange>,
}

/// What it is compared with.
#[derive(Debug, Serialize)]
pub struct Against {
    /// Its folder.
    pub folder: String,
    /// Its app.
    pub app: String,
    /// Its stage.
    pub stage: String,
}

/// The differences of one stack.
#[derive(Clone, Debug, Serialize)]
pub struct StackDiff {
    /// Its id.
    pub id: String,
    /// Its name in CloudFormation.
    pub name: String,
    /// What happens to it.
    pub action: Action,
    /// What is no part of the template: name, account, region, tags, protection, order, gates.
    pub settings: Vec<Change>,
    /// Parameters, outputs, and all else in the template that is no resource.
    pub sections: Vec<EntryChange>,
    /// The resources that differ, by path.
    pub resources: Vec<ResourceChange>,
}

/// What happened to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It comes.
    Added,
    /// It goes.
    Removed,
    /// It differs.
    Changed,
    /// The same under another logical id.
    Moved,
}

/// One difference: at a path, from a value to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// `ContainerDefinitions[app].Image`.
    pub path: String,
    /// What was, without what is secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What is to be, without what is secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// What it does.
    pub grade: Grade,
    /// The logical id of the resource that it follows, where the template itself is the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
}

/// A difference of something with a name that is no resource.
#[derive(Clone, Debug, Serialize)]
pub struct EntryChange {
    /// `Parameters`, `Outputs`, `asset`, `site`, …
    pub section: String,
    /// What it is called.
    pub id: String,
    /// What happens to it.
    pub action: Action,
    /// The single differences.
    pub changes: Vec<Change>,
}

/// The differences of one resource.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceChange {
    /// The key in the template.
    pub logical_id: String,
    /// `AWS::S3::Bucket`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The construct path; the logical id where none is known.
    pub path: String,
    /// The user's line; that of the earlier assembly where the resource is gone.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "place")]
    pub at: Option<Place>,
    /// What happens to it.
    pub action: Action,
    /// The logical id that it had, where it has moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// What that does.
    pub grade: Grade,
    /// Whether it holds data.
    pub stateful: bool,
    /// The policy that keeps the data of what goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// The single differences.
    pub changes: Vec<Change>,
}

impl StackDiff {
    /// A stack that does not differ.
    #[cfg(feature = "deploy")]
    pub(super) fn empty(stack: &Stack) -> Self {
        Self {
            id: stack.id.clone(),
            name: stack.name.clone(),
            action: Action::Changed,
            settings: Vec::new(),
            sections: Vec::new(),
            resources: Vec::new(),
        }
    }

    /// The grades of all that differs.
    pub fn grades(&self) -> Vec<Grade> {
        let mut grades: Vec<Grade> = self.resources.iter().map(|resource| resource.grade).collect();
        grades.extend(self.settings.iter().map(|change| change.grade));
        for entry in &self.sections {
            grades.extend(entry.changes.iter().map(|change| change.grade));
        }
        grades
    }

    /// The gravest of them.
    pub fn grade(&self) -> Option<Grade> {
        self.grades().into_iter().max()
    }
}

fn place<S: Serializer>(place: &Option<Place>, serializer: S) -> Result<S::Ok, S::Error> {
    place.as_ref().map(ToString::to_string).serialize(serializer)
}
