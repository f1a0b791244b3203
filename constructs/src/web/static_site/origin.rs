//! Where the paths of a site are answered from: its files, an API, a load balancer, another bucket.

use formwork_cfn::{
    cloudfront::{self, distribution as property, vpc_origin},
    kind,
};
use formwork_synth::{Attr, Expr, IntoValue, Scope, Str, Text};

use super::names::name;
use crate::{BucketRef, PublicAlbRef, PublicAlbServiceRef};

/// What answers some of the paths of a site.
///
/// By default nothing of it is kept at the edges, all methods are let through, and it sees all that the visitor sent.
#[derive(Clone, Debug)]
pub struct Origin {
    place: Place,
    path: Str,
    protocol: Protocol,
    host: Host,
    cache_policy: Option<Attr<kind::CloudFrontCachePolicyId>>,
    seconds: u32,
    header: Option<(Str, Expr)>,
}

#[derive(Clone, Debug)]
enum Place {
    /// Reached over the internet.
    Server(Text),
    /// Reached inside a VPC.
    LoadBalancer {
        arn: Expr,
        dns_name: Text,
    },
    Bucket(BucketRef),
}

#[derive(Clone, Debug, PartialEq)]
enum Protocol {
    Https,
    Http(Str),
}

/// Which host the origin is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Host {
    Own,
    Visitors,
}

/// The cache policies of AWS: what the edges keep, and by which parts of a request.
const OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

/// The origin request policies of AWS: what of a request the origin sees.
const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";
const ALL_BUT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// The response headers policy of AWS with security headers where the origin sends none.
const SECURITY_HEADERS: &str = "67f7725c-6f97-4210-82d7-5512b31e9d03";

/// The id of the origin with the site's files.
pub(super) const SITE: &str = "site";

/// The id of the origin of all that is no file, where the files have a place of their own.
pub(super) const REST: &str = "rest";

/// Regions that have a cache for all edges.
pub(super) const SHIELDS: [&str; 13] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "me-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
];

/// The most seconds that CloudFront waits for an answer without asking AWS for more.
pub(super) const LONGEST: u32 = 120;

impl Origin {
    /// A server that is reached over the internet by HTTPS, under a name that its certificate has: an API, a load balancer. It is asked for
    /// that name.
    pub fn https(domain: impl IntoValue<String>) -> Self {
        Self::new(Place::Server(Text::from_expr(domain.into_expr())), Host::Own)
    }

    /// A load balancer in private subnets, through a VPC origin. It is asked for the visitor's host, for which it has a certificate; its
    /// group lets CloudFront in. The load balancer must lie in the region of the site's stack.
    ///
    /// See <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html>.
    pub fn private_load_balancer(
        arn: impl IntoValue<kind::ElasticLoadBalancingV2LoadBalancerArn>,
        dns_name: impl IntoValue<String>,
    ) -> Self {
        let dns_name = Text::from_expr(dns_name.into_expr());
        Self::new(Place::LoadBalancer { arn: arn.into_expr(), dns_name }, Host::Visitors)
    }

    /// The objects of another bucket, kept at the edges as long as their headers say: uploads, media. A bucket of the app lets the
    /// distribution read; the policy of one that exists already must say so itself.
    pub fn bucket(bucket: &BucketRef) -> Self {
        Self::new(Place::Bucket(bucket.clone()), Host::Own)
    }

    fn new(place: Place, host: Host) -> Self {
        Self {
            place,
            path: "".into(),
            protocol: Protocol::Https,
            host,
            cache_policy: None,
            seconds: 30,
            header: None,
        }
    }

    /// Puts a path before that of the visitor: with `/v1` the origin is asked for `/v1/api/orders` instead of `/api/orders`. Default: none.
    #[must_use]
    pub fn path(mut self, path: impl Into<Str>) -> Self {
        self.path = path.into();
        self
    }

    /// Connects by plain HTTP, which whoever is between CloudFront and the origin can read and change. The reason is written into the
    /// template. Default: HTTPS.
    #[must_use]
    pub fn insecure_http(mut self, reason: impl Into<Str>) -> Self {
        self.protocol = Protocol::Http(reason.into());
        self
    }

    /// Asks the origin for the host that the visitor asked for. Default: for load balancers of the app and in private subnets.
    #[must_use]
    pub fn visitors_host(mut self) -> Self {
        self.host = Host::Visitors;
        self
    }

    /// Asks the origin for its own name. Default: for servers that are named by it.
    #[must_use]
    pub fn own_host(mut self) -> Self {
        self.host = Host::Own;
        self
    }

