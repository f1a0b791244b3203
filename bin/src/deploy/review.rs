//! What a change set would do to a stack: the differences of the templates, corrected by what CloudFormation says of them.

mod correct;
mod mangled;

use formwork_assembly::Stack;
use serde::Serialize;

use super::{
    Failure, FailureKind, Session,
    change_set::ChangeSet,
    cloud::{ChangeSetKind, Cloud, StackDescription},
    patience::persist,
    progress::Work,
    state::Standing,
};
use crate::diff::{self, Grade, Highlight, StackDiff};

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

/// Reviews a stack: against what is deployed of it, and with what its change set says where there is one.
///
/// # Errors
/// What is deployed cannot be asked for, or the new template is no JSON object.
pub(super) async fn review<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    standing: &Standing,
    change_set: Option<&ChangeSet>,
) -> Result<StackReview, Failure> {
    let session = &session.at(stack);
    let deployed = match standing.description() {
        Some(description) => Some(deployed(session, stack, description).await?),
        None => None,
    };
    let work = match change_set.map_or(standing.kind(), |set| set.kind) {
        ChangeSetKind::Create => Work::Create,
        ChangeSetKind::Update => Work::Update,
        ChangeSetKind::Import => Work::Import,
    };
    let correct = |diff: &mut StackDiff| {
        if let Some(set) = change_set {
            correct::correct(diff, stack, &set.changes);
        }
    };
    let reviewed = diff::of_stack(deployed.as_ref(), stack, correct);
    let (diff, highlights) = reviewed.map_err(|finding| Failure::new(FailureKind::Failed, finding))?;
    Ok(StackReview {
        stack: stack.id.clone(),
        name: stack.name.clone(),
        work,
        change_set: change_set.map(|set| set.id.clone()),
        grade: diff.grades().max(),
        highlights,
        diff,
    })
}

/// Reviews the deletion of a stack: what is in it as it is deployed.
///
/// # Errors
/// What is deployed cannot be asked for.
pub(super) async fn review_deletion<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    description: &StackDescription,
) -> Result<StackReview, Failure> {
    let deployed = deployed(&session.at(stack), stack, description).await?;
    let (diff, highlights) =
        diff::of_deletion(&deployed).map_err(|finding| Failure::new(FailureKind::Failed, finding))?;
    Ok(StackReview {
        stack: stack.id.clone(),
        name: stack.name.clone(),
        work: Work::Delete,
        change_set: None,
        grade: diff.grades().max(),
        highlights,
        diff,
    })
}

/// The stack as it is deployed. Where its template cannot be read as JSON, it is taken for the same: CloudFormation knows what differs.
async fn deployed<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    description: &StackDescription,
) -> Result<Stack, Failure> {
    let text = persist(session, async || session.cloud.get_template(&description.id).await).await?;
    let template = text.and_then(|text| mangled::restored(&text, &stack.template));
    Ok(Stack {
        template: template.unwrap_or_else(|| stack.template.clone()),
        tags: description.tags.clone(),
        termination_protection: description.termination_protection,
        ..stack.clone()
    })
}
