//! What came of a deployment.

use serde::Serialize;

use super::cloud::StackOutput;

/// What came of each stack, in the order of deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The stacks.
    pub stacks: Vec<StackOutcome>,
    /// The name of the change sets that were prepared, to carry them out with; none where none were left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepared: Option<String>,
}

/// What came of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StackOutcome {
    /// The id of the stack.
    pub stack: String,
    /// Its name in CloudFormation.
    pub name: String,
    /// What was done.
    pub done: Done,
    /// What it hands out; empty where nothing was carried out.
    pub outputs: Vec<StackOutput>,
}

/// What was done with a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    /// It was as it should be.
    Unchanged,
    /// It was made.
    Created,
    /// It was changed.
    Updated,
    /// It took resources over.
    Imported,
    /// It was deleted.
    Deleted,
    /// There is a change set, with this ARN.
    Prepared(String),
    /// There can be no change set yet: the stack waits for others to be deployed.
    Waiting,
}
