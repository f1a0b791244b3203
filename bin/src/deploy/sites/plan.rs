//! What there is to do for a site: worked out from its files, the record of releases, and what is in the bucket.

use std::collections::{BTreeMap, BTreeSet};

use formwork_assembly::Site;

use super::{
    files::{SiteFile, is_page_path},
    record::{Record, Release},
};

/// Whether a file is in the bucket as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Present {
    Yes,
    /// Something of its size is, and only the object itself can say.
    Perhaps,
    No,
}

impl Present {
    pub(super) fn of(file: &SiteFile, record: &Record, listed: &BTreeMap<String, u64>) -> Self {
        match (listed.get(&file.path), record.newest(&file.path)) {
            (size, _) if size != Some(&file.file.size()) => Self::No,
            (_, Some((release, fingerprint))) if !release.unfinished => {
                if fingerprint == file.fingerprint {
                    Self::Yes
                } else {
                    Self::No
                }
            }
            // A run that broke off may have come so far, or somebody has lost the record.
            _ => Self::Perhaps,
        }
    }
}

/// What there is to do.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    /// The files to send.
    pub send: Vec<&'a SiteFile>,
    /// The keys to delete.
    pub remove: Vec<String>,
    /// The paths of which caches may have something older.
    pub stale: BTreeSet<String>,
    /// The record before anything is done.
    pub begun: Record,
    /// The record once everything is done.
    pub finished: Record,
    is_finished: bool,
}

impl<'a> Plan<'a> {
    pub(super) fn of(
        site: &Site,
        files: &'a [SiteFile],
        record: &Record,
        listed: &BTreeMap<String, u64>,
        present: &BTreeSet<String>,
    ) -> Self {
        let new: BTreeMap<String, String> =
            files.iter().map(|file| (file.path.clone(), file.fingerprint.clone())).collect();
        // The same once more is no new release.
        let others = record.releases.iter().filter(|release| !release.unfinished && release.files != new);
        let kept: Vec<&Release> = others.take(site.releases.saturating_sub(1) as usize).collect();
        let is_kept = |path: &String| {
            // A page that is gone is gone: only what open pages load stays for them.
            new.contains_key(path)
                || (!is_page_path(path) && kept.iter().any(|release| release.files.contains_key(path)))
        };
        let known = record.releases.iter().flat_map(|release| release.files.keys());
        let gone: BTreeSet<&String> = known.filter(|path| !is_kept(path)).collect();

        let is_later = !record.releases.is_empty();
        let changed = files.iter().filter(|file| {
            let before = record.finished(&file.path);
            let was_there =
                before.is_some() || (listed.contains_key(&file.path) && record.newest(&file.path).is_none());
            // A page that is new may take the place of one that was shown for want of it.
            before != Some(&file.fingerprint) && (was_there || (is_later && is_page_path(&file.path)))
        });
        let stale = changed.map(|file| &file.path).chain(gone.iter().copied()).cloned().collect();

        let mut releases = vec![Release { unfinished: false, files: new.clone() }];
        releases.extend(kept.iter().map(|release| {
            Release {
                files: release
                    .files
                    .iter()
                    .filter(|(path, _)| is_kept(path))
                    .map(|(path, print)| (path.clone(), print.clone()))
                    .collect(),
                unfinished: false,
            }
        }));
        let mut begun = record.releases.clone();
        begun.retain(|release| !release.unfinished || release.files != new);
        begun.insert(0, Release { unfinished: true, files: new });
        let finished = Record::new(releases);
        Self {
            send: files.iter().filter(|file| !present.contains(&file.path)).collect(),
            remove: gone.into_iter().filter(|path| listed.contains_key(*path)).cloned().collect(),
            stale,
            begun: Record::new(begun),
            is_finished: *record == finished,
            finished,
        }
    }

    /// True where everything is as it should be.
    pub(super) fn is_nothing(&self) -> bool {
        self.is_finished && self.send.is_empty() && self.remove.is_empty()
    }
}
