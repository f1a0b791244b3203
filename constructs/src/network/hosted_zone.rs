//! A Route 53 zone: where the domains of services are written down.
//!
//! Makes one `AWS::Route53::HostedZone`; for a delegation an `AWS::Route53::RecordSet` in the parent zone; for query logs an
//! `AWS::Logs::LogGroup` with an `AWS::Logs::ResourcePolicy`; for signatures an `AWS::KMS::Key`, an `AWS::Route53::KeySigningKey` and an
//! `AWS::Route53::DNSSEC`.
//!
//! Defaults: public, not signed, no query logs; kept on deletion in a protected stage, because a new zone of the same name has other name
//! servers.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    kind, kms, logs,
    route53::{self, hosted_zone as property},
};
use formwork_synth::{Attr, Construct, List, ResourceOptions, Scope, Str, Text, Value, intrinsic, sub};

use crate::{
    LogGroup, VpcRef, arn,
    identity::{Statement, account_administers_key, policy_document},
    protection::keep_if_protected,
};

/// A hosted zone.
///
/// ```
/// # use formwork_constructs::{HostedZone, HostedZoneRef};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let parent = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
/// let zone = shop.add("Zone", HostedZone::new("shop.example.com").delegated_from(&parent));
/// ```
///
/// See <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-working-with.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct HostedZone {
    domain: Str,
    parent: Option<HostedZoneRef>,
    vpc: Option<VpcRef>,
    query_logs: bool,
    signed: bool,
    accelerated_recovery: bool,
}

/// A hosted zone of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct HostedZoneRef {
    /// Its id: `Z0123456789ABCDEFGHIJ`.
    pub id: Attr<kind::Route53HostedZoneId>,
    /// Its domain, without a dot at the end: `example.com`.
    pub name: Str,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<route53::HostedZoneRef>,
    /// True where only a VPC can ask it.
    pub(super) private: bool,
}

/// Where Route 53 keeps query logs and keys, wherever the zone was made.
const HOME: &str = "us-east-1";

/// How long resolvers keep a delegation: two days, as the name servers of Route 53 themselves say.
const DELEGATION_SECONDS: u32 = 172_800;

impl HostedZone {
    /// A public zone of a domain, written without a dot at the end: `shop.example.com`.
    pub fn new(domain: impl Into<Str>) -> Self {
        Self {
            domain: domain.into(),
            parent: None,
            vpc: None,
            query_logs: false,
            signed: false,
            accelerated_recovery: false,
        }
    }

    /// Lets the zone of a parent domain point to this one. Default: whoever runs the parent domain does so, with the name servers of the zone.
    pub fn delegated_from(mut self, parent: &HostedZoneRef) -> Self {
        self.parent = Some(parent.clone());
        self
    }

    /// Answers questions from inside the VPC only. Default: from everywhere.
    pub fn private_in(mut self, vpc: &VpcRef) -> Self {
        self.vpc = Some(vpc.clone());
        self
    }

    /// Logs every question that a name server is asked. Public zones in a stack in `us-east-1` only. Default: none.
    pub fn query_logs(mut self) -> Self {
        self.query_logs = true;
        self
    }

    /// Signs the answers (DNSSEC), by a key of its own. Public zones in a stack in `us-east-1` only. The chain of trust begins when the DS
    /// record, which the console of Route 53 shows, is written into the parent zone. Default: not signed.
    pub fn signed(mut self) -> Self {
        self.signed = true;
        self
    }

    /// Keeps changes of records possible when `us-east-1` fails. Public zones only. Default: off.
    pub fn accelerated_recovery(mut self) -> Self {
        self.accelerated_recovery = true;
        self
    }

    fn check(&self, scope: &mut Scope<'_>) {
        let mut report = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::HOSTED_ZONE, message).help(help));
        };
        if self.domain.ends_with('.') || self.domain.is_empty() {
            report(format!("`{}` is no domain of a zone", self.domain), "write it like `shop.example.com`");
        }
        if let Some(parent) = &self.parent
            && (!parent.holds(&self.domain) || parent.name == self.domain)
        {
            let message = format!("the zone `{}` cannot be delegated from `{}`", self.domain, parent.name);
            report(message, "name the zone of a domain above it");
        }
        let public_only = [
            (self.parent.is_some(), "delegated"),
            (self.query_logs, "logged"),
            (self.signed, "signed"),
            (self.accelerated_recovery, "recovered faster"),
        ];
        for (_, what) in public_only.into_iter().filter(|(asked, _)| *asked && self.vpc.is_some()) {
            report(format!("a private zone cannot be {what}"), "drop `.private_in(…)`, or the other option");
        }
        let region = scope.region().map(str::to_owned);
        if let Some(region) = region.filter(|region| region != HOME && (self.query_logs || self.signed)) {
            let message = format!("a zone with query logs or signatures cannot be made in `{region}`");
            let help = "Route 53 keeps both in one region: add the zone to a stack with `Stack::new().region(\"us-east-1\")`";
            scope.report(Diagnostic::error(&code::HOSTED_ZONE, message).help(help));
        }
    }
}

impl Construct for HostedZone {
    type Handle = HostedZoneRef;

