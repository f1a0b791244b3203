//! One file a command: what it does, on top of parsed arguments, and with no printing of its own.

mod completions;
mod diff;
#[cfg(feature = "deploy")]
mod errand;
mod explain;
mod init;
mod ls;
mod policy;
#[cfg(any(test, not(feature = "deploy")))]
#[cfg_attr(feature = "deploy", allow(dead_code, reason = "tested together with the engine"))]
mod rerun;
mod schema;
mod seal;
mod source;
mod synth;

use std::{ffi::OsString, io::Write};

use clap::error::ErrorKind;

use crate::{
    Program, Surroundings,
    cli::{Cli, Colour, Command, Format, Of, Output},
    render::Render,
};
use source::Source;

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    Findings,
    Usage,
    Disk,
    Refused,
    #[cfg(feature = "deploy")]
    Failed,
    #[cfg(feature = "deploy")]
    Unreachable,
    #[cfg(feature = "deploy")]
    Interrupted,
    /// As another program has ended.
    #[cfg_attr(any(unix, feature = "deploy"), expect(dead_code, reason = "Unix replaces the process"))]
    Other(u8),
}

impl Exit {
    /// The exit code. What they mean is told in [the crate's documentation](crate).
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Disk => 3,
            Self::Refused => 4,
            #[cfg(feature = "deploy")]
            Self::Failed => 5,
            #[cfg(feature = "deploy")]
            Self::Unreachable => 6,
            // As shells count: 128, and 2 for the signal.
            #[cfg(feature = "deploy")]
            Self::Interrupted => 130,
            Self::Other(code) => code,
        }
    }
}

/// Reads the arguments and does what they say.
pub(crate) fn run(
    program: Option<&dyn Program>,
    args: Vec<OsString>,
    around: &Surroundings,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let parsed = parse(Of::program(program), &args, around);
    let output = match &parsed {
        Ok(cli) => cli.output,
        Err(_) => Output { format: Format::Text, quiet: false, color: Colour::Never },
    };
    let mut render = Render::new(out, err, around, output);
    let exit = match parsed {
        Ok(cli) => dispatch(program, cli, &args, around, &mut render),
        Err(error) => usage(&error, &mut render),
    };
    if render.lost_data() { Exit::Disk } else { exit }
}

fn dispatch(
    program: Option<&dyn Program>,
    cli: Cli,
    #[cfg_attr(feature = "deploy", expect(unused_variables, reason = "for another process"))]
    args: &[OsString],
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let Cli { command, selection, .. } = cli;
    let source = Source::new(program, &selection, command.assembly());
    if command.asks_aws() {
        #[cfg(feature = "deploy")]
        return errand::run(&source, &command, around, render);
        #[cfg(not(feature = "deploy"))]
        return rerun::run(&source, args, around, render);
    }
    match (&command, program) {
        (Command::Synth, Some(program)) => synth::run(program, &selection, around, render),
        (Command::Schema, Some(program)) => schema::run(program, render),
        (Command::Diff(comparison), _) => diff::run(&source, comparison, around, render),
        (Command::Init(init), program) => init::run(program, init, &selection, around, render),
        (Command::Policy(options), _) => policy::run(&source, options, around, render),
        (Command::Ls(_), _) => ls::run(&source, around, render),
        (Command::Explain(code), _) => explain::run(code.as_deref(), render),
        (Command::Completions(shell), program) => {
            completions::run(*shell, Cli::grammar(Of::program(program)), around, render)
        }
        // The first two are not in the grammar of the program `formwork`, the last is done.
        (Command::Synth | Command::Schema | Command::Errand(_), _) => Exit::Usage,
    }
}

fn parse(of: Of, args: &[OsString], around: &Surroundings) -> Result<Cli, clap::Error> {
    let grammar = Cli::grammar(of);
    // As it is typed: an app is run by cargo.
    let mut grammar = if around.cargo { grammar.bin_name("cargo run --") } else { grammar };
    let matches = grammar.try_get_matches_from_mut(args)?;
    Cli::read(matches).ok_or_else(|| clap::Error::new(ErrorKind::InvalidSubcommand).with_cmd(&grammar))
}

/// Help goes to stdout where it was asked for; all else that clap says goes to stderr.
fn usage(error: &clap::Error, render: &mut Render<'_>) -> Exit {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            render.text(&text);
            Exit::Done
        }
        _ => {
            render.usage(&text);
            Exit::Usage
        }
    }
}
