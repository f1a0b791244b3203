//! `status`: the states of the stacks.

use formwork_assembly::{Diagnostic, Place, Stack, code};
use serde::Serialize;

use super::{
    Failure, Session, Target,
    cloud::{Cloud, StackDescription, StackStatus},
    guard, identity,
    origins::Origins,
    patience::persist,
    selection,
    survey::describe,
};

/// The state of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackState {
    /// The id of the stack.
    pub stack: String,
    /// Its name in CloudFormation.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its status; none where it is not there.
    pub status: Option<StackStatus>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was last changed, as `2026-11-21T16:00:00Z`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<String>,
    /// True where it cannot be deleted.
    pub termination_protection: bool,
    /// The resources of a protected stage that hold data and that its stack policy does not keep: construct paths.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unguarded: Vec<String>,
    /// `IN_SYNC`, `DRIFTED`, where a detection has run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<String>,
    /// Where in the app its first resource comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
}

/// The states of stacks, in the order of deployment.
///
/// # Errors
/// There is no such stack in the assembly, or AWS cannot be asked.
pub async fn status<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[String],
) -> Result<Vec<StackState>, Failure> {
    let stacks = selection::exactly(&target.assembly, stacks)?;
    let session = &identity::check(session, target, &stacks).await?;
    guarded(session, target, &stacks).await
}

/// The states of stacks.
pub(super) async fn states<C: Cloud>(
    session: &Session<C>,
    stacks: &[&Stack],
) -> Result<Vec<StackState>, Failure> {
    let found = describe(session, stacks).await?;
    Ok(found.into_iter().map(|(stack, found)| state(session, stack, found)).collect())
}

/// The same, and of a protected stage what no stack policy keeps.
pub(super) async fn guarded<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[&Stack],
) -> Result<Vec<StackState>, Failure> {
    let mut states = states(session, stacks).await?;
    if !target.assembly.protected {
        return Ok(states);
    }
    for (stack, state) in stacks.iter().zip(&mut states) {
        if !state.status.as_ref().is_some_and(StackStatus::is_stable) {
            continue;
        }
        let at = session.at(stack);
        let deployed = persist(&at, async || at.cloud.get_template(&stack.name).await).await?;
        let open = guard::unguarded(session, stack, deployed.as_deref().unwrap_or(&stack.template)).await;
        if open.is_empty() {
            continue;
        }
        let named = guard::named(stack, &open);
        let message = format!("no stack policy keeps what holds data in the stack `{}`: {named}", stack.name);
        let help = "a deployment that was broken off may have lifted it; `deploy` sets it, also where nothing else changes";
        let warning = Diagnostic::warning(&code::NOT_GUARDED, message).path(&stack.id).help(help);
        session.teller.warn(warning);
        let origins = Origins::of(stack);
        state.unguarded = open.iter().map(|id| origins.path(id).to_owned()).collect();
    }
    Ok(states)
}

fn state<C: Cloud>(session: &Session<C>, stack: &Stack, found: Option<StackDescription>) -> StackState {
    let found = found.filter(|found| !found.status.is_deleted());
    StackState {
        stack: stack.id.clone(),
        name: stack.name.clone(),
        region: stack.region.clone().unwrap_or_else(|| session.cloud.region().to_owned()),
        termination_protection: found.as_ref().is_some_and(|found| found.termination_protection),
        unguarded: Vec::new(),
        reason: found.as_ref().and_then(|found| found.reason.clone()),
        changed: found.as_ref().and_then(|found| found.changed.clone()),
        drift: found.as_ref().and_then(|found| found.drift.clone()),
        status: found.map(|found| found.status),
        at: stack.resources.first().and_then(|origin| origin.at.clone()),
    }
}
