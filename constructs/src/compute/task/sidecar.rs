//! Containers that run beside the app's own: agents, proxies, what prepares a task before it starts.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::ecs::task_definition as property;
use formwork_synth::{Expr, IntoValue, Port, Scope, SecretValue, Str};

use super::{
    Compatibility,
    container::{Container, ContainerHealth, ContainerState, container_options},
};
use crate::{Image, compute::image::ResolvedImage, each::each};

/// A container that runs in each task beside the app's own, and shares its network: each reaches the other at `localhost`.
///
/// ```
/// use formwork_constructs::{Image, Sidecar};
/// use formwork_synth::port;
///
/// let proxy = Sidecar::new("proxy", Image::from_registry("public.ecr.aws/nginx/nginx:1.29.1"))
///     .port(port!(8081))
///     .reserve(64, 128)
///     .writable("/var/cache/nginx")
///     .in_memory("/var/run", 1);
/// let assets = Sidecar::new("assets", Image::from_directory("api")).command(["manage.py", "collectstatic"]).runs_first();
/// ```
///
/// Its log goes to the log group of the task, in streams of its own.
#[must_use = "a sidecar does nothing until a task has it"]
#[derive(Clone, Debug)]
pub struct Sidecar {
    pub(super) name: Str,
    pub(super) container: Container,
    ports: Vec<Port>,
    pub(super) cpu: Option<u32>,
    pub(super) memory: Option<u32>,
    end: End,
    /// Whether the app's own container waits for it.
    is_first: bool,
    preset: Preset,
}

/// What its end means to the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The end of the task.
    EndsTask,
    /// A new start of the sidecar alone.
    StartsAgain,
    /// That its work is done.
    IsDone,
}

/// What a sidecar is known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Preset {
    Own,
    Datadog,
    OpenTelemetry,
}

/// Datadog's agent as Datadog publishes it, for ARM and Intel.
const DATADOG: &str = "public.ecr.aws/datadog/agent:7.77.2";

/// The collector as AWS publishes it, for ARM and Intel.
const COLLECTOR: &str = "public.ecr.aws/aws-observability/aws-otel-collector:v0.48.0";

impl Sidecar {
    /// A sidecar whose end is the end of the task.
    pub fn new(name: impl Into<Str>, image: Image) -> Self {
        Self {
            name: name.into(),
            container: Container::new(image),
            ports: Vec::new(),
            cpu: None,
            memory: None,
            end: End::EndsTask,
            is_first: false,
            preset: Preset::Own,
        }
    }

    /// The agent of Datadog, with traces: the container `datadog-agent`. The app's own container gets `DD_ENV`, `DD_SERVICE` and
    /// `DD_VERSION`, the tags that join metrics, traces and logs, unless it sets them itself.
    ///
    /// It reports to the United States; `.env("DD_SITE", "datadoghq.eu")` changes that. Logs are sent by
    /// [`Logging::datadog`](crate::Logging::datadog).
    ///
    /// See <https://docs.datadoghq.com/integrations/ecs_fargate/>.
    pub fn datadog(api_key: &SecretValue) -> Self {
        let mut agent = Self::new("datadog-agent", Image::from_registry(DATADOG))
            .secret("DD_API_KEY", api_key.clone())
            .env("DD_APM_ENABLED", "true")
            .env("DD_SITE", "datadoghq.com")
            .reserve(64, 256)
            .container_health_check(ContainerHealth::command(["agent", "health"]).start_period(60))
            .writable_root("the agent writes its configuration when it starts")
            .starts_again();
        agent.preset = Preset::Datadog;
        agent
    }

    /// The OpenTelemetry collector in AWS's distribution, with its configuration as YAML: the container `otel-collector`. The app's own
    /// container gets `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`, unless it sets them itself.
    ///
    /// What the exporters in the configuration need permission for is granted to the service. With the extension `health_check` in the
    /// configuration goes `.container_health_check(ContainerHealth::command(["/healthcheck"]))`.
    ///
    /// See <https://aws-otel.github.io/docs/setup/ecs>.
    pub fn open_telemetry(config: impl Into<Str>) -> Self {
        let config: Str = config.into();
        let mut collector = Self::new("otel-collector", Image::from_registry(COLLECTOR))
            .env("AOT_CONFIG_CONTENT", config.into_owned())
            .reserve(64, 256)
            .starts_again();
        collector.preset = Preset::OpenTelemetry;
        collector
    }

    /// Sets another image, to follow the releases of a preset's.
    pub fn image(mut self, image: Image) -> Self {
        self.container.image = image;
        self
    }

