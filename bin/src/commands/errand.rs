//! The commands that ask AWS: builds or reads the assembly, connects, and lets the engine work while a screen shows what it tells.

mod answers;
mod connect;
mod drive;
mod lines;
mod signals;

use std::path::PathBuf;

use formwork_assembly::{Assembly, Diagnostic, folder};

use super::{
    Exit, diff,
    source::{Found, Nothing, Source},
};
use crate::{
    Surroundings,
    cli::{self, Access, Command, Comparison, Deploy, Earlier, Errand, Verb},
    deploy::{self, Allowance, Destruction, Failure, FailureKind, GivenParameter, Loss, Options, Target},
    render::{Render, Screen, Shape},
};
use answers::Answers;
use connect::Connected;
use drive::drive;

/// Does what was typed.
pub(super) fn run(
    source: &Source<'_>,
    command: &Command,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let (access, stacks, answers) = match command {
        Command::Errand(errand) => (&errand.access, errand.stacks.clone(), Answers::new(errand, around)),
        Command::Diff(Comparison { with: Earlier::Deployed(access), .. }) => {
            (access, Vec::new(), Answers::none())
        }
        _ => return Exit::Usage,
    };
    let Made { target, findings } = match make(source, command, around) {
        Ok(made) => made,
        Err(Nothing { findings, exit }) => {
            render.diagnostics(&findings);
            return exit;
        }
    };
    render.findings(&findings);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            render
                .error(&format!("cannot wait for AWS: {error}"), "is there memory left, and a file to open?");
            return Exit::Unreachable;
        }
    };
    let work = Work { command, stacks, target, around };
    let exit = runtime.block_on(work.run(access, answers, render));
    // Whoever still reads from the terminal is not waited for.
    runtime.shutdown_background();
    exit
}

/// What there is to carry out or to ask about.
struct Made {
    target: Target,
    findings: Vec<Diagnostic>,
}

/// Writes and reads the folder of the app where it is to be carried out; everything else does without.
fn make(source: &Source<'_>, command: &Command, around: &Surroundings) -> Result<Made, Nothing> {
    let is_carried_out = match command {
        Command::Errand(errand) => matches!(errand.verb, Verb::Deploy(_) | Verb::Resume(_)),
        _ => false,
    };
    if !is_carried_out {
        let Found { assembly, findings } = source.assembly(around)?;
        let folder = around.path(&source.out(around));
        return Ok(Made { target: Target { assembly, folder }, findings });
    }
    let (path, mut findings) = source.folder(around)?;
    let folder: PathBuf = around.path(&path);
    match folder::read(&folder) {
        Ok(assembly) => Ok(Made { target: Target { assembly, folder }, findings }),
        Err(errors) => {
            findings.extend(errors);
            Err(Nothing { findings, exit: Exit::Disk })
        }
    }
}

/// What is to be done, once there is somebody to ask.
struct Work<'a> {
    command: &'a Command,
    stacks: Vec<String>,
    target: Target,
    around: &'a Surroundings,
}

