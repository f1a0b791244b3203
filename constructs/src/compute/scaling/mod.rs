//! How many tasks a service runs, and what makes it run more.
//!
//! Makes one `AWS::ApplicationAutoScaling::ScalableTarget` and one `AWS::ApplicationAutoScaling::ScalingPolicy` for each measure.
//!
//! Defaults: 70 % of CPU where nothing else is named; out after 60 seconds above a target, in after 300 seconds below it; never below one task.

mod measure;

use std::ops::RangeInclusive;

use formwork_assembly::{Diagnostic, SortedMap, code};
use formwork_cfn::applicationautoscaling::{self, scalable_target as target, scaling_policy as property};
use formwork_synth::{Expr, Scope, Str, Text, sub};

use crate::{Schedule, each::each};
use measure::{Measure, Service};

/// The bounds between which a service scales, the targets it keeps to, and the bounds of other hours.
#[derive(Clone, Debug)]
pub(crate) struct Scaling {
    pub(crate) min: u32,
    pub(crate) max: u32,
    targets: SortedMap<u8, (Measure, f64)>,
    scheduled: SortedMap<Str, (Schedule, RangeInclusive<u32>)>,
    out_seconds: u32,
    in_seconds: u32,
}

/// The service that scales.
pub(crate) struct Scaled {
    /// The name of its cluster.
    pub(crate) cluster: Text,
    pub(crate) name: Text,
    /// What its requests are counted by, where it has a load balancer.
    pub(crate) requests: Option<Text>,
    /// True where its traffic moves between two target groups.
    pub(crate) shifts_traffic: bool,
}

impl Scaling {
    pub(crate) fn between(min: u32, max: u32) -> Self {
        Self {
            min,
            max,
            targets: SortedMap::new(),
            scheduled: SortedMap::new(),
            out_seconds: 60,
            in_seconds: 300,
        }
    }

    /// Keeps the CPU at a percentage.
    pub(crate) fn cpu(&mut self, percent: f64) {
        self.set(Measure::Cpu, percent);
    }

    /// Keeps the memory at a percentage.
    pub(crate) fn memory(&mut self, percent: f64) {
        self.set(Measure::Memory, percent);
    }

    /// Keeps the requests of a task at so many a minute.
    pub(crate) fn requests(&mut self, per_minute: f64) {
        self.set(Measure::Requests, per_minute);
    }

    /// Keeps so many messages of the queue of that name waiting for each task.
    pub(crate) fn backlog(&mut self, queue_name: Expr, per_task: f64) {
        self.set(Measure::Backlog(queue_name), per_task);
    }

    /// True where the messages of a queue are counted already.
    pub(crate) fn follows_backlog(&self) -> bool {
        self.targets.values().any(|(measure, _)| matches!(measure, Measure::Backlog(_)))
    }

    /// Changes the bounds at a time.
    pub(crate) fn at(&mut self, name: Str, schedule: Schedule, tasks: RangeInclusive<u32>) {
        self.scheduled.insert(name, (schedule, tasks));
    }

    /// Sets how long to wait before the next step up and the next step down.
    pub(crate) fn cooldowns(&mut self, out_seconds: u32, in_seconds: u32) {
        (self.out_seconds, self.in_seconds) = (out_seconds, in_seconds);
    }

    /// Sets one target; the last one for a measure wins.
    fn set(&mut self, measure: Measure, value: f64) {
        self.targets.insert(measure.order(), (measure, value));
    }

    /// Adds the resources that scale the service.
    pub(crate) fn build(mut self, scope: &mut Scope<'_>, service: Scaled) {
        if self.targets.is_empty() && self.scheduled.is_empty() {
            self.cpu(70.0);
        }
        self.check(scope, &service);
        let mut target = applicationautoscaling::ScalableTarget::new()
            .service_namespace(target::ServiceNamespace::Ecs)
            .scalable_dimension(target::ScalableDimension::EcsServiceDesiredCount)
            .resource_id(sub!("service/{}/{}", &service.cluster, &service.name))
            .min_capacity(self.min)
            .max_capacity(self.max);
        if !self.scheduled.is_empty() {
            let action = |(name, (schedule, tasks)): (&Str, &(Schedule, RangeInclusive<u32>))| {
                let bounds = target::ScalableTargetAction::new()
                    .max_capacity(*tasks.end())
                    .min_capacity(*tasks.start());
                target::ScheduledAction::new()
                    .scalable_target_action(bounds)
                    .schedule(schedule.expression())
                    .scheduled_action_name(name.clone())
                    .timezone(schedule.zone())
            };
            target = target.scheduled_actions(each(&self.scheduled, action));
        }
        let target = scope.add("Scaling", target);
        let Scaled { cluster, name, requests, .. } = service;
        let service = Service { cluster, name, requests };
        for (measure, value) in self.targets.into_values() {
            let tracking = property::TargetTrackingScalingPolicyConfiguration::new()
                .target_value(value)
                .scale_in_cooldown(self.in_seconds)
                .scale_out_cooldown(self.out_seconds);
            let policy = applicationautoscaling::ScalingPolicy::new()
                .policy_name(format!("{}-target", measure.name()))
                .policy_type(property::PolicyType::TargetTrackingScaling)
                .scaling_target_id(&target)
                .target_tracking_scaling_policy_configuration(measure.track(tracking, value, &service));
            scope.add(format!("Scaling{}", measure.id()), policy);
        }
    }

