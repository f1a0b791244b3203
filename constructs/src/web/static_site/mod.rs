//! A static site: files in a private bucket behind CloudFront, under a domain of its own, with an API beside them where there is one.
//!
//! Makes one `AWS::CloudFront::Distribution` with a [`Bucket`](crate::Bucket), an `AWS::CloudFront::OriginAccessControl`, an
//! `AWS::CloudFront::ResponseHeadersPolicy` and an `AWS::CloudFront::Function`; for a domain a [`Certificate`](crate::Certificate) and
//! [`Record`](crate::Record)s; for previews an `AWS::CloudFront::KeyValueStore`, or an `AWS::CloudFront::KeyGroup` with
//! `AWS::CloudFront::PublicKey`s; for a private load balancer an `AWS::CloudFront::VpcOrigin`; for detailed metrics an
//! `AWS::CloudFront::MonitoringSubscription`; for logs an
//! [`AccessLogBucket`](crate::AccessLogBucket) with an `AWS::Logs::DeliverySource`, an `AWS::Logs::DeliveryDestination` and an
//! `AWS::Logs::Delivery`. What CloudFront wants in `us-east-1` lies in the stacks `Edge` (certificate, firewall) and `EdgeWatch` (logs,
//! alarms) there, which all sites of the app share; if the site's own stack lies there, in that. The files are in no template: they are
//! recorded in the assembly, and uploaded after the deployment.
//!
//! Defaults: the bucket is read by the distribution alone; HTTP/2 and 3, IPv6, compression; redirect to HTTPS, with a domain TLS 1.2 or
//! newer; a path that ends in `/` or has no extension leads to its `index.html`; security headers; edges near all viewers of America,
//! Europe and Israel; HTML is checked for a newer version at each visit. In a protected stage access is logged for 90 days and the files
//! are kept.

mod access;
mod checks;
mod csp;
mod distribution;
mod domain;
mod files;
mod function;
mod handle;
mod headers;
mod names;
mod origin;
mod watch;

use formwork_assembly::sort_by;
use formwork_cfn::{cloudfront, kind};
use formwork_synth::{Attr, Construct, IntoValue, Scope, Str, sub};

pub use access::Access;
pub use csp::Csp;
pub use distribution::PriceClass;
pub use files::Caching;
pub use function::Routing;
pub use handle::{ExistingSite, StaticSiteRef};
pub use headers::SecurityHeaders;
pub use origin::Origin;

use crate::{
    Bucket, BucketRef, Firewall, HostedZoneRef,
    identity::Statement,
    operations::{Monitoring, monitoring_options},
};
use domain::Names;
use files::Files;
use handle::distribution_arn;

/// A static site.
///
/// ```
/// # use formwork_constructs::{Csp, HostedZoneRef, Origin, Routing, StaticSite};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
/// let site = StaticSite::from_directory("site/dist")
///     .routing(Routing::SinglePage)
///     .domain("example.com", &zone)
///     .csp(Csp::new().script("'self'").connect("'self'"))
///     .behavior("/api/*", Origin::https("api.example.net"));
/// let site = shop.add("Site", site);
/// shop.output("Url", &site.url);
/// # drop(shop);
/// # formwork_synth::testing::render(app);
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Introduction.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct StaticSite {
    files: Files,
    names: Names,
    routing: Routing,
    not_found: Option<Str>,
    headers: SecurityHeaders,
    access: Access,
    moved: Vec<(Str, Str)>,
    behaviors: Vec<(Str, Origin)>,
    rest: Option<(Str, Origin)>,
    firewall: Option<Firewall>,
    countries: Countries,
    prices: PriceClass,
    shield: Option<Str>,
    replica: Option<BucketRef>,
    logs: Logs,
    metrics: Metrics,
    monitoring: Monitoring,
}

/// From where a site is seen.
#[derive(Clone, Debug, Default)]
enum Countries {
    #[default]
    All,
    Only(Vec<Str>),
    Not(Vec<Str>),
}

/// Whether access is logged.
#[derive(Clone, Debug, Default)]
enum Logs {
    #[default]
    ByStage,
    Kept(u32),
    Declined(Str),
}

/// Which metrics CloudFront writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Metrics {
    Free,
    Detailed,
}

impl StaticSite {
    /// A site of the files in a directory, which counts from that of Cargo.toml. `.formworkignore` in it leaves files out.
    pub fn from_directory(directory: impl Into<Str>) -> Self {
        Self {
            files: Files::of(directory.into()),
            names: Names::default(),
            routing: Routing::DirectoryIndex,
            not_found: None,
            headers: SecurityHeaders::new(),
            access: Access::Public,
            moved: Vec::new(),
            behaviors: Vec::new(),
            rest: None,
            firewall: None,
            countries: Countries::All,
            prices: PriceClass::AmericaAndEurope,
            shield: None,
            replica: None,
            logs: Logs::ByStage,
            metrics: Metrics::Free,
            monitoring: Monitoring::Undecided,
        }
    }

    // Names.

