//! The options that every task has, whatever runs it: a service, a schedule, a queue, a deployment.

use std::collections::BTreeMap;

use formwork_synth::{Expr, Port, SecretValue, Str};

use crate::{Image, Retention, TaskSize};

/// What is to run in one task, and how.
#[derive(Clone, Debug)]
pub(crate) struct TaskOptions {
    pub(crate) image: Image,
    pub(crate) port: Option<Port>,
    pub(crate) size: TaskSize,
    pub(crate) environment: BTreeMap<Str, Expr>,
    pub(crate) secrets: BTreeMap<Str, SecretValue>,
    pub(crate) command: Vec<Str>,
    pub(crate) exec: bool,
    pub(crate) retention: Option<Retention>,
    pub(crate) stop_seconds: u32,
}

impl TaskOptions {
    pub(crate) fn new(image: Image) -> Self {
        Self {
            image,
            port: None,
            size: TaskSize::SMALLEST,
            environment: BTreeMap::new(),
            secrets: BTreeMap::new(),
            command: Vec::new(),
            exec: false,
            retention: None,
            stop_seconds: 30,
        }
    }
}

/// Writes the setters of [`TaskOptions`] for a spec that has them in the field that is named.
macro_rules! task_options {
    ($($options:ident).+) => {
        /// Sets CPU and memory of a task: `task_size!(512, 1024)`. Default: 0.25 vCPU and 512 MiB.
        pub fn size(mut self, size: $crate::TaskSize) -> Self {
            self.$($options).+.size = size;
            self
        }

        /// Sets a plain environment variable. Who may describe the task can read it: never a secret.
        pub fn env(
            mut self,
            name: impl Into<formwork_synth::Str>,
            value: impl $crate::EnvironmentValue,
        ) -> Self {
            self.$($options).+.environment.insert(name.into(), value.into_expr());
            self
        }

        /// Injects a secret as an environment variable when a task starts, with permission to read just it.
        pub fn secret(
            mut self,
            name: impl Into<formwork_synth::Str>,
            secret: formwork_synth::SecretValue,
        ) -> Self {
            self.$($options).+.secrets.insert(name.into(), secret);
            self
        }

        /// Replaces the command of the image.
        pub fn command<A: Into<formwork_synth::Str>>(mut self, words: impl IntoIterator<Item = A>) -> Self {
            self.$($options).+.command = words.into_iter().map(Into::into).collect();
            self
        }

        /// Lets operators run commands in a container with ECS Exec. Default: not possible.
        pub fn exec(mut self) -> Self {
            self.$($options).+.exec = true;
            self
        }

        /// Sets how long logs are kept. Default: 90 days in a protected stage, 30 in any other.
        pub fn log_retention(mut self, retention: $crate::Retention) -> Self {
            self.$($options).+.retention = Some(retention);
            self
        }

        /// Sets the seconds that a container has between the signal to stop and its end, up to 120. Default: 30.
        pub fn stop_timeout(mut self, seconds: u32) -> Self {
            self.$($options).+.stop_seconds = seconds;
            self
        }
    };
}

pub(crate) use task_options;
