//! What to build, and where to put it: options of all commands of an app.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, value_parser};

use super::{LAST, option};

/// What to build, and where to put it.
#[derive(Default)]
pub(crate) struct Selection {
    pub stage: Option<String>,
    pub stages: Option<PathBuf>,
    pub out: Option<PathBuf>,
}

impl Selection {
    #[cfg(any(test, not(feature = "deploy")))]
    /// The names of its options, which the program `formwork` does not have.
    pub(crate) const NAMES: [&str; 3] = ["stage", "stages", "out"];

    pub(super) fn grammar() -> [Arg; 3] {
        let stages = "Stage file to read [default: `stages.json` beside Cargo.toml, if it is there]";
        let path =
            |name, value, help| option(name, value, help).value_parser(value_parser!(PathBuf)).global(true);
        let out = "Assembly folder to write [default: `$CDK_OUTDIR`, or `formwork.out`]";
        [
            option("stage", "NAME", "Stage to build the app for").short('s').global(true).display_order(LAST),
            path("stages", "FILE", stages).display_order(LAST + 1),
            path("out", "DIR", out).short('o').display_order(LAST + 2),
        ]
    }

    pub(super) fn read(matches: &mut ArgMatches) -> Self {
        // Only an app has these.
        let mut path = |name| matches.try_remove_one::<PathBuf>(name).ok().flatten();
        let (stages, out) = (path("stages"), path("out"));
        Self { stage: matches.try_remove_one("stage").ok().flatten(), stages, out }
    }
}
