//! The options that every service on Fargate has beside those of its task, whatever stands in front of it.

use std::ops::RangeInclusive;

use formwork_cfn::kind;
use formwork_synth::{Attr, Str};

use super::{LaunchOn, Naming};
use crate::{
    AutoScalingCapacityRef, Capacity, ClusterRef, Deployment, FailureThreshold, Image, VpcRef,
    compute::{deployment::Gates, scaling::Scaling, task::TaskOptions},
    operations::Monitoring,
};

/// A task, and how many of it run where.
#[derive(Clone, Debug)]
pub(crate) struct ServiceOptions {
    pub(crate) task: TaskOptions,
    pub(crate) vpc: VpcRef,
    pub(crate) cluster: Option<ClusterRef>,
    pub(crate) launch: LaunchOn,
    pub(crate) public_ip: bool,
    pub(crate) count: Option<u32>,
    pub(crate) scaling: Option<Scaling>,
    pub(crate) grace_seconds: u32,
    pub(crate) deployment: Deployment,
    pub(crate) failure_threshold: Option<FailureThreshold>,
    pub(crate) rollback_alarms: Vec<Attr<kind::CloudWatchAlarmName>>,
    pub(crate) gates: Gates,
    pub(crate) monitoring: Monitoring,
    pub(crate) naming: Naming,
    pub(crate) spot_reason: Option<Str>,
}

impl ServiceOptions {
    pub(crate) fn new(vpc: &VpcRef, image: Image) -> Self {
        Self {
            task: TaskOptions::new(image),
            vpc: vpc.clone(),
            cluster: None,
            launch: LaunchOn::Fargate(Capacity::OnDemand),
            public_ip: false,
            count: None,
            scaling: None,
            grace_seconds: 60,
            deployment: Deployment::Rolling,
            failure_threshold: None,
            rollback_alarms: Vec::new(),
            gates: Gates::default(),
            monitoring: Monitoring::Undecided,
            naming: Naming::Outside,
            spot_reason: None,
        }
    }

    /// Runs the tasks on instances, and on their cluster.
    pub(crate) fn run_on_instances(&mut self, capacity: &AutoScalingCapacityRef) {
        self.launch = LaunchOn::Instances(Box::new(capacity.clone()));
    }

    /// The bounds and targets to scale by; a target without bounds scales from one task to two.
    pub(crate) fn scaling(&mut self) -> &mut Scaling {
        self.scaling.get_or_insert_with(|| Scaling::between(1, 2))
    }

    pub(crate) fn scale(&mut self, tasks: RangeInclusive<u32>) {
        let scaling = self.scaling();
        (scaling.min, scaling.max) = (*tasks.start(), *tasks.end());
    }
}

