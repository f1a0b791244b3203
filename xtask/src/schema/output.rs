//! The one way in which files are written: compared first, then replaced as a whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What to do with files that differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Write them.
    Write,
    /// Only tell.
    Check,
}

/// Makes `directory` hold exactly `files` (those of other extensions than theirs are left alone), and returns the
/// paths that differed.
pub fn write_all(
    directory: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    mode: Mode,
) -> Result<Vec<PathBuf>, String> {
    let mut differing = Vec::new();
    for (name, bytes) in files {
        let path = directory.join(name);
        if fs::read(&path).is_ok_and(|have| have == *bytes) {
            continue;
        }
        if mode == Mode::Write {
            let told = |error| format!("cannot write `{}`: {error}", path.display());
            fs::create_dir_all(path.parent().unwrap_or(directory)).map_err(told)?;
            fs::write(&path, bytes).map_err(told)?;
        }
        differing.push(path);
    }
    for path in strangers(directory, files) {
        if mode == Mode::Write {
            fs::remove_file(&path).map_err(|error| format!("cannot remove `{}`: {error}", path.display()))?;
        }
        differing.push(path);
    }
    differing.sort();
    Ok(differing)
}

/// Line files in the folders of `files` that are none of them: services that are no more.
fn strangers(directory: &Path, files: &BTreeMap<String, Vec<u8>>) -> Vec<PathBuf> {
    let wanted: Vec<PathBuf> = files.keys().map(|name| directory.join(name)).collect();
    let mut folders: Vec<&Path> = wanted.iter().filter_map(|path| path.parent()).collect();
    folders.dedup();
    let entries = folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let lines =
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
    lines.filter(|path| !wanted.contains(path)).collect()
}
