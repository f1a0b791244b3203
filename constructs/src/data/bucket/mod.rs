//! A private S3 bucket.
//!
//! Makes one `AWS::S3::Bucket` with an `AWS::S3::BucketPolicy`, and for its access logs an [`AccessLogBucket`].
//!
//! Defaults: no public access, no access lists, TLS only, encrypted with S3's own keys; parts of an upload that was given up
//! are dropped after a day. In a protected stage it has versions, of which old ones are deleted after 90 days, logs who read and wrote
//! what, and is kept on deletion.

mod handle;
mod lifecycle;
mod policy;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::s3::{self, bucket as property};
use formwork_synth::{Construct, Scope, Str};

pub use handle::BucketRef;
pub use lifecycle::StorageClass;

use super::{AccessLogBucket, AccessLogBucketRef};
use crate::{KeyRef, each::each, identity::policy_document, protection::keep_if_protected, reason::Reasoned};
use lifecycle::Lifecycle;
pub(super) use policy::{expire_after, private, tls_only};

/// A bucket that only the app reaches.
///
/// ```
/// # use formwork_constructs::{Bucket, Role, StorageClass};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let role = shop.add("Role", Role::for_service("lambda.amazonaws.com"));
/// let invoices = Bucket::new().archive_after(90, StorageClass::InstantRetrieval).expire_under("drafts/", 14);
/// let invoices = shop.add("Invoices", invoices);
/// shop.grant(&role, invoices.read_write());
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug, Default)]
pub struct Bucket {
    versions: Versions,
    lifecycle: Lifecycle,
    key: Option<KeyRef>,
    logs: Logs,
    readers: Vec<Str>,
    uploaders: Vec<Str>,
    events: bool,
    accepted: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Versions {
    #[default]
    ByStage,
    Kept,
    None,
}

#[derive(Clone, Debug, Default)]
enum Logs {
    #[default]
    ByStage,
    To(AccessLogBucketRef),
    None,
}

impl Bucket {
    /// An empty bucket whose name is made by CloudFormation.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps old versions of objects that are changed or deleted. Default: in a protected stage only.
    pub fn versioned(mut self) -> Self {
        self.versions = Versions::Kept;
        self
    }

    /// Keeps no old versions. The reason is written into the template. Default: versions in a protected stage.
    pub fn without_versions(mut self, reason: impl Into<Str>) -> Self {
        self.versions = Versions::None;
        self.accepted.push(format!("without versions: {}", reason.into()));
        self
    }

    /// Sets after how many days an old version is deleted. Default: 90.
    pub fn old_versions_for(mut self, days: u32) -> Self {
        self.lifecycle.old_versions_for(days);
        self
    }

    /// Deletes objects some days after they were put there. Default: never.
    pub fn expire_after(self, days: u32) -> Self {
        self.expire_under("", days)
    }

    /// As [`expire_after`](Self::expire_after), for objects whose key begins with a text: `drafts/`.
    pub fn expire_under(mut self, prefix: impl Into<Str>, days: u32) -> Self {
        self.lifecycle.expire(prefix.into(), days);
        self
    }

    /// Moves objects to a cheaper class some days after they were put there. Default: they stay in the standard class.
    pub fn archive_after(mut self, days: u32, class: StorageClass) -> Self {
        self.lifecycle.archive(days, class);
        self
    }

    /// Encrypts with a key of KMS rather than with S3's own. Grants of the bucket then hold its use too. Default: S3's own keys.
    pub fn key(mut self, key: &KeyRef) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Writes the access logs to a bucket that others use too. Default: in a protected stage to one of its own.
    pub fn access_logs(mut self, bucket: &AccessLogBucketRef) -> Self {
        self.logs = Logs::To(bucket.clone());
        self
    }

    /// Writes no access logs. The reason is written into the template. Default: access logs in a protected stage.
    pub fn without_access_logs(mut self, reason: impl Into<Str>) -> Self {
        self.logs = Logs::None;
        self.accepted.push(format!("without access logs: {}", reason.into()));
        self
    }

    /// Lets scripts of web pages read objects they hold a signed URL of: `https://example.com`. Default: none.
    pub fn read_from_pages<O: Into<Str>>(mut self, origins: impl IntoIterator<Item = O>) -> Self {
        self.readers.extend(each(origins, Into::into));
        self
    }

