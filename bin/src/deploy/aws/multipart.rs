//! Uploads in pieces: what the engine asks of S3, asked by its client.

use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};

use super::{
    Aws,
    fault::OrFault,
    storage::{part, size, unquoted},
};
use crate::deploy::cloud::{
    Answer, Fault, FaultKind, Multipart, ObjectAt, Page, Piece, SentPiece, Upload, UploadBody,
};

impl Multipart for Aws {
    async fn create_multipart_upload(&self, upload: &Upload) -> Answer<String> {
        let operation = "s3:PutObject";
        let Upload { at, content_type, cache_control, metadata, .. } = upload;
        let answer = self
            .storage()
            .create_multipart_upload()
            .bucket(&at.bucket)
            .key(&at.key)
            .expected_bucket_owner(&at.owner)
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .set_content_type(content_type.clone())
            .set_cache_control(cache_control.clone())
            .set_metadata(Some(metadata.iter().cloned().collect()))
            .send()
            .await
            .or_fault(operation)?;
        let id = answer.upload_id.filter(|id| !id.is_empty());
        id.ok_or_else(|| Fault::new(FaultKind::Garbled, operation, "the answer names no upload"))
    }

    async fn upload_part(&self, upload: &Upload, id: &str, piece: &Piece) -> Answer<SentPiece> {
        let operation = "s3:PutObject";
        let UploadBody::File(file) = &upload.body else {
            return Err(Fault::new(FaultKind::Invalid, operation, "only files are sent in pieces"));
        };
        let at = &upload.at;
        let answer = self
            .storage()
            .upload_part()
            .bucket(&at.bucket)
            .key(&at.key)
            .expected_bucket_owner(&at.owner)
            .upload_id(id)
            .part_number(number(piece.number))
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .checksum_sha256(&piece.checksum)
            .body(part(operation, file, piece.from, piece.size).await?)
            .customize()
            .config_override(self.patient(piece.size))
            .send()
            .await
            .or_fault(operation)?;
        Ok(SentPiece {
            number: piece.number,
            size: piece.size,
            etag: unquoted(answer.e_tag),
            checksum: Some(piece.checksum.clone()),
        })
    }

    async fn complete_multipart_upload(&self, at: &ObjectAt, id: &str, pieces: &[SentPiece]) -> Answer<()> {
        let parts = pieces.iter().map(|piece| {
            CompletedPart::builder()
                .part_number(number(piece.number))
                .e_tag(&piece.etag)
                .set_checksum_sha256(piece.checksum.clone())
                .build()
        });
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts.collect())).build();
        self.storage()
            .complete_multipart_upload()
            .bucket(&at.bucket)
            .key(&at.key)
            .expected_bucket_owner(&at.owner)
            .upload_id(id)
            .multipart_upload(parts)
            .send()
            .await
            .or_fault("s3:PutObject")
            .map(drop)
    }

    async fn abort_multipart_upload(&self, at: &ObjectAt, id: &str) -> Answer<()> {
        let request = self.storage().abort_multipart_upload().bucket(&at.bucket).key(&at.key).upload_id(id);
        let asked = request.expected_bucket_owner(&at.owner).send().await;
        asked.or_fault("s3:AbortMultipartUpload").map(drop)
    }

    async fn list_multipart_uploads(&self, at: &ObjectAt, next: Option<&str>) -> Answer<Page<String>> {
        // Keys that begin alike come too; the next page begins after an upload, which has no spaces in its id.
        let (id, key) = next.and_then(|next| next.split_once(' ')).unzip();
        let answer = self
            .storage()
            .list_multipart_uploads()
            .bucket(&at.bucket)
            .expected_bucket_owner(&at.owner)
            .prefix(&at.key)
            .set_key_marker(key.map(str::to_owned))
            .set_upload_id_marker(id.filter(|id| !id.is_empty()).map(str::to_owned))
            .send()
            .await
            .or_fault("s3:ListBucketMultipartUploads")?;
        let uploads = answer.uploads.unwrap_or_default().into_iter();
        let same = uploads.filter(|upload| upload.key.as_deref() == Some(&at.key));
        let id = answer.next_upload_id_marker.unwrap_or_default();
        let next = answer.next_key_marker.filter(|_| answer.is_truncated == Some(true));
        Ok(Page {
            items: same.filter_map(|upload| upload.upload_id).collect(),
            next: next.map(|key| format!("{id} {key}")),
        })
    }

    async fn list_parts(&self, at: &ObjectAt, id: &str, next: Option<&str>) -> Answer<Page<SentPiece>> {
        let answer = self
            .storage()
            .list_parts()
            .bucket(&at.bucket)
            .key(&at.key)
            .expected_bucket_owner(&at.owner)
            .upload_id(id)
            .set_part_number_marker(next.map(str::to_owned))
            .send()
            .await
            .or_fault("s3:ListMultipartUploadParts")?;
        let pieces = answer.parts.unwrap_or_default().into_iter().map(|part| SentPiece {
            number: part.part_number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default(),
            size: size(part.size),
            etag: unquoted(part.e_tag),
            checksum: part.checksum_sha256,
        });
        let next = answer.next_part_number_marker.filter(|_| answer.is_truncated == Some(true));
        Ok(Page { items: pieces.collect(), next })
    }
}

/// There are ten thousand of them at most.
fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
