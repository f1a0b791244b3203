//! How many tasks a service runs, and what makes it run more.
//!
//! Makes one `AWS::ApplicationAutoScaling::ScalableTarget` and one `AWS::ApplicationAutoScaling::ScalingPolicy` for each measure.
//!
//! Defaults: out after 60 seconds above the target, in after 300 seconds below it.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::applicationautoscaling::{self, scalable_target as target, scaling_policy as property};
use formwork_synth::{Scope, Text};
use property::PredefinedMetricSpecificationPredefinedMetricType as Metric;

/// The bounds between which a service scales, and the targets it keeps to.
#[derive(Clone, Debug)]
pub(crate) struct Scaling {
    pub(crate) min: u32,
    pub(crate) max: u32,
    targets: Vec<(Measure, f64)>,
}

/// What is kept at a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Measure {
    Cpu,
    Memory,
}

impl Scaling {
    pub(crate) fn between(min: u32, max: u32) -> Self {
        Self { min, max, targets: Vec::new() }
    }

    /// Sets one target; the last one for a measure wins.
    pub(crate) fn cpu(&mut self, percent: f64) {
        self.set(Measure::Cpu, percent);
    }

    /// Sets one target; the last one for a measure wins.
    pub(crate) fn memory(&mut self, percent: f64) {
        self.set(Measure::Memory, percent);
    }

    fn set(&mut self, measure: Measure, percent: f64) {
        self.targets.retain(|(known, _)| *known != measure);
        self.targets.push((measure, percent));
    }

    /// Adds the resources that scale the service of that id (`service/cluster/name`).
    pub(crate) fn build(mut self, scope: &mut Scope<'_>, resource_id: Text) {
        if self.min > self.max || self.max == 0 {
            let message = format!("a service cannot scale between {} and {} tasks", self.min, self.max);
            let help = "the first number is the smaller one, and the second is at least 1";
            scope.report(Diagnostic::error(&code::SCALE_RANGE, message).help(help));
        }
        if self.targets.is_empty() {
            self.cpu(70.0);
        }
        self.targets.sort_by_key(|(measure, _)| *measure);
        let target = applicationautoscaling::ScalableTarget::new()
            .service_namespace(target::ServiceNamespace::Ecs)
            .scalable_dimension(target::ScalableDimension::EcsServiceDesiredCount)
            .resource_id(resource_id)
            .min_capacity(self.min)
            .max_capacity(self.max);
        let target = scope.add("Scaling", target);
        for (measure, percent) in self.targets {
            if !(percent > 0.0 && percent <= 100.0) {
                let message = format!("{} cannot be kept at {percent} percent", measure.name());
                scope.report(
                    Diagnostic::error(&code::SCALE_TARGET, message).help("name a number over 0, up to 100"),
                );
            }
            let metric =
                property::PredefinedMetricSpecification::new().predefined_metric_type(measure.metric());
            let tracking = property::TargetTrackingScalingPolicyConfiguration::new()
                .target_value(percent)
                .scale_in_cooldown(300)
                .scale_out_cooldown(60)
                .predefined_metric_specification(metric);
            let policy = applicationautoscaling::ScalingPolicy::new()
                .policy_name(format!("{}-target", measure.name()))
                .policy_type(property::PolicyType::TargetTrackingScaling)
                .scaling_target_id(&target)
                .target_tracking_scaling_policy_configuration(tracking);
            scope.add(format!("Scaling{}", measure.id()), policy);
        }
    }
}

impl Measure {
    fn id(self) -> &'static str {
        match self {
            Self::Cpu => "Cpu",
            Self::Memory => "Memory",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
        }
    }

    fn metric(self) -> Metric {
        match self {
            Self::Cpu => Metric::EcsServiceAverageCpuUtilization,
            Self::Memory => Metric::EcsServiceAverageMemoryUtilization,
        }
    }
}
