//! The names that a site answers to, and the certificate and records that come with them.

use formwork_assembly::sort_by;
use formwork_cfn::{cloudfront, kind};
use formwork_synth::{Attr, DeletionPolicy, ResourceOptions, Scope, Str};

use super::checks::HOME;
use crate::{Alias, Certificate, HostedZoneRef, Record};

#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    served: Option<(Str, HostedZoneRef)>,
    redirects: Vec<(Str, HostedZoneRef)>,
    aliases: Vec<Str>,
    certificate: Option<Attr<kind::CertificateManagerCertificateArn>>,
    www: Www,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Www {
    #[default]
    LeadsToDomain,
    LeftAlone,
}

impl Names {
    pub(super) fn serve(&mut self, domain: Str, zone: &HostedZoneRef) {
        self.served = Some((domain, zone.clone()));
    }

    pub(super) fn redirect(&mut self, domain: Str, zone: &HostedZoneRef) {
        self.redirects.push((domain, zone.clone()));
    }

    pub(super) fn leave_www(&mut self) {
        self.www = Www::LeftAlone;
    }

    pub(super) fn alias(&mut self, name: Str) {
        self.aliases.push(name);
    }

    pub(super) fn certify(&mut self, arn: Attr<kind::CertificateManagerCertificateArn>) {
        self.certificate = Some(arn);
    }

    /// The domain of the site, with its zone.
    pub(super) fn served(&self) -> Option<&(Str, HostedZoneRef)> {
        self.served.as_ref()
    }

    /// The certificate that exists already.
    pub(super) fn given_certificate(&self) -> Option<&Attr<kind::CertificateManagerCertificateArn>> {
        self.certificate.as_ref()
    }

    /// The name to show people.
    pub(super) fn shown(&self) -> Option<&Str> {
        self.served.as_ref().map(|(domain, _)| domain).or(self.aliases.first())
    }

    /// The names that only lead to the domain, with their zones, sorted.
    pub(super) fn redirects(&self) -> Vec<(Str, HostedZoneRef)> {
        let mut all = self.redirects.clone();
        if let Some((domain, zone)) = &self.served {
            let leads = |known: &Str| known.strip_prefix("www.") == Some(domain);
            if self.www == Www::LeadsToDomain
                && *domain == zone.name
                && !self.redirects.iter().any(|(known, _)| leads(known))
            {
                all.push((Str::Owned(format!("www.{domain}")), zone.clone()));
            }
        }
        sort_by(&mut all, |one, other| one.0.cmp(&other.0));
        all
    }

    /// The zones that prove who owns the domains.
    pub(super) fn zones(&self) -> Vec<HostedZoneRef> {
        let mut zones = Vec::new();
        for (_, zone) in self.served.iter().chain(&self.redirects) {
            zones.push(zone.clone());
        }
        sort_by(&mut zones, |one, other| one.name.cmp(&other.name));
        zones.dedup_by(|one, other| one.name == other.name);
        zones
    }

    /// The names whose records are kept elsewhere.
    pub(super) fn aliases(&self) -> &[Str] {
        &self.aliases
    }

    /// All names that the distribution answers to, sorted.
    pub(super) fn all(&self) -> Vec<Str> {
        let mut all = self.aliases.clone();
        for (domain, _) in self.served.iter().chain(&self.redirects()) {
            all.push(domain.clone());
        }
        sort_by(&mut all, Ord::cmp);
        all
    }

    /// The certificate for the names, made in CloudFront's region unless there is one; none where there are no names.
    pub(super) fn certificate_arn(
        &self,
        scope: &mut Scope<'_>,
    ) -> Option<Attr<kind::CertificateManagerCertificateArn>> {
        if let Some(arn) = &self.certificate {
            return Some(arn.clone());
        }
        let (domain, zone) = self.served.as_ref()?;
        let mut certificate = Certificate::new(domain.clone(), zone);
        for (domain, zone) in self.redirects() {
            certificate = certificate.also(domain, &zone);
        }
        let mut edge = scope.in_region(HOME, "Edge");
        let certificate = edge.add("Certificate", certificate);
        if let Some(resource) = certificate.resource.as_ref().filter(|resource| !scope.is_in_stack(*resource))
        {
            // The distribution uses the old one until the update of its own stack is through.
            scope.modify(resource, |certificate| {
                certificate
                    .deletion_policy(DeletionPolicy::Delete)
                    .update_replace_policy(DeletionPolicy::Retain)
            });
        }
        Some(certificate.arn)
    }

    /// Lets the domains stand for the distribution, over IPv4 and IPv6.
    pub(super) fn add_records(&self, scope: &mut Scope<'_>, distribution: &cloudfront::DistributionRef) {
        let redirects = self.redirects();
        for (domain, zone) in self.served.iter().chain(&redirects) {
            let record = Record::alias(domain.clone(), zone, Alias::cloudfront(distribution.domain_name()));
            scope.add(format!("Record-{domain}"), record);
        }
    }
}
