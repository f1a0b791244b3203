//! A Fargate service on a load balancer that it shares with others.
//!
//! Makes what [`FargateService`](crate::FargateService) makes, an `AWS::ElasticLoadBalancingV2::TargetGroup`, and an
//! `AWS::ElasticLoadBalancingV2::ListenerRule` on each listener that leads to services. A deployment that shifts traffic makes a second target
//! group, and a further rule on the test listener where the load balancer has one. For alarms an [`Alarm`](crate::Alarm) for errors, slow
//! answers and unhealthy tasks of each target group.
//!
//! Defaults: a required health check every 15 seconds; 30 seconds to drain; the priority of the rule comes from the route; the tasks are
//! reached by the load balancer only.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::elasticloadbalancingv2::{self as elb, listener_rule as property};
use formwork_synth::{
    Connect, Construct, Handle, Peer, Port, Principal, PrincipalRole, Scope, Text, port, sub,
};

use super::{
    target_group::{TargetOptions, target_options},
    watch::{Watched, alarms_of_targets},
};
use crate::{
    FargateServiceRef, Graph, Image, Observe, PublicAlbRef, Route,
    compute::{
        fargate_service::{
            AlternateTarget, ServiceOptions, Target, fargate_options, service_options, traffic_options,
        },
        task::task_options,
    },
};

/// A service on Fargate that gets the requests of one route of a load balancer.
///
/// ```
/// # use formwork_constructs::{HostedZoneRef, Image, PublicAlb, Route, RoutedService, Vpc};
/// # use formwork_synth::{App, Stage, port};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// # let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
/// # let alb = shop.add("Alb", PublicAlb::new(&vpc).domain("example.com", &zone));
/// let api = RoutedService::on(&alb, Route::path("/api/*"), Image::from_directory("api"));
/// shop.add("Api", api.port(port!(8080)).health_check("/healthz").scale(2..=10));
/// ```
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct RoutedService {
    options: ServiceOptions,
    target: TargetOptions,
    alb: PublicAlbRef,
    route: Route,
}

/// A service on a load balancer.
#[derive(Clone, Debug)]
pub struct RoutedServiceRef {
    /// Where the load balancer is reached; the route says what comes to this service.
    pub url: Text,
    /// The service itself.
    pub service: FargateServiceRef,
    /// The load balancer in front of it.
    pub load_balancer: PublicAlbRef,
    /// The target group itself, to change what no option says.
    pub target_group: elb::TargetGroupRef,
    /// The second target group, where deployments shift traffic between two.
    pub alternate: Option<elb::TargetGroupRef>,
    /// The rules that lead to it, in the order of the load balancer's listeners, to change what no option says.
    pub rules: Vec<elb::ListenerRuleRef>,
}

impl RoutedService {
    /// A service that runs an image in the VPC of a load balancer, for the requests of a route.
    pub fn on(alb: &PublicAlbRef, route: Route, image: Image) -> Self {
        let options = ServiceOptions::new(&alb.vpc, image);
        Self { options, target: TargetOptions::default(), alb: alb.clone(), route }
    }

    target_options!();
    fargate_options!();
    service_options!();
    traffic_options!();
    task_options!(options.task);
}

impl Construct for RoutedService {
    type Handle = RoutedServiceRef;

    fn build(self, scope: &mut Scope<'_>) -> RoutedServiceRef {
        put_on(scope, &self.alb, self.route, self.options, &self.target)
    }
}

