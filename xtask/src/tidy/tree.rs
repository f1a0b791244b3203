//! The files of the working copy, without those that git ignores.

use std::{collections::BTreeMap, process::Command};

/// Texts by path; paths have `/` on every system. Files that are not text are left out.
pub(super) struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads what git tracks, and what it would track.
    pub(super) fn of_working_copy() -> Result<Self, String> {
        let root = crate::root();
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .map_err(|e| format!("cannot run git: {e}"))?;
        if !output.status.success() {
            return Err(format!("git ls-files failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        let paths = String::from_utf8(output.stdout).map_err(|_| "a path is not UTF-8".to_owned())?;
        let read = |path: &str| Some((path.to_owned(), std::fs::read_to_string(root.join(path)).ok()?));
        Ok(Self { files: paths.split_terminator('\0').filter_map(read).collect() })
    }

    /// A tree of the given texts.
    #[cfg(test)]
    pub(super) fn of<const N: usize>(files: [(&str, &str); N]) -> Self {
        Self { files: files.map(|(path, text)| (path.to_owned(), text.to_owned())).into() }
    }

    /// The text at a path.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// All paths and texts, by path.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The Rust sources, without the compile-fail fixtures, which are wrong on purpose.
    pub(super) fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| path.ends_with(".rs") && !path.starts_with("tests/ui/"))
    }
}
