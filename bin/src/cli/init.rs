//! `init`: which files to write.

use clap::{Arg, ArgMatches, value_parser};

/// Which files to write.
pub(crate) enum Init {
    /// What runs the app on a CI service.
    Ci(Service),
}

/// A CI service.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Github,
}

impl Init {
    pub(super) fn grammar() -> clap::Command {
        let service =
            Arg::new("service").value_name("SERVICE").help("CI service to write for").required(true);
        let after = "Writes `.github/workflows/infrastructure.yml`: a comment in each pull request that says what it changes,\n\
            and a deployment of each stage after it is merged. What is there is never overwritten.";
        let ci = clap::Command::new("ci").about("Write the workflow that reviews and deploys the app");
        clap::Command::new("init")
            .about("Write files that a project begins with")
            .subcommand_required(true)
            .arg_required_else_help(true)
            .disable_help_subcommand(true)
            .subcommand(ci.arg(service.value_parser(value_parser!(Service))).after_help(after))
    }

    pub(super) fn read(matches: &mut ArgMatches) -> Option<Self> {
        match matches.remove_subcommand()? {
            (name, mut args) if name == "ci" => Some(Self::Ci(args.remove_one("service")?)),
            _ => None,
        }
    }
}

impl clap::ValueEnum for Service {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Github]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::Github => "github",
        }))
    }
}
