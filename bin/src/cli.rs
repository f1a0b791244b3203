//! The command line as clap reads it: what may be typed, and what was. What the commands do is in [`commands`](crate::commands).
//!
//! Written with clap's builder, because its derives would be compiled with every app.

use std::path::PathBuf;

use clap::{
    Arg, ArgAction, ArgMatches, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
    value_parser,
};
use clap_complete::Shell;

/// Describes AWS infrastructure in Rust, and turns it into CloudFormation.
pub(crate) struct Cli {
    pub command: Command,
    pub selection: Selection,
    pub output: Output,
}

/// Works with what a Formwork app has written.
pub(crate) struct WithoutApp {
    pub command: CommandWithoutApp,
    pub output: Output,
}

pub(crate) enum Command {
    Synth,
    Diff(Comparison),
    /// Of an assembly folder, instead of the app.
    Ls(Option<PathBuf>),
    Schema,
    /// One code, or all.
    Explain(Option<String>),
    Completions(Shell),
}

pub(crate) enum CommandWithoutApp {
    Diff(Comparison),
    /// Of an assembly folder.
    Ls(PathBuf),
    /// One code, or all.
    Explain(Option<String>),
    Completions(Shell),
}

/// What to build, and where to put it.
pub(crate) struct Selection {
    pub stage: Option<String>,
    pub stages: Option<PathBuf>,
    pub out: Option<PathBuf>,
}

/// What to compare.
pub(crate) struct Comparison {
    /// The folder to compare instead of the app.
    pub assembly: Option<PathBuf>,
    /// The earlier folder.
    pub against: Option<PathBuf>,
    pub fail_on: Option<FailOn>,
}

/// What a comparison may not hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailOn {
    Replace,
    Destroy,
}

/// How to print.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    pub format: Format,
    pub quiet: bool,
    pub color: Colour,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Json,
    /// Of `diff` only.
    Markdown,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

/// A command line: its grammar, and what stands in it.
pub(crate) trait CommandLine: Sized {
    /// What may be typed.
    fn grammar() -> clap::Command;

    /// What was typed; none where the grammar lets something through that is not known here.
    fn read(matches: ArgMatches) -> Option<Self>;
}

impl CommandLine for Cli {
    fn grammar() -> clap::Command {
        let assembly = Arg::new("assembly").long("assembly").value_name("DIR");
        let assembly = assembly.help("Assembly folder to read instead of building the app");
        program("Describe AWS infrastructure in Rust, and turn it into CloudFormation")
            .subcommand(clap::Command::new("synth").about("Check the app and write its templates"))
            .subcommand(diff("Compare the app with an assembly folder", assembly.clone()))
            .subcommand(ls("List the stacks of the app", assembly))
            .subcommand(clap::Command::new("schema").about("Print the JSON Schema of the stage file"))
            .subcommands([explain(), completions()])
            .args(Selection::grammar())
            .args(Output::grammar())
    }

    fn read(mut matches: ArgMatches) -> Option<Self> {
        let (name, mut args) = matches.remove_subcommand()?;
        let command = match name.as_str() {
            "synth" => Command::Synth,
            "diff" => Command::Diff(Comparison::read(&mut args)),
            "ls" => Command::Ls(args.remove_one("assembly")),
            "schema" => Command::Schema,
            "explain" => Command::Explain(args.remove_one("code")),
            "completions" => Command::Completions(args.remove_one("shell")?),
            _ => return None,
        };
        Some(Self { command, selection: Selection::read(&mut matches), output: Output::read(&mut matches)? })
    }
}

impl CommandLine for WithoutApp {
    fn grammar() -> clap::Command {
        let assembly = Arg::new("assembly").long("assembly").value_name("DIR").default_value("formwork.out");
        program("Work with what a Formwork app has written")
            .subcommand(diff(
                "Compare two assembly folders",
                assembly.clone().help("Assembly folder to compare"),
            ))
            .subcommand(ls("List the stacks of an assembly folder", assembly.help("Assembly folder to read")))
            .subcommands([explain(), completions()])
            .args(Output::grammar())
    }

