//! Records of a zone: what a domain stands for.
//!
//! Makes one `AWS::Route53::RecordSet`, and for an alias that is reached over IPv6 too a second one.
//!
//! Defaults: resolvers keep a record for five minutes; an alias follows its target, and its answer is always given.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::route53::{self, record_set as property};
use formwork_synth::{Construct, IntoValue, Scope, Str, Text};

use crate::{HealthCheckRef, HostedZoneRef, each::each};

/// A record of a zone.
///
/// ```
/// # use formwork_constructs::{HostedZoneRef, Record};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
/// shop.add("Mail", Record::mx("example.com", &zone, [(10, "mail.example.com")]));
/// shop.add("Sender", Record::txt("example.com", &zone, ["v=spf1 mx -all"]));
/// shop.add("Docs", Record::cname("docs.example.com", &zone, "example.github.io"));
/// ```
///
/// See <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Record {
    domain: Str,
    zone: HostedZoneRef,
    content: Content,
    seconds: Option<u32>,
    failover: Option<Failover>,
}

/// What an alias stands for: a load balancer, a distribution.
#[derive(Clone, Debug)]
pub struct Alias {
    name: Text,
    zone: Text,
    ipv6: bool,
}

#[derive(Clone, Debug)]
enum Content {
    Alias(Alias),
    Plain { kind: &'static str, values: Vec<String> },
}

#[derive(Clone, Debug)]
enum Failover {
    Primary(HealthCheckRef),
    Secondary,
}

/// The zone of all CloudFront distributions.
const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";

/// The most characters of one string in a TXT record.
const TXT_STRING: usize = 255;

impl Record {
    /// A domain that stands for a resource of AWS, with its addresses.
    pub fn alias(domain: impl Into<Str>, zone: &HostedZoneRef, target: Alias) -> Self {
        Self::new(domain, zone, Content::Alias(target))
    }

    /// A domain that stands for another one. Not for the domain of the zone itself, which can only be an alias.
    pub fn cname(domain: impl Into<Str>, zone: &HostedZoneRef, target: impl Into<String>) -> Self {
        Self::plain(domain, zone, "CNAME", vec![target.into()])
    }

    /// IPv4 addresses.
    pub fn a(
        domain: impl Into<Str>,
        zone: &HostedZoneRef,
        addresses: impl IntoIterator<Item = std::net::Ipv4Addr>,
    ) -> Self {
        Self::plain(domain, zone, "A", each(addresses, |one| one.to_string()))
    }

    /// IPv6 addresses.
    pub fn aaaa(
        domain: impl Into<Str>,
        zone: &HostedZoneRef,
        addresses: impl IntoIterator<Item = std::net::Ipv6Addr>,
    ) -> Self {
        Self::plain(domain, zone, "AAAA", each(addresses, |one| one.to_string()))
    }

    /// Texts, without quotation marks; a long one is split into strings of 255 bytes, as the record wants it.
    pub fn txt<T: AsRef<str>>(
        domain: impl Into<Str>,
        zone: &HostedZoneRef,
        texts: impl IntoIterator<Item = T>,
    ) -> Self {
        Self::plain(domain, zone, "TXT", each(texts, |text| strings(text.as_ref())))
    }

    /// Mail servers, each with its preference: the lowest is tried first.
    pub fn mx<S: AsRef<str>>(
        domain: impl Into<Str>,
        zone: &HostedZoneRef,
        servers: impl IntoIterator<Item = (u16, S)>,
    ) -> Self {
        let values = each(servers, |(preference, host)| format!("{preference} {}", host.as_ref()));
        Self::plain(domain, zone, "MX", values)
    }

    /// The only authorities that may issue certificates for the domain: `["amazon.com"]` for ACM.
    pub fn caa<S: AsRef<str>>(
        domain: impl Into<Str>,
        zone: &HostedZoneRef,
        issuers: impl IntoIterator<Item = S>,
    ) -> Self {
        let values = each(issuers, |issuer| format!("0 issue \"{}\"", issuer.as_ref()));
        Self::plain(domain, zone, "CAA", values)
    }

    /// Sets for how many seconds resolvers keep the record. Not for an alias, whose target has its own. Default: 300.
    pub fn ttl(mut self, seconds: u32) -> Self {
        self.seconds = Some(seconds);
        self
    }

    /// Makes it the answer as long as the check passes; another record of the domain is its [`secondary`](Self::secondary). Default: the
    /// only answer.
    pub fn primary(mut self, check: &HealthCheckRef) -> Self {
        self.failover = Some(Failover::Primary(check.clone()));
        self
    }

    /// Makes it the answer while the check of the [`primary`](Self::primary) fails. Default: the only answer.
    pub fn secondary(mut self) -> Self {
        self.failover = Some(Failover::Secondary);
        self
    }

    fn plain(domain: impl Into<Str>, zone: &HostedZoneRef, kind: &'static str, values: Vec<String>) -> Self {
        Self::new(domain, zone, Content::Plain { kind, values })
    }

    fn new(domain: impl Into<Str>, zone: &HostedZoneRef, content: Content) -> Self {
        Self { domain: domain.into(), zone: zone.clone(), content, seconds: None, failover: None }
    }

