//! How a new version of a service takes the place of the old one.
//!
//! ECS does all of it by itself: no CodeDeploy, no function. Whatever the strategy, a version that does not come up is given up, and the old
//! one goes on.

mod gates;
mod one_off_task;

use std::ops::RangeInclusive;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{ecs::service as property, kind};
use formwork_synth::{Attr, Scope};
pub(crate) use gates::{Gates, Traffic};
pub use one_off_task::{DeployTask, OneOffTask, OneOffTaskRef};
use property::{DeploymentConfigurationStrategy as Strategy, ThresholdConfigurationType as Threshold};

/// How a new version takes the place of the old one.
///
/// All but the rolling ones run both versions side by side and shift the traffic between them, so that the way back takes seconds; they take
/// twice the tasks while they last. What shifts traffic is a load balancer or Service Connect.
///
/// ```
/// use formwork_constructs::Deployment;
///
/// let careful = Deployment::Canary { percent: 5.0, canary_minutes: 15, bake_minutes: 30 };
/// assert_ne!(careful, Deployment::default());
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service-options.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Deployment {
    /// New tasks start beside the old ones, and each that is well takes the place of an old one.
    #[default]
    Rolling,
    /// As [`Rolling`](Self::Rolling), within bounds of its own: 0 and 100 stop the old version before the new one starts.
    RollingWithin {
        /// The percentage of tasks that stay up, at most 100. [`Rolling`](Self::Rolling) keeps 100.
        least_percent: u16,
        /// The percentage of tasks there may be meanwhile, 100 to 200. [`Rolling`](Self::Rolling) has 200.
        most_percent: u16,
    },
    /// All traffic shifts at once, after the new version is up.
    BlueGreen {
        /// The minutes that the old version stays after the shift, up to 1,440.
        bake_minutes: u16,
    },
    /// Traffic shifts in equal steps.
    Linear {
        /// The percentage that each step adds, 3 to 100.
        step_percent: f64,
        /// The minutes between two steps, up to 1,440.
        step_minutes: u16,
        /// The minutes that the old version stays after the last step, up to 1,440.
        bake_minutes: u16,
    },
    /// A small part of the traffic shifts first, then all the rest.
    Canary {
        /// The percentage that shifts first, 0.1 to 100.
        percent: f64,
        /// The minutes before the rest follows, up to 1,440.
        canary_minutes: u16,
        /// The minutes that the old version stays after the rest, up to 1,440.
        bake_minutes: u16,
    },
}

/// How many tasks of a new version may fail before it is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureThreshold {
    /// So many tasks.
    Tasks(u32),
    /// A percentage of the tasks that there should be, but at least 3 tasks and at most 200. ECS takes 50 by itself.
    Percent(u16),
    /// A percentage of the tasks that there should be, however few or many these are.
    UnboundedPercent(u16),
}

/// The most minutes that ECS waits for anything but a person.
const LONGEST_WAIT: u16 = 1440;

impl Deployment {
    /// True where traffic shifts between two versions, so that a load balancer needs two target groups.
    pub(crate) const fn needs_two_target_groups(self) -> bool {
        !matches!(self, Self::Rolling | Self::RollingWithin { .. })
    }

    /// True where a deployment may stop tasks before it starts others, so that there are never more tasks than there should be.
    pub(crate) const fn stops_before_it_starts(self) -> bool {
        matches!(self, Self::RollingWithin { most_percent: 0..=100, .. })
    }

