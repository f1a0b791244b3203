//! The options that every service on Fargate has, whatever stands in front of it.

use std::{collections::BTreeMap, ops::RangeInclusive};

use formwork_synth::{Expr, Port, SecretValue, Str};

use crate::{Capacity, ClusterRef, Image, Retention, TaskSize, VpcRef, compute::scaling::Scaling};

/// What is to run, and how.
#[derive(Clone, Debug)]
pub(crate) struct ServiceOptions {
    pub(crate) vpc: VpcRef,
    pub(crate) image: Image,
    pub(crate) cluster: Option<ClusterRef>,
    pub(crate) port: Option<Port>,
    pub(crate) size: TaskSize,
    pub(crate) capacity: Capacity,
    pub(crate) public_ip: bool,
    pub(crate) environment: BTreeMap<Str, Expr>,
    pub(crate) secrets: BTreeMap<Str, SecretValue>,
    pub(crate) command: Vec<Str>,
    pub(crate) count: Option<u32>,
    pub(crate) scaling: Option<Scaling>,
    pub(crate) exec: bool,
    pub(crate) retention: Option<Retention>,
    pub(crate) grace_seconds: u32,
    pub(crate) stop_seconds: u32,
}

impl ServiceOptions {
    pub(crate) fn new(vpc: &VpcRef, image: Image) -> Self {
        Self {
            vpc: vpc.clone(),
            image,
            cluster: None,
            port: None,
            size: TaskSize::SMALLEST,
            capacity: Capacity::OnDemand,
            public_ip: false,
            environment: BTreeMap::new(),
            secrets: BTreeMap::new(),
            command: Vec::new(),
            count: None,
            scaling: None,
            exec: false,
            retention: None,
            grace_seconds: 60,
            stop_seconds: 30,
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

/// Writes the setters of [`ServiceOptions`] for a spec that has them in a field `options`.
macro_rules! service_options {
    () => {
        /// Runs on a cluster of its own name. Default: a cluster just for this service.
        pub fn cluster(mut self, cluster: &$crate::ClusterRef) -> Self {
            self.options.cluster = Some(cluster.clone());
            self
        }

        /// Sets CPU and memory of a task: `task_size!(512, 1024)`. Default: 0.25 vCPU and 512 MiB.
        pub fn size(mut self, size: $crate::TaskSize) -> Self {
            self.options.size = size;
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

        /// Sets a plain environment variable. Who may describe the task can read it: never a secret.
        pub fn env(
            mut self,
            name: impl Into<formwork_synth::Str>,
            value: impl $crate::EnvironmentValue,
        ) -> Self {
            self.options.environment.insert(name.into(), value.into_expr());
            self
        }

        /// Injects a secret as an environment variable when a task starts, with permission to read just it.
        pub fn secret(
            mut self,
            name: impl Into<formwork_synth::Str>,
            secret: formwork_synth::SecretValue,
        ) -> Self {
            self.options.secrets.insert(name.into(), secret);
            self
        }

        /// Replaces the command of the image.
        pub fn command<A: Into<formwork_synth::Str>>(mut self, words: impl IntoIterator<Item = A>) -> Self {
            self.options.command = words.into_iter().map(Into::into).collect();
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

        /// Lets operators run commands in a container with ECS Exec. Default: not possible.
        pub fn exec(mut self) -> Self {
            self.options.exec = true;
            self
        }

        /// Sets how long logs are kept. Default: 90 days in a protected stage, 30 in any other.
        pub fn log_retention(mut self, retention: $crate::Retention) -> Self {
            self.options.retention = Some(retention);
            self
        }

        /// Sets the seconds that a container has between the signal to stop and its end, up to 120. Default: 30.
        pub fn stop_timeout(mut self, seconds: u32) -> Self {
            self.options.stop_seconds = seconds;
            self
        }
    };
}

pub(crate) use service_options;
