//! What every operation of the engine has with it.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf, time::Duration};

use formwork_assembly::{Assembly, Stack};

use super::{
    Interrupts, Teller,
    cloud::{Cloud, Identity},
};

/// One run of the engine.
#[derive(Clone, Debug)]
pub struct Session<C> {
    /// Whom to ask, in the region of the stage.
    pub cloud: C,
    /// Whom to ask about a stack, by its id, where a folder names a role for that. The operations fill it by themselves.
    pub desks: BTreeMap<String, C>,
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
}

/// What to carry out.
#[derive(Clone, Debug)]
pub struct Target {
    /// The assembly, read from its folder.
    pub assembly: Assembly,
    /// The folder, which the paths of assets count from; empty where nothing was written, because an app is only asked about.
    pub folder: PathBuf,
}

impl<C: Cloud> Session<C> {
    /// The same run, in the region of a stack, by whoever may ask about it.
    #[must_use]
    pub fn at(&self, stack: &Stack) -> Self {
        let cloud = match (self.desks.get(&stack.id), stack.region.as_deref()) {
            (Some(desk), _) => desk.clone(),
            (None, Some(region)) if region != self.cloud.region() => self.cloud.in_region(region),
            _ => self.cloud.clone(),
        };
        Self { cloud, ..self.clone() }
    }
}