/// Adds a service at this place, and leads the requests of a route to it.
pub(super) fn put_on(
    scope: &mut Scope<'_>,
    alb: &PublicAlbRef,
    route: Route,
    mut options: ServiceOptions,
    target: &TargetOptions,
) -> RoutedServiceRef {
    const FALLBACK: Port = port!(80);
    if options.task.port.is_none() {
        let help = "name the port that the container listens on: `.port(port!(8080))`";
        let finding = Diagnostic::error(&code::SERVICE_INCOMPLETE, "the service says no port").help(help);
        scope.report(finding);
    }
    let port = *options.task.port.get_or_insert(FALLBACK);
    target.check(scope, alb.secure, options.grace_seconds);

    let group = scope.add("TargetGroup", target.group(&alb.vpc, port));
    let shifts = options.deployment.needs_two_target_groups();
    let alternate = shifts.then(|| scope.add("AlternateTargetGroup", target.group(&alb.vpc, port)));
    let action = || forward(&group, alternate.as_ref());
    let test = alb.test.as_ref().filter(|_| shifts).map(|(listener, url)| {
        let rule = route.rule(alb, listener, &action, &scope.path());
        (scope.add("TestRule", rule), url.clone())
    });
    let rules = route.build(scope, alb, &action);
    // One rule is ECS's to change; on a second port the old version would go on.
    if shifts && rules.len() > 1 {
        let message = "a deployment cannot shift the traffic of two ports";
        let help = "drop `.forward_both(…)`, or deploy by `Deployment::Rolling`";
        scope.report(Diagnostic::error(&code::TARGET, message).help(help));
    }
    let requests = sub!("{}/{}", &alb.full_name, group.target_group_full_name());
    let behind = rules.first().map(|rule| Target {
        group: group.reference(),
        listener: rule.id(),
        port,
        requests,
        alarms: alarms_of_targets(&watched(alb, &group, alternate.as_ref()), target.slow_seconds),
        alternate: alternate.as_ref().map(|other| AlternateTarget {
            group: other.reference(),
            production_rule: rule.reference(),
            test_rule: test.as_ref().map(|(rule, _)| rule.reference()),
            test_url: test.as_ref().map(|(_, url)| url.clone()),
        }),
    });
    let service = options.build(scope, behind);
    scope.connect(alb, &service);
    for port in target.further_ports() {
        scope.connect_on(alb, &service, port);
    }
    let (url, load_balancer) = (alb.url.clone(), alb.clone());
    RoutedServiceRef { url, service, load_balancer, target_group: group, alternate, rules }
}

/// What is watched: the group, and the second one where there is one.
fn watched<'a>(
    alb: &'a PublicAlbRef,
    group: &'a elb::TargetGroupRef,
    alternate: Option<&'a elb::TargetGroupRef>,
) -> Vec<Watched<'a>> {
    let mut watched = vec![Watched { alb, group }];
    watched.extend(alternate.map(|group| Watched { alb, group }));
    watched
}

/// To the one group; or to the first of two, between which ECS shifts later.
fn forward(group: &elb::TargetGroupRef, alternate: Option<&elb::TargetGroupRef>) -> property::Action {
    let action = property::Action::new().type_(property::ActionType::Forward);
    let Some(alternate) = alternate else { return action.target_group_arn(group) };
    let tuple = |group: &elb::TargetGroupRef, weight: u32| {
        property::TargetGroupTuple::new().target_group_arn(group).weight(weight)
    };
    let config = property::ForwardConfig::new().target_groups([tuple(group, 100), tuple(alternate, 0)]);
    action.forward_config(config)
}

impl Observe for RoutedServiceRef {
    /// What comes to it, and what its tasks use.
    fn graphs(&self) -> Vec<Graph> {
        let mut graphs = Vec::new();
        for group in watched(&self.load_balancer, &self.target_group, self.alternate.as_ref()) {
            graphs.extend(group.graphs());
        }
        graphs.extend(self.service.graphs());
        graphs
    }
}

impl Connect for RoutedServiceRef {
    /// The service, which is what connects to others.
    fn peer(&self) -> Peer {
        self.service.peer()
    }
}

impl Principal for RoutedServiceRef {
    fn role(&self) -> PrincipalRole {
        self.service.role()
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, cidr, testing::findings};

    use super::*;
    use crate::{
        AlbRule, Deployment, ExistingAlb, HostedZoneRef, Login, OidcEndpoints, OnCallRef, PublicAlb, Reply,
        SecretRef, Vpc,
        testing::{any_combination, snapshot},
    };

    fn service(alb: &PublicAlbRef, route: Route) -> RoutedService {
        RoutedService::on(alb, route, Image::from_directory("api"))
            .no_alarms("a test")
            .port(port!(8080))
            .health_check("/healthz")
    }

    fn alb(shop: &mut Scope<'_>) -> PublicAlbRef {
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
        shop.add("Alb", PublicAlb::new(&vpc).domain("example.com", &zone).test_listener().no_alarms("a test"))
    }

