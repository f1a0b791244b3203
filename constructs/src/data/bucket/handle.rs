//! A bucket as others see it: what it is called, who may do what with its objects, and who else its policy lets in.

use formwork_cfn::{kind, s3};
use formwork_synth::{Attr, Expr, Grant, IntoValue, Scope, Str, Text, intrinsic, sub};

use crate::{AccessLogBucketRef, KeyRef, identity::Statement};

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
    pub(super) key: Option<KeyRef>,
    pub(super) region: Option<Str>,
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
