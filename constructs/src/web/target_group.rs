//! The tasks behind a route: how the load balancer speaks to them, and how it knows that they are well.
//!
//! Defaults: HTTP/1.1; a health check every 15 seconds, with 5 seconds to answer, passed after two answers from 200 to 299 and failed after
//! three others; 30 seconds to drain; requests go to the task with the fewest.

use std::ops::RangeInclusive;

use formwork_assembly::{Diagnostic, code, sort_by};
use formwork_cfn::elasticloadbalancingv2::{self as elb, target_group as property};
use formwork_synth::{Port, Scope, Str};

use crate::VpcRef;

/// How tasks are reached through a load balancer.
#[derive(Clone, Debug)]
pub(crate) struct TargetOptions {
    pub(crate) health_check: Option<Str>,
    pub(crate) health_port: Option<Port>,
    pub(crate) healthy_codes: Option<RangeInclusive<u16>>,
    pub(crate) interval: u32,
    pub(crate) timeout: u32,
    pub(crate) healthy: u32,
    pub(crate) unhealthy: u32,
    pub(crate) drain: u32,
    pub(crate) slow_start: Option<u32>,
    pub(crate) algorithm: Option<Algorithm>,
    pub(crate) stickiness: Option<Stickiness>,
    pub(crate) protocol: TargetProtocol,
    pub(crate) encrypted: bool,
    pub(crate) control_port: Option<Port>,
    /// The seconds beyond which an answer is late.
    pub(crate) slow_seconds: f64,
}

/// Which task gets a request.
///
/// See <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#modify-routing-algorithm>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// The one with the fewest requests under way.
    LeastOutstanding,
    /// One after the other.
    RoundRobin,
    /// One by chance, and seldom one that answers with more errors than the others. Takes three tasks to judge.
    AvoidAnomalies,
}

/// How a client comes back to the same task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stickiness {
    /// By a cookie of the load balancer, for so many seconds up to 604,800.
    LoadBalancerCookie(u32),
    /// By a cookie of the service, for so many seconds up to 604,800.
    ServiceCookie(Str, u32),
}

/// The protocol that tasks speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TargetProtocol {
    /// HTTP/1.1.
    #[default]
    Http1,
    /// HTTP/2.
    Http2,
    /// gRPC; the health check names a method, `/grpc.health.v1.Health/Check`, and passes by the status 0. Clients come by HTTPS.
    Grpc,
}

impl Default for TargetOptions {
    fn default() -> Self {
        Self {
            health_check: None,
            health_port: None,
            healthy_codes: None,
            interval: 15,
            timeout: 5,
            healthy: 2,
            unhealthy: 3,
            drain: 30,
            slow_start: None,
            algorithm: None,
            stickiness: None,
            protocol: TargetProtocol::Http1,
            encrypted: false,
            control_port: None,
            slow_seconds: 2.0,
        }
    }
}

