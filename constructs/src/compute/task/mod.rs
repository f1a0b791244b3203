//! The task definition: the container, its roles, its logs. Whatever runs tasks builds them here.

mod options;

use formwork_assembly::{Diagnostic, code, folder::REPOSITORY};
use formwork_cfn::ecs::{self, task_definition as property};
use formwork_synth::{Grant, Scope, intrinsic, sub};

pub(crate) use options::{TaskOptions, task_options};

use crate::{LogGroup, LogGroupRef, Role, RoleRef};

/// The name of the container.
pub(crate) const CONTAINER: &str = "app";

/// A task definition and what it runs with.
pub(crate) struct Task {
    pub(crate) definition: ecs::TaskDefinitionRef,
    pub(crate) task_role: RoleRef,
    pub(crate) execution_role: RoleRef,
    pub(crate) logs: LogGroupRef,
}

/// What tasks can run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compatibility {
    /// Fargate alone.
    Fargate,
    /// Instances of our own.
    #[allow(dead_code, reason = "services on EC2 are the first to ask for it")]
    Ec2,
}

/// The most seconds that Fargate waits for a container to stop.
const LONGEST_STOP: u32 = 120;

impl TaskOptions {
    /// Adds the task definition, with the permissions it takes to start it.
    pub(crate) fn build(&self, scope: &mut Scope<'_>, compatibility: Compatibility) -> Task {
        self.check(scope, compatibility);
        let path = scope.path();
        let mut logs = LogGroup::new();
        if let Some(retention) = self.retention {
            logs = logs.retention(retention);
        }
        let logs = scope.add("Logs", logs);
        let task_role = Role::for_ecs_tasks().description(format!("what the containers of {path} may do"));
        let task_role = scope.add("TaskRole", task_role);
        let execution_role = Role::for_ecs_tasks().description(format!("starts the containers of {path}"));
        let execution_role = scope.add("ExecutionRole", execution_role);
        scope.grant(&execution_role, logs.write());
        for secret in self.secrets.values() {
            scope.grant(&execution_role, secret.read());
        }
        if self.exec {
            scope.grant(&task_role, exec_channels());
        }
        let image = self.image.clone().resolve(scope);
        if image.in_our_repository {
            scope.grant(&execution_role, pull());
        }

        let environment: Vec<_> = self
            .environment
            .iter()
            .map(|(name, value)| {
                let value = formwork_synth::Value::<String>::from_expr(value.clone());
                property::KeyValuePair::new().name(name.clone()).value(value)
            })
            .collect();
        let log_options = [
            ("awslogs-group", sub!("{}", &logs.name)),
            ("awslogs-region", intrinsic::region()),
            ("awslogs-stream-prefix", sub!("{}", CONTAINER)),
            // A container goes on when CloudWatch is slow, and loses log lines rather than requests.
            ("max-buffer-size", sub!("25m")),
            ("mode", sub!("non-blocking")),
        ];
        let mut container = property::ContainerDefinition::new()
            .name(CONTAINER)
            .image(image.name)
            .essential(true)
            .log_configuration(property::LogConfiguration::new().log_driver("awslogs").options(log_options))
            .stop_timeout(self.stop_seconds);
        if let Some(port) = self.port {
            container = container.port_mappings([property::PortMapping::new()
                .container_port(port)
                .protocol(property::PortMappingProtocol::Tcp)]);
        }
        if !environment.is_empty() {
            container = container.environment(environment);
        }
        if !self.secrets.is_empty() {
            let secrets: Vec<_> = self
                .secrets
                .iter()
                .map(|(name, secret)| {
                    property::Secret::new().name(name.clone()).value_from(secret.value_from())
                })
                .collect();
            container = container.secrets(secrets);
        }
        if !self.command.is_empty() {
            container = container.command(self.command.clone());
        }
        let platform = property::RuntimePlatform::new()
            .cpu_architecture(image.architecture.property())
            .operating_system_family(property::RuntimePlatformOperatingSystemFamily::Linux);
        let definition = ecs::TaskDefinition::new()
            .container_definitions([container])
            .cpu(self.size.cpu().to_string())
            .memory(self.size.memory().to_string())
            .execution_role_arn(&execution_role.arn)
            .task_role_arn(&task_role.arn)
            .network_mode(property::NetworkMode::Awsvpc)
            .requires_compatibilities([compatibility.property()])
            .runtime_platform(platform);
        let definition = scope.add("Task", definition);
        Task { definition, task_role, execution_role, logs }
    }

    /// Reports what cannot be a type.
    fn check(&self, scope: &mut Scope<'_>, compatibility: Compatibility) {
        for name in self.environment.keys().filter(|name| self.secrets.contains_key(*name)) {
            let message = format!("the variable `{name}` is both plain and secret");
            let help = "a container has each variable once: drop `.env(…)` or `.secret(…)`";
            scope.report(Diagnostic::error(&code::ENVIRONMENT, message).help(help));
        }
        if compatibility == Compatibility::Fargate && self.stop_seconds > LONGEST_STOP {
            let message = format!("a container cannot have {} seconds to stop", self.stop_seconds);
            let help = format!("Fargate waits {LONGEST_STOP} seconds at most");
            scope.report(Diagnostic::error(&code::STOP_TIMEOUT, message).help(help));
        }
        for name in self.environment.keys().chain(self.secrets.keys()) {
            if name.is_empty() || name.contains(['=', '\0']) {
                let message =
                    format!("`{}` cannot be the name of an environment variable", name.escape_debug());
                scope.report(Diagnostic::error(&code::ENVIRONMENT, message).help("name it without `=`"));
            }
        }
    }
}

impl Compatibility {
    fn property(self) -> property::RequiresCompatibilities {
        match self {
            Self::Fargate => property::RequiresCompatibilities::Fargate,
            Self::Ec2 => property::RequiresCompatibilities::Ec2,
        }
    }
}

/// Permission to pull from the repository that `deploy` pushes images to.
fn pull() -> Grant {
    let repository = sub!(
        "arn:{}:ecr:{}:{}:repository/{}",
        intrinsic::partition(),
        intrinsic::region(),
        intrinsic::account_id(),
        REPOSITORY
    );
    let layers = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
    // The token is for the whole registry: AWS has no resource to name here.
    Grant::allow(layers, [repository]).and(Grant::allow(["ecr:GetAuthorizationToken"], ["*"]))
}

/// Permission to open the channels of ECS Exec, which have no resource to name.
fn exec_channels() -> Grant {
    let actions = [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ];
    Grant::allow(actions, ["*"])
}
