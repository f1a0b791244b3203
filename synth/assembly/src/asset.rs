//! The files that an app brings along: what identifies them.

mod files;
mod ignore;
mod pack;
pub(crate) mod sha256;
mod tree;

use std::io::{self, Read};

use crate::{AssetSource, Diagnostic};

pub use files::{AssetFile, AssetFiles};
pub(crate) use ignore::fits;

type Found<T> = Result<T, Vec<Diagnostic>>;

/// Knows the content hash of an asset. Synth asks for it through this trait, so that it never touches the disk itself.
pub trait AssetHasher {
    /// SHA-256 in hex of the content and of what decides how it is built.
    ///
    /// # Errors
    /// Everything that is wrong with the asset, without construct path and place, which the caller adds.
    fn hash(&self, source: &AssetSource) -> Result<String, Vec<Diagnostic>>;
}

/// SHA-256 in hex.
pub fn digest(bytes: &[u8]) -> String {
    sha256::Sha256::hex_of(bytes)
}

/// SHA-256 of all that comes, and how many bytes came. Holds no more than a few of them at a time.
///
/// # Errors
/// What cannot be read.
pub fn checksum(content: impl Read) -> io::Result<([u8; 32], u64)> {
    sha256::Sha256::of_all(content)
}
