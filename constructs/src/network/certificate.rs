//! A TLS certificate that renews itself, proven by records in the zones of its domains.
//!
//! Makes one `AWS::CertificateManager::Certificate`; ACM itself writes the records that prove who owns the domains.
//!
//! Defaults: validated by DNS; an RSA key of 2,048 bits; in the region of the stack.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{certificatemanager as acm, kind};
use formwork_synth::{Attr, Construct, Scope, Str};

use crate::{HostedZoneRef, each::each};

/// A certificate for one domain or several.
///
/// A certificate for CloudFront must lie in a stack in `us-east-1`, any other in the region of what uses it.
///
/// ```
/// # use formwork_constructs::{Certificate, HostedZoneRef};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
/// let certificate = shop.add("Certificate", Certificate::new("example.com", &zone).also("www.example.com", &zone));
/// ```
///
/// See <https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Certificate {
    domains: Vec<(Str, HostedZoneRef)>,
    elliptic: bool,
}

/// A certificate of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct CertificateRef {
    /// Its ARN.
    pub arn: Attr<kind::CertificateManagerCertificateArn>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<acm::CertificateRef>,
}

impl Certificate {
    /// A certificate for a domain that lies in a zone. A domain may begin with `*.`, which stands for one name in its place.
    pub fn new(domain: impl Into<Str>, zone: &HostedZoneRef) -> Self {
        Self { domains: vec![(domain.into(), zone.clone())], elliptic: false }
    }

    /// Covers a further domain. A change replaces the certificate. Default: none.
    pub fn also(mut self, domain: impl Into<Str>, zone: &HostedZoneRef) -> Self {
        self.domains.push((domain.into(), zone.clone()));
        self
    }

    /// Uses an elliptic key, P-256, which makes handshakes shorter. A change replaces the certificate. Default: RSA, 2,048 bits.
    pub fn elliptic(mut self) -> Self {
        self.elliptic = true;
        self
    }
}

impl Construct for Certificate {
    type Handle = CertificateRef;

    fn build(self, scope: &mut Scope<'_>) -> CertificateRef {
        for (at, (domain, zone)) in self.domains.iter().enumerate() {
            zone.check(scope, domain.strip_prefix("*.").unwrap_or(domain));
            if zone.private {
                let message =
                    format!("nobody outside can prove `{domain}` by the private zone `{}`", zone.name);
                let help = "name the public zone of the domain: ACM looks for the proof from outside";
                scope.report(Diagnostic::error(&code::CERTIFICATE, message).help(help));
            }
            if self.domains[..at].iter().any(|(known, _)| known == domain) {
                let message = format!("the certificate is for `{domain}` twice");
                scope.report(Diagnostic::error(&code::CERTIFICATE, message).help("drop one of the two"));
            }
        }
        let options = each(&self.domains, |(domain, zone)| {
            acm::certificate::DomainValidationOption::new()
                .domain_name(domain.clone())
                .hosted_zone_id(zone.id.clone())
        });
        let mut names = self.domains.into_iter();
        let first = names.next().map(|(domain, _)| domain).unwrap_or_default();
        let further = each(names, |(domain, _)| domain);
        let mut certificate = acm::Certificate::new()
            .domain_name(first)
            .validation_method("DNS")
            .domain_validation_options(options);
        if !further.is_empty() {
            certificate = certificate.subject_alternative_names(further);
        }
        if self.elliptic {
            certificate = certificate.key_algorithm("EC_prime256v1");
        }
        let resource = scope.in_place(certificate);
        CertificateRef { arn: resource.reference(), resource: Some(resource) }
    }
}

impl CertificateRef {
    /// A certificate that exists already, by its ARN.
    pub fn existing(arn: impl Into<Str>) -> Self {
        Self { arn: Attr::existing(arn), resource: None }
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, testing::findings};

    use super::*;
    use crate::{HostedZone, Vpc, testing::snapshot};

    #[test]
    fn certificate() {
        snapshot("certificate", |shop| {
            let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
            let other = HostedZoneRef::existing("Z9876543210ABCDEFGHIJ", "example.org");
            let certificate = Certificate::new("example.com", &zone)
                .also("*.example.com", &zone)
                .also("example.org", &other)
                .elliptic();
            shop.add("Certificate", certificate);
        });
    }

    #[test]
    fn a_private_zone_proves_nothing() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(2).public_only());
        let zone = shop.add("Zone", HostedZone::new("shop.internal").private_in(&vpc));
        shop.add("Certificate", Certificate::new("api.shop.internal", &zone));
        let found = findings(app);
        assert!(found.contains("by the private zone `shop.internal`"), "{found}");
    }

    #[test]
    fn domains_lie_in_their_zones_once() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
        let certificate = Certificate::new("example.com", &zone)
            .also("example.com", &zone)
            .also("*.example.com", &zone)
            .also("*.notexample.com", &zone);
        app.stack("Shop").add("Certificate", certificate);
        let found = findings(app);
        assert!(found.contains("`example.com` twice"), "{found}");
        assert_eq!(found.matches("does not lie in the zone").count(), 1, "{found}");
    }
}
