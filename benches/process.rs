//! One whole synth as a process of its own, as an app does it: `benches/run` measures CPU time and memory from outside.
//!
//! Arguments: the name of a scenario, and the folder to write to.

#![allow(clippy::print_stderr, reason = "a program")]

mod scenario;

use std::{env, path::Path, process::ExitCode};

use formwork::synthesize;
use formwork_assembly::{AssetFiles, folder};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [wanted, out] = arguments.as_slice() else { return ExitCode::from(2) };
    let Some((_, app)) = scenario::SCENARIOS.iter().find(|(name, _)| name == wanted) else {
        return ExitCode::from(2);
    };
    let assets = AssetFiles::new(".");
    let synthesis = synthesize(app(), &assets);
    let Some(assembly) = synthesis.assembly else {
        eprintln!("{:#?}", synthesis.diagnostics);
        return ExitCode::FAILURE;
    };
    if folder::write(Path::new(out), &assembly, &assets).is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
