//! What is left of a creation that has failed: deleted where somebody asked for that, and agreed, so that the stack can be made anew.

use formwork_assembly::{Diagnostic, Stack, code};

use super::{
    Failure, FailureKind, Session, Work,
    carry::order,
    cloud::{Cloud, Deletion, StackDescription, StackStatus},
    follow::Following,
    running::Running,
};

/// Deletes it.
///
/// # Errors
/// It cannot be deleted; or somebody wants nothing more to begin.
pub(super) async fn clear_away<C: Cloud>(
    session: &Session<C>,
    running: &Running<C>,
    stack: &Stack,
    dead: &StackDescription,
) -> Result<(), Failure> {
    let session = &session.at(stack);
    let token = session.token(&format!("clear-{}", stack.id));
    let deletion = Deletion { token, ..Deletion::default() };
    let deleted = session.cloud.delete_stack(&dead.id, &deletion);
    let following = Following::from_now(session, stack, &dead.id, Work::Delete).await?;
    order(session, running, following, deleted, StackStatus::is_deleted).await?;
    if running.may_begin().await {
        return Ok(());
    }
    let message = format!("interrupted once what was left of the stack `{}` was deleted", stack.name);
    let finding =
        Diagnostic::error(&code::INTERRUPTED, message).path(&stack.id).help("deploy again: it is made anew");
    Err(Failure::new(FailureKind::Interrupted, finding))
}