    /// Reports numbers that ECS does not take, and a shift of traffic where none can be shifted.
    pub(crate) fn check(self, scope: &mut Scope<'_>, traffic: Traffic) {
        let mut percent = |what: &str, percent: f64, allowed: RangeInclusive<f64>| {
            if !allowed.contains(&percent) {
                let message = format!("{what} cannot be {percent} percent");
                let help = format!("name {} to {} percent", allowed.start(), allowed.end());
                scope.report(Diagnostic::error(&code::DEPLOYMENT, message).help(help));
            }
        };
        match self {
            Self::RollingWithin { least_percent, most_percent } => {
                percent("the least share of tasks", least_percent.into(), 0.0..=100.0);
                percent("the largest share of tasks", most_percent.into(), 100.0..=200.0);
            }
            Self::Linear { step_percent, .. } => percent("a step", step_percent, 3.0..=100.0),
            Self::Canary { percent: first, .. } => percent("the first part", first, 0.1..=100.0),
            Self::Rolling | Self::BlueGreen { .. } => {}
        }
        if (Self::RollingWithin { least_percent: 100, most_percent: 100 }) == self {
            let message = "a deployment can neither stop an old task first nor start a new one";
            let help = "let it keep less than 100 percent, or have more than 100 percent";
            scope.report(Diagnostic::error(&code::DEPLOYMENT, message).help(help));
        }
        for minutes in self.waits().into_iter().filter(|minutes| *minutes > LONGEST_WAIT) {
            let message = format!("a deployment cannot wait {minutes} minutes");
            let help = format!("{LONGEST_WAIT} minutes is the most; for longer, pause for an approval");
            scope.report(Diagnostic::error(&code::DEPLOYMENT, message).help(help));
        }
        if matches!(self, Self::Linear { .. } | Self::Canary { .. }) && traffic == Traffic::None {
            let message =
                "the deployment shifts traffic bit by bit, and there is nothing that could shift it";
            let help = "put the service behind a load balancer, give it a name with `.serve_as(…)`, or deploy otherwise";
            scope.report(Diagnostic::error(&code::DEPLOYMENT, message).help(help));
        }
    }

    fn waits(self) -> Vec<u16> {
        match self {
            Self::Rolling | Self::RollingWithin { .. } => vec![],
            Self::BlueGreen { bake_minutes } => vec![bake_minutes],
            Self::Linear { step_minutes, bake_minutes, .. } => vec![step_minutes, bake_minutes],
            Self::Canary { canary_minutes, bake_minutes, .. } => vec![canary_minutes, bake_minutes],
        }
    }

    /// The strategy with a circuit breaker.
    pub(crate) fn property(self, threshold: Option<FailureThreshold>) -> property::DeploymentConfiguration {
        let mut breaker = property::DeploymentCircuitBreaker::new().enable(true).rollback(true);
        if let Some(threshold) = threshold {
            breaker = breaker.threshold_configuration(threshold.property());
        }
        let configuration = property::DeploymentConfiguration::new().deployment_circuit_breaker(breaker);
        match self {
            Self::Rolling => rolling(configuration, 100, 200),
            Self::RollingWithin { least_percent, most_percent } => {
                rolling(configuration, least_percent, most_percent)
            }
            Self::BlueGreen { bake_minutes } => {
                configuration.bake_time_in_minutes(bake_minutes).strategy(Strategy::BlueGreen)
            }
            Self::Linear { step_percent, step_minutes, bake_minutes } => {
                let linear = property::LinearConfiguration::new()
                    .step_bake_time_in_minutes(step_minutes)
                    .step_percent(step_percent);
                configuration
                    .bake_time_in_minutes(bake_minutes)
                    .linear_configuration(linear)
                    .strategy(Strategy::Linear)
            }
            Self::Canary { percent, canary_minutes, bake_minutes } => {
                let canary = property::CanaryConfiguration::new()
                    .canary_bake_time_in_minutes(canary_minutes)
                    .canary_percent(percent);
                configuration
                    .bake_time_in_minutes(bake_minutes)
                    .canary_configuration(canary)
                    .strategy(Strategy::Canary)
            }
        }
    }
}

fn rolling(
    configuration: property::DeploymentConfiguration,
    least_percent: u16,
    most_percent: u16,
) -> property::DeploymentConfiguration {
    configuration
        .maximum_percent(most_percent)
        .minimum_healthy_percent(least_percent)
        .strategy(Strategy::Rolling)
}

impl FailureThreshold {
    fn property(self) -> property::ThresholdConfiguration {
        let (kind, value) = match self {
            Self::Tasks(tasks) => (Threshold::Count, tasks),
            Self::Percent(percent) => (Threshold::BoundedPercent, percent.into()),
            Self::UnboundedPercent(percent) => (Threshold::UnboundedPercent, percent.into()),
        };
        property::ThresholdConfiguration::new().type_(kind).value(value)
    }
}

