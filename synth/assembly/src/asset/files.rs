//! Assets on the disk: their hashes, and copying them.
//!
//! A hash is the same on every system and after every checkout: it depends on paths with `/`, file contents, link targets and the
//! settings of the build, not on times, owners or the executable bit, which Windows and some checkouts do not keep. A script whose
//! only change is `chmod +x` therefore makes no new image: set the bit in the Dockerfile, with `COPY --chmod`.

use std::{
    cell::RefCell,
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::{
    AssetHasher, Found,
    ignore::Ignore,
    pack::Pack,
    tree::{self, Entry, Kind, Rules, unreadable},
};
use crate::{AssetSource, Diagnostic, Place, SortedMap, code, each, near, sort_by};

/// One file of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetFile {
    /// Its path within the directory, with `/`.
    pub path: String,
    /// Where it lies on the disk.
    pub at: PathBuf,
    /// What it points to, where it is a link.
    pub link: Option<String>,
}

/// Assets as they lie on the disk, their paths counted from the package of the app. Each is hashed once.
pub struct AssetFiles {
    base: PathBuf,
    never: Vec<PathBuf>,
    known: RefCell<SortedMap<AssetSource, Result<String, Vec<Diagnostic>>>>,
}

impl AssetFiles {
    /// Assets whose paths count from `base`.
    pub fn new(base: impl Into<PathBuf>) -> Self {
        Self { base: base.into(), never: Vec::new(), known: RefCell::default() }
    }

    /// Leaves a file or directory out of every asset: the folder that is to be written, which may lie inside one.
    #[must_use]
    pub fn without(mut self, path: &Path) -> Self {
        self.never.extend(full(path));
        self
    }

    /// The files of a directory, those that its ignore file names left out, sorted by path.
    ///
    /// # Errors
    /// What cannot be read, or may not be in an asset.
    pub fn list(&self, directory: &str) -> Result<Vec<AssetFile>, Vec<Diagnostic>> {
        let (root, never) = self.plain(directory)?;
        let ignore = ignore(&root, directory, IGNORE_FILE)?;
        let entries = tree::list(&root, directory, &Rules { ignore, always: Vec::new(), never: &never })?;
        let file = |Entry { path, kind }: Entry| {
            let link = if let Kind::Link(target) = kind { Some(target) } else { None };
            AssetFile { at: root.join(&path), path, link }
        };
        Ok(each(entries, file))
    }

    /// Copies an asset: the files of a directory into the directory `to`, a file to `to` itself. Answers the hash of what was copied.
    ///
    /// # Errors
    /// What cannot be read, written, or may not be in an asset.
    pub(crate) fn copy(&self, source: &AssetSource, to: &Path) -> Found<String> {
        self.read(source, Some(to))
    }

    fn read(&self, source: &AssetSource, to: Option<&Path>) -> Found<String> {
        let mut pack = Pack::new(to);
        match source {
            AssetSource::Image { directory, dockerfile, target, platform, build_args } => {
                let root = self.directory(directory)?;
                check_dockerfile(&root, directory, dockerfile)?;
                let own = format!("{dockerfile}.dockerignore");
                let ignore_file = if root.join(&own).exists() { own } else { ".dockerignore".to_owned() };
                let ignore = ignore(&root, directory, &ignore_file)?;
                let target = target.as_deref().unwrap_or_default();
                pack.field("image").field(dockerfile).field(target).field(platform);
                for (name, value) in build_args {
                    pack.field(name).field(value);
                }
                let always = vec![dockerfile.as_str(), ignore_file.as_str()];
                pack.tree(&root, directory, &Rules { ignore, always, never: &self.never })?;
            }
            AssetSource::Directory { directory } => {
                let (root, never) = self.plain(directory)?;
                let ignore = ignore(&root, directory, IGNORE_FILE)?;
                pack.field("directory");
                pack.tree(&root, directory, &Rules { ignore, always: Vec::new(), never: &never })?;
            }
            AssetSource::File { file } => {
                let path = self.existing(file)?;
                if path.is_dir() {
                    let message = format!("`{file}` is a directory, not a file");
                    return Err(vec![kind_error(message, "name a file in it")]);
                }
                pack.field("file").file(&path, file)?;
            }
        }
        Ok(pack.hash())
    }

