//! A task that starts by the clock, does its work and ends.
//!
//! Makes one `AWS::Scheduler::Schedule` in an `AWS::Scheduler::ScheduleGroup` of its own, which carries the tags and counts the runs, with the
//! role that starts the task; an `AWS::ECS::TaskDefinition`, a task role and an execution role (`AWS::IAM::Role`), an `AWS::Logs::LogGroup`, an
//! `AWS::EC2::SecurityGroup`, and an `AWS::ECS::Cluster` where none is named; a [`Queue`] that holds the runs that did not start or failed, with
//! the `AWS::Events::Rule` that notices the latter; and an [`Alarm`] each for these and for a scheduler that cannot start the task.
//!
//! Defaults: in UTC, to the minute; on demand, in private subnets; a start that fails is tried again up to 10 times within an hour; logs kept for
//! 90 and 30 days; a role for the task that may do nothing until something is granted.
//!
//! Not here: a lock. Neither the scheduler nor ECS knows whether the last run is over. [`Overlap::Never`] refuses a schedule that does not leave
//! the time; what must be alone for sure takes a lock itself, such as a conditional write to a [`Table`](crate::Table).

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    ecs, events, kind,
    scheduler::{self, schedule as property},
};
use formwork_synth::{
    Attr, Connect, Construct, Expr, Grant, Peer, Principal, PrincipalRole, ResourceOptions, Scope, Text,
    Value, intrinsic, sub,
};

use super::task::{Compatibility, Task, TaskOptions, task_options};
use crate::{
    Alarm, Cluster, ClusterRef, Graph, Image, LogGroupRef, Metric, MissingData, Observe, Queue, QueueRef,
    Role, RoleRef, Schedule, SecurityGroup, SecurityGroupRef, Statistic, Tier, VpcRef,
    operations::{Monitoring, monitoring_options},
};

/// A task on Fargate that a schedule starts.
///
/// ```
/// # use formwork_constructs::{Image, Overlap, Schedule, ScheduledTask, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// let nightly = Schedule::cron("30 2 * * ? *").time_zone("Europe/Berlin");
/// let report = ScheduledTask::new(&vpc, Image::from_directory("app"), nightly)
///     .command(["python", "manage.py", "report"])
///     .flexible_window(15)
///     .overlap(Overlap::Never { minutes: 60 });
/// shop.add("Report", report);
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/tasks-scheduled-eventbridge-scheduler.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct ScheduledTask {
    task: TaskOptions,
    vpc: VpcRef,
    schedule: Schedule,
    cluster: Option<ClusterRef>,
    public_ip: bool,
    spot: bool,
    window: Option<u32>,
    retries: Retries,
    overlap: Overlap,
    active: Active,
    monitoring: Monitoring,
}

/// What happens where a run is not over when the next one begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlap {
    /// Both go on.
    #[default]
    Allowed,
    /// It does not come to that: a run ends within so many minutes, and a schedule that is seen to leave less is refused.
    Never {
        /// The minutes that the longest run takes.
        minutes: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Retries {
    attempts: u32,
    minutes: u32,
}

/// In which stages the schedule is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Active {
    Always,
    Protected,
    Never,
}

/// A scheduled task of the app.
#[derive(Clone, Debug)]
pub struct ScheduledTaskRef {
    /// The cluster it runs on.
    pub cluster: ClusterRef,
    /// The group around the task.
    pub security_group: SecurityGroupRef,
    /// The role that its containers run under: what is granted to the task is granted to it.
    pub task_role: RoleRef,
    /// The role that starts its containers.
    pub execution_role: RoleRef,
    /// What its containers write.
    pub logs: LogGroupRef,
    /// The runs that did not start or failed: as the scheduler wanted to start them, or as ECS says that they ended. Empty it once they are
    /// looked after.
    pub failures: QueueRef,
    /// The schedule itself, to change what no option says.
    pub resource: scheduler::ScheduleRef,
    /// The task definition itself, to change what no option says.
    pub task_definition: ecs::TaskDefinitionRef,
    group: Attr<kind::SchedulerScheduleGroupName>,
}

impl ScheduledTask {
    /// A task that runs an image in a VPC whenever the schedule says so.
    pub fn new(vpc: &VpcRef, image: Image, schedule: Schedule) -> Self {
        Self {
            task: TaskOptions::new(image),
            vpc: vpc.clone(),
            schedule,
            cluster: None,
            public_ip: false,
            spot: false,
            window: None,
            retries: Retries { attempts: 10, minutes: 60 },
            overlap: Overlap::Allowed,
            active: Active::Always,
            monitoring: Monitoring::Undecided,
        }
    }

