//! A private bucket that services of AWS write access logs to.
//!
//! Makes one `AWS::S3::Bucket` with an `AWS::S3::BucketPolicy`.
//!
//! Defaults: encrypted, no public access, TLS only, objects deleted after 90 days; kept on deletion in a protected stage.

use formwork_cfn::{
    kind,
    s3::{self, bucket as property},
};
use formwork_synth::{Attr, Construct, Scope, Str, intrinsic, sub};

use super::bucket::{expire_after, private, tls_only};
use crate::{
    BucketRef,
    identity::{Statement, policy_document},
    protection::keep_if_protected,
};

/// A bucket for the access logs of load balancers, of other buckets, or of CloudFront distributions.
///
/// ```
/// # use formwork_constructs::AccessLogBucket;
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let logs = shop.add("AccessLogs", AccessLogBucket::new().expire_after(30));
/// ```
///
/// See <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct AccessLogBucket {
    writer: Writer,
    days: u32,
}

/// A bucket for access logs: of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct AccessLogBucketRef {
    /// Its name.
    pub name: Attr<kind::S3BucketName>,
    /// Its ARN.
    pub arn: Attr<kind::S3BucketArn>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<s3::BucketRef>,
    /// The policy that lets the services write: some check it when logging is switched on. Nothing for a bucket that exists already.
    pub policy: Option<s3::BucketPolicyRef>,
}

/// Who writes the logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writer {
    LoadBalancers,
    Buckets,
    Distributions,
}

impl Default for AccessLogBucket {
    fn default() -> Self {
        Self::new()
    }
}

impl AccessLogBucket {
    /// A bucket that keeps the logs of load balancers for 90 days.
    pub fn new() -> Self {
        Self::by(Writer::LoadBalancers)
    }

    /// A bucket that keeps the logs of other buckets in its region for 90 days.
    pub fn of_buckets() -> Self {
        Self::by(Writer::Buckets)
    }

    /// A bucket that keeps the logs of CloudFront distributions for 90 days.
    pub fn of_distributions() -> Self {
        Self::by(Writer::Distributions)
    }

    /// Sets after how many days a log is deleted. Default: 90.
    pub fn expire_after(mut self, days: u32) -> Self {
        self.days = days;
        self
    }

    fn by(writer: Writer) -> Self {
        Self { writer, days: 90 }
    }
}

impl Construct for AccessLogBucket {
    type Handle = AccessLogBucketRef;

    fn build(self, scope: &mut Scope<'_>) -> AccessLogBucketRef {
        // Load balancers write to buckets with S3's own keys only.
        let expiry = property::LifecycleConfiguration::new().rules([expire_after(self.days)]);
        let bucket = private(None).lifecycle_configuration(expiry);
        let resource = scope.in_place(keep_if_protected(scope, bucket));
        let statements = [self.writer.may_write(&resource), tls_only(&resource)];
        let policy = s3::BucketPolicy::new().bucket(&resource).policy_document(policy_document(statements));
        let policy = scope.add("Policy", keep_if_protected(scope, policy));
        AccessLogBucketRef {
            name: resource.reference(),
            arn: resource.arn(),
            resource: Some(resource),
            policy: Some(policy),
        }
    }
}

impl AccessLogBucketRef {
    /// A bucket that exists already, by its name. Its policy must let the services write that log to it.
    ///
    /// ```
    /// use formwork_constructs::{AccessLogBucketRef, Bucket};
    /// let uploads = Bucket::new().access_logs(&AccessLogBucketRef::existing("acme-access-logs"));
    /// ```
    pub fn existing(name: impl Into<Str>) -> Self {
        let BucketRef { name, arn, .. } = BucketRef::existing(name);
        Self { name, arn, resource: None, policy: None }
    }
}

impl Writer {
    /// The statement that lets it write, on behalf of this account only.
    fn may_write(self, bucket: &s3::BucketRef) -> Statement {
        let put = |service: &'static str| Statement::allow_service(service, ["s3:PutObject"]);
        match self {
            Self::LoadBalancers => {
                let of_account = sub!("{}/AWSLogs/{}/*", bucket.arn(), intrinsic::account_id());
                put("logdelivery.elasticloadbalancing.amazonaws.com").on(of_account)
            }
            Self::Buckets => {
                put("logging.s3.amazonaws.com").on(sub!("{}/*", bucket.arn())).for_this_account()
            }
            Self::Distributions => {
                // Distributions and all that has to do with them live in one region.
                let sources = sub!(
                    "arn:{}:logs:us-east-1:{}:delivery-source:*",
                    intrinsic::partition(),
                    intrinsic::account_id()
                );
                put("delivery.logs.amazonaws.com").on(sub!("{}/*", bucket.arn())).for_this_account().when(
                    "ArnLike",
                    "aws:SourceArn",
                    sources,
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    #[test]
    fn access_log_bucket() {
        snapshot("access_log_bucket", |shop| {
            shop.add("AccessLogs", AccessLogBucket::new());
            shop.add("BucketLogs", AccessLogBucket::of_buckets().expire_after(30));
            shop.add("SiteLogs", AccessLogBucket::of_distributions());
        });
    }
}
