//! An ECS cluster for Fargate tasks, on demand and Spot.
//!
//! Makes one `AWS::ECS::Cluster`; for names an `AWS::ServiceDiscovery::HttpNamespace`; for the record of ECS Exec an `AWS::Logs::LogGroup`.
//!
//! Defaults: the Fargate capacity providers; Container Insights enhanced in a protected stage, plain in any other; no
//! namespace; what operators do by ECS Exec is not recorded.

use formwork_cfn::{
    ecs::{self, cluster as property},
    kind, servicediscovery,
};
use formwork_synth::{Attr, Construct, NodeId, Scope, Str};

use crate::{LogGroup, LogGroupRef};

/// An ECS cluster.
///
/// ```
/// # use formwork_constructs::Cluster;
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let cluster = shop.add("Cluster", Cluster::new());
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/clusters.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    name: Option<Str>,
    namespace: Option<Str>,
    exec_logs: bool,
}

/// A cluster of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct ClusterRef {
    /// Its name.
    pub name: Attr<kind::EcsClusterName>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<ecs::ClusterRef>,
    /// The Cloud Map namespace in which its services have names.
    pub namespace: Option<Attr<kind::ServiceDiscoveryHttpNamespaceArn>>,
    /// Where what operators do by ECS Exec is recorded.
    pub exec_logs: Option<LogGroupRef>,
    /// The list of its capacity providers, once it has instances.
    pub(super) associations: Option<NodeId>,
}

impl Cluster {
    /// A cluster whose name CloudFormation makes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name. A change replaces the cluster. Default: made by CloudFormation.
    pub fn name(mut self, name: impl Into<Str>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Lets services have names that others of the cluster call them by, in a namespace of this name: the only one of it in account and region.
    /// A change replaces the namespace. Default: none.
    ///
    /// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html>.
    pub fn namespace(mut self, name: impl Into<Str>) -> Self {
        self.namespace = Some(name.into());
        self
    }

    /// Records what operators do in containers by ECS Exec. Default: not recorded.
    pub fn exec_logs(mut self) -> Self {
        self.exec_logs = true;
        self
    }
}

impl ClusterRef {
    /// A cluster that exists already, with the Fargate capacity providers.
    pub fn existing(name: impl Into<Str>) -> Self {
        Self {
            name: Attr::existing(name),
            resource: None,
            namespace: None,
            exec_logs: None,
            associations: None,
        }
    }

    /// Names the namespace of a cluster that exists already, by its ARN.
    #[must_use]
    pub fn with_namespace(mut self, arn: impl Into<Str>) -> Self {
        self.namespace = Some(Attr::existing(arn));
        self
    }
}

impl Construct for Cluster {
    type Handle = ClusterRef;

    fn build(self, scope: &mut Scope<'_>) -> ClusterRef {
        let insights = if scope.stage().is_protected() { "enhanced" } else { "enabled" };
        let setting = property::ClusterSettings::new().name("containerInsights").value(insights);
        let mut cluster =
            ecs::Cluster::new().capacity_providers(["FARGATE", "FARGATE_SPOT"]).cluster_settings([setting]);
        if let Some(name) = self.name {
            cluster = cluster.cluster_name(name);
        }
        let namespace = self.namespace.map(|name| {
            let namespace = servicediscovery::HttpNamespace::new().name(name);
            scope.add("Namespace", namespace).arn()
        });
        if let Some(namespace) = &namespace {
            let defaults = property::ServiceConnectDefaults::new().namespace(namespace);
            cluster = cluster.service_connect_defaults(defaults);
        }
        let exec_logs = self.exec_logs.then(|| scope.add("ExecLogs", LogGroup::new()));
        if let Some(logs) = &exec_logs {
            let log = property::ExecuteCommandLogConfiguration::new().cloud_watch_log_group_name(&logs.name);
            let exec = property::ExecuteCommandConfiguration::new()
                .log_configuration(log)
                .logging(property::ExecuteCommandConfigurationLogging::Override);
            let configuration = property::ClusterConfiguration::new().execute_command_configuration(exec);
            cluster = cluster.configuration(configuration);
        }
        let resource = scope.in_place(cluster);
        ClusterRef {
            name: resource.reference(),
            resource: Some(resource),
            namespace,
            exec_logs,
            associations: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    #[test]
    fn cluster() {
        snapshot("cluster", |shop| {
            shop.add("Cluster", Cluster::new());
        });
    }
}
