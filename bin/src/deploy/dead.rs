//! What is left of a creation that has failed: deleted where somebody asked for that, and agreed, so that the stack can be made anew.

use formwork_assembly::{Diagnostic, Stack, code};

use super::{
    Failure, FailureKind, Session, Work,
    carry::see_through,
    cause,
    cloud::{Cloud, Deletion, StackDescription},
    follow::{Following, Mark},
    running::Running,
    services::Attendance,
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
    let mark = Mark::now(session, &dead.id).await?;
    running.begin(session, stack, &dead.id, Work::Delete);
    let end = async {
        session.cloud.delete_stack(&dead.id, &Deletion { token, ..Deletion::default() }).await?;
        let following = Following {
            stack,
            stack_id: &dead.id,
            work: Work::Delete,
            resources: None,
            mark,
            deadline: None,
            attendance: Attendance::Opens,
        };
        see_through(session, following).await
    };
    let end = end.await;
    running.end(stack);
    let end = end?;
    if !end.status.is_deleted() {
        return Err(Failure { kind: FailureKind::Failed, findings: cause::explain(stack, &end) });
    }
    if running.may_begin().await {
        return Ok(());
    }
    let message = format!("interrupted once what was left of the stack `{}` was deleted", stack.name);
    let finding = Diagnostic::error(&code::INTERRUPTED, message)
        .path(stack.id.clone())
        .help("deploy again: it is made anew");
    Err(Failure::new(FailureKind::Interrupted, finding))
}
