//! `diff`: compares what the app makes now, or an assembly folder, with an earlier folder. Writes nothing, asks nobody.

use std::path::Path;

use formwork_assembly::{Assembly, Diagnostic, code, folder};

use super::{
    Exit,
    source::{Found, Nothing, Source},
};
use crate::{
    Surroundings,
    cli::{Comparison, Earlier, FailOn},
    diff::{self, Diff, Grade},
    render::Render,
};

/// Compares the app, or the folder that is named instead.
pub(super) fn run(
    source: &Source<'_>,
    comparison: &Comparison,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let against = match &comparison.with {
        Earlier::Folder(Some(folder)) => folder.clone(),
        Earlier::Folder(None) | Earlier::Deployed(_) => source.out(around),
    };
    match source.assembly(around) {
        Ok(Found { assembly, findings }) => {
            compare(&assembly, findings, &against, comparison.fail_on, around, render)
        }
        Err(Nothing { findings, exit }) => {
            render.diff(None, &findings);
            exit
        }
    }
}

fn compare(
    new: &Assembly,
    mut found: Vec<Diagnostic>,
    against: &Path,
    fail_on: Option<FailOn>,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let between = folder::read(&around.path(against)).and_then(|old| {
        found.extend(other_stage(&old, new, against));
        diff::between(&old, new, against.display().to_string())
    });
    match between {
        Ok(diff) => {
            render.diff(Some(&diff), &found);
            if is_refused(&diff, fail_on) { Exit::Refused } else { Exit::Done }
        }
        Err(errors) => {
            found.extend(errors);
            render.diff(None, &found);
            Exit::Disk
        }
    }
}

/// A warning where the two are not of one app and stage.
fn other_stage(old: &Assembly, new: &Assembly, against: &Path) -> Option<Diagnostic> {
    let name = |assembly: &Assembly| format!("`{}` for stage `{}`", assembly.app, assembly.stage);
    let is_known = !old.app.is_empty() && !new.app.is_empty();
    (is_known && (&old.app, &old.stage) != (&new.app, &new.stage)).then(|| {
        let message =
            format!("compares {} with `{}`, which holds {}", name(new), against.display(), name(old));
        let help = "name a folder of the same stage with `--against`, or keep one a stage with `synth --out`";
        Diagnostic::warning(&code::OTHER_STAGE, message).help(help)
    })
}

pub(super) fn is_refused(diff: &Diff, fail_on: Option<FailOn>) -> bool {
    let bad: &[Grade] = match fail_on {
        None => &[],
        Some(FailOn::Destroy) => &[Grade::MayDestroy, Grade::Destroys],
        Some(FailOn::Replace) => &[Grade::MayReplace, Grade::Replaces, Grade::MayDestroy, Grade::Destroys],
    };
    diff.stacks.iter().any(|stack| stack.grades().iter().any(|grade| bad.contains(grade)))
}
