//! What can go wrong, on whom, and the permissions that it takes to bring it about.

use std::fmt;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::fis::experiment_template as property;
use formwork_synth::{Grant, IntoValue, Scope, Text, sub};

use crate::{AuroraClusterRef, RdsInstanceRef, ServiceRef, Tier, VpcRef, arn};

/// Something that goes wrong.
#[derive(Clone, Debug)]
pub struct Fault(Kind);

#[derive(Clone, Debug)]
enum Kind {
    StopTasks { cluster: Text, service: Text, percent: u32 },
    CutOff { vpc: Text, subnets: Vec<Text>, zone: usize, minutes: u32 },
    FailOver { cluster: Text },
    Reboot { instance: Text },
}

impl Fault {
    /// Stops that many percent of the tasks of a service, 1 to 100. They end as at any deployment; the service starts others.
    ///
    /// See <https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#stop-task>.
    pub fn stop_tasks(service: &ServiceRef, percent: u32) -> Self {
        let (cluster, service) = (sub!("{}", &service.cluster.name), sub!("{}", &service.name));
        Self(Kind::StopTasks { cluster, service, percent })
    }

    /// Cuts off all subnets of an availability zone, counted from 1, for some minutes, 1 to 720: as if the zone were down.
    ///
    /// See <https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#disrupt-connectivity>.
    pub fn cut_off_zone(vpc: &VpcRef, zone: usize, minutes: u32) -> Self {
        let mut subnets = Vec::new();
        for tier in [Tier::Public, Tier::Private, Tier::Isolated] {
            if let Some(subnet) = zone.checked_sub(1).and_then(|at| vpc.subnets(tier).get(at)) {
                subnets.push(here("ec2", "subnet/", &subnet.id));
            }
        }
        Self(Kind::CutOff { vpc: here("ec2", "vpc/", &vpc.id), subnets, zone, minutes })
    }

    /// Lets another server of a cluster take over from the one that writes. There must be another one.
    ///
    /// See <https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#failover-db-cluster>.
    pub fn fail_over(cluster: &AuroraClusterRef) -> Self {
        Self(Kind::FailOver { cluster: here("rds", "cluster:", &cluster.identifier) })
    }

