//! What is left of creations that have failed: deleted first, where somebody asked for that, so that the stacks can be made anew.

use formwork_assembly::Stack;

use super::{
    Failure, FailureKind, Session, Work,
    carry::see_through,
    cause,
    change_set::token_for,
    cloud::{Cloud, Deletion, StackDescription},
    follow::{Following, Mark},
    halt,
    running::Running,
    services::Attendance,
    state::Standing,
    survey::Survey,
};

/// Deletes them. Afterwards there are none.
pub(super) async fn clear_away<C: Cloud>(
    session: &Session<C>,
    since: u32,
    stacks: &[&Stack],
    mut survey: Survey,
) -> Result<Survey, Failure> {
    let running = Running::new();
    let work = async {
        // Those that use others stand after them.
        for stack in stacks.iter().rev() {
            if let Some(Standing::Dead(dead)) = survey.get(&stack.id) {
                delete(session, &running, stack, dead).await?;
                survey.insert(stack.id.clone(), Standing::Absent);
            }
        }
        Ok(())
    };
    halt::watching(session, since, &running, work).await?;
    Ok(survey)
}

async fn delete<C: Cloud>(
    session: &Session<C>,
    running: &Running<C>,
    stack: &Stack,
    dead: &StackDescription,
) -> Result<(), Failure> {
    let session = &session.at(stack);
    let token = token_for(session, &format!("clear-{}", stack.id));
    let mark = Mark::now(session, &dead.id).await?;
    running.begin(session, stack, &dead.id, Work::Delete);
    session.cloud.delete_stack(&dead.id, &Deletion { token, ..Deletion::default() }).await?;
    let work = Work::Delete;
    let attendance = Attendance::Opens;
    let (resources, deadline) = (None, None);
    let following = Following { stack, stack_id: &dead.id, work, resources, mark, deadline, attendance };
    let end = see_through(session, following).await;
    running.end(stack);
    let end = end?;
    if end.status.is_deleted() {
        return Ok(());
    }
    Err(Failure { kind: FailureKind::Failed, findings: cause::explain(stack, &end) })
}
