//! What a change set would do to a stack: the differences of the templates, corrected by what CloudFormation says of them.

use serde::Serialize;

/// One stack, reviewed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackReview {
    /// The id of the stack.
    pub stack: String,
    /// Its name in CloudFormation.
    pub name: String,
    /// The ARN of the change set; none where there can be none yet, because the stack waits for what another one hands out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_set: Option<String>,
}
