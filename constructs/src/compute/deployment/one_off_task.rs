//! A task that runs once in each deployment: a migration before the new version starts, a test before it gets traffic.
//!
//! Makes for a task of its own what a service makes for its: one `AWS::ECS::TaskDefinition`, a task role and an execution role
//! (`AWS::IAM::Role`), an `AWS::Logs::LogGroup`. A command of the service itself makes nothing.
//!
//! Defaults: 30 minutes to end with exit code 0; where the service runs, in its security group.

use formwork_cfn::ecs;
use formwork_synth::{GateSpec, Principal, PrincipalRole, Scope, Str, Text};

use crate::{
    EnvironmentValue, Image, LogGroupRef, RoleRef, SecurityGroupRef,
    compute::task::{CONTAINER, Compatibility, TaskOptions, task_options},
    each::each,
};

/// A task of its own image that runs once in each deployment.
///
/// It runs where the service runs and in its security group, so that it reaches what the service reaches; but under a role of its own.
///
/// ```
/// # use formwork_constructs::{FargateService, Image, OneOffTask, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// # let image = || Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0");
/// let api = FargateService::new(&vpc, image())
///     .run_before_deploy(["python", "manage.py", "migrate"])
///     .run_before_deploy(OneOffTask::new("Warm", image()).command(["sh", "-c", "warm-caches"]).timeout(10));
/// shop.add("Api", api);
/// ```
#[must_use = "a task does nothing until a service is told to run it"]
#[derive(Clone, Debug)]
pub struct OneOffTask {
    id: String,
    task: TaskOptions,
    minutes: u32,
}

/// A task of its own image, as it was made.
#[derive(Clone, Debug)]
pub struct OneOffTaskRef {
    /// The role that its containers run under: what is granted to the task is granted to it.
    pub task_role: RoleRef,
    /// The role that starts its containers.
    pub execution_role: RoleRef,
    /// What its containers write.
    pub logs: LogGroupRef,
    /// The task definition itself, to change what no option says.
    pub task_definition: ecs::TaskDefinitionRef,
}

/// What a deployment can run: a [`OneOffTask`], or a command as a list of words, which runs in the image of the new version, with its environment,
/// secrets and roles.
#[derive(Clone, Debug)]
pub struct DeployTask(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Command(Vec<Str>),
    OneOff(Box<OneOffTask>),
}

/// The minutes that a task has unless it says otherwise.
const MINUTES: u32 = 30;

impl OneOffTask {
    /// A task that runs an image. The id names its resources, below the service.
    pub fn new(id: impl Into<String>, image: Image) -> Self {
        Self { id: id.into(), task: TaskOptions::new(image), minutes: MINUTES }
    }

    /// Sets the minutes after which the task is stopped, and has failed. Default: 30.
    pub fn timeout(mut self, minutes: u32) -> Self {
        self.minutes = minutes;
        self
    }

    task_options!(task);
}

impl From<OneOffTask> for DeployTask {
    fn from(task: OneOffTask) -> Self {
        Self(Kind::OneOff(Box::new(task)))
    }
}

impl<W: Into<Str>, const N: usize> From<[W; N]> for DeployTask {
    fn from(words: [W; N]) -> Self {
        Self(Kind::Command(each(words, Into::into)))
    }
}

impl<W: Into<Str>> From<Vec<W>> for DeployTask {
    fn from(words: Vec<W>) -> Self {
        Self(Kind::Command(each(words, Into::into)))
    }
}

impl DeployTask {
    /// The minutes that it has.
    pub(super) fn minutes(&self) -> u32 {
        match &self.0 {
            Kind::Command(_) => MINUTES,
            Kind::OneOff(task) => task.minutes,
        }
    }

    /// True for a command without a word.
    pub(super) fn is_empty(&self) -> bool {
        matches!(&self.0, Kind::Command(words) if words.is_empty())
    }

    /// Adds the resources of a task of its own, and the step to the gate. The test URL, if any, is put into its environment.
    pub(super) fn build(
        self,
        scope: &mut Scope<'_>,
        gate: GateSpec,
        compatibility: Compatibility,
        test_url: Option<&Text>,
        tasks: &SecurityGroupRef,
    ) -> (GateSpec, Option<OneOffTaskRef>) {
        match self.0 {
            Kind::Command(words) => (gate.command(CONTAINER, words, MINUTES), None),
            Kind::OneOff(one_off) => {
                let OneOffTask { id, mut task, minutes } = *one_off;
                if let Some(url) = test_url {
                    let name = Str::Borrowed("TEST_URL");
                    task.container.environment.or_insert_with(name, || EnvironmentValue::into_expr(url));
                }
                task.connect_mounts(scope, tasks);
                let task = task.build(&mut scope.group(id), compatibility);
                let made = OneOffTaskRef {
                    task_role: task.task_role,
                    execution_role: task.execution_role,
                    logs: task.logs,
                    task_definition: task.definition,
                };
                (gate.task(&made.task_definition, CONTAINER, minutes), Some(made))
            }
        }
    }
}

impl Principal for OneOffTaskRef {
    fn role(&self) -> PrincipalRole {
        self.task_role.role()
    }
}
