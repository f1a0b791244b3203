//! What goes wrong with databases before they stop: the alarms that all of them have.

use formwork_synth::{Expr, Str, Value};

use super::{DatabaseEngine, InstanceClass};
use crate::{Alarm, Graph, Metric, MissingData, Severity, Statistic};

/// What the metrics of a database are found by.
pub(crate) struct Watched {
    pub(crate) namespace: &'static str,
    pub(crate) dimension: &'static str,
    pub(crate) name: Expr,
}

const GIBIBYTE: f64 = 1024.0 * 1024.0 * 1024.0;

impl Watched {
    /// A metric of the database, by the minute.
    pub(crate) fn metric(&self, name: &'static str, statistic: Statistic) -> Metric {
        let of = Value::<String>::from_expr(self.name.clone());
        Metric::new(self.namespace, name, statistic).dimension(self.dimension, &of)
    }

    /// Its servers compute all the time.
    pub(crate) fn cpu(&self) -> (&'static str, Alarm) {
        let alarm = Alarm::above(
            self.metric("CPUUtilization", Statistic::Maximum),
            90,
            "a server of the database has no CPU left",
        );
        ("Cpu", alarm.periods(15))
    }

    /// New clients will soon be turned away.
    pub(crate) fn connections(&self, most: f64) -> (&'static str, Alarm) {
        let metric = self.metric("DatabaseConnections", Statistic::Maximum);
        let alarm = Alarm::above(metric, (most * 0.8).floor(), "the database has few connections left");
        ("Connections", alarm.severity(Severity::Page).missing_data(MissingData::Good))
    }

    /// Transactions wait for each other, and some are ended.
    pub(crate) fn deadlocks(&self) -> (&'static str, Alarm) {
        let metric = self.metric("Deadlocks", Statistic::Average);
        let alarm = Alarm::above(metric, 0.1, "transactions of the database end in deadlocks");
        ("Deadlocks", alarm.missing_data(MissingData::Good))
    }

    /// Readers show what is no longer so.
    pub(crate) fn replica_lag(&self, metric: &'static str, most: f64) -> (&'static str, Alarm) {
        let alarm =
            Alarm::above(self.metric(metric, Statistic::Maximum), most, "readers of the database lag behind");
        ("ReplicaLag", alarm.missing_data(MissingData::Good))
    }

    /// The disk is nearly full.
    pub(crate) fn storage(&self, metric: &'static str, least_gibibytes: f64) -> (&'static str, Alarm) {
        let metric = self.metric(metric, Statistic::Minimum);
        let alarm = Alarm::below(
            metric,
            (least_gibibytes * GIBIBYTE).floor(),
            "a server of the database has little disk left",
        );
        ("Storage", alarm.severity(Severity::Page).missing_data(MissingData::Good))
    }
}

/// What to look at first: load, clients, how long reads and writes take.
pub(crate) fn graphs(watched: &Watched) -> Vec<Graph> {
    let seconds = |name| watched.metric(name, Statistic::Average);
    vec![
        Graph::new("CPU")
            .metric(watched.metric("CPUUtilization", Statistic::Maximum).label("busiest server"))
            .metric(watched.metric("CPUUtilization", Statistic::Average).label("average")),
        Graph::new("connections")
            .metric(watched.metric("DatabaseConnections", Statistic::Maximum).label("open")),
        Graph::new("latency")
            .metric(seconds("ReadLatency").label("reads"))
            .metric(seconds("WriteLatency").label("writes")),
    ]
}

impl DatabaseEngine {
    /// How many clients a server takes with so much memory, where its parameters say nothing else: the formulas of its parameter group,
    /// less the tenth of the memory that the system takes.
    pub(crate) fn most_connections(self, gibibytes: f64, parameter: Option<&Str>) -> f64 {
        if let Some(most) = parameter.and_then(|text| text.parse().ok()) {
            return most;
        }
        let bytes = gibibytes * GIBIBYTE * 0.9;
        match self {
            Self::Postgres(_) => (bytes / 9_531_392.0).min(5000.0),
            Self::MySql(_) => (bytes / 12_582_880.0).min(16_000.0),
        }
    }
}

/// The memory of the smallest of the classes, if that of all of them is known.
pub(crate) fn least_memory<'a>(
    classes: impl IntoIterator<Item = Option<&'a InstanceClass>>,
    serverless: f64,
) -> Option<f64> {
    let of = |class: Option<&InstanceClass>| match class {
        Some(class) => class.memory().map(f64::from),
        None => Some(serverless),
    };
    classes.into_iter().map(of).try_fold(f64::INFINITY, |least, memory| Some(least.min(memory?)))
}
