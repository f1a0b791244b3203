//! What a change set would do to a stack: the differences of the templates, corrected by what CloudFormation says of them.

mod correct;
mod mangled;

use formwork_assembly::{Diagnostic, Stack, code};
use serde::Serialize;
use serde_json::{Map, json};

use super::{
    Failure, FailureKind, Session,
    change_set::ChangeSet,
    cloud::{ChangeSetKind, Cloud, StackDescription, StackMember},
    import, pages,
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
        Some(description) => match (template(session, stack, description).await?, change_set) {
            (Some(template), _) => Some(deployed(stack, description, template)),
            // CloudFormation knows what differs.
            (None, Some(_)) => Some(deployed(stack, description, stack.template.clone())),
            (None, None) => return Err(incomparable(stack)),
        },
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
        grade: diff.grade(),
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
    let session = &session.at(stack);
    let template = match template(session, stack, description).await? {
        Some(template) => template,
        None => members(session, &description.id).await?,
    };
    let deployed = deployed(stack, description, template);
    let (diff, highlights) =
        diff::of_deletion(&deployed).map_err(|finding| Failure::new(FailureKind::Failed, finding))?;
    Ok(StackReview {
        stack: stack.id.clone(),
        name: stack.name.clone(),
        work: Work::Delete,
        change_set: None,
        grade: diff.grade(),
        highlights,
        diff,
    })
}

/// The stack as it is deployed.
fn deployed(stack: &Stack, description: &StackDescription, template: String) -> Stack {
    Stack {
        template,
        tags: description.tags.clone(),
        termination_protection: description.termination_protection,
        ..stack.clone()
    }
}

/// Warns of what `--import-existing` cannot find, as far as what is deployed can be told from what is new.
pub(super) async fn warn_of_names<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    standing: &Standing,
) -> Result<(), Failure> {
    let deployed = match standing.description() {
        Some(description) => match template(&session.at(stack), stack, description).await? {
            Some(template) => Some(template),
            None => return Ok(()),
        },
        None => None,
    };
    import::warn_of_names(session, stack, deployed.as_deref());
    Ok(())
}

/// The deployed template; none where it is no JSON object, because another tool has written it.
async fn template<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    description: &StackDescription,
) -> Result<Option<String>, Failure> {
    let text = persist(session, async || session.cloud.get_template(&description.id).await).await?;
    Ok(text.and_then(|text| mangled::restored(&text, &stack.template)))
}

/// What is in a stack, as a template that says no more than that: its deletion deletes all of it, as far as anybody can know.
async fn members<C: Cloud>(session: &Session<C>, stack_id: &str) -> Result<String, Failure> {
    let members = pages::members(session, stack_id).await?;
    let there = members.into_iter().filter(StackMember::is_there);
    let resources: Map<_, _> =
        there.map(|member| (member.logical_id, json!({ "Type": member.kind }))).collect();
    Ok(json!({ "Resources": resources }).to_string())
}

fn incomparable(stack: &Stack) -> Failure {
    let message = format!("the deployed template of the stack `{}` is not JSON", stack.name);
    let finding = Diagnostic::error(&code::TEMPLATE_UNREADABLE, message).path(&stack.id);
    let help = "another tool has deployed it; `deploy --prepare` asks CloudFormation what would change";
    Failure::new(FailureKind::Failed, finding.help(help))
}
