//! How far a serverless cluster scales, in Aurora capacity units: 2 GiB of memory each, with CPU to match.

use std::ops::RangeInclusive;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::rds::db_cluster as property;
use formwork_synth::Scope;

/// The bounds of serverless members.
#[derive(Clone, Debug)]
pub(super) struct Capacity {
    pub(super) min: f64,
    pub(super) max: f64,
    pause_after: Option<u32>,
}

/// The most capacity units that a member takes.
const MOST: f64 = 256.0;
/// The minutes without a connection after which a cluster may pause.
const IDLE: RangeInclusive<u32> = 5..=1440;

impl Capacity {
    pub(super) fn between(min: f64, max: f64) -> Self {
        Self { min, max, pause_after: None }
    }

    pub(super) fn pausing(max: f64, idle_minutes: u32) -> Self {
        Self { min: 0.0, max, pause_after: Some(idle_minutes) }
    }

    pub(super) fn pauses(&self) -> bool {
        self.min == 0.0
    }

    /// The memory of a member that has scaled out fully, in GiB.
    pub(super) fn most_memory(&self) -> f64 {
        self.max * 2.0
    }

    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        let is_step = |units: f64| (units * 2.0).fract() == 0.0;
        let in_range = self.min >= 0.0 && self.min <= self.max && self.max >= 1.0 && self.max <= MOST;
        if !in_range || !is_step(self.min) || !is_step(self.max) {
            let message = format!("a cluster cannot scale between {} and {} ACU", self.min, self.max);
            let help =
                "name half units: from 0.5 or more to at least 1 and at most 256, the smaller one first";
            scope.report(Diagnostic::error(&code::DATABASE_CAPACITY, message).help(help));
        }
        match self.pause_after {
            None if self.pauses() => {
                let message = "a cluster whose least capacity is 0 ACU pauses when nobody is connected";
                let help = "say after how long with `.pausing(4.0, 5)`, or begin at 0.5 ACU";
                scope.report(Diagnostic::error(&code::DATABASE_CAPACITY, message).help(help));
            }
            Some(minutes) if !IDLE.contains(&minutes) => {
                let message = format!("a cluster cannot pause after {minutes} idle minutes");
                scope.report(
                    Diagnostic::error(&code::DATABASE_CAPACITY, message).help("name 5 to 1440 minutes"),
                );
            }
            _ => {}
        }
    }

    pub(super) fn property(&self) -> property::ServerlessV2ScalingConfiguration {
        let scaling =
            property::ServerlessV2ScalingConfiguration::new().min_capacity(self.min).max_capacity(self.max);
        match self.pause_after {
            Some(minutes) => scaling.seconds_until_auto_pause(minutes.saturating_mul(60)),
            None => scaling,
        }
    }
}
