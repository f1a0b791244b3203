//! The command line as clap reads it. Types only; what the commands do is in [`commands`](crate::commands).

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Describe AWS infrastructure in Rust, and turn it into CloudFormation
#[derive(Debug, Parser)]
#[command(
    name = "formwork",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub output: Output,
}

/// Work with what a Formwork app has written
#[derive(Debug, Parser)]
#[command(
    name = "formwork",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct WithoutApp {
    #[command(subcommand)]
    pub command: CommandWithoutApp,
    #[command(flatten)]
    pub output: Output,
}

/// What to build, and where to put it.
#[derive(Args, Debug)]
pub(crate) struct Selection {
    /// Stage to build the app for
    #[arg(short, long, global = true, value_name = "NAME")]
    pub stage: Option<String>,
    /// Stage file to read [default: `stages.json` beside Cargo.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub stages: Option<PathBuf>,
    /// Assembly folder to write [default: `$CDK_OUTDIR`, or `formwork.out`]
    #[arg(short, long, global = true, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// How to print.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Output {
    /// Form of the data on stdout
    #[arg(long, global = true, value_enum, default_value = "text", value_name = "FORM")]
    pub format: Format,
    /// Print errors only on stderr
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Colours on stderr
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check the app and write its templates
    Synth,
    /// List the stacks of the app
    Ls(Ls),
    /// Print the JSON Schema of the stage file
    Schema,
    /// Say what a diagnostic code means, or list all codes
    Explain(Explain),
    /// Print a completion script for a shell
    Completions(Completions),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CommandWithoutApp {
    /// List the stacks of an assembly folder
    Ls(LsAssembly),
    /// Say what a diagnostic code means, or list all codes
    Explain(Explain),
    /// Print a completion script for a shell
    Completions(Completions),
}

#[derive(Args, Debug)]
pub(crate) struct Ls {
    /// Assembly folder to read instead of building the app
    #[arg(long, value_name = "DIR")]
    pub assembly: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct LsAssembly {
    /// Assembly folder to read
    #[arg(long, value_name = "DIR", default_value = "formwork.out")]
    pub assembly: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// Code, such as `FW1001`
    pub code: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// Shell to write for
    pub shell: Shell,
}
