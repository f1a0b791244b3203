//! Change sets: what to ask CloudFormation for, and what it says would happen.

use serde_json::Value;

use crate::{deploy::mask::masked, options::ImportedResource};

/// A change set to make.
#[derive(Clone, Debug)]
pub struct ChangeSetRequest {
    /// The name of the stack.
    pub stack: String,
    /// The name of the change set.
    pub name: String,
    /// What for people it is.
    pub description: String,
    /// What becomes of the stack.
    pub kind: ChangeSetKind,
    /// The template.
    pub template: TemplateSource,
    /// Values of the template's parameters.
    pub parameters: Vec<(String, ParameterSetting)>,
    /// Stack tags.
    pub tags: Vec<(String, String)>,
    /// The role that CloudFormation acts with; that of the stack, or the caller's own rights, where there is none.
    pub role: Option<String>,
    /// The topics that hear of each event.
    pub notify: Vec<String>,
    /// Deletes the stack where its creation fails.
    pub delete_failed: bool,
    /// Takes over what is there under the names of the template, where it is made to be kept.
    pub import_existing: bool,
    /// What is imported, of an import.
    pub imports: Vec<ImportedResource>,
    /// Takes back what was changed beside the template.
    pub revert_drift: bool,
    /// Looks into the stacks that are nested in it.
    pub nested: bool,
    /// Ends once everything is configured, without waiting until it is stable.
    pub express: bool,
    /// Leaves what was done where something fails, instead of taking it back.
    pub keep_on_failure: bool,
    /// Tells a request from its repetition.
    pub token: String,
}

impl ChangeSetRequest {
    /// A text without the values of parameters: CloudFormation repeats them in some of its messages, and does not care whether they are secret.
    pub fn without_values(&self, text: &str) -> String {
        let values = self.parameters.iter().filter_map(|(_, setting)| match setting {
            ParameterSetting::Value(value) => Some(value.as_str()),
            ParameterSetting::Previous => None,
        });
        masked(text, values)
    }
}

/// What becomes of the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeSetKind {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// Resources that are there become part of it.
    Import,
}

/// Where a template is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateSource {
    /// It is sent along.
    Body(String),
    /// It lies in a bucket.
    Url(String),
}

/// The value of a parameter. Its `Debug` shows none, because it may be secret.
#[derive(Clone, PartialEq, Eq)]
pub enum ParameterSetting {
    /// This one.
    Value(String),
    /// The one that the stack has.
    Previous,
}

impl std::fmt::Debug for ParameterSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Value(_) => "Value(…)",
            Self::Previous => "Previous",
        })
    }
}

/// A change set by its ARN, and the stack that it belongs to by its.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSetId {
    /// The ARN of the change set.
    pub id: String,
    /// The ARN of the stack.
    pub stack_id: String,
}

/// A change set, and some of its changes.
#[derive(Clone, Debug, Default)]
pub struct ChangeSetPage {
    /// Its ARN.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The ARN of the stack.
    pub stack_id: String,
    /// The name of the stack.
    pub stack: String,
    /// What for people it is.
    pub description: String,
    /// `CREATE_PENDING`, `CREATE_IN_PROGRESS`, `CREATE_COMPLETE`, `FAILED`, …
    pub status: String,
    /// Why.
    pub reason: String,
    /// `AVAILABLE`, `UNAVAILABLE`, `OBSOLETE`, `EXECUTE_COMPLETE`, …
    pub execution_status: String,
    /// The changes on this page.
    pub changes: Vec<PlannedChange>,
    /// What to ask for the next page with.
    pub next: Option<String>,
}

/// What would happen to a resource.
#[derive(Clone, Debug, Default)]
pub struct PlannedChange {
    /// The key in the template.
    pub logical_id: String,
    /// What the service calls it; empty where it is not there yet.
    pub physical_id: String,
    /// `AWS::S3::Bucket`.
    pub kind: String,
    /// What happens.
    pub action: ChangeAction,
    /// Whether something new takes its place.
    pub replaced: Replaced,
    /// What becomes of the one that goes: `Delete`, `Retain`, `Snapshot`, `ReplaceAndDelete`, `ReplaceAndRetain`, `ReplaceAndSnapshot`.
    pub policy_action: Option<String>,
    /// The properties as they are, where CloudFormation tells.
    pub before: Option<Value>,
    /// The properties as they would be, where CloudFormation tells.
    pub after: Option<Value>,
    /// The single differences.
    pub details: Vec<PlannedDetail>,
    /// `DELETED`, `MODIFIED`, where a drift-aware change set found it changed beside the template.
    pub drift: Option<String>,
    /// The change set of a nested stack.
    pub nested: Option<String>,
    /// What would happen in a nested stack; none where nobody has looked.
    pub inner: Option<Vec<PlannedChange>>,
}

/// One difference.
#[derive(Clone, Debug, Default)]
pub struct PlannedDetail {
    /// `Properties`, `Tags`, `Metadata`, …
    pub attribute: String,
    /// The name of the property.
    pub name: Option<String>,
    /// The place in the resource: `/Properties/Tags/0`.
    pub path: Option<String>,
    /// The value as it is.
    pub before: Option<String>,
    /// The value as it would be.
    pub after: Option<String>,
    /// Whether it makes something new take the place of the resource.
    pub recreation: Recreation,
    /// `DirectModification`, `ParameterReference`, `ResourceReference`, `ResourceAttribute`, `Automatic`.
    pub source: Option<String>,
    /// The parameter, resource or attribute that it follows.
    pub cause: Option<String>,
}

/// What happens to a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ChangeAction {
    /// It is made.
    Add,
    /// It is changed.
    #[default]
    Modify,
    /// It goes.
    Remove,
    /// It is taken over.
    Import,
    /// What it is depends on others.
    Dynamic,
    /// Something that this release does not know: in CloudFormation's word.
    Other(String),
}

/// Whether something new takes the place of a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replaced {
    /// It does.
    Yes,
    /// It depends.
    Maybe,
    /// It does not.
    #[default]
    No,
}

/// Whether one difference makes something new take the place of the resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recreation {
    /// It does.
    Always,
    /// It depends.
    Conditionally,
    /// It does not.
    #[default]
    Never,
}

/// How to carry out a change set.
#[derive(Clone, Debug, Default)]
pub struct Execution {
    /// Tells the events of this execution from others.
    pub token: String,
    /// Leaves what was done where something fails, instead of taking it back. Not for a change set that deletes what has failed.
    pub keep_on_failure: bool,
    /// Deletes what a failed creation made, whatever its deletion policy says.
    pub retain_except_on_create: bool,
}
