//! What is watched of a proxy: whether clients get in, whether it reaches the database, and whether there are connections for all.

use super::DatabaseProxyRef;
use crate::{Alarm, Graph, Metric, MissingData, Observe, Severity, Statistic};

/// The microseconds that a client may wait for a connection: a second.
const LONGEST_WAIT: u32 = 1_000_000;
/// The logins that may fail in a minute: somebody mistypes, or a password has just changed.
const FAILED_LOGINS: u32 = 10;
/// The percentage of the connections that may be in use.
const USED: u32 = 80;

impl DatabaseProxyRef {
    /// The alarms, by their names.
    pub(super) fn alarms(&self) -> Vec<(&'static str, Alarm)> {
        let used =
            Metric::formula("100 * used / most", [("used", self.to_database()), ("most", self.most())]);
        let used = Alarm::above(used, USED, "the proxy has few connections to the database left");
        let logins = Alarm::above(self.failed_logins(), FAILED_LOGINS, "clients fail to log in at the proxy");
        let unreachable =
            Alarm::above(self.failed_connections(), 0, "the proxy cannot connect to the database");
        let wait = Alarm::above(
            self.wait(),
            LONGEST_WAIT,
            "clients wait for more than a second for a connection to the database",
        );
        // What nobody uses, counts nothing.
        let alarm = |alarm: Alarm| alarm.missing_data(MissingData::Good);
        vec![
            ("Connections", alarm(used)),
            ("FailedLogins", alarm(logins)),
            ("Unreachable", alarm(unreachable).severity(Severity::Page)),
            ("Wait", alarm(wait).severity(Severity::Page)),
        ]
    }

    fn wait(&self) -> Metric {
        self.metric("DatabaseConnectionsBorrowLatency", Statistic::Average)
    }

    fn failed_logins(&self) -> Metric {
        self.metric("ClientConnectionsSetupFailedAuth", Statistic::Sum)
    }

    fn failed_connections(&self) -> Metric {
        self.metric("DatabaseConnectionsSetupFailed", Statistic::Sum)
    }

    fn to_database(&self) -> Metric {
        self.metric("DatabaseConnections", Statistic::Sum)
    }

    fn most(&self) -> Metric {
        self.metric("MaxDatabaseConnectionsAllowed", Statistic::Sum)
    }

    /// A metric of the proxy, of all its nodes together.
    fn metric(&self, name: &'static str, statistic: Statistic) -> Metric {
        Metric::new("AWS/RDS", name, statistic).dimension("ProxyName", &self.name)
    }
}

impl Observe for DatabaseProxyRef {
    fn graphs(&self) -> Vec<Graph> {
        let wait = Graph::new("wait for a connection, in µs").metric(self.wait().label("average"));
        let pinned = self.metric("DatabaseConnectionsCurrentlySessionPinned", Statistic::Sum);
        let connections = Graph::new("connections")
            .metric(self.metric("ClientConnections", Statistic::Sum).label("of clients"))
            .metric(self.to_database().label("to the database"))
            .metric(self.most().label("to the database at most"))
            .metric(pinned.label("kept by one client each"));
        let failures = Graph::new("failures a minute")
            .metric(self.failed_logins().label("logins of clients"))
            .metric(self.failed_connections().label("connections to the database"));
        vec![wait, connections, failures]
    }
}
