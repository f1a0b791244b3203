//! The load balancer in the public subnets, with the group around it and its access logs.

use formwork_cfn::elasticloadbalancingv2::{self as elb, load_balancer as property};
use formwork_synth::{Construct, Handle, IntoValue, Port, ResourceOptions, Scope};

use crate::{AccessLogBucket, SecurityGroup, SecurityGroupRef, Tier, VpcRef};

/// A load balancer that is open to the internet on the ports.
pub(super) struct LoadBalancer {
    pub(super) vpc: VpcRef,
    pub(super) ports: Vec<Port>,
}

/// A load balancer and its group.
pub(super) struct LoadBalancerRef {
    pub(super) resource: elb::LoadBalancerRef,
    pub(super) security_group: SecurityGroupRef,
}

impl Construct for LoadBalancer {
    type Handle = LoadBalancerRef;

    fn build(self, scope: &mut Scope<'_>) -> LoadBalancerRef {
        let group = SecurityGroup::new(&self.vpc, scope.path()).listed_egress().owned_by(scope.id());
        let group = self.ports.into_iter().fold(group, SecurityGroup::open_to_internet);
        let security_group = scope.add("SecurityGroup", group);
        let help = "let the VPC span two availability zones or more: a load balancer lies in at least two";
        let subnets = self.vpc.subnet_ids(scope, Tier::Public, 2, help);
        let protected = scope.stage().is_protected();

        let mut attributes = vec![
            attribute("deletion_protection.enabled", protected.to_string()),
            attribute("routing.http.desync_mitigation_mode", "defensive"),
            attribute("routing.http.drop_invalid_header_fields.enabled", "true"),
        ];
        let mut log_policy = None;
        if protected {
            let logs = scope.add("AccessLogs", AccessLogBucket::new());
            attributes.push(attribute("access_logs.s3.enabled", "true"));
            attributes.push(attribute("access_logs.s3.bucket", logs.name));
            log_policy = Some(logs.policy.id());
        }
        let balancer = elb::LoadBalancer::new()
            .type_(property::Type::Application)
            .scheme(property::Scheme::InternetFacing)
            .security_groups([&security_group.id])
            .subnets(subnets)
            .load_balancer_attributes(attributes)
            .with_options(|options| {
                self.vpc.after_internet_route(options);
                options.depends_on.extend(log_policy);
            });
        LoadBalancerRef { resource: scope.in_place(balancer), security_group }
    }
}

fn attribute(key: &'static str, value: impl IntoValue<String>) -> property::LoadBalancerAttribute {
    property::LoadBalancerAttribute::new().key(key).value(value)
}