    /// Serves the site under a domain, with a certificate of its own and records in the zone. For the domain of the zone itself `www.` before
    /// it leads there too. Default: the name that CloudFront gives.
    pub fn domain(mut self, domain: impl Into<Str>, zone: &HostedZoneRef) -> Self {
        self.names.serve(domain.into(), zone);
        self
    }

    /// Leads visitors of another domain to the site's own, by a permanent redirect. Default: `www.` before the domain of a zone.
    pub fn redirect_from(mut self, domain: impl Into<Str>, zone: &HostedZoneRef) -> Self {
        self.names.redirect(domain.into(), zone);
        self
    }

    /// Leaves `www.` before the domain alone.
    pub fn without_www(mut self) -> Self {
        self.names.leave_www();
        self
    }

    /// Answers to a name whose records are kept elsewhere, as CloudFront's `CNAME`s. Takes a [`certificate`](Self::certificate) for it.
    pub fn alias(mut self, name: impl Into<Str>) -> Self {
        self.names.alias(name.into());
        self
    }

    /// Uses a certificate that exists already, which must lie in `us-east-1`. Default: one of its own for its domains.
    pub fn certificate(mut self, arn: impl IntoValue<kind::CertificateManagerCertificateArn>) -> Self {
        self.names.certify(Attr::from_expr(arn.into_expr()));
        self
    }

    // What is answered.

    /// Chooses which file a path leads to. Default: [`Routing::DirectoryIndex`].
    pub fn routing(mut self, routing: Routing) -> Self {
        self.routing = routing;
        self
    }

    /// Answers 404 with a page of the site: `404.html`. Not beside other origins, whose own answers it would hide. Default: CloudFront's.
    pub fn not_found(mut self, page: impl Into<Str>) -> Self {
        self.not_found = Some(page.into());
        self
    }

    /// Answers the paths that fit a pattern, such as `/api/*`, from elsewhere: an API, a load balancer, another bucket. Of several patterns
    /// that fit the longest counts. Routing and error pages of the site do not touch them. A load balancer of the app or a bucket may stand
    /// for its [`Origin`] as it is: `.behavior("/api/*", &alb)`.
    pub fn behavior(mut self, pattern: impl Into<Str>, origin: impl Into<Origin>) -> Self {
        self.behaviors.push((pattern.into(), origin.into()));
        self
    }

    /// Serves the files under a pattern only, such as `/static/*`, and everything else from an origin: a server that makes its own pages.
    /// Default: the files are everywhere that no other origin is.
    pub fn files_under(mut self, pattern: impl Into<Str>, rest: impl Into<Origin>) -> Self {
        self.rest = Some((pattern.into(), rest.into()));
        self
    }

    /// Leads visitors of a path that is gone to another, or to another site, by a permanent redirect: `moved("/blog", "/news/")`. Default:
    /// nothing moved.
    pub fn moved(mut self, from: impl Into<Str>, to: impl Into<Str>) -> Self {
        self.moved.push((from.into(), to.into()));
        self
    }

    /// Sets how long browsers and edges keep the files that fit a pattern, before the rules that are there: `assets/**`. Later rules count
    /// less. Default: forever for what build tools name after its content, checked at each visit for the rest.
    pub fn cache(mut self, files: impl Into<Str>, caching: Caching) -> Self {
        self.files.cache(files.into(), caching);
        self
    }

    /// Sets how many releases keep their files, the new one included, so that pages that are open still find theirs. Default: 3.
    pub fn releases(mut self, releases: u32) -> Self {
        self.files.releases(releases);
        self
    }

    /// Chooses the security headers of every answer. Default: [`SecurityHeaders::new`].
    pub fn headers(mut self, headers: SecurityHeaders) -> Self {
        self.headers = headers;
        self
    }

    /// Says what a page of the site may load and do. Default: [`Csp::new`].
    pub fn csp(mut self, csp: Csp) -> Self {
        self.headers = self.headers.csp(csp);
        self
    }

    // Who sees it, and what is seen of them.

    /// Chooses who sees the site. Default: everybody.
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Serves visitors of some countries only, by two letters: `["DE", "FR"]`. Default: everywhere.
    pub fn only_in<C: Into<Str>>(mut self, countries: impl IntoIterator<Item = C>) -> Self {
        self.countries = Countries::Only(countries.into_iter().map(Into::into).collect());
        self
    }

    /// Serves visitors of some countries not. Default: everywhere.
    pub fn not_in<C: Into<Str>>(mut self, countries: impl IntoIterator<Item = C>) -> Self {
        self.countries = Countries::Not(countries.into_iter().map(Into::into).collect());
        self
    }

    /// Puts a firewall in front: one of its own, made in `us-east-1`, or one that is shared. Default: none.
    pub fn waf(mut self, firewall: impl Into<Firewall>) -> Self {
        self.firewall = Some(firewall.into());
        self
    }

    /// Logs access for some days. Default: 90 days in a protected stage, not at all in any other.
    pub fn logs(mut self, days: u32) -> Self {
        self.logs = Logs::Kept(days);
        self
    }

