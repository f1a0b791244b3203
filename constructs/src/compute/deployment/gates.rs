//! What a deployment waits for: tasks before it starts, tests before it gets traffic, approvals.
//!
//! Each stage with any of these is a pause hook of the service and a gate in the assembly, which `deploy` opens.

use formwork_assembly::{Diagnostic, SortedMap, code};
use formwork_cfn::ecs::service as property;
use formwork_synth::{GateSpec, GateStage, Scope, Text};
use property::{
    DeploymentLifecycleHookLifecycleStages as Stage, DeploymentLifecycleHookTargetType as Target,
    HookTimeoutConfigAction as Action,
};

use super::{DeployTask, Deployment, OneOffTaskRef};
use crate::{SecurityGroupRef, compute::task::Compatibility, each::each};

/// What is asked of `deploy`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gates {
    pub(crate) before_deploy: Vec<DeployTask>,
    pub(crate) tests: Vec<DeployTask>,
    /// The minutes there are for the approval at a stage.
    pub(crate) approvals: SortedMap<GateStage, u32>,
}

/// What became of it.
#[derive(Default)]
pub(crate) struct BuiltGates {
    pub(crate) hooks: Vec<property::DeploymentLifecycleHook>,
    pub(crate) specs: Vec<GateSpec>,
    pub(crate) before_deploy: Vec<OneOffTaskRef>,
    pub(crate) tests: Vec<OneOffTaskRef>,
}

/// What a service has that a deployment can shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Traffic {
    /// Nothing that ECS knows of.
    None,
    /// Traffic, all of one kind.
    Production,
    /// Traffic, and a way to the new version that nobody else takes.
    ProductionAndTest,
}

/// The most minutes that ECS waits for somebody: two weeks.
const LONGEST_PAUSE: u32 = 20_160;

/// The minutes that `deploy` has beyond those of its tasks, so that it is the first to give up.
const MARGIN: u32 = 5;

impl Gates {
    /// Reports what ECS has no stage for.
    pub(crate) fn check(&self, scope: &mut Scope<'_>, deployment: Deployment, traffic: Traffic) {
        let mut refuse = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::DEPLOYMENT_GATE, message).help(help));
        };
        let shifts = deployment.needs_two_target_groups() && traffic != Traffic::None;
        for stage in self.approvals.keys().filter(|stage| **stage >= GateStage::PostTestTrafficShift) {
            if !shifts {
                let message = format!("the deployment never comes to {stage:?}, as it shifts no traffic");
                refuse(
                    message,
                    "pause at `PreScaleUp` or `PostScaleUp`, or deploy blue/green, linear or canary",
                );
            }
        }
        let wants_test =
            !self.tests.is_empty() || self.approvals.contains_key(&GateStage::PostTestTrafficShift);
        if wants_test && shifts && traffic != Traffic::ProductionAndTest {
            let message = "the new version is to be tested, and nothing leads test traffic to it".to_owned();
            refuse(message, "let the load balancer have a way in for tests");
        } else if !self.tests.is_empty() && !shifts {
            let message = "the new version cannot be tested before it has traffic, as no traffic shifts";
            refuse(message.to_owned(), "deploy blue/green, linear or canary, behind a load balancer");
        }
        for task in self.before_deploy.iter().chain(&self.tests) {
            if task.is_empty() {
                refuse("a deployment is to run a command without a word".to_owned(), "name the command");
            }
        }
        let mut pauses = each(&self.before_deploy, DeployTask::minutes);
        pauses.extend(each(&self.tests, DeployTask::minutes));
        pauses.extend(self.approvals.values());
        for minutes in pauses {
            if !(1..=LONGEST_PAUSE - MARGIN).contains(&minutes) {
                let message = format!("a deployment cannot wait {minutes} minutes for a task or an approval");
                refuse(message, "ECS waits from one minute up to 14 days, which are 20,160 minutes");
            }
        }
    }

    /// Adds the tasks. They run in the security group of the service.
    pub(crate) fn build(
        self,
        scope: &mut Scope<'_>,
        compatibility: Compatibility,
        test_url: Option<&Text>,
        tasks: &SecurityGroupRef,
    ) -> BuiltGates {
        let mut built = BuiltGates::default();
        let mut open: SortedMap<GateStage, (GateSteps, u32)> = SortedMap::new();
        for task in self.before_deploy {
            open.or_default(GateStage::PreScaleUp).0.before_deploy.push(task);
        }
        for task in self.tests {
            open.or_default(GateStage::PostTestTrafficShift).0.tests.push(task);
        }
        for (stage, minutes) in self.approvals {
            open.or_default(stage).1 = minutes;
        }
        for (stage, (steps, approval)) in open {
            let mut run: u32 = 0;
            for task in steps.before_deploy.iter().chain(&steps.tests) {
                run = run.saturating_add(task.minutes());
            }
            let margin = if run > 0 { MARGIN } else { 0 };
            let minutes = run.saturating_add(margin).saturating_add(approval);
            let mut gate = GateSpec::new(stage, minutes);
            let mut made;
            for task in steps.before_deploy {
                (gate, made) = task.build(scope, gate, compatibility, None, tasks);
                built.before_deploy.extend(made);
            }
            for task in steps.tests {
                (gate, made) = task.build(scope, gate, compatibility, test_url, tasks);
                built.tests.extend(made);
            }
            built.specs.push(if approval > 0 { gate.approval() } else { gate });
            let timeout =
                property::HookTimeoutConfig::new().action(Action::Rollback).timeout_in_minutes(minutes);
            let hook = property::DeploymentLifecycleHook::new()
                .lifecycle_stages([property_of(stage)])
                .target_type(Target::Pause)
                .timeout_configuration(timeout);
            built.hooks.push(hook);
        }
        built
    }
}