    /// Lets scripts of web pages upload objects by signed URLs. Default: none.
    pub fn upload_from_pages<O: Into<Str>>(mut self, origins: impl IntoIterator<Item = O>) -> Self {
        self.uploaders.extend(each(origins, Into::into));
        self
    }

    /// Tells EventBridge of every change. Default: nobody is told.
    pub fn events(mut self) -> Self {
        self.events = true;
        self
    }

    fn check(&self, scope: &mut Scope<'_>) {
        let mut report = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::BUCKET, message).help(help));
        };
        self.lifecycle.check(&mut report);
        if self.versions == Versions::None && self.lifecycle.says_old_versions() {
            let message = "a bucket without versions is told how long to keep old ones";
            report(message.to_owned(), "drop `.old_versions_for(…)`, or `.without_versions(…)`");
        }
        for origin in self.readers.iter().chain(&self.uploaders) {
            if !is_origin(origin) {
                let help = "write it like `https://example.com`, without a path; `*` may stand for a part of the host";
                report(format!("`{origin}` is no origin of web pages"), help);
            }
        }
    }
}

/// True for scheme and host, and nothing after them.
pub(crate) fn is_origin(origin: &str) -> bool {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-.:*".contains(letter);
    host.is_some_and(|host| !host.is_empty() && host.chars().all(is_plain))
}

impl Construct for Bucket {
    type Handle = BucketRef;

    fn build(self, scope: &mut Scope<'_>) -> BucketRef {
        self.check(scope);
        let protected = scope.stage().is_protected();
        let versioned = match self.versions {
            Versions::ByStage => protected,
            Versions::Kept => true,
            Versions::None => false,
        };
        let logs = match self.logs {
            Logs::ByStage if protected => Some(scope.add("AccessLogs", AccessLogBucket::of_buckets())),
            Logs::To(bucket) => Some(bucket),
            Logs::ByStage | Logs::None => None,
        };
        let mut bucket =
            private(self.key.as_ref()).lifecycle_configuration(self.lifecycle.property(versioned));
        if versioned {
            let on = property::VersioningConfiguration::new()
                .status(property::VersioningConfigurationStatus::Enabled);
            bucket = bucket.versioning_configuration(on);
        }
        if let Some(logs) = &logs {
            let by_day = property::PartitionedPrefix::new()
                .partition_date_source(property::PartitionedPrefixPartitionDateSource::EventTime);
            let logging = property::LoggingConfiguration::new()
                .destination_bucket_name(&logs.name)
                .log_file_prefix(scope.path() + "/")
                .target_object_key_format(property::TargetObjectKeyFormat::new().partitioned_prefix(by_day));
            bucket = bucket.logging_configuration(logging);
        }
        if !self.readers.is_empty() || !self.uploaders.is_empty() {
            let rules = cors_rules(self.readers, self.uploaders);
            bucket = bucket.cors_configuration(property::CorsConfiguration::new().cors_rules(rules));
        }
        if self.events {
            let all = property::EventBridgeConfiguration::new().event_bridge_enabled(true);
            bucket = bucket.notification_configuration(
                property::NotificationConfiguration::new().event_bridge_configuration(all),
            );
        }
        let resource = scope.in_place(keep_if_protected(scope, bucket.because_of(self.accepted)));
        let policy =
            s3::BucketPolicy::new().bucket(&resource).policy_document(policy_document([tls_only(&resource)]));
        let policy = scope.add("Policy", keep_if_protected(scope, policy));
        BucketRef {
            name: resource.reference(),
            arn: resource.arn(),
            logs,
            resource: Some(resource),
            policy: Some(policy),
            key: self.key,
            region: None,
        }
    }
}

/// What scripts of web pages may do, one rule for each kind of them.
fn cors_rules(readers: Vec<Str>, uploaders: Vec<Str>) -> Vec<property::CorsRule> {
    use property::CorsRuleAllowedMethods as Method;
    let rule = |id: &str, methods: &[Method], origins: Vec<Str>| {
        property::CorsRule::new()
            .id(id)
            .allowed_methods(methods.to_vec())
            .allowed_origins(origins)
            .allowed_headers(["*"])
            .exposed_headers(["ETag"])
            .max_age(3600)
    };
    let mut rules = Vec::new();
    if !readers.is_empty() {
        rules.push(rule("read-from-pages", &[Method::Get, Method::Head], readers));
    }
    if !uploaders.is_empty() {
        rules.push(rule("upload-from-pages", &[Method::Post, Method::Put], uploaders));
    }
    rules
}

#[cfg(test)]
mod tests;
