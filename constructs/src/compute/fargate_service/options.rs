//! The options that every service on Fargate has beside those of its task, whatever stands in front of it.

use std::ops::RangeInclusive;

use formwork_cfn::kind;
use formwork_synth::Attr;

use crate::{
    Capacity, ClusterRef, Deployment, FailureThreshold, Image, VpcRef,
    compute::{scaling::Scaling, task::TaskOptions},
};

/// A task, and how many of it run where.
#[derive(Clone, Debug)]
pub(crate) struct ServiceOptions {
    pub(crate) task: TaskOptions,
    pub(crate) vpc: VpcRef,
    pub(crate) cluster: Option<ClusterRef>,
    pub(crate) capacity: Capacity,
    pub(crate) public_ip: bool,
    pub(crate) count: Option<u32>,
    pub(crate) scaling: Option<Scaling>,
    pub(crate) grace_seconds: u32,
    pub(crate) deployment: Deployment,
    pub(crate) failure_threshold: Option<FailureThreshold>,
    pub(crate) rollback_alarms: Vec<Attr<kind::CloudWatchAlarmName>>,
}

impl ServiceOptions {
    pub(crate) fn new(vpc: &VpcRef, image: Image) -> Self {
        Self {
            task: TaskOptions::new(image),
            vpc: vpc.clone(),
            cluster: None,
            capacity: Capacity::OnDemand,
            public_ip: false,
            count: None,
            scaling: None,
            grace_seconds: 60,
            deployment: Deployment::Rolling,
            failure_threshold: None,
            rollback_alarms: Vec::new(),
        }
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
        /// Runs on a cluster of its own name. Default: a cluster just for this service.
        pub fn cluster(mut self, cluster: &$crate::ClusterRef) -> Self {
            self.options.cluster = Some(cluster.clone());
            self
        }

        /// Chooses between on-demand and Spot capacity. Default: all on demand.
        pub fn capacity(mut self, capacity: $crate::Capacity) -> Self {
            self.options.capacity = capacity;
            self
        }

        /// Runs the tasks in public subnets with public addresses, where the VPC has no NAT. Still nothing comes in but by a connection.
        pub fn public_ip(mut self) -> Self {
            self.options.public_ip = true;
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

        /// Gives a new version up when the alarm goes off while it is deployed. Default: failing tasks alone.
        pub fn rollback_on(
            mut self,
            alarm: impl formwork_synth::IntoValue<formwork_cfn::kind::CloudWatchAlarmName>,
        ) -> Self {
            self.options.rollback_alarms.push(formwork_synth::Attr::from_expr(alarm.into_expr()));
            self
        }

        /// Sets the seconds that a new task has before failed health checks of a load balancer count. Default: 60.
        pub fn health_check_grace(mut self, seconds: u32) -> Self {
            self.options.grace_seconds = seconds;
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
    };
}

pub(crate) use service_options;
