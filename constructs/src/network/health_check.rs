//! A check from all over the world that something answers.
//!
//! Makes one `AWS::Route53::HealthCheck`.
//!
//! Defaults: HTTPS on port 443, every 30 seconds; three answers in a row decide.

use formwork_cfn::{
    kind,
    route53::{self, health_check as property},
};
use formwork_synth::{Attr, Construct, Scope, Str};

/// A health check of Route 53, for failover from one record to another.
///
/// ```
/// # use formwork_constructs::HealthCheck;
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let check = shop.add("Check", HealthCheck::https("api.example.com", "/healthz"));
/// ```
///
/// See <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct HealthCheck {
    domain: Str,
    path: Str,
    fast: bool,
}

/// A health check of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct HealthCheckRef {
    /// Its id.
    pub id: Attr<kind::Route53HealthCheckId>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<route53::HealthCheckRef>,
}

impl HealthCheck {
    /// A check that a path of a domain answers with 200 to 399 over HTTPS.
    pub fn https(domain: impl Into<Str>, path: impl Into<Str>) -> Self {
        Self { domain: domain.into(), path: path.into(), fast: false }
    }

    /// Checks every 10 seconds, which costs more. A change replaces the check. Default: every 30 seconds.
    pub fn fast(mut self) -> Self {
        self.fast = true;
        self
    }
}

impl Construct for HealthCheck {
    type Handle = HealthCheckRef;

    fn build(self, scope: &mut Scope<'_>) -> HealthCheckRef {
        let config = property::HealthCheckConfig::new()
            .type_(property::HealthCheckConfigType::Https)
            .fully_qualified_domain_name(self.domain)
            .resource_path(self.path)
            .port(443)
            .enable_sni(true)
            .request_interval(if self.fast { 10 } else { 30 })
            .failure_threshold(3);
        let resource = scope.in_place(route53::HealthCheck::new().health_check_config(config));
        HealthCheckRef { id: resource.reference(), resource: Some(resource) }
    }
}

impl HealthCheckRef {
    /// A health check that exists already, by its id.
    pub fn existing(id: impl Into<Str>) -> Self {
        Self { id: Attr::existing(id), resource: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    #[test]
    fn health_check() {
        snapshot("health_check", |shop| {
            shop.add("Check", HealthCheck::https("api.example.com", "/healthz").fast());
        });
    }
}