/// Gives a deployment up as soon as one of the alarms goes off, and goes back to the old version.
pub(crate) fn rollback_on(alarms: &[Attr<kind::CloudWatchAlarmName>]) -> property::DeploymentAlarms {
    property::DeploymentAlarms::new().alarm_names(alarms).enable(true).rollback(true)
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, cidr, port, testing::findings};

    use super::*;
    use crate::{
        AutoScalingCapacity, FargateService, GateStage, Image, PublicAlbService, VpcRef,
        testing::any_combination,
    };

    fn service(app: &mut App, deployment: Deployment) {
        let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
            .with_private_subnets(["subnet-0123"]);
        let image = Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0");
        app.stack("Shop")
            .add("Api", FargateService::new(&vpc, image).no_alarms("a test").deployment(deployment));
    }

    #[test]
    fn numbers_out_of_bounds_are_reported() {
        let wrong = [
            (Deployment::RollingWithin { least_percent: 101, most_percent: 200 }, "101 percent"),
            (Deployment::RollingWithin { least_percent: 50, most_percent: 99 }, "99 percent"),
            (Deployment::RollingWithin { least_percent: 100, most_percent: 100 }, "neither"),
            (Deployment::BlueGreen { bake_minutes: 1441 }, "1441 minutes"),
            (Deployment::Linear { step_percent: 2.5, step_minutes: 5, bake_minutes: 5 }, "2.5 percent"),
            (Deployment::Canary { percent: 0.0, canary_minutes: 5, bake_minutes: 5 }, "0 percent"),
            (Deployment::Canary { percent: 5.0, canary_minutes: 5, bake_minutes: 5 }, "bit by bit"),
        ];
        for (deployment, said) in wrong {
            let mut app = App::new("shop", &Stage::new("dev"));
            service(&mut app, deployment);
            let found = findings(app);
            assert!(found.contains("FW3530") && found.contains(said), "{deployment:?}: {found}");
        }
    }

    #[test]
    fn a_service_without_traffic_takes_any_other_deployment() {
        any_combination(|shop, pick| {
            let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
                .with_private_subnets(["subnet-0123"]);
            let image = Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0");
            let deployment = pick.one(&[
                Deployment::Rolling,
                Deployment::RollingWithin { least_percent: 0, most_percent: 100 },
                Deployment::RollingWithin { least_percent: 50, most_percent: 150 },
                Deployment::BlueGreen { bake_minutes: 0 },
            ]);
            let threshold = pick.one(&[
                FailureThreshold::Tasks(2),
                FailureThreshold::Percent(30),
                FailureThreshold::UnboundedPercent(100),
            ]);
            let service = FargateService::new(&vpc, image).no_alarms("a test").deployment(deployment);
            let service = pick.maybe(service, |service| service.failure_threshold(threshold));
            shop.add(
                "Api",
                pick.maybe(service, |service| service.rollback_on("errors").rollback_on("latency")),
            );
        });
    }

    #[test]
    fn a_web_service_takes_any_deployment() {
        any_combination(|shop, pick| {
            let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
                .with_private_subnets(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
                .with_public_subnets(["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"]);
            let image = || Image::from_directory("api");
            let capacity = shop.add("Capacity", AutoScalingCapacity::new(&vpc, ["m7g.large"]));
            let deployment = pick.one(&[
                Deployment::BlueGreen { bake_minutes: 30 },
                Deployment::Linear { step_percent: 10.0, step_minutes: 5, bake_minutes: 0 },
                Deployment::Canary { percent: 0.1, canary_minutes: 1440, bake_minutes: 5 },
            ]);
            let api = PublicAlbService::new(&vpc, image())
                .port(port!(8080))
                .health_check("/healthz")
                .insecure_http("a test")
                .no_alarms("a test")
                .deployment(deployment);
            let api = pick.maybe(api, |api| api.on_instances(&capacity));
            let api = pick.maybe(api, |api| api.run_before_deploy(["migrate"]));
            let test = OneOffTask::new("EndToEnd", image()).timeout(15);
            let api = pick.maybe(api, |api| api.test_before_traffic(test));
            let api = pick.maybe(api, |api| api.pause_for_approval(GateStage::PostTestTrafficShift, 60));
            let api = pick.maybe(api, |api| api.pause_for_approval(GateStage::PreProductionTrafficShift, 60));
            let api = pick.maybe(api, |api| api.rollback_on("errors"));
            shop.add("Api", pick.maybe(api, |api| api.scale(2..=4)));
        });
    }
}
