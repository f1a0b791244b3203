//! What is watched of load balancers and of the tasks behind them: errors, slow answers, tasks that are not well, connections refused.

use formwork_cfn::elasticloadbalancingv2 as elb;

use crate::{Alarm, Graph, Metric, MissingData, PublicAlbRef, Severity, Statistic};

/// The percentage of requests that may fail.
const FAILURES: f64 = 5.0;
/// How many requests must fail in a minute before their share means anything.
const NOISE: u32 = 10;

/// A group of tasks behind a load balancer, as its metrics know it.
pub(super) struct Watched<'a> {
    pub(super) alb: &'a PublicAlbRef,
    pub(super) group: &'a elb::TargetGroupRef,
}

/// The names of the alarms of a group, and of the second one between which traffic shifts.
const NAMES: [[&str; 3]; 2] = [
    ["Errors", "SlowAnswers", "UnhealthyTasks"],
    ["AlternateErrors", "AlternateSlowAnswers", "AlternateUnhealthyTasks"],
];

/// The alarms of the groups of a service, by name.
pub(super) fn alarms_of_targets(groups: &[Watched<'_>], slow_seconds: f64) -> Vec<(&'static str, Alarm)> {
    let mut alarms = Vec::new();
    for (group, [errors, slow, unhealthy]) in groups.iter().zip(NAMES) {
        let share = Metric::formula(
            format!("IF(errors > {NOISE}, 100 * errors / requests, 0)"),
            [("errors", group.errors()), ("requests", group.requests())],
        );
        let answers = "the service answers with errors";
        alarms.push((errors, page(Alarm::above(share, FAILURES, answers), 3)));
        let late = "one answer in a hundred takes too long";
        alarms.push((slow, ticket(Alarm::above(group.latency(99), slow_seconds, late), 5)));
        let not_well = "tasks fail their health check";
        alarms.push((unhealthy, ticket(Alarm::above(group.unhealthy(), 0, not_well), 5)));
    }
    alarms
}

/// The alarms of a load balancer itself.
pub(super) fn alarms_of_balancer(full_name: &formwork_synth::Text) -> Vec<(&'static str, Alarm)> {
    let metric = |name| of_balancer(full_name, name, Statistic::Sum);
    let errors = Alarm::above(
        metric("HTTPCode_ELB_5XX_Count"),
        NOISE,
        "the load balancer itself answers with errors: no task answers it in time, or none is there",
    );
    let rejected = Alarm::above(
        metric("RejectedConnectionCount"),
        0,
        "the load balancer refuses connections: it has as many as it can",
    );
    vec![("BalancerErrors", page(errors, 3)), ("RejectedConnections", ticket(rejected, 3))]
}

fn page(alarm: Alarm, periods: u32) -> Alarm {
    ticket(alarm, periods).severity(Severity::Page)
}

/// Without requests there is no data, and nothing is wrong.
fn ticket(alarm: Alarm, periods: u32) -> Alarm {
    alarm.periods(periods).missing_data(MissingData::Good)
}

fn of_balancer(full_name: &formwork_synth::Text, name: &'static str, statistic: Statistic) -> Metric {
    Metric::new("AWS/ApplicationELB", name, statistic).dimension("LoadBalancer", full_name.clone())
}

/// The graphs of a load balancer.
pub(super) fn graphs_of_balancer(full_name: &formwork_synth::Text) -> Vec<Graph> {
    let sum = |name, label| of_balancer(full_name, name, Statistic::Sum).label(label);
    let requests = Graph::new("requests a minute").metric(sum("RequestCount", "requests"));
    let errors = Graph::new("errors a minute")
        .metric(sum("HTTPCode_Target_5XX_Count", "by the service"))
        .metric(sum("HTTPCode_ELB_5XX_Count", "by the load balancer"))
        .metric(sum("HTTPCode_Target_4XX_Count", "by the client"));
    let latency = |percent, label| {
        of_balancer(full_name, "TargetResponseTime", Statistic::Percentile(percent)).label(label)
    };
    let latency =
        Graph::new("seconds to answer").metric(latency(50, "half")).metric(latency(99, "99 in a hundred"));
    let connections = Graph::new("connections")
        .metric(sum("ActiveConnectionCount", "active"))
        .metric(sum("RejectedConnectionCount", "refused"));
    vec![requests, errors, latency, connections]
}

impl Watched<'_> {
    /// The graphs of the group.
    pub(super) fn graphs(&self) -> Vec<Graph> {
        let requests = Graph::new("requests a minute")
            .metric(self.requests().label("requests"))
            .metric(self.errors().label("errors"));
        let latency = Graph::new("seconds to answer")
            .metric(self.latency(50).label("half"))
            .metric(self.latency(99).label("99 in a hundred"));
        let tasks = Graph::new("tasks that the load balancer sees")
            .metric(self.metric("HealthyHostCount", Statistic::Minimum).label("well"))
            .metric(self.unhealthy().label("not well"));
        vec![requests, latency, tasks]
    }

    fn requests(&self) -> Metric {
        self.metric("RequestCount", Statistic::Sum)
    }

    fn errors(&self) -> Metric {
        self.metric("HTTPCode_Target_5XX_Count", Statistic::Sum)
    }

    fn latency(&self, percent: u8) -> Metric {
        self.metric("TargetResponseTime", Statistic::Percentile(percent))
    }

    fn unhealthy(&self) -> Metric {
        self.metric("UnHealthyHostCount", Statistic::Maximum)
    }

    fn metric(&self, name: &'static str, statistic: Statistic) -> Metric {
        of_balancer(&self.alb.full_name, name, statistic)
            .dimension("TargetGroup", self.group.target_group_full_name())
    }
}
