//! The commands that ask AWS: builds or reads the assembly, connects, and lets the engine work while a screen shows what it tells.

mod answers;
mod connect;
mod drive;
mod engine;
mod lines;
mod signals;

use std::{path::PathBuf, thread};

use formwork_assembly::{Assembly, Diagnostic, folder};
use tokio::sync::oneshot;

use super::{
    Exit, diff, seal,
    source::{Found, Nothing, Source},
};
use crate::{
    Surroundings,
    cli::{Command, Comparison, Earlier, Verb},
    deploy::{Failure, FailureKind, Interrupts, Target, Teller},
    render::{Render, Screen, Shape},
};
use answers::Answers;
use connect::Way;
use drive::drive;
use engine::{Came, Order};

/// Does what was typed.
pub(super) fn run(
    source: &Source<'_>,
    command: &Command,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let (access, mut answers) = match command {
        Command::Errand(errand) => (&errand.access, Answers::new(errand, around)),
        Command::Diff(Comparison { with: Earlier::Deployed(access), .. }) => (access, Answers::none()),
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
    let assembly = &target.assembly;
    if let Some(finding) = seal::check(assembly, around.run_again.as_deref()) {
        render.diagnostics(&[finding]);
        return Exit::Refused;
    }
    answers.know(assembly, access.local.is_some());
    // What was mistyped is told before anything is started, or asked.
    let way = engine::check(command, &target).and_then(|()| Way::find(access, assembly, around, render));
    if let (Ok(way), true) = (&way, is_carried_out(command)) {
        render.findings(way.notice(assembly).as_slice());
    }
    let mut screen = Screen::new(render, verb(command), ids(assembly), shape(command));
    if let Command::Errand(errand) = command {
        screen = screen.in_scope(errand.scope(&assembly.stage));
    }
    if access.local.is_some() {
        screen = screen.of_local_server();
    }
    match way {
        Ok(way) => carry_out(command, &target, &way, answers, around, screen),
        Err(failure) => failed(screen, &failure),
    }
}

/// Lets the engine work on its thread, and shows here what it tells.
fn carry_out(
    command: &Command,
    target: &Target,
    way: &Way,
    mut answers: Answers,
    around: &Surroundings,
    mut screen: Screen<'_, '_>,
) -> Exit {
    let (teller, mut events) = Teller::channel();
    let (interrupter, interrupts) = Interrupts::new();
    let connection = way.connection.clone();
    let builder = around.docker.clone().unwrap_or_else(|| "docker".into());
    let (builder_settings, scratch) = (around.docker_settings(), around.cache().join("runs"));
    let order = Order { command, target, connection, teller, interrupts, builder, builder_settings, scratch };
    let result = thread::scope(|scope| {
        let (sender, came) = oneshot::channel();
        thread::Builder::new().stack_size(engine::STACK).spawn_scoped(scope, move || {
            // Nobody is left to hear it where the screen has gone.
            let _ = sender.send(engine::work(order));
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let came = drive(came, &mut events, &mut screen, &mut answers, &interrupter);
        std::io::Result::Ok(runtime.block_on(came))
    });
    match result {
        Ok(Ok(Ok(came))) => finish(command, target, came, screen),
        Ok(Ok(Err(failure))) => failed(screen, &answers.complain(failure)),
        // The engine has panicked, which was told, or there was no thread for it.
        Ok(Err(_)) => Exit::Failed,
        Err(error) => {
            screen
                .error(&format!("cannot wait for AWS: {error}"), "is there memory left, and a file to open?");
            Exit::Unreachable
        }
    }
}

/// Shows what came of it.
fn finish(command: &Command, target: &Target, came: Came, screen: Screen<'_, '_>) -> Exit {
    match came {
        Came::Outcome(outcome) => screen.outcome(&outcome),
        Came::States(states) => screen.states(&states),
        Came::Outputs(outputs) => screen.outputs(&outputs),
        Came::Drifts(drifts) => {
            let is_drifted = drifts.iter().any(|drift| !drift.is_in_sync());
            screen.drifts(&drifts);
            let is_refused = matches!(command, Command::Errand(errand) if matches!(errand.verb, Verb::Drift { fail: true }));
            if is_drifted && is_refused {
                return Exit::Refused;
            }
        }
        Came::Reviews(reviews) => {
            let diff = screen.comparison(&target.assembly.app, &target.assembly.stage, reviews);
            let fail_on = if let Command::Diff(comparison) = command { comparison.fail_on } else { None };
            if diff::is_refused(&diff, fail_on) {
                return Exit::Refused;
            }
        }
    }
    Exit::Done
}

/// What there is to carry out or to ask about.
struct Made {
    target: Target,
    findings: Vec<Diagnostic>,
}

/// Writes and reads the folder of the app where it is to be carried out; everything else does without.
fn make(source: &Source<'_>, command: &Command, around: &Surroundings) -> Result<Made, Nothing> {
    if !is_carried_out(command) {
        let Found { assembly, findings } = source.assembly(around)?;
        // An app that only asks has written none.
        let folder = source.named().map(|folder| around.path(folder)).unwrap_or_default();
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

/// True where templates, assets and sites go somewhere.
fn is_carried_out(command: &Command) -> bool {
    matches!(command, Command::Errand(errand) if matches!(errand.verb, Verb::Deploy(_) | Verb::Resume(_)))
}

fn verb(command: &Command) -> &'static str {
    match command {
        Command::Errand(errand) => errand.verb.word(),
        _ => "diff",
    }
}

/// What only asks leaves one document; what works tells of it.
fn shape(command: &Command) -> Shape {
    match command {
        Command::Errand(errand) => match errand.verb {
            Verb::Drift { .. } | Verb::Outputs | Verb::Status { follow: false } => Shape::Document,
            _ => Shape::Stream,
        },
        _ => Shape::Document,
    }
}

fn ids(assembly: &Assembly) -> Vec<String> {
    assembly.stacks.iter().map(|stack| stack.id.clone()).collect()
}

fn failed(screen: Screen<'_, '_>, failure: &Failure) -> Exit {
    screen.failure(failure);
    match failure.kind {
        FailureKind::Refused => Exit::Refused,
        FailureKind::Unreachable => Exit::Unreachable,
        FailureKind::Failed => Exit::Failed,
        FailureKind::Interrupted => Exit::Interrupted,
    }
}
