//! A firewall for HTTP: AWS's managed rules and a limit of requests, in front of load balancers or of a CloudFront distribution.
//!
//! Makes one `AWS::WAFv2::WebACL`; an `AWS::WAFv2::IPSet` for the addresses that are let in and one for those that are kept out; and for logs
//! an `AWS::Logs::LogGroup` with an `AWS::WAFv2::LoggingConfiguration`.
//!
//! Defaults: what no rule blocks is allowed; the baseline blocks common attacks, inputs known to be bad, SQL injection, addresses of bad
//! repute, and an address with more than 2,000 requests in five minutes; what a rule blocked or counted is logged, for 90 days in a
//! protected stage and 30 in any other; the headers `authorization` and `cookie` are in no log and no sample.

mod firewall;
mod handle;
mod logs;
mod rules;
mod watch;

use formwork_assembly::{Diagnostic, SortedSet, code};
use formwork_cfn::wafv2::{self, web_acl as property};
use formwork_synth::{Cidr, Construct, Scope, Str};

pub use firewall::Firewall;
pub use handle::WebAclRef;
pub use rules::ManagedRules;

use crate::{Retention, each::each, reason::Reasoned};
use logs::log;
use rules::Rules;
use watch::Watched;

/// A web ACL: the rules that requests must pass.
///
/// ```
/// # use formwork_constructs::{ManagedRules, WebAcl};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let acl = WebAcl::baseline()
///     .managed(ManagedRules::AnonymousAddresses)
///     .count_rule(ManagedRules::Common, "SizeRestrictions_BODY")
///     .rate_limit(5_000);
/// shop.add("Firewall", acl);
/// ```
///
/// See <https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct WebAcl {
    place: Place,
    rules: Rules,
    logs: Logs,
    retention: Option<Retention>,
    accepted: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Regional,
    CloudFront,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Logs {
    Findings,
    Everything,
    Nothing,
}

/// Headers that say who somebody is.
const PRIVATE_HEADERS: [&str; 2] = ["authorization", "cookie"];

impl WebAcl {
    /// The rules that any site should have: common attacks, inputs known to be bad, SQL injection, addresses of bad repute, and 2,000
    /// requests in five minutes from one address.
    pub fn baseline() -> Self {
        let baseline = [
            ManagedRules::BadReputation,
            ManagedRules::Common,
            ManagedRules::KnownBadInputs,
            ManagedRules::SqlInjection,
        ];
        Self {
            place: Place::Regional,
            rules: Rules {
                managed: baseline.map(|group| (group, SortedSet::new())).into(),
                rate_limit: Some(2_000),
                count_only: false,
                allowed: SortedSet::new(),
                blocked: SortedSet::new(),
                countries: SortedSet::new(),
            },
            logs: Logs::Findings,
            retention: None,
            accepted: Vec::new(),
        }
    }

    /// Protects CloudFront distributions rather than load balancers. Must then lie in a stack in `us-east-1`.
    pub fn for_cloudfront(mut self) -> Self {
        self.place = Place::CloudFront;
        self
    }

    /// Adds a group of rules that AWS keeps up to date. Default: those of the baseline.
    pub fn managed(mut self, rules: ManagedRules) -> Self {
        self.rules.managed.or_default(rules);
        self
    }

    /// Leaves a group of rules out. The reason is written into the template.
    pub fn without(mut self, rules: ManagedRules, reason: impl Into<Str>) -> Self {
        self.rules.managed.remove(&rules);
        self.accepted.push(format!("without {}: {}", rules.name(), reason.into()));
        self
    }

    /// Only counts what one rule of a group finds, where it blocks too much: `SizeRestrictions_BODY` of [`ManagedRules::Common`] keeps out
    /// uploads of more than 8 KiB. The other rules of the group go on blocking.
    pub fn count_rule(mut self, rules: ManagedRules, rule: impl Into<Str>) -> Self {
        self.rules.managed.or_default(rules).insert(rule.into());
        self
    }

    /// Counts what all rules find and blocks nothing: the first days of a new ACL. The reason is written into the template.
    pub fn count_only(mut self, reason: impl Into<Str>) -> Self {
        self.rules.count_only = true;
        self.accepted.push(format!("counts and blocks nothing: {}", reason.into()));
        self
    }

