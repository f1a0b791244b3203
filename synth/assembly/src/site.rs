//! A static site as the tools see it: which files go to which bucket, how long browsers may keep them, and what to tell the cache.
//!
//! The files are no part of a template: they are uploaded once the stack of the bucket is deployed.

use serde::{Deserialize, Serialize};

use crate::asset;

/// Files to upload to a bucket.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// What to call it in messages: the construct path.
    pub path: String,
    /// The hash of the directory with its files; the copy in the folder is called `asset.` and the hash.
    pub asset: String,
    /// The bucket that takes them.
    pub bucket: StackResource,
    /// The CloudFront distribution that has them in its cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution: Option<StackResource>,
    /// Where visitors find the files below the distribution, which takes it out of their paths: `static`. None where they lie at its root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// How long caches may keep a file: the first rule whose pattern fits its path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cache: Vec<CacheRule>,
    /// How many releases keep their files in the bucket, the new one included: pages that are open still find theirs.
    pub releases: u32,
}

/// A resource by where it stands.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StackResource {
    /// The id of the stack: `Shop`.
    pub stack: String,
    /// The key in its template: `SiteBucket`.
    pub logical_id: String,
}

/// How long caches may keep some of the files.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CacheRule {
    /// The files by their path with `/`: `*` stands for what has no `/` in it, `**/` for any directories, `**` for anything, `?` for one
    /// character.
    pub files: String,
    /// The `Cache-Control` header that they are uploaded with.
    pub cache_control: String,
}

impl CacheRule {
    /// True where the rule is about the file at a path of the site.
    pub fn fits(&self, path: &str) -> bool {
        asset::fits(&self.files, path)
    }
}
