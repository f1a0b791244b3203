//! A Fargate service behind a public load balancer of its own, with TLS.
//!
//! Makes what [`PublicAlb`](crate::PublicAlb) and [`RoutedService`](crate::RoutedService) make: a load balancer, and one service that gets
//! all its requests. A deployment that shifts traffic makes a test listener too.
//!
//! Defaults: those of the two.

use formwork_cfn::{elasticloadbalancingv2 as elb, kind};
use formwork_synth::{Attr, Connect, Construct, Peer, Principal, PrincipalRole, Scope, Text};

use super::{
    public_alb::{AlbOptions, alb_options},
    routed_service::put_on,
    target_group::{TargetOptions, target_options},
};
use crate::{
    Auth, FargateServiceRef, Graph, Image, Observe, PublicAlbRef, Route, VpcRef, WebAclRef,
    compute::{
        fargate_service::{ServiceOptions, fargate_options, service_options, traffic_options},
        task::task_options,
    },
    operations::Monitoring,
};

/// A service on Fargate that the internet reaches through a load balancer of its own.
///
/// ```
/// # use formwork_constructs::{HostedZoneRef, Image, PublicAlbService, Vpc, WebAcl};
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
///         .waf(WebAcl::baseline())
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
    target: TargetOptions,
    alb: AlbOptions,
    route: Route,
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
    /// The load balancer, on which further services and rules can be put.
    pub load_balancer: PublicAlbRef,
    /// The target group itself, to change what no option says.
    pub target_group: elb::TargetGroupRef,
    /// The second target group, where deployments shift traffic between two.
    pub alternate: Option<elb::TargetGroupRef>,
}

impl PublicAlbService {
    /// A service that runs an image in a VPC, behind a load balancer in its public subnets.
    pub fn new(vpc: &VpcRef, image: Image) -> Self {
        Self {
            options: ServiceOptions::new(vpc, image),
            target: TargetOptions::default(),
            alb: AlbOptions::new(vpc),
            route: Route::all(),
        }
    }

    /// Lets through only who is logged in, or brings a valid token. HTTPS only. Default: everybody.
    pub fn auth(mut self, auth: impl Into<Auth>) -> Self {
        self.route = self.route.auth(auth);
        self
    }

    target_options!();
    alb_options!(alb);
    fargate_options!();
    service_options!();
    traffic_options!();
    task_options!(options.task);
}

impl Construct for PublicAlbService {
    type Handle = PublicAlbServiceRef;

    fn build(mut self, scope: &mut Scope<'_>) -> PublicAlbServiceRef {
        self.alb.test_listener = self.options.deployment.needs_two_target_groups();
        self.alb.monitoring = match &self.options.monitoring {
            // The service reports it, once.
            Monitoring::Undecided => None,
            decided => Some(decided.clone()),
        };
        let alb = scope.add("LoadBalancer", self.alb);
        let routed = put_on(scope, &alb, self.route, self.options, &self.target);
        PublicAlbServiceRef {
            url: alb.url.clone(),
            dns_name: alb.dns_name.clone(),
            service: routed.service,
            firewall: alb.firewall.clone(),
            load_balancer: alb,
            target_group: routed.target_group,
            alternate: routed.alternate,
        }
    }
}

impl Observe for PublicAlbServiceRef {
    /// What comes to it, and what its tasks use.
    fn graphs(&self) -> Vec<Graph> {
        [self.load_balancer.graphs(), self.service.graphs()].concat()
    }
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
    use formwork_synth::{App, Stage, cidr, port, testing::findings};

    use super::*;
    use crate::{
        AccessLogBucket, Algorithm, Dashboard, Deployment, Desync, ForwardedFor, HostedZoneRef, Ingress,
        JwtCheck, OnCall, SecretRef, Stickiness, TargetProtocol, TlsPolicy, Vpc, WebAcl,
        testing::{any_combination, snapshot},
    };

    fn zone() -> HostedZoneRef {
        HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com")
    }

    fn service(vpc: &VpcRef) -> PublicAlbService {
        PublicAlbService::new(vpc, Image::from_directory("api"))
            .no_alarms("a test")
            .port(port!(8080))
            .health_check("/healthz")
    }