    /// Says on which ports it listens. Default: none that is named.
    pub fn port(mut self, port: Port) -> Self {
        self.ports.push(port);
        self
    }

    /// Sets the CPU units that it has at least, and the MiB of memory that it has at most, both out of what the task has. Default: what is left.
    pub fn reserve(mut self, cpu: u32, memory: u32) -> Self {
        (self.cpu, self.memory) = (Some(cpu), Some(memory));
        self
    }

    /// Starts the sidecar again when it ends, and leaves the rest of the task alone. Default: its end is the end of the task.
    pub fn starts_again(mut self) -> Self {
        self.end = End::StartsAgain;
        self
    }

    /// Runs the sidecar to its end, well, before the app's own container starts. Default: both run at once.
    pub fn runs_first(mut self) -> Self {
        (self.end, self.is_first) = (End::IsDone, true);
        self
    }

    /// Starts the app's own container only when the sidecar is well, or started where it has no health check. Default: both start at once.
    pub fn starts_first(mut self) -> Self {
        self.is_first = true;
        self
    }

    container_options!(container);

    /// What the app's own container waits for.
    pub(super) fn state_for_app(&self) -> Option<ContainerState> {
        self.is_first.then_some(match (self.end, &self.container.health) {
            (End::IsDone, _) => ContainerState::Succeeded,
            (_, Some(_)) => ContainerState::Healthy,
            (_, None) => ContainerState::Started,
        })
    }

    pub(super) fn is_essential(&self) -> bool {
        self.end == End::EndsTask
    }

    /// Tells the app's own container, and the sidecar's, which is returned, who they are.
    pub(super) fn introduce(
        &self,
        scope: &Scope<'_>,
        app: &mut Container,
        image: &ResolvedImage,
        compatibility: Compatibility,
    ) -> Container {
        let mut own = self.container.clone();
        let stage = scope.stage().name.to_string();
        let service = service_name(scope);
        match self.preset {
            Preset::Own => {}
            Preset::Datadog => {
                if compatibility == Compatibility::Fargate {
                    own.suggest("ECS_FARGATE", Expr::text("true"));
                }
                let version = image.version.clone().map(IntoValue::<String>::into_expr);
                let tags = [
                    ("DD_ENV", "com.datadoghq.tags.env", Some(Expr::text(stage))),
                    ("DD_SERVICE", "com.datadoghq.tags.service", Some(Expr::text(service))),
                    ("DD_VERSION", "com.datadoghq.tags.version", version),
                ];
                for (variable, label, value) in tags {
                    let Some(value) = value else { continue };
                    app.suggest(variable, value);
                    if let Some(value) = app.environment.get(variable) {
                        app.labels.insert(Str::Borrowed(label), value.clone());
                    }
                }
            }
            Preset::OpenTelemetry => {
                let attributes =
                    format!("deployment.environment.name={stage},service.namespace={}", scope.app_name());
                app.suggest("OTEL_EXPORTER_OTLP_ENDPOINT", Expr::text("http://localhost:4318"));
                app.suggest("OTEL_SERVICE_NAME", Expr::text(service));
                app.suggest("OTEL_RESOURCE_ATTRIBUTES", Expr::text(attributes));
            }
        }
        own
    }

    /// Its part in the task.
    pub(super) fn place(
        &self,
        mut container: property::ContainerDefinition,
    ) -> property::ContainerDefinition {
        container = container.essential(self.is_essential());
        if let (Some(cpu), Some(memory)) = (self.cpu, self.memory) {
            container = container.cpu(cpu).memory(memory);
        }
        if !self.ports.is_empty() {
            let ports = each(&self.ports, |port| super::port_mapping(*port));
            container = container.port_mappings(ports);
        }
        if self.end == End::StartsAgain {
            container = container
                .restart_policy(property::RestartPolicy::new().enabled(true).restart_attempt_period(60));
        }
        container
    }

    /// Reports a name that ECS does not take.
    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        let is_name = !self.name.is_empty()
            && self.name.len() <= 255
            && self.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if !is_name {
            let message = format!("`{}` cannot be the name of a sidecar", self.name.escape_debug());
            let help = "name it with letters, digits, `-` and `_`";
            scope.report(Diagnostic::error(&code::SIDECAR, message).help(help));
        }
    }
}

/// What the app is called where it is watched: `shop-api` for `Shop/Api` of the app `shop`.
fn service_name(scope: &Scope<'_>) -> String {
    let path = scope.path();
    let own = path.rsplit('/').next().unwrap_or_default();
    format!("{}-{own}", scope.app_name()).to_lowercase()
}
