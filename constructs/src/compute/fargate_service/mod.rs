//! Containers on Fargate: a service that heals itself, scales, and rolls back a deployment that does not come up.
//!
//! Makes one `AWS::ECS::Service` with its `AWS::ECS::TaskDefinition`, an `AWS::EC2::SecurityGroup`, a task role and an execution role
//! (`AWS::IAM::Role`, with an `AWS::IAM::Policy` for what each is granted), an `AWS::Logs::LogGroup`; an `AWS::ECS::Cluster` where none is
//! named; for scaling an `AWS::ApplicationAutoScaling::ScalableTarget` with an `AWS::ApplicationAutoScaling::ScalingPolicy` for each
//! measure; for alarms an `AWS::CloudWatch::Alarm` for CPU, memory, disk, network and missing tasks; and for traffic that shifts between two
//! target groups a role by which ECS shifts it.
//!
//! Defaults: 0.25 vCPU and 512 MiB; private subnets without public addresses; nothing comes in until it is connected; a rolling deployment that
//! keeps all old tasks until the new ones are healthy; a failed deployment is stopped and rolled back; two tasks in a protected stage, one in any
//! other; logs kept for 90 and 30 days; a role for the tasks that may do nothing until something is granted; no name, and no calls by name.

mod capacity;
mod check;
mod handle;
mod names;
mod options;
mod target;
mod update;
mod watch;

use formwork_cfn::ecs::{self, service as property};
use formwork_synth::{Construct, Expr, Grant, Port, PropertyType, ResourceOptions, Scope, sub};

pub use capacity::Capacity;
pub(crate) use capacity::LaunchOn;
pub use handle::{ExistingService, ServiceRef};
pub(crate) use names::{Naming, Speech};
pub(crate) use options::{ServiceOptions, fargate_options, service_options, traffic_options};
pub(crate) use target::AlternateTarget;
pub(crate) use target::Target;

use crate::{
    Cluster, Image, LogGroupRef, SecurityGroup, Tier, VpcRef,
    compute::{
        deployment::{Traffic, rollback_on},
        scaling::Scaled,
        task::{Compatibility, task_options},
    },
    each::each,
    reason::Reasoned,
};

/// A service on Fargate.
///
/// ```
/// # use formwork_constructs::{Capacity, FargateService, Image, Vpc, task_size};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// let worker = shop.add(
///     "Worker",
///     FargateService::new(&vpc, Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0"))
///         .size(task_size!(512, 1024))
///         .capacity(Capacity::Spot)
///         .scale(1..=4)
///         .command(["sleep", "infinity"]),
/// );
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct FargateService {
    options: ServiceOptions,
}

/// A service on Fargate.
pub type FargateServiceRef = ServiceRef;

impl FargateService {
    /// A service that runs an image in a VPC.
    pub fn new(vpc: &VpcRef, image: Image) -> Self {
        Self { options: ServiceOptions::new(vpc, image) }
    }

    /// Says on which port the container listens, so that others can be connected to the service. Default: none.
    pub fn port(mut self, port: Port) -> Self {
        self.options.task.port = Some(port);
        self
    }

    fargate_options!();
    service_options!();
    task_options!(options.task);
}

impl Construct for FargateService {
    type Handle = ServiceRef;

    fn build(self, scope: &mut Scope<'_>) -> ServiceRef {
        self.options.build(scope, None)
    }
}

