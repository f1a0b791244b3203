//! The files of a site as they lie in the assembly folder: what each is, and how long caches may keep it.

use std::{io, path::PathBuf};

use formwork_assembly::{AssetFile, AssetFiles, AssetHasher, AssetSource, Diagnostic, Site, code, digest};

use super::{content_type::content_type, record};
use crate::deploy::{Failure, Target, cloud::HashedFile, publish::off_thread};

/// The most bytes of a key.
const LONGEST_KEY: usize = 1024;

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SiteFile {
    /// Its path in the site, and its key in the bucket.
    pub path: String,
    /// As it lies on the disk.
    pub file: HashedFile,
    pub content_type: &'static str,
    pub cache_control: Option<String>,
    /// What tells it from others of its path: the digest of its content and its headers.
    pub fingerprint: String,
    /// When it is sent.
    pub turn: Turn,
}

/// When a file is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// First what never changes under its name.
    Forever,
    /// Then what pages refer to by a name that stays.
    Checked,
    /// Then the pages.
    Page,
}

/// The files of a site, sorted by path.
pub(super) async fn read(target: &Target, site: &Site) -> Result<Vec<SiteFile>, Failure> {
    let (folder, site) = (target.folder.clone(), site.clone());
    let read = off_thread(move || files(folder, &site)).await?;
    read.map_err(Failure::refused)
}

fn files(folder: PathBuf, site: &Site) -> Result<Vec<SiteFile>, Vec<Diagnostic>> {
    let directory = format!("asset.{}", site.asset);
    let assets = AssetFiles::new(folder);
    let mut files = Vec::new();
    let mut found = Vec::new();
    for AssetFile { path, at, .. } in assets.list(&directory)? {
        match mistake(&path, at.is_dir()) {
            Some(finding) => found.push(finding),
            None => match HashedFile::read(at) {
                Ok(file) => files.push(site_file(site, path, file)),
                Err(error) => found.push(unreadable(&path, &error)),
            },
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    // After each was hashed, so that nothing can have changed before; what changes later, whoever takes it finds out by the hashes.
    if assets.hash(&AssetSource::Directory { directory })? != site.asset {
        return Err(vec![changed(site)]);
    }
    Ok(files)
}

fn site_file(site: &Site, path: String, file: HashedFile) -> SiteFile {
    let content_type = content_type(&path);
    let rule = site.cache.iter().find(|rule| rule.fits(&path));
    let cache_control = rule.map(|rule| rule.cache_control.clone());
    let headers = cache_control.as_deref().unwrap_or_default();
    let content: String = file.pieces.iter().map(|piece| piece.checksum.as_str()).collect();
    SiteFile {
        fingerprint: digest(format!("{content}\n{content_type}\n{headers}").as_bytes()),
        turn: turn(content_type, headers),
        path,
        file,
        content_type,
        cache_control,
    }
}

/// The finding about files that are not what their hash says.
pub(super) fn changed(site: &Site) -> Diagnostic {
    let message =
        format!("the files of `{}` in the assembly folder have changed since `synth` copied them", site.path);
    Diagnostic::error(&code::ASSET_CHANGED, message).help("run `synth` again, then deploy again")
}

fn unreadable(path: &str, error: &io::Error) -> Diagnostic {
    let finding = Diagnostic::error(&code::SITE_FILE, format!("cannot read `{path}`: {error}"));
    finding.help("run `synth` again, then deploy again")
}

fn mistake(path: &str, is_directory: bool) -> Option<Diagnostic> {
    let (message, help) = if is_directory {
        (format!("`{path}` is a link to a directory"), "put the directory itself there")
    } else if path.starts_with(record::DIRECTORY) {
        (
            format!("`{path}` lies where the record of releases is kept"),
            "rename the directory, or name it in `.formworkignore`",
        )
    } else if path.len() > LONGEST_KEY {
        (
            format!(
                "the path `{path}` has {} bytes, and a key in a bucket {LONGEST_KEY} at most",
                path.len()
            ),
            "shorten it",
        )
    } else {
        return None;
    };
    Some(Diagnostic::error(&code::SITE_FILE, message).help(help))
}

fn turn(content_type: &str, cache_control: &str) -> Turn {
    if is_page(content_type) {
        Turn::Page
    } else if cache_control.contains("immutable") {
        Turn::Forever
    } else {
        Turn::Checked
    }
}

fn is_page(content_type: &str) -> bool {
    content_type.starts_with("text/html")
}

/// True for a path whose file is a page.
pub(super) fn is_page_path(path: &str) -> bool {
    is_page(content_type(path))
}