    /// Runs on this cluster. Default: a cluster just for this task.
    pub fn cluster(mut self, cluster: &ClusterRef) -> Self {
        self.cluster = Some(cluster.clone());
        self
    }

    /// Runs on Spot, which is taken away with two minutes' notice: for what may as well run the next time. Default: on demand.
    pub fn spot(mut self) -> Self {
        self.spot = true;
        self
    }

    /// Runs in public subnets with a public address, where the VPC has no NAT. Still nothing comes in but by a connection.
    pub fn public_ip(mut self) -> Self {
        self.public_ip = true;
        self
    }

    /// Lets the scheduler start the task at any moment of so many minutes, 1 to 1,440. Default: to the minute.
    pub fn flexible_window(mut self, minutes: u32) -> Self {
        self.window = Some(minutes);
        self
    }

    /// Sets how often a start that fails is tried again, up to 185 times, and for how many minutes, 1 to 1,440. A task that starts and fails is not
    /// started again. Default: 10 times within 60 minutes.
    pub fn retries(mut self, attempts: u32, within_minutes: u32) -> Self {
        self.retries = Retries { attempts, minutes: within_minutes };
        self
    }

    /// Says whether two runs may go on at once. Default: they may.
    pub fn overlap(mut self, overlap: Overlap) -> Self {
        self.overlap = overlap;
        self
    }

    /// Follows the schedule in protected stages only; elsewhere everything is there, and nothing starts. Default: in all stages.
    pub fn only_in_protected_stages(mut self) -> Self {
        self.active = Active::Protected;
        self
    }

    /// Makes everything, and starts nothing. Default: the schedule is followed.
    pub fn disabled(mut self) -> Self {
        self.active = Active::Never;
        self
    }

    task_options!(task);
    monitoring_options!(monitoring);