impl TargetOptions {
    /// Reports what is required and was not said, and what does not agree.
    pub(crate) fn check(&self, scope: &mut Scope<'_>, secure: bool, grace_seconds: u32) {
        let mut report = |code, message: String, help: &str| {
            scope.report(Diagnostic::error(code, message).help(help));
        };
        match self.health_check.as_deref() {
            None => {
                let help =
                    "name a path that answers 200 when the container is well: `.health_check(\"/healthz\")`";
                report(&code::SERVICE_INCOMPLETE, "the service has no health check".to_owned(), help);
            }
            Some(path) if !path.starts_with('/') => {
                let message = format!("the health check `{path}` is no path");
                report(&code::SERVICE_INCOMPLETE, message, "begin it with `/`");
            }
            Some(_) => {}
        }
        if self.timeout >= self.interval {
            let message = format!(
                "a health check every {} seconds cannot wait {} seconds for an answer",
                self.interval, self.timeout
            );
            report(&code::TARGET, message, "let the interval be the longer one");
        }
        let least = self.interval.saturating_mul(self.healthy);
        if grace_seconds < least {
            let message = format!(
                "a task needs {least} seconds to pass its health check, and is given {grace_seconds} before a failed one counts"
            );
            report(&code::TARGET, message, "raise `.health_check_grace(…)`, or check more often");
        }
        if let Some(codes) = &self.healthy_codes
            && (codes.is_empty() || *codes.start() < 200 || *codes.end() > 499)
        {
            let message = format!("a health check cannot pass by {} to {}", codes.start(), codes.end());
            report(&code::TARGET, message, "name statuses from 200 to 499, the lower one first");
        }
        if self.healthy_codes.is_some() && self.protocol == TargetProtocol::Grpc {
            let message = "gRPC has other statuses than HTTP".to_owned();
            report(&code::TARGET, message, "drop `.healthy_codes(…)`: a method passes by the status 0");
        }
        if self.protocol == TargetProtocol::Grpc && !secure {
            let message = "gRPC comes by HTTPS alone".to_owned();
            report(&code::TARGET, message, "serve HTTPS: `.domain(…, &zone)` or `.certificate(arn)`");
        }
        if !(self.slow_seconds > 0.0 && self.slow_seconds.is_finite()) {
            let message = format!("an answer cannot be late after {} seconds", self.slow_seconds);
            report(&code::TARGET, message, "name a number over 0");
        }
        if self.drain > 3_600 {
            let message = format!("a task cannot drain for {} seconds", self.drain);
            report(&code::TARGET, message, "name 0 to 3,600 seconds");
        }
        if let Some(seconds) = self.slow_start.filter(|seconds| !(30..=900).contains(seconds)) {
            let message = format!("a task cannot start slowly for {seconds} seconds");
            report(&code::TARGET, message, "name 30 to 900 seconds");
        }
        for (given, option) in
            [(self.slow_start.is_some(), "slow_start"), (self.control_port.is_some(), "target_control_port")]
        {
            if given && self.algorithm.is_some_and(|algorithm| algorithm != Algorithm::RoundRobin) {
                let message = format!("`.{option}(…)` works with `Algorithm::RoundRobin` alone");
                report(&code::TARGET, message, "drop `.algorithm(…)`, or the other option");
            }
        }
        if let Some(Stickiness::LoadBalancerCookie(seconds) | Stickiness::ServiceCookie(_, seconds)) =
            &self.stickiness
            && !(1..=604_800).contains(seconds)
        {
            let message = format!("a client cannot come back to the same task for {seconds} seconds");
            report(&code::TARGET, message, "name 1 to 604,800 seconds");
        }
    }

    /// The ports that the load balancer connects to, beside that of the service.
    pub(crate) fn further_ports(&self) -> Vec<Port> {
        let mut ports = Vec::new();
        ports.extend(self.health_port);
        ports.extend(self.control_port);
        sort_by(&mut ports, Ord::cmp);
        ports.dedup();
        ports
    }

    /// One group of tasks.
    pub(crate) fn group(&self, vpc: &VpcRef, port: Port) -> elb::TargetGroup {
        let path = self.health_check.clone().unwrap_or(Str::Borrowed("/"));
        let grpc = self.protocol == TargetProtocol::Grpc;
        let matcher = match &self.healthy_codes {
            _ if grpc => property::Matcher::new().grpc_code("0"),
            Some(codes) => property::Matcher::new().http_code(format!("{}-{}", codes.start(), codes.end())),
            None => property::Matcher::new().http_code("200-299"),
        };
        let protocol = if self.encrypted { property::Protocol::Https } else { property::Protocol::Http };
        let mut group = elb::TargetGroup::new()
            .vpc_id(&vpc.id)
            .target_type(property::TargetType::Ip)
            .protocol(protocol)
            .port(port)
            .health_check_enabled(true)
            .health_check_path(path)
            .health_check_interval_seconds(self.interval)
            .health_check_timeout_seconds(self.timeout)
            .healthy_threshold_count(self.healthy)
            .unhealthy_threshold_count(self.unhealthy)
            .matcher(matcher)
            .target_group_attributes(self.attributes());
        if let Some(port) = self.health_port {
            group = group.health_check_port(port.to_string());
        }
        if let Some(port) = self.control_port {
            group = group.target_control_port(port);
        }
        match self.protocol {
            TargetProtocol::Http1 => group,
            TargetProtocol::Http2 => group.protocol_version("HTTP2"),
            TargetProtocol::Grpc => group.protocol_version("GRPC"),
        }
    }

    fn attributes(&self) -> Vec<property::TargetGroupAttribute> {
        let attribute =
            |key: &str, value: String| property::TargetGroupAttribute::new().key(key).value(value);
        let rounds = self.slow_start.is_some() || self.control_port.is_some();
        let default = if rounds { Algorithm::RoundRobin } else { Algorithm::LeastOutstanding };
        let algorithm = self.algorithm.unwrap_or(default);
        let mut attributes = vec![
            attribute("deregistration_delay.timeout_seconds", self.drain.to_string()),
            attribute("load_balancing.algorithm.type", algorithm.name().to_owned()),
        ];
        if algorithm == Algorithm::AvoidAnomalies {
            attributes.push(attribute("load_balancing.algorithm.anomaly_mitigation", "on".to_owned()));
        }
        if let Some(seconds) = self.slow_start {
            attributes.push(attribute("slow_start.duration_seconds", seconds.to_string()));
        }
        match &self.stickiness {
            None => {}
            Some(Stickiness::LoadBalancerCookie(seconds)) => attributes.extend([
                attribute("stickiness.enabled", "true".to_owned()),
                attribute("stickiness.type", "lb_cookie".to_owned()),
                attribute("stickiness.lb_cookie.duration_seconds", seconds.to_string()),
            ]),
            Some(Stickiness::ServiceCookie(name, seconds)) => attributes.extend([
                attribute("stickiness.enabled", "true".to_owned()),
                attribute("stickiness.type", "app_cookie".to_owned()),
                attribute("stickiness.app_cookie.cookie_name", name.to_string()),
                attribute("stickiness.app_cookie.duration_seconds", seconds.to_string()),
            ]),
        }
        attributes
    }
}

