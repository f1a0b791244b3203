//! Runs the program again with the engine, where it was built without: so that nobody who only writes and reviews ever compiles it.
//!
//! Started by cargo, cargo builds it again with the feature `deploy` and runs that; what was compiled stays beside what was. Started
//! without, the installed program `formwork` carries out the folder that the app writes.

use std::{
    ffi::OsString,
    fs::{self, DirEntry},
    io,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Exit, seal,
    source::{Nothing, Source},
};
use crate::{
    Surroundings,
    cli::{self, Of},
    render::Render,
    surroundings::RUN_AGAIN,
};

/// Who has the engine.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    /// Cargo, with these arguments before those of the program.
    Cargo {
        cargo: PathBuf,
        args: Vec<OsString>,
        is_built: bool,
    },
    /// The program `formwork`.
    Installed(PathBuf),
    /// It was tried already.
    Tried,
    Nobody,
}

/// Does what was typed in a process of its own, and ends as that does.
pub(super) fn run(
    source: &Source<'_>,
    args: &[OsString],
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let mut again = match Way::find(source, around).command(source, args, around, render) {
        Ok(again) => again,
        Err(exit) => return exit,
    };
    match become_it(&mut again) {
        Ok(exit) => exit,
        Err(error) => {
            let message = format!("cannot run `{}`: {error}", Path::new(again.get_program()).display());
            render.error(&message, "is it still there, and may it be run?");
            Exit::Usage
        }
    }
}

impl Way {
    fn find(source: &Source<'_>, around: &Surroundings) -> Self {
        if around.run_again.is_some() {
            return Self::Tried;
        }
        if let (Some(cargo), true) = (&around.cargo_program, around.cargo) {
            return Self::Cargo {
                cargo: cargo.clone(),
                args: cargo_args(around),
                is_built: around.executable.as_deref().is_some_and(is_built),
            };
        }
        // The program itself would only find itself.
        let installed = source.program().and_then(|_| around.find_program("formwork"));
        installed.map_or(Self::Nobody, Self::Installed)
    }

    /// The process that does what was typed; what stands in its way is told.
    fn command(
        self,
        source: &Source<'_>,
        args: &[OsString],
        around: &Surroundings,
        render: &mut Render<'_>,
    ) -> Result<Command, Exit> {
        match self {
            Self::Cargo { cargo, args: before, is_built } => {
                let made = sealed(source, around, render)?;
                if !is_built {
                    render.hint("building deploy support, first time only");
                }
                if let (true, Some(executable)) = (cfg!(windows), &around.executable) {
                    // Where it cannot be, cargo says so.
                    let _ = make_way(executable);
                }
                let mut command = Command::new(&cargo);
                command.args(before).arg("--").args(args.get(1..).unwrap_or_default()).env(RUN_AGAIN, made);
                Ok(command)
            }
            Self::Installed(formwork) => {
                let (folder, findings) = source.folder(around).map_err(|nothing| told(nothing, render))?;
                render.findings(&findings);
                let mut command = Command::new(&formwork);
                command.args(cli::for_folder(args, &folder)).env(RUN_AGAIN, seal::FOLDER);
                Ok(command)
            }
            Self::Tried => {
                let message = "the program was built again, and still has no engine for AWS";
                let help = "name the feature `deploy` of `formwork` in Cargo.toml: `formwork = { features = [\"deploy\"], … }`";
                render.error(message, help);
                Err(Exit::Usage)
            }
            Self::Nobody => {
                let help = match Of::program(source.program()) {
                    Of::App => {
                        "run it by `cargo run`, or install the program by `cargo install formwork-cli --features deploy`"
                    }
                    Of::Program => "install it by `cargo install formwork-cli --features deploy`",
                };
                render.error("this program was built without the engine for AWS", help);
                Err(Exit::Usage)
            }
        }
    }
}

/// What the app is now, for the program that is built again. What is wrong with it is told before minutes go into the engine.
fn sealed(source: &Source<'_>, around: &Surroundings, render: &mut Render<'_>) -> Result<String, Exit> {
    match source {
        Source::Folder(_) => Ok(seal::FOLDER.to_owned()),
        Source::App(..) => {
            let found = source.assembly(around).map_err(|nothing| told(nothing, render))?;
            Ok(seal::seal(&found.assembly))
        }
    }
}

fn told(Nothing { findings, exit }: Nothing, render: &mut Render<'_>) -> Exit {
    render.diagnostics(&findings);
    exit
}

