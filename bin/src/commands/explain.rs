//! `explain`: says what a diagnostic code means.

use formwork_assembly::{code, near};

use super::Exit;
use crate::render::Render;

pub(super) fn run(code: Option<&str>, render: &mut Render<'_>) -> Exit {
    let Some(id) = code else {
        render.codes(code::all());
        return Exit::Done;
    };
    match code::code(id) {
        Some(code) => {
            render.code(code);
            Exit::Done
        }
        None => {
            let help = match near(id, code::all().map(|code| code.id)) {
                Some(other) => format!("did you mean `{other}`? `explain` alone lists all codes"),
                None => "`explain` alone lists all codes".to_owned(),
            };
            render.error(&format!("there is no code `{id}`"), &help);
            Exit::Usage
        }
    }
}
