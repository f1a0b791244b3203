//! What every operation of the engine has with it.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf, time::Duration};

use formwork_assembly::{Assembly, Stack};

use super::{
    Interrupts, Teller,
    cloud::{Answer, Cloud, FaultKind, Identity},
};

/// One run of the engine.
#[derive(Clone, Debug)]
pub struct Session<C> {
    /// Whom to ask, in the region of the stage.
    pub cloud: C,
    /// Whom to ask about a stack, by its id, where a folder names a role for that. The operations fill it by themselves.
    pub desks: BTreeMap<String, C>,
    /// The caller itself, where `cloud` is such a role.
    pub own: Option<C>,
    /// Who asks.
    pub caller: Identity,
    /// Where to tell what happens.
    pub teller: Teller,
    /// Whether somebody wants it to stop.
    pub interrupts: Interrupts,
    /// How long to wait before asking again how far something is.
    pub pace: Duration,
    /// Tells this run from others, in tokens of requests and names of change sets: letters, digits and `-`, unique.
    pub run: String,
    /// The address of the local server; none for AWS.
    pub local: Option<String>,
    /// The program that builds images and pushes them: `docker`, or another that takes the same arguments.
    pub builder: OsString,
    /// Where that program has the user's settings and logins: `~/.docker`.
    pub builder_settings: Option<PathBuf>,
    /// Where each run may have directories of its own for a while.
    pub scratch: PathBuf,
}

/// What to carry out.
#[derive(Clone, Debug)]
pub struct Target {
    /// The assembly, read from its folder.
    pub assembly: Assembly,
    /// The folder, which the paths of assets count from; empty where nothing was written, because an app is only asked about.
    pub folder: PathBuf,
}

impl<C> Session<C> {
    /// The name of all change sets of this run.
    pub(super) fn change_set_name(&self) -> String {
        format!("formwork-{}", self.run)
    }

    /// Tells a request of this run from others: by the id of the stack that it is about, with a word where there are several about it.
    pub(super) fn token(&self, what: &str) -> String {
        let token = format!("{}-{what}", self.run).replace(|one: char| !one.is_ascii_alphanumeric(), "-");
        token.chars().take(128).collect()
    }
}

impl<C: Cloud> Session<C> {
    /// The same run, in the region of a stack, by whoever may ask about it.
    #[must_use]
    pub fn at(&self, stack: &Stack) -> Self {
        let mut session = self.by_caller(stack);
        if let Some(desk) = self.desks.get(&stack.id) {
            session.own = Some(std::mem::replace(&mut session.cloud, desk.clone()));
        }
        session
    }

    /// The same run, in the region of a stack, by the caller itself: a role that asks CloudFormation is not meant for anything else.
    #[must_use]
    pub fn by_caller(&self, stack: &Stack) -> Self {
        let cloud = self.own.as_ref().unwrap_or(&self.cloud);
        let cloud = match stack.region.as_deref() {
            Some(region) if region != cloud.region() => cloud.in_region(region),
            _ => cloud.clone(),
        };
        Self { cloud, own: None, ..self.clone() }
    }

    /// Asks whoever may ask about a stack, and the caller itself where that role may not: that of the CDK can neither cancel an update nor set
    /// a stack policy.
    pub(super) async fn either<T>(&self, question: impl AsyncFn(&C) -> Answer<T>) -> Answer<T> {
        match (question(&self.cloud).await, &self.own) {
            (Err(fault), Some(own)) if fault.kind == FaultKind::Denied => question(own).await,
            (answer, _) => answer,
        }
    }
}