    /// Reports bounds, targets and times that cannot be, and a way down from which there is none up again.
    fn check(&self, scope: &mut Scope<'_>, service: &Scaled) {
        let mut range = |tasks: &RangeInclusive<u32>, least_end: u32, help: &str| {
            if tasks.start() > tasks.end() || *tasks.end() < least_end {
                let message =
                    format!("a service cannot scale between {} and {} tasks", tasks.start(), tasks.end());
                scope.report(Diagnostic::error(&code::SCALE_RANGE, message).help(help));
            }
        };
        let help = "the first number is the smaller one, and the second is at least 1";
        range(&(self.min..=self.max), 1, help);
        for (_, tasks) in self.scheduled.values() {
            range(tasks, 0, "the first number is the smaller one");
        }
        let wakes = |measure: &Measure| matches!(measure, Measure::Backlog(_));
        if self.min == 0 && self.scheduled.is_empty() && !self.targets.values().any(|(one, _)| wakes(one)) {
            let message = "the service may scale to no task, and nothing would ever start one again";
            let help = "keep one task, or scale on the backlog of a queue or by schedule";
            scope.report(Diagnostic::error(&code::SCALE_TO_ZERO, message).help(help));
        }
        for (measure, value) in self.targets.values() {
            let (is_right, help) = if measure.is_percentage() {
                (*value > 0.0 && *value <= 100.0, "name a number over 0, up to 100")
            } else {
                (*value > 0.0 && value.is_finite(), "name a number over 0")
            };
            if !is_right {
                let unit = if measure.is_percentage() { " percent" } else { " for each task" };
                let message = format!("{} cannot be kept at {value}{unit}", measure.name());
                scope.report(Diagnostic::error(&code::SCALE_TARGET, message).help(help));
            }
            if matches!(measure, Measure::Requests) && service.shifts_traffic {
                let message =
                    "requests for each task cannot be counted while traffic moves between target groups";
                let help = "scale on CPU, or deploy with `Deployment::Rolling`";
                scope.report(Diagnostic::error(&code::SCALE_ON_REQUESTS, message).help(help));
            }
        }
        for (schedule, _) in self.scheduled.values() {
            schedule.check(scope);
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, cidr, port, testing::findings};

    use super::*;
    use crate::{
        Deployment, FargateService, Image, PublicAlbService, VpcRef,
        testing::{any_combination, snapshot},
    };

    fn vpc() -> VpcRef {
        VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
            .with_private_subnets(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
            .with_public_subnets(["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"])
    }

    fn image() -> Image {
        Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0")
    }

    fn worker() -> FargateService {
        FargateService::new(&vpc(), image()).no_alarms("a test")
    }

    fn web() -> PublicAlbService {
        PublicAlbService::new(&vpc(), image())
            .no_alarms("a test")
            .port(port!(8080))
            .health_check("/healthz")
            .insecure_http("a test")
    }

    fn backwards() -> RangeInclusive<u32> {
        RangeInclusive::new(3, 2)
    }

    #[test]
    fn scaling() {
        snapshot("scaling", |shop| {
            let worker = worker()
                .scale(0..=20)
                .scale_on_backlog("orders", 100)
                .scale_at("night", Schedule::cron("0 22 * * ? *").time_zone("Europe/Berlin"), 0..=2)
                .scale_at("morning", Schedule::cron("0 6 * * ? *").time_zone("Europe/Berlin"), 1..=20)
                .scale_cooldowns(30, 600);
            shop.add("Worker", worker);
        });
    }

    #[test]
    fn what_cannot_be_is_reported() {
        let web_shifting = Deployment::BlueGreen { bake_minutes: 5 };
        let wrong: [(&str, &dyn Fn(&mut Scope<'_>)); 7] = [
            ("FW3505", &|shop| drop(shop.add("A", worker().scale(backwards())))),
            ("FW3505", &|shop| {
                drop(
                    shop.add("A", worker().scale(1..=2).scale_at("n", Schedule::every_days(1), backwards())),
                );
            }),
            ("FW3506", &|shop| drop(shop.add("A", worker().scale_on_cpu(101)))),
            ("FW3506", &|shop| drop(shop.add("A", worker().scale_on_backlog("orders", 0)))),
            ("FW3532", &|shop| drop(shop.add("A", worker().scale(0..=2)))),
            ("FW3533", &|shop| {
                drop(shop.add("A", web().scale_on_requests(100).deployment(web_shifting)));
            }),
            ("FW3538", &|shop| {
                drop(shop.add("A", worker().scale_at("n", Schedule::cron("daily"), 1..=2)));
            }),
        ];
        for (code, build) in wrong {
            let mut app = App::new("shop", &Stage::new("dev"));
            build(&mut app.stack("Shop"));
            let found = findings(app);
            assert!(found.contains(code), "{code}: {found}");
        }
    }

    #[test]
    fn measures_go_together() {
        any_combination(|shop, pick| {
            let web = web().scale(1..=10);
            let web = pick.maybe(web, |web| web.scale_on_cpu(60));
            let web = pick.maybe(web, |web| web.scale_on_memory(60.5));
            let web = pick.maybe(web, |web| web.scale_on_requests(600));
            let web = pick.maybe(web, |web| web.scale_on_backlog("orders", 10));
            let at = Schedule::at("2026-12-24T18:00:00");
            let web = pick.maybe(web, |web| web.scale_at("sale", at, 5..=50));
            shop.add("Web", pick.maybe(web, |web| web.scale_cooldowns(0, 60)));
        });
    }
}
