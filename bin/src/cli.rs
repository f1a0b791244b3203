//! The command line as clap reads it: what may be typed, and what was. What the commands do is in [`commands`](crate::commands).
//!
//! Written with clap's builder, because its derives would be compiled with every app. What is typed does not depend on what is compiled:
//! the commands that need the engine are in every help, and run the program again with it where it is missing.

#[cfg_attr(not(feature = "deploy"), expect(dead_code, reason = "read by the engine only"))]
mod access;
#[cfg_attr(not(feature = "deploy"), expect(dead_code, reason = "read by the engine only"))]
mod deploy;
mod diff;
#[cfg_attr(not(feature = "deploy"), expect(dead_code, reason = "read by the engine only"))]
mod errand;
#[cfg(any(test, not(feature = "deploy")))]
mod folder;
mod init;
mod output;
mod policy;
mod selection;

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use clap_complete::Shell;

use crate::Program;

pub(crate) use access::Access;
pub(crate) use deploy::Deploy;
pub(crate) use diff::{Comparison, Earlier, FailOn};
pub(crate) use errand::Errand;
#[cfg(any(test, not(feature = "deploy")))]
pub(crate) use folder::for_folder;
pub(crate) use init::{Init, Service};
pub(crate) use output::{Colour, Format, Output};
pub(crate) use policy::Policy;
pub(crate) use selection::Selection;
#[cfg(feature = "deploy")]
pub(crate) use {
    access::Local,
    errand::{Verb, Yes},
};

/// Where the options of all commands stand in a help: behind those of the command, and in this order.
const LAST: usize = 900;

/// What was typed.
pub(crate) struct Cli {
    pub command: Command,
    /// Of an app only.
    pub selection: Selection,
    pub output: Output,
}

pub(crate) enum Command {
    /// Of an app only.
    Synth,
    Diff(Comparison),
    /// Of an assembly folder, instead of the app.
    Ls(Option<PathBuf>),
    Policy(Policy),
    Init(Init),
    /// What asks AWS.
    Errand(Box<Errand>),
    /// Of an app only.
    Schema,
    /// One code, or all.
    Explain(Option<String>),
    Completions(Shell),
}

impl Command {
    /// True for what only the engine can do.
    pub(crate) fn asks_aws(&self) -> bool {
        let is_diff = matches!(self, Self::Diff(Comparison { with: Earlier::Deployed(_), .. }));
        is_diff || matches!(self, Self::Errand(_))
    }

    /// The folder that is named, instead of the app.
    pub(crate) fn assembly(&self) -> Option<&Path> {
        match self {
            Self::Diff(comparison) => comparison.assembly.as_deref(),
            Self::Ls(folder) => folder.as_deref(),
            Self::Policy(policy) => policy.assembly.as_deref(),
            Self::Errand(errand) => errand.assembly.as_deref(),
            _ => None,
        }
    }
}

/// Whose command line it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// An app's, which builds what the commands work with.
    App,
    /// That of the program `formwork`, which only reads folders.
    Program,
}

impl Of {
    pub(crate) fn program(program: Option<&dyn Program>) -> Self {
        if program.is_some() { Self::App } else { Self::Program }
    }
}

impl Cli {
    /// What may be typed.
    pub(crate) fn grammar(of: Of) -> clap::Command {
        let about = match of {
            Of::App => "Describe AWS infrastructure in Rust, and turn it into CloudFormation",
            Of::Program => "Work with what a Formwork app has written",
        };
        let program = clap::Command::new("formwork")
            .about(about)
            .version(env!("CARGO_PKG_VERSION"))
            .subcommand_required(true)
            .arg_required_else_help(true)
            .disable_help_subcommand(true)
            .max_term_width(100);
        let program = match of {
            Of::App => program.subcommand(synth()).args(Selection::grammar()),
            Of::Program => program,
        };
        let program = program.subcommands([Comparison::grammar(of), ls(of)]).subcommands(Errand::grammar(of));
        let program = program.subcommands([Policy::grammar(of), Init::grammar()]);
        let program = if of == Of::App { program.subcommand(schema()) } else { program };
        program.subcommands([explain(), completions()]).args(Output::grammar())
    }

    /// What was typed; none where the grammar lets something through that is not known here.
    pub(crate) fn read(mut matches: ArgMatches) -> Option<Self> {
        let (name, mut args) = matches.remove_subcommand()?;
        let command = match name.as_str() {
            "synth" => Command::Synth,
            "diff" => Command::Diff(Comparison::read(&mut args)),
            "ls" => Command::Ls(args.remove_one("assembly")),
            "init" => Command::Init(Init::read(&mut args)?),
            "policy" => Command::Policy(Policy::read(&mut args)),
            "schema" => Command::Schema,
            "explain" => Command::Explain(args.remove_one("code")),
            "completions" => Command::Completions(args.remove_one("shell")?),
            name => Command::Errand(Box::new(Errand::read(name, &mut args)?)),
        };
        Some(Self { command, selection: Selection::read(&mut matches), output: Output::read(&mut matches)? })
    }
}

fn synth() -> clap::Command {
    clap::Command::new("synth").about("Check the app and write its templates")
}

fn ls(of: Of) -> clap::Command {
    let about = match of {
        Of::App => "List the stacks of the app",
        Of::Program => "List the stacks of an assembly folder",
    };
    clap::Command::new("ls").about(about).arg(assembly(of))
}

fn schema() -> clap::Command {
    clap::Command::new("schema").about("Print the JSON Schema of the stage file")
}

fn explain() -> clap::Command {
    let code = Arg::new("code").value_name("CODE").help("Code, such as `FW1001`");
    clap::Command::new("explain").about("Say what a diagnostic code means, or list all codes").arg(code)
}

fn completions() -> clap::Command {
    let shell = Arg::new("shell").value_name("SHELL").help("Shell to write for").required(true);
    let shell = shell.value_parser(value_parser!(Shell));
    clap::Command::new("completions").about("Print a completion script for a shell").arg(shell)
}

/// The folder that a command reads: the program needs one, an app can build it.
fn assembly(of: Of) -> Arg {
    let assembly =
        Arg::new("assembly").long("assembly").value_name("DIR").value_parser(value_parser!(PathBuf));
    match of {
        Of::App => assembly.help("Assembly folder to read instead of building the app"),
        Of::Program => assembly.help("Assembly folder to read").default_value("formwork.out"),
    }
}

/// An option that takes a value.
fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// An option that takes none.
fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(clap::ArgAction::SetTrue)
}

/// The values of an option that may be there several times.
fn many<T: Clone + Send + Sync + 'static>(matches: &mut ArgMatches, name: &str) -> Vec<T> {
    matches.remove_many(name).map(Iterator::collect).unwrap_or_default()
}
