//! Whom to ask: AWS, or a server on this machine; and everything that the engine has with it.

use std::{
    process,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use formwork_assembly::Assembly;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    Surroundings,
    cli::{Access, Local},
    deploy::{
        Aws, Connection, Failure, Interrupter, Interrupts, LocalServer, Progress, Session, Target, Teller,
        cloud::Cloud,
        local::{self, Emulator, EmulatorSetup, EmulatorStep},
    },
    render::Render,
};

/// How often AWS is asked how far something is: often enough to watch, seldom enough not to be throttled.
const PACE: Duration = Duration::from_secs(2);

/// A server on this machine does its work at once.
const LOCAL_PACE: Duration = Duration::from_millis(100);

/// A run of the engine, and our ends of what it tells and hears.
pub(super) struct Connected {
    pub session: Session<Aws>,
    pub events: UnboundedReceiver<Progress>,
    pub interrupter: Interrupter,
    /// Stopped when this goes.
    _server: Option<Emulator>,
}

pub(super) async fn connect(
    access: &Access,
    target: &Target,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Result<Connected, Failure> {
    let assembly = &target.assembly;
    let server =
        access.local.as_ref().map(|local| serve(local, access, assembly, around, render)).transpose()?;
    let connection = Connection {
        profile: access.profile.clone(),
        region: region(access, assembly, server.as_ref()),
        local: server.as_ref().map(|server| server.as_account(local::account(assembly))),
    };
    let cloud = Aws::connect(&connection).await?;
    let caller = cloud.identity().await?;
    let (teller, events) = Teller::channel();
    let (interrupter, interrupts) = Interrupts::new();
    let session = Session {
        cloud,
        caller,
        teller,
        interrupts,
        pace: if server.is_some() { LOCAL_PACE } else { PACE },
        run: run(),
        local: connection.local.map(|LocalServer { endpoint, .. }| endpoint),
        builder: around.docker.clone().unwrap_or_else(|| "docker".into()),
    };
    Ok(Connected { session, events, interrupter, _server: server })
}

/// Finds or starts the server.
fn serve(
    local: &Local,
    access: &Access,
    assembly: &Assembly,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Result<Emulator, Failure> {
    let setup = EmulatorSetup {
        endpoint: match local {
            Local::Own => None,
            Local::At(url) => Some(url.clone()),
        },
        python: around.ministack.clone().map(Into::into),
        cache: around.cache(),
        app: assembly.app.clone(),
        region: region(access, assembly, None).unwrap_or_else(|| local::REGION.to_owned()),
        faults: None,
    };
    let server = Emulator::start(&setup, |step| {
        render.hint(match step {
            EmulatorStep::Installing => {
                "installing ministack, a local CloudFormation server, first time only"
            }
            EmulatorStep::Starting => "starting a local CloudFormation server",
        });
    })?;
    render.findings(server.notice(assembly).as_slice());
    Ok(server)
}

/// The region for stacks that name none; where all name one, theirs, so that nothing else has to.
fn region(access: &Access, assembly: &Assembly, server: Option<&Emulator>) -> Option<String> {
    let first = assembly.stacks.iter().find_map(|stack| stack.region.clone());
    let is_complete = assembly.stacks.iter().all(|stack| stack.region.is_some());
    let local = server.map(|_| local::REGION.to_owned());
    access.region.clone().or(first.filter(|_| is_complete || server.is_some())).or(local)
}

/// A word for this run that no other has.
fn run() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{:x}-{:x}", now.as_secs(), now.subsec_nanos(), process::id())
}
