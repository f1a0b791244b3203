//! Service Connect: services of a cluster call each other by name, through a proxy beside each task.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    ecs::{self, service as property},
    kind,
};
use formwork_synth::{Attr, Expr, Object, Scope, Str, Text, intrinsic, sub};

use super::ServiceOptions;
use crate::{
    ClusterRef, LogGroupRef,
    compute::{deployment::Traffic, task::CONTAINER},
};

/// What a service has to do with names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Naming {
    /// It neither has one nor calls others by theirs.
    #[default]
    Outside,
    /// It calls others by their names.
    Caller,
    /// It has a name, and calls others by theirs.
    Named(Str, Speech),
}

/// What a service with a name speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    /// HTTP, whose requests the proxy knows.
    Http,
    /// Anything over TCP, of which the proxy knows connections only.
    Tcp,
}

/// The header that leads a request to a new version before it has any other traffic.
const TEST_HEADER: &str = "x-formwork-test";

impl Naming {
    /// What a deployment can shift of it without a load balancer.
    pub(super) fn traffic(&self) -> Traffic {
        match self {
            Self::Outside | Self::Caller => Traffic::None,
            Self::Named(_, Speech::Tcp) => Traffic::Production,
            Self::Named(_, Speech::Http) => Traffic::ProductionAndTest,
        }
    }

    /// Tells the proxy what the container speaks.
    pub(super) fn announce(&self, scope: &mut Scope<'_>, task: &ecs::TaskDefinitionRef) {
        if !matches!(self, Self::Named(_, Speech::Http)) {
            return;
        }
        scope.modify_raw(task, |raw| {
            let Some(Expr::List(containers)) = raw.properties.get_mut("ContainerDefinitions") else { return };
            let ours = |container: &&mut Object| {
                container.get("Name").and_then(Expr::as_text).is_some_and(|name| name == CONTAINER)
            };
            let objects = containers.iter_mut().filter_map(|container| match container {
                Expr::Object(fields) => Some(fields),
                _ => None,
            });
            for container in objects.filter(ours) {
                if let Some(Expr::List(ports)) = container.get_mut("PortMappings") {
                    for port in ports {
                        if let Expr::Object(port) = port {
                            port.set("AppProtocol", Expr::text("http"));
                        }
                    }
                }
            }
        });
    }

    /// Reports a name without a port or namespace, and one that no host can have.
    pub(super) fn check(&self, scope: &mut Scope<'_>, options: &ServiceOptions, cluster: &ClusterRef) {
        let mut refuse = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::SERVICE_NAME, message).help(help));
        };
        if *self != Self::Outside && cluster.namespace.is_none() {
            let help = "give the cluster a namespace: `Cluster::new().namespace(\"shop\")`";
            refuse("the cluster has no namespace for names".to_owned(), help);
        }
        let Self::Named(name, _) = self else { return };
        if options.task.port.is_none() {
            let message = format!("the service is called `{name}`, and listens on no port");
            refuse(message, "name the port that the container listens on: `.port(port!(8080))`");
        }
        let is_label = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_host = (1..=63).contains(&name.len()) && name.bytes().all(is_label);
        if !is_host || name.starts_with('-') || name.ends_with('-') {
            let message = format!("`{}` cannot be the name of a service", name.escape_debug());
            refuse(message, "use small letters, digits and `-` between them, 63 at most");
        }
    }

    /// The proxy beside each task, and the name that it answers to.
    pub(super) fn property(
        &self,
        options: &ServiceOptions,
        namespace: &Attr<kind::ServiceDiscoveryHttpNamespaceArn>,
        logs: &LogGroupRef,
    ) -> Option<property::ServiceConnectConfiguration> {
        if *self == Self::Outside {
            return None;
        }
        let log_options: [(&str, Text); 3] = [
            ("awslogs-group", sub!("{}", &logs.name)),
            ("awslogs-region", intrinsic::region()),
            ("awslogs-stream-prefix", sub!("names")),
        ];
        let log = property::LogConfiguration::new().log_driver("awslogs").options(log_options);
        let connect = property::ServiceConnectConfiguration::new()
            .enabled(true)
            .log_configuration(log)
            .namespace(namespace);
        let (Self::Named(name, speech), Some(port)) = (self, options.task.port) else { return Some(connect) };
        let mut alias = property::ServiceConnectClientAlias::new().dns_name(name.clone()).port(port);
        if *speech == Speech::Http && options.deployment.needs_two_target_groups() {
            alias = alias.test_traffic_rules(test_traffic());
        }
        let service = property::ServiceConnectService::new()
            .client_aliases([alias])
            .discovery_name(name.clone())
            .port_name(CONTAINER);
        Some(connect.services([service]))
    }
}

