//! What is watched of a service: its CPU, its memory, and whether all of its tasks run.

use super::ServiceRef;
use crate::{Alarm, Graph, Metric, MissingData, Observe, Severity, Statistic};

/// The percentage of CPU or memory above which there is no room for what comes next.
const FULL: f64 = 90.0;

impl ServiceRef {
    /// The alarms of a service, by their names.
    pub(super) fn alarms(&self) -> [(&'static str, Alarm); 3] {
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
        [("Cpu", cpu), ("Memory", memory), ("MissingTasks", missing)]
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
        vec![usage, tasks]
    }
}
