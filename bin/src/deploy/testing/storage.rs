//! Buckets in memory.

use aws_smithy_types::base64;
use formwork_assembly::{checksum, digest};

use super::{FakeCloud, World};
use crate::deploy::cloud::{
    Answer, Fault, FaultKind, HashedFile, Object, ObjectAt, Page, Piece, Storage, Upload, UploadBody,
};

impl Storage for FakeCloud {
    async fn head_object(&self, at: &ObjectAt) -> Answer<Option<Object>> {
        self.enter("HeadObject", &at.key).await?;
        let found = self.world().objects.get(&(at.bucket.clone(), at.key.clone())).cloned();
        Ok(found.map(|(_, object)| object))
    }

    async fn get_object(&self, at: &ObjectAt) -> Answer<Option<Vec<u8>>> {
        self.enter("GetObject", &at.key).await?;
        let found = self.world().objects.get(&(at.bucket.clone(), at.key.clone())).cloned();
        Ok(found.map(|(bytes, _)| bytes))
    }

    async fn put_object(&self, upload: &Upload) -> Answer<()> {
        self.enter("PutObject", &upload.at.key).await?;
        let bytes = match &upload.body {
            UploadBody::Bytes(bytes) => bytes.clone(),
            UploadBody::File(file) => {
                let pieces: Answer<Vec<_>> = file.pieces.iter().map(|piece| read(file, piece)).collect();
                pieces?.concat()
            }
        };
        self.world().store(upload, bytes);
        Ok(())
    }

    async fn list_objects(
        &self,
        bucket: &str,
        _: &str,
        prefix: &str,
        next: Option<&str>,
    ) -> Answer<Page<Object>> {
        self.enter("ListObjects", bucket).await?;
        let world = self.world();
        let all = world.objects.iter().filter(|((name, key), _)| name == bucket && key.starts_with(prefix));
        let all: Vec<Object> = all.map(|(_, (_, object))| object.clone()).collect();
        Ok(page(&all, next, world.page))
    }

    async fn delete_objects(&self, bucket: &str, _: &str, keys: &[(String, Option<String>)]) -> Answer<()> {
        self.enter("DeleteObjects", bucket).await?;
        let mut world = self.world();
        for (key, version) in keys {
            world.objects.remove(&(bucket.to_owned(), key.clone()));
            if let (Some(version), Some(versions)) = (version, world.versions.get_mut(bucket)) {
                versions.retain(|one| one != &(key.clone(), version.clone()));
            }
        }
        Ok(())
    }

    async fn list_object_versions(
        &self,
        bucket: &str,
        _: &str,
        next: Option<&str>,
    ) -> Answer<Page<(String, String)>> {
        self.enter("ListObjectVersions", bucket).await?;
        let world = self.world();
        Ok(page(world.versions.get(bucket).map(Vec::as_slice).unwrap_or_default(), next, world.page))
    }
}

/// What lies on the disk of a piece, if it is as it was hashed.
pub(super) fn read(file: &HashedFile, piece: &Piece) -> Answer<Vec<u8>> {
    let fault = |code: &str, message: String| Fault {
        code: code.to_owned(),
        ..Fault::new(FaultKind::Invalid, "s3:PutObject", message)
    };
    let all = std::fs::read(&file.path).map_err(|error| fault("", error.to_string()))?;
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(all.len());
    let bytes = all[place(piece.from)..place(piece.end())].to_vec();
    match checksum(bytes.as_slice()) {
        Ok((hash, _)) if base64::encode(hash) == piece.checksum => Ok(bytes),
        _ => Err(fault("BadDigest", "the content does not fit its hash".to_owned())),
    }
}

impl World {
    /// Puts an object there as a whole.
    pub(super) fn store(&mut self, upload: &Upload, bytes: Vec<u8>) {
        let object = Object {
            key: upload.at.key.clone(),
            size: bytes.len() as u64,
            etag: digest(&bytes),
            checksum: None,
            metadata: upload.metadata.clone(),
        };
        let at = (upload.at.bucket.clone(), upload.at.key.clone());
        let header = |header: &Option<String>| header.clone().unwrap_or_default();
        let headers = (header(&upload.content_type), header(&upload.cache_control));
        self.headers.insert(at.clone(), headers);
        self.objects.insert(at, (bytes, object));
    }
}

/// The page that begins where the last one ended.
pub(super) fn page<T: Clone>(all: &[T], next: Option<&str>, size: usize) -> Page<T> {
    let start: usize = next.and_then(|next| next.parse().ok()).unwrap_or_default();
    let end = all.len().min(start + size);
    let items = all.get(start..end).unwrap_or_default().to_vec();
    Page { items, next: (end < all.len()).then(|| end.to_string()) }
}
