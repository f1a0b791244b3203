//! The load balancer in the public subnets, and the group around it.

use formwork_cfn::elasticloadbalancingv2::{self as elb, load_balancer as property};
use formwork_synth::{Handle, Port, ResourceOptions, Scope, sub};

use crate::{AccessLogBucket, SecurityGroup, SecurityGroupRef, Tier, VpcRef};

/// A load balancer and its group.
pub(super) struct LoadBalancer {
    pub(super) resource: elb::LoadBalancerRef,
    pub(super) security_group: SecurityGroupRef,
}

/// Adds a load balancer that is open to the internet on the ports.
pub(super) fn add(scope: &mut Scope<'_>, vpc: &VpcRef, ports: Vec<Port>) -> LoadBalancer {
    let group = SecurityGroup::new(vpc, format!("load balancer of {}", scope.path())).listed_egress();
    let group = ports.into_iter().fold(group, SecurityGroup::open_to_internet);
    let security_group = scope.add("LoadBalancerSecurityGroup", group);
    let help = "let the VPC span two availability zones or more: a load balancer lies in at least two";
    let subnets = vpc.subnet_ids(scope, Tier::Public, 2, help);
    let protected = scope.stage().is_protected();

    let attribute =
        |key: &str, value: formwork_synth::Text| property::LoadBalancerAttribute::new().key(key).value(value);
    let mut attributes = vec![
        attribute("deletion_protection.enabled", sub!("{}", protected.to_string())),
        attribute("routing.http.desync_mitigation_mode", sub!("defensive")),
        attribute("routing.http.drop_invalid_header_fields.enabled", sub!("true")),
    ];
    let mut log_policy = None;
    if protected {
        let logs = scope.add("AccessLogs", AccessLogBucket::new());
        attributes.push(attribute("access_logs.s3.enabled", sub!("true")));
        attributes.push(attribute("access_logs.s3.bucket", sub!("{}", logs.name)));
        log_policy = Some(logs.policy.id());
    }
    let balancer = elb::LoadBalancer::new()
        .type_(property::Type::Application)
        .scheme(property::Scheme::InternetFacing)
        .security_groups([&security_group.id])
        .subnets(subnets)
        .load_balancer_attributes(attributes)
        .with_options(|options| {
            vpc.after_internet_route(options);
            options.depends_on.extend(log_policy);
        });
    LoadBalancer { resource: scope.add("LoadBalancer", balancer), security_group }
}
