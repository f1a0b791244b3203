//! Buckets in memory.

use super::FakeCloud;
use crate::deploy::cloud::{Answer, Fault, FaultKind, Object, ObjectAt, Page, Storage, Upload, UploadBody};

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
            UploadBody::File(path) => std::fs::read(path)
                .map_err(|error| Fault::new(FaultKind::Invalid, "s3:PutObject", error.to_string()))?,
        };
        let etag = formwork_assembly::digest(&bytes);
        let object = Object {
            key: upload.at.key.clone(),
            size: bytes.len() as u64,
            etag,
            checksum: None,
            metadata: upload.metadata.clone(),
        };
        let at = (upload.at.bucket.clone(), upload.at.key.clone());
        let header = |header: &Option<String>| header.clone().unwrap_or_default();
        let headers = (header(&upload.content_type), header(&upload.cache_control));
        self.world().headers.insert(at.clone(), headers);
        self.world().objects.insert(at, (bytes, object));
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

/// The page that begins where the last one ended.
pub(super) fn page<T: Clone>(all: &[T], next: Option<&str>, size: usize) -> Page<T> {
    let start: usize = next.and_then(|next| next.parse().ok()).unwrap_or_default();
    let end = all.len().min(start + size);
    let items = all.get(start..end).unwrap_or_default().to_vec();
    Page { items, next: (end < all.len()).then(|| end.to_string()) }
}
