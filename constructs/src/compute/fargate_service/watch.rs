//! What is watched of a service: its CPU, memory, disk and network, and whether all of its tasks run.

use super::ServiceRef;
use crate::{Alarm, Graph, Metric, MissingData, Observe, Severity, Statistic};

/// The percentage of CPU, memory or disk above which there is no room for what comes next.
const FULL: f64 = 90.0;

impl ServiceRef {
    /// The alarms of a service, by their names.
    pub(super) fn alarms(&self) -> Vec<(&'static str, Alarm)> {
        let cpu = Alarm::above(self.usage("CPUUtilization"), FULL, "the tasks have no CPU left").periods(15);
        let memory =
            Alarm::above(self.usage("MemoryUtilization"), FULL, "the tasks have no memory left").periods(15);
        let missing = Metric::formula(
            "wanted - running",
            [("wanted", self.count("DesiredTaskCount")), ("running", self.count("RunningTaskCount"))],
        );
        let missing = Alarm::above(missing, 0, "fewer tasks run than should")
            .periods(15)
            .severity(Severity::Page)
            // A cluster that exists already may not count its tasks.
            .missing_data(MissingData::Good);
        let disk = Metric::formula(
            "100 * used / reserved",
            [
                ("used", self.count("EphemeralStorageUtilized")),
                ("reserved", self.count("EphemeralStorageReserved")),
            ],
        );
        let disk = Alarm::above(disk, FULL, "the tasks have no disk left").missing_data(MissingData::Good);
        let sent = Alarm::unusual(self.count("NetworkTxBytes"), 4, "the tasks send unusually much");
        let network = sent.periods(15).missing_data(MissingData::Good);
        vec![
            ("Cpu", cpu),
            ("Disk", disk),
            ("Memory", memory),
            ("MissingTasks", missing),
            ("Network", network),
        ]
    }

    fn usage(&self, name: &'static str) -> Metric {
        self.of_service(Metric::new("AWS/ECS", name, Statistic::Average))
    }

    fn count(&self, name: &'static str) -> Metric {
        self.of_service(Metric::new("ECS/ContainerInsights", name, Statistic::Average))
    }

    fn of_service(&self, metric: Metric) -> Metric {
        metric.dimension("ClusterName", &self.cluster.name).dimension("ServiceName", &self.name)
    }
}

impl Observe for ServiceRef {
    fn graphs(&self) -> Vec<Graph> {
        let usage = Graph::new("share used, in percent")
            .metric(self.usage("CPUUtilization").label("CPU"))
            .metric(self.usage("MemoryUtilization").label("memory"));
        let tasks = Graph::new("tasks")
            .metric(self.count("DesiredTaskCount").label("wanted"))
            .metric(self.count("RunningTaskCount").label("running"));
        let network = Graph::new("network, in bytes a second")
            .metric(self.count("NetworkRxBytes").label("received"))
            .metric(self.count("NetworkTxBytes").label("sent"));
        vec![usage, tasks, network]
    }
}
