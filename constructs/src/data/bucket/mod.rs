//! A private S3 bucket.
//!
//! Makes one `AWS::S3::Bucket` with an `AWS::S3::BucketPolicy`, and for its access logs an [`AccessLogBucket`].
//!
//! Defaults: no public access, no access lists, TLS only, encrypted with S3's own keys; parts of an upload that was given up
//! are dropped after a day. In a protected stage it has versions, of which old ones are deleted after 90 days, logs who read and wrote
//! what, and is kept on deletion.

mod lifecycle;
mod policy;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    kind,
    s3::{self, bucket as property},
};
use formwork_synth::{Attr, Construct, Expr, Grant, IntoValue, Scope, Str, Text, intrinsic, sub};

pub use lifecycle::StorageClass;

use super::{AccessLogBucket, AccessLogBucketRef};
use crate::{
    KeyRef,
    identity::{Statement, policy_document},
    protection::keep_if_protected,
    reason::Reasoned,
};
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

/// A bucket of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct BucketRef {
    /// Its name.
    pub name: Attr<kind::S3BucketName>,
    /// Its ARN.
    pub arn: Attr<kind::S3BucketArn>,
    /// Where its access logs go; nothing where there are none.
    pub logs: Option<AccessLogBucketRef>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<s3::BucketRef>,
    /// The policy of the bucket; nothing for one that exists already.
    pub policy: Option<s3::BucketPolicyRef>,
    key: Option<KeyRef>,
    region: Option<Str>,
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
        self.readers.extend(origins.into_iter().map(Into::into));
        self
    }

    /// Lets scripts of web pages upload objects by signed URLs. Default: none.
    pub fn upload_from_pages<O: Into<Str>>(mut self, origins: impl IntoIterator<Item = O>) -> Self {
        self.uploaders.extend(origins.into_iter().map(Into::into));
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
        let resource = scope.in_place(keep_if_protected(scope, bucket.because(self.accepted)));
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
    let readers =
        (!readers.is_empty()).then(|| rule("read-from-pages", &[Method::Get, Method::Head], readers));
    let uploaders =
        (!uploaders.is_empty()).then(|| rule("upload-from-pages", &[Method::Post, Method::Put], uploaders));
    readers.into_iter().chain(uploaders).collect()
}

impl BucketRef {
    /// A bucket that exists already, by its name. Its policy is not touched: what CloudFront is to read must be allowed there.
    ///
    /// ```
    /// use formwork_constructs::BucketRef;
    /// let grant = BucketRef::existing("shop-archive").read();
    /// ```
    pub fn existing(name: impl Into<Str>) -> Self {
        let name: Attr<kind::S3BucketName> = Attr::existing(name);
        let arn = IntoValue::<String>::into_expr(sub!("arn:{}:s3:::{}", intrinsic::partition(), &name));
        Self {
            name,
            arn: Attr::from_expr(arn),
            logs: None,
            resource: None,
            policy: None,
            key: None,
            region: None,
        }
    }

    /// Says in which region a bucket lies that exists already. Default: that of the stack that reads it.
    #[must_use]
    pub fn in_region(mut self, region: impl Into<Str>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Permission to list objects and to read them.
    pub fn read(&self) -> Grant {
        let list = Grant::allow(["s3:ListBucket"], [&self.arn]);
        let get = Grant::allow(["s3:GetObject"], [self.objects()]);
        list.and(get).and(self.key.as_ref().map(KeyRef::decrypt).unwrap_or_default())
    }

    /// Permission to put objects, and not to read or delete any.
    pub fn write(&self) -> Grant {
        let put = Grant::allow(
            ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
            [self.objects()],
        );
        // The parts of a large upload are read again by S3 when they are put together.
        put.and(self.key.as_ref().map(KeyRef::encrypt_decrypt).unwrap_or_default())
    }

    /// Permission to delete objects. Their old versions stay, where the bucket keeps them.
    pub fn delete(&self) -> Grant {
        Grant::allow(["s3:DeleteObject"], [self.objects()])
    }

    /// Permission to list, read, put and delete objects, and nothing else: not to change or delete the bucket.
    pub fn read_write(&self) -> Grant {
        self.read().and(self.write()).and(self.delete())
    }

    /// Its name in DNS, in its own region.
    pub(crate) fn regional_domain_name(&self) -> Text {
        match &self.resource {
            Some(resource) => sub!("{}", resource.regional_domain_name()),
            None => {
                let region = match &self.region {
                    Some(region) => sub!("{}", region.clone()),
                    None => intrinsic::region(),
                };
                sub!("{}.s3.{}.{}", &self.name, region, intrinsic::url_suffix())
            }
        }
    }

    /// Adds a statement to the policy. There is nothing to add to for a bucket that exists already.
    pub(crate) fn allow(&self, scope: &mut Scope<'_>, statement: Statement) {
        let Some(policy) = &self.policy else { return };
        scope.modify_raw(policy, |raw| {
            let statements = raw.properties.get_mut("PolicyDocument").and_then(|document| match document {
                Expr::Map(fields) => fields.get_mut("Statement"),
                _ => None,
            });
            if let Some(Expr::List(statements)) = statements {
                statements.push(Expr::from(statement));
            }
        });
    }

    /// True where the bucket is made in the stack of the scope.
    pub(crate) fn is_beside(&self, scope: &Scope<'_>) -> bool {
        self.resource.as_ref().is_some_and(|resource| scope.is_in_stack(resource))
    }

    /// True where its region is known, to us or to CloudFormation.
    pub(crate) fn knows_region(&self) -> bool {
        self.resource.is_some() || self.region.is_some()
    }

    /// True where the objects are encrypted by a key of KMS.
    pub(crate) fn has_key(&self) -> bool {
        self.key.is_some()
    }

    fn objects(&self) -> Text {
        match &self.resource {
            Some(_) => sub!("{}/*", &self.arn),
            None => sub!("arn:{}:s3:::{}/*", intrinsic::partition(), &self.name),
        }
    }
}

#[cfg(test)]
mod tests;
