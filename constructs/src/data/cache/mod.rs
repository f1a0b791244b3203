//! A cache: Valkey, Redis OSS or Memcached, without servers or on nodes of our own.
//!
//! Makes one `AWS::ElastiCache::ServerlessCache`; or on nodes an `AWS::ElastiCache::ReplicationGroup` with an `AWS::Logs::LogGroup` for each of
//! its two logs (Memcached: an `AWS::ElastiCache::CacheCluster`), an `AWS::ElastiCache::SubnetGroup`, and an
//! `AWS::ElastiCache::ParameterGroup` where parameters are set. Around it an `AWS::EC2::SecurityGroup`; for Valkey and Redis OSS an
//! `AWS::ElastiCache::User` in an `AWS::ElastiCache::UserGroup` with a [`Secret`](crate::Secret); and an [`Alarm`](crate::Alarm) for each limit.
//!
//! Defaults: Valkey 8, Redis OSS 7, Memcached 1.6; no servers to choose, and outside of protected stages 5 GB and 5,000 ECPU a second at most, so
//! that a mistake stays cheap; isolated subnets; nothing comes in until it is connected, and then over TLS only, with a password that nobody has
//! seen; encrypted at rest. In a protected stage a snapshot each day, kept for 7 days, and the cache kept on deletion (nodes: a last snapshot); on
//! nodes a replica in another zone that takes over by itself. Slow commands and the log of the engine are kept for 90 and 30 days.
//!
//! Memcached has neither users nor snapshots, and no encryption at rest on nodes: what it holds is in memory alone, and is gone with a node.
//!
//! See <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/WhatIs.html>.

mod check;
mod handle;
mod login;
mod nodes;
mod serverless;
#[cfg(test)]
mod tests;
mod watch;

use formwork_assembly::SortedMap;
use formwork_cfn::kind;
use formwork_synth::{Attr, Construct, Port, Scope, Str, port};

pub use handle::{CacheRef, CacheResource, ExistingCache};
pub use login::CacheLogin;
pub use nodes::CacheNode;

use crate::{
    BackupWindow, KeyRef, MaintenanceWindow, Retention, SecurityGroup, SecurityGroupRef, Tier, VpcRef,
    operations::{Monitoring, monitoring_options},
};

/// A cache in memory.
///
/// ```
/// # use formwork_constructs::{Cache, CacheNode, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
/// let sessions = shop.add("Sessions", Cache::valkey(&vpc).limit_storage(10));
/// let ranks = shop.add("Ranks", Cache::valkey(&vpc).nodes(CacheNode::r7g_large()).shards(2).replicas(1));
/// let pages = shop.add("Pages", Cache::memcached(&vpc));
/// shop.output("Host", &sessions.endpoint);
/// ```
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Cache {
    engine: CacheEngine,
    vpc: VpcRef,
    private: bool,
    nodes: Option<CacheNode>,
    shards: Option<u32>,
    replicas: Option<u32>,
    alone: Option<Str>,
    storage: Option<u32>,
    ecpu: Option<u32>,
    login: Option<CacheLogin>,
    access: Option<Str>,
    snapshot_days: Option<u32>,
    snapshot_window: Option<BackupWindow>,
    maintenance_window: Option<MaintenanceWindow>,
    key: Option<KeyRef>,
    retention: Option<Retention>,
    parameters: SortedMap<Str, Str>,
    monitoring: Monitoring,
}

/// The program that holds the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheEngine {
    /// Text by a key, without users, copies or snapshots.
    Memcached,
    /// What Valkey came from, at a higher price.
    RedisOss,
    /// Lists, sets, streams and more by a key, with users and copies.
    Valkey,
}

/// The network around a cache.
struct Place {
    subnets: Vec<Attr<kind::Ec2SubnetId>>,
    security_group: SecurityGroupRef,
}

impl Cache {
    /// A cache of Valkey 8 in the isolated subnets of a VPC.
    pub fn valkey(vpc: &VpcRef) -> Self {
        Self::new(vpc, CacheEngine::Valkey)
    }

    /// A cache of Redis OSS 7 in the isolated subnets of a VPC. Valkey understands the same commands, and costs less.
    pub fn redis(vpc: &VpcRef) -> Self {
        Self::new(vpc, CacheEngine::RedisOss)
    }

    /// A cache of Memcached 1.6 in the isolated subnets of a VPC.
    pub fn memcached(vpc: &VpcRef) -> Self {
        Self::new(vpc, CacheEngine::Memcached)
    }

    fn new(vpc: &VpcRef, engine: CacheEngine) -> Self {
        Self {
            engine,
            vpc: vpc.clone(),
            private: false,
            nodes: None,
            shards: None,
            replicas: None,
            alone: None,
            storage: None,
            ecpu: None,
            login: None,
            access: None,
            snapshot_days: None,
            snapshot_window: None,
            maintenance_window: None,
            key: None,
            retention: None,
            parameters: SortedMap::new(),
            monitoring: Monitoring::Undecided,
        }
    }

    /// Lies in private subnets, for a VPC that has no isolated ones. A change replaces the cache. Default: isolated subnets, from which no route
    /// leads out.
    pub fn private_subnets(mut self) -> Self {
        self.private = true;
        self
    }

    /// Runs on nodes of our own, which are paid by the hour. A change replaces the cache. Default: without servers, paid by use.
    pub fn nodes(mut self, node: CacheNode) -> Self {
        self.nodes = Some(node);
        self
    }

    /// Spreads the data over so many shards; with Memcached, over so many nodes. Clients must know how to follow. On nodes only. Default: 1, and 2
    /// nodes of Memcached in a protected stage.
    pub fn shards(mut self, shards: u32) -> Self {
        self.shards = Some(shards);
        self
    }