    /// Lets the edges keep answers by a cache policy. Default: nothing is kept, but for the objects of a bucket.
    #[must_use]
    pub fn cache_policy(mut self, id: impl IntoValue<kind::CloudFrontCachePolicyId>) -> Self {
        self.cache_policy = Some(Attr::from_expr(id.into_expr()));
        self
    }

    /// Sets for how many seconds CloudFront waits for an answer, 120 at most. Default: 30.
    #[must_use]
    pub fn timeout(mut self, seconds: u32) -> Self {
        self.seconds = seconds;
        self
    }

    /// The bucket that the distribution reads.
    pub(super) fn read_bucket(&self) -> Option<&BucketRef> {
        match &self.place {
            Place::Bucket(bucket) => Some(bucket),
            Place::Server(_) | Place::LoadBalancer { .. } => None,
        }
    }

    /// What is accepted for a reason.
    pub(super) fn accepted(&self, pattern: &str) -> Option<String> {
        match &self.protocol {
            Protocol::Https => None,
            Protocol::Http(reason) => Some(format!("plain HTTP to the origin of {pattern}: {reason}")),
        }
    }

    /// What CloudFront would refuse, each with what to do.
    pub(super) fn mistakes(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if !(self.path.is_empty() || self.path.starts_with('/') && !self.path.ends_with('/')) {
            found.push((
                format!("`{}` is no path of an origin", self.path),
                "begin it with `/`, and end it without one: `/v1`".to_owned(),
            ));
        }
        if !(1..=LONGEST).contains(&self.seconds) {
            found.push((
                format!("an origin is to be waited for {} seconds", self.seconds),
                format!("name 1 to {LONGEST} seconds"),
            ));
        }
        if self.read_bucket().is_some() && (self.host == Host::Visitors || self.protocol != Protocol::Https) {
            found.push((
                "a bucket is asked for another host, or by plain HTTP".to_owned(),
                "drop `.visitors_host()` and `.insecure_http(…)`: requests to buckets are signed".to_owned(),
            ));
        }
        found
    }

    /// The origin under its id; a load balancer in a VPC gets a VPC origin.
    pub(super) fn property(
        &self,
        scope: &mut Scope<'_>,
        pattern: &str,
        access: &Attr<kind::CloudFrontOriginAccessControlId>,
        ways: &mut WaysIn,
    ) -> property::Origin {
        let origin = property::Origin::new().id(pattern.to_owned());
        let origin = match &self.place {
            Place::Bucket(bucket) => of_bucket(bucket, pattern, access),
            Place::Server(domain) => {
                let protocol = match self.protocol {
                    Protocol::Https => "https-only",
                    Protocol::Http(_) => "http-only",
                };
                let config = property::CustomOriginConfig::new()
                    .origin_protocol_policy(protocol)
                    .origin_read_timeout(self.seconds)
                    .origin_ssl_protocols(["TLSv1.2"]);
                origin.domain_name(domain.clone()).custom_origin_config(config)
            }
            Place::LoadBalancer { arn, dns_name } => {
                let inside = ways.to(scope, arn, &self.protocol);
                let config =
                    property::VpcOriginConfig::new().vpc_origin_id(&inside).origin_read_timeout(self.seconds);
                origin.domain_name(dns_name.clone()).vpc_origin_config(config)
            }
        };
        let origin = match &self.header {
            Some((name, value)) => origin.origin_custom_headers([property::OriginCustomHeader::new()
                .header_name(name.clone())
                .header_value(Text::from_expr(value.clone()))]),
            None => origin,
        };
        if self.path.is_empty() { origin } else { origin.origin_path(self.path.clone()) }
    }

