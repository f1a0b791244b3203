//! What happens to stacks and their resources, as CloudFormation tells it.

use super::StackStatus;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StackEvent {
    /// What tells it from others; the same event may be told twice.
    pub id: String,
    /// The ARN of the stack.
    pub stack_id: String,
    /// The key in the template; the name of the stack for an event of the stack itself.
    pub logical_id: String,
    /// What the service calls the resource; the ARN of the stack for an event of the stack itself.
    pub physical_id: String,
    /// `AWS::S3::Bucket`; `AWS::CloudFormation::Stack` for a stack.
    pub kind: String,
    /// What happens.
    pub status: StackStatus,
    /// Why.
    pub reason: Option<String>,
    /// When, as `2026-11-21T16:00:00.123Z`. Several events may share a time: their order is that of the list.
    pub at: String,
}

impl StackEvent {
    /// True for an event of the stack itself, not of a resource in it, nor of a nested stack.
    pub fn is_of_stack(&self) -> bool {
        self.physical_id == self.stack_id
    }
}

/// What the validation before a deployment found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidationFinding {
    /// The key in the template.
    pub logical_id: String,
    /// The place in the template: `/Resources/Bucket/Properties/BucketName`.
    pub path: Option<String>,
    /// `FAILED` stops the change set, anything else is a warning.
    pub status: String,
    /// The check: `NAME_CONFLICT_VALIDATION`.
    pub name: String,
    /// What it found.
    pub reason: String,
}
