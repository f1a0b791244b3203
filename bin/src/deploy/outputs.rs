//! `outputs`: what the stacks hand out.

use formwork_assembly::Stack;
use serde::Serialize;

use super::{
    Failure, Session, Target,
    cloud::{Cloud, StackOutput},
    identity,
    patience::persist,
    selection,
    survey::describe,
};

/// What a stack hands out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StackOutputs {
    /// The id of the stack.
    pub stack: String,
    /// Its name in CloudFormation.
    pub name: String,
    /// Its outputs; addresses come last.
    pub outputs: Vec<StackOutput>,
}

/// The outputs of stacks that are deployed, in the order of deployment.
///
/// # Errors
/// There is no such stack in the assembly, or AWS cannot be asked.
pub async fn outputs<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[String],
) -> Result<Vec<StackOutputs>, Failure> {
    let stacks = selection::exactly(&target.assembly, stacks)?;
    let session = &identity::check(session, target, &stacks).await?;
    let found = describe(session, &stacks).await?;
    let there = found.into_iter().filter_map(|(stack, found)| Some((stack, found?.outputs)));
    let named = there.map(|(stack, outputs)| StackOutputs {
        stack: stack.id.clone(),
        name: stack.name.clone(),
        outputs: sorted(outputs),
    });
    Ok(named.collect())
}

/// What a stack hands out now.
pub(super) async fn of<C: Cloud>(session: &Session<C>, stack: &Stack) -> Result<Vec<StackOutput>, Failure> {
    let session = session.at(stack);
    let found = persist(&session, async || session.cloud.describe_stack(&stack.name).await).await?;
    Ok(found.map(|found| sorted(found.outputs)).unwrap_or_default())
}

/// What is most looked for comes last.
fn sorted(mut outputs: Vec<StackOutput>) -> Vec<StackOutput> {
    outputs.sort_by_key(|output| output.value.contains("://"));
    outputs
}