    /// Reboots a database server so that its standby takes over. There must be a standby.
    ///
    /// See <https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#reboot-db-instances>.
    pub fn reboot(instance: &RdsInstanceRef) -> Self {
        Self(Kind::Reboot { instance: here("rds", "db:", &instance.identifier) })
    }

    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        let problem = match &self.0 {
            Kind::StopTasks { percent, .. } if !(1..=100).contains(percent) => {
                Some((format!("{percent} percent of the tasks cannot be stopped"), "name 1 to 100 percent"))
            }
            Kind::CutOff { subnets, zone, .. } if subnets.is_empty() => {
                let message = format!("the VPC has no subnet in a zone {zone}");
                Some((message, "zones are counted from 1, as the subnets of the VPC are"))
            }
            Kind::CutOff { minutes, .. } if !(1..=720).contains(minutes) => {
                let message = format!("a zone cannot be cut off for {minutes} minutes");
                Some((message, "name 1 to 720 minutes"))
            }
            _ => None,
        };
        if let Some((message, help)) = problem {
            scope.report(Diagnostic::error(&code::CHAOS_EXPERIMENT, message).help(help));
        }
    }

    /// What action and target are called.
    pub(super) fn name(&self) -> &'static str {
        match self.0 {
            Kind::StopTasks { .. } => "StopTasks",
            Kind::CutOff { .. } => "CutOffZone",
            Kind::FailOver { .. } => "FailOver",
            Kind::Reboot { .. } => "Reboot",
        }
    }

    /// What is done to the target of that name.
    pub(super) fn action(&self, target: String) -> property::ExperimentTemplateAction {
        let (id, role) = match &self.0 {
            Kind::StopTasks { .. } => ("aws:ecs:stop-task", "Tasks"),
            Kind::CutOff { .. } => ("aws:network:disrupt-connectivity", "Subnets"),
            Kind::FailOver { .. } => ("aws:rds:failover-db-cluster", "Clusters"),
            Kind::Reboot { .. } => ("aws:rds:reboot-db-instances", "DBInstances"),
        };
        let action = property::ExperimentTemplateAction::new()
            .action_id(id)
            .description(self.to_string())
            .targets([(role, target)]);
        match &self.0 {
            Kind::CutOff { minutes, .. } => {
                action.parameters([("duration", format!("PT{minutes}M")), ("scope", "all".to_owned())])
            }
            Kind::Reboot { .. } => action.parameters([("forceFailover", "true")]),
            Kind::StopTasks { .. } | Kind::FailOver { .. } => action,
        }
    }

    /// Whom it hits.
    pub(super) fn target(&self) -> property::ExperimentTemplateTarget {
        let target = |of: &'static str, selection: String| {
            property::ExperimentTemplateTarget::new().resource_type(of).selection_mode(selection)
        };
        let all = || "ALL".to_owned();
        match &self.0 {
            Kind::StopTasks { cluster, service, percent } => {
                target("aws:ecs:task", format!("PERCENT({percent})"))
                    .parameters([("cluster", cluster), ("service", service)])
            }
            Kind::CutOff { subnets, .. } => target("aws:ec2:subnet", all()).resource_arns(subnets),
            Kind::FailOver { cluster } => target("aws:rds:cluster", all()).resource_arns([cluster]),
            Kind::Reboot { instance } => target("aws:rds:db", all()).resource_arns([instance]),
        }
    }

    /// What it takes. Listing and describing have no resource to name.
    pub(super) fn grant(&self) -> Grant {
        match &self.0 {
            Kind::StopTasks { cluster, .. } => {
                let tasks = here("ecs", "task/", sub!("{}/*", cluster));
                let list = Grant::allow(["ecs:ListTasks"], ["*"]).when(
                    "ArnEquals",
                    "ecs:cluster",
                    here("ecs", "cluster/", cluster),
                );
                Grant::allow(["ecs:DescribeTasks", "ecs:StopTask"], [tasks]).and(list).and(find())
            }
            Kind::CutOff { vpc, subnets, .. } => cut_off(vpc, subnets),
            Kind::FailOver { cluster } => Grant::allow(["rds:FailoverDBCluster"], [cluster])
                .and(Grant::allow(["rds:DescribeDBClusters"], [here("rds", "cluster:", "*")]))
                .and(find()),
            Kind::Reboot { instance } => Grant::allow(["rds:RebootDBInstance"], [instance])
                .and(Grant::allow(["rds:DescribeDBInstances"], [here("rds", "db:", "*")]))
                .and(find()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::StopTasks { percent, .. } => write!(f, "{percent} % of the tasks stop"),
            Kind::CutOff { zone, minutes, .. } => write!(f, "zone {zone} is cut off for {minutes} min"),
            Kind::FailOver { .. } => f.write_str("the writer of the database fails over"),
            Kind::Reboot { .. } => f.write_str("the database fails over to its standby"),
        }
    }
}

/// The ARN of something in this account and region.
fn here(service: &'static str, kind: &'static str, id: impl IntoValue<String>) -> Text {
    arn::here(service, sub!("{}{}", kind, id))
}

/// Permission to find what is to be hit.
fn find() -> Grant {
    Grant::allow(["tag:GetResources"], ["*"])
}

/// Permission to put the subnets behind an access list that lets nothing through, and to take it away again. The service marks the list as its own.
fn cut_off(vpc: &Text, subnets: &[Text]) -> Grant {
    let lists = || here("ec2", "network-acl/", "*");
    let own = |grant: Grant| grant.when("StringEquals", "aws:RequestTag/managedByFIS", "true");
    let describe = [
        "ec2:DescribeManagedPrefixLists",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    ];
    let mut replaced = subnets.to_vec();
    replaced.push(lists());
    own(Grant::allow(["ec2:CreateNetworkAcl"], [lists()]))
        .and(Grant::allow(["ec2:CreateNetworkAcl"], [vpc]))
        .and(own(Grant::allow(["ec2:CreateTags"], [lists()])).when(
            "StringEquals",
            "ec2:CreateAction",
            "CreateNetworkAcl",
        ))
        .and(Grant::allow(["ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAcl"], [lists()]).when(
            "StringEquals",
            "aws:ResourceTag/managedByFIS",
            "true",
        ))
        .and(Grant::allow(["ec2:ReplaceNetworkAclAssociation"], replaced))
        .and(Grant::allow(["ec2:GetManagedPrefixListEntries"], [here("ec2", "prefix-list/", "*")]))
        .and(Grant::allow(describe, ["*"]))
}
