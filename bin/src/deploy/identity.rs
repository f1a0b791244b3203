//! Who deploys what, and where to: told first, and refused where it is not the account of the stage.

use formwork_assembly::{Diagnostic, Stack, code};

use super::{Failure, FailureKind, Progress, Session, Target, cloud::Cloud};

/// Tells it, and refuses stacks of other accounts. On a local server every account is the same.
pub(super) fn check<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[&Stack],
) -> Result<(), Failure> {
    let assembly = &target.assembly;
    let region = stacks.iter().find_map(|stack| stack.region.as_deref()).unwrap_or(session.cloud.region());
    session.teller.tell(Progress::Identity {
        app: assembly.app.clone(),
        stage: assembly.stage.clone(),
        protected: assembly.protected,
        caller: session.caller.clone(),
        region: region.to_owned(),
        local: session.local.clone(),
    });
    if session.local.is_some() {
        return Ok(());
    }
    let mine = &session.caller.account;
    let other = |stack: &&&Stack| stack.account.as_ref().is_some_and(|account| account != mine);
    let findings: Vec<Diagnostic> = stacks
        .iter()
        .filter(other)
        .map(|stack| {
            let account = stack.account.as_deref().unwrap_or_default();
            let message = format!(
                "the stack `{}` belongs to the account `{account}`, and these are credentials of `{mine}`",
                stack.id
            );
            Diagnostic::error(&code::WRONG_ACCOUNT, message)
                .path(stack.id.clone())
                .help(format!("nothing was changed; use a profile of `{account}`, or another stage"))
        })
        .collect();
    if findings.is_empty() { Ok(()) } else { Err(Failure { kind: FailureKind::Refused, findings }) }
}
