//! Where the command line runs: directories, environment, terminal. Nothing else in this crate looks at them.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use formwork_assembly::{Diagnostic, Place, code};

use crate::program::StageFile;

/// The stage file that is read without being named.
const STAGE_FILE: &str = "stages.json";

/// The assembly folder where none is named.
const OUT: &str = "formwork.out";

/// Set for a program that is run again by itself: once is enough.
pub(crate) const RUN_AGAIN: &str = "FORMWORK_RUN_AGAIN";

/// What a process finds around itself.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The current directory.
    pub directory: PathBuf,
    /// The directory of the app's Cargo.toml, as cargo tells it; else the current directory.
    pub package: PathBuf,
    /// The name of the program.
    pub program: Option<String>,
    /// Whether cargo started it.
    pub cargo: bool,
    /// The cargo that started it.
    pub cargo_program: Option<PathBuf>,
    /// The name of the app's package, as cargo tells it.
    pub package_name: Option<String>,
    /// The file of the program itself.
    pub executable: Option<PathBuf>,
    /// Where programs are looked for.
    pub search_path: Option<OsString>,
    /// Whether it was started by itself, to have the engine.
    pub run_again: bool,
    /// The folder that the CDK command line wants the assembly in.
    pub cdk_out: Option<PathBuf>,
    /// Whether stderr shows colours.
    pub colour: bool,
}

impl Surroundings {
    pub(crate) fn of_process() -> Self {
        let directory = env::current_dir().unwrap_or_default();
        let set = |name| env::var_os(name).filter(|value| !value.is_empty());
        let package = set("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let is_dumb = set("TERM").is_some_and(|term| term == "dumb");
        let program = env::args_os().next().map(PathBuf::from);
        Self {
            program: program.and_then(|program| Some(program.file_stem()?.to_str()?.to_owned())),
            package: package.clone().unwrap_or_else(|| directory.clone()),
            directory,
            cargo: package.is_some(),
            cargo_program: set("CARGO").map(PathBuf::from),
            package_name: set("CARGO_PKG_NAME").and_then(|name| name.into_string().ok()),
            executable: env::current_exe().ok(),
            search_path: set("PATH"),
            run_again: set(RUN_AGAIN).is_some(),
            cdk_out: set("CDK_OUTDIR").map(PathBuf::from),
            colour: io::stderr().is_terminal() && set("NO_COLOR").is_none() && !is_dumb,
        }
    }

    /// The assembly folder: the one that is named, the one that the CDK command line asks for, or `formwork.out` here.
    pub(crate) fn out(&self, named: Option<&Path>) -> PathBuf {
        named.or(self.cdk_out.as_deref()).unwrap_or(Path::new(OUT)).to_owned()
    }

    /// A path that the user wrote, from the current directory.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.directory.join(path)
    }

    /// The stage file that is named, or the one beside Cargo.toml, if it is there.
    pub(crate) fn stage_file(&self, named: Option<&Path>) -> Result<Option<StageFile>, Diagnostic> {
        let path = named.map_or_else(|| self.package.join(STAGE_FILE), |named| self.path(named));
        let name = match named {
            Some(named) => named.display().to_string(),
            None => path.strip_prefix(&self.directory).unwrap_or(&path).display().to_string(),
        };
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(StageFile { name, text })),
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => Ok(None),
            Err(error) => {
                let finding =
                    Diagnostic::error(&code::STAGE_FILE_UNREADABLE, format!("cannot read `{name}`: {error}"));
                Err(finding.help("name a file that is there, or leave `--stages` out to read `stages.json` beside Cargo.toml"))
            }
        }
    }

    /// The place as it is from here, the same on every machine: relative, and with `/`.
    pub(crate) fn relative(&self, place: &mut Place) {
        let path = Path::new(&*place.file);
        let relative =
            [&self.directory, &self.package].into_iter().find_map(|base| path.strip_prefix(base).ok());
        if let Some(relative) = relative.and_then(Path::to_str) {
            place.file = relative.to_owned().into();
        }
        if cfg!(windows) {
            place.file = place.file.replace('\\', "/").into();
        }
    }

    /// The file of a program that is installed.
    #[cfg(any(test, not(feature = "deploy")))]
    pub(crate) fn find_program(&self, name: &str) -> Option<PathBuf> {
        let name = format!("{name}{}", env::consts::EXE_SUFFIX);
        let directories = self.search_path.iter().flat_map(env::split_paths);
        directories.map(|directory| directory.join(&name)).find(|file| file.is_file())
    }

    /// The text of a source file, where it can be found. The compiler counts paths from the workspace, the user from here.
    pub(crate) fn source(&self, file: &str) -> Option<String> {
        let near = [self.directory.as_path()].into_iter().chain(self.package.ancestors());
        let path = near.map(|directory| directory.join(file)).find(|path| path.is_file())?;
        fs::read_to_string(path).ok()
    }
}
