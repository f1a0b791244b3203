//! The options that every task has, whatever runs it: a service, a schedule, a queue, a deployment.

use formwork_synth::Port;

use super::{Container, Logging, Sidecar};
use crate::{Image, Retention, TaskSize};

/// What is to run in one task, and how.
#[derive(Clone, Debug)]
pub(crate) struct TaskOptions {
    pub(crate) container: Container,
    pub(crate) port: Option<Port>,
    pub(crate) size: TaskSize,
    pub(crate) storage: Option<u32>,
    pub(crate) sidecars: Vec<Sidecar>,
    pub(crate) exec: bool,
    pub(crate) fault_injection: bool,
    pub(crate) logging: Option<Logging>,
    pub(crate) retention: Option<Retention>,
}

impl TaskOptions {
    pub(crate) fn new(image: Image) -> Self {
        Self {
            container: Container::new(image),
            port: None,
            size: TaskSize::SMALLEST,
            storage: None,
            sidecars: Vec::new(),
            exec: false,
            fault_injection: false,
            logging: None,
            retention: None,
        }
    }
}

/// Writes the setters of [`TaskOptions`] for a spec that has them in the field that is named.
macro_rules! task_options {
    ($($options:ident).+) => {
        $crate::compute::task::container_options!($($options).+.container);

        /// Sets CPU and memory of a task: `task_size!(512, 1024)`. Default: 0.25 vCPU and 512 MiB.
        pub fn size(mut self, size: $crate::TaskSize) -> Self {
            self.$($options).+.size = size;
            self
        }

        /// Sets the GiB of storage that goes with the task, 21 to 200. Default: Fargate's, 20 GiB.
        pub fn ephemeral_storage(mut self, gib: u32) -> Self {
            self.$($options).+.storage = Some(gib);
            self
        }

        /// Runs another container in each task, beside the app's own, which is named `app`. Default: none.
        pub fn sidecar(mut self, sidecar: $crate::Sidecar) -> Self {
            self.$($options).+.sidecars.push(sidecar);
            self
        }

        /// Lets operators run commands in a container with ECS Exec. Default: not possible.
        pub fn exec(mut self) -> Self {
            self.$($options).+.exec = true;
            self
        }

        /// Lets experiments of AWS FIS disturb the tasks and their network. Default: not possible. Not together with [`exec`](Self::exec).
        pub fn fault_injection(mut self) -> Self {
            self.$($options).+.fault_injection = true;
            self
        }

        /// Sends the log of the app's own container through a router. Default: it goes to the log group of the task.
        pub fn logging(mut self, logging: $crate::Logging) -> Self {
            self.$($options).+.logging = Some(logging);
            self
        }

        /// Sets how long logs are kept. Default: 90 days in a protected stage, 30 in any other.
        pub fn log_retention(mut self, retention: $crate::Retention) -> Self {
            self.$($options).+.retention = Some(retention);
            self
        }
    };
}

pub(crate) use task_options;