impl Work<'_> {
    async fn run(&self, access: &Access, mut answers: Answers, render: &mut Render<'_>) -> Exit {
        let Self { target, around, .. } = self;
        let mut connected = match connect::connect(access, target, around, render).await {
            Ok(connected) => connected,
            Err(failure) => {
                let ids = ids(&target.assembly);
                let screen = Screen::new(render, self.verb(), ids, self.shape());
                screen.failure(&failure);
                return exit(&failure);
            }
        };
        answers.know(&target.assembly, connected.session.local.is_some());
        let screen = Screen::new(render, self.verb(), ids(&target.assembly), self.shape());
        self.with(&mut connected, &mut answers, screen).await
    }

    /// Lets the engine work.
    async fn with(
        &self,
        connected: &mut Connected,
        answers: &mut Answers,
        mut screen: Screen<'_, '_>,
    ) -> Exit {
        let Connected { session, events, interrupter, .. } = connected;
        let (session, target, stacks) = (&*session, &self.target, &self.stacks);
        // One line for each operation of the engine: what it does, and how it ends on the screen.
        macro_rules! carry_out {
            ($work:expr, $end:ident) => {{
                let result = drive($work, events, &mut screen, answers, interrupter).await;
                match result {
                    Ok(result) => {
                        screen.$end(&result);
                        Exit::Done
                    }
                    Err(failure) => failed(screen, answers.complain(failure)),
                }
            }};
        }
        let errand = match self.command {
            Command::Errand(errand) => errand,
            Command::Diff(comparison) => {
                let result = drive(
                    deploy::compare(session, target, stacks),
                    events,
                    &mut screen,
                    answers,
                    interrupter,
                );
                return match result.await {
                    Ok(reviews) => {
                        let assembly = &target.assembly;
                        let diff = screen.comparison(&assembly.app, &assembly.stage, reviews);
                        if diff::is_refused(&diff, comparison.fail_on) { Exit::Refused } else { Exit::Done }
                    }
                    Err(failure) => failed(screen, failure),
                };
            }
            _ => return Exit::Usage,
        };
        match &errand.verb {
            Verb::Deploy(conditions) => {
                let options = options(errand, conditions);
                carry_out!(deploy::deploy(session, target, &options), outcome)
            }
            Verb::Resume(conditions) => {
                let options = options(errand, conditions);
                carry_out!(deploy::resume(session, target, &options), outcome)
            }
            Verb::Destroy(destruction) => {
                let how = Destruction {
                    stacks: stacks.clone(),
                    retain: destruction.retain.clone(),
                    force: destruction.force,
                    empty_buckets: destruction.empty_buckets,
                };
                carry_out!(deploy::destroy(session, target, &how), outcome)
            }
            Verb::Rollback(what) => {
                let what = match what {
                    cli::Rollback::Failed => deploy::Rollback::Failed,
                    cli::Rollback::Continue { skip } => deploy::Rollback::Continue { skip: skip.clone() },
                };
                carry_out!(deploy::rollback(session, target, stacks, &what), states)
            }
            Verb::Status { follow: true } => carry_out!(deploy::watch(session, target, stacks), states),
            Verb::Status { follow: false } => carry_out!(deploy::status(session, target, stacks), states),
            Verb::Outputs => carry_out!(deploy::outputs(session, target, stacks), outputs),
            Verb::Drift { fail } => {
                let work = deploy::drift(session, target, stacks);
                match drive(work, events, &mut screen, answers, interrupter).await {
                    Ok(drifts) => {
                        let is_drifted = drifts.iter().any(|drift| !drift.is_in_sync());
                        screen.drifts(&drifts);
                        if is_drifted && *fail { Exit::Refused } else { Exit::Done }
                    }
                    Err(failure) => failed(screen, failure),
                }
            }
        }
    }

    fn verb(&self) -> &'static str {
        match self.command {
            Command::Errand(errand) => errand.verb.word(),
            _ => "diff",
        }
    }

    fn shape(&self) -> Shape {
        match self.command {
            Command::Errand(errand) => match errand.verb {
                Verb::Drift { .. } | Verb::Outputs | Verb::Status { follow: false } => Shape::Document,
                _ => Shape::Stream,
            },
            _ => Shape::Document,
        }
    }
}

fn ids(assembly: &Assembly) -> Vec<String> {
    assembly.stacks.iter().map(|stack| stack.id.clone()).collect()
}

fn failed(screen: Screen<'_, '_>, failure: Failure) -> Exit {
    screen.failure(&failure);
    exit(&failure)
}

fn exit(failure: &Failure) -> Exit {
    match failure.kind {
        FailureKind::Refused => Exit::Refused,
        FailureKind::Unreachable => Exit::Unreachable,
        FailureKind::Failed => Exit::Failed,
        FailureKind::Interrupted => Exit::Interrupted,
    }
}

/// What was typed, in the engine's words.
fn options(errand: &Errand, conditions: &Deploy) -> Options {
    let allow = |allowed: &cli::Allowed| match allowed {
        cli::Allowed::Replace(id) => Allowance { loss: Loss::Replace, id: id.clone() },
        cli::Allowed::Delete(id) => Allowance { loss: Loss::Delete, id: id.clone() },
    };
    let parameter = |given: &cli::ParameterValue| GivenParameter {
        stack: given.stack.clone(),
        key: given.name.clone(),
        value: given.value.clone(),
    };
    Options {
        stacks: errand.stacks.clone(),
        mode: match &conditions.mode {
            cli::Mode::Carry => deploy::Mode::Deploy,
            cli::Mode::Prepare => deploy::Mode::Prepare,
            cli::Mode::Execute(name) => deploy::Mode::Execute(name.clone()),
        },
        allow: conditions.allow.iter().map(allow).collect(),
        parameters: conditions.parameters.iter().map(parameter).collect(),
        role: conditions.role_arn.clone(),
        notify: conditions.notify.clone(),
        express: conditions.express,
        keep_on_failure: conditions.no_rollback,
        revert_drift: conditions.revert_drift,
        import_existing: conditions.import_existing,
        imports: Vec::new(),
        replace_failed: conditions.replace_failed,
        concurrency: conditions.concurrency,
        timeout: conditions.timeout,
    }
}
