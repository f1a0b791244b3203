//! Faults brought about on purpose, to see whether the app stands them as it should.
//!
//! Makes one `AWS::FIS::ExperimentTemplate` with its `AWS::IAM::Role`, an `AWS::IAM::Policy` for what the faults take, and an
//! `AWS::Logs::LogGroup`.
//!
//! Defaults: an alarm stops it, always; nothing starts it but a person or a pipeline; it fails where it finds nothing to break; its log is kept
//! for 90 and 30 days; refused in a protected stage unless a reason is given.

mod fault;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    fis::{self, experiment_template as property},
    kind,
};
use formwork_synth::{Attr, Construct, Grant, ResourceOptions, Scope, Str, sub};

pub use fault::Fault;

use crate::{AlarmRef, LogGroup, LogGroupRef, Role, RoleRef, arn, each::each, reason::Reasoned};

/// An experiment with faults, ready to be started.
///
/// ```
/// # use formwork_constructs::{Alarm, ChaosExperiment, FargateService, Fault, Image, Metric, Statistic, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// # let api = shop.add("Api", FargateService::new(&vpc, Image::from_directory("api")));
/// let lost = Metric::new("Shop", "OrdersLost", Statistic::Sum);
/// let lost = shop.add("OrdersLost", Alarm::above(lost, 0, "orders are lost"));
/// shop.add("LoseTasks", ChaosExperiment::new(Fault::stop_tasks(&api, 50), &lost));
/// ```
///
/// See <https://docs.aws.amazon.com/fis/latest/userguide/experiment-templates.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct ChaosExperiment {
    faults: Vec<Fault>,
    stop_on: Vec<AlarmRef>,
    description: Option<Str>,
    reason: Option<Str>,
}

/// An experiment of the app.
#[derive(Clone, Debug)]
pub struct ChaosExperimentRef {
    /// The id of its template: what it is started by.
    pub id: Attr<kind::FisExperimentTemplateId>,
    /// The role that the faults are brought about under.
    pub role: RoleRef,
    /// What it did, step by step.
    pub logs: LogGroupRef,
    /// The resource itself, to change what no option says.
    pub resource: fis::ExperimentTemplateRef,
}

impl ChaosExperiment {
    /// An experiment with one fault, and the alarm that stops it when users begin to notice.
    pub fn new(fault: Fault, stop_on: &AlarmRef) -> Self {
        Self { faults: vec![fault], stop_on: vec![stop_on.clone()], description: None, reason: None }
    }

    /// Brings about another fault at the same time.
    pub fn and(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Stops at another alarm too.
    pub fn stop_on(mut self, alarm: &AlarmRef) -> Self {
        self.stop_on.push(alarm.clone());
        self
    }

    /// Says what is expected to happen: `orders go on while half of the tasks are replaced`. Default: what the faults are.
    pub fn description(mut self, description: impl Into<Str>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Allows it in a protected stage. The reason is written into the template. Default: refused there.
    pub fn in_protected_stage(mut self, reason: impl Into<Str>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    fn check(&self, scope: &mut Scope<'_>) {
        if self.reason.is_none() && scope.stage().is_protected() {
            let message = "an experiment would break things in a protected stage";
            let help = "add it in other stages only, or say why by `.in_protected_stage(\"why\")`";
            scope.report(Diagnostic::error(&code::CHAOS_EXPERIMENT, message).help(help));
        }
        for fault in &self.faults {
            fault.check(scope);
        }
    }
}

impl Construct for ChaosExperiment {
    type Handle = ChaosExperimentRef;

    fn build(self, scope: &mut Scope<'_>) -> ChaosExperimentRef {
        self.check(scope);
        let logs = scope.add("Logs", LogGroup::new());
        let experiments = arn::here("fis", "experiment/*");
        let role = scope.add("Role", Role::for_service("fis.amazonaws.com").for_source(experiments));
        scope.grant(&role, deliver_logs());

        let mut described = Vec::new();
        let (mut actions, mut targets) = (Vec::new(), Vec::new());
        for (fault, number) in self.faults.iter().zip(1..) {
            let name = format!("{}{number}", fault.name());
            described.push(fault.to_string());
            scope.grant(&role, fault.grant());
            targets.push((name.clone(), fault.target()));
            actions.push((name.clone(), fault.action(name)));
        }
        let alarm = |alarm: &AlarmRef| {
            property::ExperimentTemplateStopCondition::new().source("aws:cloudwatch:alarm").value(&alarm.arn)
        };
        let options = property::ExperimentTemplateExperimentOptions::new()
            .account_targeting(property::ExperimentTemplateExperimentOptionsAccountTargeting::SingleAccount)
            .empty_target_resolution_mode(
                property::ExperimentTemplateExperimentOptionsEmptyTargetResolutionMode::Fail,
            );
        let group = property::CloudWatchLogsConfiguration::new().log_group_arn(sub!("{}", &logs.arn));
        let log = property::ExperimentTemplateLogConfiguration::new()
            .cloud_watch_logs_configuration(group)
            .log_schema_version(2);
        let template = fis::ExperimentTemplate::new()
            .description(self.description.unwrap_or_else(|| described.join(", ").into()))
            .role_arn(&role.arn)
            .actions(actions)
            .targets(targets)
            .stop_conditions(each(&self.stop_on, alarm))
            .experiment_options(options)
            .log_configuration(log)
            .tags([("Name", scope.path())])
            .after_grants_of(&role);
        let resource = scope.in_place(template.because("breaks a protected stage", self.reason.as_ref()));
        ChaosExperimentRef { id: resource.reference(), role, logs, resource }
    }
}

/// Permission to have the log delivered. AWS has no resource to name here: it writes the policy of the log group itself.
fn deliver_logs() -> Grant {
    let actions = [
        "logs:CreateLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:PutResourcePolicy",
    ];
    Grant::allow(actions, ["*"])
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, cidr, testing::findings};

    use super::*;
    use crate::{
        Alarm, AuroraCluster, FargateService, Image, Metric, RdsInstance, Statistic, Vpc, VpcRef,
        testing::{any_combination, snapshot},
    };

    fn lost(shop: &mut Scope<'_>) -> AlarmRef {
        let lost = Metric::new("Shop", "OrdersLost", Statistic::Sum);
        shop.add("OrdersLost", Alarm::above(lost, 0, "orders are lost"))
    }

    /// What can be broken, with little around it.
    fn faults(shop: &mut Scope<'_>, vpc: &VpcRef) -> [Fault; 4] {
        let image = Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0");
        let api = shop.add("Api", FargateService::new(vpc, image).no_alarms("a test"));
        let orders = shop.add("Orders", AuroraCluster::postgres(vpc).no_alarms("a test"));
        let stock = shop.add("Stock", RdsInstance::postgres(vpc).no_alarms("a test"));
        [
            Fault::stop_tasks(&api, 50),
            Fault::cut_off_zone(vpc, 2, 5),
            Fault::fail_over(&orders),
            Fault::reboot(&stock),
        ]
    }

    #[test]
    fn chaos_experiment() {
        snapshot("chaos_experiment", |shop| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets().without_flow_logs("a test"));
            let lost = lost(shop);
            let [tasks, zone, writer, standby] = faults(shop, &vpc);
            let why = "prod is where it counts";
            shop.add("LoseTasks", ChaosExperiment::new(tasks, &lost).in_protected_stage(why));
            let zone = ChaosExperiment::new(zone, &lost).and(writer).and(standby);
            shop.add("LoseZone", zone.description("orders go on").in_protected_stage(why));
        });
    }

