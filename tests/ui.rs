//! What must not compile, does not, and says so in our words: each file in `tests/ui` is one mistake, beside it what the compiler says.
//!
//! The fixtures are compiled by bare `rustc` against the library that was just built, so that nothing is built twice.
//! `BLESS=1 cargo test -p tests --test ui` writes the answers down anew; review them like docs.

#![allow(clippy::unwrap_used)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value as Json;

/// How notes begin that say nothing new, or list whatever else there is in the library and so change with it.
const PASSING: [&str; 7] = [
    "consider using `--verbose`",
    "erroneous constant encountered",
    "required by a bound",
    "required for `",
    "the following other types implement",
    "the full name for the type has been written",
    "the trait `",
];

#[test]
fn mistakes_are_told_as_reviewed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let mut fixtures: Vec<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    fixtures.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    fixtures.sort();
    let library = library();
    let control = folder.join("everything_right.rs");
    assert_eq!(compile(&control, &library), "", "the control does not compile");
    fixtures.retain(|path| *path != control);
    assert!(fixtures.len() >= 15, "only {} fixtures", fixtures.len());
    let differing: Vec<String> = fixtures.iter().filter_map(|fixture| differs(fixture, &library)).collect();
    assert!(
        differing.is_empty(),
        "{}\nto accept: BLESS=1 cargo test -p tests --test ui",
        differing.join("\n")
    );
}

/// What the compiler says against what it should say.
fn differs(fixture: &Path, library: &Path) -> Option<String> {
    let answer = fixture.with_extension("stderr");
    let said = compile(fixture, library);
    let expected = fs::read_to_string(&answer).unwrap_or_default().replace("\r\n", "\n");
    if said == expected && !said.is_empty() {
        return None;
    }
    if env::var_os("BLESS").is_some() && !said.is_empty() {
        fs::write(&answer, said).unwrap();
        return None;
    }
    Some(format!("--- {}: expected\n{expected}--- got\n{said}", fixture.display()))
}

/// Compiles a fixture as a program and returns its errors; nothing if it compiles.
fn compile(fixture: &Path, library: &Path) -> String {
    let objects =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(fixture.file_stem().unwrap()).with_extension("o");
    let output = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        // Object code, because what a constant comes to is known only then; no link.
        .args(["--edition=2024", "--emit=obj", "--error-format=json"])
        .arg("-o")
        .arg(objects)
        .arg("-L")
        .arg(format!("dependency={}", library.parent().unwrap().display()))
        .arg("--extern")
        .arg(format!("formwork={}", library.display()))
        .arg(fixture)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    said.lines().filter_map(|line| error(&serde_json::from_str(line).unwrap())).collect()
}

/// One error: message, the lines of the fixture that it points to, notes.
fn error(diagnostic: &Json) -> Option<String> {
    let code = diagnostic["code"]["code"].as_str().map(|code| format!("[{code}]")).unwrap_or_default();
    let message = diagnostic["message"].as_str()?;
    if diagnostic["level"] != "error" || message.starts_with("aborting due to") {
        return None;
    }
    let mut said = format!("error{code}: {message}\n");
    for (span, label) in diagnostic["spans"].as_array()?.iter().filter_map(place) {
        let (line, text) = (&span["line_start"], span["text"][0]["text"].as_str()?.trim());
        said += &format!("  {line} | {text}\n");
        if !label.is_empty() {
            said += &format!("    {label}\n");
        }
    }
    for child in diagnostic["children"].as_array()? {
        let (level, message) = (child["level"].as_str()?, child["message"].as_str()?);
        if !is_passing(message) {
            said += &format!("{level}: {message}\n");
        }
    }
    Some(said + "\n")
}

/// The place in the fixture that a span comes from, through all macros, and its label.
fn place(span: &Json) -> Option<(&Json, &str)> {
    let label = span["label"].as_str().unwrap_or_default();
    let is_primary = span["is_primary"] == true;
    let mut span = span;
    while !span["file_name"].as_str()?.replace('\\', "/").contains("tests/ui/") {
        span = &span["expansion"]["span"];
    }
    if is_passing(label) { is_primary.then_some((span, "")) } else { Some((span, label)) }
}

fn is_passing(message: &str) -> bool {
    PASSING.iter().any(|beginning| message.starts_with(beginning))
}

/// The library as this very test run has built it: the newest one beside the test program, which is never older than the sources.
fn library() -> PathBuf {
    let program = env::current_exe().unwrap();
    let libraries = fs::read_dir(program.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let is_facade = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("libformwork-") && name.ends_with(".rlib")
    };
    libraries.filter(is_facade).max_by_key(|path| path.metadata().unwrap().modified().unwrap()).unwrap()
}
