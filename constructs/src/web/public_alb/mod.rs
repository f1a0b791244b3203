//! A load balancer that the internet reaches, for one service or for many.
//!
//! Makes one `AWS::ElasticLoadBalancingV2::LoadBalancer` with its `AWS::ElasticLoadBalancingV2::Listener`s and an `AWS::EC2::SecurityGroup`;
//! for domains an `AWS::CertificateManager::Certificate` and `AWS::Route53::RecordSet`s; for logs an
//! [`AccessLogBucket`](crate::AccessLogBucket); for a firewall an `AWS::WAFv2::WebACLAssociation`, and the ACL where it is one of its own; for
//! a maintenance page an [`AlbRule`](crate::AlbRule); and an [`Alarm`](crate::Alarm) for its own errors and for refused connections.
//!
//! Defaults: HTTPS on 443 by TLS 1.2 and 1.3 with post-quantum key exchange, and a redirect from 80; plain HTTP only with a stated reason;
//! IPv6 too, with `AAAA` records, where the VPC has it; what no route leads anywhere is answered by 404; invalid headers dropped, requests that
//! servers might read differently closed off, no header `Server`, `X-Content-Type-Options: nosniff`. In a protected stage deletion protection,
//! `Strict-Transport-Security` and the logs of requests, connections and health checks are on.

mod attributes;
mod entrance;
mod handle;
mod ingress;
mod options;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::elasticloadbalancingv2::{self as elb, load_balancer as property};
use formwork_synth::{Connect, Construct, Handle, ResourceOptions, Scope, sub};

pub use handle::{ExistingAlb, PublicAlbRef};
pub use ingress::Ingress;
pub(crate) use ingress::Source;
pub(crate) use options::{AlbLogs, AlbOptions, alb_options};

use super::watch::alarms_of_balancer;
use crate::{
    AlbRule, Alias, Firewall, Reply, Route, SecurityGroup, Tier, VpcRef,
    each::each,
    operations::{Monitoring, monitoring_options},
    reason::Reasoned,
};
use entrance::Entrance;

/// A load balancer for several services.
///
/// ```
/// # use formwork_constructs::{HostedZoneRef, Image, PublicAlb, Route, RoutedService, Vpc, WebAcl};
/// # use formwork_synth::{App, Stage, port};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
/// let alb = shop.add("Alb", PublicAlb::new(&vpc).domain("example.com", &zone).waf(WebAcl::baseline()));
/// let site = RoutedService::on(&alb, Route::all(), Image::from_directory("site"));
/// shop.add("Site", site.port(port!(3000)).health_check("/healthz"));
/// let api = RoutedService::on(&alb, Route::path("/api/*"), Image::from_directory("api"));
/// shop.add("Api", api.port(port!(8080)).health_check("/healthz"));
/// ```
///
/// See <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct PublicAlb {
    options: AlbOptions,
    monitoring: Monitoring,
}

/// The versions and ciphers of TLS that clients may use.
///
/// See <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsPolicy {
    /// TLS 1.2 and 1.3 with forward secrecy, authenticated ciphers and post-quantum key exchange.
    #[default]
    Recommended,
    /// TLS 1.3 alone, with post-quantum key exchange: for clients that are all new.
    Tls13,
    /// As recommended, by cryptography that is validated after FIPS 140-3.
    Fips,
}

/// What happens to requests that a load balancer and a server might read differently.
///
/// See <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#desync-mitigation-mode>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Desync {
    /// Known attacks are blocked; what is only doubtful is forwarded on a connection of its own.
    #[default]
    Defensive,
    /// Everything but what follows the letter of RFC 7230 is blocked.
    Strictest,
}

/// What happens to the header `X-Forwarded-For`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedFor {
    /// The address of the client is added at its end.
    #[default]
    Append,
    /// It is sent on as it came.
    Preserve,
    /// It is taken away.
    Remove,
}

