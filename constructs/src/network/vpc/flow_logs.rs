//! Flow logs: who tried to reach whom, in a log group of their own.

use formwork_cfn::ec2::{self, flow_log};
use formwork_synth::{Grant, ResourceOptions, Scope};

use crate::{LogGroup, Role};

/// Logs the traffic of the VPC.
pub(super) fn add(scope: &mut Scope<'_>, vpc: &ec2::VpcRef, traffic: flow_log::TrafficType) {
    let mut scope = scope.group("FlowLogs");
    let logs = scope.add("Logs", LogGroup::new());
    let role = scope.add("Role", Role::for_service("vpc-flow-logs.amazonaws.com"));
    let describe = Grant::allow(["logs:DescribeLogStreams"], [&logs.arn]);
    scope.grant(&role, logs.write().and(describe));
    let flow_log = ec2::FlowLog::new()
        .resource_id(vpc.reference())
        .resource_type(flow_log::ResourceType::Vpc)
        .traffic_type(traffic)
        .log_destination_type(flow_log::LogDestinationType::CloudWatchLogs)
        .log_group_name(&logs.name)
        .deliver_logs_permission_arn(&role.arn)
        .max_aggregation_interval(60)
        .after_grants_of(&role);
    scope.add("FlowLog", flow_log);
}