/// Writes the setters of [`ServiceOptions`] for a spec that has them in a field `options`; those of its task are written by `task_options!`.
macro_rules! service_options {
    () => {
        $crate::operations::monitoring_options!(options.monitoring);

        /// Serves HTTP under a name that other services of the cluster call it by, on its port. The cluster has a namespace for it. Default: none.
        ///
        /// A proxy beside each task tries again, measures, and shifts traffic in a deployment: give the tasks a little more CPU. A request with the
        /// header `x-formwork-test: 1` reaches a new version before it has any other traffic.
        pub fn serve_as(mut self, name: impl Into<formwork_synth::Str>) -> Self {
            use $crate::compute::fargate_service::{Naming, Speech};
            self.options.naming = Naming::Named(name.into(), Speech::Http);
            self
        }

        /// As [`serve_as`](Self::serve_as), for a service that speaks something else than HTTP.
        pub fn serve_tcp_as(mut self, name: impl Into<formwork_synth::Str>) -> Self {
            use $crate::compute::fargate_service::{Naming, Speech};
            self.options.naming = Naming::Named(name.into(), Speech::Tcp);
            self
        }

        /// Calls other services of the cluster by the names that they serve under. A service that has a name itself does so anyway. Default: not.
        pub fn call_by_name(mut self) -> Self {
            if self.options.naming == $crate::compute::fargate_service::Naming::Outside {
                self.options.naming = $crate::compute::fargate_service::Naming::Caller;
            }
            self
        }

        /// Chooses how a new version takes the place of the old one. Default: rolling, with all old tasks kept until new ones are well.
        pub fn deployment(mut self, deployment: $crate::Deployment) -> Self {
            self.options.deployment = deployment;
            self
        }

        /// Sets how many tasks of a new version may fail before it is given up. Default: half of the tasks, but 3 to 200.
        pub fn failure_threshold(mut self, threshold: $crate::FailureThreshold) -> Self {
            self.options.failure_threshold = Some(threshold);
            self
        }

        /// Gives a new version up when this alarm, too, goes off while it is deployed. Default: the alarms of the load balancer, and failing tasks.
        pub fn rollback_on(
            mut self,
            alarm: impl formwork_synth::IntoValue<formwork_cfn::kind::CloudWatchAlarmName>,
        ) -> Self {
            self.options.rollback_alarms.push(formwork_synth::Attr::from_expr(alarm.into_expr()));
            self
        }

        /// Runs a task or a command in each deployment before a task of the new version starts, and goes back where it fails: `manage.py migrate`.
        ///
        /// On the first deployment too, once all that the service needs is there. `deploy` runs it; the deployment waits for that. Several run
        /// in the order in which they are named.
        pub fn run_before_deploy(mut self, task: impl Into<$crate::DeployTask>) -> Self {
            self.options.gates.before_deploy.push(task.into());
            self
        }

        /// Runs a task or a command against the new version before it gets traffic, and goes back where it fails.
        ///
        /// A [`OneOffTask`](crate::OneOffTask) finds the address of the new version in `TEST_URL`, where a load balancer has one for it.
        /// `deploy` runs it; the deployment waits for that. Takes a deployment that shifts traffic.
        pub fn test_before_traffic(mut self, task: impl Into<$crate::DeployTask>) -> Self {
            self.options.gates.tests.push(task.into());
            self
        }

        /// Waits at a stage of each deployment until somebody agrees, and goes back where nobody does within so many minutes.
        ///
        /// CloudFormation waits meanwhile, and does so for three hours at most.
        pub fn pause_for_approval(mut self, stage: $crate::GateStage, within_minutes: u32) -> Self {
            self.options.gates.approvals.insert(stage, within_minutes);
            self
        }

        /// Sets a fixed number of tasks. Default: two in a protected stage, one in any other. Not together with [`scale`](Self::scale).
        pub fn count(mut self, tasks: u32) -> Self {
            self.options.count = Some(tasks);
            self
        }

        /// Scales between two numbers of tasks, on 70 % of CPU unless another target is set.
        pub fn scale(mut self, tasks: std::ops::RangeInclusive<u32>) -> Self {
            self.options.scale(tasks);
            self
        }

        /// Scales so that tasks use this percentage of their CPU on average; between one and two tasks where [`scale`](Self::scale) names no range.
        pub fn scale_on_cpu(mut self, percent: impl Into<f64>) -> Self {
            self.options.scaling().cpu(percent.into());
            self
        }

        /// Scales so that tasks use this percentage of their memory on average; between one and two tasks where [`scale`](Self::scale) names no range.
        pub fn scale_on_memory(mut self, percent: impl Into<f64>) -> Self {
            self.options.scaling().memory(percent.into());
            self
        }

        /// Scales so that so many messages of a queue wait for each task: tasks come as the queue fills, and go as it empties.
        ///
        /// The backlog that a task can work off in the time that a message may wait. With it, a service may scale to no task at all.
        pub fn scale_on_backlog(
            mut self,
            queue_name: impl formwork_synth::IntoValue<String>,
            messages_per_task: impl Into<f64>,
        ) -> Self {
            self.options.scaling().backlog(queue_name.into_expr(), messages_per_task.into());
            self
        }

        /// Changes the range from a time on, under a name of your own: fewer tasks at night, more on the day of the sale.
        pub fn scale_at(
            mut self,
            name: impl Into<formwork_synth::Str>,
            schedule: $crate::Schedule,
            tasks: std::ops::RangeInclusive<u32>,
        ) -> Self {
            self.options.scaling().at(name.into(), schedule, tasks);
            self
        }

        /// Sets the seconds before the next step up and before the next step down. Default: 60 and 300.
        pub fn scale_cooldowns(mut self, out_seconds: u32, in_seconds: u32) -> Self {
            self.options.scaling().cooldowns(out_seconds, in_seconds);
            self
        }
    };
}

/// Writes the setters of [`ServiceOptions`] for a spec that runs on Fargate unless it says otherwise.
macro_rules! fargate_options {
    () => {
        /// Runs on this cluster. Default: a cluster just for this service.
        pub fn cluster(mut self, cluster: &$crate::ClusterRef) -> Self {
            self.options.cluster = Some(cluster.clone());
            self
        }

        /// Chooses between on-demand and Spot capacity. Default: all on demand.
        pub fn capacity(mut self, capacity: $crate::Capacity) -> Self {
            self.options.launch = $crate::compute::fargate_service::LaunchOn::Fargate(capacity);
            self
        }

        /// Says why a service in a protected stage may lose all of its tasks at once, as one on Spot alone can. The reason is written into the template.
        pub fn all_on_spot(mut self, reason: impl Into<formwork_synth::Str>) -> Self {
            self.options.spot_reason = Some(reason.into());
            self
        }

        /// Runs the tasks in public subnets with public addresses, where the VPC has no NAT. Still nothing comes in but by a connection.
        pub fn public_ip(mut self) -> Self {
            self.options.public_ip = true;
            self
        }
    };
}

/// Writes the setters of [`ServiceOptions`] for a spec with a load balancer in front.
macro_rules! traffic_options {
    () => {
        /// Runs on instances of our own, and on their cluster. Default: on Fargate.
        pub fn on_instances(mut self, capacity: &$crate::AutoScalingCapacityRef) -> Self {
            self.options.run_on_instances(capacity);
            self
        }

        /// Scales so that each task answers so many requests a minute; between one and two tasks where [`scale`](Self::scale) names no range.
        pub fn scale_on_requests(mut self, per_minute: impl Into<f64>) -> Self {
            self.options.scaling().requests(per_minute.into());
            self
        }

        /// Sets the seconds that a new task has before failed health checks of a load balancer count. Default: 60.
        pub fn health_check_grace(mut self, seconds: u32) -> Self {
            self.options.grace_seconds = seconds;
            self
        }
    };
}

pub(crate) use {fargate_options, service_options, traffic_options};
