//! The engine at work, on a thread of its own: connects, and does what was typed.
//!
//! What it has in hand is too much for the stack that some systems give the first thread of a program.

use std::{
    ffi::OsString,
    path::PathBuf,
    process,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use formwork_assembly::{Diagnostic, code};

use crate::{
    cli::{Command, Deploy, Errand, Verb, Yes},
    deploy::{
        self, Aws, Connection, Destruction, Failure, FailureKind, Import, Interrupts, Options, Outcome,
        Session, StackDrift, StackOutputs, StackReview, StackState, Target, Teller, cloud::Cloud,
    },
    shell,
};

/// How much stack the engine has.
pub(super) const STACK: usize = 16 * 1024 * 1024;

/// How often AWS is asked how far something is: often enough to watch, seldom enough not to be throttled.
const PACE: Duration = Duration::from_secs(2);

/// A server on this machine does its work at once.
const LOCAL_PACE: Duration = Duration::from_millis(100);

/// What is to be done, with what, and by whom.
pub(super) struct Order<'a> {
    pub command: &'a Command,
    pub target: &'a Target,
    pub connection: Connection,
    pub teller: Teller,
    pub interrupts: Interrupts,
    pub builder: OsString,
    pub builder_settings: Option<PathBuf>,
    pub scratch: PathBuf,
}

/// What came of it.
pub(super) enum Came {
    Outcome(Outcome),
    States(Vec<StackState>),
    Drifts(Vec<StackDrift>),
    Outputs(Vec<StackOutputs>),
    Reviews(Vec<StackReview>),
}

/// Refuses what can be told to be wrong without asking anybody: stacks, resources and parameters that are not there, options that the stage
/// does not take.
pub(super) fn check(command: &Command, target: &Target) -> Result<(), Failure> {
    let Command::Errand(errand) = command else { return Ok(()) };
    let checked = match &errand.verb {
        Verb::Deploy(conditions) | Verb::Resume(conditions) => {
            deploy::check(target, &options(errand, conditions, target)?)
        }
        _ => deploy::check_names(target, &errand.stacks),
    };
    checked.map_err(|failure| explain_stage(errand, &target.assembly.stage, failure))
}

/// `--yes prod` agrees plainly, and names a stack that is not there.
fn explain_stage(errand: &Errand, stage: &str, mut failure: Failure) -> Failure {
    let is_slip = errand.yes == Some(Yes::Plain) && errand.stacks.iter().any(|stack| stack == stage);
    let named = format!("`{stage}`");
    let unknown = |finding: &&mut Diagnostic| {
        is_slip && finding.code == code::UNKNOWN_STACK.id && finding.message.contains(&named)
    };
    for finding in failure.findings.iter_mut().filter(unknown) {
        let yes = format!("--yes={stage}");
        finding.help = Some(format!("it is the stage; `{}`, with `=`, agrees to it", shell::word(&yes)));
    }
    failure
}

/// Does it.
pub(super) fn work(order: Order<'_>) -> Result<Came, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        let finding = Diagnostic::error(&code::UNREACHABLE, format!("cannot wait for AWS: {error}"))
            .help("is there memory left, and a file to open?");
        Failure::new(FailureKind::Unreachable, finding)
    })?;
    let came = runtime.block_on(Box::pin(order.carry_out()));
    // Connections that are still open are not waited for.
    runtime.shutdown_background();
    came
}

impl Order<'_> {
    async fn carry_out(self) -> Result<Came, Failure> {
        let session = tokio::select! {
            biased;
            () = self.interrupts.beyond(0) => return Err(interrupted()),
            session = Box::pin(self.connect()) => session?,
        };
        let (session, target) = (&session, self.target);
        let errand = match self.command {
            Command::Errand(errand) => errand,
            // `diff --deployed`.
            _ => return Box::pin(deploy::compare(session, target, &[])).await.map(Came::Reviews),
        };
        let stacks = &errand.stacks;
        match &errand.verb {
            Verb::Deploy(conditions) => {
                let options = options(errand, conditions, target)?;
                Box::pin(deploy::deploy(session, target, &options)).await.map(Came::Outcome)
            }
            Verb::Resume(conditions) => {
                let options = options(errand, conditions, target)?;
                Box::pin(deploy::resume(session, target, &options)).await.map(Came::Outcome)
            }
            Verb::Destroy(how) => {
                let how = Destruction { stacks: stacks.clone(), ..how.clone() };
                Box::pin(deploy::destroy(session, target, &how)).await.map(Came::Outcome)
            }
            Verb::Rollback(what) => {
                Box::pin(deploy::rollback(session, target, stacks, what)).await.map(Came::States)
            }
            Verb::Status { follow: true } => {
                Box::pin(deploy::watch(session, target, stacks)).await.map(Came::States)
            }
            Verb::Status { follow: false } => {
                Box::pin(deploy::status(session, target, stacks)).await.map(Came::States)
            }
            Verb::Drift { .. } => Box::pin(deploy::drift(session, target, stacks)).await.map(Came::Drifts),
            Verb::Outputs => Box::pin(deploy::outputs(session, target, stacks)).await.map(Came::Outputs),
        }
    }

    async fn connect(&self) -> Result<Session<Aws>, Failure> {
        let local = self.connection.local.as_ref();
        let cloud = Aws::connect(&self.connection).await?;
        Ok(Session {
            caller: cloud.identity().await.map_err(|fault| self.connection.explain(fault))?,
            desks: Default::default(),
            own: None,
            cloud,
            teller: self.teller.clone(),
            interrupts: self.interrupts.clone(),
            pace: if local.is_some() { LOCAL_PACE } else { PACE },
            run: run(),
            local: local.map(|server| server.endpoint.clone()),
            builder: self.builder.clone(),
            builder_settings: self.builder_settings.clone(),
            scratch: self.scratch.clone(),
        })
    }
}

/// A word for this run that no other has.
fn run() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{:x}-{:x}", now.as_secs(), now.subsec_nanos(), process::id())
}

fn interrupted() -> Failure {
    let finding = Diagnostic::error(&code::INTERRUPTED, "interrupted before anything was asked for");
    Failure::new(FailureKind::Interrupted, finding.help("no stack was changed; run the command again"))
}

/// What was typed, with what the assembly knows of it.
fn options(errand: &Errand, conditions: &Deploy, target: &Target) -> Result<Options, Failure> {
    let mut imports = Vec::new();
    let mut findings = Vec::new();
    for (name, identifier) in &conditions.imports {
        match Import::find(&target.assembly, name, identifier) {
            Ok(import) => imports.push(import),
            Err(finding) => findings.push(finding),
        }
    }
    Failure::unless_empty(findings)?;
    Ok(Options { stacks: errand.stacks.clone(), imports, ..conditions.options.clone() })
}
