//! An ECS cluster for Fargate tasks, on demand and Spot.
//!
//! Makes one `AWS::ECS::Cluster`.
//!
//! Defaults: the Fargate capacity providers; Container Insights enhanced in a protected stage, plain in any other.

use formwork_cfn::{
    ecs::{self, cluster as property},
    kind,
};
use formwork_synth::{Attr, Construct, NodeId, Scope, Str};

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
}

/// A cluster of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct ClusterRef {
    /// Its name.
    pub name: Attr<kind::EcsClusterName>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<ecs::ClusterRef>,
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
}

impl ClusterRef {
    /// A cluster that exists already, with the Fargate capacity providers.
    pub fn existing(name: impl Into<Str>) -> Self {
        Self { name: Attr::existing(name), resource: None, associations: None }
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
        let resource = scope.in_place(cluster);
        ClusterRef { name: resource.reference(), resource: Some(resource), associations: None }
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
