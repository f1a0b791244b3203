//! The Auto Scaling group: which instances it buys, and how it replaces them.

use std::ops::RangeInclusive;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    autoscaling::{self, auto_scaling_group as property},
    ec2,
};
use formwork_synth::{ResourceOptions, Scope};
use serde_json::json;

use super::AutoScalingCapacity;
use crate::{Capacity, RoleRef, Tier, each::each};

impl AutoScalingCapacity {
    /// Adds the group. ECS decides how many instances there are, so nothing here does.
    pub(super) fn group(
        &self,
        scope: &mut Scope<'_>,
        template: &ec2::LaunchTemplateRef,
        role: &RoleRef,
        size: &RangeInclusive<u32>,
    ) -> autoscaling::AutoScalingGroupRef {
        let help = "let the VPC have private subnets: instances have no public addresses";
        let subnets = self.vpc.subnet_ids(scope, Tier::Private, 1, help);
        let (base, on_demand_percent) = self.shares(scope);
        let distribution = property::InstancesDistribution::new()
            .on_demand_allocation_strategy("prioritized")
            .on_demand_base_capacity(base)
            .on_demand_percentage_above_base_capacity(on_demand_percent)
            .spot_allocation_strategy("price-capacity-optimized");
        let specification = property::LaunchTemplateSpecification::new()
            .launch_template_id(template)
            .version(template.latest_version_number());
        let types = each(&self.instance_types, |one| {
            property::LaunchTemplateOverrides::new().instance_type(one.clone())
        });
        let template =
            property::LaunchTemplate::new().launch_template_specification(specification).overrides(types);
        let policy = property::MixedInstancesPolicy::new()
            .instances_distribution(distribution)
            .launch_template(template);
        let name = property::TagProperty::new().key("Name").propagate_at_launch(true).value(scope.path());
        // ECS sets this tag itself, and CloudFormation would take it away again.
        let managed =
            property::TagProperty::new().key("AmazonECSManaged").propagate_at_launch(true).value("");
        let group = autoscaling::AutoScalingGroup::new()
            .capacity_rebalance(self.purchase != Capacity::OnDemand)
            .max_size(size.end().to_string())
            .metrics_collection([property::MetricsCollection::new().granularity("1Minute")])
            .min_size(size.start().to_string())
            .mixed_instances_policy(policy)
            // ECS takes the protection away from an instance without tasks, and drains one with tasks before it goes.
            .new_instances_protected_from_scale_in(true)
            .tags([managed, name])
            .vpc_zone_identifier(subnets)
            .after_grants_of(role)
            .update_policy(rolling(size));
        scope.add("Group", group)
    }

    /// The instances that are always on demand, and the percentage of the others.
    fn shares(&self, scope: &mut Scope<'_>) -> (u32, u32) {
        match self.purchase {
            Capacity::OnDemand => (0, 100),
            Capacity::Spot => (0, 0),
            Capacity::Mix { base, on_demand, spot } => {
                let (on_demand, spot) = (u32::from(on_demand), u32::from(spot));
                if on_demand + spot == 0 {
                    let message = "the mix weighs neither on-demand nor Spot instances";
                    let help = "give one of the two a weight over 0";
                    scope.report(Diagnostic::error(&code::INSTANCES, message).help(help));
                }
                (base.into(), on_demand * 100 / (on_demand + spot).max(1))
            }
        }
    }
}

/// A new image replaces one instance after the other, without fewer of them than there are at the least where there may be one more.
fn rolling(size: &RangeInclusive<u32>) -> serde_json::Value {
    let stay = (*size.start()).min(size.end().saturating_sub(1));
    json!({
        "AutoScalingRollingUpdate": {
            "MaxBatchSize": 1,
            "MinInstancesInService": stay,
            "SuspendProcesses": ["AZRebalance", "AlarmNotification", "HealthCheck", "ReplaceUnhealthy", "ScheduledActions"],
        },
    })
}
