//! The distribution: its origins, which of them answers what, and how it is reached.

use std::cmp::Ordering;

use formwork_assembly::sort_by;
use formwork_cfn::{
    cloudfront::{self, distribution as property},
    kind,
};
use formwork_synth::{Attr, Expr, Scope, Str, Structure, Value, raw};

use super::{
    Countries, StaticSite,
    function::Functions,
    origin::{READING, REST, SITE, WaysIn, files_policy, of_bucket},
};
use crate::{BucketRef, each::each, reason::Reasoned};

/// From which parts of the world a site is delivered: the dearer ones are left out first.
///
/// See <https://aws.amazon.com/cloudfront/pricing/>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceClass {
    /// North America, Europe and Israel.
    AmericaAndEurope,
    /// Those, and Africa, the Middle East and most of Asia.
    AfricaAndAsiaToo,
    /// Everywhere.
    World,
}

/// The id of the group of the site's bucket and its copy.
const GROUP: &str = "site-or-replica";

/// The id of the copy of the site's bucket.
const REPLICA: &str = "replica";

/// The answers of a bucket for which its copy is asked.
const FAILURES: [u16; 4] = [500, 502, 503, 504];

/// The most characters of what a list of distributions shows beside each.
const LONGEST_COMMENT: usize = 128;

/// What was made for the distribution.
pub(super) struct Parts {
    /// The files.
    pub(super) origin: property::Origin,
    /// What signs requests to buckets.
    pub(super) access: Attr<kind::CloudFrontOriginAccessControlId>,
    pub(super) functions: Functions,
    pub(super) headers: Attr<kind::CloudFrontResponseHeadersPolicyId>,
    pub(super) certificate: Option<Attr<kind::CertificateManagerCertificateArn>>,
    pub(super) web_acl: Option<Attr<kind::WafV2WebAclArn>>,
    pub(super) key_group: Option<Attr<kind::CloudFrontKeyGroupId>>,
}

impl Parts {
    pub(super) fn build(self, site: &StaticSite, scope: &mut Scope<'_>) -> cloudfront::DistributionRef {
        let behaviors = site.behaviors();
        let mut ways = WaysIn::default();
        let mut others = Vec::new();
        let mut origins = Vec::new();
        for (pattern, origin) in &behaviors {
            origins.push(origin.property(scope, pattern, &self.access, &mut ways));
            let behavior = self.behind_gate(origin.behavior(pattern), origin.read_bucket());
            others.push((pattern.clone(), Value::new(behavior)));
        }
        if let Some(replica) = &site.replica {
            origins.push(of_bucket(replica, REPLICA, &self.access));
        }
        let files = self.files(site);
        let default = match &site.rest {
            None => Value::new(files),
            Some((pattern, origin)) => {
                origins.push(origin.property(scope, REST, &self.access, &mut ways));
                others.push((pattern.clone(), under(files, pattern)));
                everywhere(self.behind_gate(origin.behavior(REST), origin.read_bucket()))
            }
        };
        // CloudFront takes the first that fits: the longest.
        sort_by(&mut others, |one, other| longest_first(&one.0, &other.0));
        let others = each(others, |(_, behavior)| behavior);
        let comment = format!("{} {} {}", scope.app_name(), scope.stage().name, scope.path());
        let comment: String = comment.chars().take(LONGEST_COMMENT).collect();
        origins.insert(0, self.origin);
        let mut config = property::DistributionConfig::new()
            .enabled(true)
            .comment(comment)
            .origins(origins)
            .default_cache_behavior(default)
            .http_version(property::DistributionConfigHttpVersion::Http2And3)
            .ipv6_enabled(true)
            .price_class(site.prices.property());
        if site.rest.is_none() {
            config = config.default_root_object("index.html");
        }
        if !others.is_empty() {
            config = config.cache_behaviors(others);
        }
        if site.replica.is_some() {
            config = config.origin_groups(property::OriginGroups::new().quantity(1).items([group()]));
        }
        if let Some(page) = &site.not_found {
            let page = property::CustomErrorResponse::new()
                .error_code(404)
                .response_code(404)
                .response_page_path(format!("/{}", page.trim_start_matches('/')))
                .error_caching_min_ttl(10.0);
            config = config.custom_error_responses([page]);
        }
        let names = site.names.all();
        if let (Some(certificate), false) = (self.certificate, names.is_empty()) {
            let certificate = property::ViewerCertificate::new()
                .acm_certificate_arn(certificate)
                .minimum_protocol_version(property::ViewerCertificateMinimumProtocolVersion::TlsV1_2_2021)
                .ssl_support_method(property::ViewerCertificateSslSupportMethod::SniOnly);
            config = config.aliases(names).viewer_certificate(certificate);
        }
        if let Some(acl) = self.web_acl {
            config = config.web_acl_id(acl);
        }
        if let Some(restriction) = site.countries.property() {
            config = config.restrictions(property::Restrictions::new().geo_restriction(restriction));
        }
        let mut accepted = Vec::new();
        for (pattern, origin) in behaviors.iter().copied().chain(&site.rest) {
            accepted.extend(origin.accepted(pattern));
        }
        accepted.extend(site.declined());
        scope.in_place(cloudfront::Distribution::new().distribution_config(config).because_of(accepted))
    }