fn test_traffic() -> property::ServiceConnectTestTrafficRules {
    let value = property::ServiceConnectTestTrafficRulesHeaderValue::new().exact("1");
    let header = property::ServiceConnectTestTrafficRulesHeader::new().name(TEST_HEADER).value(value);
    property::ServiceConnectTestTrafficRules::new().header(header)
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, cidr, port, testing::findings};

    use crate::{
        Capacity, Cluster, Deployment, FargateService, Image, VpcRef,
        testing::{any_combination, snapshot},
    };

    fn service() -> FargateService {
        let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
            .with_private_subnets(["subnet-0123456789abcdef0"]);
        FargateService::new(&vpc, Image::from_directory("api")).no_alarms("a test")
    }

    #[test]
    fn service_names() {
        snapshot("service_names", |shop| {
            let cluster = shop.add("Cluster", Cluster::new().namespace("shop").exec_logs());
            let deployment = Deployment::Canary { percent: 5.0, canary_minutes: 10, bake_minutes: 10 };
            let orders = service()
                .cluster(&cluster)
                .port(port!(8080))
                .serve_as("orders")
                .deployment(deployment)
                .exec();
            let orders = shop.add("Orders", orders);
            shop.add("Cache", service().cluster(&cluster).port(port!(6379)).serve_tcp_as("cache"));
            let web = shop.add("Web", service().cluster(&cluster).call_by_name());
            shop.connect(&web, &orders);
            assert_eq!(orders.address.as_deref(), Some("orders:8080"));
        });
    }

    #[test]
    fn what_cannot_be_is_reported() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let cluster = shop.add("Cluster", Cluster::new().namespace("shop"));
        let named = |name: &'static str| service().cluster(&cluster).port(port!(80)).serve_as(name);
        shop.add("A", service().port(port!(80)).serve_as("a"));
        shop.add("B", service().cluster(&cluster).serve_as("b"));
        for (id, name) in [("C", ""), ("D", "Orders"), ("E", "a.b"), ("F", "-a"), ("G", "a-")] {
            shop.add(id, named(name));
        }
        let found = findings(app);
        assert_eq!(found.matches("FW3534").count(), 7, "{found}");
        assert!(found.contains("no namespace") && found.contains("on no port"), "{found}");
    }

    #[test]
    fn any_name() {
        any_combination(|shop, pick| {
            let cluster = Cluster::new().namespace("shop");
            let cluster = shop.add("Cluster", pick.maybe(cluster, Cluster::exec_logs));
            let service = service().cluster(&cluster).port(port!(8080));
            let service = pick.maybe(service, |service| service.exec());
            let service = pick.maybe(service, |service| service.call_by_name());
            let service = pick.maybe(service, |service| {
                let deployment = Deployment::Linear { step_percent: 10.0, step_minutes: 1, bake_minutes: 0 };
                service.serve_as("orders").deployment(deployment).test_before_traffic(["test"])
            });
            let service = service.capacity(Capacity::Mix { base: 0, on_demand: 1, spot: 1 });
            shop.add("Orders", service);
        });
    }
}
