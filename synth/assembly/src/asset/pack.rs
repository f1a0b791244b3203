//! The content of an asset on its way: everything is hashed, and copied where a copy is wanted, in one pass.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use super::{
    Found,
    files::kind_error,
    sha256::Sha256,
    tree::{self, Entry, Kind, Rules, unreadable},
};
use crate::{Diagnostic, code};

/// A hash of fields, each with its length, so that no two lists of fields read alike; and the place of the copy.
pub(super) struct Pack<'a> {
    hash: Sha256,
    to: Option<&'a Path>,
}

impl<'a> Pack<'a> {
    pub(super) fn new(to: Option<&'a Path>) -> Self {
        Self { hash: Sha256::new(), to }
    }

    pub(super) fn field(&mut self, text: &str) -> &mut Self {
        self.hash.update(&(text.len() as u64).to_be_bytes());
        self.hash.update(text.as_bytes());
        self
    }

    /// Takes a single file in. `name` is what the user calls it.
    pub(super) fn file(&mut self, path: &Path, name: &str) -> Found<()> {
        let content = copy_file(path, self.to).map_err(|fault| vec![fault.told(name)])?;
        self.field(&content);
        Ok(())
    }

    /// Takes the files of a directory in, of which there must be one.
    pub(super) fn tree(&mut self, root: &Path, name: &str, rules: &Rules<'_>) -> Found<()> {
        let entries = tree::list(root, name, rules)?;
        if entries.is_empty() {
            let help = "put files there, or check its ignore file";
            return Err(vec![kind_error(format!("there is nothing in `{name}`"), help)]);
        }
        let mut found = Vec::new();
        for Entry { path, kind } in &entries {
            let (from, to) = (root.join(path), self.to.map(|to| to.join(path)));
            let done = match kind {
                Kind::File => copy_file(&from, to.as_deref()).map(|content| ("file", content)),
                Kind::Link(target) => {
                    copy_link(&from, target, to.as_deref()).map(|()| ("link", target.clone()))
                }
            };
            match done {
                Ok((kind, content)) => {
                    self.field(path).field(kind).field(&content);
                }
                Err(fault) => found.push(fault.told(&format!("{}/{path}", name.trim_end_matches('/')))),
            }
        }
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    pub(super) fn hash(self) -> String {
        self.hash.hex()
    }
}

/// Which end of a copy failed.
enum Fault {
    From(io::Error),
    To(PathBuf, io::Error),
}

impl Fault {
    fn told(self, name: &str) -> Diagnostic {
        match self {
            Self::From(error) => unreadable(name, &error),
            Self::To(path, error) => {
                let message = format!("cannot write `{}`: {error}", path.display());
                let help = "make room on the disk, or name another folder with `--out`";
                Diagnostic::error(&code::FOLDER_UNWRITABLE, message).help(help)
            }
        }
    }
}

/// Reads a file piece by piece, copies it where asked to, and answers the hash of its content.
fn copy_file(from: &Path, to: Option<&Path>) -> Result<String, Fault> {
    let mut file = File::open(from).map_err(Fault::From)?;
    let fault = |error| Fault::To(to.unwrap_or(from).to_owned(), error);
    let mut copy = to.map(create).transpose().map_err(fault)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let length = match file.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Fault::From(error)),
        };
        hash.update(&piece[..length]);
        if let Some(copy) = &mut copy {
            copy.write_all(&piece[..length]).map_err(fault)?;
        }
    }
    // Elsewhere, a read-only copy could not be removed again.
    #[cfg(unix)]
    if let Some(copy) = copy {
        let permissions = file.metadata().map_err(Fault::From)?.permissions();
        copy.set_permissions(permissions).map_err(fault)?;
    }
    Ok(hash.hex())
}

fn copy_link(from: &Path, target: &str, to: Option<&Path>) -> Result<(), Fault> {
    let Some(to) = to else { return Ok(()) };
    make_parent(to).and_then(|()| link(from, target, to)).map_err(|error| Fault::To(to.to_owned(), error))
}

#[cfg(unix)]
fn link(_: &Path, target: &str, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, to)
}

/// Windows has two kinds of links.
#[cfg(windows)]
fn link(from: &Path, target: &str, to: &Path) -> io::Result<()> {
    if from.is_dir() {
        std::os::windows::fs::symlink_dir(target, to)
    } else {
        std::os::windows::fs::symlink_file(target, to)
    }
}

fn create(path: &Path) -> io::Result<File> {
    make_parent(path)?;
    File::create(path)
}

fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}
