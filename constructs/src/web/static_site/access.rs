//! Who sees a site: everybody, or those who know a password or hold a signed cookie. No secret is ever in a template.

use formwork_cfn::{
    cloudfront::{self, key_group, public_key},
    kind,
};
use formwork_synth::{Attr, Scope, Str};

use super::names::{digest, name};

use crate::each::each;

/// Who sees a site, its other origins included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever knows user and password, for previews. Nobody, until a digest of both is put into the store of the site:
    ///
    /// ```text
    /// digest=$(printf 'Basic %s' "$(printf 'user:password' | base64)" | sha256sum | cut -d' ' -f1)
    /// aws cloudfront-keyvaluestore put-key --kvs-arn ARN --key authorization --value "$digest" --if-match ETAG
    /// ```
    ///
    /// Not for an API that takes tokens in the header `Authorization`, which then holds the password.
    Password,
    /// Whoever holds cookies or URLs that were signed with one of the keys, whose public halves stand here as PEM.
    ///
    /// See <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html>.
    SignedBy(Vec<Str>),
}

/// What stands before the site.
#[derive(Default)]
pub(super) struct Gate {
    pub(super) store: Option<cloudfront::KeyValueStoreRef>,
    pub(super) key_group: Option<Attr<kind::CloudFrontKeyGroupId>>,
}

impl Access {
    pub(super) fn build(&self, scope: &mut Scope<'_>) -> Gate {
        match self {
            Self::Public => Gate::default(),
            Self::Password => {
                let store = cloudfront::KeyValueStore::new()
                    .name(name(scope, "Password"))
                    .comment("the digest of user and password, put in by hand");
                Gate { store: Some(scope.add("Password", store)), key_group: None }
            }
            Self::SignedBy(keys) => {
                let keys = each(keys, |pem| public_key(scope, pem));
                let config = key_group::KeyGroupConfig::new().name(name(scope, "Keys")).items(keys);
                let group = scope.add("Keys", cloudfront::KeyGroup::new().key_group_config(config));
                Gate { store: None, key_group: Some(group.reference()) }
            }
        }
    }
}

/// Adds a key under its digest: a key cannot be changed, and a new one stands beside the old until nothing uses that any more.
fn public_key(scope: &mut Scope<'_>, pem: &str) -> Attr<kind::CloudFrontPublicKeyId> {
    let id = format!("Key-{}", digest(pem));
    let config = public_key::PublicKeyConfig::new()
        .name(name(scope, &id))
        .caller_reference(id.clone())
        .encoded_key(format!("{}\n", pem.trim_end()));
    scope.add(id, cloudfront::PublicKey::new().public_key_config(config)).reference()
}
