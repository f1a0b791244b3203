//! Uploads in pieces: each is there for itself, and the object once all of them are put together.

use super::{Answer, ObjectAt, Page, Piece, SentPiece, Upload};

/// What the engine needs of S3 for uploads in pieces. An upload is named by the id that S3 gave it.
#[expect(async_fn_in_trait, reason = "the engine runs on one thread, so that no future has to move between threads")]
#[rustfmt::skip]
pub trait Multipart {
    /// Begins an upload to where this one goes, and with its headers. Answers its id.
    async fn create_multipart_upload(&self, upload: &Upload) -> Answer<String>;
    /// A piece of the file of an upload. Refused with the code `BadDigest`, where its content is not as it was hashed.
    async fn upload_part(&self, upload: &Upload, id: &str, piece: &Piece) -> Answer<SentPiece>;
    /// All pieces, in their order, become the object.
    async fn complete_multipart_upload(&self, at: &ObjectAt, id: &str, pieces: &[SentPiece]) -> Answer<()>;
    /// What has arrived of an upload is gone.
    async fn abort_multipart_upload(&self, at: &ObjectAt, id: &str) -> Answer<()>;

    /// The ids of the uploads of a key that have not come to an end, the oldest first.
    async fn list_multipart_uploads(&self, at: &ObjectAt, next: Option<&str>) -> Answer<Page<String>>;
    /// The pieces of an upload that have arrived.
    async fn list_parts(&self, at: &ObjectAt, id: &str, next: Option<&str>) -> Answer<Page<SentPiece>>;
}
