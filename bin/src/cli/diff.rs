//! `diff`: what to compare.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, ValueEnum, builder::PossibleValue, value_parser};

use super::{Access, Of, assembly, flag, option, output};

/// What to compare.
pub(crate) struct Comparison {
    /// The folder to compare instead of the app.
    pub assembly: Option<PathBuf>,
    pub with: Earlier,
    pub fail_on: Option<FailOn>,
}

/// What it is compared with.
pub(crate) enum Earlier {
    /// A folder; the one that `synth` writes, where none is named.
    Folder(Option<PathBuf>),
    /// What is deployed.
    Deployed(
        #[cfg_attr(not(feature = "deploy"), expect(dead_code, reason = "read by the engine only"))] Access,
    ),
}

/// What a comparison may not hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailOn {
    Replace,
    Destroy,
}

impl Comparison {
    pub(super) fn grammar(of: Of) -> clap::Command {
        let against = option("against", "DIR", "").value_parser(value_parser!(PathBuf));
        let (about, against) = match of {
            Of::App => (
                "Compare the app with an assembly folder, or with what is deployed",
                against.help(
                    "Earlier assembly folder to compare with [default: the folder that `synth` writes]",
                ),
            ),
            // Without an app both would be the same folder.
            Of::Program => (
                "Compare an assembly folder with another, or with what is deployed",
                against.help("Earlier assembly folder to compare with").required_unless_present("deployed"),
            ),
        };
        let deployed = flag("deployed", "Compare with what is deployed, as AWS tells it");
        let fail_on =
            option("fail-on", "GRADE", "End with 4 where something is or may be replaced, or data destroyed");
        let after = "Exit codes: 0 compared, whether or not there are differences; 1 the app has errors; 2 usage;\n\
            3 a folder could not be read; 4 there is what `--fail-on` names, or there may be; 6 AWS could not be asked.";
        clap::Command::new("diff")
            .about(about)
            .arg(assembly(of))
            .arg(against)
            .arg(deployed.conflicts_with("against"))
            .arg(fail_on.value_parser(value_parser!(FailOn)))
            .args(Access::grammar().map(|arg: Arg| arg.requires("deployed")))
            .arg(output::format(&["text", "json", "markdown"]))
            .after_help(after)
    }

    pub(super) fn read(matches: &mut ArgMatches) -> Self {
        let with = if matches.get_flag("deployed") {
            Earlier::Deployed(Access::read(matches))
        } else {
            Earlier::Folder(matches.remove_one("against"))
        };
        Self { assembly: matches.remove_one("assembly"), with, fail_on: matches.remove_one("fail-on") }
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
