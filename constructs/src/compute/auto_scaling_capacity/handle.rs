//! The instances of a cluster as services see them: built here, built in another stack, or there already.

use formwork_cfn::{autoscaling, ecs, kind};
use formwork_synth::{Attr, Connect, Peer, Str};

use crate::{Architecture, ClusterRef, Graph, Metric, Observe, RoleRef, SecurityGroupRef, Statistic, VpcRef};

/// The instances of a cluster, of the app or there already.
#[derive(Clone, Debug)]
pub struct AutoScalingCapacityRef {
    /// The cluster that they belong to.
    pub cluster: ClusterRef,
    /// The name of the capacity provider.
    pub provider: Attr<kind::EcsCapacityProviderName>,
    /// The processor of the instances.
    pub architecture: Architecture,
    /// The group around the instances; tasks have groups of their own.
    pub security_group: SecurityGroupRef,
    /// The role of the instances; tasks have roles of their own.
    pub role: RoleRef,
    /// The name of the Auto Scaling group.
    pub group_name: Attr<kind::AutoScalingAutoScalingGroupName>,
    /// The Auto Scaling group, to change what no option says; nothing for instances that exist already.
    pub group: Option<autoscaling::AutoScalingGroupRef>,
    /// The capacity provider itself, to change what no option says; nothing for instances that exist already.
    pub resource: Option<ecs::CapacityProviderRef>,
    pub(crate) vpc: VpcRef,
}

/// What to know of instances that exist already, to run services on them.
#[derive(Clone, Debug)]
pub struct ExistingCapacity {
    /// The cluster that they belong to.
    pub cluster: ClusterRef,
    /// The name of the capacity provider.
    pub provider: Str,
    /// The processor of the instances.
    pub architecture: Architecture,
    /// The id of the security group around the instances.
    pub security_group: Str,
    /// The role of the instances.
    pub role: RoleRef,
    /// The name of the Auto Scaling group.
    pub group: Str,
}

impl AutoScalingCapacityRef {
    /// Instances that exist already, in a VPC. Rules are named after the capacity provider.
    ///
    /// ```
    /// # use formwork_constructs::{
    /// #     Architecture, AutoScalingCapacityRef, ClusterRef, Ec2Service, ExistingCapacity, Image, RoleRef, VpcRef,
    /// # };
    /// # use formwork_synth::{App, Stage, cidr};
    /// # let mut app = App::new("shop", &Stage::new("dev"));
    /// # let mut shop = app.stack("Shop");
    /// # let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16")).with_private_subnets(["subnet-1a"]);
    /// let instances = AutoScalingCapacityRef::existing(&vpc, ExistingCapacity {
    ///     cluster: ClusterRef::existing("shared"),
    ///     provider: "graviton".into(),
    ///     architecture: Architecture::Arm64,
    ///     security_group: "sg-0123456789abcdef0".into(),
    ///     role: RoleRef::existing("shared-instances"),
    ///     group: "shared-instances".into(),
    /// });
    /// shop.add("Worker", Ec2Service::new(&instances, Image::from_directory("worker")));
    /// ```
    pub fn existing(vpc: &VpcRef, known: ExistingCapacity) -> Self {
        let ExistingCapacity { cluster, provider, architecture, security_group, role, group } = known;
        Self {
            cluster,
            security_group: SecurityGroupRef::existing(provider.as_ref(), security_group),
            provider: Attr::existing(provider),
            architecture,
            role,
            group_name: Attr::existing(group),
            group: None,
            resource: None,
            vpc: vpc.clone(),
        }
    }
}

impl Observe for AutoScalingCapacityRef {
    fn graphs(&self) -> Vec<Graph> {
        let group = |namespace, name| {
            let metric = Metric::new(namespace, name, Statistic::Average);
            metric.dimension("AutoScalingGroupName", &self.group_name)
        };
        let instances = Graph::new("instances")
            .metric(group("AWS/AutoScaling", "GroupInServiceInstances").label("in service"))
            .metric(group("AWS/AutoScaling", "GroupDesiredCapacity").label("wanted"));
        let needed = Metric::new("AWS/ECS", "CapacityProviderReservation", Statistic::Average)
            .dimension("ClusterName", &self.cluster.name)
            .dimension("CapacityProviderName", &self.provider);
        let needed = Graph::new("instances that the tasks need, in % of those there are").metric(needed);
        let cpu = Graph::new("CPU, in %").metric(group("AWS/EC2", "CPUUtilization").label("average"));
        vec![instances, needed, cpu]
    }
}

impl Connect for AutoScalingCapacityRef {
    fn peer(&self) -> Peer {
        self.security_group.peer()
    }
}
