//! The project's own chores, run as `cargo xtask CHORE`. A chore a file.
#![allow(clippy::print_stderr, clippy::print_stdout, reason = "a command-line tool")]

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

mod docs;
mod features;
mod schema;
mod tidy;

const HELP: &str = "\
help: chores are
  docs [--check]                  write the pages of the constructs
  features [--check]              write the feature list of formwork-cfn
  schema [--check] [--from DIR]   write the facts of formwork-schema from the registry packages
  tidy [--snapshots FILE]         check what rustfmt and clippy do not see";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["docs", options @ ..] => docs::run(options),
        ["features", options @ ..] => features::run(options),
        ["schema", options @ ..] => schema::run(options),
        ["tidy", options @ ..] => tidy::run(options),
        _ => Err(format!("unknown chore\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
