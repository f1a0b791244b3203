//! The task definition: the container, its roles, its logs.

use formwork_assembly::folder::REPOSITORY;
use formwork_cfn::ecs::{self, task_definition as property};
use formwork_synth::{Grant, Scope, intrinsic, sub};

use super::ServiceOptions;
use crate::{LogGroup, LogGroupRef, Role, RoleRef};

/// The name of the container.
pub(super) const CONTAINER: &str = "app";

/// A task definition and what it runs with.
pub(super) struct Task {
    pub(super) definition: ecs::TaskDefinitionRef,
    pub(super) task_role: RoleRef,
    pub(super) execution_role: RoleRef,
    pub(super) logs: LogGroupRef,
}

impl ServiceOptions {
    /// Adds the task definition, with the permissions it takes to start it.
    pub(super) fn task(&self, scope: &mut Scope<'_>) -> Task {
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
            .requires_compatibilities([property::RequiresCompatibilities::Fargate])
            .runtime_platform(platform);
        let definition = scope.add("Task", definition);
        Task { definition, task_role, execution_role, logs }
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
