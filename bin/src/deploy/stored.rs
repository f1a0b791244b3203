//! Change sets that an earlier run has prepared and somebody has reviewed: found again, and refused where they are no longer what they were.

use std::collections::BTreeMap;

use formwork_assembly::{Diagnostic, Stack, code};

use super::{
    Failure, FailureKind, Session, Target,
    change_set::{self, ChangeSet},
    cloud::{ChangeSetKind, ChangeSetPage, Cloud, FaultKind},
    nested,
    patience::persist,
    prepare::Plan,
    review::review,
    state::Standing,
    survey::Survey,
};

/// The plans of the stacks that have a change set of this name, or with this ARN. All others are left alone.
///
/// # Errors
/// None has one, or one of them cannot be carried out as it was reviewed.
pub(super) async fn find<'a, C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[&'a Stack],
    survey: &Survey,
    name: &str,
) -> Result<BTreeMap<&'a str, Result<Plan, Failure>>, Failure> {
    let mut plans = BTreeMap::new();
    for stack in stacks {
        let session = &session.at(stack);
        let Some(page) = look(session, stack, name).await? else { continue };
        let standing = survey.get(&stack.id).unwrap_or(&Standing::Absent);
        let plan = async {
            check(target, stack, &page).map_err(|finding| Failure::new(FailureKind::Refused, finding))?;
            let mut changes = change_set::changes(session, &page).await?;
            nested::look_into(session, &mut changes).await?;
            let is_import = page.description == change_set::seal(target, stack, ChangeSetKind::Import);
            let kind = if is_import { ChangeSetKind::Import } else { standing.kind() };
            let (id, stack_id) = (page.id, page.stack_id);
            let set = ChangeSet { id, stack_id, kind, changes };
            let review = review(session, stack, standing, Some(&set)).await?;
            Ok(Plan::Change(Box::new(set), Box::new(review)))
        };
        plans.insert(stack.id.as_str(), plan.await);
    }
    if plans.is_empty() {
        let message = format!("no stack has a change set `{name}`");
        let help = "`deploy --prepare` makes change sets, and says their name; those of a stack go once another one was carried out";
        let finding = Diagnostic::error(&code::NO_CHANGE_SET, message).help(help);
        return Err(Failure::new(FailureKind::Refused, finding));
    }
    Ok(plans)
}

async fn look<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    name: &str,
) -> Result<Option<ChangeSetPage>, Failure> {
    let is_arn = name.starts_with("arn:");
    // Another region has none with this ARN, and may say so rudely.
    if is_arn && name.split(':').nth(3) != Some(session.cloud.region()) {
        return Ok(None);
    }
    let of = (!is_arn).then_some(stack.name.as_str());
    match persist(session, async || session.cloud.describe_change_set(name, of, None).await).await {
        Ok(page) => Ok((page.stack == stack.name).then_some(page)),
        Err(fault) if fault.kind == FaultKind::Missing => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

/// Why it is not to be carried out.
fn check(target: &Target, stack: &Stack, page: &ChangeSetPage) -> Result<(), Diagnostic> {
    let (name, stack_name) = (&page.name, &stack.name);
    let finding = |message: String, help: &str| {
        Err(Diagnostic::error(&code::CHANGE_SET_STALE, message).path(&stack.id).help(help))
    };
    if !page.description.starts_with("made by Formwork ") {
        let message =
            format!("the change set `{name}` of the stack `{stack_name}` was not made by `deploy --prepare`");
        return finding(message, "carry it out with the tool that made it, or deploy without `--execute`");
    }
    let kinds = [ChangeSetKind::Update, ChangeSetKind::Import];
    if !kinds.iter().any(|kind| page.description == change_set::seal(target, stack, *kind)) {
        let message =
            format!("the change set `{name}` of the stack `{stack_name}` was made of another template");
        return finding(
            message,
            "use the assembly that was reviewed (`--assembly DIR`), or review anew with `deploy --prepare`",
        );
    }
    let done = match page.execution_status.as_str() {
        "EXECUTE_COMPLETE" => {
            Some(("was carried out already", "nothing is left to do of it; `status` shows the stack"))
        }
        "EXECUTE_IN_PROGRESS" => Some(("is being carried out", "`status --follow` shows it to its end")),
        _ => None,
    };
    if let Some((how, help)) = done {
        return finding(format!("the change set `{name}` of the stack `{stack_name}` {how}"), help);
    }
    if page.status != "CREATE_COMPLETE" || page.execution_status != "AVAILABLE" {
        let message = format!(
            "the change set `{name}` of the stack `{stack_name}` can no longer be carried out: it is {} and {}",
            page.status, page.execution_status
        );
        return finding(
            message,
            "the stack was changed since the review; review anew with `deploy --prepare`",
        );
    }
    Ok(())
}
