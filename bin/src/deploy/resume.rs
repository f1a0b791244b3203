//! `status --follow` and `resume`: what is being done to the stacks, followed to its end.

use formwork_assembly::Stack;
use futures_util::future::join_all;

use super::{
    Failure, Options, Outcome, Session, StackState, Target, Work,
    carry::see_through,
    cloud::{Cloud, StackStatus},
    follow::{Following, Mark},
    halt, identity, prepare,
    run::{carry_through, chosen},
    running::Running,
    selection,
    services::Attendance,
    status,
    survey::describe,
};

/// Follows what is being done to the stacks until nothing is, then answers their states.
///
/// # Errors
/// As [`status`](super::status()); or nobody answers any more, or somebody has interrupted it.
pub async fn watch<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[String],
) -> Result<Vec<StackState>, Failure> {
    let stacks = selection::exactly(&target.assembly, stacks)?;
    let session = &identity::check(session, target, &stacks).await?;
    settle(session, &stacks, Attendance::Tells).await?;
    status::guarded(session, target, &stacks).await
}

/// Follows what an interrupted deployment has left running, then deploys what is left to do.
///
/// # Errors
/// As [`deploy`](super::deploy).
pub async fn resume<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    options: &Options,
) -> Result<Outcome, Failure> {
    let stacks = chosen(target, options)?;
    prepare::check(target, options)?;
    let session = &identity::check(session, target, &stacks).await?;
    settle(session, &stacks, Attendance::Opens).await?;
    carry_through(session, target, options, stacks).await
}

/// Follows all that goes on. How it ends is told, and no failure of this.
async fn settle<C: Cloud>(
    session: &Session<C>,
    stacks: &[&Stack],
    attendance: Attendance,
) -> Result<(), Failure> {
    let since = session.interrupts.count();
    let found = describe(session, stacks).await?;
    let busy = found
        .into_iter()
        .filter_map(|(stack, found)| Some((stack, found.filter(|one| one.status.is_busy())?)));
    let running = Running::new();
    let follows = busy.map(|(stack, found)| {
        let running = &running;
        async move {
            let session = &session.at(stack);
            let work = work(&found.status);
            let (mark, stack_id) = (Mark::Operation, found.id.as_str());
            let following =
                Following { stack, stack_id, work, resources: None, mark, deadline: None, attendance };
            let begun = std::future::ready(Ok::<_, Failure>(()));
            see_through(session, running, following, begun).await.map(drop)
        }
    });
    let follows = async { Failure::all(join_all(follows).await.into_iter().filter_map(Result::err)) };
    halt::watching(session, since, &running, follows).await
}

fn work(status: &StackStatus) -> Work {
    match status.0.as_str() {
        status if status.contains("ROLLBACK") => Work::Rollback,
        status if status.starts_with("CREATE") => Work::Create,
        status if status.starts_with("DELETE") => Work::Delete,
        status if status.starts_with("IMPORT") => Work::Import,
        _ => Work::Update,
    }
}
