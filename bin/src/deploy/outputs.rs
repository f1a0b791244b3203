//! `outputs`: what the stacks hand out. `diff --deployed`: what a deployment would change, by the templates alone.

use formwork_assembly::Stack;
use serde::Serialize;

use super::{
    Failure, Progress, Session, StackReview, Target,
    cloud::{Cloud, StackOutput},
    halt, identity,
    ledger::Ledger,
    review::review,
    selection,
    state::Standing,
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
    Ok(there.map(|(stack, outputs)| named(stack, outputs)).collect())
}

/// Compares stacks with what is deployed of them. Makes no change set; answers those that differ.
///
/// # Errors
/// There is no such stack in the assembly, or AWS cannot be asked.
pub async fn compare<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[String],
) -> Result<Vec<StackReview>, Failure> {
    let stacks = selection::exactly(&target.assembly, stacks)?;
    let session = &identity::check(session, target, &stacks).await?;
    let since = session.interrupts.count();
    let ledger = Ledger::new();
    let work = async {
        let mut reviews = Vec::new();
        for (stack, found) in describe(session, &stacks).await? {
            let standing = match found {
                Some(found) if !found.status.is_deleted() && !found.status.is_review() => {
                    Standing::There(found)
                }
                _ => Standing::Absent,
            };
            let review = review(session, stack, &standing, None).await?;
            if review.grade.is_some() {
                reviews.push(review);
            } else {
                session.teller.tell(Progress::Unchanged { stack: stack.id.clone() });
            }
        }
        Ok(reviews)
    };
    halt::preparing(session, since, &ledger, work).await
}

fn named(stack: &Stack, mut outputs: Vec<StackOutput>) -> StackOutputs {
    // What is most looked for comes last.
    outputs.sort_by_key(|output| output.value.contains("://"));
    StackOutputs { stack: stack.id.clone(), name: stack.name.clone(), outputs }
}