impl ServiceOptions {
    /// Adds the service and all that belongs to it.
    pub(crate) fn build(mut self, scope: &mut Scope<'_>, mut target: Option<Target>) -> ServiceRef {
        self.check(scope);
        self.check_spot(scope);
        let traffic_alarms =
            target.as_mut().map(|target| std::mem::take(&mut target.alarms)).unwrap_or_default();
        let traffic = match &target {
            None => self.naming.traffic(),
            Some(Target { alternate: Some(alternate), .. }) if alternate.test_rule.is_some() => {
                Traffic::ProductionAndTest
            }
            Some(_) => Traffic::Production,
        };
        self.deployment.check(scope, traffic);
        self.gates.check(scope, self.deployment, traffic);
        let compatibility = self.launch.compatibility();
        let cluster = match (&self.launch, self.cluster.take()) {
            (LaunchOn::Instances(instances), _) => instances.cluster.clone(),
            (LaunchOn::Fargate(_), Some(cluster)) => cluster,
            (LaunchOn::Fargate(_), None) => scope.add("Cluster", Cluster::new()),
        };
        let (tier, public_ip) = if self.public_ip {
            (Tier::Public, property::AwsVpcConfigurationAssignPublicIp::Enabled)
        } else {
            (Tier::Private, property::AwsVpcConfigurationAssignPublicIp::Disabled)
        };
        let help = "let the VPC have private subnets, or run the tasks in public ones with `.public_ip()`";
        let subnets = self.vpc.subnet_ids(scope, tier, 1, help);
        let group = SecurityGroup::new(&self.vpc, format!("tasks of {}", scope.path())).owned_by(scope.id());
        let security_group = scope.add("SecurityGroup", group);
        let task = self.task.build(scope, compatibility);
        self.task.connect_mounts(scope, &security_group);
        self.check_processor(scope, task.architecture);

        let network = property::AwsVpcConfiguration::new()
            .assign_public_ip(public_ip)
            .security_groups([&security_group.id])
            .subnets(&subnets);
        let test_url = target.as_ref().and_then(|target| target.alternate.as_ref()?.test_url.as_ref());
        let gates = std::mem::take(&mut self.gates).build(scope, compatibility, test_url, &security_group);
        let mut deployment = self.deployment.property(self.failure_threshold);
        if !gates.hooks.is_empty() {
            deployment = deployment.lifecycle_hooks(gates.hooks);
        }
        let rebalancing = if self.deployment.stops_before_it_starts() {
            property::AvailabilityZoneRebalancing::Disabled
        } else {
            property::AvailabilityZoneRebalancing::Enabled
        };
        let mut service = ecs::Service::new()
            .cluster(&cluster.name)
            .task_definition(task.revision())
            .capacity_provider_strategy(self.launch.strategy())
            .availability_zone_rebalancing(rebalancing)
            .deployment_configuration(deployment)
            .enable_ecs_managed_tags(true)
            .enable_execute_command(self.task.exec)
            .network_configuration(property::NetworkConfiguration::new().awsvpc_configuration(network))
            .propagate_tags(property::PropagateTags::Service);
        if let Some(target) = &target {
            let (balancer, traffic_role) = target.property(scope);
            service =
                service.load_balancers([balancer]).health_check_grace_period_seconds(self.grace_seconds);
            if let Some(role) = traffic_role {
                service = service.after_grants_of(&role);
            }
        }
        if compatibility == Compatibility::Ec2 {
            let zones = property::PlacementStrategy::new()
                .field("attribute:ecs.availability-zone")
                .type_(property::PlacementStrategyType::Spread);
            service = service.placement_strategies([zones]);
        }
        self.naming.check(scope, &self, &cluster);
        self.naming.announce(scope, &task.definition);
        let connect = |namespace| self.naming.property(&self, namespace, &task.logs);
        if let Some(connect) = cluster.namespace.as_ref().and_then(connect) {
            service = service.service_connect_configuration(connect);
        }
        if let Some(logs) = cluster.exec_logs.as_ref().filter(|_| self.task.exec) {
            scope.grant(&task.task_role, record_exec(logs));
        }
        for task in gates.before_deploy.iter().chain(&gates.tests) {
            service = service.after_grants_of(&task.task_role).after_grants_of(&task.execution_role);
        }
        if self.scaling.is_none() {
            let default = if scope.stage().is_protected() { 2 } else { 1 };
            service = service.desired_count(self.count.unwrap_or(default));
        }
        let requests = target.as_ref().map(|target| target.requests.clone());
        let vpc = self.vpc.clone();
        let service = service
            .after_grants_of(&task.task_role)
            .after_grants_of(&task.execution_role)
            .depends_on(&task.definition)
            .with_options(|options| {
                options.depends_on.extend(task.prerequisites);
                options.depends_on.extend(target.map(|target| target.listener));
                options.depends_on.extend(cluster.associations);
                if self.public_ip {
                    vpc.after_internet_route(options);
                }
            });
        let resource = scope.add("Service", self.note(service));
        for gate in gates.specs {
            scope.gate(&resource, gate);
        }
        if let Some(scaling) = self.scaling {
            let scaled = Scaled {
                cluster: sub!("{}", &cluster.name),
                name: sub!("{}", resource.name()),
                requests,
                shifts_traffic: self.deployment.needs_two_target_groups(),
            };
            scaling.build(scope, scaled);
        }
        let service = ServiceRef {
            name: resource.name(),
            arn: resource.service_arn(),
            cluster,
            security_group,
            task_role: task.task_role,
            execution_role: task.execution_role,
            logs: task.logs,
            resource: Some(resource),
            family: task.family,
            address: match (&self.naming, self.task.port) {
                (Naming::Named(name, _), Some(port)) => Some(format!("{name}:{port}")),
                _ => None,
            },
            task_definition: Some(task.definition),
            before_deploy: gates.before_deploy,
            tests: gates.tests,
            port: self.task.port,
        };
        let of_traffic = traffic_alarms.len();
        let alarms = self.monitoring.add(scope, || {
            let mut alarms = traffic_alarms;
            alarms.extend(service.alarms());
            alarms
        });
        self.rollback_alarms.extend(each(alarms.into_iter().take(of_traffic), |alarm| alarm.name));
        if !self.rollback_alarms.is_empty() {
            // Only now: an alarm of the service itself names the service.
            let alarms = rollback_on(&self.rollback_alarms).into_property();
            scope.modify_raw(&resource, |raw| {
                if let Some(Expr::Object(deployment)) = raw.properties.get_mut("DeploymentConfiguration") {
                    deployment.set("Alarms", alarms);
                }
            });
        }
        service
    }

