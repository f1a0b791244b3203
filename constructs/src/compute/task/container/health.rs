//! How a container is known to be well from inside, where no load balancer looks.

use std::ops::RangeInclusive;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::ecs::task_definition as property;
use formwork_synth::{Scope, Str};

use crate::each::each;

/// A command that ECS runs in a container to find out whether it is well: 0 means that it is.
///
/// An essential container that is not well ends its task, and the service starts another.
///
/// ```
/// use formwork_constructs::ContainerHealth;
///
/// let health = ContainerHealth::shell("curl -fs http://localhost:8080/healthz").every(10).start_period(60);
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html>.
#[must_use = "a health check does nothing until a container has it"]
#[derive(Clone, Debug)]
pub struct ContainerHealth {
    command: Vec<Str>,
    interval: u32,
    timeout: u32,
    retries: u32,
    start_period: u32,
}

impl ContainerHealth {
    /// A command with its arguments, which the image must have.
    pub fn command<A: Into<Str>>(words: impl IntoIterator<Item = A>) -> Self {
        let mut command = vec![Str::Borrowed("CMD")];
        command.extend(each(words, Into::into));
        Self { command, interval: 30, timeout: 5, retries: 3, start_period: 0 }
    }

    /// A line for the shell of the image.
    pub fn shell(line: impl Into<Str>) -> Self {
        let command = vec![Str::Borrowed("CMD-SHELL"), line.into()];
        Self { command, ..Self::command::<Str>([]) }
    }

    /// Sets the seconds between two runs, 5 to 300. Default: 30.
    pub fn every(mut self, seconds: u32) -> Self {
        self.interval = seconds;
        self
    }

    /// Sets the seconds that a run may take, 2 to 60. Default: 5.
    pub fn timeout(mut self, seconds: u32) -> Self {
        self.timeout = seconds;
        self
    }

    /// Sets how many runs must fail in a row, 1 to 10. Default: 3.
    pub fn retries(mut self, runs: u32) -> Self {
        self.retries = runs;
        self
    }

    /// Sets the seconds at the start in which failures do not count, up to 300. Default: none.
    pub fn start_period(mut self, seconds: u32) -> Self {
        self.start_period = seconds;
        self
    }

    pub(super) fn property(&self) -> property::HealthCheck {
        let check = property::HealthCheck::new()
            .command(self.command.clone())
            .interval(self.interval)
            .timeout(self.timeout)
            .retries(self.retries);
        if self.start_period == 0 { check } else { check.start_period(self.start_period) }
    }

    /// Reports numbers that ECS does not take.
    pub(super) fn check(&self, scope: &mut Scope<'_>, name: &str) {
        let bounds: [(&str, u32, RangeInclusive<u32>); 4] = [
            ("every", self.interval, 5..=300),
            ("timeout", self.timeout, 2..=60),
            ("retries", self.retries, 1..=10),
            ("start_period", self.start_period, 0..=300),
        ];
        for (setter, value, bounds) in bounds {
            if !bounds.contains(&value) {
                let message = format!("the health check of `{name}` has `.{setter}({value})`");
                let help = format!("ECS takes {} to {}", bounds.start(), bounds.end());
                scope.report(Diagnostic::error(&code::CONTAINER_TIMING, message).help(help));
            }
        }
        if self.command.iter().skip(1).all(|word| word.trim().is_empty()) {
            let message = format!("the health check of `{name}` runs nothing");
            let help = "name a command that ends with 0 when the container is well";
            scope.report(Diagnostic::error(&code::CONTAINER_TIMING, message).help(help));
        }
    }
}
