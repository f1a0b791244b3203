//! What people get wrong, through the whole program: every mistake is told, nothing is written, nothing panics.

mod apps;
mod infrastructure;

use std::{ffi::OsString, fs, path::Path};

use formwork_cli::{Program, Surroundings, run};
use tempfile::TempDir;

/// A package with the given files.
fn package(files: &[(&str, &str)]) -> TempDir {
    let base = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in files {
        let path = base.path().join(name);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("makes directories");
        fs::write(path, text).expect("writes");
    }
    base
}

/// What stands on stderr of `synth`, which must fail and write nothing.
fn refused(program: &dyn Program, base: &TempDir, args: &[&str]) -> String {
    let around = Surroundings {
        directory: base.path().to_owned(),
        package: base.path().to_owned(),
        cargo: true,
        ..Surroundings::default()
    };
    let args: Vec<OsString> = ["app", "synth"].iter().chain(args).map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(Some(program), args, &around, &mut out, &mut err);
    let err = String::from_utf8(err).expect("is UTF-8");
    assert_eq!(code, 1, "{err}");
    assert_eq!(out, b"");
    assert!(!base.path().join("formwork.out").exists());
    if cfg!(windows) { err.replace(r"tests\bad_input\", "tests/bad_input/") } else { err }
}

/// The sources of these tests, so that findings show their lines.
fn with_sources(base: &TempDir) {
    for name in ["apps.rs", "infrastructure.rs"] {
        with_source(base, name);
    }
}

fn with_source(base: &TempDir, name: &str) {
    let file = Path::new(file!()).with_file_name(name);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = fs::read_to_string(workspace.join(&file)).expect("is there");
    fs::create_dir_all(base.path().join(&file).parent().expect("has a parent")).expect("makes directories");
    fs::write(base.path().join(file), text).expect("writes");
}

macro_rules! assert_snapshot {
    ($name:literal, $value:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/diagnostics"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!($name, $value));
    }};
}

#[test]
fn a_broken_stage_file() {
    let text = r#"{
  "defualt": "dev",
  "stages": {
    "dev": { "account": 123456789012, "regoin": "eu-west-1", "config": { "tasks": 300, "size": "smal" } },
    "prod": { "protected": "yes", "config": { "siez": "large", "tasks": 2 } },
    "prod": { "config": [] }
  }
}
"#;
    let program = formwork::program(apps::with_settings);
    let found = refused(&program, &package(&[("stages.json", text)]), &[]);
    assert_snapshot!("stage_file", found);
    let found = refused(
        &program,
        &package(&[("my.json", "{ \"stages\": { 'dev': {} } }")]),
        &["--stages", "my.json"],
    );
    assert_snapshot!("stage_file_syntax", found);
    let values = r#"{ "default": "x", "stages": { "d/v": { "config": { "tasks": 1, "size": "small" } },
  "prod": { "account": "12-34", "region": "Ireland", "config": { "tasks": 1, "size": "large" } } } }"#;
    assert_snapshot!("stage_file_values", refused(&program, &package(&[("stages.json", values)]), &[]));
}

#[test]
fn no_settings_and_no_stage_file() {
    let program = formwork::program(apps::with_settings);
    assert_snapshot!("no_settings", refused(&program, &package(&[]), &[]));
}

#[test]
fn unknown_stages_and_files() {
    let program = formwork::program(apps::proper);
    let base = package(&[("stages.json", r#"{ "stages": { "test": {}, "staging": {} } }"#)]);
    assert_snapshot!("unknown_stage", refused(&program, &base, &["--stage", "stagign"]));
    let built_in = refused(&program, &package(&[]), &["--stage", "produktion"]);
    assert!(built_in.contains("= help: known are `dev`, `prod`\n"), "{built_in}");
    let missing = refused(&program, &base, &["--stages", "missing.json"]);
    assert!(missing.starts_with("error[FW5003]: cannot read `missing.json`"), "{missing}");
}

#[test]
fn bad_stages_in_rust() {
    let base = package(&[]);
    with_sources(&base);
    let program = |name| {
        refused(&formwork::stages(apps::stages_in_rust()).program(apps::proper), &base, &["--stage", name])
    };
    assert_snapshot!("stage_in_rust", program("dev"));
    assert_snapshot!("stage_in_rust_twice", program("prod"));
    let hostile = program("../\u{1b}[31m");
    assert!(
        hostile.contains(r"`../\u{1b}[31m` cannot be the name of a stage") && !hostile.contains('\u{1b}'),
        "{hostile}"
    );
    let none: [formwork::Stage; 0] = [];
    let nothing = refused(&formwork::stages(none).program(apps::proper), &base, &[]);
    assert!(nothing.contains("error[FW5001]"), "{nothing}");
}

#[test]
fn hostile_names() {
    let base = package(&[]);
    with_sources(&base);
    let found = refused(&formwork::program(apps::hostile_names), &base, &[]);
    assert!(!found.contains(|char: char| char.is_control() && char != '\n'), "{found:?}");
    assert!(!found.contains('\u{202e}'));
    assert_snapshot!("hostile_names", found);
}

#[cfg(unix)]
#[test]
fn bad_assets() {
    let base = package(&[
        ("api/Dockerfile", ""),
        ("site/index.html", ""),
        ("links/Dockerfile", ""),
        ("patterns/Dockerfile", ""),
        ("patterns/.dockerignore", "target\n[a-\n"),
    ]);
    std::os::unix::fs::symlink("../site", base.path().join("links/out")).expect("links");
    with_sources(&base);
    assert_snapshot!("assets", refused(&formwork::program(apps::bad_assets), &base, &[]));
}

#[test]
fn infrastructure_that_cannot_be() {
    let refused_app = |app: fn(&formwork::Stage) -> formwork::App| {
        let base = package(&[]);
        with_sources(&base);
        refused(&formwork::program(app), &base, &[])
    };
    assert_snapshot!("services", refused_app(infrastructure::services));
    assert_snapshot!("wires", refused_app(infrastructure::wires));
    assert_snapshot!("resources", refused_app(infrastructure::resources));
}
