//! The program `formwork`: what can be done with an assembly folder, or with nothing at all.

use std::process::ExitCode;

fn main() -> ExitCode {
    formwork_cli::main_without_app()
}
