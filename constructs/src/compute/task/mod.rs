//! The task definition: its containers, roles, volumes and logs. Whatever runs tasks builds them here.

mod check;
mod container;
mod logging;
mod options;
mod permission;
mod sidecar;
#[cfg(test)]
mod tests;
mod volume;

use formwork_assembly::sort_by;
use formwork_cfn::{
    ecs::{self, task_definition as property},
    kind,
};
use formwork_synth::{
    Attr, Connect, DeletionPolicy, Handle, IntoValue, NodeId, Port, ResourceOptions, Scope, Str, Text,
    intrinsic, sub,
};

pub(crate) use container::{Container, Root, container_options};
pub use container::{ContainerHealth, ContainerState};
pub use logging::Logging;
pub(crate) use options::{TaskOptions, task_options};
pub use sidecar::Sidecar;

use crate::{
    AccessPointRef, Architecture, LogGroup, LogGroupRef, Role, RoleRef, compute::image::ResolvedImage,
    each::each, reason::Reasoned,
};
use logging::{ROUTER, to_group};
use permission::EXEC_PATHS;
use volume::Volumes;

/// The name of the app's own container, and of its port.
pub(crate) const CONTAINER: &str = "app";

/// A task definition and what it runs with.
pub(crate) struct Task {
    pub(crate) definition: ecs::TaskDefinitionRef,
    /// What the definition is called, whatever its revision.
    pub(crate) family: Text,
    pub(crate) task_role: RoleRef,
    pub(crate) execution_role: RoleRef,
    pub(crate) logs: LogGroupRef,
    /// What must be there before a task can start.
    pub(crate) prerequisites: Vec<NodeId>,
    /// True where a pipeline makes revisions of its own.
    pub(crate) managed_elsewhere: bool,
    /// The processor that its images are built for.
    pub(crate) architecture: Architecture,
}

/// What tasks can run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compatibility {
    /// Fargate alone.
    Fargate,
    /// Instances of our own.
    Ec2,
}

impl Task {
    /// What a service runs: this very revision, or the newest of the family where a pipeline makes revisions of its own.
    pub(crate) fn revision(&self) -> Attr<kind::EcsTaskDefinitionArn> {
        if self.managed_elsewhere {
            Attr::from_expr(IntoValue::<String>::into_expr(&self.family))
        } else {
            Attr::ref_of(self.definition.id())
        }
    }
}

/// A container on its way into the task.
struct Part<'a> {
    name: Str,
    container: Container,
    image: ResolvedImage,
    role: Place<'a>,
    log: property::LogConfiguration,
}

/// What a container is to the task.
enum Place<'a> {
    App(Option<Port>),
    Sidecar(&'a Sidecar),
    Router,
}

impl TaskOptions {
    /// Adds the task definition, with the permissions it takes to start it.
    pub(crate) fn build(&self, scope: &mut Scope<'_>, compatibility: Compatibility) -> Task {
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

        let image = self.container.image.clone().resolve(scope);
        let architecture = image.architecture;
        let platform = property::RuntimePlatform::new()
            .cpu_architecture(architecture.property())
            .operating_system_family(property::RuntimePlatformOperatingSystemFamily::Linux);
        let parts = self.parts(scope, image, &logs, compatibility);
        let managed_elsewhere = parts.iter().any(|part| part.image.managed_elsewhere);
        self.check(scope, &parts, compatibility);
        self.permit(scope, &task_role, &execution_role, &logs, &parts);

        let family = family(&path);
        let mut definition = ecs::TaskDefinition::new()
            .family(&family)
            .cpu(self.size.cpu().to_string())
            .memory(self.size.memory().to_string())
            .execution_role_arn(&execution_role.arn)
            .task_role_arn(&task_role.arn)
            .network_mode(property::NetworkMode::Awsvpc)
            .requires_compatibilities([compatibility.property()])
            .runtime_platform(platform);
        if let Some(gib) = self.storage {
            definition = definition.ephemeral_storage(property::EphemeralStorage::new().size_in_gi_b(gib));
        }
        if self.fault_injection {
            definition = definition.enable_fault_injection(true);
        }
        let mut accepted = Vec::new();
        for part in &parts {
            accepted.extend(part.container.accepted(&part.name));
        }
        definition = definition.because_of(accepted);
        if managed_elsewhere {
            // What a pipeline made of an old revision may still run.
            definition = definition
                .deletion_policy(DeletionPolicy::Delete)
                .update_replace_policy(DeletionPolicy::Retain);
        }
        let mut prerequisites = Vec::new();
        for mount in self.mounts() {
            prerequisites.extend_from_slice(mount.file_system.mount_targets());
        }
        let mut volumes = Volumes::default();
        let mut containers = Vec::new();
        for part in parts {
            containers.push(part.definition(&mut volumes));
        }
        definition = definition.container_definitions(containers);
        let volumes = volumes.into_list();
        if !volumes.is_empty() {
            definition = definition.volumes(volumes);
        }
        let definition = scope.add("Task", definition);
        Task {
            definition,
            family,
            task_role,
            execution_role,
            logs,
            prerequisites,
            managed_elsewhere,
            architecture,
        }
    }

