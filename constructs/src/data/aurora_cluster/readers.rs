//! Readers that come and go with the load.

use std::ops::RangeInclusive;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    applicationautoscaling::{self, scalable_target as target, scaling_policy as property},
    rds,
};
use formwork_synth::{Handle, ResourceOptions, Scope, sub};
use property::PredefinedMetricSpecificationPredefinedMetricType as Metric;

use crate::each::each;

/// How many readers there are, and what makes more of them.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    pub(super) count: RangeInclusive<u32>,
    pub(super) cpu: Option<f64>,
    pub(super) connections: Option<f64>,
}

/// The most readers of a cluster.
const MOST: u32 = 15;

impl Readers {
    pub(super) fn new() -> Self {
        Self { count: 1..=2, cpu: None, connections: None }
    }

    fn check(&self, scope: &mut Scope<'_>, fixed: usize) {
        let (min, max) = (*self.count.start(), *self.count.end());
        if min > max || max == 0 || max > MOST {
            let message = format!("a cluster cannot scale between {min} and {max} readers");
            let help = "the first number is the smaller one, and the second is 1 to 15";
            scope.report(Diagnostic::error(&code::DATABASE_READERS, message).help(help));
        } else if fixed > max as usize {
            let message =
                format!("the cluster has {fixed} readers as members, more than the {max} that it scales to");
            let help = "members are never scaled in: drop some of them, or raise the range of `.readers(…)`";
            scope.report(Diagnostic::error(&code::DATABASE_READERS, message).help(help));
        }
        if let Some(percent) = self.cpu
            && !(percent > 0.0 && percent <= 100.0)
        {
            let message = format!("the CPU of readers cannot be kept at {percent} percent");
            scope.report(
                Diagnostic::error(&code::DATABASE_READERS, message).help("name a number over 0, up to 100"),
            );
        }
        if let Some(connections) = self.connections
            && (!connections.is_finite() || connections < 1.0)
        {
            let message = format!("readers cannot be kept at {connections} connections");
            scope.report(
                Diagnostic::error(&code::DATABASE_READERS, message).help("name 1 or more connections"),
            );
        }
    }

    /// Adds what scales, once the members are there.
    pub(super) fn build(
        self,
        scope: &mut Scope<'_>,
        cluster: &rds::DbClusterRef,
        members: &[rds::DbInstanceRef],
    ) {
        self.check(scope, members.len().saturating_sub(1));
        let scaling = applicationautoscaling::ScalableTarget::new()
            .service_namespace(target::ServiceNamespace::Rds)
            .scalable_dimension(target::ScalableDimension::RdsClusterReadReplicaCount)
            .resource_id(sub!("cluster:{}", cluster))
            .min_capacity(*self.count.start())
            .max_capacity(*self.count.end())
            .with_options(|options| options.depends_on.extend(each(members, Handle::id)));
        let scaling = scope.add("Readers", scaling);
        let cpu = self.cpu.or(if self.connections.is_none() { Some(70.0) } else { None });
        let cpu = cpu.map(|value| ("Cpu", "cpu", Metric::RdsReaderAverageCpuUtilization, value));
        let connections = self
            .connections
            .map(|value| ("Connections", "connections", Metric::RdsReaderAverageDatabaseConnections, value));
        for (id, name, metric, value) in cpu.into_iter().chain(connections) {
            let metric = property::PredefinedMetricSpecification::new().predefined_metric_type(metric);
            let tracking = property::TargetTrackingScalingPolicyConfiguration::new()
                .target_value(value)
                .scale_in_cooldown(300)
                .scale_out_cooldown(300)
                .predefined_metric_specification(metric);
            let policy = applicationautoscaling::ScalingPolicy::new()
                .policy_name(format!("reader-{name}-target"))
                .policy_type(property::PolicyType::TargetTrackingScaling)
                .scaling_target_id(&scaling)
                .target_tracking_scaling_policy_configuration(tracking);
            scope.add(format!("Readers{id}"), policy);
        }
    }
}
