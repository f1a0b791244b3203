//! A private bucket that load balancers write their access logs to.
//!
//! Makes one `AWS::S3::Bucket` with an `AWS::S3::BucketPolicy`.
//!
//! Defaults: encrypted, no public access, TLS only, objects deleted after 90 days; kept on deletion in a protected stage.

use formwork_cfn::{
    kind,
    s3::{self, bucket as property},
};
use formwork_synth::{Attr, Construct, Expr, Scope, intrinsic, sub};

use crate::{
    identity::{Statement, policy_document},
    protection::keep_if_protected,
};

/// A bucket for the access logs of load balancers.
///
/// ```
/// # use formwork_constructs::AccessLogBucket;
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let logs = shop.add("AccessLogs", AccessLogBucket::new().days(30));
/// ```
///
/// See <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct AccessLogBucket {
    days: u32,
}

/// A bucket for access logs.
#[derive(Clone, Debug)]
pub struct AccessLogBucketRef {
    /// Its name.
    pub name: Attr<kind::S3BucketName>,
    /// The resource itself, to change what no option says.
    pub resource: s3::BucketRef,
    /// The policy that lets load balancers write: they check it when logging is switched on.
    pub policy: s3::BucketPolicyRef,
}

impl Default for AccessLogBucket {
    fn default() -> Self {
        Self::new()
    }
}

impl AccessLogBucket {
    /// A bucket that keeps logs for 90 days.
    pub fn new() -> Self {
        Self { days: 90 }
    }

    /// Sets after how many days a log is deleted. Default: 90.
    pub fn days(mut self, days: u32) -> Self {
        self.days = days;
        self
    }
}

impl Construct for AccessLogBucket {
    type Handle = AccessLogBucketRef;

    fn build(self, scope: &mut Scope<'_>) -> AccessLogBucketRef {
        // Load balancers write to buckets with S3's own keys only.
        let encryption = property::ServerSideEncryptionByDefault::new()
            .sse_algorithm(property::ServerSideEncryptionByDefaultSseAlgorithm::Aes256);
        let rule = property::ServerSideEncryptionRule::new().server_side_encryption_by_default(encryption);
        let expiry = property::Rule::new()
            .id("expire")
            .status(property::RuleStatus::Enabled)
            .expiration_in_days(self.days)
            .abort_incomplete_multipart_upload(
                property::AbortIncompleteMultipartUpload::new().days_after_initiation(1),
            );
        let ownership = property::OwnershipControlsRule::new()
            .object_ownership(property::OwnershipControlsRuleObjectOwnership::BucketOwnerEnforced);
        let bucket = s3::Bucket::new()
            .bucket_encryption(property::BucketEncryption::new().server_side_encryption_configuration([rule]))
            .lifecycle_configuration(property::LifecycleConfiguration::new().rules([expiry]))
            .ownership_controls(property::OwnershipControls::new().rules([ownership]))
            .public_access_block_configuration(
                property::PublicAccessBlockConfiguration::new()
                    .block_public_acls(true)
                    .block_public_policy(true)
                    .ignore_public_acls(true)
                    .restrict_public_buckets(true),
            );
        let resource = scope.in_place(keep_if_protected(scope, bucket));
        let policy = s3::BucketPolicy::new().bucket(&resource).policy_document(policy_of(&resource));
        let policy = scope.add("Policy", keep_if_protected(scope, policy));
        AccessLogBucketRef { name: resource.reference(), resource, policy }
    }
}

/// Load balancers of the account may write; nobody may come without TLS.
fn policy_of(bucket: &s3::BucketRef) -> Expr {
    let logs = sub!("{}/AWSLogs/{}/*", bucket.arn(), intrinsic::account_id());
    policy_document([
        Statement::allow_service("logdelivery.elasticloadbalancing.amazonaws.com", ["s3:PutObject"]).on(logs),
        Statement::deny_without_tls("s3:*").on(bucket.arn()).on(sub!("{}/*", bucket.arn())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    #[test]
    fn access_log_bucket() {
        snapshot("access_log_bucket", |shop| {
            shop.add("AccessLogs", AccessLogBucket::new());
        });
    }
}