    /// A directory that no image is built from, and what is never part of it.
    fn plain(&self, name: &str) -> Found<(PathBuf, Vec<PathBuf>)> {
        let root = self.directory(name)?;
        let ignore_file = full(&root.join(IGNORE_FILE));
        Ok((root, self.never.iter().cloned().chain(ignore_file).collect()))
    }

    fn directory(&self, name: &str) -> Found<PathBuf> {
        let path = self.existing(name)?;
        if path.is_dir() {
            return Ok(path);
        }
        let help = "name the directory that it lies in";
        Err(vec![kind_error(format!("`{name}` is a file, not a directory"), help)])
    }

    fn existing(&self, name: &str) -> Found<PathBuf> {
        if name.is_empty() {
            return Err(vec![kind_error(
                "the path of an asset is empty".to_owned(),
                "`.` is the directory of Cargo.toml",
            )]);
        }
        let path = self.base.join(name);
        match fs::metadata(&path) {
            Ok(_) => Ok(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let finding = Diagnostic::error(&code::ASSET_UNREADABLE, format!("there is no `{name}`"));
                let help = "paths count from the directory of Cargo.toml";
                Err(vec![finding.help(match neighbour(&path) {
                    Some(other) => format!("did you mean `{other}`? {help}"),
                    None => help.to_owned(),
                })])
            }
            Err(error) => Err(vec![unreadable(name, &error)]),
        }
    }
}

impl AssetHasher for AssetFiles {
    fn hash(&self, source: &AssetSource) -> Found<String> {
        if let Some(known) = self.known.borrow().get(source) {
            return known.clone();
        }
        let hash = self.read(source, None);
        self.known.borrow_mut().insert(source.clone(), hash.clone());
        hash
    }
}

/// The ignore file of a directory asset. Never part of the asset itself.
const IGNORE_FILE: &str = ".formworkignore";

fn check_dockerfile(root: &Path, directory: &str, dockerfile: &str) -> Found<()> {
    let inside = Path::new(dockerfile).components().all(|part| matches!(part, Component::Normal(_)));
    let message = if !inside || dockerfile.is_empty() {
        format!("the Dockerfile `{dockerfile}` is not a plain path inside `{directory}`")
    } else if !root.join(dockerfile).is_file() {
        format!("there is no `{dockerfile}` in `{directory}`")
    } else {
        return Ok(());
    };
    let help = "write one there, or name another with `.dockerfile(…)`";
    Err(vec![Diagnostic::error(&code::NO_DOCKERFILE, message).help(help)])
}

fn ignore(root: &Path, directory: &str, file: &str) -> Found<Ignore> {
    let name = format!("{}/{file}", directory.trim_end_matches('/'));
    let text = match fs::read_to_string(root.join(file)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ignore::default()),
        Err(error) => return Err(vec![unreadable(&name, &error)]),
    };
    Ignore::parse(&text).map_err(|bad| {
        let finding = |bad: super::ignore::BadPattern| {
            Diagnostic::error(&code::IGNORE_FILE, format!("`{}` is not a pattern", bad.pattern))
                .help("close the `[`, and put a character behind a `\\`")
                .at(Place { file: name.clone().into(), line: bad.line, column: 1 })
        };
        each(bad, finding)
    })
}

/// The full path of something that may not exist yet.
fn full(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let parent = path.parent().and_then(|parent| fs::canonicalize(parent).ok());
    Some(parent.unwrap_or_default().join(path.file_name()?))
}

/// What lies beside a missing file under a similar name.
fn neighbour(path: &Path) -> Option<String> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names: Vec<String> =
        fs::read_dir(parent).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    sort_by(&mut names, Ord::cmp);
    near(path.file_name()?.to_str()?, names.iter().map(String::as_str)).map(str::to_owned)
}

pub(super) fn kind_error(message: String, help: &str) -> Diagnostic {
    Diagnostic::error(&code::ASSET_KIND, message).help(help)
}
