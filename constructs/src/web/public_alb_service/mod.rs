//! A Fargate service behind a public load balancer, with TLS.
//!
//! Makes what [`FargateService`](crate::FargateService) makes, and an `AWS::ElasticLoadBalancingV2::LoadBalancer` with its
//! `AWS::ElasticLoadBalancingV2::TargetGroup`, `AWS::ElasticLoadBalancingV2::Listener`s and `AWS::EC2::SecurityGroup`; for a domain an
//! `AWS::CertificateManager::Certificate` and an `AWS::Route53::RecordSet`; for access logs an [`AccessLogBucket`](crate::AccessLogBucket).
//!
//! Defaults: HTTPS on 443 with TLS 1.2 and 1.3, and a redirect from 80; plain HTTP only with a stated reason; a required health check every
//! 15 seconds; 30 seconds to drain; invalid headers dropped; the tasks are reached by the load balancer only. In a protected stage deletion
//! protection and access logs are on.

mod entrance;
mod load_balancer;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    elasticloadbalancingv2::{self as elb, target_group as property},
    kind,
};
use formwork_synth::{
    Attr, Connect, Construct, Handle, IntoValue, Peer, Port, Principal, PrincipalRole, Scope, Str, Text, sub,
};

use crate::{
    FargateServiceRef, Firewall, HostedZoneRef, Image, SecurityGroupRef, VpcRef, WebAclRef,
    compute::{
        fargate_service::{ServiceOptions, Target, fargate_options, service_options, traffic_options},
        task::task_options,
    },
};
use entrance::{Entrance, Proof};
use load_balancer::LoadBalancer;

/// A service on Fargate that the internet reaches through a load balancer of its own.
///
/// ```
/// # use formwork_constructs::{HostedZoneRef, Image, PublicAlbService, Vpc};
/// # use formwork_synth::{App, Stage, port};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
/// let api = shop.add(
///     "Api",
///     PublicAlbService::new(&vpc, Image::from_directory("api"))
///         .port(port!(8080))
///         .health_check("/healthz")
///         .domain("api.example.com", &zone)
///         .scale(2..=10),
/// );
/// shop.output("Url", &api.url);
/// ```
///
/// See <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct PublicAlbService {
    options: ServiceOptions,
    entrance: Entrance,
    health_check: Option<Str>,
    firewall: Option<Firewall>,
}

/// A service with its load balancer.
#[derive(Clone, Debug)]
pub struct PublicAlbServiceRef {
    /// Where it is reached: `https://` and the domain, or the load balancer's own name.
    pub url: Text,
    /// The name of the load balancer.
    pub dns_name: Attr<kind::ElasticLoadBalancingV2LoadBalancerDnsName>,
    /// The service behind it.
    pub service: FargateServiceRef,
    /// The firewall in front of it, where there is one.
    pub firewall: Option<WebAclRef>,
    /// The group around the load balancer.
    pub security_group: SecurityGroupRef,
    /// The load balancer itself, to change what no option says.
    pub load_balancer: elb::LoadBalancerRef,
    /// The listener that forwards, to change what no option says.
    pub listener: elb::ListenerRef,
    /// The target group itself, to change what no option says.
    pub target_group: elb::TargetGroupRef,
}

impl PublicAlbService {
    /// A service that runs an image in a VPC, behind a load balancer in its public subnets.
    pub fn new(vpc: &VpcRef, image: Image) -> Self {
        Self {
            options: ServiceOptions::new(vpc, image),
            entrance: Entrance::Undecided,
            health_check: None,
            firewall: None,
        }
    }

    /// Says on which port the container listens. Required.
    pub fn port(mut self, port: Port) -> Self {
        self.options.task.port = Some(port);
        self
    }

    /// Says under which path the container answers 200 to 299 when it is well: `/healthz`. Required.
    pub fn health_check(mut self, path: impl Into<Str>) -> Self {
        self.health_check = Some(path.into());
        self
    }

    /// Serves HTTPS under a domain, with a certificate of its own and a record in the zone.
    pub fn domain(mut self, domain: impl Into<Str>, zone: &HostedZoneRef) -> Self {
        let certificate = Proof::Own { domain: domain.into(), zone: zone.clone() };
        self.entrance = Entrance::Https(certificate);
        self
    }

    /// Serves HTTPS with a certificate that exists already, in the region of the stack.
    pub fn certificate(mut self, arn: impl IntoValue<kind::CertificateManagerCertificateArn>) -> Self {
        self.entrance = Entrance::Https(Proof::Existing(Attr::from_expr(arn.into_expr())));
        self
    }

