//! `synth`: checks the app and writes its assembly folder.

use formwork_assembly::{AssetFiles, Synthesis, folder};

use super::Exit;
use crate::{Program, Request, Surroundings, cli::Selection, render::Render};

pub(super) fn run(
    program: &dyn Program,
    selection: &Selection,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let out = around.out(selection.out.as_deref());
    let assets = AssetFiles::new(&around.package).without(&around.path(&out));
    let Synthesis { assembly, mut diagnostics } = synthesize(program, selection, around, &assets);
    let Some(assembly) = assembly else {
        render.synth(None, &out, &diagnostics);
        return Exit::Findings;
    };
    match folder::write(&around.path(&out), &assembly, &assets) {
        Ok(_) => {
            render.synth(Some(&assembly), &out, &diagnostics);
            Exit::Done
        }
        Err(errors) => {
            diagnostics.extend(errors);
            render.synth(None, &out, &diagnostics);
            Exit::Disk
        }
    }
}

/// Builds the app for the chosen stage.
pub(super) fn synthesize(
    program: &dyn Program,
    selection: &Selection,
    around: &Surroundings,
    assets: &AssetFiles,
) -> Synthesis {
    let stage_file = match (program.schema(), &selection.stages) {
        (Some(_), named) => around.stage_file(named.as_deref()),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(super::schema::no_file()),
    };
    match stage_file {
        Ok(stage_file) => {
            let stage = selection.stage.as_deref();
            program.synthesize(&Request { stage, stage_file: stage_file.as_ref(), assets })
        }
        Err(error) => Synthesis { assembly: None, diagnostics: vec![error] },
    }
}