    #[test]
    fn public_alb_service() {
        snapshot("public_alb_service", |shop| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2));
            let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
            let api = service(&vpc).domain("api.example.com", &zone()).scale(2..=10).alarms(&on_call);
            let api = shop.add("Api", api);
            shop.add("Dashboard", Dashboard::new().show("API", &api));
            shop.output("Url", &api.url);
        });
    }

    #[test]
    fn a_protected_service_without_a_word_on_alarms_is_refused_once() {
        let mut app = App::new("shop", &Stage::new("prod").protected());
        app.no_cost_tags("a test");
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        let api = PublicAlbService::new(&vpc, Image::from_directory("api"));
        let api = api.port(port!(8080)).health_check("/healthz").domain("api.example.com", &zone());
        shop.add("Api", api);
        let found = findings(app);
        assert_eq!(found.matches("nobody is told when this does badly").count(), 1, "{found}");
    }

    #[test]
    fn a_deployment_that_shifts_traffic_has_two_target_groups_and_a_test_listener() {
        snapshot("public_alb_service_blue_green", |shop| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2));
            let api = service(&vpc)
                .domain("api.example.com", &zone())
                .deployment(Deployment::BlueGreen { bake_minutes: 10 });
            shop.add("Api", api);
        });
    }

    #[test]
    fn behind_cloudfront() {
        snapshot("public_alb_service_behind_cloudfront", |shop| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2));
            let secret =
                SecretRef::existing("arn:aws:secretsmanager:eu-west-1:123456789012:secret:origin-AbCdEf");
            let certificate =
                "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
            let public = service(&vpc)
                .certificate(certificate)
                .ingress(Ingress::CloudFrontOnly)
                .only_with_header("X-Origin", &secret, "value");
            shop.add("Public", public);
            shop.add("Private", service(&vpc).certificate(certificate).ingress(Ingress::VpcOrigin));
            let both = service(&vpc)
                .certificate(certificate)
                .domain("both.example.com", &zone())
                .forward_both("CloudFront redirects already");
            shop.add("Both", both);
        });
    }

    #[test]
    fn any_public_alb_service() {
        any_combination(|shop, pick| {
            let vpc = pick.maybe(Vpc::across_azs(2), Vpc::ipv6);
            let vpc = shop.add("Vpc", vpc);
            let secret =
                SecretRef::existing("arn:aws:secretsmanager:eu-west-1:123456789012:secret:origin-AbCdEf");
            let mut api = service(&vpc).scale(2..=4);
            let ingress = [
                Ingress::Internet,
                Ingress::Cidrs(vec![cidr!("192.0.2.0/24")]),
                Ingress::CloudFrontOnly,
                Ingress::VpcOrigin,
                Ingress::PrefixList("pl-0123456789abcdef0".into()),
            ];
            let ingress = pick.one(&ingress);
            let open = matches!(ingress, Ingress::Internet | Ingress::Cidrs(_));
            api = api.ingress(ingress);
            if pick.flip() {
                api = api.domain("api.example.com", &zone());
                api = pick.maybe(api, |api| api.domain("www.example.com", &zone()));
                api = pick.maybe(api, |api| {
                    api.certificate(
                        "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
                    )
                });
                api = pick.maybe(api, |api| api.tls(TlsPolicy::Tls13));
                api = pick.maybe(api, |api| api.strict_transport_security(30));
                api = pick.maybe(api, |api| {
                    api.auth(JwtCheck::new(
                        "https://login.example.com",
                        "https://login.example.com/jwks.json",
                    ))
                });
                api = pick.maybe(api, |api| api.protocol(TargetProtocol::Grpc));
            } else {
                api = api.insecure_http("a test");
            }
            api = pick.maybe(api, |api| api.only_with_header("X-Origin", &secret, "value"));
            let acl = WebAcl::baseline();
            let acl = if open { acl } else { acl.without_rate_limit("the distribution has one") };
            api = pick.maybe(api, |api| api.waf(acl).waf_fail_open());
            api = pick.maybe(api, PublicAlbService::logs);
            let bucket = shop.add("Bucket", AccessLogBucket::new());
            api = pick.maybe(api, |api| api.logs_to(&bucket));
            api = pick.maybe(api, |api| api.without_logs("a test"));
            api = pick.maybe(api, |api| api.idle_timeout(120).keep_alive(600));
            api = pick.maybe(api, |api| api.desync(Desync::Strictest).forwarded_for(ForwardedFor::Preserve));
            api = pick.maybe(api, |api| api.preserve_host().zonal_shift().capacity_units(500));
            api = pick.maybe(api, |api| api.maintenance_page("<h1>Back soon</h1>"));
            api = pick.maybe(api, |api| api.without_deletion_protection("a test"));
            api = pick.maybe(api, |api| api.health_check_every(10, 4).health_thresholds(3, 2).drain(60));
            api = pick.maybe(api, |api| api.health_check_port(port!(9000)));
            api = pick.maybe(api, PublicAlbService::tls_to_container);
            api = match pick.one(&[0, 1, 2, 3]) {
                0 => api.slow_start(60),
                1 => api.algorithm(Algorithm::AvoidAnomalies),
                2 => api.target_control_port(port!(3000)),
                _ => api,
            };
            let stickiness =
                [Stickiness::LoadBalancerCookie(3_600), Stickiness::ServiceCookie("session".into(), 60)];
            let stickiness = pick.one(&stickiness);
            api = pick.maybe(api, |api| api.stickiness(stickiness));
            let canary = Deployment::Canary { percent: 5.0, canary_minutes: 5, bake_minutes: 10 };
            api = pick.maybe(api, |api| api.deployment(canary));
            shop.add("Api", api);
        });
    }

    /// What is found in a stage that is not protected, in a region.
    fn found(region: &str, with: impl Fn(PublicAlbService) -> PublicAlbService) -> String {
        let mut app = App::new("shop", &Stage::new("dev").region(region));
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        shop.add("Api", with(service(&vpc)));
        findings(app)
    }

    #[test]
    fn says_by_which_certificate_or_why_by_none() {
        assert!(found("eu-west-1", |api| api).contains("nothing says by which certificate"));
        let both = found("eu-west-1", |api| api.insecure_http("why").domain("a.example.com", &zone()));
        assert!(both.contains("is to serve HTTPS, and plain HTTP alone"), "{both}");
        let many = found("eu-west-1", |api| api.domain("*.example.com", &zone()));
        assert!(many.contains("stands for many, and the URL needs one"), "{many}");
        let idle = found("eu-west-1", |api| api.insecure_http("why").tls(TlsPolicy::Tls13));
        assert!(idle.contains("`.tls(…)` says something about HTTPS"), "{idle}");
    }

    #[test]
    fn the_list_of_cloudfront_is_known_or_asked_for() {
        let https = |api: PublicAlbService| api.domain("a.example.com", &zone());
        assert_eq!(found("eu-west-1", |api| https(api).ingress(Ingress::CloudFrontOnly)), "");
        let far = found("me-central-1", |api| https(api).ingress(Ingress::CloudFrontOnly));
        assert!(far.contains("list of CloudFront's addresses in `me-central-1` is not known"), "{far}");
        let own = Ingress::PrefixList("pl-0123456789abcdef0".into());
        assert_eq!(found("me-central-1", |api| https(api).ingress(own.clone())), "");
    }

    #[test]
    fn a_firewall_behind_cloudfront_blocks_no_addresses() {
        let found = found("eu-west-1", |api| {
            api.domain("a.example.com", &zone()).ingress(Ingress::CloudFrontOnly).waf(WebAcl::baseline())
        });
        assert!(found.contains("all that connects here is CloudFront"), "{found}");
    }

    #[test]
    fn targets_are_checked() {
        let http = |api: PublicAlbService| api.insecure_http("why");
        for (found, message) in [
            (found("eu-west-1", |api| http(api).health_check_every(5, 5)), "cannot wait 5 seconds"),
            (found("eu-west-1", |api| http(api).health_check_every(60, 5)), "needs 120 seconds to pass"),
            (found("eu-west-1", |api| http(api).health_check("healthz")), "is no path"),
            (found("eu-west-1", |api| http(api).protocol(TargetProtocol::Grpc)), "gRPC comes by HTTPS alone"),
            (found("eu-west-1", |api| http(api).drain(3_601)), "cannot drain for 3601 seconds"),
            (found("eu-west-1", |api| http(api).idle_timeout(0)), "for 0 seconds"),
            (
                found("eu-west-1", |api| http(api).slow_start(60).algorithm(Algorithm::LeastOutstanding)),
                "works with `Algorithm::RoundRobin` alone",
            ),
        ] {
            assert!(found.contains(message), "{message}\n{found}");
        }
    }
}
