//! The command line of Formwork: what an app answers when it is run, and the program `formwork` that works without one.
//!
//! Knows an app only by the trait [`Program`], and otherwise the assembly folder, like any other tool. Data goes to stdout,
//! everything else to stderr.
//!
//! | exit code | meaning |
//! | --- | --- |
//! | 0 | done, or nothing to do; there may have been warnings |
//! | 1 | the app, its stages or its assets have errors; nothing was written |
//! | 2 | the command line was not understood, or this build has no engine |
//! | 3 | the assembly folder could not be read or written, or stdout took no data |
//! | 4 | refused: by a rule, by an answer, by the lack of one, or because there is what `--fail-on` or `--fail` names |
//! | 5 | a deployment, deletion or rollback failed; the state of the stacks was told |
//! | 6 | AWS could not be asked: credentials, rights, connection |
//! | 130 | interrupted |

mod ci;
mod cli;
mod commands;
#[cfg(feature = "deploy")]
pub mod deploy;
mod diff;
#[cfg_attr(not(feature = "deploy"), expect(dead_code, reason = "read by the engine only"))]
mod options;
mod policy;
mod program;
mod render;
#[cfg(feature = "deploy")]
mod shell;
mod surroundings;

use std::process::ExitCode;

pub use program::{Program, Request, StageFile, StageOutline};
#[doc(hidden)]
pub use surroundings::Surroundings;

/// Answers the command line of an app.
pub fn main(program: &dyn Program) -> ExitCode {
    with_stdio(Some(program))
}

/// Answers the command line of the program `formwork`, which has no app of its own.
pub fn main_without_app() -> ExitCode {
    with_stdio(None)
}

fn with_stdio(program: Option<&dyn Program>) -> ExitCode {
    let (out, err) = (std::io::stdout(), std::io::stderr());
    let code = run(
        program,
        std::env::args_os().collect(),
        &Surroundings::of_process(),
        &mut out.lock(),
        &mut err.lock(),
    );
    ExitCode::from(code)
}

/// Answers any command line, anywhere. For tests.
#[doc(hidden)]
pub fn run(
    program: Option<&dyn Program>,
    args: Vec<std::ffi::OsString>,
    around: &Surroundings,
    out: &mut dyn std::io::Write,
    err: &mut dyn std::io::Write,
) -> u8 {
    commands::run(program, args, around, out, err).code()
}
