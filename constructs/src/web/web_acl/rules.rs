//! The rules of a web ACL, each with a priority of its own that no other rule changes.

use formwork_assembly::{SortedMap, SortedSet};
use formwork_cfn::wafv2::{self, web_acl as property};
use formwork_synth::{Cidr, Scope, Str, raw};
use serde_json::json;

use crate::each::each;

/// Rules that AWS writes and keeps up to date.
///
/// See <https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ManagedRules {
    /// Addresses that attacks came from. In the baseline.
    BadReputation,
    /// Addresses of proxies, VPNs, Tor and hosting providers, which hide who somebody is.
    AnonymousAddresses,
    /// Attacks of many kinds: cross-site scripting, file inclusion, requests of odd sizes. In the baseline.
    Common,
    /// Paths of administration pages.
    AdminPages,
    /// Inputs that make use of known weaknesses. In the baseline.
    KnownBadInputs,
    /// SQL in places where values are expected. In the baseline.
    SqlInjection,
    /// Attacks on Linux.
    Linux,
    /// Attacks on Unix in general.
    Unix,
    /// Attacks on Windows.
    Windows,
    /// Attacks on PHP.
    Php,
    /// Attacks on `WordPress`.
    WordPress,
    /// Programs that call themselves bots. AWS bills it on its own.
    Bots,
}

const BLOCKED_ADDRESSES: &str = "BlockedAddresses";
const BLOCKED_COUNTRIES: &str = "BlockedCountries";
const RATE_LIMIT: &str = "RateLimit";

/// What a web ACL asks of a request.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// The groups, and the rules of each that only count.
    pub(super) managed: SortedMap<ManagedRules, SortedSet<Str>>,
    pub(super) rate_limit: Option<u32>,
    pub(super) count_only: bool,
    pub(super) allowed: SortedSet<Cidr>,
    pub(super) blocked: SortedSet<Cidr>,
    pub(super) countries: SortedSet<Str>,
}

impl ManagedRules {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::BadReputation,
        Self::AnonymousAddresses,
        Self::Common,
        Self::AdminPages,
        Self::KnownBadInputs,
        Self::SqlInjection,
        Self::Linux,
        Self::Unix,
        Self::Windows,
        Self::Php,
        Self::WordPress,
        Self::Bots,
    ];

    /// The name that AWS gives the group: `AWSManagedRulesCommonRuleSet`.
    pub const fn name(self) -> &'static str {
        self.name_and_priority().0
    }

    /// Cheap groups and such that keep out much come first.
    const fn name_and_priority(self) -> (&'static str, u32) {
        match self {
            Self::BadReputation => ("AWSManagedRulesAmazonIpReputationList", 100),
            Self::AnonymousAddresses => ("AWSManagedRulesAnonymousIpList", 110),
            Self::Common => ("AWSManagedRulesCommonRuleSet", 200),
            Self::AdminPages => ("AWSManagedRulesAdminProtectionRuleSet", 210),
            Self::KnownBadInputs => ("AWSManagedRulesKnownBadInputsRuleSet", 220),
            Self::SqlInjection => ("AWSManagedRulesSQLiRuleSet", 300),
            Self::Linux => ("AWSManagedRulesLinuxRuleSet", 310),
            Self::Unix => ("AWSManagedRulesUnixRuleSet", 320),
            Self::Windows => ("AWSManagedRulesWindowsRuleSet", 330),
            Self::Php => ("AWSManagedRulesPHPRuleSet", 340),
            Self::WordPress => ("AWSManagedRulesWordPressRuleSet", 350),
            Self::Bots => ("AWSManagedRulesBotControlRuleSet", 400),
        }
    }
}

