//! `synth`: checks the app and writes its assembly folder.

use std::path::Path;

use formwork_assembly::{AssetFiles, Diagnostic, Place, Synthesis, folder};

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
    let mut synthesis = match stage_file {
        Ok(stage_file) => {
            let stage = selection.stage.as_deref();
            program.synthesize(&Request { stage, stage_file: stage_file.as_ref(), assets })
        }
        Err(error) => Synthesis { assembly: None, diagnostics: vec![error] },
    };
    for place in synthesis.diagnostics.iter_mut().flat_map(places) {
        around.relative(place);
    }
    let stacks = synthesis.assembly.iter_mut().flat_map(|assembly| &mut assembly.stacks);
    for origin in stacks.flat_map(|stack| &mut stack.resources) {
        // What goes into the folder must not depend on the machine.
        origin.at = origin.at.take().and_then(|mut place| {
            around.relative(&mut place);
            Path::new(&*place.file).is_relative().then_some(place)
        });
    }
    synthesis
}

fn places(diagnostic: &mut Diagnostic) -> impl Iterator<Item = &mut Place> {
    diagnostic.at.iter_mut().chain(diagnostic.related.iter_mut().map(|related| &mut related.at))
}
