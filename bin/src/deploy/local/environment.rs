//! The Python environment that ministack runs in: pinned, checked by hashes, made at first use, never half there.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{self, Command, Output, Stdio},
};

use formwork_assembly::{Diagnostic, code};

/// What is installed, with the hashes of all files that may be.
pub(super) const REQUIREMENTS: &str = include_str!("requirements.txt");

/// Where it lies in the environment, to tell which one it is.
const MARK: &str = "requirements.txt";

/// What a Python is asked: its version, if it is one that ministack runs with.
const VERSION: &str = "import sys; sys.version_info >= (3, 10) and print('%d.%d' % sys.version_info[:2])";

/// The Python of the environment, which is made where it is not there.
pub(super) fn find_or_make(cache: &Path, installing: impl FnOnce()) -> Result<PathBuf, Diagnostic> {
    let candidates: &[&str] =
        if cfg!(windows) { &["python", "py", "python3"] } else { &["python3", "python"] };
    find_or_make_with(candidates, REQUIREMENTS, cache, installing)
}

fn find_or_make_with(
    candidates: &[&str],
    requirements: &str,
    cache: &Path,
    installing: impl FnOnce(),
) -> Result<PathBuf, Diagnostic> {
    let Some((python, version)) = candidates.iter().find_map(|python| Some((*python, version(python)?)))
    else {
        return Err(Diagnostic::error(&code::LOCAL_PYTHON, "there is no Python 3.10 or later").help(
            "the local server needs it: install it, or name a server that runs already: `--local URL`",
        ));
    };
    // With the version: an environment does not survive that of its Python.
    let home = cache.join(format!("ministack-python{version}"));
    if is_whole(&home, requirements) {
        return Ok(program(&home));
    }
    installing();
    let new = cache.join(format!("ministack-python{version}.{}", process::id()));
    let made = make(python, requirements, &new).and_then(|()| put(&new, &home, requirements));
    let _ = fs::remove_dir_all(&new);
    made.map(|()| program(&home))
}

fn version(python: &str) -> Option<String> {
    let output = run(Command::new(python).args(["-I", "-c", VERSION])).ok()?;
    let version = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    let plain = version.chars().all(|c| c.is_ascii_digit() || c == '.');
    (output.status.success() && plain && !version.is_empty()).then_some(version)
}

/// Whether it has what is wanted, and its Python still runs.
fn is_whole(home: &Path, requirements: &str) -> bool {
    fs::read_to_string(home.join(MARK)).is_ok_and(|mark| mark == requirements)
        && run(Command::new(program(home)).args(["-I", "-c", ""])).is_ok_and(|output| output.status.success())
}

