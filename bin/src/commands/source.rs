//! What a command works with: an app, built for a stage, or an assembly folder that somebody has written.

use std::path::{Path, PathBuf};

use formwork_assembly::{Assembly, AssetFiles, Diagnostic, folder};

use super::{
    Exit,
    synth::{self, Written},
};
use crate::{Program, Surroundings, cli::Selection};

/// Where an assembly comes from.
pub(super) enum Source<'a> {
    App(&'a dyn Program, &'a Selection),
    Folder(&'a Path),
}

/// An assembly, and what was found on the way.
pub(super) struct Found {
    pub assembly: Assembly,
    pub findings: Vec<Diagnostic>,
}

/// Why there is no assembly.
pub(super) struct Nothing {
    pub findings: Vec<Diagnostic>,
    pub exit: Exit,
}

impl<'a> Source<'a> {
    /// The folder that is named; else the app.
    pub(super) fn new(
        program: Option<&'a dyn Program>,
        selection: &'a Selection,
        named: Option<&'a Path>,
    ) -> Self {
        match (named, program) {
            (None, Some(program)) => Self::App(program, selection),
            // The grammar of the program `formwork` always names one.
            (named, _) => Self::Folder(named.unwrap_or(Path::new(""))),
        }
    }

    /// The app, where it is one.
    #[cfg(any(test, not(feature = "deploy")))]
    pub(super) fn program(&self) -> Option<&'a dyn Program> {
        match self {
            Self::App(program, _) => Some(*program),
            Self::Folder(_) => None,
        }
    }

    /// The folder, where it is one.
    #[cfg(feature = "deploy")]
    pub(super) fn named(&self) -> Option<&'a Path> {
        match self {
            Self::App(..) => None,
            Self::Folder(path) => Some(path),
        }
    }

    /// The folder that `synth` writes.
    pub(super) fn out(&self, around: &Surroundings) -> PathBuf {
        match self {
            Self::App(_, selection) => around.out(selection.out.as_deref()),
            Self::Folder(_) => around.out(None),
        }
    }

    /// The folder: builds the app and writes its own, or leaves what is there as it is.
    pub(super) fn folder(&self, around: &Surroundings) -> Result<(PathBuf, Vec<Diagnostic>), Nothing> {
        match self {
            Self::App(program, selection) => {
                let Written { assembly, out, findings, exit } =
                    synth::write_folder(*program, selection, around);
                match assembly {
                    Some(_) => Ok((out, findings)),
                    None => Err(Nothing { findings, exit }),
                }
            }
            Self::Folder(path) => Ok((path.to_path_buf(), Vec::new())),
        }
    }

    /// Builds the app, or reads the folder. Writes nothing.
    pub(super) fn assembly(&self, around: &Surroundings) -> Result<Found, Nothing> {
        match self {
            Self::App(program, selection) => {
                let assets = AssetFiles::new(&around.package).without(&around.path(&self.out(around)));
                let synthesis = synth::synthesize(*program, selection, around, &assets);
                let findings = synthesis.diagnostics;
                match synthesis.assembly {
                    Some(assembly) => Ok(Found { assembly, findings }),
                    None => Err(Nothing { findings, exit: Exit::Findings }),
                }
            }
            Self::Folder(path) => match folder::read(&around.path(path)) {
                Ok(assembly) => Ok(Found { assembly, findings: Vec::new() }),
                Err(findings) => Err(Nothing { findings, exit: Exit::Disk }),
            },
        }
    }
}
