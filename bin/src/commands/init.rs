//! `init`: writes files that a project begins with. Asks nothing and overwrites nothing.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use formwork_assembly::{Diagnostic, code};

use super::Exit;
use crate::{
    Program, Surroundings, ci,
    cli::{Init, Selection, Service},
    program::StageOutline,
    render::Render,
};

/// The workflow, from the top of the repository.
const WORKFLOW: [&str; 3] = [".github", "workflows", "infrastructure.yml"];

pub(super) fn run(
    program: Option<&dyn Program>,
    init: &Init,
    selection: &Selection,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let Init::Ci(Service::Github) = init;
    let top = repository(&around.package);
    let directory = around.package.strip_prefix(&top).unwrap_or(Path::new(""));
    let parts: Vec<_> = directory.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let directory = if parts.is_empty() { ".".to_owned() } else { parts.join("/") };
    let stages = stages(program, selection, around);
    let stages = match stages.and_then(|stages| ci::check(&stages, &directory).map(|()| stages)) {
        Ok(stages) => stages,
        Err(error) => {
            render.diagnostics(&[error]);
            return Exit::Findings;
        }
    };
    let path: PathBuf = [&top].into_iter().map(PathBuf::as_path).chain(WORKFLOW.map(Path::new)).collect();
    let shown = path.strip_prefix(&around.directory).unwrap_or(&path);
    match write(&path, &ci::workflow(&stages, &directory)) {
        Ok(()) => {
            render.written(shown, "its head says what is to be done once");
            Exit::Done
        }
        Err(error) => {
            render.diagnostics(&[unwritten(shown, &error)]);
            Exit::Disk
        }
    }
}

fn stages(
    program: Option<&dyn Program>,
    selection: &Selection,
    around: &Surroundings,
) -> Result<Vec<StageOutline>, Diagnostic> {
    match program.and_then(Program::stages) {
        Some(_) if selection.stages.is_some() => Err(super::schema::no_file()),
        Some(stages) => Ok(stages),
        None => ci::stages(around.stage_file(selection.stages.as_deref())?.as_ref()),
    }
}

/// The directory that holds `.git`, or the package itself.
fn repository(package: &Path) -> PathBuf {
    let top = package.ancestors().find(|directory| directory.join(".git").exists());
    top.unwrap_or(package).to_owned()
}

/// Writes a file that is not there yet.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::File::create_new(path)?.write_all(text.as_bytes())
}

fn unwritten(path: &Path, error: &io::Error) -> Diagnostic {
    let path = path.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        let help = "move it away to have it written anew, and take over from it what is yours";
        return Diagnostic::error(&code::FILE_EXISTS, format!("`{path}` is there already")).help(help);
    }
    let help = "make its directory writable";
    Diagnostic::error(&code::FILE_UNWRITABLE, format!("cannot write `{path}`: {error}")).help(help)
}
