//! What is seen of a web ACL: what it lets through, and which of its rules does not.

use formwork_synth::{Expr, Str, Text, intrinsic};

use super::{Place, WebAclRef, rules::Rules};
use crate::{Graph, Metric, Observe, Statistic};

/// What the metrics of an ACL are found by.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    name: Str,
    region: Region,
    /// What its rules do with what they find.
    deed: &'static str,
    /// The rules that may find something, as far as they are known.
    rules: Vec<&'static str>,
}

/// Where the metrics lie. Those of CloudFront name no region.
#[derive(Clone, Debug)]
enum Region {
    CloudFront,
    OfStack,
    Named(Str),
}

/// What stands for all rules together.
const ALL: &str = "ALL";

impl Watched {
    /// An ACL of the app, whose metrics have this name.
    pub(super) fn built(place: Place, name: &str, rules: &Rules) -> Self {
        let region = match place {
            Place::CloudFront => Region::CloudFront,
            Place::Regional => Region::OfStack,
        };
        let deed = if rules.count_only { "CountedRequests" } else { "BlockedRequests" };
        Self { name: name.to_owned().into(), region, deed, rules: rules.names() }
    }

    /// An ACL that exists already: `arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID`, or `global` for one of CloudFront.
    pub(super) fn existing(arn: &str) -> Self {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let region = parts.get(3).copied().unwrap_or_default().to_owned();
        let mut path = parts.get(5).copied().unwrap_or_default().split('/');
        let region = match path.next() {
            Some("global") => Region::CloudFront,
            _ => Region::Named(region.into()),
        };
        let name = path.nth(1).unwrap_or_default().to_owned();
        Self { name: name.into(), region, deed: "BlockedRequests", rules: Vec::new() }
    }

    pub(super) fn rename(&mut self, name: Str) {
        self.name = name;
    }

    fn metric(&self, name: &'static str, rule: &'static str) -> Metric {
        let metric = Metric::new("AWS/WAFV2", name, Statistic::Sum)
            .dimension("Rule", rule)
            .dimension("WebACL", Text::from_expr(Expr::Text(self.name.clone())));
        match &self.region {
            Region::CloudFront => metric,
            Region::OfStack => metric.dimension("Region", intrinsic::region()),
            Region::Named(region) => metric.dimension("Region", region.as_ref()),
        }
    }

    /// A graph of metrics that lie where the ACL does.
    fn graph(&self, title: &'static str) -> Graph {
        match &self.region {
            Region::CloudFront => Graph::new(title).region("us-east-1"),
            Region::OfStack => Graph::new(title),
            Region::Named(region) => Graph::new(title).region(region.clone()),
        }
    }
}

impl Observe for WebAclRef {
    fn graphs(&self) -> Vec<Graph> {
        let watched = &self.watched;
        let requests = watched
            .graph("requests a minute")
            .metric(watched.metric("AllowedRequests", ALL).label("allowed"))
            .metric(watched.metric("BlockedRequests", ALL).label("blocked"))
            .metric(watched.metric("CountedRequests", ALL).label("counted only"));
        if watched.rules.is_empty() {
            return vec![requests];
        }
        let mut found = watched.graph("found a minute, by rule");
        for rule in &watched.rules {
            found = found.metric(watched.metric(watched.deed, rule).label(*rule));
        }
        vec![requests, found]
    }
}
