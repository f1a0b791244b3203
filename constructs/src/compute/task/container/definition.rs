//! What ECS is told of a container.

use formwork_assembly::SortedMap;
use formwork_cfn::ecs::task_definition::{self as property, ContainerDefinition};
use formwork_synth::{Expr, Str, Value};

use super::{Container, Root};
use crate::{compute::image::ResolvedImage, each::each};

impl Container {
    /// All of it that does not depend on its part in the task.
    pub(in crate::compute::task) fn definition(
        &self,
        name: &str,
        image: &ResolvedImage,
    ) -> ContainerDefinition {
        let mut container = ContainerDefinition::new()
            .name(name)
            .image(&image.name)
            .readonly_root_filesystem(matches!(self.root, Root::ReadOnly))
            .stop_timeout(self.stop_seconds);
        if let Some(credentials) = &image.credentials {
            let credentials =
                property::RepositoryCredentials::new().credentials_parameter(credentials.value_from());
            container = container.repository_credentials(credentials);
        }
        if !self.environment.is_empty() {
            let variable = |(name, value): (&Str, &Expr)| {
                property::KeyValuePair::new()
                    .name(name.clone())
                    .value(Value::<String>::from_expr(value.clone()))
            };
            container = container.environment(each(&self.environment, variable));
        }
        if !self.secrets.is_empty() {
            container = container.secrets(secrets(&self.secrets));
        }
        if !self.labels.is_empty() {
            let label =
                |(name, value): (&Str, &Expr)| (name.clone(), Value::<String>::from_expr(value.clone()));
            container = container.docker_labels(each(&self.labels, label));
        }
        if !self.entry_point.is_empty() {
            container = container.entry_point(self.entry_point.clone());
        }
        if !self.command.is_empty() {
            container = container.command(self.command.clone());
        }
        if !self.after.is_empty() {
            let wait = |(name, state): (&Str, &super::ContainerState)| {
                property::ContainerDependency::new().container_name(name.clone()).condition(state.property())
            };
            container = container.depends_on(each(&self.after, wait));
        }
        self.within_limits(container)
    }

    fn within_limits(&self, mut container: ContainerDefinition) -> ContainerDefinition {
        if let Some(directory) = &self.working_directory {
            container = container.working_directory(directory.clone());
        }
        if let Some(user) = &self.user {
            container = container.user(user.clone());
        }
        if let Some(health) = &self.health {
            container = container.health_check(health.property());
        }
        if let Some(seconds) = self.start_seconds {
            container = container.start_timeout(seconds);
        }
        container = self.on_linux(container);
        if let Some(files) = self.open_files {
            let limit = property::Ulimit::new()
                .name(property::UlimitName::Nofile)
                .soft_limit(files)
                .hard_limit(files);
            container = container.ulimits([limit]);
        }
        container
    }

    fn on_linux(&self, container: ContainerDefinition) -> ContainerDefinition {
        let directory =
            |(path, mib): (&Str, &u32)| property::Tmpfs::new().container_path(path.clone()).size(*mib);
        let in_memory = each(&self.in_memory(), directory);
        let linux = match (self.init, in_memory.is_empty()) {
            (false, true) => return container,
            (true, true) => property::LinuxParameters::new().init_process_enabled(true),
            (false, false) => property::LinuxParameters::new().tmpfs(in_memory),
            (true, false) => property::LinuxParameters::new().init_process_enabled(true).tmpfs(in_memory),
        };
        container.linux_parameters(linux)
    }
}

/// Secrets by the names that they are injected under.
pub(in crate::compute::task) fn secrets(
    secrets: &SortedMap<Str, formwork_synth::SecretValue>,
) -> Vec<property::Secret> {
    let secret = |(name, secret): (&Str, &formwork_synth::SecretValue)| {
        property::Secret::new().name(name.clone()).value_from(secret.value_from())
    };
    each(secrets, secret)
}