impl Algorithm {
    const fn name(self) -> &'static str {
        match self {
            Self::LeastOutstanding => "least_outstanding_requests",
            Self::RoundRobin => "round_robin",
            Self::AvoidAnomalies => "weighted_random",
        }
    }
}

/// Writes the setters of [`TargetOptions`] for a spec that has them in a field `target`, and its service in `options`.
macro_rules! target_options {
    () => {
        /// Says on which port the container listens. Required.
        pub fn port(mut self, port: formwork_synth::Port) -> Self {
            self.options.task.port = Some(port);
            self
        }

        /// Says under which path the container answers 200 to 299 when it is well: `/healthz`. Required.
        pub fn health_check(mut self, path: impl Into<formwork_synth::Str>) -> Self {
            self.target.health_check = Some(path.into());
            self
        }

        /// Asks for the health check on another port. Default: the port of the container.
        pub fn health_check_port(mut self, port: formwork_synth::Port) -> Self {
            self.target.health_port = Some(port);
            self
        }

        /// Sets by which statuses a health check passes. Default: 200 to 299.
        pub fn healthy_codes(mut self, codes: std::ops::RangeInclusive<u16>) -> Self {
            self.target.healthy_codes = Some(codes);
            self
        }

        /// Sets how many seconds lie between two health checks, 5 to 300, and how many of them an answer may take, 2 to 120. Default: 15 and 5.
        pub fn health_check_every(mut self, seconds: u32, timeout: u32) -> Self {
            (self.target.interval, self.target.timeout) = (seconds, timeout);
            self
        }

        /// Sets after how many health checks in a row a task is well, and after how many it is not, 2 to 10 each. Default: 2 and 3.
        pub fn health_thresholds(mut self, healthy: u32, unhealthy: u32) -> Self {
            (self.target.healthy, self.target.unhealthy) = (healthy, unhealthy);
            self
        }

        /// Sets how many seconds a task that is to stop may take to end its requests, 0 to 3,600. Default: 30.
        pub fn drain(mut self, seconds: u32) -> Self {
            self.target.drain = seconds;
            self
        }

        /// Lets the share of a new task grow for so many seconds, 30 to 900. Requests then go round. Default: a full share at once.
        pub fn slow_start(mut self, seconds: u32) -> Self {
            self.target.slow_start = Some(seconds);
            self
        }

        /// Chooses which task gets a request. Default: [`Algorithm::LeastOutstanding`](crate::Algorithm::LeastOutstanding).
        pub fn algorithm(mut self, algorithm: $crate::Algorithm) -> Self {
            self.target.algorithm = Some(algorithm);
            self
        }

        /// Leads a client back to the task that it had. Default: any task.
        pub fn stickiness(mut self, stickiness: $crate::Stickiness) -> Self {
            self.target.stickiness = Some(stickiness);
            self
        }

        /// Chooses the protocol that the container speaks. A change replaces the target group. Default: HTTP/1.1.
        pub fn protocol(mut self, protocol: $crate::TargetProtocol) -> Self {
            self.target.protocol = protocol;
            self
        }

        /// Speaks TLS with the container too, whose certificate is not checked. A change replaces the target group. Default: plain HTTP, inside
        /// the VPC.
        pub fn tls_to_container(mut self) -> Self {
            self.target.encrypted = true;
            self
        }

        /// Sets after how many seconds an answer is late: an alarm goes off when one in a hundred is. Default: 2.
        pub fn slow_after(mut self, seconds: impl Into<f64>) -> Self {
            self.target.slow_seconds = seconds.into();
            self
        }

        /// Lets the target optimizer of AWS, which runs beside the container and says how many requests it takes, be reached on a port. Requests
        /// then go round. Default: none.
        pub fn target_control_port(mut self, port: formwork_synth::Port) -> Self {
            self.target.control_port = Some(port);
            self
        }
    };
}

pub(crate) use target_options;
