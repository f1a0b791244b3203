//! Where the traffic of a service comes from, as the load balancer in front of it hands it over.

use formwork_cfn::{ecs::service as property, kind};
use formwork_synth::{Attr, Grant, NodeId, Port, Scope, Text, sub};

use crate::{Alarm, Role, RoleRef, compute::task::CONTAINER};

/// The load balancer's end of a service.
pub(crate) struct Target {
    /// The target group that the tasks register with.
    pub(crate) group: Attr<kind::ElasticLoadBalancingV2TargetGroupArn>,
    /// The listener or rule that forwards to the group: ECS takes no group without one.
    pub(crate) listener: NodeId,
    pub(crate) port: Port,
    /// `LOAD BALANCER/TARGET GROUP`, by their full names: what requests are counted by.
    pub(crate) requests: Text,
    /// The alarms of the traffic, by name. A new version is given up when one goes off; none of them may name the service.
    pub(crate) alarms: Vec<(&'static str, Alarm)>,
    /// What the traffic shifts to. There exactly where [`Deployment::needs_two_target_groups`](crate::Deployment::needs_two_target_groups).
    pub(crate) alternate: Option<AlternateTarget>,
}

/// The other end between which ECS shifts traffic.
pub(crate) struct AlternateTarget {
    /// The second target group.
    pub(crate) group: Attr<kind::ElasticLoadBalancingV2TargetGroupArn>,
    /// The rule that leads all traffic to one of the two groups, or to both by weight.
    pub(crate) production_rule: Attr<kind::ElasticLoadBalancingV2ListenerRuleArn>,
    /// The rule by which the new version is reached before the others come.
    pub(crate) test_rule: Option<Attr<kind::ElasticLoadBalancingV2ListenerRuleArn>>,
    /// Where the new version is reached by that rule; the test tasks find it in `TEST_URL`.
    pub(crate) test_url: Option<Text>,
}

impl Target {
    /// The target group, and how ECS may shift the traffic; the role is what it does that with.
    pub(super) fn property(&self, scope: &mut Scope<'_>) -> (property::LoadBalancer, Option<RoleRef>) {
        let balancer = property::LoadBalancer::new()
            .container_name(CONTAINER)
            .container_port(self.port)
            .target_group_arn(&self.group);
        let Some(alternate) = &self.alternate else { return (balancer, None) };
        let role = alternate.role(scope, &self.group);
        let mut advanced = property::AdvancedConfiguration::new()
            .alternate_target_group_arn(&alternate.group)
            .production_listener_rule(&alternate.production_rule)
            .role_arn(&role.arn);
        if let Some(rule) = &alternate.test_rule {
            advanced = advanced.test_listener_rule(rule);
        }
        (balancer.advanced_configuration(advanced), Some(role))
    }
}

impl AlternateTarget {
    /// The role that ECS changes just these two groups and rules with.
    fn role(
        &self,
        scope: &mut Scope<'_>,
        group: &Attr<kind::ElasticLoadBalancingV2TargetGroupArn>,
    ) -> RoleRef {
        let description = format!("lets ECS shift the traffic of {}", scope.path());
        // ECS does not promise to say on whose behalf it shifts traffic.
        let role = Role::for_service("ecs.amazonaws.com").for_any_account().description(description);
        let role = scope.add("TrafficRole", role);
        let groups = [sub!("{}", group), sub!("{}", &self.group)];
        let mut rules = vec![sub!("{}", &self.production_rule)];
        if let Some(rule) = &self.test_rule {
            rules.push(sub!("{}", rule));
        }
        let look = [
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
        ];
        let register = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"];
        let shift = Grant::allow(register, groups)
            .and(Grant::allow(["elasticloadbalancing:ModifyRule"], rules))
            // Looking at load balancers knows no resources.
            .and(Grant::allow(look, ["*"]));
        scope.grant(&role, shift);
        role
    }
}