    /// Lets the tasks reach what they mount.
    pub(crate) fn connect_mounts(&self, scope: &mut Scope<'_>, tasks: &impl Connect) {
        let mut seen = Vec::new();
        for mount in self.mounts() {
            let files = &mount.file_system;
            if !seen.contains(files.id.expr()) {
                seen.push(files.id.expr().clone());
                scope.connect(tasks, files);
            }
        }
    }

    fn mounts(&self) -> Vec<&AccessPointRef> {
        let mut mounts: Vec<_> = self.container.mounts.values().collect();
        for sidecar in &self.sidecars {
            mounts.extend(sidecar.container.mounts.values());
        }
        mounts
    }

    /// The containers: the app's own, then the sidecars by name, then the router of the log.
    fn parts<'a>(
        &'a self,
        scope: &mut Scope<'_>,
        image: ResolvedImage,
        logs: &LogGroupRef,
        compatibility: Compatibility,
    ) -> Vec<Part<'a>> {
        let mut app = self.container.clone();
        if self.exec {
            app.init = true;
            if matches!(app.root, Root::ReadOnly) {
                app.writable.extend(each(EXEC_PATHS, Str::Borrowed));
            }
        }
        let mut sidecars: Vec<&Sidecar> = self.sidecars.iter().collect();
        sort_by(&mut sidecars, |one, other| one.name.cmp(&other.name));
        let mut beside = Vec::new();
        for sidecar in sidecars {
            let container = sidecar.introduce(scope, &mut app, &image, compatibility);
            if let Some(state) = sidecar.state_for_app() {
                app.after.or_insert(sidecar.name.clone(), state);
            }
            let image =
                container.image.clone().resolve(&mut scope.group(format!("Sidecar-{}", sidecar.name)));
            let log = to_group(logs, &sidecar.name);
            beside.push(Part {
                name: sidecar.name.clone(),
                container,
                image,
                role: Place::Sidecar(sidecar),
                log,
            });
        }
        let mut log = to_group(logs, CONTAINER);
        if let Some(logging) = &self.logging {
            log = logging.of(&mut app);
            let container = logging.container();
            let image = container.image.clone().resolve(&mut scope.group("LogRouter"));
            let name = Str::Borrowed(ROUTER);
            beside.push(Part { name, container, image, role: Place::Router, log: to_group(logs, ROUTER) });
        }
        let app =
            Part { name: Str::Borrowed(CONTAINER), container: app, image, role: Place::App(self.port), log };
        beside.insert(0, app);
        beside
    }
}

impl Part<'_> {
    fn definition(self, volumes: &mut Volumes) -> property::ContainerDefinition {
        let mut container = self.container.definition(&self.name, &self.image).log_configuration(self.log);
        let mounts = volumes.of(&self.container, &self.name);
        if !mounts.is_empty() {
            container = container.mount_points(mounts);
        }
        match self.role {
            Place::Sidecar(sidecar) => sidecar.place(container),
            Place::Router => Logging::place(container),
            Place::App(None) => container.essential(true),
            Place::App(Some(port)) => {
                container.essential(true).port_mappings([port_mapping(port).name(CONTAINER)])
            }
        }
    }

    fn is_essential(&self) -> bool {
        !matches!(self.role, Place::Sidecar(sidecar) if !sidecar.is_essential())
    }
}

/// The name that all revisions of a definition share: that of the stack, and the path in it.
fn family(path: &str) -> Text {
    let own = path.find('/').map_or("", |at| &path[at..]);
    sub!("{}{}", intrinsic::stack_name(), own.replace(['/', '.'], "-"))
}

fn port_mapping(port: Port) -> property::PortMapping {
    property::PortMapping::new().container_port(port).protocol(property::PortMappingProtocol::Tcp)
}

impl Compatibility {
    fn property(self) -> property::RequiresCompatibilities {
        match self {
            Self::Fargate => property::RequiresCompatibilities::Fargate,
            Self::Ec2 => property::RequiresCompatibilities::Ec2,
        }
    }
}