impl PublicAlb {
    /// A load balancer in the public subnets of a VPC.
    pub fn new(vpc: &VpcRef) -> Self {
        Self { options: AlbOptions::new(vpc), monitoring: Monitoring::Undecided }
    }

    /// Listens on 8443 too (8080 for plain HTTP), where blue/green deployments show a new version before the others see it. Default: no.
    pub fn test_listener(mut self) -> Self {
        self.options.test_listener = true;
        self
    }

    alb_options!(options);
    monitoring_options!(monitoring);
}

impl Construct for PublicAlb {
    type Handle = PublicAlbRef;

    fn build(mut self, scope: &mut Scope<'_>) -> PublicAlbRef {
        self.options.monitoring = Some(self.monitoring);
        self.options.build(scope)
    }
}

impl Construct for AlbOptions {
    type Handle = PublicAlbRef;

    fn build(mut self, scope: &mut Scope<'_>) -> PublicAlbRef {
        self.check(scope);
        self.dual_stack = self.vpc.ipv6 && self.ingress != Ingress::VpcOrigin;
        let entrance = Entrance::of(&self, scope);
        let mut group = SecurityGroup::new(&self.vpc, scope.path()).listed_egress().owned_by(scope.id());
        let sources = self.ingress.sources(scope, self.dual_stack);
        let test_shares_group = self.test_listener && !self.ingress.fills_a_group();
        for port in entrance.ports(test_shares_group) {
            for source in &sources {
                group = group.let_in(port, source);
            }
        }
        if self.test_listener && !test_shares_group {
            let inside = Source::Ipv4(self.vpc.cidr);
            group = group.let_in(entrance.test_port(), &inside);
        }
        let security_group = scope.add("SecurityGroup", group);
        let internal = self.ingress == Ingress::VpcOrigin;
        let (scheme, tier) = if internal {
            (property::Scheme::Internal, Tier::Private)
        } else {
            (property::Scheme::InternetFacing, Tier::Public)
        };
        let help = "let the VPC span two availability zones or more: a load balancer lies in at least two";
        let subnets = self.vpc.subnet_ids(scope, tier, 2, help);
        let logs = self.log_bucket(scope);
        let unlogged = match &self.logs {
            AlbLogs::Nowhere(reason) => Some(reason),
            _ => None,
        };
        let mut balancer = elb::LoadBalancer::new()
            .type_(property::Type::Application)
            .scheme(scheme)
            .security_groups([&security_group.id])
            .subnets(subnets)
            .load_balancer_attributes(self.attributes(scope, logs.as_ref()))
            .with_options(|options| {
                if !internal {
                    self.vpc.after_internet_route(options);
                }
                options.depends_on.extend(logs.as_ref().and_then(|logs| Some(logs.policy?.id())));
            });
        if self.dual_stack {
            balancer = balancer.ip_address_type(property::IpAddressType::Dualstack);
        }
        if let Some(units) = self.capacity_units {
            let capacity = property::MinimumLoadBalancerCapacity::new().capacity_units(units);
            balancer = balancer.minimum_load_balancer_capacity(capacity);
        }
        balancer = balancer
            .because("without deletion protection", self.unprotected.as_ref())
            .because("without logs", unlogged);
        if let Some(monitoring) = &self.monitoring {
            balancer = monitoring.note(balancer);
        }
        let resource = scope.in_place(balancer);
        let front = entrance.open(scope, &self, &resource);
        let firewall = self.firewall.take().map(|firewall| firewall.build(scope));
        if let Some(firewall) = &firewall {
            firewall.associate(scope, resource.load_balancer_arn());
        }
        let host = match self.domains.first() {
            Some((domain, _)) => sub!("{}", domain.clone()),
            None => sub!("{}", resource.dns_name()),
        };
        let arn = |listener: &elb::ListenerRef| listener.reference();
        let alias =
            Alias::new(sub!("dualstack.{}", resource.dns_name()), resource.canonical_hosted_zone_id());
        let alb = PublicAlbRef {
            url: front.url,
            dns_name: resource.dns_name(),
            arn: resource.load_balancer_arn(),
            full_name: sub!("{}", resource.load_balancer_full_name()),
            vpc: self.vpc,
            peer: security_group.peer(),
            security_group: security_group.id,
            listeners: each(&front.listeners, arn),
            alias: Some(if self.dual_stack { alias.ipv6() } else { alias }),
            firewall,
            logs,
            resource: Some(resource),
            test: front.test.map(|(listener, url)| (arn(&listener), url)),
            secret_header: self.secret_header,
            secure: entrance != Entrance::Http,
            host,
            internal,
        };
        if let Some(monitoring) = self.monitoring {
            monitoring.add(scope, || alarms_of_balancer(&alb.full_name));
        }
        if let Some(html) = self.maintenance {
            let route = Route::all().priority(1);
            scope.add("Maintenance", AlbRule::on(&alb, route, Reply::page(503, html)));
        }
        alb
    }
}

