//! `schema`: prints the JSON Schema of the stage file.

use formwork_assembly::{Diagnostic, code};

use super::Exit;
use crate::{Program, render::Render};

pub(super) fn run(program: &dyn Program, render: &mut Render<'_>) -> Exit {
    match program.schema() {
        Some(schema) => {
            render.json(&schema);
            Exit::Done
        }
        None => {
            render.diagnostics(&[no_file()]);
            Exit::Findings
        }
    }
}

/// Says that an app with stages in Rust has no stage file.
pub(super) fn no_file() -> Diagnostic {
    Diagnostic::error(
        &code::STAGE_FILE_UNREADABLE,
        "the stages of this app are defined in Rust; it reads no stage file",
    )
    .help("leave `--stages` out, or let `formwork::main(app)` read the stages from a file")
}
