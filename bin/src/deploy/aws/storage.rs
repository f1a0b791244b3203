//! S3: what the engine asks, asked by its client. Each request names the owner of the bucket.

use std::time::Duration;

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_s3::{
    Client, Config,
    primitives::{ByteStream, Length},
    types::{ChecksumAlgorithm, ChecksumMode, Delete, ObjectIdentifier},
};

use super::{
    Aws,
    described::said,
    endpoint,
    fault::{OrFault, causes, of_service},
    retry::pause,
};
use crate::deploy::{
    cloud::{
        Answer, Cloud, Fault, FaultKind, HashedFile, Object, ObjectAt, Page, Storage, Upload, UploadBody,
    },
    upload::CHANGED,
};

/// As many as S3 deletes at once.
const BATCH: usize = 1000;

/// An upload may be as slow as this many bytes a second.
const SLOWEST: u64 = 16 * 1024;

/// A client of S3 in the region of a config. With an endpoint of one's own, buckets are named in the path.
pub(super) fn client(config: &SdkConfig) -> Client {
    let own = endpoint::own(config, "s3").is_some();
    Client::from_conf(aws_sdk_s3::config::Builder::from(config).force_path_style(own).build())
}

impl Storage for Aws {
    async fn head_object(&self, at: &ObjectAt) -> Answer<Option<Object>> {
        let operation = "s3:HeadObject";
        let request =
            self.storage().head_object().bucket(&at.bucket).key(&at.key).expected_bucket_owner(&at.owner);
        let asked = request.checksum_mode(ChecksumMode::Enabled).send().await;
        if asked.as_ref().is_err_and(|error| status(error) == Some(404)) {
            return Ok(None);
        }
        let told = asked.as_ref().err().and_then(status);
        let answer = match (asked.or_fault(operation), told) {
            (Err(fault), Some(301)) => {
                return Err(Fault {
                    kind: FaultKind::Invalid,
                    message: "the bucket is in another region".into(),
                    ..fault
                });
            }
            (Err(fault), Some(400 | 403)) => {
                // An answer to HEAD has no body to say more with; whether it is the credentials STS knows.
                self.identity().await?;
                let message =
                    format!("bucket `{}` may not be read, or is not of account {}", at.bucket, at.owner);
                return Err(Fault { kind: FaultKind::Denied, message, ..fault });
            }
            (answer, _) => answer?,
        };
        let mut metadata: Vec<_> = answer.metadata.unwrap_or_default().into_iter().collect();
        metadata.sort();
        Ok(Some(Object {
            key: at.key.clone(),
            size: size(answer.content_length),
            etag: unquoted(answer.e_tag),
            checksum: answer.checksum_sha256,
            metadata,
        }))
    }

    async fn get_object(&self, at: &ObjectAt) -> Answer<Option<Vec<u8>>> {
        let operation = "s3:GetObject";
        let request =
            self.storage().get_object().bucket(&at.bucket).key(&at.key).expected_bucket_owner(&at.owner);
        let retries = self.account.config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
        let mut failed = 0;
        loop {
            let answer = match request.clone().send().await.or_fault(operation) {
                Err(fault) if fault.code == "NoSuchKey" => return Ok(None),
                answer => answer?,
            };
            let error = match answer.body.collect().await {
                Ok(body) => return Ok(Some(body.to_vec())),
                Err(error) => error,
            };
            // The client asks again only until an answer begins.
            failed += 1;
            if failed >= retries.max_attempts() {
                return Err(Fault::new(FaultKind::Unreachable, operation, causes(&error)));
            }
            tokio::time::sleep(pause(&retries, failed)).await;
        }
    }

    async fn put_object(&self, upload: &Upload) -> Answer<()> {
        let operation = "s3:PutObject";
        let Upload { at, content_type, cache_control, metadata, .. } = upload;
        let (body, checksum) = match &upload.body {
            UploadBody::Bytes(bytes) => (ByteStream::from(bytes.clone()), None),
            UploadBody::File(file) => {
                let checksum = match file.pieces.as_slice() {
                    [piece] => Some(piece.checksum.clone()),
                    _ => None,
                };
                (part(operation, file, 0, file.size()).await?, checksum)
            }
        };
        self.storage()
            .put_object()
            .bucket(&at.bucket)
            .key(&at.key)
            .expected_bucket_owner(&at.owner)
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .set_checksum_sha256(checksum)
            .set_content_type(content_type.clone())
            .set_cache_control(cache_control.clone())
            .set_metadata(Some(metadata.iter().cloned().collect()))
            .body(body)
            .customize()
            .config_override(self.patient(upload.body.size()))
            .send()
            .await
            .or_fault(operation)
            .map(drop)
    }