    /// Serves plain HTTP, which anybody on the way can read and change. The reason is written into the template.
    pub fn insecure_http(mut self, reason: impl Into<Str>) -> Self {
        self.entrance = Entrance::Http { reason: reason.into() };
        self
    }

    /// Puts a firewall in front of the load balancer: one of its own, `WebAcl::baseline()`, or one that was added before. Default: none.
    pub fn waf(mut self, firewall: impl Into<Firewall>) -> Self {
        self.firewall = Some(firewall.into());
        self
    }

    fargate_options!();
    service_options!();
    traffic_options!();
    task_options!(options.task);

    /// Reports what is required and was not said, and goes on with a value in its place.
    fn required(&self, scope: &mut Scope<'_>) -> (Port, Str) {
        const FALLBACK: Port = formwork_synth::port!(80);
        let mut missing = |message: &str, help: &str| {
            scope.report(Diagnostic::error(&code::SERVICE_INCOMPLETE, message).help(help));
        };
        if self.options.task.port.is_none() {
            missing(
                "the service says no port",
                "name the port that the container listens on: `.port(port!(8080))`",
            );
        }
        if self.health_check.is_none() {
            let help =
                "name a path that answers 200 when the container is well: `.health_check(\"/healthz\")`";
            missing("the service has no health check", help);
        }
        if let Some(path) = self.health_check.as_deref().filter(|path| !path.starts_with('/')) {
            missing(&format!("the health check `{path}` is no path"), "begin it with `/`");
        }
        (self.options.task.port.unwrap_or(FALLBACK), self.health_check.clone().unwrap_or(Str::Borrowed("/")))
    }
}

impl Construct for PublicAlbService {
    type Handle = PublicAlbServiceRef;

    fn build(mut self, scope: &mut Scope<'_>) -> PublicAlbServiceRef {
        let (port, health_check) = self.required(scope);
        self.options.task.port = Some(port);
        let balancer = LoadBalancer { vpc: self.options.vpc.clone(), ports: self.entrance.ports() };
        let balancer = scope.add("LoadBalancer", balancer);
        let target_group = scope.add("TargetGroup", target_group(&self.options.vpc, port, health_check));
        let front = self.entrance.open(scope, &balancer.resource, &target_group);
        let target = Target {
            group: target_group.reference(),
            listener: front.listener.id(),
            port,
            requests: sub!(
                "{}/{}",
                balancer.resource.load_balancer_full_name(),
                target_group.target_group_full_name()
            ),
            alternate: None,
        };
        let service = self.options.build(scope, Some(target));
        scope.connect(&balancer.security_group, &service);
        let firewall = self.firewall.map(|firewall| firewall.build(scope));
        if let Some(firewall) = &firewall {
            firewall.associate(scope, balancer.resource.load_balancer_arn());
        }
        PublicAlbServiceRef {
            url: front.url,
            dns_name: balancer.resource.dns_name(),
            service,
            firewall,
            security_group: balancer.security_group,
            load_balancer: balancer.resource,
            listener: front.listener,
            target_group,
        }
    }
}

/// The tasks behind the load balancer, and how it knows that they are well.
fn target_group(vpc: &VpcRef, port: Port, health_check: Str) -> elb::TargetGroup {
    let attribute = |key: &str, value: &str| property::TargetGroupAttribute::new().key(key).value(value);
    elb::TargetGroup::new()
        .vpc_id(&vpc.id)
        .target_type(property::TargetType::Ip)
        .protocol(property::Protocol::Http)
        .port(port)
        .health_check_enabled(true)
        .health_check_path(health_check)
        .health_check_interval_seconds(15)
        .health_check_timeout_seconds(5)
        .healthy_threshold_count(2)
        .unhealthy_threshold_count(3)
        .matcher(property::Matcher::new().http_code("200-299"))
        .target_group_attributes([
            attribute("deregistration_delay.timeout_seconds", "30"),
            attribute("load_balancing.algorithm.type", "least_outstanding_requests"),
        ])
}

impl Connect for PublicAlbServiceRef {
    /// The service, which is what connects to others; the load balancer is reached by everybody.
    fn peer(&self) -> Peer {
        self.service.peer()
    }
}

impl Principal for PublicAlbServiceRef {
    fn role(&self) -> PrincipalRole {
        self.service.role()
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::port;

    use super::*;
    use crate::{Vpc, testing::snapshot};

    #[test]
    fn public_alb_service() {
        snapshot("public_alb_service", |shop| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2));
            let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
            let api = PublicAlbService::new(&vpc, Image::from_directory("api"))
                .port(port!(8080))
                .health_check("/healthz")
                .domain("api.example.com", &zone)
                .scale(2..=10);
            let api = shop.add("Api", api);
            shop.output("Url", &api.url);
        });
    }
}
