//! What every bucket of the library has in common: privacy, encryption, TLS.

use formwork_cfn::{
    kind,
    s3::{self, bucket as property},
};
use formwork_synth::sub;

use crate::{KeyRef, identity::Statement};

/// A bucket without public access and access lists, encrypted by S3's own keys or by one of KMS.
pub(in crate::data) fn private(key: Option<&KeyRef>) -> s3::Bucket {
    use property::ServerSideEncryptionByDefaultSseAlgorithm as Algorithm;
    let encryption = property::ServerSideEncryptionByDefault::new();
    let rule = property::ServerSideEncryptionRule::new();
    let rule = match key {
        // One data key for many objects, or KMS is asked, and paid, for each.
        Some(key) => rule.bucket_key_enabled(true).server_side_encryption_by_default(
            encryption
                .sse_algorithm(Algorithm::AwsKms)
                .kms_master_key_id(key.arn.clone().cast::<kind::KmsKeyId>()),
        ),
        None => rule.server_side_encryption_by_default(encryption.sse_algorithm(Algorithm::Aes256)),
    };
    let ownership = property::OwnershipControlsRule::new()
        .object_ownership(property::OwnershipControlsRuleObjectOwnership::BucketOwnerEnforced);
    s3::Bucket::new()
        .bucket_encryption(property::BucketEncryption::new().server_side_encryption_configuration([rule]))
        .ownership_controls(property::OwnershipControls::new().rules([ownership]))
        .public_access_block_configuration(
            property::PublicAccessBlockConfiguration::new()
                .block_public_acls(true)
                .block_public_policy(true)
                .ignore_public_acls(true)
                .restrict_public_buckets(true),
        )
}

/// A rule that deletes objects, and the parts of an upload that was given up.
pub(in crate::data) fn expire_after(days: u32) -> property::Rule {
    property::Rule::new()
        .id("expire")
        .status(property::RuleStatus::Enabled)
        .expiration_in_days(days)
        .abort_incomplete_multipart_upload(abort_after_a_day())
}

/// Drops the parts of an upload that was given up.
pub(super) fn abort_after_a_day() -> property::AbortIncompleteMultipartUpload {
    property::AbortIncompleteMultipartUpload::new().days_after_initiation(1)
}

/// The statement that keeps everybody out who comes without TLS.
pub(in crate::data) fn tls_only(bucket: &s3::BucketRef) -> Statement {
    Statement::deny_without_tls("s3:*").on(bucket.arn()).on(sub!("{}/*", bucket.arn()))
}
