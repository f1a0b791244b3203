//! Whom to ask: AWS, or a server on this machine.

use formwork_assembly::{Assembly, Diagnostic};

use crate::{
    Surroundings,
    cli::{Access, Local},
    deploy::{
        Connection, Failure,
        local::{self, Emulator, EmulatorSetup, EmulatorStep},
    },
    render::Render,
};

/// The way to AWS, or to a server that is found or started for it, and stopped when this goes.
pub(super) struct Way {
    pub connection: Connection,
    server: Option<Emulator>,
}

impl Way {
    pub(super) fn find(
        access: &Access,
        assembly: &Assembly,
        around: &Surroundings,
        render: &mut Render<'_>,
    ) -> Result<Self, Failure> {
        let server =
            access.local.as_ref().map(|local| serve(local, access, assembly, around, render)).transpose()?;
        let connection = Connection {
            profile: access.profile.clone(),
            region: region(access, assembly),
            local: server.as_ref().map(|server| server.as_account(local::account(assembly))),
        };
        Ok(Self { connection, server })
    }

    /// What of the assembly is only pretended there.
    pub(super) fn notice(&self, assembly: &Assembly) -> Option<Diagnostic> {
        self.server.as_ref().and_then(|server| server.notice(assembly))
    }
}

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
        region: region(access, assembly).unwrap_or_else(|| local::REGION.to_owned()),
        faults: None,
    };
    Emulator::start(&setup, |step| {
        render.hint(match step {
            EmulatorStep::Installing => {
                "installing ministack, a local CloudFormation server, first time only"
            }
            EmulatorStep::Starting => "starting a local CloudFormation server",
        });
    })
}

/// The region for stacks that name none; where all name one, theirs, so that nothing else has to.
fn region(access: &Access, assembly: &Assembly) -> Option<String> {
    let first = assembly.stacks.iter().find_map(|stack| stack.region.clone());
    let is_complete = access.local.is_some() || assembly.stacks.iter().all(|stack| stack.region.is_some());
    let local = access.local.as_ref().map(|_| local::REGION.to_owned());
    access.region.clone().or(first.filter(|_| is_complete)).or(local)
}