    /// Sets how many requests an address may send in five minutes, 10 or more, before it is blocked. Default: 2,000.
    pub fn rate_limit(mut self, requests: u32) -> Self {
        self.rules.rate_limit = Some(requests);
        self
    }

    /// Lets an address send as many requests as it likes. The reason is written into the template.
    pub fn without_rate_limit(mut self, reason: impl Into<Str>) -> Self {
        self.rules.rate_limit = None;
        self.accepted.push(format!("without a rate limit: {}", reason.into()));
        self
    }

    /// Lets addresses in before any other rule is asked. Default: none.
    pub fn allow(mut self, addresses: Cidr) -> Self {
        self.rules.allowed.insert(addresses);
        self
    }

    /// Keeps addresses out. Default: none.
    pub fn block(mut self, addresses: Cidr) -> Self {
        self.rules.blocked.insert(addresses);
        self
    }

    /// Keeps countries out, by two letters: `["KP"]`. Default: none.
    pub fn block_countries<C: Into<Str>>(mut self, codes: impl IntoIterator<Item = C>) -> Self {
        self.rules.countries.extend(each(codes, Into::into));
        self
    }

    /// Logs allowed requests as well. Default: only what a rule blocked, counted or challenged.
    pub fn log_everything(mut self) -> Self {
        self.logs = Logs::Everything;
        self
    }

    /// Logs nothing. The reason is written into the template.
    pub fn without_logs(mut self, reason: impl Into<Str>) -> Self {
        self.logs = Logs::Nothing;
        self.accepted.push(format!("without logs: {}", reason.into()));
        self
    }

    /// Sets how long logs are kept. Default: 90 days in a protected stage, 30 in any other.
    pub fn log_retention(mut self, retention: Retention) -> Self {
        self.retention = Some(retention);
        self
    }

    /// True where it blocks by the address of the connection. Behind CloudFront that is CloudFront's own: what `X-Forwarded-For` says
    /// first, which is all that a limit can look at, is the client's to choose.
    pub(crate) fn blocks_addresses(&self) -> bool {
        self.rules.rate_limit.is_some() || !self.rules.blocked.is_empty()
    }

    /// True for an ACL of distributions.
    pub(crate) fn is_for_cloudfront(&self) -> bool {
        self.place == Place::CloudFront
    }

    fn check(&self, scope: &mut Scope<'_>) {
        let region = scope.region().map(str::to_owned);
        if let (Place::CloudFront, Some(region)) = (self.place, region)
            && region != "us-east-1"
        {
            let message = format!("a web ACL for CloudFront cannot lie in `{region}`");
            let help = "add it to a stack with `Stack::new().region(\"us-east-1\")`";
            scope.report(Diagnostic::error(&code::WEB_ACL, message).help(help));
        }
        if let Some(both) = self.rules.allowed.iter().find(|block| self.rules.blocked.contains(*block)) {
            let message = format!("`{both}` is both let in and kept out");
            scope.report(
                Diagnostic::error(&code::WEB_ACL, message).help("drop `.allow(…)` or `.block(…)` of it"),
            );
        }
        if self.rules.managed.is_empty() && self.rules.rate_limit.is_none() {
            let message = "a web ACL without managed rules and rate limit blocks next to nothing";
            let help = "keep a group of the baseline, or drop the ACL";
            scope.report(Diagnostic::error(&code::WEB_ACL, message).help(help));
        }
    }
}

impl Construct for WebAcl {
    type Handle = WebAclRef;

