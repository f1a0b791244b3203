//! Who deploys what, and where to: told first, and refused where it is not the account of the stage.

use std::collections::BTreeMap;

use formwork_assembly::{Diagnostic, Severity, Stack, code};

use super::{
    Failure, FailureKind, Progress, Session, Target,
    cloud::{Cloud, FaultKind},
    patience::persist,
    publish,
};

/// Tells it, refuses stacks of other accounts, and answers the session by which they can be asked about. On a local server every account is the
/// same.
pub(super) async fn check<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[&Stack],
) -> Result<Session<C>, Failure> {
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
        return Ok(session.clone());
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
            Diagnostic::error(&code::WRONG_ACCOUNT, message).path(stack.id.clone()).help(format!(
                "nothing was changed; use credentials of `{account}` (`--profile NAME`), or another stage"
            ))
        })
        .collect();
    if !findings.is_empty() {
        return Err(Failure { kind: FailureKind::Refused, findings });
    }
    Ok(Session { desks: desks(session, target, stacks).await?, ..session.clone() })
}

/// Takes the roles that a folder names for asking CloudFormation. One that may not be taken is done without, as the CDK does.
async fn desks<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[&Stack],
) -> Result<BTreeMap<String, C>, Failure> {
    let roles = publish::deployers(session, target, stacks)?;
    let mut taken: BTreeMap<(String, String), Option<C>> = BTreeMap::new();
    let mut desks = BTreeMap::new();
    for stack in stacks {
        let Some(role) = roles.get(&stack.id) else { continue };
        let cloud = session.at(stack).cloud;
        let key = (role.clone(), cloud.region().to_owned());
        if !taken.contains_key(&key) {
            let assumed = match persist(session, async || cloud.assuming(role).await).await {
                Ok(assumed) => Some(assumed),
                Err(fault) if fault.kind == FaultKind::Denied => {
                    let help = format!("CloudFormation is asked by the caller instead of the role `{role}`");
                    let finding = Diagnostic { severity: Severity::Warning, ..fault.finding().help(help) };
                    session.teller.tell(Progress::Warning(finding));
                    None
                }
                Err(fault) => return Err(fault.into()),
            };
            taken.insert(key.clone(), assumed);
        }
        desks.extend(taken.get(&key).cloned().flatten().map(|cloud| (stack.id.clone(), cloud)));
    }
    Ok(desks)
}
