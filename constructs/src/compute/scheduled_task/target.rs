//! What the scheduler starts, and under which role; and which runs have failed.

use formwork_cfn::{
    kind,
    scheduler::{self, schedule as property},
};
use formwork_synth::{Attr, Expr, Grant, Scope, Text, sub};

use super::ScheduledTask;
use crate::{ClusterRef, QueueRef, Role, RoleRef, SecurityGroupRef, arn, compute::task::Task, each::each};

/// What the schedule is put together from.
pub(super) struct Parts<'a> {
    pub(super) cluster: &'a ClusterRef,
    pub(super) task: &'a Task,
    /// The ARN of what is started: this revision, or the newest one where a pipeline makes revisions of its own.
    pub(super) definition: Text,
    pub(super) subnets: &'a [Attr<kind::Ec2SubnetId>],
    pub(super) security_group: &'a SecurityGroupRef,
    pub(super) failures: &'a QueueRef,
    pub(super) group: &'a scheduler::ScheduleGroupRef,
    /// What ECS calls the runs of this schedule.
    pub(super) run_group: String,
}

impl ScheduledTask {
    /// The role under which the scheduler starts this task and no other.
    pub(super) fn role(&self, scope: &mut Scope<'_>, parts: &Parts<'_>) -> RoleRef {
        let role = Role::for_service("scheduler.amazonaws.com")
            .for_source(parts.group.arn())
            .description(format!("starts {}", scope.path()));
        let role = scope.add("Role", role);
        let cluster = cluster_arn(parts.cluster, "cluster", "");
        // Every revision, or a start in the middle of a deployment would be refused.
        let run = Grant::allow(["ecs:RunTask"], [definition_arn(parts.task, ":*")]).when(
            "ArnEquals",
            "ecs:cluster",
            cluster,
        );
        // Tasks have no names before they run.
        let tag = Grant::allow(["ecs:TagResource"], [cluster_arn(parts.cluster, "task", "/*")]).when(
            "StringEquals",
            "ecs:CreateAction",
            "RunTask",
        );
        let pass = Grant::allow(
            ["iam:PassRole"],
            [&parts.task.task_role.arn, &parts.task.execution_role.arn],
        )
        .when("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com");
        let give_up = Grant::allow(["sqs:SendMessage"], [&parts.failures.arn]);
        scope.grant(&role, run.and(tag).and(pass).and(give_up));
        role
    }

    /// What the scheduler calls, with what.
    pub(super) fn target(&self, parts: &Parts<'_>, role: &RoleRef) -> property::Target {
        let (public_ip, provider) = (
            if self.public_ip {
                property::AwsVpcConfigurationAssignPublicIp::Enabled
            } else {
                property::AwsVpcConfigurationAssignPublicIp::Disabled
            },
            if self.spot { "FARGATE_SPOT" } else { "FARGATE" },
        );
        let network = property::AwsVpcConfiguration::new()
            .assign_public_ip(public_ip)
            .security_groups([&parts.security_group.id])
            .subnets(parts.subnets);
        let provider = property::CapacityProviderStrategyItem::new().capacity_provider(provider).weight(1);
        let ecs = property::EcsParameters::new()
            .task_definition_arn(parts.definition.clone())
            .task_count(1)
            .capacity_provider_strategy([provider])
            .network_configuration(property::NetworkConfiguration::new().awsvpc_configuration(network))
            .group(parts.run_group.clone())
            .enable_ecs_managed_tags(true)
            .enable_execute_command(self.task.exec)
            .propagate_tags(property::EcsParametersPropagateTags::TaskDefinition);
        let retry = property::RetryPolicy::new()
            .maximum_event_age_in_seconds(self.retries.minutes.saturating_mul(60))
            .maximum_retry_attempts(self.retries.attempts);
        property::Target::new()
            .arn(cluster_arn(parts.cluster, "cluster", ""))
            .role_arn(&role.arn)
            .ecs_parameters(ecs)
            .retry_policy(retry)
            .dead_letter_config(property::DeadLetterConfig::new().arn(&parts.failures.arn))
    }
}

/// The ARN of a cluster, or of what is in it.
fn cluster_arn(cluster: &ClusterRef, what: &str, after: &str) -> Text {
    arn::here("ecs", sub!("{}/{}{}", what, &cluster.name, after))
}

/// The ARN of a task definition, with its revisions after it.
pub(super) fn definition_arn(task: &Task, revisions: &str) -> Text {
    arn::here("ecs", sub!("task-definition/{}{}", &task.family, revisions))
}

/// The runs of a group that ended with an error, or did not come up.
pub(super) fn failed_runs(run_group: &str) -> Expr {
    let text = |words: &[&'static str]| Expr::List(each(words, |word| Expr::text(*word)));
    let not_zero = Expr::map([("anything-but", Expr::Number(0.into()))]);
    let exit = Expr::map([("exitCode", Expr::List(vec![not_zero]))]);
    let ways = [
        Expr::map([("containers", exit)]),
        Expr::map([("stopCode", text(&["TaskFailedToStart", "SpotInterruption"]))]),
    ];
    let detail = [
        ("group", Expr::List(vec![Expr::text(run_group.to_owned())])),
        ("lastStatus", text(&["STOPPED"])),
        ("$or", Expr::List(ways.into())),
    ];
    Expr::map([
        ("source", text(&["aws.ecs"])),
        ("detail-type", text(&["ECS Task State Change"])),
        ("detail", Expr::map(detail)),
    ])
}