impl AlbOptions {
    fn check(&self, scope: &mut Scope<'_>) {
        let mut report = |code, message: String, help: &str| {
            scope.report(Diagnostic::error(code, message).help(help));
        };
        for (seconds, allowed, what) in [
            (self.idle_seconds, 1..=4_000, "closed when it is idle"),
            (self.keep_alive_seconds, 60..=604_800, "kept"),
        ] {
            if let Some(seconds) = seconds.filter(|seconds| !allowed.contains(seconds)) {
                let help = format!("name {} to {} seconds", allowed.start(), allowed.end());
                report(&code::ALB, format!("a connection cannot be {what} for {seconds} seconds"), &help);
            }
        }
        if self.maintenance.as_ref().is_some_and(|html| html.is_empty() || html.len() > 1_024) {
            let message = "the maintenance page has no characters, or more than 1,024".to_owned();
            report(&code::ALB, message, "keep it short, or lead to a page that lies elsewhere");
        }
        if self.waf_fail_open && self.firewall.is_none() {
            let message = "requests are to pass when the firewall fails, and there is none".to_owned();
            report(&code::ALB, message, "add `.waf(WebAcl::baseline())`, or drop `.waf_fail_open()`");
        }
        if let Some(Firewall::Own(acl)) = &self.firewall {
            if acl.is_for_cloudfront() {
                let message = "a web ACL for CloudFront cannot stand in front of a load balancer".to_owned();
                report(&code::WEB_ACL, message, "drop `.for_cloudfront()`");
            }
            if self.ingress.is_cloudfront() && acl.blocks_addresses() {
                let message =
                    "the web ACL blocks addresses, and all that connects here is CloudFront".to_owned();
                let help = "put the ACL in front of the distribution; or leave out its addresses, and its limit by `.without_rate_limit(\"why\")`";
                report(&code::WEB_ACL, message, help);
            }
        }
    }
}

impl TlsPolicy {
    const fn name(self) -> &'static str {
        match self {
            Self::Recommended => "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
            Self::Tls13 => "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
            Self::Fips => "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
        }
    }
}

impl Desync {
    const fn name(self) -> &'static str {
        match self {
            Self::Defensive => "defensive",
            Self::Strictest => "strictest",
        }
    }
}

impl ForwardedFor {
    const fn name(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Preserve => "preserve",
            Self::Remove => "remove",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HostedZoneRef, OnCall, Vpc, WebAcl, testing::snapshot};

    #[test]
    fn public_alb() {
        snapshot("public_alb", |shop| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2).public_only().ipv6());
            let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
            let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
            let alb = PublicAlb::new(&vpc)
                .domain("example.com", &zone)
                .domain("www.example.com", &zone)
                .waf(WebAcl::baseline())
                .forwarded_for(ForwardedFor::Remove)
                .zonal_shift()
                .idle_timeout(120)
                .maintenance_page("<h1>Back soon</h1>")
                .alarms(&on_call);
            let alb = shop.add("Alb", alb);
            shop.output("Arn", &alb.arn);
            shop.output("FullName", &alb.full_name);
        });
    }
}
