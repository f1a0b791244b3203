//! `diff --deployed`: what a deployment would change, by the templates alone.

use super::{
    Failure, Progress, Session, StackReview, Target, cloud::Cloud, halt, identity, ledger::Ledger,
    review::review, selection, state::Standing, survey::describe,
};

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
