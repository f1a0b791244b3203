//! One file a command: what it does, on top of parsed arguments, and with no printing of its own.

mod completions;
mod explain;
mod ls;
mod schema;
mod synth;

use std::{ffi::OsString, io::Write};

use clap::{CommandFactory, FromArgMatches, error::ErrorKind};

use crate::{
    Program, Surroundings,
    cli::{Cli, Colour, Command, CommandWithoutApp, Format, Output, WithoutApp},
    render::Render,
};

/// How it ended, as an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Findings = 1,
    Usage = 2,
    Disk = 3,
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
            Command::Ls(ls) => ls::run(program, &selection, &ls, around, &mut render),
            Command::Schema => schema::run(program, &mut render),
            Command::Explain(explain) => explain::run(&explain, &mut render),
            Command::Completions(completions) => completions::run::<Cli>(&completions, around, &mut render),
        },
        Ok(Parsed::WithoutApp(WithoutApp { command, .. })) => match command {
            CommandWithoutApp::Ls(ls) => ls::assembly(&ls.assembly, around, &mut render),
            CommandWithoutApp::Explain(explain) => explain::run(&explain, &mut render),
            CommandWithoutApp::Completions(completions) => {
                completions::run::<WithoutApp>(&completions, around, &mut render)
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

/// The command as it is typed: an app is run by cargo.
fn command<P: CommandFactory>(around: &Surroundings) -> clap::Command {
    let command = P::command();
    if around.cargo { command.bin_name("cargo run --") } else { command }
}

fn parse<P: CommandFactory + FromArgMatches>(
    args: Vec<OsString>,
    around: &Surroundings,
) -> Result<P, clap::Error> {
    let mut command = command::<P>(around);
    let matches = command.try_get_matches_from_mut(args)?;
    P::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
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
