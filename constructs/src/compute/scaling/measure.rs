//! What a service scales on: a measure, and the value that it is kept at.

use formwork_cfn::applicationautoscaling::scaling_policy as property;
use formwork_synth::{Expr, Text, Value};
use property::{
    PredefinedMetricSpecificationPredefinedMetricType as Metric, TargetTrackingMetricDataQuery as Query,
    TargetTrackingScalingPolicyConfiguration as Tracking,
};

/// The service that scales, as its metrics name it.
pub(super) struct Service {
    pub(super) cluster: Text,
    pub(super) name: Text,
    /// `LOAD BALANCER/TARGET GROUP`, where there is one.
    pub(super) requests: Option<Text>,
}

/// What is kept at a target. The order is that in which policies are written.
#[derive(Clone, Debug)]
pub(super) enum Measure {
    /// Percent of CPU.
    Cpu,
    /// Percent of memory.
    Memory,
    /// Requests a minute for each task.
    Requests,
    /// Messages that wait for each task or are in its hands, in the queue of that name.
    Backlog(Expr),
}

impl Measure {
    pub(super) fn order(&self) -> u8 {
        match self {
            Self::Cpu => 0,
            Self::Memory => 1,
            Self::Requests => 2,
            Self::Backlog(_) => 3,
        }
    }

    pub(super) fn id(&self) -> &'static str {
        match self {
            Self::Cpu => "Cpu",
            Self::Memory => "Memory",
            Self::Requests => "Requests",
            Self::Backlog(_) => "Backlog",
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Requests => "requests",
            Self::Backlog(_) => "backlog",
        }
    }

    /// True where the target is a percentage.
    pub(super) fn is_percentage(&self) -> bool {
        matches!(self, Self::Cpu | Self::Memory)
    }

    /// Says in a policy what it keeps at its target.
    pub(super) fn track(&self, policy: Tracking, target: f64, service: &Service) -> Tracking {
        let predefined =
            |metric: Metric| property::PredefinedMetricSpecification::new().predefined_metric_type(metric);
        match self {
            Self::Cpu => {
                policy.predefined_metric_specification(predefined(Metric::EcsServiceAverageCpuUtilization))
            }
            Self::Memory => {
                policy.predefined_metric_specification(predefined(Metric::EcsServiceAverageMemoryUtilization))
            }
            Self::Requests => {
                let metric = predefined(Metric::AlbRequestCountPerTarget);
                policy.predefined_metric_specification(match &service.requests {
                    Some(label) => metric.resource_label(label),
                    None => metric,
                })
            }
            Self::Backlog(queue) => policy.customized_metric_specification(backlog(queue, target, service)),
        }
    }
}

/// The messages that wait or are worked on, divided by the tasks that run. Those that are worked on count, or the last task would be stopped in
/// the middle of its message; and where no task runs, a single message is already more than the target, or it would wait for others.
fn backlog(queue: &Expr, target: f64, service: &Service) -> property::CustomizedMetricSpecification {
    let dimension = |name: &str, value: Value<String>| {
        property::TargetTrackingMetricDimension::new().name(name).value(value)
    };
    let measured = |id: &str, namespace: &str, name: &str, dimensions: Vec<_>| {
        let metric = property::TargetTrackingMetric::new()
            .dimensions(dimensions)
            .metric_name(name)
            .namespace(namespace);
        let statistic = property::TargetTrackingMetricStat::new().metric(metric).stat("Average");
        Query::new().id(id).metric_stat(statistic).return_data(false)
    };
    let queue = || vec![dimension("QueueName", Value::from_expr(queue.clone()))];
    let tasks = vec![
        dimension("ClusterName", Value::new(&service.cluster)),
        dimension("ServiceName", Value::new(&service.name)),
    ];
    let all = "(waiting + working)";
    let none_runs = format!("IF({all} > 0, {all} + {target}, 0)");
    let ratio = format!("IF(FILL(running, 0) > 0, {all} / FILL(running, 0), {none_runs})");
    property::CustomizedMetricSpecification::new().metrics([
        measured("waiting", "AWS/SQS", "ApproximateNumberOfMessagesVisible", queue()),
        measured("working", "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", queue()),
        measured("running", "ECS/ContainerInsights", "RunningTaskCount", tasks),
        Query::new().id("backlog").expression(ratio).return_data(true),
    ])
}