    /// Logs no access. The reason is written into the template.
    pub fn without_logs(mut self, reason: impl Into<Str>) -> Self {
        self.logs = Logs::Declined(reason.into());
        self
    }

    /// Has CloudFront measure the cache and the time that origins take, for a fee a month; whoever is on call is told of slow ones too.
    /// Default: requests, bytes and errors only.
    pub fn detailed_metrics(mut self) -> Self {
        self.metrics = Metrics::Detailed;
        self
    }

    monitoring_options!(monitoring);

    // How it is delivered.

    /// Chooses from which parts of the world it is delivered. Default: [`PriceClass::AmericaAndEurope`].
    pub fn price_class(mut self, class: PriceClass) -> Self {
        self.prices = class;
        self
    }

    /// Lets all edges ask one region's cache before the bucket: that nearest to it. Default: none.
    pub fn shield(mut self, region: impl Into<Str>) -> Self {
        self.shield = Some(region.into());
        self
    }

    /// Reads from a copy of the bucket, in another region, while the bucket fails. Whoever made it keeps it the same, and lets the
    /// distribution read it where it exists already. Default: none.
    pub fn failover(mut self, replica: &BucketRef) -> Self {
        self.replica = Some(replica.clone());
        self
    }

    /// The other origins by their pattern, the longest first: CloudFront takes the first that fits.
    fn behaviors(&self) -> Vec<&(Str, Origin)> {
        let mut behaviors: Vec<_> = self.behaviors.iter().collect();
        sort_by(&mut behaviors, |one, other| distribution::longest_first(&one.0, &other.0));
        behaviors
    }
}

impl Construct for StaticSite {
    type Handle = StaticSiteRef;

    fn build(self, scope: &mut Scope<'_>) -> StaticSiteRef {
        self.check(scope);
        let bucket = scope.add("Bucket", Bucket::new());
        let gate = self.access.build(scope);
        let (origin, access) = origin::site(scope, &bucket, self.shield.clone());
        let parts = distribution::Parts {
            origin,
            access,
            functions: function::Functions::build(&self, scope, gate.store.as_ref()),
            headers: self.headers.build(scope),
            certificate: self.names.certificate_arn(scope),
            web_acl: self.firewall.clone().map(|firewall| web_acl(scope, firewall)),
            key_group: gate.key_group.clone(),
        };
        let distribution = parts.build(&self, scope);
        let mut buckets = vec![&bucket];
        buckets.extend(&self.replica);
        for (_, origin) in &self.behaviors {
            buckets.extend(origin.read_bucket());
        }
        for bucket in buckets {
            read_by(scope, bucket, &distribution, &["s3:GetObject", "s3:ListBucket"]);
        }
        // Under `/` a bucket that may be listed would be.
        if let Some(bucket) = self.rest.as_ref().and_then(|(_, origin)| origin.read_bucket()) {
            read_by(scope, bucket, &distribution, &["s3:GetObject"]);
        }
        self.names.add_records(scope, &distribution);
        let place = self.rest.as_ref().map(|(pattern, _)| function::place(pattern).trim_matches('/'));
        self.files.record(scope, &bucket, &distribution, place.filter(|place| !place.is_empty()));
        let url = match self.names.shown() {
            Some(name) => sub!("https://{}", name.clone()),
            None => sub!("https://{}", distribution.domain_name()),
        };
        watch::watch(scope, self.logs, self.metrics, self.monitoring, &distribution);
        StaticSiteRef {
            url,
            domain_name: distribution.domain_name(),
            distribution_id: distribution.reference(),
            bucket,
            resource: Some(distribution),
            password_store: gate.store,
        }
    }
}

/// The firewall's ARN; one of its own is made where CloudFront looks for it.
fn web_acl(scope: &mut Scope<'_>, firewall: Firewall) -> Attr<kind::WafV2WebAclArn> {
    match firewall {
        Firewall::Own(acl) => scope.in_region(checks::HOME, "Edge").add("WebAcl", acl.for_cloudfront()).arn,
        Firewall::Shared(acl) => acl.arn,
    }
}

/// Lets the distribution read a bucket: its objects, and whether there is one, so that a missing file is 404 and not 403.
fn read_by(
    scope: &mut Scope<'_>,
    bucket: &BucketRef,
    distribution: &cloudfront::DistributionRef,
    actions: &[&'static str],
) {
    // The policy of a bucket in another stack cannot name the distribution, or the two stacks would need each other.
    let (operator, id) = if bucket.is_beside(scope) {
        ("StringEquals", sub!("{}", distribution))
    } else {
        ("StringLike", sub!("*"))
    };
    for action in actions.iter().copied() {
        let objects =
            if action == "s3:ListBucket" { sub!("{}", &bucket.arn) } else { sub!("{}/*", &bucket.arn) };
        let statement = Statement::allow_service("cloudfront.amazonaws.com", [action]).on(objects);
        bucket.allow(scope, statement.when(operator, "aws:SourceArn", distribution_arn(&id)));
    }
}

#[cfg(test)]
mod tests;
