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

mod target;
#[cfg(test)]
mod tests;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    ecs, events, kind,
    scheduler::{self, schedule as property},
};
use formwork_synth::{
    Attr, Connect, Construct, Peer, Principal, PrincipalRole, ResourceOptions, Scope, Value, sub,
};

use super::task::{Compatibility, TaskOptions, task_options};
use crate::{
    Alarm, Cluster, ClusterRef, Graph, Image, LogGroupRef, Metric, MissingData, Observe, Queue, QueueRef,
    RoleRef, Schedule, SecurityGroup, SecurityGroupRef, Statistic, Tier, VpcRef,
    operations::{Monitoring, monitoring_options},
};
use target::{Parts, definition_arn, failed_runs};

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
            .after_grants_of(&role)
            .after_grants_of(&task.task_role)
            .after_grants_of(&task.execution_role)
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
            vec![("Failures", failed), ("NotStarted", errors.periods(1).missing_data(MissingData::Good))]
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
        let mut graphs = vec![starts];
        graphs.extend(self.failures.graphs().into_iter().nth(1));
        graphs
    }
}
