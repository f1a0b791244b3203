//! `synth`: checks the app and writes its assembly folder.

use std::path::{Path, PathBuf};

use formwork_assembly::{Assembly, AssetFiles, Diagnostic, Place, Synthesis, folder};

use super::Exit;
use crate::{Program, Request, Surroundings, cli::Selection, render::Render};

pub(super) fn run(
    program: &dyn Program,
    selection: &Selection,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let Written { assembly, out, findings, exit } = write_folder(program, selection, around);
    render.synth(assembly.as_ref(), &out, &findings);
    exit
}

/// What came of writing the folder of an app.
pub(super) struct Written {
    /// None where nothing was written.
    pub assembly: Option<Assembly>,
    pub out: PathBuf,
    pub findings: Vec<Diagnostic>,
    pub exit: Exit,
}

/// Builds the app and writes its folder.
pub(super) fn write_folder(program: &dyn Program, selection: &Selection, around: &Surroundings) -> Written {
    let out = around.out(selection.out.as_deref());
    let assets = AssetFiles::new(&around.package).without(&around.path(&out));
    let Synthesis { assembly, diagnostics: mut findings } = synthesize(program, selection, around, &assets);
    let Some(assembly) = assembly else {
        return Written { assembly: None, out, findings, exit: Exit::Findings };
    };
    match folder::write(&around.path(&out), &assembly, &assets) {
        Ok(_) => Written { assembly: Some(assembly), out, findings, exit: Exit::Done },
        Err(errors) => {
            findings.extend(errors);
            Written { assembly: None, out, findings, exit: Exit::Disk }
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
    let stage = around.stage(selection.stage.as_deref());
    let mut synthesis = match (stage_file, stage) {
        (Ok(stage_file), Ok(stage)) => {
            let (stage, stage_file) = (stage.as_deref(), stage_file.as_ref());
            program.synthesize(&Request { stage, stage_file, assets })
        }
        (stage_file, stage) => {
            let diagnostics = [stage_file.err(), stage.err()].into_iter().flatten().collect();
            Synthesis { assembly: None, diagnostics }
        }
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
