//! What every operation of the engine has with it.

use std::{ffi::OsString, path::PathBuf, time::Duration};

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
    /// The folder, which the paths of assets count from.
    pub folder: PathBuf,
}

impl<C: Cloud> Session<C> {
    /// The same run, in the region of a stack.
    #[must_use]
    pub fn at(&self, stack: &Stack) -> Self {
        match stack.region.as_deref() {
            Some(region) if region != self.cloud.region() => {
                Self { cloud: self.cloud.in_region(region), ..self.clone() }
            }
            _ => self.clone(),
        }
    }
}
