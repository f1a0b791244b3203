//! What a change set would do to a stack: the differences of the templates, corrected by what CloudFormation says of them.

use serde::Serialize;

use super::progress::Work;
use crate::diff::{Grade, Highlight, StackDiff};

/// One stack, reviewed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackReview {
    /// The id of the stack.
    pub stack: String,
    /// Its name in CloudFormation.
    pub name: String,
    /// What CloudFormation would do with it.
    pub work: Work,
    /// The ARN of the change set; none where there can be none yet, because the stack waits for what another one hands out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_set: Option<String>,
    /// The gravest of all that it does; none where nothing differs.
    pub grade: Option<Grade>,
    /// What not to miss.
    pub highlights: Vec<Highlight>,
    /// All differences.
    pub diff: StackDiff,
}