    fn build(self, scope: &mut Scope<'_>) -> WebAclRef {
        self.check(scope);
        let place = match self.place {
            Place::Regional => "REGIONAL",
            Place::CloudFront => "CLOUDFRONT",
        };
        // The metrics of two ACLs of one name would be added up.
        let metric =
            format!("{}-{}-{}", scope.app_name(), scope.stage().name, scope.path().replace('/', "-"));
        let protections = each(PRIVATE_HEADERS, |header| {
            let field = property::FieldToProtect::new()
                .field_type(property::FieldToProtectFieldType::SingleHeader)
                .field_keys([header]);
            property::DataProtect::new().action(property::DataProtectAction::Substitution).field(field)
        });
        let watched = Watched::built(self.place, &metric, &self.rules);
        let rules = self.rules.build(scope, place);
        let acl = wafv2::WebAcl::new()
            .default_action(property::DefaultAction::new().allow(property::AllowAction::new()))
            .scope(formwork_synth::raw(place))
            .rules(rules)
            .data_protection_config(property::DataProtectionConfig::new().data_protections(protections))
            .visibility_config(rules::visible(metric));
        let resource = scope.in_place(acl.because_of(self.accepted));
        let logs = match self.logs {
            Logs::Nothing => None,
            chosen => Some(log(scope, &resource, chosen, self.retention)),
        };
        WebAclRef { arn: resource.arn(), logs, resource: Some(resource), watched }
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stack, Stage, cidr, testing::findings};

    use super::*;
    use crate::{
        Dashboard,
        testing::{any_combination, snapshot},
    };

    #[test]
    fn web_acl() {
        snapshot("web_acl", |shop| {
            shop.add("Baseline", WebAcl::baseline());
            let acl = WebAcl::baseline()
                .managed(ManagedRules::AnonymousAddresses)
                .managed(ManagedRules::Bots)
                .count_rule(ManagedRules::Common, "SizeRestrictions_BODY")
                .rate_limit(500)
                .allow(cidr!("192.0.2.0/24"))
                .block(cidr!("198.51.100.0/24"))
                .block_countries(["KP"])
                .log_everything()
                .log_retention(Retention::Days365);
            let acl = shop.add("Tuned", acl);
            let theirs = "arn:aws:wafv2:us-east-1:111111111111:global/webacl/edge/0a1b2c3d-0000-1111-2222-333344445555";
            let theirs = WebAclRef::existing(theirs).with_metric_name("edge-acl");
            shop.add("Dashboard", Dashboard::new().show("Firewall", &acl).show("Edge", &theirs));
        });
    }

    #[test]
    fn any_web_acl() {
        any_combination(|shop, pick| {
            let group = pick.one(&ManagedRules::ALL);
            let mut acl = WebAcl::baseline().managed(group);
            acl = pick.maybe(acl, |acl| acl.without(ManagedRules::SqlInjection, "there is no SQL here"));
            acl = pick.maybe(acl, |acl| acl.count_rule(group, "SomeRule"));
            acl = pick.maybe(acl, |acl| acl.count_only("first week"));
            acl = pick.maybe(acl, |acl| acl.without_rate_limit("the clients share one address"));
            acl = pick.maybe(acl, |acl| acl.allow(cidr!("192.0.2.0/24")));
            acl = pick.maybe(acl, |acl| acl.block(cidr!("198.51.100.0/24")));
            acl = pick.maybe(acl, |acl| acl.block_countries(["KP", "IR"]));
            acl = pick.maybe(acl, WebAcl::log_everything);
            acl = pick.maybe(acl, |acl| acl.without_logs("nobody reads them"));
            acl = pick.maybe(acl, WebAcl::for_cloudfront);
            let acl = shop.add("WebAcl", acl);
            shop.add("Dashboard", Dashboard::new().show("Firewall", &acl));
        });
    }

    #[test]
    fn an_acl_for_cloudfront_lies_in_us_east_1() {
        let found = |region: &str| {
            let mut app = App::new("shop", &Stage::new("dev"));
            app.add("Edge", Stack::new().region(region)).add("WebAcl", WebAcl::baseline().for_cloudfront());
            findings(app)
        };
        assert_eq!(found("us-east-1"), "");
        assert!(found("eu-west-1").contains("a web ACL for CloudFront cannot lie in `eu-west-1`"));
    }

    #[test]
    fn a_rate_limit_below_ten_is_refused() {
        let mut app = App::new("shop", &Stage::new("dev"));
        app.stack("Shop").add("WebAcl", WebAcl::baseline().rate_limit(9));
        assert!(findings(app).contains("FW3009"));
    }
}
