//! Instances for a cluster: as many as its tasks need, in an Auto Scaling group that ECS scales.
//!
//! Makes one `AWS::ECS::CapacityProvider` with its `AWS::ECS::ClusterCapacityProviderAssociations`, an `AWS::AutoScaling::AutoScalingGroup`, an
//! `AWS::EC2::LaunchTemplate`, an `AWS::EC2::SecurityGroup`, an `AWS::IAM::InstanceProfile` with its `AWS::IAM::Role` and `AWS::IAM::Policy`; an
//! `AWS::ECS::Cluster` where none is named.
//!
//! Defaults: Amazon Linux 2023 for ECS, in its newest version at each deployment; on demand; private subnets; 2 to 10 instances in a protected
//! stage, 1 to 3 in any other; just as many instances as the tasks need; an instance with tasks is drained before it goes; the metadata service
//! in its second version and out of reach of containers; an encrypted root volume of 30 GiB; nothing comes in; detailed monitoring in a protected
//! stage. Without a function of ours anywhere.

mod group;
mod handle;
mod instance;
mod instance_type;
mod machine;

use std::ops::RangeInclusive;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    ecs::{self, capacity_provider as property, cluster_capacity_provider_associations as association},
    kind,
};
use formwork_synth::{Attr, Construct, Expr, Handle, Scope, Str};
use property::{
    AutoScalingGroupProviderManagedDraining as Draining,
    AutoScalingGroupProviderManagedTerminationProtection as Protection, ManagedScalingStatus,
};

pub use handle::{AutoScalingCapacityRef, ExistingCapacity};
pub(crate) use machine::Machine;

use crate::{Capacity, Cluster, ClusterRef, SecurityGroup, VpcRef, each::each};

/// Instances that the tasks of a cluster run on.
///
/// Each task has a network interface of its own, of which an instance has few: turn on trunking (`awsvpcTrunking`) in the account for more.
///
/// ```
/// # use formwork_constructs::{AutoScalingCapacity, Ec2Service, Image, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// let capacity = shop.add("Capacity", AutoScalingCapacity::new(&vpc, ["m7g.large", "m6g.large"]).size(1..=6));
/// let worker = shop.add("Worker", Ec2Service::new(&capacity, Image::from_directory("worker")));
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct AutoScalingCapacity {
    vpc: VpcRef,
    instance_types: Vec<Str>,
    cluster: Option<ClusterRef>,
    size: Option<RangeInclusive<u32>>,
    purchase: Capacity,
    machine: Machine,
    volume_gib: u32,
}

impl AutoScalingCapacity {
    /// Instances of these types in a VPC, the ones that are named first rather than the others. All types have one kind of processor.
    pub fn new<T: Into<Str>>(vpc: &VpcRef, instance_types: impl IntoIterator<Item = T>) -> Self {
        Self {
            vpc: vpc.clone(),
            instance_types: each(instance_types, Into::into),
            cluster: None,
            size: None,
            purchase: Capacity::OnDemand,
            machine: Machine::AmazonLinux,
            volume_gib: 30,
        }
    }

    /// Belongs to a cluster of the app. Default: a cluster just for these instances.
    pub fn cluster(mut self, cluster: &ClusterRef) -> Self {
        self.cluster = Some(cluster.clone());
        self
    }

    /// Sets the least and the most instances. Default: 2 to 10 in a protected stage, 1 to 3 in any other.
    pub fn size(mut self, instances: RangeInclusive<u32>) -> Self {
        self.size = Some(instances);
        self
    }

    /// Chooses between on-demand and Spot instances. Default: all on demand.
    pub fn capacity(mut self, purchase: Capacity) -> Self {
        self.purchase = purchase;
        self
    }

    /// Runs Bottlerocket, a system for containers alone, without a shell. Default: Amazon Linux 2023.
    pub fn bottlerocket(mut self) -> Self {
        self.machine = Machine::Bottlerocket;
        self
    }

    /// Sets the GiB of the volume that holds images and containers. Default: 30.
    pub fn volume(mut self, gib: u32) -> Self {
        self.volume_gib = gib;
        self
    }