    /// How the files are answered.
    fn files(&self, site: &StaticSite) -> property::DefaultCacheBehavior {
        let target = if site.replica.is_some() { GROUP } else { SITE };
        let mut behavior = property::DefaultCacheBehavior::new()
            .target_origin_id(target)
            .viewer_protocol_policy(property::DefaultCacheBehaviorViewerProtocolPolicy::RedirectToHttps)
            .allowed_methods(READING)
            .cache_policy_id(files_policy())
            .response_headers_policy_id(&self.headers)
            .compress(true);
        if let Some(function) = &self.functions.files {
            behavior = behavior.function_associations([at_request(function)]);
        }
        if let Some(keys) = &self.key_group {
            behavior = behavior.trusted_key_groups([keys]);
        }
        behavior
    }

    /// Another origin's behaviour, behind the same gate as the files.
    fn behind_gate(
        &self,
        behavior: property::CacheBehavior,
        bucket: Option<&BucketRef>,
    ) -> property::CacheBehavior {
        let mut behavior = match bucket {
            Some(_) => behavior.response_headers_policy_id(&self.headers),
            None => behavior,
        };
        if let Some(function) = &self.functions.others {
            behavior = behavior.function_associations([at_request(function)]);
        }
        if let Some(keys) = &self.key_group {
            behavior = behavior.trusted_key_groups([keys]);
        }
        behavior
    }
}

/// The behaviour of files that have a place of their own.
fn under(files: property::DefaultCacheBehavior, pattern: &str) -> Value<property::CacheBehavior> {
    let mut fields = files.into_object();
    fields.set("PathPattern", Expr::text(pattern.to_owned()));
    Value::from_expr(Expr::Object(fields))
}

/// The behaviour of whatever has no other.
fn everywhere(behavior: property::CacheBehavior) -> Value<property::DefaultCacheBehavior> {
    let mut fields = behavior.into_object();
    fields.remove("PathPattern");
    Value::from_expr(Expr::Object(fields))
}

/// The order of patterns, of which the longest that fits is meant.
pub(super) fn longest_first(one: &str, other: &str) -> Ordering {
    other.len().cmp(&one.len()).then(one.cmp(other))
}

fn at_request(function: &cloudfront::FunctionRef) -> property::FunctionAssociation {
    property::FunctionAssociation::new().event_type("viewer-request").function_arn(function.reference())
}

/// The site's bucket, and its copy where the bucket fails.
fn group() -> property::OriginGroup {
    let members = each([SITE, REPLICA], |id| property::OriginGroupMember::new().origin_id(id));
    let codes = property::StatusCodes::new().quantity(FAILURES.len() as i64).items(each(FAILURES, i64::from));
    property::OriginGroup::new()
        .id(GROUP)
        .members(property::OriginGroupMembers::new().quantity(2).items(members))
        .failover_criteria(property::OriginGroupFailoverCriteria::new().status_codes(codes))
}

impl PriceClass {
    fn property(self) -> property::DistributionConfigPriceClass {
        match self {
            Self::AmericaAndEurope => property::DistributionConfigPriceClass::PriceClass100,
            Self::AfricaAndAsiaToo => property::DistributionConfigPriceClass::PriceClass200,
            Self::World => property::DistributionConfigPriceClass::PriceClassAll,
        }
    }
}

impl Countries {
    fn property(&self) -> Option<property::GeoRestriction> {
        use property::GeoRestrictionRestrictionType as Kind;
        let (kind, countries) = match self {
            Self::All => return None,
            Self::Only(countries) => (Kind::Whitelist, countries),
            Self::Not(countries) => (Kind::Blacklist, countries),
        };
        let mut countries: Vec<Str> = countries.clone();
        sort_by(&mut countries, Ord::cmp);
        countries.dedup();
        let countries = each(countries, |country| raw(country.into_owned()));
        Some(property::GeoRestriction::new().restriction_type(kind).locations(countries))
    }
}