    /// Writes into the template why there are no alarms, and why all may be on Spot.
    fn note(&self, service: ecs::Service) -> ecs::Service {
        let reason = self.spot_reason.as_ref().filter(|_| self.may_all_be_spot());
        self.monitoring.note(service).because("all on Spot", reason)
    }

    fn may_all_be_spot(&self) -> bool {
        matches!(self.launch, LaunchOn::Fargate(capacity) if capacity.may_all_be_spot())
    }
}

/// Permission to record what is done by ECS Exec. Where log groups are, is not asked of a single one.
fn record_exec(logs: &LogGroupRef) -> Grant {
    let streams = Grant::allow(["logs:DescribeLogStreams"], [&logs.arn]);
    logs.write().and(streams).and(Grant::allow(["logs:DescribeLogGroups"], ["*"]))
}

#[cfg(test)]
mod tests {
    use formwork_synth::port;

    use super::*;
    use crate::{Capacity, Image, OnCall, Vpc, task_size, testing::snapshot};

    #[test]
    fn fargate_service() {
        snapshot("fargate_service", |shop| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2));
            let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
            let image = || Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0");
            let api =
                FargateService::new(&vpc, image()).port(port!(8080)).env("MODE", "api").alarms(&on_call);
            let api = shop.add("Api", api);
            let worker = FargateService::new(&vpc, image())
                .no_alarms("nobody waits for it")
                .cluster(&api.cluster)
                .size(task_size!(1024, 2048))
                .capacity(Capacity::Mix { base: 1, on_demand: 1, spot: 3 })
                .scale(1..=4)
                .scale_on_memory(80)
                .command(["work"])
                .exec();
            let worker = shop.add("Worker", worker);
            shop.connect(&worker, &api);
        });
    }
}
