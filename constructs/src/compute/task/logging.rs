//! Where the log of a task goes: to its log group, or through a router to wherever that leads.

use formwork_assembly::{Diagnostic, SortedMap, code};
use formwork_cfn::ecs::task_definition as property;
use formwork_synth::{Expr, Scope, SecretValue, Str, Value, intrinsic, sub};

use super::container::{Container, ContainerState, secrets};
use crate::{EnvironmentValue, Image, LogGroupRef, compute::credential::credential_in, each::each};

/// Where the log of an app's own container goes. Sidecars always log to the log group.
///
/// ```
/// use formwork_constructs::Logging;
///
/// let stream = Logging::firelens("kinesis_streams").option("stream", "shop-logs").option("region", "eu-west-1");
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html>.
#[must_use = "logging does nothing until a task has it"]
#[derive(Clone, Debug)]
pub struct Logging {
    options: SortedMap<Str, Expr>,
    secrets: SortedMap<Str, SecretValue>,
    router: Image,
}

/// The name of the container with the router.
pub(super) const ROUTER: &str = "log-router";

/// Fluent Bit as AWS publishes it, for ARM and Intel.
const FLUENT_BIT: &str = "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.16";

impl Logging {
    /// An output of Fluent Bit by its name, such as `kinesis_streams`, by a router that runs beside the container. What the output needs
    /// permission for is granted to the service.
    pub fn firelens(output: impl Into<Str>) -> Self {
        let options = SortedMap::from([(Str::Borrowed("Name"), Expr::Text(output.into()))]);
        Self { options, secrets: SortedMap::new(), router: Image::from_registry(FLUENT_BIT) }
    }

    /// Datadog's intake for logs in the United States; the option `Host` names another one.
    pub fn datadog(api_key: &SecretValue) -> Self {
        Self::firelens("datadog")
            .option("Host", "http-intake.logs.datadoghq.com")
            .option("TLS", "on")
            .option("compress", "gzip")
            .option("provider", "ecs")
            .secret_option("apikey", api_key)
    }

    /// Sets an option of the output.
    pub fn option(mut self, name: impl Into<Str>, value: impl EnvironmentValue) -> Self {
        self.options.insert(name.into(), value.into_expr());
        self
    }

    /// Sets an option of the output to a secret, with permission to read just it.
    pub fn secret_option(mut self, name: impl Into<Str>, secret: &SecretValue) -> Self {
        self.secrets.insert(name.into(), secret.clone());
        self
    }

    /// Sets the image of the router, to follow its releases. Default: Fluent Bit as AWS publishes it, in the release that was current when
    /// this library was released.
    pub fn router(mut self, image: Image) -> Self {
        self.router = image;
        self
    }

    /// The container of the router.
    pub(super) fn container(&self) -> Container {
        let mut router = Container::new(self.router.clone());
        // It reads what ECS writes as root.
        router.user = Some(Str::Borrowed("0"));
        router
    }

    /// Reports a literal that should be a secret.
    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        for (name, value) in &self.options {
            if let Some(what) = credential_in(name, value) {
                let message = format!("the plain option `{name}` of the log {what}");
                let help =
                    "keep the value in Secrets Manager or Parameter Store and name it by `.secret_option(…)`";
                scope.report(Diagnostic::error(&code::CREDENTIAL, message).help(help));
            }
        }
    }

    /// What it takes to start a container that logs this way.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &SecretValue> {
        self.secrets.values()
    }

    /// How a container logs. It waits for the router, and so is stopped before it.
    pub(super) fn of(&self, container: &mut Container) -> property::LogConfiguration {
        container.after.insert(Str::Borrowed(ROUTER), ContainerState::Started);
        let option = |(name, value): (&Str, &Expr)| (name.clone(), Value::<String>::from_expr(value.clone()));
        let options = each(&self.options, option);
        let log = property::LogConfiguration::new().log_driver("awsfirelens").options(options);
        if self.secrets.is_empty() { log } else { log.secret_options(secrets(&self.secrets)) }
    }

    /// What makes the container of the router one.
    pub(super) fn place(container: property::ContainerDefinition) -> property::ContainerDefinition {
        let router = property::FirelensConfiguration::new()
            .type_(property::FirelensConfigurationType::Fluentbit)
            .options([("enable-ecs-log-metadata", "true")]);
        container.essential(true).memory_reservation(64).firelens_configuration(router)
    }
}

/// Logs to the log group of the task, in streams that begin with the name of the container. It goes on when CloudWatch is slow, and loses log
/// lines rather than requests.
pub(super) fn to_group(logs: &LogGroupRef, container: &str) -> property::LogConfiguration {
    let options = [
        ("awslogs-group", sub!("{}", &logs.name)),
        ("awslogs-region", intrinsic::region()),
        ("awslogs-stream-prefix", sub!("{}", container)),
        ("max-buffer-size", sub!("25m")),
        ("mode", sub!("non-blocking")),
    ];
    property::LogConfiguration::new().log_driver("awslogs").options(options)
}