    /// Keeps so many copies of each shard in other zones, 1 to 5, of which one takes over when its node fails. On nodes only. Default: 1 in a
    /// protected stage, none in any other.
    pub fn replicas(mut self, replicas: u32) -> Self {
        self.replicas = Some(replicas);
        self
    }

    /// Keeps no copies, in a protected stage either. The reason is written into the template. On nodes only.
    pub fn without_replicas(mut self, reason: impl Into<Str>) -> Self {
        self.alone = Some(reason.into());
        self
    }

    /// Sets how many GB it holds at most, 1 to 5,000. Without servers only. Default: 5, and no limit in a protected stage.
    pub fn limit_storage(mut self, gigabytes: u32) -> Self {
        self.storage = Some(gigabytes);
        self
    }

    /// Sets how many ECPU it uses a second at most, 1,000 to 15,000,000; a plain read or write of a kilobyte is one. Without servers only. Default:
    /// 5,000, and no limit in a protected stage.
    pub fn limit_ecpu(mut self, per_second: u32) -> Self {
        self.ecpu = Some(per_second);
        self
    }

    /// Chooses how clients log in. Not with Memcached, which knows no users. Default: with a password that is generated.
    pub fn login(mut self, login: CacheLogin) -> Self {
        self.login = Some(login);
        self
    }

    /// Sets what the user may do, as an access string of Valkey: `on ~sessions:* +@read +@write`. Default: everything, `on ~* &* +@all`.
    pub fn access(mut self, access: impl Into<Str>) -> Self {
        self.access = Some(access.into());
        self
    }

    /// Sets for how many days the daily snapshots are kept, up to 35; none are taken with 0. Default: 7 in a protected stage, 0 in any other.
    pub fn snapshot_days(mut self, days: u32) -> Self {
        self.snapshot_days = Some(days);
        self
    }

    /// Sets when the daily snapshot is taken, in an hour at least. Default: AWS chooses.
    pub fn snapshot_window(mut self, window: BackupWindow) -> Self {
        self.snapshot_window = Some(window);
        self
    }

    /// Sets when AWS may change nodes, in an hour at least. On nodes only. Default: AWS chooses.
    pub fn maintenance_window(mut self, window: MaintenanceWindow) -> Self {
        self.maintenance_window = Some(window);
        self
    }

    /// Encrypts at rest with a key of your own. A change replaces the cache. Default: a key of ElastiCache.
    pub fn key(mut self, key: &KeyRef) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Sets how long logs are kept. On nodes only. Default: 90 days in a protected stage, 30 in any other.
    pub fn log_retention(mut self, retention: Retention) -> Self {
        self.retention = Some(retention);
        self
    }

    /// Sets a parameter of the engine: `maxmemory-policy`. On nodes only. Default: ElastiCache's.
    pub fn parameter(mut self, name: impl Into<Str>, value: impl Into<Str>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    monitoring_options!(monitoring);

    /// Adds the security group, and names the subnets.
    fn place(&self, scope: &mut Scope<'_>) -> Place {
        let (tier, help) = if self.private {
            (Tier::Private, "let the VPC span two availability zones with private subnets")
        } else {
            let help = "give the VPC isolated subnets with `.isolated_subnets()`, or choose the private ones with `.private_subnets()`";
            (Tier::Isolated, help)
        };
        let subnets = self.vpc.subnet_ids(scope, tier, 2, help);
        let group = SecurityGroup::new(&self.vpc, format!("cache {}", scope.path()));
        let group = group.listed_egress().owned_by(scope.id());
        Place { subnets, security_group: scope.add("SecurityGroup", group) }
    }

    /// The days for which snapshots are kept.
    fn kept_days(&self, scope: &Scope<'_>) -> u32 {
        let by_stage = if self.engine.has_users() && scope.stage().is_protected() { 7 } else { 0 };
        self.snapshot_days.unwrap_or(by_stage)
    }
}

impl CacheEngine {
    /// As AWS spells it.
    fn name(self) -> &'static str {
        match self {
            Self::Memcached => "memcached",
            Self::RedisOss => "redis",
            Self::Valkey => "valkey",
        }
    }

    /// The port that clients connect to.
    pub(crate) fn port(self) -> Port {
        match self {
            Self::Memcached => port!(11211),
            Self::RedisOss | Self::Valkey => port!(6379),
        }
    }

    /// The port from which copies are read where there are no servers.
    fn reader_port(self) -> Port {
        match self {
            Self::Memcached => port!(11212),
            Self::RedisOss | Self::Valkey => port!(6380),
        }
    }

    /// Whether it knows users, copies and snapshots.
    fn has_users(self) -> bool {
        !matches!(self, Self::Memcached)
    }
}

impl Construct for Cache {
    type Handle = CacheRef;

    fn build(self, scope: &mut Scope<'_>) -> CacheRef {
        self.check(scope);
        let place = self.place(scope);
        let access = self.engine.has_users().then(|| self.users(scope));
        let (resource, watched) = match &self.nodes {
            None => self.serverless(scope, &place, access.as_ref()),
            Some(node) if self.engine.has_users() => {
                self.replication_group(scope, node, &place, access.as_ref())
            }
            Some(node) => self.memcached_cluster(scope, node, &place),
        };
        self.monitoring.add(scope, || watched.alarms());
        CacheRef::built(resource, self.engine, place.security_group, access, watched)
    }
}

impl Place {
    /// Up to three subnets: ElastiCache takes no more without servers.
    fn three_subnets(&self) -> Vec<Attr<kind::Ec2SubnetId>> {
        self.subnets.iter().take(3).cloned().collect()
    }
}
