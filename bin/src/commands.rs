//! One file a command: what it does, on top of parsed arguments, and with no printing of its own.

mod completions;
mod diff;
mod explain;
mod ls;
mod schema;
mod synth;

use std::{ffi::OsString, io::Write};

use clap::error::ErrorKind;

use crate::{
    Program, Surroundings,
    cli::{Cli, Colour, Command, CommandLine, CommandWithoutApp, Format, Output, WithoutApp},
    render::Render,
};

/// How it ended, as an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Findings = 1,
    Usage = 2,
    Disk = 3,
    Refused = 4,
}

/// Reads the arguments and does what they say.
pub(crate) fn run(
    program: Option<&dyn Program>,
    args: Vec<OsString>,
    around: &Surroundings,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let parsed = match program {
        Some(program) => parse::<Cli>(args, around).map(|cli| Parsed::ForApp(program, cli)),
        None => parse::<WithoutApp>(args, around).map(Parsed::WithoutApp),
    };
    let output = match &parsed {
        Ok(Parsed::ForApp(_, cli)) => cli.output,
        Ok(Parsed::WithoutApp(cli)) => cli.output,
        Err(_) => Output { format: Format::Text, quiet: false, color: Colour::Never },
    };
    let mut render = Render::new(out, err, around, output);
    let exit = match parsed {
        Ok(Parsed::ForApp(program, Cli { command, selection, .. })) => match command {
            Command::Synth => synth::run(program, &selection, around, &mut render),
            Command::Diff(comparison) => diff::run(program, &selection, &comparison, around, &mut render),
            Command::Ls(None) => ls::run(program, &selection, around, &mut render),
            Command::Ls(Some(folder)) => ls::assembly(&folder, around, &mut render),
            Command::Schema => schema::run(program, &mut render),
            Command::Explain(code) => explain::run(code.as_deref(), &mut render),
            Command::Completions(shell) => completions::run(shell, Cli::grammar(), around, &mut render),
        },
        Ok(Parsed::WithoutApp(WithoutApp { command, .. })) => match command {
            CommandWithoutApp::Diff(comparison) => {
                let folder = comparison.assembly.clone().unwrap_or_default();
                diff::assembly(&folder, &comparison, around, &mut render)
            }
            CommandWithoutApp::Ls(folder) => ls::assembly(&folder, around, &mut render),
            CommandWithoutApp::Explain(code) => explain::run(code.as_deref(), &mut render),
            CommandWithoutApp::Completions(shell) => {
                completions::run(shell, WithoutApp::grammar(), around, &mut render)
            }
        },
        Err(error) => usage(&error, &mut render),
    };
    if render.lost_data() { Exit::Disk } else { exit }
}

enum Parsed<'a> {
    ForApp(&'a dyn Program, Cli),
    WithoutApp(WithoutApp),
}

fn parse<L: CommandLine>(args: Vec<OsString>, around: &Surroundings) -> Result<L, clap::Error> {
    let grammar = L::grammar();
    // As it is typed: an app is run by cargo.
    let mut grammar = if around.cargo { grammar.bin_name("cargo run --") } else { grammar };
    let matches = grammar.try_get_matches_from_mut(args)?;
    L::read(matches).ok_or_else(|| clap::Error::new(ErrorKind::InvalidSubcommand).with_cmd(&grammar))
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
