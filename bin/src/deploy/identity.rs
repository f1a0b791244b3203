//! Who deploys what, and where to: told first, and refused where it is not the account of the stage.

use std::collections::BTreeMap;

use formwork_assembly::{Diagnostic, Stack, code};

use super::{
    Failure, Progress, Session, Target,
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
            Diagnostic::error(&code::WRONG_ACCOUNT, message).path(&stack.id).help(format!(
                "nothing was changed; use credentials of `{account}` (`--profile NAME`), or another stage"
            ))
        })
        .collect();
    Failure::unless_empty(findings)?;
    Ok(Session { desks: desks(session, target, stacks).await?, ..session.clone() })
}

/// Takes the roles that a folder names for asking CloudFormation.
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
            let assumed = assume(session, &cloud, role, "CloudFormation is asked").await?;
            taken.insert(key.clone(), assumed);
        }
        desks.extend(taken.get(&key).cloned().flatten().map(|cloud| (stack.id.clone(), cloud)));
    }
    Ok(desks)
}

/// Takes a role. One that may not be taken is done without, as the CDK does: `what` is done by the caller then.
pub(super) async fn assume<C: Cloud>(
    session: &Session<C>,
    cloud: &C,
    role: &str,
    what: &str,
) -> Result<Option<C>, Failure> {
    match persist(session, async || cloud.assuming(role).await).await {
        Ok(cloud) => Ok(Some(cloud)),
        Err(fault) if fault.kind == FaultKind::Denied => {
            let help = format!("{what} by the caller instead of the role `{role}`");
            session.teller.warn(fault.warning(help));
            Ok(None)
        }
        Err(fault) => Err(fault.into()),
    }
}