    #[test]
    fn routed_service() {
        snapshot("routed_service", |shop| {
            let alb = alb(shop);
            let secret =
                SecretRef::existing("arn:aws:secretsmanager:eu-west-1:123456789012:secret:oidc-AbCdEf");
            let endpoints = OidcEndpoints {
                issuer: "https://login.example.com".into(),
                authorization: "https://login.example.com/authorize".into(),
                token: "https://login.example.com/token".into(),
                user_info: "https://login.example.com/userinfo".into(),
            };
            let login = Login::oidc(endpoints, "shop", (&secret, "client_secret")).session(3_600);
            shop.add("Admin", service(&alb, Route::path("/admin/*").auth(login)));
            let api = Route::host("api.example.com").at_path("/v1/*").by_method("GET").strip_prefix("/v1");
            let shifts = Deployment::BlueGreen { bake_minutes: 5 };
            shop.add("Api", service(&alb, api).deployment(shifts));
            let robots = Reply::text(200, "User-agent: *\nDisallow: /");
            shop.add("Robots", AlbRule::on(&alb, Route::path("/robots.txt"), robots));
            let www = Reply::redirect_to_host("example.com");
            shop.add("Www", AlbRule::on(&alb, Route::host("www.example.com"), www));
        });
    }

    #[test]
    fn any_routed_service() {
        any_combination(|shop, pick| {
            let known = ExistingAlb {
                arn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shared/0123456789abcdef".into(),
                host: "example.com".into(),
                listener: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210".into(),
                security_group: "sg-0123456789abcdef0".into(),
            };
            let alb = alb(shop);
            let alb = if pick.flip() { PublicAlbRef::existing(&alb.vpc, known) } else { alb };
            let mut route = Route::all();
            route = pick.maybe(route, |route| route.at_path("/api/*"));
            route = pick.maybe(route, |route| route.on_host("*.example.com"));
            route = pick.maybe(route, |route| route.with_header("X-Beta", "yes"));
            route = pick.maybe(route, |route| route.with_query("beta", "yes"));
            route = match pick.one(&[0, 1, 2]) {
                0 => route.by_method("GET"),
                1 => route.from_addresses(cidr!("192.0.2.0/24")),
                _ => route,
            };
            route = pick.maybe(route, |route| route.priority(10));
            route = pick.maybe(route, |route| route.strip_prefix("/api"));
            route = pick.maybe(route, |route| route.rewrite_host("^.*$", "inside.example.com"));
            let pool = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abcdefghi";
            let login = Login::cognito(pool, "1234567890abcdefghij", "shop").scope("openid email").deny();
            route = pick.maybe(route, |route| route.auth(login));
            let mut routed = service(&alb, route);
            let canary = Deployment::Canary { percent: 5.0, canary_minutes: 5, bake_minutes: 10 };
            routed = pick.maybe(routed, |routed| routed.deployment(canary).slow_after(0.5));
            let on_call =
                OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
            routed = pick.maybe(routed, |routed| routed.alarms(&on_call));
            shop.add("Api", routed);
        });
    }

    /// What is found where two services share a load balancer, the second one in another stack.
    fn found(routes: [Route; 2]) -> String {
        let mut app = App::new("shop", &Stage::new("dev"));
        let [first, second] = routes;
        let mut shop = app.stack("Shop");
        let alb = alb(&mut shop);
        shop.add("First", service(&alb, first));
        app.stack("Other").add("Second", service(&alb, second));
        findings(app)
    }

    #[test]
    fn services_of_two_stacks_share_a_load_balancer() {
        assert_eq!(found([Route::all(), Route::path("/api/*")]), "");
    }

    #[test]
    fn two_routes_of_one_priority_are_refused_across_stacks_too() {
        let found = found([Route::path("/a").priority(7), Route::path("/b").priority(7)]);
        let message = "Other/Second/Rule: the rule has the priority 7, and so has `Shop/First/Rule`";
        assert!(found.contains(message), "{found}");
        assert_eq!(found.lines().count(), 1, "{found}");
    }

    #[test]
    fn routes_are_checked() {
        let many = ["/1", "/2", "/3", "/4", "/5", "/6"].into_iter().fold(Route::all(), Route::at_path);
        for (route, message) in [
            (many, "has 6 values in its conditions"),
            (Route::path("api"), "`api` is no path"),
            (Route::host("https://example.com"), "is no host"),
            (Route::all().by_method("get"), "`get` is no method"),
            (Route::all().priority(1_001), "cannot have the priority 1001"),
        ] {
            let found = found([route, Route::path("/other/*")]);
            assert!(found.contains(message), "{message}\n{found}");
        }
    }
}
