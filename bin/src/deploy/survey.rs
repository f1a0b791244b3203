//! Looks at all stacks, side by side, before anything is touched.

use std::collections::BTreeMap;

use formwork_assembly::{Diagnostic, Stack};
use futures_util::{StreamExt, stream};

use super::{
    Failure, Options, Session,
    cloud::{Cloud, StackDescription},
    patience::persist,
    state::Standing,
};

/// How many stacks are looked at at once.
const AT_ONCE: usize = 8;

/// What there is of each stack, by id.
pub(super) type Survey = BTreeMap<String, Standing>;

/// What there is of each stack.
///
/// # Errors
/// Everything that stands in the way of any.
pub(super) async fn survey<C: Cloud>(
    session: &Session<C>,
    stacks: &[&Stack],
    options: &Options,
) -> Result<Survey, Failure> {
    let mut survey = Survey::new();
    let mut findings: Vec<Diagnostic> = Vec::new();
    for (stack, found) in describe(session, stacks).await? {
        match Standing::of(stack, found, options) {
            Ok(standing) => {
                survey.insert(stack.id.clone(), standing);
            }
            Err(finding) => findings.push(finding),
        }
    }
    Failure::unless_empty(findings)?;
    Ok(survey)
}

/// The stacks as CloudFormation describes them, in their order.
pub(super) async fn describe<'a, C: Cloud>(
    session: &Session<C>,
    stacks: &[&'a Stack],
) -> Result<Vec<(&'a Stack, Option<StackDescription>)>, Failure> {
    let looks = stacks.iter().map(|stack| async move {
        let session = session.at(stack);
        let found = persist(&session, async || session.cloud.describe_stack(&stack.name).await).await;
        (*stack, found)
    });
    let looks: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
    let mut found = Vec::new();
    for (stack, answer) in looks {
        // What goes wrong with one goes wrong with all.
        found.push((stack, answer?));
    }
    Ok(found)
}