/// The same program as was run, in the same profile, with the engine.
fn cargo_args(around: &Surroundings) -> Vec<OsString> {
    // In Formwork's own packages it is their feature; elsewhere, that of a dependency.
    let feature = match around.package_name.as_deref() {
        Some("formwork" | "formwork-cli") => "deploy",
        _ => "formwork/deploy",
    };
    let mut args: Vec<OsString> =
        ["run", "--features", feature, "--manifest-path"].map(OsString::from).into();
    args.push(around.package.join("Cargo.toml").into());
    let Some(executable) = &around.executable else { return args };
    let name = |path: Option<&Path>| Some(path?.file_name()?.to_owned());
    let (parent, is_example) = match executable.parent() {
        Some(parent) if parent.ends_with("examples") => (parent.parent(), true),
        parent => (parent, false),
    };
    match name(parent) {
        Some(profile) if profile == "release" => args.push("--release".into()),
        Some(profile) if profile != "debug" => args.extend(["--profile".into(), profile]),
        _ => {}
    }
    if let Some(program) = executable.file_stem() {
        args.extend([if is_example { "--example" } else { "--bin" }.into(), program.to_owned()]);
    }
    if is_built(executable) {
        args.insert(1, "--quiet".into());
    }
    args
}

/// True where what the engine needs was compiled before, beside the program.
fn is_built(executable: &Path) -> bool {
    let is_engine = |entry: io::Result<DirEntry>| {
        entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("libaws_sdk_cloudformation-"))
    };
    let mut near = executable.ancestors().skip(1).take(2).map(|directory| directory.join("deps"));
    near.any(|deps| fs::read_dir(deps).is_ok_and(|mut entries| entries.any(is_engine)))
}

/// Gives up the name of the program that runs, so that cargo can put the new one there: Windows renames what runs, but does not replace it.
fn make_way(executable: &Path) -> io::Result<()> {
    fs::rename(executable, executable.with_extension("old.exe"))
}

/// Becomes the other program: signals and the exit code are its own.
#[cfg(unix)]
fn become_it(command: &mut Command) -> io::Result<Exit> {
    use std::os::unix::process::CommandExt;

    Err(command.exec())
}

/// Waits for the other program, and ends as it has ended. Ctrl-C reaches both: this one ends at once, while the other asks whether to cancel.
#[cfg(not(unix))]
fn become_it(command: &mut Command) -> io::Result<Exit> {
    let code = command.status()?.code();
    Ok(Exit::Other(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(package: &str, executable: &[&str]) -> Vec<String> {
        let executable = Some(executable.iter().collect());
        let around = Surroundings {
            package: "shop".into(),
            package_name: Some(package.to_owned()),
            executable,
            ..Surroundings::default()
        };
        let args = cargo_args(&around).into_iter().map(|arg| arg.to_string_lossy().replace('\\', "/"));
        args.filter(|arg| arg != "run" && arg != "--manifest-path" && arg != "shop/Cargo.toml").collect()
    }

    #[test]
    fn a_running_program_makes_way_for_the_new_one_each_time() {
        let folder = tempfile::tempdir().expect("a directory");
        let executable = folder.path().join("shop.exe");
        for _ in 0..2 {
            fs::write(&executable, "").expect("a program");
            make_way(&executable).expect("it gives up its name");
            assert!(!executable.exists() && folder.path().join("shop.old.exe").exists());
        }
    }

    #[test]
    fn the_same_program_is_built_in_the_same_profile() {
        let app = args("my-shop", &["target", "debug", "my-shop"]);
        assert_eq!(app, ["--features", "formwork/deploy", "--bin", "my-shop"]);
        let release = args("my-shop", &["target", "release", "my-shop.exe"]);
        assert_eq!(release, ["--features", "formwork/deploy", "--release", "--bin", "my-shop"]);
        let example = args("formwork", &["target", "small", "examples", "uptime"]);
        assert_eq!(example, ["--features", "deploy", "--profile", "small", "--example", "uptime"]);
    }

    #[test]
    fn nothing_is_run_a_third_time() {
        let around = Surroundings {
            run_again: Some("0123".to_owned()),
            cargo: true,
            cargo_program: Some("cargo".into()),
            ..Surroundings::default()
        };
        assert_eq!(Way::find(&Source::Folder(Path::new("")), &around), Way::Tried);
        let first = Surroundings { run_again: None, ..around };
        assert!(matches!(
            Way::find(&Source::Folder(Path::new("")), &first),
            Way::Cargo { is_built: false, .. }
        ));
        let alone = Surroundings { cargo: false, ..first };
        assert_eq!(Way::find(&Source::Folder(Path::new("")), &alone), Way::Nobody);
    }

    #[test]
    fn what_was_compiled_before_is_known() {
        let target = tempfile::tempdir().expect("a temporary directory");
        let deps = target.path().join("debug/deps");
        fs::create_dir_all(&deps).expect("makes directories");
        let example = target.path().join("debug/examples/uptime");
        assert!(!is_built(&example));
        fs::write(deps.join("libaws_sdk_cloudformation-0123.rlib"), "").expect("writes");
        assert!(is_built(&example) && is_built(&target.path().join("debug/shop")));
    }
}
