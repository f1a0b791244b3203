//! A cache on nodes of our own: a replication group of Valkey or Redis OSS, or a cluster of Memcached.

use formwork_cfn::elasticache::{self, cache_cluster, replication_group as property};
use formwork_synth::{DeletionPolicy, Expr, Object, ResourceOptions, Scope, Str, Text, Value, sub};

use super::{Cache, CacheEngine, CacheResource, Place, login::Access, watch::Watched};
use crate::{LogGroup, each::each, reason::Reasoned};

/// The type of a node: `cache.r7g.large`.
///
/// ```
/// use formwork_constructs::CacheNode;
/// let small = CacheNode::t4g_small();
/// let any_other = CacheNode::named("cache.r7g.4xlarge");
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheNode(Str);

macro_rules! nodes {
    ($($name:ident $type:literal $doc:literal)*) => {$(
        #[doc = $doc]
        pub fn $name() -> Self {
            Self(Str::Borrowed($type))
        }
    )*};
}

impl CacheNode {
    nodes! {
        t4g_micro "cache.t4g.micro" "2 vCPU that can burst, half a GiB."
        t4g_small "cache.t4g.small" "2 vCPU that can burst, 1.4 GiB."
        t4g_medium "cache.t4g.medium" "2 vCPU that can burst, 3 GiB."
        m7g_large "cache.m7g.large" "2 vCPU, 6.4 GiB."
        m7g_xlarge "cache.m7g.xlarge" "4 vCPU, 13 GiB."
        r7g_large "cache.r7g.large" "2 vCPU, 13 GiB."
        r7g_xlarge "cache.r7g.xlarge" "4 vCPU, 26 GiB."
        r7g_2xlarge "cache.r7g.2xlarge" "8 vCPU, 53 GiB."
    }

