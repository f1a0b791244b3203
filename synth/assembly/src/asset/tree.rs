//! The files of a directory that belong to an asset, found in one order on every system.
//!
//! Only what version control carries counts: files and links by name and content. Empty directories, times and owners do not.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::ignore::Ignore;
use crate::{Diagnostic, code, sort_by};

/// One file or link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// Relative to the root, with `/`.
    pub path: String,
    pub kind: Kind,
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    File,
    /// A symbolic link that stays inside, by what it points to, with `/`.
    Link(String),
}

/// What to leave out of a directory, and what not.
pub(super) struct Rules<'a> {
    pub ignore: Ignore,
    /// Files that belong to the asset whatever the ignore file says.
    pub always: Vec<&'a str>,
    /// Files and directories that never do, by full path: the folder that is being written.
    pub never: &'a [PathBuf],
}

/// Lists a directory, sorted by path. `name` is what the user calls it.
pub(super) fn list(root: &Path, name: &str, rules: &Rules<'_>) -> Result<Vec<Entry>, Vec<Diagnostic>> {
    let root = fs::canonicalize(root).map_err(|error| vec![unreadable(name, &error)])?;
    let mut walk = Walk { root: &root, name, rules, entries: Vec::new(), found: Vec::new() };
    let mut open = vec![String::new()];
    while let Some(directory) = open.pop() {
        walk.directory(&directory, &mut open);
    }
    let Walk { mut entries, mut found, .. } = walk;
    sort_by(&mut entries, Entry::cmp);
    sort_by(&mut found, |a, b| a.message.cmp(&b.message));
    if found.is_empty() { Ok(entries) } else { Err(found) }
}

/// Says that something cannot be read, and why.
pub(super) fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(&code::ASSET_UNREADABLE, format!("cannot read `{name}`: {error}"))
        .help("check the path and its permissions; paths count from the directory of Cargo.toml")
}

struct Walk<'a> {
    root: &'a Path,
    name: &'a str,
    rules: &'a Rules<'a>,
    entries: Vec<Entry>,
    found: Vec<Diagnostic>,
}

impl Walk<'_> {
    fn directory(&mut self, directory: &str, open: &mut Vec<String>) {
        let path = self.root.join(directory);
        let listing = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        match listing {
            Ok(listing) => listing.iter().for_each(|entry| self.entry(directory, entry, open)),
            Err(error) => self.found.push(unreadable(&self.shown(directory), &error)),
        }
    }

    fn entry(&mut self, directory: &str, entry: &fs::DirEntry, open: &mut Vec<String>) {
        let file_name = entry.file_name();
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let path = format!("{prefix}{}", file_name.to_string_lossy());
        if self.rules.never.iter().any(|never| is_or_belongs_to(&entry.path(), never)) {
            return;
        }
        let is_wanted = self.rules.always.contains(&path.as_str()) || !self.rules.ignore.ignores(&path);
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => return self.found.push(unreadable(&self.shown(&path), &error)),
        };
        if kind.is_dir() {
            let inside = format!("{path}/");
            if is_wanted
                || !self.rules.ignore.never_takes_back()
                || self.rules.always.iter().any(|file| file.starts_with(&inside))
            {
                open.push(path);
            }
            return;
        }
        if !is_wanted {
            return;
        }
        if file_name.to_str().is_none() {
            let message = format!("the name of `{}` is not UTF-8", self.shown(&path));
            self.report(message, "rename it, or name it in the ignore file");
        } else if kind.is_symlink() {
            self.link(path, &entry.path());
        } else if kind.is_file() {
            self.entries.push(Entry { path, kind: Kind::File });
        } else {
            let message = format!("`{}` is neither file, directory nor link", self.shown(&path));
            self.report(message, "take it out of the directory, or name it in the ignore file");
        }
    }

    fn link(&mut self, path: String, at: &Path) {
        let target = match fs::read_link(at) {
            Ok(target) => target,
            Err(error) => return self.found.push(unreadable(&self.shown(&path), &error)),
        };
        let leads_out = fs::canonicalize(at).is_ok_and(|real| !real.starts_with(self.root));
        match target.to_str().filter(|_| !leads_out && stays_inside(&path, &target)) {
            Some(target) => {
                let target = if cfg!(windows) { target.replace('\\', "/") } else { target.to_owned() };
                self.entries.push(Entry { path, kind: Kind::Link(target) });
            }
            None => {
                let message = format!(
                    "the link `{}` leaves the directory: it points to `{}`",
                    self.shown(&path),
                    target.display()
                );
                self.found.push(
                    Diagnostic::error(&code::ASSET_LINK, message)
                        .help("put the file itself there, or name the link in the ignore file"),
                );
            }
        }
    }

    fn report(&mut self, message: String, help: &str) {
        self.found.push(Diagnostic::error(&code::ASSET_NAME, message).help(help));
    }

    fn shown(&self, path: &str) -> String {
        if path.is_empty() {
            self.name.to_owned()
        } else {
            format!("{}/{path}", self.name.trim_end_matches('/'))
        }
    }
}

/// True for `formwork.out`, and for `.formwork.out.new.42` beside it, where it is being built.
fn is_or_belongs_to(path: &Path, folder: &Path) -> bool {
    let name =
        |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.parent() == folder.parent()
        && (path == folder || name(path).starts_with(&format!(".{}.", name(folder))))
}

/// True where a relative target, counted from the directory of the link, never goes above the root.
fn stays_inside(link: &str, target: &Path) -> bool {
    let mut depth = link.matches('/').count();
    for part in target.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    true
}