    fn build(self, scope: &mut Scope<'_>) -> HostedZoneRef {
        self.check(scope);
        let mut zone = route53::HostedZone::new().name(self.domain.clone());
        if let Some(vpc) = &self.vpc {
            let region = intrinsic::region();
            zone = zone.vpcs([property::Vpc::new().vpc_id(&vpc.id).vpc_region(region)]);
        }
        if self.accelerated_recovery {
            let features = property::HostedZoneFeatures::new().enable_accelerated_recovery(true);
            zone = zone.hosted_zone_features(features);
        }
        if self.query_logs {
            let (logs, policy) = query_logs(scope, &self.domain);
            let config = property::QueryLoggingConfig::new().cloud_watch_logs_log_group_arn(logs);
            zone = zone.query_logging_config(config).depends_on(&policy);
        }
        let resource = scope.in_place(keep_if_protected(scope, zone));
        if let Some(parent) = self.parent {
            let delegation = route53::RecordSet::new()
                .name(self.domain.clone())
                .type_("NS")
                .hosted_zone_id(parent.id)
                .ttl(DELEGATION_SECONDS.to_string())
                .resource_records(resource.name_servers());
            scope.add("Delegation", delegation);
        }
        if self.signed {
            sign(scope, &resource);
        }
        let private = self.vpc.is_some();
        HostedZoneRef { id: resource.reference(), name: self.domain, resource: Some(resource), private }
    }
}

/// Adds a log group that Route 53 may write to, and returns its ARN.
fn query_logs(scope: &mut Scope<'_>, domain: &str) -> (Text, logs::ResourcePolicyRef) {
    let group = scope.add("QueryLogs", LogGroup::new());
    let statement =
        Statement::allow_service("route53.amazonaws.com", ["logs:CreateLogStream", "logs:PutLogEvents"])
            .on(&group.arn)
            .for_this_account();
    let policy = logs::ResourcePolicy::new()
        .policy_name(format!("route53-{}-{domain}", scope.stage().name))
        .policy_document(policy_document([statement]));
    let policy = scope.add("QueryLogsPolicy", policy);
    // The attribute `Arn` ends in `:*`, which Route 53 refuses.
    let arn = arn::here("logs", sub!("log-group:{}", &group.name));
    (arn, policy)
}

/// Adds the key, and what signs the zone with it.
fn sign(scope: &mut Scope<'_>, zone: &route53::HostedZoneRef) {
    // In the policy of a key, `*` stands for the key itself.
    let sign = |actions: &[&'static str]| {
        Statement::allow_service("dnssec-route53.amazonaws.com", actions.iter().copied())
            .on("*")
            .for_this_account()
    };
    let policy = policy_document([
        account_administers_key(),
        sign(&["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]),
        sign(&["kms:CreateGrant"]).when("Bool", "kms:GrantIsForAWSResource", "true"),
    ]);
    let key = kms::Key::new()
        .description(format!("signs the zone {}", scope.path()))
        .key_spec(kms::key::KeySpec::EccNistP256)
        .key_usage(kms::key::KeyUsage::SignVerify)
        .key_policy(policy);
    let key = scope.add("Key", keep_if_protected(scope, key));
    let signing = route53::KeySigningKey::new()
        .hosted_zone_id(zone)
        .key_management_service_arn(key.arn())
        .name("signing")
        .status(route53::key_signing_key::Status::Active);
    let signing = scope.add("KeySigningKey", signing);
    scope.add("Dnssec", route53::Dnssec::new().hosted_zone_id(zone).depends_on(&signing));
}

impl HostedZoneRef {
    /// A zone that exists already, by its id and domain.
    ///
    /// ```
    /// use formwork_constructs::HostedZoneRef;
    /// let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
    /// ```
    pub fn existing(id: impl Into<Str>, name: impl Into<Str>) -> Self {
        Self { id: Attr::existing(id), name: name.into(), resource: None, private: false }
    }

    /// The name servers to point to from the parent domain; nothing for a zone that exists already.
    pub fn name_servers(&self) -> Option<Value<List<String>>> {
        self.resource.as_ref().map(route53::HostedZoneRef::name_servers)
    }

    /// True where a domain lies in the zone.
    pub(crate) fn holds(&self, domain: &str) -> bool {
        domain.strip_suffix(&*self.name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// Reports a domain that does not lie in the zone.
    pub(crate) fn check(&self, scope: &mut Scope<'_>, domain: &str) {
        if !self.holds(domain) {
            let message = format!("the domain `{domain}` does not lie in the zone `{}`", self.name);
            let help =
                "records and proofs of ownership are written into that zone: name the zone of the domain";
            scope.report(Diagnostic::error(&code::DOMAIN_OUTSIDE_ZONE, message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stack, Stage, testing::findings};

    use super::*;
    use crate::{Vpc, testing::snapshot};

    #[test]
    fn hosted_zone() {
        snapshot("hosted_zone", |shop| {
            let zone = HostedZone::new("example.com").query_logs().signed().accelerated_recovery();
            let zone = shop.add("Zone", zone);
            shop.add("Child", HostedZone::new("shop.example.com").delegated_from(&zone));
            let vpc = shop.add("Vpc", Vpc::across_azs(2).public_only());
            shop.add("Inside", HostedZone::new("internal").private_in(&vpc));
        });
    }

    #[test]
    fn a_zone_lies_below_its_parent() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let parent = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
        let mut shop = app.stack("Shop");
        shop.add("Same", HostedZone::new("example.com").delegated_from(&parent));
        shop.add("Other", HostedZone::new("notexample.com").delegated_from(&parent));
        let found = findings(app);
        assert_eq!(found.matches("cannot be delegated from").count(), 2, "{found}");
    }

    #[test]
    fn signatures_and_query_logs_lie_in_one_region() {
        let found = |region: &str| {
            let mut app = App::new("shop", &Stage::new("dev"));
            let mut shop = app.add("Shop", Stack::new().region(region));
            shop.add("Zone", HostedZone::new("example.com").query_logs().signed());
            findings(app)
        };
        assert_eq!(found("us-east-1"), "");
        assert!(found("eu-west-1").contains("cannot be made in `eu-west-1`"));
    }
}
