//! The project's own chores, run as `cargo xtask CHORE`.
#![allow(clippy::print_stderr, clippy::print_stdout, reason = "a command-line tool")]

use std::process::ExitCode;

mod schema;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["schema", options @ ..] => schema::run(options),
        _ => Err("unknown chore\nhelp: chores are `schema [--check] [--from DIR]`".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