    /// Any type, by its name, with `cache.` in front.
    pub fn named(name: impl Into<Str>) -> Self {
        Self(name.into())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl Cache {
    /// The shards of the cache, or the nodes of Memcached.
    pub(super) fn shard_count(&self, protected: bool) -> u32 {
        let default = if protected && !self.engine.has_users() { 2 } else { 1 };
        self.shards.unwrap_or(default)
    }

    /// The copies of each shard.
    pub(super) fn replica_count(&self, protected: bool) -> u32 {
        let by_stage = u32::from(protected && self.engine.has_users() && self.alone.is_none());
        self.replicas.unwrap_or(by_stage)
    }

    /// Adds a replication group, and says what of it is watched.
    pub(super) fn replication_group(
        &self,
        scope: &mut Scope<'_>,
        node: &CacheNode,
        place: &Place,
        access: Option<&Access>,
    ) -> (CacheResource, Watched) {
        let protected = scope.stage().is_protected();
        let (shards, replicas) = (self.shard_count(protected), self.replica_count(protected));
        let is_sharded = shards != 1;
        let version = if self.engine == CacheEngine::RedisOss { "7.1" } else { "8.2" };
        let mut group = elasticache::ReplicationGroup::new()
            .replication_group_description(scope.path())
            .engine(self.engine.name())
            .engine_version(version)
            .auto_minor_version_upgrade(true)
            .cache_node_type(node.0.clone())
            .cache_parameter_group_name(self.parameter_group(scope, is_sharded))
            .cache_subnet_group_name(self.subnet_group(scope, place))
            .security_group_ids([&place.security_group.id])
            .port(self.engine.port())
            // Shards are moved by taking over from each other, with or without copies.
            .automatic_failover_enabled(is_sharded || replicas > 0)
            .multi_az_enabled(replicas > 0)
            .at_rest_encryption_enabled(true)
            .transit_encryption_enabled(true)
            .transit_encryption_mode(property::TransitEncryptionMode::Required)
            .log_delivery_configurations(self.logs(scope));
        group = if is_sharded {
            let online = serde_json::json!({ "UseOnlineResharding": true });
            group
                .cluster_mode(property::ClusterMode::Enabled)
                .num_node_groups(shards)
                .replicas_per_node_group(replicas)
                .update_policy(online)
        } else {
            group.cluster_mode(property::ClusterMode::Disabled).num_cache_clusters(replicas.saturating_add(1))
        };
        if let Some(access) = access {
            group = group.user_group_ids([&access.group.reference()]);
        }
        if let Some(key) = &self.key {
            group = group.kms_key_id(&key.arn);
        }
        let days = self.kept_days(scope);
        group = group.snapshot_retention_limit(days);
        if let Some(window) = self.snapshot_window {
            group = group.snapshot_window(window.text());
        }
        if let Some(window) = self.maintenance_window {
            group = group.preferred_maintenance_window(window.text());
        }
        let group = group.because("without replicas", self.alone.as_ref());
        let removal = if protected { DeletionPolicy::Snapshot } else { DeletionPolicy::Delete };
        let group = scope.in_place(self.monitoring.note(group.removal_policy(removal)));
        let id = sub!("{}", group.reference());
        let nodes = each(1..=shards, |shard| {
            let name = |node: u32| {
                if is_sharded {
                    sub!("{}-{}-{}", &id, format!("{shard:04}"), format!("{node:03}"))
                } else {
                    sub!("{}-{}", &id, format!("{node:03}"))
                }
            };
            each(1..=replicas.saturating_add(1), name)
        });
        (CacheResource::ReplicationGroup { group, is_sharded }, Watched::Nodes(nodes))
    }

    /// Adds a cluster of Memcached, and says what of it is watched.
    pub(super) fn memcached_cluster(
        &self,
        scope: &mut Scope<'_>,
        node: &CacheNode,
        place: &Place,
    ) -> (CacheResource, Watched) {
        let nodes = self.shard_count(scope.stage().is_protected());
        let mut cluster = elasticache::CacheCluster::new()
            .engine(self.engine.name())
            .engine_version("1.6.22")
            .auto_minor_version_upgrade(true)
            .cache_node_type(node.0.clone())
            .num_cache_nodes(nodes)
            .az_mode(if nodes > 1 { cache_cluster::AzMode::CrossAz } else { cache_cluster::AzMode::SingleAz })
            .cache_subnet_group_name(self.subnet_group(scope, place))
            .vpc_security_group_ids([&place.security_group.id])
            .port(self.engine.port())
            .transit_encryption_enabled(true);
        if !self.parameters.is_empty() {
            cluster = cluster.cache_parameter_group_name(self.parameter_group(scope, false));
        }
        if let Some(window) = self.maintenance_window {
            cluster = cluster.preferred_maintenance_window(window.text());
        }
        // What it holds is gone with its nodes: there is nothing to keep.
        let cluster = self.monitoring.note(cluster.removal_policy(DeletionPolicy::Delete));
        let cluster = scope.in_place(cluster);
        let watched = Watched::Memcached(sub!("{}", cluster.reference()));
        (CacheResource::Memcached(cluster), watched)
    }

    fn subnet_group(&self, scope: &mut Scope<'_>, place: &Place) -> Text {
        let group = elasticache::SubnetGroup::new()
            .description(format!("subnets of {}", scope.path()))
            .subnet_ids(&place.subnets);
        sub!("{}", scope.add("SubnetGroup", group).reference())
    }

    /// The name of the group of parameters: ElastiCache's, or one with our own.
    fn parameter_group(&self, scope: &mut Scope<'_>, is_sharded: bool) -> Text {
        let family = match self.engine {
            CacheEngine::Memcached => "memcached1.6",
            CacheEngine::RedisOss => "redis7",
            CacheEngine::Valkey => "valkey8",
        };
        if self.parameters.is_empty() {
            let sharded = if is_sharded { ".cluster.on" } else { "" };
            return sub!("default.{}{}", family, sharded);
        }
        let mut parameters = Object::new();
        for (name, value) in &self.parameters {
            parameters.set(name.clone(), Expr::Text(value.clone()));
        }
        if is_sharded {
            parameters.set("cluster-enabled", Expr::text("yes"));
        }
        let group = elasticache::ParameterGroup::new()
            .cache_parameter_group_family(family)
            .description(format!("parameters of {}", scope.path()))
            .properties(Value::from_expr(Expr::Map(parameters)));
        sub!("{}", scope.add("Parameters", group).reference())
    }

    /// Adds the two log groups, and says what is written to them.
    fn logs(&self, scope: &mut Scope<'_>) -> Vec<cache_cluster::LogDeliveryConfigurationRequest> {
        use cache_cluster::{
            CloudWatchLogsDestinationDetails, DestinationDetails,
            LogDeliveryConfigurationRequest as Delivery,
            LogDeliveryConfigurationRequestDestinationType as Destination,
            LogDeliveryConfigurationRequestLogFormat as Format,
            LogDeliveryConfigurationRequestLogType as Log,
        };
        let mut deliver = |id: &str, log: Log| {
            let mut group = LogGroup::new();
            if let Some(retention) = self.retention {
                group = group.retention(retention);
            }
            let group = scope.add(id, group);
            let to = CloudWatchLogsDestinationDetails::new().log_group(&group.name);
            Delivery::new()
                .destination_type(Destination::CloudwatchLogs)
                .destination_details(DestinationDetails::new().cloud_watch_logs_details(to))
                .log_format(Format::Json)
                .log_type(log)
        };
        vec![deliver("EngineLog", Log::EngineLog), deliver("SlowLog", Log::SlowLog)]
    }
}
