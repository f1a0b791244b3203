//! Stacks as CloudFormation describes them.

use std::fmt;

use serde::Serialize;

/// A stack that is there, or was.
#[derive(Clone, Debug, Default)]
pub struct StackDescription {
    /// Its ARN, by which it can be asked for after its deletion.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What happens to it.
    pub status: StackStatus,
    /// Why.
    pub reason: Option<String>,
    /// Parameters by key; those that are secret as `****`.
    pub parameters: Vec<(String, String)>,
    /// What it hands out.
    pub outputs: Vec<StackOutput>,
    /// Tags by key.
    pub tags: Vec<(String, String)>,
    /// True where it cannot be deleted.
    pub termination_protection: bool,
    /// The role that CloudFormation acts with.
    pub role: Option<String>,
    /// When it was last changed, as `2026-11-21T16:00:00Z`.
    pub changed: Option<String>,
    /// `IN_SYNC`, `DRIFTED`, where a detection has run.
    pub drift: Option<String>,
}

/// What a stack hands out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StackOutput {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The name that it is exported under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export: Option<String>,
}

/// A resource of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackMember {
    /// The key in the template.
    pub logical_id: String,
    /// What the service calls it; empty where it was not made yet.
    pub physical_id: String,
    /// `AWS::S3::Bucket`.
    pub kind: String,
    /// `CREATE_COMPLETE`.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
}

impl StackMember {
    /// True where it is not deleted.
    pub fn is_there(&self) -> bool {
        self.status != "DELETE_COMPLETE"
    }
}

/// How to delete a stack.
#[derive(Clone, Debug, Default)]
pub struct Deletion {
    /// Tells the events of this deletion from others.
    pub token: String,
    /// The logical ids of resources to leave where they are; only of a stack whose deletion failed.
    pub retain: Vec<String>,
    /// Deletes the stack even where some of its resources cannot be.
    pub force: bool,
}

/// What happens to a stack, in CloudFormation's words: `UPDATE_IN_PROGRESS`. Also of resources, whose words are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct StackStatus(pub String);

impl StackStatus {
    /// True while CloudFormation works on it; then it takes no other order.
    pub fn is_busy(&self) -> bool {
        self.0.ends_with("_IN_PROGRESS") && !self.is_review()
    }

    /// True where a change set was made of a stack that is not there yet.
    pub fn is_review(&self) -> bool {
        self.0 == "REVIEW_IN_PROGRESS"
    }

    /// True where it can be updated.
    pub fn is_stable(&self) -> bool {
        matches!(
            self.0.as_str(),
            "CREATE_COMPLETE"
                | "UPDATE_COMPLETE"
                | "UPDATE_ROLLBACK_COMPLETE"
                | "IMPORT_COMPLETE"
                | "IMPORT_ROLLBACK_COMPLETE"
        )
    }

    /// True where it, or a resource, is gone.
    pub fn is_deleted(&self) -> bool {
        self.0 == "DELETE_COMPLETE"
    }

    /// True where a change has failed, or was taken back.
    pub fn is_failure(&self) -> bool {
        self.0.ends_with("_FAILED") || self.0.contains("ROLLBACK")
    }
}

impl fmt::Display for StackStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