    fn check(&self, scope: &mut Scope<'_>) {
        self.zone.check(scope, self.domain.strip_prefix("*.").unwrap_or(&self.domain));
        let mut report = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::DNS_RECORD, message).help(help));
        };
        match &self.content {
            Content::Alias(_) if self.seconds.is_some() => {
                report("an alias has no time to live of its own".into(), "drop `.ttl(…)`");
            }
            Content::Plain { kind, values } if values.is_empty() => {
                report(
                    format!("the record `{kind}` of `{}` is empty", self.domain),
                    "name one value or more",
                );
            }
            Content::Plain { kind: "CNAME", .. } if self.domain == self.zone.name => {
                let message = format!("`{}` is the domain of the zone, which cannot be a CNAME", self.domain);
                report(message, "use `Record::alias(…)`, or a name below the domain");
            }
            _ => {}
        }
    }

    /// The record set of a type, without its content.
    fn set(&self, kind: &'static str) -> route53::RecordSet {
        let set = route53::RecordSet::new()
            .name(self.domain.clone())
            .type_(kind)
            .hosted_zone_id(self.zone.id.clone());
        match &self.failover {
            None => set,
            Some(Failover::Primary(check)) => {
                set.failover(property::Failover::Primary).set_identifier("primary").health_check_id(&check.id)
            }
            Some(Failover::Secondary) => {
                set.failover(property::Failover::Secondary).set_identifier("secondary")
            }
        }
    }
}

impl Construct for Record {
    type Handle = route53::RecordSetRef;

    fn build(self, scope: &mut Scope<'_>) -> route53::RecordSetRef {
        self.check(scope);
        match &self.content {
            Content::Alias(alias) => {
                let target = || {
                    property::AliasTarget::new()
                        .dns_name(alias.name.clone())
                        .hosted_zone_id(alias.zone.clone())
                };
                let record = scope.in_place(self.set("A").alias_target(target()));
                if alias.ipv6 {
                    scope.add("Ipv6", self.set("AAAA").alias_target(target()));
                }
                record
            }
            Content::Plain { kind, values } => scope.in_place(
                self.set(kind).ttl(self.seconds.unwrap_or(300).to_string()).resource_records(values.clone()),
            ),
        }
    }
}

impl Alias {
    /// A resource of AWS by its name in DNS and the id of the zone that name lies in, reached over IPv4.
    pub fn new(name: impl IntoValue<String>, zone: impl IntoValue<String>) -> Self {
        Self { name: Text::from_expr(name.into_expr()), zone: Text::from_expr(zone.into_expr()), ipv6: false }
    }

    /// A CloudFront distribution by its domain: `d111111abcdef8.cloudfront.net`. Reached over IPv6 too.
    pub fn cloudfront(domain: impl IntoValue<String>) -> Self {
        Self::new(domain, CLOUDFRONT_ZONE).ipv6()
    }

    /// Says that it is reached over IPv6 too.
    #[must_use]
    pub fn ipv6(mut self) -> Self {
        self.ipv6 = true;
        self
    }
}

/// A text as the strings of a TXT record.
fn strings(text: &str) -> String {
    let mut strings = vec![String::new()];
    let mut length = 0;
    for letter in text.chars() {
        if length + letter.len_utf8() > TXT_STRING {
            strings.push(String::new());
            length = 0;
        }
        length += letter.len_utf8();
        if let Some(last) = strings.last_mut() {
            if matches!(letter, '"' | '\\') {
                last.push('\\');
            }
            last.push(letter);
        }
    }
    each(&strings, |string| format!("\"{string}\"")).join(" ")
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, testing::findings};

    use super::*;
    use crate::{HealthCheck, testing::snapshot};

    #[test]
    fn record() {
        snapshot("record", |shop| {
            let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
            shop.add("Mail", Record::mx("example.com", &zone, [(10, "mail.example.com")]).ttl(3_600));
            shop.add("Long", Record::txt("key.example.com", &zone, ["a".repeat(300)]));
            shop.add("Issuer", Record::caa("example.com", &zone, ["amazon.com"]));
            shop.add("Docs", Record::cname("docs.example.com", &zone, "example.github.io"));
            shop.add("Box", Record::a("box.example.com", &zone, ["192.0.2.1".parse().unwrap()]));
            shop.add("Box6", Record::aaaa("box.example.com", &zone, ["2001:db8::1".parse().unwrap()]));
            let check = shop.add("Check", HealthCheck::https("origin.example.com", "/healthz"));
            let site = Alias::cloudfront("d111111abcdef8.cloudfront.net");
            shop.add("Site", Record::alias("www.example.com", &zone, site).primary(&check));
            let sorry = Record::cname("sorry.example.com", &zone, "status.example.org").secondary();
            shop.add("Sorry", sorry);
        });
    }

    #[test]
    fn a_text_is_quoted_and_split() {
        assert_eq!(strings("say \"hi\" \\"), "\"say \\\"hi\\\" \\\\\"");
        let long = "é".repeat(128);
        assert_eq!(strings(&long), format!("\"{}\" \"é\"", "é".repeat(127)));
    }

    #[test]
    fn refuses_what_no_zone_takes() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
        shop.add("Apex", Record::cname("example.com", &zone, "example.org"));
        shop.add("Empty", Record::txt("txt.example.com", &zone, [""; 0]));
        shop.add("Ttl", Record::alias("a.example.com", &zone, Alias::cloudfront("d.cloudfront.net")).ttl(60));
        shop.add("Outside", Record::cname("www.example.org", &zone, "example.net"));
        let found = findings(app);
        for message in ["which cannot be a CNAME", "is empty", "no time to live", "does not lie in the zone"]
        {
            assert!(found.contains(message), "{message}\n{found}");
        }
    }
}
