//! Where a database lies: subnets of two zones, a security group, the log groups that it writes, the role that watches its servers.

use formwork_cfn::{kind, logs, rds};
use formwork_synth::{Attr, Grant, IntoValue, Scope, Text, sub};

use super::DatabaseOptions;
use crate::{LogGroup, Role, RoleRef, SecurityGroup, SecurityGroupRef, Tier, arn};

/// The network around a database.
pub(crate) struct Place {
    pub(crate) subnets: Vec<Attr<kind::Ec2SubnetId>>,
    pub(crate) security_group: SecurityGroupRef,
}

impl DatabaseOptions {
    /// Adds the security group, and names the subnets.
    pub(crate) fn place(&self, scope: &mut Scope<'_>) -> Place {
        let (tier, help) = if self.private {
            (Tier::Private, "let the VPC span two availability zones with private subnets")
        } else {
            (
                Tier::Isolated,
                "give the VPC isolated subnets with `.isolated_subnets()`, or choose the private ones with `.private_subnets()`",
            )
        };
        let subnets = self.vpc.subnet_ids(scope, tier, 2, help);
        let group = SecurityGroup::new(&self.vpc, format!("servers of {}", scope.path()))
            .listed_egress()
            .owned_by(scope.id());
        Place { subnets, security_group: scope.add("SecurityGroup", group) }
    }

    /// Adds a group of the subnets.
    pub(crate) fn subnet_group(&self, scope: &mut Scope<'_>, place: &Place) -> rds::DbSubnetGroupRef {
        let group = rds::DbSubnetGroup::new()
            .db_subnet_group_description(format!("subnets of {}", scope.path()))
            .subnet_ids(&place.subnets);
        scope.add("SubnetGroup", group)
    }

    /// Adds the log groups before the first server writes to them, so that they have retention from the first line on.
    pub(crate) fn log_groups(
        &self,
        scope: &mut Scope<'_>,
        kinds: &[&str],
        name: impl Fn(&str) -> Text,
    ) -> Vec<logs::LogGroupRef> {
        let mut groups = Vec::new();
        for kind in kinds {
            let mut group = LogGroup::new().name(name(kind));
            if let Some(retention) = self.retention {
                group = group.retention(retention);
            }
            let mut id = (*kind).to_owned();
            if let Some(first) = id.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            groups.extend(scope.add(format!("Logs{id}"), group).resource);
        }
        groups
    }
}

/// Adds the role under which RDS writes metrics of the operating system, which go to one log group for the whole account.
pub(crate) fn os_metrics_role(scope: &mut Scope<'_>) -> RoleRef {
    let role = Role::for_service("monitoring.rds.amazonaws.com")
        .description(format!("writes metrics of the servers of {}", scope.path()));
    let role = scope.add("OsMetricsRole", role);
    let group = |part| arn::here("logs", sub!("log-group:RDSOSMetrics:{}", part));
    // RDS names the streams after its servers, and reads where it left off.
    let streams =
        ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"];
    let grant = Grant::allow(["logs:CreateLogGroup", "logs:PutRetentionPolicy"], [group("*")])
        .and(Grant::allow(streams, [group("log-stream:*")]));
    scope.grant(&role, grant);
    role
}

/// The ARN of a database by its identifier, in this account and region.
pub(crate) fn arn(kind: &'static str, identifier: impl IntoValue<String>) -> Text {
    arn::here("rds", sub!("{}:{}", kind, identifier))
}

/// Permission to log in as a user without a password: `rds-db:connect` for one user of one resource.
pub(crate) fn connect_as(resource_id: impl IntoValue<String>, user: &str) -> Grant {
    let arn = arn::here("rds-db", sub!("dbuser:{}/{}", resource_id, user));
    Grant::allow(["rds-db:connect"], [arn])
}