    /// The bounds of the group; those that make no sense are reported.
    fn bounds(&self, scope: &mut Scope<'_>) -> RangeInclusive<u32> {
        let default = if scope.stage().is_protected() { 2..=10 } else { 1..=3 };
        let size = self.size.clone().unwrap_or(default);
        if size.start() > size.end() || *size.end() == 0 {
            let message = format!("there cannot be {} to {} instances", size.start(), size.end());
            let help = "the first number is the smaller one, and the second is at least 1";
            scope.report(Diagnostic::error(&code::INSTANCES, message).help(help));
        }
        size
    }
}

impl Construct for AutoScalingCapacity {
    type Handle = AutoScalingCapacityRef;

    fn build(mut self, scope: &mut Scope<'_>) -> AutoScalingCapacityRef {
        let size = self.bounds(scope);
        let architecture = instance_type::architecture(scope, &self.instance_types);
        let mut cluster = self.cluster.take().unwrap_or_else(|| scope.add("Cluster", Cluster::new()));
        let group =
            SecurityGroup::new(&self.vpc, format!("instances of {}", scope.path())).owned_by(scope.id());
        let security_group = scope.add("SecurityGroup", group);
        let role = instance::role(scope, &cluster);
        let template = self.launch_template(scope, &cluster, architecture, &security_group, &role);
        let group = self.group(scope, &template, &role, &size);

        let scaling = property::ManagedScaling::new()
            .instance_warmup_period(120)
            .status(ManagedScalingStatus::Enabled)
            .target_capacity(100);
        let provider = property::AutoScalingGroupProvider::new()
            .auto_scaling_group_arn(&group)
            .managed_draining(Draining::Enabled)
            .managed_scaling(scaling)
            .managed_termination_protection(Protection::Enabled);
        let provider = ecs::CapacityProvider::new().auto_scaling_group_provider(provider);
        let resource = scope.in_place(provider);
        let provider = resource.reference();
        associate(scope, &mut cluster, &provider);
        AutoScalingCapacityRef {
            cluster,
            provider,
            architecture,
            security_group,
            role,
            group_name: group.reference(),
            group: Some(group),
            resource: Some(resource),
            vpc: self.vpc,
        }
    }
}

