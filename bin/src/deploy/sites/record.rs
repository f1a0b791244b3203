//! The record of releases in the bucket of a site: which files belong to which, as far as they were uploaded from here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where nothing else may be.
pub(super) const DIRECTORY: &str = ".formwork/";

/// The key of the record.
pub(super) const KEY: &str = ".formwork/releases.json";

/// The version of the record.
const VERSION: u32 = 1;

/// All releases that have files in the bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    version: u32,
    /// The newest first.
    pub releases: Vec<Release>,
}

/// One release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Release {
    /// True until everything of it is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unfinished: bool,
    /// The fingerprints of its files, by path.
    pub files: BTreeMap<String, String>,
}

impl Default for Record {
    fn default() -> Self {
        Self { version: VERSION, releases: Vec::new() }
    }
}

impl Record {
    /// A record of these releases.
    pub(super) fn new(releases: Vec<Release>) -> Self {
        Self { version: VERSION, releases }
    }

    pub(super) fn parse(text: &[u8]) -> Result<Self, String> {
        let record: Self = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        match record.version {
            VERSION => Ok(record),
            later => Err(format!("it has the version {later}")),
        }
    }

    pub(super) fn to_text(&self) -> String {
        // Texts and numbers can always be written.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// The newest release that has a file at a path, and its fingerprint there.
    pub(super) fn newest(&self, path: &str) -> Option<(&Release, &str)> {
        self.releases.iter().find_map(|release| Some((release, release.files.get(path)?.as_str())))
    }

    /// The fingerprint of a path in the newest release that was finished with it.
    pub(super) fn finished(&self, path: &str) -> Option<&str> {
        let mut finished = self.releases.iter().filter(|release| !release.unfinished);
        finished.find_map(|release| release.files.get(path)).map(String::as_str)
    }
}