    fn check(&self, scope: &mut Scope<'_>) {
        self.schedule.check(scope);
        let mut report = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::SCHEDULED_TASK, message).help(help));
        };
        const DAY: u32 = 24 * 60;
        if let Some(minutes) = self.window
            && !(1..=DAY).contains(&minutes)
        {
            report(
                format!("a task cannot start within a window of {minutes} minutes"),
                "name 1 to 1440 minutes",
            );
        }
        let Retries { attempts, minutes } = self.retries;
        if attempts > 185 {
            report(format!("a start cannot be tried again {attempts} times"), "name 185 times at most");
        }
        if !(1..=DAY).contains(&minutes) {
            report(format!("a start cannot be tried again for {minutes} minutes"), "name 1 to 1440 minutes");
        }
        if let Overlap::Never { minutes } = self.overlap
            && let Some(apart) = self.schedule.minutes_between()
            && apart < minutes.saturating_add(self.window.unwrap_or(0))
        {
            let message = format!("a run takes {minutes} minutes, and the next one begins after {apart}");
            let help = "leave the minutes of a run between two of them, and those of the flexible window, or say `Overlap::Allowed`";
            report(message, help);
        }
    }

    /// The role under which the scheduler starts this task and no other.
    fn role(&self, scope: &mut Scope<'_>, parts: &Parts<'_>) -> RoleRef {
        let role = Role::for_service("scheduler.amazonaws.com")
            .for_source(parts.group.arn())
            .description(format!("starts {}", scope.path()));
        let role = scope.add("Role", role);
        let cluster = cluster_arn(parts.cluster, "cluster", "");
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
    fn target(&self, parts: &Parts<'_>, role: &RoleRef) -> property::Target {
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

/// What the schedule is put together from.
struct Parts<'a> {
    cluster: &'a ClusterRef,
    task: &'a Task,
    /// The ARN of what is started: this revision, or the newest one where a pipeline makes revisions of its own.
    definition: Text,
    subnets: &'a [Attr<kind::Ec2SubnetId>],
    security_group: &'a SecurityGroupRef,
    failures: &'a QueueRef,
    group: &'a scheduler::ScheduleGroupRef,
    /// What ECS calls the runs of this schedule.
    run_group: String,
}

/// The ARN of a cluster, or of what is in it.
fn cluster_arn(cluster: &ClusterRef, what: &str, after: &str) -> Text {
    let (partition, region, account) = (intrinsic::partition(), intrinsic::region(), intrinsic::account_id());
    sub!("arn:{}:ecs:{}:{}:{}/{}{}", partition, region, account, what, &cluster.name, after)
}

/// The ARN of a task definition, with its revisions after it.
fn definition_arn(task: &Task, revisions: &str) -> Text {
    let (partition, region, account) = (intrinsic::partition(), intrinsic::region(), intrinsic::account_id());
    sub!("arn:{}:ecs:{}:{}:task-definition/{}{}", partition, region, account, &task.family, revisions)
}

/// The runs of a group that ended with an error, or did not come up.
fn failed_runs(run_group: &str) -> Expr {
    let text = |words: &[&'static str]| Expr::List(words.iter().map(|word| Expr::text(*word)).collect());
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

impl Construct for ScheduledTask {
    type Handle = ScheduledTaskRef;

    fn build(mut self, scope: &mut Scope<'_>) -> ScheduledTaskRef {
        self.check(scope);
        let cluster = self.cluster.take().unwrap_or_else(|| scope.add("Cluster", Cluster::new()));
        let tier = if self.public_ip { Tier::Public } else { Tier::Private };
        let help = "let the VPC have private subnets, or run the task in public ones with `.public_ip()`";
        let subnets = self.vpc.subnet_ids(scope, tier, 1, help);
        let group = SecurityGroup::new(&self.vpc, format!("task of {}", scope.path())).owned_by(scope.id());
        let security_group = scope.add("SecurityGroup", group);
        let task = self.task.build(scope, Compatibility::Fargate);
        self.task.connect_mounts(scope, &security_group);

        let run_group =
            format!("{}-{}-{}", scope.app_name(), scope.stage().name, scope.path().replace('/', "-"));
        let rule = events::Rule::new()
            .description(format!("runs of {} that fail", scope.path()))
            .event_pattern(Value::from_expr(failed_runs(&run_group)));
        let rule = scope.add("FailedRuns", rule);
        let failures = Queue::for_dead_letters().allow_service("events.amazonaws.com", rule.arn());
        let failures = failures.build_unwatched(&mut scope.group("Failures"));
        scope.modify(&rule, |rule| {
            rule.targets([events::rule::Target::new().id("failures").arn(&failures.arn)])
        });

        let group = scope.add("Group", scheduler::ScheduleGroup::new());
        let parts = Parts {
            cluster: &cluster,
            task: &task,
            definition: if task.managed_elsewhere {
                definition_arn(&task, "")
            } else {
                sub!("{}", task.definition.reference())
            },
            subnets: &subnets,
            security_group: &security_group,
            failures: &failures,
            group: &group,
            run_group,
        };
        let role = self.role(scope, &parts);
        let window = property::FlexibleTimeWindow::new();
        let window = match self.window {
            Some(minutes) => {
                window.mode(property::FlexibleTimeWindowMode::Flexible).maximum_window_in_minutes(minutes)
            }
            None => window.mode(property::FlexibleTimeWindowMode::Off),
        };
        let is_active = match self.active {
            Active::Always => true,
            Active::Protected => scope.stage().is_protected(),
            Active::Never => false,
        };
        let schedule = scheduler::Schedule::new()
            .flexible_time_window(window)
            .schedule_expression(self.schedule.expression())
            .schedule_expression_timezone(self.schedule.zone())
            .target(self.target(&parts, &role))
            .group_name(&group)
            .state(if is_active { property::State::Enabled } else { property::State::Disabled })
            .description(format!("starts {}", scope.path()))
            .after_grants_of(&role.resource)
            .after_grants_of(&task.task_role.resource)
            .after_grants_of(&task.execution_role.resource)
            .with_options(|options| {
                options.depends_on.extend(task.prerequisites.iter().copied());
                options.depends_on.extend(cluster.associations);
                if self.public_ip {
                    self.vpc.after_internet_route(options);
                }
            });
        let resource = scope.in_place(self.monitoring.note(schedule));
        let made = ScheduledTaskRef {
            group: group.reference(),
            cluster,
            security_group,
            task_role: task.task_role,
            execution_role: task.execution_role,
            logs: task.logs,
            failures,
            resource,
            task_definition: task.definition,
        };
        self.monitoring.add(scope, || {
            let errors = made.metric("TargetErrorCount").seconds(300);
            let errors = Alarm::above(errors, 0, "the scheduler cannot start the task");
            let failed = made.failures.holds_any("runs failed, or did not start");
            [("Failures", failed), ("NotStarted", errors.periods(1).missing_data(MissingData::Good))]
        });
        made
    }
}

impl ScheduledTaskRef {
    fn metric(&self, name: &'static str) -> Metric {
        Metric::new("AWS/Scheduler", name, Statistic::Sum).dimension("ScheduleGroup", &self.group)
    }
}

impl Connect for ScheduledTaskRef {
    fn peer(&self) -> Peer {
        self.security_group.peer()
    }
}

impl Principal for ScheduledTaskRef {
    fn role(&self) -> PrincipalRole {
        self.task_role.role()
    }
}

impl Observe for ScheduledTaskRef {
    fn graphs(&self) -> Vec<Graph> {
        let starts = Graph::new("starts")
            .metric(self.metric("InvocationAttemptCount").label("tried"))
            .metric(self.metric("TargetErrorCount").label("failed"))
            .metric(self.metric("InvocationDroppedCount").label("given up"));
        let failures = self.failures.graphs().into_iter().nth(1);
        [starts].into_iter().chain(failures).collect()
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, cidr, testing::findings};

    use super::*;
    use crate::{
        Dashboard, OnCall, OnCallRef, Table, task_size,
        testing::{any_combination, snapshot},
    };

    fn vpc() -> VpcRef {
        VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
            .with_private_subnets(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
            .with_public_subnets(["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"])
    }

    fn task(schedule: Schedule) -> ScheduledTask {
        let image = Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0");
        ScheduledTask::new(&vpc(), image, schedule)
    }

    #[test]
    fn scheduled_task() {
        snapshot("scheduled_task", |shop| {
            let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
            let nightly = Schedule::cron("30 2 * * ? *").time_zone("Europe/Berlin");
            let report = task(nightly).command(["python", "manage.py", "report"]).size(task_size!(512, 1024));
            let report = shop.add("Report", report.flexible_window(15).alarms(&on_call));
            let orders = shop.add("Orders", Table::new("id").no_alarms("a test"));
            shop.grant(&report, orders.read());
            let clean = task(Schedule::every_hours(6)).cluster(&report.cluster).spot().public_ip();
            let clean =
                clean.retries(0, 1).only_in_protected_stages().overlap(Overlap::Never { minutes: 30 });
            shop.add("Clean", clean.no_alarms("what is left over is cleaned the next time"));
            shop.add("Dashboard", Dashboard::new().show("Report", &report));
        });
    }

    #[test]
    fn any_scheduled_task() {
        any_combination(|shop, pick| {
            let mut task = task(pick.one(&[
                Schedule::cron("30 2 * * ? *").time_zone("Europe/Berlin"),
                Schedule::at("2026-12-24T18:00:00"),
                Schedule::every_days(1),
            ]));
            task = pick.maybe(task, ScheduledTask::spot);
            task = pick.maybe(task, ScheduledTask::public_ip);
            task = pick.maybe(task, |task| task.cluster(&ClusterRef::existing("shared")));
            task = pick.maybe(task, |task| task.flexible_window(60));
            task = pick.maybe(task, |task| task.retries(185, 1440));
            task = pick.maybe(task, |task| task.overlap(Overlap::Never { minutes: 600 }));
            task = pick.maybe(task, ScheduledTask::only_in_protected_stages);
            task = pick.maybe(task, ScheduledTask::disabled);
            task = pick.maybe(task, ScheduledTask::exec);
            let on_call =
                OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
            task = if pick.flip() { task.alarms(&on_call) } else { task.no_alarms("none") };
            shop.add("Task", task);
        });
    }

    #[test]
    fn what_cannot_be_is_reported() {
        let often = || task(Schedule::every_minutes(10));
        let wrong = [
            often().flexible_window(0),
            often().flexible_window(1441),
            often().retries(186, 60),
            often().retries(1, 0),
            often().retries(1, 1441),
            often().overlap(Overlap::Never { minutes: 11 }),
            often().overlap(Overlap::Never { minutes: 6 }).flexible_window(5),
        ];
        for task in wrong {
            let text = format!("{task:?}");
            let mut app = App::new("shop", &Stage::new("dev"));
            app.stack("Shop").add("Task", task);
            assert_eq!(findings(app).matches("FW3582").count(), 1, "{text}");
        }
    }
}