    async fn list_objects(
        &self,
        bucket: &str,
        owner: &str,
        prefix: &str,
        next: Option<&str>,
    ) -> Answer<Page<Object>> {
        let request =
            self.storage().list_objects_v2().bucket(bucket).expected_bucket_owner(owner).prefix(prefix);
        let asked = request.set_continuation_token(next.map(str::to_owned)).send().await;
        let answer = asked.or_fault("s3:ListBucket")?;
        let items = answer.contents.unwrap_or_default().into_iter().map(|object| Object {
            key: object.key.unwrap_or_default(),
            size: size(object.size),
            etag: unquoted(object.e_tag),
            ..Object::default()
        });
        Ok(Page { items: items.collect(), next: said(answer.next_continuation_token) })
    }

    async fn delete_objects(
        &self,
        bucket: &str,
        owner: &str,
        keys: &[(String, Option<String>)],
    ) -> Answer<()> {
        let operation = "s3:DeleteObject";
        for batch in keys.chunks(BATCH) {
            let objects = batch.iter().map(|(key, version)| {
                ObjectIdentifier::builder().key(key).set_version_id(version.clone()).build()
            });
            let delete = objects
                .collect::<Result<Vec<_>, _>>()
                .and_then(|objects| Delete::builder().set_objects(Some(objects)).quiet(true).build())
                .map_err(|error| Fault::new(FaultKind::Invalid, operation, error.to_string()))?;
            let request =
                self.storage().delete_objects().bucket(bucket).expected_bucket_owner(owner).delete(delete);
            let answer = request.send().await.or_fault(operation)?;
            let errors = answer.errors.unwrap_or_default();
            if let Some(error) = errors.first() {
                let (code, message) = (error.code().unwrap_or_default(), error.message().unwrap_or_default());
                let key = error.key().unwrap_or_default();
                let message = format!("`{key}`, one of {}: {message}", errors.len());
                return Err(of_service(operation, 200, code, &message));
            }
        }
        Ok(())
    }

    async fn list_object_versions(
        &self,
        bucket: &str,
        owner: &str,
        next: Option<&str>,
    ) -> Answer<Page<(String, String)>> {
        // The next page begins after a version of a key. Versions have no spaces, keys may.
        let (version, key) = next.and_then(|next| next.split_once(' ')).unzip();
        let answer = self
            .storage()
            .list_object_versions()
            .bucket(bucket)
            .expected_bucket_owner(owner)
            .set_key_marker(key.map(str::to_owned))
            .set_version_id_marker(version.filter(|version| !version.is_empty()).map(str::to_owned))
            .send()
            .await
            .or_fault("s3:ListBucketVersions")?;
        let versions = answer.versions.unwrap_or_default().into_iter().map(|it| (it.key, it.version_id));
        let markers = answer.delete_markers.unwrap_or_default().into_iter().map(|it| (it.key, it.version_id));
        let items = versions.chain(markers).filter_map(|(key, version)| Some((key?, version?))).collect();
        let version = answer.next_version_id_marker.unwrap_or_default();
        let next = answer.next_key_marker.filter(|_| answer.is_truncated == Some(true));
        Ok(Page { items, next: next.map(|key| format!("{version} {key}")) })
    }
}

impl Aws {
    pub(super) fn storage(&self) -> &Client {
        &self.clients.storage
    }

    /// Settings for a request with so many bytes: its answer comes once all are sent, which a limit for short answers would cut off.
    pub(super) fn patient(&self, size: u64) -> aws_sdk_s3::config::Builder {
        let patience =
            self.account.config.timeout_config().and_then(TimeoutConfig::read_timeout).unwrap_or_default();
        let patience = patience.saturating_add(Duration::from_secs(size / SLOWEST));
        Config::builder().timeout_config(TimeoutConfig::builder().read_timeout(patience).build())
    }
}

/// A part of a file, read as it is sent; a fault, where the file is not as large as it was.
pub(super) async fn part(operation: &str, file: &HashedFile, from: u64, size: u64) -> Answer<ByteStream> {
    let named = |reason: String| {
        let reason = format!("`{}` cannot be read: {reason}", file.path.display());
        Fault::new(FaultKind::Invalid, operation, reason)
    };
    let now = std::fs::metadata(&file.path).map_err(|error| named(error.to_string()))?.len();
    if now != file.size() {
        let message = format!("`{}` had {} bytes and has {now}", file.path.display(), file.size());
        return Err(Fault { code: CHANGED.to_owned(), ..Fault::new(FaultKind::Invalid, operation, message) });
    }
    let stream = ByteStream::read_from().path(&file.path).offset(from).length(Length::Exact(size)).build();
    stream.await.map_err(|error| named(causes(&error)))
}

fn status<E>(
    error: &aws_sdk_s3::error::SdkError<E, aws_smithy_runtime_api::client::orchestrator::HttpResponse>,
) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

pub(super) fn size(length: Option<i64>) -> u64 {
    length.and_then(|length| u64::try_from(length).ok()).unwrap_or_default()
}

pub(super) fn unquoted(etag: Option<String>) -> String {
    etag.unwrap_or_default().trim_matches('"').to_owned()
}