impl Rules {
    /// The names of the rules that keep something out, which are those of their metrics too.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        if !self.blocked.is_empty() {
            names.push(BLOCKED_ADDRESSES);
        }
        if !self.countries.is_empty() {
            names.push(BLOCKED_COUNTRIES);
        }
        if self.rate_limit.is_some() {
            names.push(RATE_LIMIT);
        }
        for group in self.managed.keys() {
            names.push(group.name());
        }
        names
    }

    /// The rules; lists of addresses become resources of the scope.
    pub(super) fn build(self, scope: &mut Scope<'_>, place: &'static str) -> Vec<property::Rule> {
        let mut rules = Vec::new();
        let block = || self.deed(property::RuleAction::new().block(property::BlockAction::new()));
        if !self.allowed.is_empty() {
            let statement = addresses(scope, "AllowedAddresses", &self.allowed, place);
            let allow = property::RuleAction::new().allow(property::AllowAction::new());
            rules.push(rule("AllowedAddresses", 10, statement).action(allow));
        }
        if !self.blocked.is_empty() {
            let statement = addresses(scope, BLOCKED_ADDRESSES, &self.blocked, place);
            rules.push(rule(BLOCKED_ADDRESSES, 20, statement).action(block()));
        }
        if !self.countries.is_empty() {
            let codes = each(&self.countries, |code| raw(code.as_ref()));
            let geo = property::GeoMatchStatement::new().country_codes(codes);
            let statement = property::Statement::new().geo_match_statement(geo);
            rules.push(rule(BLOCKED_COUNTRIES, 30, statement).action(block()));
        }
        if let Some(limit) = self.rate_limit {
            use property::RateBasedStatementAggregateKeyType as Key;
            let rate = property::RateBasedStatement::new()
                .aggregate_key_type(Key::Ip)
                .limit(limit)
                .evaluation_window_sec(raw(300));
            let statement = property::Statement::new().rate_based_statement(rate);
            rules.push(rule(RATE_LIMIT, 40, statement).action(block()));
        }
        for (group, counted) in &self.managed {
            rules.push(self.managed(*group, counted));
        }
        rules
    }

    fn managed(&self, group: ManagedRules, counted: &SortedSet<Str>) -> property::Rule {
        let (name, priority) = group.name_and_priority();
        let mut statement = property::ManagedRuleGroupStatement::new().vendor_name("AWS").name(name);
        if !counted.is_empty() {
            let overrides = each(counted, |rule| {
                let count = property::RuleAction::new().count(property::CountAction::new());
                property::RuleActionOverride::new().name(rule.clone()).action_to_use(count)
            });
            statement = statement.rule_action_overrides(overrides);
        }
        if group == ManagedRules::Bots {
            use property::AwsManagedRulesBotControlRuleSetInspectionLevel as Level;
            let level = property::AwsManagedRulesBotControlRuleSet::new().inspection_level(Level::Common);
            let config =
                property::ManagedRuleGroupConfig::new().aws_managed_rules_bot_control_rule_set(level);
            statement = statement.managed_rule_group_configs([config]);
        }
        let deed = property::OverrideAction::new();
        let deed = if self.count_only { deed.count(json!({})) } else { deed.none(json!({})) };
        let statement = property::Statement::new().managed_rule_group_statement(statement);
        rule(name, priority, statement).override_action(deed)
    }

    /// What a rule of our own does, or only counts.
    fn deed(&self, action: property::RuleAction) -> property::RuleAction {
        if self.count_only { property::RuleAction::new().count(property::CountAction::new()) } else { action }
    }
}

fn addresses(
    scope: &mut Scope<'_>,
    id: &str,
    addresses: &SortedSet<Cidr>,
    place: &'static str,
) -> property::Statement {
    let addresses: Vec<String> = each(addresses, ToString::to_string);
    let set = wafv2::IpSet::new()
        .addresses(addresses)
        .ip_address_version(wafv2::ip_set::IpAddressVersion::Ipv4)
        .scope(raw(place));
    let set = scope.add(id, set);
    let reference = property::IpSetReferenceStatement::new().arn(set.arn());
    property::Statement::new().ip_set_reference_statement(reference)
}

/// Metrics, and samples of requests for the console.
pub(super) fn visible(metric: impl Into<String>) -> property::VisibilityConfig {
    property::VisibilityConfig::new()
        .cloud_watch_metrics_enabled(true)
        .sampled_requests_enabled(true)
        .metric_name(metric.into())
}

fn rule(name: &'static str, priority: u32, statement: property::Statement) -> property::Rule {
    property::Rule::new().name(name).priority(priority).statement(statement).visibility_config(visible(name))
}
