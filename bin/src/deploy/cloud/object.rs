//! Objects in buckets.

use super::HashedFile;

/// Where an object is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectAt {
    /// The bucket.
    pub bucket: String,
    /// The account that owns the bucket.
    pub owner: String,
    /// The key.
    pub key: String,
}

/// An object that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// The key.
    pub key: String,
    /// Its bytes.
    pub size: u64,
    /// Its entity tag, without quotes.
    pub etag: String,
    /// SHA-256 of the content in base64, where S3 has it; of its pieces, where it came in some.
    pub checksum: Option<String>,
    /// Its own metadata, by name without `x-amz-meta-`; empty in lists.
    pub metadata: Vec<(String, String)>,
}

/// An object to put.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Where to.
    pub at: ObjectAt,
    /// The content.
    pub body: UploadBody,
    /// `text/html; charset=utf-8`; what S3 takes for the rule where there is none.
    pub content_type: Option<String>,
    /// The `Cache-Control` header.
    pub cache_control: Option<String>,
    /// Metadata, by name without `x-amz-meta-`.
    pub metadata: Vec<(String, String)>,
}

/// The content of an upload.
#[derive(Clone, Debug)]
pub enum UploadBody {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A file, read as it is sent. What of it is not as it was hashed is not taken.
    File(HashedFile),
}

impl UploadBody {
    /// Its bytes.
    pub fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(file) => file.size(),
        }
    }
}

/// A piece of an upload that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentPiece {
    /// Its number.
    pub number: u32,
    /// Its bytes.
    pub size: u64,
    /// Its entity tag, by which an upload is completed.
    pub etag: String,
    /// SHA-256 of it in base64, where S3 has it.
    pub checksum: Option<String>,
}
