//! Where the command line runs: directories, environment, terminal. Nothing else in this crate looks at them.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use formwork_assembly::{Diagnostic, Place, code};
use serde_json::Value;

use crate::program::StageFile;

/// The stage file that is read without being named.
const STAGE_FILE: &str = "stages.json";

/// The context values of the CDK command line that name a stage; the first one that is there.
const CONTEXT_VALUES: [&str; 2] = ["formwork:stage", "stage"];

/// The assembly folder where none is named.
const OUT: &str = "formwork.out";

/// Set for a program that is run again by itself, to what it is to make: once is enough.
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
    /// What it was to make, where it was started by itself to have the engine.
    pub run_again: Option<String>,
    /// The folder that the CDK command line wants the assembly in.
    pub cdk_out: Option<PathBuf>,
    /// The context values that the CDK command line was given, as JSON.
    pub cdk_context: Option<String>,
    /// Whether stderr shows colours.
    pub colour: bool,
    /// Whether stderr is a terminal on which the cursor can be moved.
    pub is_terminal: bool,
    /// Whether somebody is there to answer: stdin and stderr are terminals, and no CI says otherwise.
    pub is_attended: bool,
    /// The columns and lines of the terminal, where they are not to be asked for.
    pub size: Option<(usize, usize)>,
    /// The program that builds images, where it is not `docker`.
    pub docker: Option<OsString>,
    /// Where that program has its settings and logins, where it is not the usual directory.
    pub docker_settings: Option<PathBuf>,
    /// A Python that has `ministack`, which stands in for AWS on this machine; one is made where there is none.
    pub ministack: Option<OsString>,
    /// Formwork's directory among the user's caches, where it is not the usual one.
    pub cache: Option<PathBuf>,
}

impl Surroundings {
    pub(crate) fn of_process() -> Self {
        let directory = env::current_dir().unwrap_or_default();
        let set = |name| env::var_os(name).filter(|value| !value.is_empty());
        let package = set("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let is_dumb = set("TERM").is_some_and(|term| term == "dumb");
        let is_terminal = io::stderr().is_terminal() && !is_dumb;
        let is_ci = set("CI").is_some_and(|value| value != "false" && value != "0");
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
            run_again: set(RUN_AGAIN).map(|seal| seal.to_string_lossy().into_owned()),
            cdk_out: set("CDK_OUTDIR").map(PathBuf::from),
            cdk_context: set("CDK_CONTEXT_JSON").map(|context| context.to_string_lossy().into_owned()),
            colour: is_terminal && set("NO_COLOR").is_none(),
            is_terminal,
            is_attended: is_terminal && io::stdin().is_terminal() && !is_ci,
            size: None,
            docker: set("FORMWORK_DOCKER"),
            docker_settings: set("DOCKER_CONFIG").map(PathBuf::from),
            ministack: set("FORMWORK_MINISTACK"),
            cache: None,
        }
    }

    /// The assembly folder: the one that is named, the one that the CDK command line asks for, or `formwork.out` here.
    pub(crate) fn out(&self, named: Option<&Path>) -> PathBuf {
        named.or(self.cdk_out.as_deref()).unwrap_or(Path::new(OUT)).to_owned()
    }

    /// The stage: the one that is named, or the context value of the CDK command line, as in `cdk deploy --context stage=prod`.
    ///
    /// The other things that it tells an app are of no use here: an assembly is the same for whoever writes it, so that neither the account
    /// and region of the caller nor the version of the command line may matter.
    pub(crate) fn stage(&self, named: Option<&str>) -> Result<Option<String>, Diagnostic> {
        let (None, Some(context)) = (named, &self.cdk_context) else { return Ok(named.map(str::to_owned)) };
        let refuse = |message: String| {
            let help = "name the stage by `--context stage=NAME`, or to `synth` itself by `--stage NAME`";
            Err(Diagnostic::error(&code::CDK_CONTEXT, message).help(help))
        };
        let Ok(Value::Object(values)) = serde_json::from_str(context) else {
            return refuse("`CDK_CONTEXT_JSON` is no JSON object".to_owned());
        };
        match CONTEXT_VALUES.iter().find_map(|name| Some((name, values.get(*name)?))) {
            None => Ok(None),
            Some((_, Value::String(stage))) => Ok(Some(stage.clone())),
            Some((name, _)) => refuse(format!("the context value `{name}` is no text")),
        }
    }

    /// Whether the CDK command line reads what is written to a folder. What it passes on to its own stdout is for other programs.
    pub(crate) fn is_for_cdk(&self, out: &Path) -> bool {
        self.cdk_out.as_deref() == Some(out)
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

    /// Formwork's directory among the user's caches; one for all users, where the environment does not say where theirs are.
    #[cfg(feature = "deploy")]
    pub(crate) fn cache(&self) -> PathBuf {
        let known =
            self.cache.clone().or_else(|| crate::deploy::local::cache_directory(|name| env::var_os(name)));
        known.unwrap_or_else(|| env::temp_dir().join("formwork"))
    }

    /// Where the program that builds images has its settings and logins.
    #[cfg(feature = "deploy")]
    pub(crate) fn docker_settings(&self) -> Option<PathBuf> {
        self.docker_settings.clone().or_else(|| Some(env::home_dir()?.join(".docker")))
    }

    /// The columns and lines of the terminal, as they are now.
    #[cfg(feature = "deploy")]
    pub(crate) fn terminal_size(&self) -> (usize, usize) {
        let asked = || {
            let (width, height) = terminal_size::terminal_size_of(io::stderr())?;
            Some((usize::from(width.0), usize::from(height.0)))
        };
        self.size.or_else(asked).unwrap_or((80, 24))
    }

    /// The text of a source file, where it can be found. The compiler counts paths from the workspace, the user from here.
    pub(crate) fn source(&self, file: &str) -> Option<String> {
        let near = [self.directory.as_path()].into_iter().chain(self.package.ancestors());
        let path = near.map(|directory| directory.join(file)).find(|path| path.is_file())?;
        fs::read_to_string(path).ok()
    }
}