    #[test]
    fn any_chaos_experiment() {
        any_combination(|shop, pick| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
            let lost = lost(shop);
            let faults = faults(shop, &vpc);
            let mut experiment = ChaosExperiment::new(pick.one(&faults), &lost).in_protected_stage("a test");
            experiment = pick.maybe(experiment, |experiment| experiment.description("orders go on"));
            experiment = pick.maybe(experiment, |experiment| experiment.stop_on(&lost));
            for fault in faults {
                experiment = pick.maybe(experiment, |experiment| experiment.and(fault));
            }
            shop.add("Experiment", experiment);
        });
    }

    #[test]
    fn what_cannot_break_is_refused() {
        let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
            .with_private_subnets(["subnet-0aaaaaaaaaaaaaaaa"]);
        for (fault, message) in [
            (Fault::cut_off_zone(&vpc, 2, 5), "no subnet in a zone 2"),
            (Fault::cut_off_zone(&vpc, 0, 5), "no subnet in a zone 0"),
            (Fault::cut_off_zone(&vpc, 1, 0), "for 0 minutes"),
            (Fault::cut_off_zone(&vpc, 1, 721), "for 721 minutes"),
        ] {
            let mut app = App::new("shop", &Stage::new("dev"));
            let mut shop = app.stack("Shop");
            let lost = lost(&mut shop);
            shop.add("Experiment", ChaosExperiment::new(fault, &lost));
            let found = findings(app);
            assert!(found.contains("FW3593") && found.contains(message), "{message}: {found}");
        }
    }

    #[test]
    fn no_more_than_all_tasks_stop() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        let lost = lost(&mut shop);
        let image = Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0");
        let api = shop.add("Api", FargateService::new(&vpc, image));
        shop.add("Experiment", ChaosExperiment::new(Fault::stop_tasks(&api, 101), &lost));
        assert!(findings(app).contains("101 percent of the tasks cannot be stopped"));
    }

    #[test]
    fn a_protected_stage_wants_a_reason() {
        let mut app = App::new("shop", &Stage::new("prod").protected());
        app.cost_tags([("owner", "shop team")]);
        let mut shop = app.stack("Shop");
        let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
            .with_private_subnets(["subnet-0aaaaaaaaaaaaaaaa"]);
        let lost = lost(&mut shop);
        shop.add("Experiment", ChaosExperiment::new(Fault::cut_off_zone(&vpc, 1, 5), &lost));
        assert!(findings(app).contains("would break things in a protected stage"));
    }
}