/// Makes the provider one of the cluster. The list of providers moves from the cluster to a resource of its own: it names the instances, which
/// name the cluster.
fn associate(
    scope: &mut Scope<'_>,
    cluster: &mut ClusterRef,
    provider: &Attr<kind::EcsCapacityProviderName>,
) {
    const PROVIDERS: &str = "CapacityProviders";
    if let Some(associations) = cluster.associations {
        let associations: ecs::ClusterCapacityProviderAssociationsRef = Handle::from_id(associations);
        scope.modify_raw(&associations, |raw| {
            if let Some(Expr::List(providers)) = raw.properties.get_mut(PROVIDERS) {
                providers.push(provider.expr().clone());
            }
        });
        return;
    }
    let mut refuse = |message: &str, help: &str| {
        scope.report(Diagnostic::error(&code::CLUSTER_INSTANCES, message).help(help));
    };
    let Some(resource) = cluster.resource else {
        let help = "leave `.cluster(…)` out, or name a cluster of this app";
        refuse(
            "instances cannot be added to a cluster that exists already: its list of them is not ours",
            help,
        );
        return;
    };
    let mut listed = None;
    scope.modify_raw(&resource, |raw| listed = raw.properties.remove(PROVIDERS));
    let Some(Expr::List(fargate)) = listed else {
        let message = "the cluster has instances already, and one list of them";
        let help = "name the cluster as the first instances know it: `.cluster(&first.cluster)`";
        scope.report(Diagnostic::error(&code::CLUSTER_INSTANCES, message).help(help));
        return;
    };
    let mut providers: Vec<Attr<kind::EcsCapacityProviderName>> = vec![provider.clone()];
    providers.extend(each(fargate, Attr::from_expr));
    let usual = association::CapacityProviderStrategy::new().capacity_provider(provider).weight(1);
    let associations = ecs::ClusterCapacityProviderAssociations::new()
        .capacity_providers(providers)
        .cluster(&cluster.name)
        .default_capacity_provider_strategy([usual]);
    let associations = scope.add("Associations", associations);
    cluster.associations = Some(Handle::id(&associations));
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, cidr, testing::findings};

    use super::*;
    use crate::{
        Architecture, Dashboard, Ec2Service, Image,
        testing::{any_combination, snapshot},
    };

    fn vpc() -> VpcRef {
        VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
            .with_private_subnets(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
    }

    #[test]
    fn auto_scaling_capacity() {
        snapshot("auto_scaling_capacity", |shop| {
            let capacity = AutoScalingCapacity::new(&vpc(), ["m7g.large", "m6g.large"]);
            let capacity = shop.add("Capacity", capacity);
            let spot = AutoScalingCapacity::new(&vpc(), ["c7g.large"])
                .cluster(&capacity.cluster)
                .capacity(Capacity::Mix { base: 1, on_demand: 1, spot: 3 })
                .bottlerocket()
                .volume(50)
                .size(0..=4);
            let spot = shop.add("Spot", spot);
            shop.add("Dashboard", Dashboard::new().show("Instances", &capacity));
            let image = || Image::from_directory("api");
            shop.add("Api", Ec2Service::new(&capacity, image()).no_alarms("a test").scale(2..=4));
            shop.add("Worker", Ec2Service::new(&spot, image()).no_alarms("a test"));
        });
    }

    #[test]
    fn what_cannot_be_is_reported() {
        let of = |types: &[&'static str]| AutoScalingCapacity::new(&vpc(), types.iter().copied());
        let existing = ClusterRef::existing("theirs");
        let wrong = [
            ("FW3536", of(&[])),
            ("FW3536", of(&["m7g.large", "m7i.large"])),
            ("FW3536", of(&["large"])),
            ("FW3536", of(&["m7g.large"]).size(0..=0)),
            ("FW3536", of(&["m7g.large"]).volume(8)),
            ("FW3536", of(&["m7g.large"]).capacity(Capacity::Mix { base: 1, on_demand: 0, spot: 0 })),
            ("FW3535", of(&["m7g.large"]).cluster(&existing)),
        ];
        for (code, capacity) in wrong {
            let mut app = App::new("shop", &Stage::new("dev"));
            app.stack("Shop").add("Capacity", capacity.clone());
            let found = findings(app);
            assert!(found.contains(code), "{capacity:?}: {found}");
        }
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let cluster = shop.add("Cluster", Cluster::new());
        shop.add("First", of(&["m7g.large"]).cluster(&cluster));
        shop.add("Second", of(&["m7g.large"]).cluster(&cluster));
        assert!(findings(app).contains("as the first instances know it"));
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let capacity = shop.add("Capacity", of(&["m7g.large"]));
        let intel = Image::from_directory("api").architecture(Architecture::X86_64);
        shop.add("Api", Ec2Service::new(&capacity, intel));
        let found = findings(app);
        assert!(found.contains("FW3536") && found.contains("X86_64"), "{found}");
    }

    #[test]
    fn any_capacity() {
        any_combination(|shop, pick| {
            let types =
                pick.one(&[&["m7g.large", "r8g.xlarge"][..], &["m7i.large"], &["t3.medium", "c5n.large"]]);
            let capacity = AutoScalingCapacity::new(&vpc(), types.iter().copied());
            let purchase = pick.one(&[
                Capacity::OnDemand,
                Capacity::Spot,
                Capacity::Mix { base: 2, on_demand: 1, spot: 1 },
            ]);
            let capacity = pick.maybe(capacity, |capacity| capacity.capacity(purchase));
            let capacity = pick.maybe(capacity, |capacity| capacity.size(1..=1));
            let capacity = pick.maybe(capacity, AutoScalingCapacity::bottlerocket);
            let cluster = shop.add("Cluster", Cluster::new());
            let capacity = pick.maybe(capacity, |capacity| capacity.cluster(&cluster));
            shop.add("Capacity", pick.maybe(capacity, |capacity| capacity.volume(100)));
        });
    }
}
