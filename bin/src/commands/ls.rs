//! `ls`: lists stacks, those of the app or of a folder. Writes nothing.

use std::path::Path;

use formwork_assembly::{AssetFiles, folder};

use super::{Exit, synth};
use crate::{Program, Surroundings, cli::Selection, render::Render};

pub(super) fn run(
    program: &dyn Program,
    selection: &Selection,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let out = around.out(selection.out.as_deref());
    let assets = AssetFiles::new(&around.package).without(&around.path(&out));
    let synthesis = synth::synthesize(program, selection, around, &assets);
    render.stacks(synthesis.assembly.as_ref(), &synthesis.diagnostics);
    if synthesis.assembly.is_some() { Exit::Done } else { Exit::Findings }
}

/// Lists the stacks of a folder.
pub(super) fn assembly(folder: &Path, around: &Surroundings, render: &mut Render<'_>) -> Exit {
    match folder::read(&around.path(folder)) {
        Ok(assembly) => {
            render.stacks(Some(&assembly), &[]);
            Exit::Done
        }
        Err(errors) => {
            render.stacks(None, &errors);
            Exit::Disk
        }
    }
}