    /// How the paths that fit the pattern are answered.
    pub(super) fn behavior(&self, pattern: &str) -> property::CacheBehavior {
        let behavior = property::CacheBehavior::new()
            .path_pattern(pattern.to_owned())
            .target_origin_id(pattern.to_owned())
            .viewer_protocol_policy("redirect-to-https")
            .compress(true);
        let policy =
            |standard: &'static str| self.cache_policy.clone().unwrap_or_else(|| Attr::existing(standard));
        if self.read_bucket().is_some() {
            return behavior.allowed_methods(READING).cache_policy_id(policy(OPTIMIZED));
        }
        let sees = match self.host {
            Host::Own => ALL_BUT_HOST,
            Host::Visitors => ALL_VIEWER,
        };
        behavior
            .allowed_methods(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"])
            .cache_policy_id(policy(DISABLED))
            .origin_request_policy_id(Attr::existing(sees))
            .response_headers_policy_id(Attr::existing(SECURITY_HEADERS))
    }
}

/// The ways into VPCs: AWS takes one for each load balancer, however many patterns lead to it.
#[derive(Default)]
pub(super) struct WaysIn(Vec<(Expr, cloudfront::VpcOriginRef)>);

impl WaysIn {
    /// The way to a load balancer, added where there is none yet.
    fn to(&mut self, scope: &mut Scope<'_>, arn: &Expr, protocol: &Protocol) -> cloudfront::VpcOriginRef {
        use vpc_origin::VpcOriginEndpointConfigOriginProtocolPolicy as Policy;
        if let Some((_, known)) = self.0.iter().find(|(known, _)| known == arn) {
            return *known;
        }
        // Named after the load balancer, so that further patterns change nothing.
        let place = scope.path_of(arn).or_else(|| arn.as_text().map(str::to_owned)).unwrap_or_default();
        let id = format!("VpcOrigin-{}", slug(place.rsplit(':').next().unwrap_or_default()));
        let policy = match protocol {
            Protocol::Https => Policy::HttpsOnly,
            Protocol::Http(_) => Policy::HttpOnly,
        };
        let config = vpc_origin::VpcOriginEndpointConfig::new()
            .arn(Text::from_expr(arn.clone()))
            .name(name(scope, &id))
            .origin_protocol_policy(policy)
            .origin_ssl_protocols(["TLSv1.2"]);
        let way = scope.add(id, cloudfront::VpcOrigin::new().vpc_origin_endpoint_config(config));
        self.0.push((arn.clone(), way));
        way
    }
}

impl From<&PublicAlbRef> for Origin {
    /// A load balancer of the app under its first domain, with the header that it asks for: over the internet, or where it lies in private
    /// subnets ([`Ingress::VpcOrigin`](crate::Ingress::VpcOrigin)) through a VPC origin.
    fn from(alb: &PublicAlbRef) -> Self {
        let place = if alb.internal {
            let arn = IntoValue::<kind::ElasticLoadBalancingV2LoadBalancerArn>::into_expr(&alb.arn);
            Place::LoadBalancer { arn, dns_name: alb.host.clone() }
        } else {
            Place::Server(alb.host.clone())
        };
        let mut origin = Self::new(place, Host::Visitors);
        if !alb.secure {
            origin.protocol = Protocol::Http("the load balancer serves nothing else".into());
        }
        origin.header.clone_from(&alb.secret_header);
        origin
    }
}

impl From<&PublicAlbServiceRef> for Origin {
    /// The load balancer of a service.
    fn from(service: &PublicAlbServiceRef) -> Self {
        Self::from(&service.load_balancer)
    }
}

impl From<&BucketRef> for Origin {
    fn from(bucket: &BucketRef) -> Self {
        Self::bucket(bucket)
    }
}

/// The methods that files answer.
pub(super) const READING: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

/// The cache policy for files: kept as long as their headers say.
pub(super) fn files_policy() -> Attr<kind::CloudFrontCachePolicyId> {
    Attr::existing(OPTIMIZED)
}

/// The site's bucket as an origin, and what signs the requests to buckets.
pub(super) fn site(
    scope: &mut Scope<'_>,
    bucket: &BucketRef,
    shield: Option<Str>,
) -> (property::Origin, Attr<kind::CloudFrontOriginAccessControlId>) {
    use cloudfront::origin_access_control::OriginAccessControlConfig;
    let config = OriginAccessControlConfig::new()
        .name(name(scope, "Access"))
        .origin_access_control_origin_type("s3")
        .signing_behavior("always")
        .signing_protocol("sigv4");
    let control = cloudfront::OriginAccessControl::new().origin_access_control_config(config);
    let access = scope.add("Access", control).reference();
    let origin = of_bucket(bucket, SITE, &access);
    let origin = match shield {
        Some(region) => {
            origin.origin_shield(property::OriginShield::new().enabled(true).origin_shield_region(region))
        }
        None => origin,
    };
    (origin, access)
}

/// A bucket as an origin that is asked by signed requests.
pub(super) fn of_bucket(
    bucket: &BucketRef,
    id: &str,
    access: &Attr<kind::CloudFrontOriginAccessControlId>,
) -> property::Origin {
    property::Origin::new()
        .id(id.to_owned())
        .domain_name(bucket.regional_domain_name())
        .origin_access_control_id(access)
        // The old way to sign requests, which must be said to be unused.
        .s3_origin_config(property::S3OriginConfig::new().origin_access_identity(""))
}

/// The letters and digits of a path, no more than an id takes.
fn slug(path: &str) -> String {
    let mut slug = String::new();
    for word in path.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        if !slug.is_empty() && !word.is_empty() {
            slug.push('-');
        }
        slug += word;
    }
    slug.truncate(80);
    slug
}