fn make(python: &str, requirements: &str, new: &Path) -> Result<(), Diagnostic> {
    let unwritable = |error: io::Error| {
        Diagnostic::error(&code::LOCAL_DIRECTORY, format!("`{}` cannot be written: {error}", new.display()))
            .help("the local server is installed there; set `XDG_CACHE_HOME`, or `LOCALAPPDATA` on Windows, to a directory of yours")
    };
    let _ = fs::remove_dir_all(new);
    fs::create_dir_all(new).map_err(unwritable)?;
    succeed(
        Command::new(python).args(["-I", "-m", "venv"]).arg(new),
        "the Python environment of the local server cannot be made",
        "on Debian and Ubuntu it takes the package `python3-venv`; `--local URL` uses a server that you started yourself",
    )?;
    // What pip installs from; not yet the mark, which is the last thing to be there.
    let list = new.join("wanted.txt");
    fs::write(&list, requirements).map_err(unwritable)?;
    succeed(
        Command::new(program(new))
            .args(["-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
            .args(["--require-hashes", "--only-binary", ":all:", "-r"])
            .arg(&list),
        "ministack cannot be installed",
        "it is downloaded with pip, which follows your `pip.conf` and `PIP_` variables; `--local URL` uses a server that you started yourself",
    )?;
    fs::rename(&list, new.join(MARK)).map_err(unwritable)
}

/// Puts it in its place, unless another run was faster.
fn put(new: &Path, home: &Path, requirements: &str) -> Result<(), Diagnostic> {
    if is_whole(home, requirements) {
        return Ok(());
    }
    let _ = fs::remove_dir_all(home);
    match fs::rename(new, home) {
        Err(error) if !is_whole(home, requirements) => Err(Diagnostic::error(
            &code::LOCAL_DIRECTORY,
            format!("`{}` cannot be written: {error}", home.display()),
        )
        .help("delete it and run the command again")),
        _ => Ok(()),
    }
}

fn program(home: &Path) -> PathBuf {
    if cfg!(windows) { home.join("Scripts").join("python.exe") } else { home.join("bin").join("python") }
}

fn run(command: &mut Command) -> io::Result<Output> {
    command.stdin(Stdio::null()).output()
}

fn succeed(command: &mut Command, message: &str, help: &str) -> Result<(), Diagnostic> {
    let reason = match run(command) {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => [last_lines(&output.stdout), last_lines(&output.stderr)].join("\n").trim().to_owned(),
        Err(error) => error.to_string(),
    };
    Err(Diagnostic::error(&code::LOCAL_INSTALL, format!("{message}: {reason}")).help(help))
}

/// The last lines of what a program wrote, which mostly say why it ended.
pub(super) fn last_lines(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::find_or_make_with;

    #[test]
    fn without_a_python_it_is_said_what_to_do() {
        let cache = tempfile::tempdir().expect("is made");
        let finding =
            find_or_make_with(&["no-such-python"], "", cache.path(), || ()).expect_err("there is none");
        assert_eq!(finding.code, "FW6601");
        assert_eq!(cache.path().read_dir().expect("is there").count(), 0);
    }

    /// With a script that acts as Python, venv and pip: the real ones take seconds, and are tried where the server is.
    #[cfg(unix)]
    mod acted {
        use std::{cell::Cell, fs, os::unix::fs::PermissionsExt, path::PathBuf};

        use formwork_assembly::Diagnostic;
        use tempfile::TempDir;

        use super::find_or_make_with;

        const SCRIPT: &str = r#"#!/bin/sh
case "$*" in
  *version_info*) echo 3.11 ;;
  *venv*) for home; do :; done; mkdir -p "$home/bin" && cp "$0" "$home/bin/python" ;;
  *pip*) for list; do :; done; if grep -q broken "$list"; then echo "no matching distribution" >&2; exit 1; fi ;;
esac
"#;

        struct Stage {
            directory: TempDir,
            made: Cell<u32>,
        }

        impl Stage {
            fn new() -> Self {
                let directory = tempfile::tempdir().expect("is made");
                fs::create_dir(directory.path().join("cache")).expect("is made");
                let python = directory.path().join("python");
                fs::write(&python, SCRIPT).expect("is written");
                fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).expect("is ours");
                Self { directory, made: Cell::new(0) }
            }

            fn make(&self, requirements: &str, cache: &str) -> Result<PathBuf, Diagnostic> {
                let python = self.directory.path().join("python");
                let pythons = ["no-such-python", python.to_str().expect("is UTF-8")];
                let installing = || self.made.set(self.made.get() + 1);
                find_or_make_with(&pythons, requirements, &self.directory.path().join(cache), installing)
            }

            fn entries(&self) -> usize {
                self.directory.path().join("cache").read_dir().expect("is there").count()
            }
        }

        #[test]
        fn an_environment_is_made_once_and_made_anew_where_it_is_not_whole() {
            let stage = Stage::new();
            let make = |requirements| stage.make(requirements, "cache").expect("is made");
            let python = make("some");
            assert!(python.exists(), "{}", python.display());
            assert_eq!((make("some"), stage.made.get()), (python.clone(), 1));
            make("others");
            assert_eq!(stage.made.get(), 2);
            fs::remove_file(&python).expect("is a file");
            make("others");
            assert_eq!((stage.made.get(), stage.entries()), (3, 1));
        }

        #[test]
        fn one_that_cannot_be_installed_leaves_nothing_behind() {
            let stage = Stage::new();
            let finding = stage.make("broken", "cache").expect_err("is broken");
            assert_eq!((finding.code.as_ref(), stage.entries()), ("FW6602", 0));
            assert_eq!(finding.message, "ministack cannot be installed: no matching distribution");
            stage.make("some", "cache").expect("is made after all");
        }

        #[test]
        fn a_directory_that_cannot_be_written_is_named() {
            let stage = Stage::new();
            let finding = stage.make("some", "python").expect_err("is no directory");
            assert_eq!(finding.code, "FW6604");
        }
    }
}