/// The tasks of one stage.
#[derive(Default)]
struct GateSteps {
    before_deploy: Vec<DeployTask>,
    tests: Vec<DeployTask>,
}

fn property_of(stage: GateStage) -> Stage {
    match stage {
        GateStage::PreScaleUp => Stage::PreScaleUp,
        GateStage::PostScaleUp => Stage::PostScaleUp,
        GateStage::PostTestTrafficShift => Stage::PostTestTrafficShift,
        GateStage::PreProductionTrafficShift => Stage::PreProductionTrafficShift,
        GateStage::PostProductionTrafficShift => Stage::PostProductionTrafficShift,
    }
}

#[cfg(test)]
mod tests {
    use formwork_assembly::{AssetSource, Gate, GateStep};
    use formwork_synth::{App, AssetHasher, Stage, cidr, synthesize, testing::findings};

    use super::*;
    use crate::{FargateService, Image, OneOffTask, VpcRef, testing::snapshot};

    /// Knows no file.
    struct NoFiles;

    impl AssetHasher for NoFiles {
        fn hash(&self, _: &AssetSource) -> Result<String, Vec<Diagnostic>> {
            Ok(String::new())
        }
    }

    fn image() -> Image {
        Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0")
    }

    fn service() -> FargateService {
        let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
            .with_private_subnets(["subnet-0123456789abcdef0"]);
        FargateService::new(&vpc, image()).no_alarms("a test")
    }

    fn migrating() -> FargateService {
        service()
            .run_before_deploy(["manage.py", "migrate"])
            .run_before_deploy(OneOffTask::new("Warm", image()).command(["warm"]).timeout(10))
            .pause_for_approval(GateStage::PostScaleUp, 60)
    }

    #[test]
    fn before_deploy() {
        snapshot("before_deploy", |shop| {
            shop.add("Api", migrating());
        });
    }

    #[test]
    fn gates_are_in_the_assembly() {
        let mut app = App::new("shop", &Stage::new("dev"));
        app.stack("Shop").add("Api", migrating());
        let assembly = synthesize(app, &NoFiles).assembly.expect("nothing is wrong with it");
        let task = |task_definition: Option<&str>, command: &[&str], timeout_minutes| GateStep::Task {
            task_definition: task_definition.map(str::to_owned),
            container: "app".to_owned(),
            command: command.iter().map(|word| (*word).to_owned()).collect(),
            timeout_minutes,
        };
        let gate = |stage, timeout_minutes, steps| Gate {
            path: "Shop/Api".to_owned(),
            service: "ApiService".to_owned(),
            stage,
            timeout_minutes,
            steps,
        };
        let steps = vec![task(None, &["manage.py", "migrate"], 30), task(Some("ApiWarmTask"), &[], 10)];
        let expected = [
            gate(GateStage::PreScaleUp, 45, steps),
            gate(GateStage::PostScaleUp, 60, vec![GateStep::Approval]),
        ];
        assert_eq!(assembly.stacks[0].gates, expected);
    }

    #[test]
    fn what_the_strategy_has_no_stage_for_is_reported() {
        let wrong = [
            (service().test_before_traffic(["test"]), "no traffic shifts"),
            (service().pause_for_approval(GateStage::PreProductionTrafficShift, 5), "shifts no traffic"),
            (service().run_before_deploy(Vec::<&str>::new()), "without a word"),
            (service().pause_for_approval(GateStage::PreScaleUp, 20_161), "20161 minutes"),
            (service().run_before_deploy(OneOffTask::new("Warm", image()).timeout(0)), "0 minutes"),
        ];
        for (service, said) in wrong {
            let mut app = App::new("shop", &Stage::new("dev"));
            app.stack("Shop").add("Api", service);
            let found = findings(app);
            assert!(found.contains("FW3531") && found.contains(said), "{said}: {found}");
        }
    }
}
