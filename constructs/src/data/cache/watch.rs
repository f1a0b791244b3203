//! What is watched of a cache: whether it has room for what comes next.

use formwork_synth::Text;

use crate::{Alarm, Graph, Metric, MissingData, Severity, Statistic, each::each};

/// What the metrics of a cache are found by.
#[derive(Clone, Debug)]
pub(super) enum Watched {
    /// Nothing: it exists already, and who made it watches it.
    Nothing,
    /// By its name, with the limits in GB and in ECPU a second.
    Serverless { name: Text, storage: Option<u32>, ecpu: Option<u32> },
    /// By the names of its nodes, for each shard.
    Nodes(Vec<Vec<Text>>),
    /// By the name of the cluster.
    Memcached(Text),
}

/// How much of a limit may be used.
const SHARE: f64 = 0.8;
/// The clients that a node takes.
const MOST_CLIENTS: f64 = 65_000.0;

impl Watched {
    /// The alarms, by their names.
    pub(super) fn alarms(&self) -> Vec<(String, Alarm)> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Serverless { storage, ecpu, .. } => self.of_serverless(*storage, *ecpu),
            Self::Nodes(shards) => {
                let is_sharded = shards.len() > 1;
                let mut alarms = Vec::new();
                for (index, nodes) in shards.iter().enumerate() {
                    let suffix = if is_sharded { format!("{:04}", index + 1) } else { String::new() };
                    for (name, alarm) in of_shard(nodes) {
                        alarms.push((format!("{name}{suffix}"), alarm));
                    }
                }
                alarms
            }
            Self::Memcached(cluster) => {
                let metric = |name, statistic| node(cluster, name, statistic);
                let cpu =
                    Alarm::above(metric("CPUUtilization", Statistic::Maximum), 90, "a node has no CPU left");
                let gone = Alarm::above(
                    metric("Evictions", Statistic::Sum),
                    1000,
                    "the cache throws away what has not expired",
                );
                vec![
                    ("Cpu".into(), cpu.periods(15)),
                    ("Connections".into(), connections(metric("CurrConnections", Statistic::Maximum))),
                    ("Evictions".into(), gone.periods(15).missing_data(MissingData::Good)),
                ]
            }
        }
    }

    fn of_serverless(&self, storage: Option<u32>, ecpu: Option<u32>) -> Vec<(String, Alarm)> {
        let metric = |name, statistic| self.one(name, statistic);
        let refused = Alarm::above(
            metric("ThrottledCmds", Statistic::Sum),
            0,
            "the cache refuses commands: it cannot grow as fast",
        );
        let mut alarms: Vec<(String, Alarm)> = vec![
            ("Connections".into(), connections(metric("CurrConnections", Statistic::Maximum))),
            ("Throttled".into(), refused.missing_data(MissingData::Good)),
        ];
        if let Some(gigabytes) = storage {
            let bytes = f64::from(gigabytes) * 1e9 * SHARE;
            let full = metric("BytesUsedForCache", Statistic::Maximum);
            let full = Alarm::above(full, bytes, "the cache is nearly full, and will throw data away");
            alarms.push(("Storage".into(), full));
        }
        if let Some(ecpu) = ecpu {
            let a_minute = f64::from(ecpu) * 60.0 * SHARE;
            let used = metric("ElastiCacheProcessingUnits", Statistic::Sum);
            let used =
                Alarm::above(used, a_minute, "the cache has few ECPU left").missing_data(MissingData::Good);
            alarms.push(("Ecpu".into(), used));
        }
        alarms
    }

    /// A metric of a cache without servers.
    fn one(&self, name: &'static str, statistic: Statistic) -> Metric {
        let metric = Metric::new("AWS/ElastiCache", name, statistic);
        match self {
            Self::Serverless { name, .. } => metric.dimension("clusterId", name),
            _ => metric,
        }
    }

    /// The graphs, most telling first.
    pub(super) fn graphs(&self) -> Vec<Graph> {
        let all = |title: &'static str, names: &[(&'static str, Statistic, &'static str)]| {
            let mut graph = Graph::new(title);
            for (name, statistic, label) in names {
                match self {
                    Self::Nothing => {}
                    Self::Serverless { .. } => {
                        graph = graph.metric(self.one(name, *statistic).label(*label));
                    }
                    Self::Memcached(cluster) => {
                        graph = graph.metric(node(cluster, name, *statistic).label(*label));
                    }
                    Self::Nodes(shards) => {
                        for one in shards.iter().flatten() {
                            graph = graph.metric(node(one, name, *statistic));
                        }
                    }
                }
            }
            graph
        };
        let hits = [("CacheHits", Statistic::Sum, "hits"), ("CacheMisses", Statistic::Sum, "misses")];
        match self {
            Self::Nothing => Vec::new(),
            Self::Serverless { .. } => vec![
                all("work", &[("ElastiCacheProcessingUnits", Statistic::Sum, "ECPU a minute")]),
                all("memory", &[("BytesUsedForCache", Statistic::Maximum, "bytes")]),
                all("hits", &hits),
            ],
            Self::Nodes(_) => vec![
                all("CPU of the engine, in percent", &[("EngineCPUUtilization", Statistic::Maximum, "")]),
                all("memory, in percent", &[("DatabaseMemoryUsagePercentage", Statistic::Maximum, "")]),
                all("clients", &[("CurrConnections", Statistic::Maximum, "")]),
            ],
            Self::Memcached(_) => vec![
                all("CPU, in percent", &[("CPUUtilization", Statistic::Maximum, "CPU")]),
                all("thrown away", &[("Evictions", Statistic::Sum, "items a minute")]),
                all("hits", &[("GetHits", Statistic::Sum, "hits"), ("GetMisses", Statistic::Sum, "misses")]),
            ],
        }
    }
}

/// The alarms of one shard: its worst node counts.
fn of_shard(nodes: &[Text]) -> Vec<(&'static str, Alarm)> {
    let worst = |name: &'static str| {
        let mut metrics = Vec::new();
        for (index, one) in nodes.iter().enumerate() {
            metrics.push((format!("n{}", index + 1), node(one, name, Statistic::Maximum)));
        }
        match metrics.as_slice() {
            [(_, only)] => only.clone(),
            several => {
                let names: Vec<&str> = each(several, |(name, _)| name.as_str());
                Metric::formula(format!("MAX([{}])", names.join(", ")), metrics.clone())
            }
        }
    };
    let cpu = Alarm::above(worst("EngineCPUUtilization"), 80, "the engine of a node has no CPU left");
    let memory = Alarm::above(
        worst("DatabaseMemoryUsagePercentage"),
        80,
        "a node is nearly full, and will throw data away",
    );
    let lag = Alarm::above(worst("ReplicationLag"), 30, "the copies of a node lag behind");
    let mut alarms =
        vec![("Cpu", cpu), ("Memory", memory), ("Connections", connections(worst("CurrConnections")))];
    if nodes.len() > 1 {
        alarms.push(("Lag", lag.missing_data(MissingData::Good)));
    }
    alarms
}

/// New clients will soon be turned away.
fn connections(metric: Metric) -> Alarm {
    let summary = "the cache has few connections left";
    Alarm::above(metric, MOST_CLIENTS * SHARE, summary)
        .severity(Severity::Page)
        .missing_data(MissingData::Good)
}

/// A metric of a node, or of a cluster of Memcached.
fn node(id: &Text, name: &'static str, statistic: Statistic) -> Metric {
    Metric::new("AWS/ElastiCache", name, statistic).dimension("CacheClusterId", id)
}
