//! The files of a site as they lie in the assembly folder: what each is, and how long caches may keep it.

use std::path::PathBuf;

use formwork_assembly::{AssetFiles, AssetHasher, AssetSource, Diagnostic, Site, code, digest};

use super::{content_type::content_type, record};
use crate::deploy::{Failure, FailureKind, Target, publish::off_thread};

/// The most bytes of a key.
const LONGEST_KEY: usize = 1024;

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SiteFile {
    /// Its path in the site, and its key in the bucket.
    pub path: String,
    /// Where it lies on the disk.
    pub at: PathBuf,
    pub size: u64,
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
    read.map_err(|findings| Failure { kind: FailureKind::Refused, findings })
}

fn files(folder: PathBuf, site: &Site) -> Result<Vec<SiteFile>, Vec<Diagnostic>> {
    let directory = format!("asset.{}", site.asset);
    let assets = AssetFiles::new(folder);
    if assets.hash(&AssetSource::Directory { directory: directory.clone() })? != site.asset {
        let message = format!(
            "the files of `{}` in the assembly folder have changed since `synth` copied them",
            site.path
        );
        return Err(vec![
            Diagnostic::error(&code::ASSET_CHANGED, message).help("run `synth` again, then deploy again"),
        ]);
    }
    let mut files = Vec::new();
    let mut found = Vec::new();
    for file in assets.list(&directory)? {
        if let Some(finding) = mistake(&file.path, file.at.is_dir()) {
            found.push(finding);
            continue;
        }
        let source = AssetSource::File { file: format!("{directory}/{}", file.path) };
        match (assets.hash(&source), file.at.metadata()) {
            (Ok(content), Ok(metadata)) => {
                let content_type = content_type(&file.path);
                let rule = site.cache.iter().find(|rule| rule.fits(&file.path));
                let cache_control = rule.map(|rule| rule.cache_control.clone());
                let headers = cache_control.as_deref().unwrap_or_default();
                files.push(SiteFile {
                    fingerprint: digest(format!("{content}\n{content_type}\n{headers}").as_bytes()),
                    turn: turn(content_type, headers),
                    size: metadata.len(),
                    path: file.path,
                    at: file.at,
                    content_type,
                    cache_control,
                });
            }
            (Err(findings), _) => found.extend(findings),
            (_, Err(error)) => {
                let message = format!("cannot read `{}`: {error}", file.path);
                found.push(
                    Diagnostic::error(&code::SITE_FILE, message).help("run `synth` again, then deploy again"),
                );
            }
        }
    }
    if found.is_empty() { Ok(files) } else { Err(found) }
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
