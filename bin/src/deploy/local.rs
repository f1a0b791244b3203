//! A CloudFormation server on this machine, for whoever has no AWS account yet: found or started, and stopped again.
//!
//! One that the user names is used as it is. Else ministack is started, from an environment of its own that is made at first use. It keeps
//! what an app has there from run to run, so that the second `deploy --local` is an update. What it cannot make is pretended
//! (see [`pretended`]); `local/server.py` has that part.
//!
//! Reads no environment variables: whoever calls says where the user's caches are, and which Python to use.

mod environment;
mod named;
mod place;
mod pretended;
mod process;
mod settings;

use std::path::PathBuf;

use formwork_assembly::{Assembly, Diagnostic};

pub use place::cache_directory;
pub use pretended::pretended;

use self::{place::State, process::Process};
use super::{Failure, FailureKind, LocalServer};

/// The region where neither the stage nor the user says one.
pub const REGION: &str = "us-east-1";

/// The account where the stage says none.
pub const ACCOUNT: &str = "000000000000";

/// What is known about the server before it is there.
#[derive(Clone, Debug)]
pub struct EmulatorSetup {
    /// The address of a server that is there already: `http://127.0.0.1:4566`.
    pub endpoint: Option<String>,
    /// A Python that has ministack, instead of the environment that is made for it.
    pub python: Option<PathBuf>,
    /// Formwork's directory among the user's caches, see [`cache_directory`].
    pub cache: PathBuf,
    /// The app. What one app has there is hidden from others.
    pub app: String,
    /// The region of the stage, [`REGION`] where it has none.
    pub region: String,
    /// Where tests say what is to go wrong; `Faults` in `local/server.py` says how.
    pub faults: Option<PathBuf>,
}

/// What takes a while before the server is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmulatorStep {
    /// ministack is being downloaded, which happens once.
    Installing,
    /// It is being started.
    Starting,
}

/// A server that answers. One that was started here is stopped when this goes.
#[derive(Debug)]
pub struct Emulator {
    endpoint: String,
    process: Option<Process>,
    // After the process: nobody else may use its state before it has written it.
    _state: Option<State>,
}

impl Emulator {
    /// Finds the server that the user names, or starts one. Blocks: some seconds at first use, half a second later.
    ///
    /// # Errors
    /// Nothing answers at the address; there is no Python; ministack cannot be downloaded; it does not start; the same app is being
    /// deployed to it already.
    pub fn start(setup: &EmulatorSetup, mut step: impl FnMut(EmulatorStep)) -> Result<Self, Failure> {
        if let Some(endpoint) = &setup.endpoint {
            let endpoint = named::check(endpoint).map_err(unreachable)?;
            return Ok(Self { endpoint, process: None, _state: None });
        }
        let python = match &setup.python {
            Some(python) => python.clone(),
            None => environment::find_or_make(&setup.cache, || step(EmulatorStep::Installing))
                .map_err(unreachable)?,
        };
        let state = State::lock(&setup.cache, &setup.app).map_err(unreachable)?;
        step(EmulatorStep::Starting);
        let process = Process::start(&python, &state.directory, setup).map_err(unreachable)?;
        Ok(Self { endpoint: process.endpoint(), process: Some(process), _state: Some(state) })
    }

    /// Its address: `http://127.0.0.1:49152`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// How to connect to it, for an account.
    pub fn as_account(&self, account: &str) -> LocalServer {
        LocalServer { endpoint: self.endpoint.clone(), account: account.to_owned() }
    }

    /// What of the assembly is only pretended there; none where all of it is made, or where the server is not ours.
    pub fn notice(&self, assembly: &Assembly) -> Option<Diagnostic> {
        self.process.as_ref().and_then(|_| pretended::notice(assembly))
    }
}

/// The account to deploy to: that of the assembly, where it says one. It is the access key as well, by which the server tells accounts apart.
pub fn account(assembly: &Assembly) -> &str {
    assembly.stacks.iter().find_map(|stack| stack.account.as_deref()).unwrap_or(ACCOUNT)
}

fn unreachable(finding: Diagnostic) -> Failure {
    Failure::new(FailureKind::Unreachable, finding)
}
