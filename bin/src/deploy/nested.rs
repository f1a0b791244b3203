//! What would happen within nested stacks: what their own change sets say, and what is in those that go.
//!
//! The change set of the outer stack says of a nested one only that it changes. Where nobody may look further, nobody knows whether data goes.

use serde_json::Value;

use super::{
    Session,
    change_set::{self, says_nothing_changes},
    cloud::{Answer, ChangeAction, Cloud, Fault, FaultKind, PlannedChange},
    pages,
    patience::persist,
    template,
};

/// The type of a nested stack.
pub(super) const NESTED: &str = "AWS::CloudFormation::Stack";

/// True where a template has nested stacks.
pub(super) fn has_nested(template: &str) -> bool {
    template::resources(template).values().any(|resource| resource["Type"] == NESTED)
}

/// Looks into all nested stacks among some changes, and into those within them.
///
/// # Errors
/// Nobody answers. What may not be looked at stays unknown.
pub(super) async fn look_into<C: Cloud>(
    session: &Session<C>,
    changes: &mut [PlannedChange],
) -> Result<(), Fault> {
    for change in changes.iter_mut().filter(|change| change.kind == NESTED) {
        let inner = match (&change.nested, &change.action) {
            (Some(set), _) => planned(session, set).await,
            (None, ChangeAction::Remove) => within(session, &change.physical_id).await.map(Some),
            // What is new takes nothing away.
            (None, ChangeAction::Add) => Ok(Some(Vec::new())),
            (None, _) => Ok(None),
        };
        change.inner = match inner {
            Err(fault)
                if matches!(fault.kind, FaultKind::Denied | FaultKind::Missing | FaultKind::Invalid) =>
            {
                None
            }
            inner => inner?,
        };
        if let Some(inner) = &mut change.inner {
            Box::pin(look_into(session, inner)).await?;
        }
    }
    Ok(())
}

/// Why a nested change set has failed, by what the outer one says of that: it names it.
pub(super) async fn reason<C: Cloud>(session: &Session<C>, said: &str) -> String {
    let named = said.split_whitespace().find(|word| word.starts_with("arn:") && word.contains(":changeSet/"));
    if let Some(set) = named
        && let Ok(page) = session.cloud.describe_change_set(set, None, None).await
        && !page.reason.is_empty()
    {
        return page.reason;
    }
    said.to_owned()
}

/// What a change set of a nested stack would do.
async fn planned<C: Cloud>(session: &Session<C>, set: &str) -> Answer<Option<Vec<PlannedChange>>> {
    let page = persist(session, async || session.cloud.describe_change_set(set, None, None).await).await?;
    if page.status == "FAILED" {
        return Ok(says_nothing_changes(&page.reason).then(Vec::new));
    }
    change_set::changes(session, &page).await.map(Some)
}

/// All that is in a nested stack, as it goes with it.
async fn within<C: Cloud>(session: &Session<C>, stack: &str) -> Answer<Vec<PlannedChange>> {
    let template = persist(session, async || session.cloud.get_template(stack).await).await?;
    let resources = template::resources(&template.unwrap_or_default());
    let members = pages::members(session, stack).await?;
    let gone = members.into_iter().map(|member| PlannedChange {
        policy_action: Some(policy(resources.get(&member.logical_id))),
        logical_id: member.logical_id,
        physical_id: member.physical_id,
        kind: member.kind,
        action: ChangeAction::Remove,
        ..PlannedChange::default()
    });
    Ok(gone.collect())
}

/// What becomes of a resource that goes.
fn policy(resource: Option<&Value>) -> String {
    let policy = resource.and_then(|resource| resource["DeletionPolicy"].as_str());
    policy.unwrap_or("Delete").to_owned()
}