    fn read(mut matches: ArgMatches) -> Option<Self> {
        let (name, mut args) = matches.remove_subcommand()?;
        let command = match name.as_str() {
            "diff" => CommandWithoutApp::Diff(Comparison::read(&mut args)),
            "ls" => CommandWithoutApp::Ls(args.remove_one("assembly")?),
            "explain" => CommandWithoutApp::Explain(args.remove_one("code")),
            "completions" => CommandWithoutApp::Completions(args.remove_one("shell")?),
            _ => return None,
        };
        Some(Self { command, output: Output::read(&mut matches)? })
    }
}

fn program(about: &'static str) -> clap::Command {
    clap::Command::new("formwork")
        .about(about)
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .max_term_width(100)
}

fn ls(about: &'static str, assembly: Arg) -> clap::Command {
    clap::Command::new("ls").about(about).arg(assembly.value_parser(value_parser!(PathBuf)))
}

/// `diff`, which has a form of its own besides those of all commands.
fn diff(about: &'static str, assembly: Arg) -> clap::Command {
    let against = Arg::new("against").long("against").value_name("DIR").value_parser(value_parser!(PathBuf));
    let against = if assembly.get_default_values().is_empty() {
        against.help("Earlier assembly folder to compare with [default: the folder that `synth` writes]")
    } else {
        // Without an app both would be the same folder.
        against.help("Earlier assembly folder to compare with").required(true)
    };
    let fail_on = Arg::new("fail-on").long("fail-on").value_name("GRADE").value_parser(value_parser!(FailOn));
    let after = "Exit codes: 0 compared, whether or not there are differences; 1 the app has errors; 2 usage;\n\
        3 a folder could not be read; 4 there is what `--fail-on` names, or there may be.";
    clap::Command::new("diff")
        .about(about)
        .arg(assembly.value_parser(value_parser!(PathBuf)))
        .arg(against)
        .arg(fail_on.help("End with 4 where something is or may be replaced, or data destroyed"))
        .arg(format(&["text", "json", "markdown"]))
        .after_help(after)
}

fn format(forms: &'static [&'static str]) -> Arg {
    let parser = PossibleValuesParser::new(forms).map(|form| match form.as_str() {
        "json" => Format::Json,
        "markdown" => Format::Markdown,
        _ => Format::Text,
    });
    option("format", "FORM", "Form of the data on stdout").default_value("text").value_parser(parser)
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

/// An option that may stand anywhere.
fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help).global(true)
}

impl Selection {
    fn grammar() -> [Arg; 3] {
        let stages = "Stage file to read [default: `stages.json` beside Cargo.toml, if it is there]";
        let out = "Assembly folder to write [default: `$CDK_OUTDIR`, or `formwork.out`]";
        [
            option("stage", "NAME", "Stage to build the app for").short('s'),
            option("stages", "FILE", stages).value_parser(value_parser!(PathBuf)),
            option("out", "DIR", out).short('o').value_parser(value_parser!(PathBuf)),
        ]
    }

    fn read(matches: &mut ArgMatches) -> Self {
        Self {
            stage: matches.remove_one("stage"),
            stages: matches.remove_one("stages"),
            out: matches.remove_one("out"),
        }
    }
}

impl Comparison {
    fn read(matches: &mut ArgMatches) -> Self {
        Self {
            assembly: matches.remove_one("assembly"),
            against: matches.remove_one("against"),
            fail_on: matches.remove_one("fail-on"),
        }
    }
}

impl Output {
    fn grammar() -> [Arg; 3] {
        let quiet = Arg::new("quiet").long("quiet").short('q').help("Print errors only on stderr");
        let color = option("color", "WHEN", "Colours on stderr").default_value("auto");
        [
            format(&["text", "json"]),
            quiet.action(ArgAction::SetTrue).global(true),
            color.value_parser(value_parser!(Colour)),
        ]
    }

    fn read(matches: &mut ArgMatches) -> Option<Self> {
        Some(Self {
            format: matches.remove_one("format")?,
            quiet: matches.get_flag("quiet"),
            color: matches.remove_one("color")?,
        })
    }
}

impl ValueEnum for FailOn {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Replace, Self::Destroy]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Replace => "replace",
            Self::Destroy => "destroy",
        }))
    }
}

impl ValueEnum for Colour {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Always, Self::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }))
    }
}
