//! The options that every load balancer has, its own construct or a part of a service.

use formwork_cfn::kind;
use formwork_synth::{Attr, Expr, Str};

use super::{Desync, ForwardedFor, Ingress, TlsPolicy};
use crate::{AccessLogBucketRef, Firewall, HostedZoneRef, VpcRef, operations::Monitoring};

/// How a load balancer is reached, and how it treats what reaches it.
#[derive(Clone, Debug)]
pub(crate) struct AlbOptions {
    pub(crate) vpc: VpcRef,
    pub(crate) domains: Vec<(Str, HostedZoneRef)>,
    pub(crate) certificate: Option<Attr<kind::CertificateManagerCertificateArn>>,
    pub(crate) plain: Option<Str>,
    pub(crate) forward_both: Option<Str>,
    pub(crate) tls: TlsPolicy,
    pub(crate) trust_store: Option<Expr>,
    pub(crate) ingress: Ingress,
    pub(crate) secret_header: Option<(Str, Expr)>,
    /// Answers over IPv6 too, where the VPC has it and the load balancer a public address.
    pub(crate) dual_stack: bool,
    pub(crate) firewall: Option<Firewall>,
    pub(crate) waf_fail_open: bool,
    pub(crate) logs: AlbLogs,
    pub(crate) idle_seconds: Option<u32>,
    pub(crate) keep_alive_seconds: Option<u32>,
    pub(crate) desync: Desync,
    pub(crate) forwarded_for: ForwardedFor,
    pub(crate) preserve_host: bool,
    pub(crate) hsts_days: Option<u32>,
    pub(crate) zonal_shift: bool,
    pub(crate) capacity_units: Option<u32>,
    pub(crate) maintenance: Option<Str>,
    pub(crate) unprotected: Option<Str>,
    /// A further listener on which a new version is tried; a service that shifts its traffic asks for it.
    pub(crate) test_listener: bool,
    /// Who is told of the load balancer; nothing where the service behind it was not asked, which says so itself.
    pub(crate) monitoring: Option<Monitoring>,
}

/// Where the logs of a load balancer go.
#[derive(Clone, Debug)]
pub(crate) enum AlbLogs {
    ByStage,
    Own,
    To(AccessLogBucketRef),
    Nowhere(Str),
}

impl AlbOptions {
    pub(crate) fn new(vpc: &VpcRef) -> Self {
        Self {
            vpc: vpc.clone(),
            domains: Vec::new(),
            certificate: None,
            plain: None,
            forward_both: None,
            tls: TlsPolicy::default(),
            trust_store: None,
            ingress: Ingress::default(),
            secret_header: None,
            dual_stack: false,
            firewall: None,
            waf_fail_open: false,
            logs: AlbLogs::ByStage,
            idle_seconds: None,
            keep_alive_seconds: None,
            desync: Desync::default(),
            forwarded_for: ForwardedFor::default(),
            preserve_host: false,
            hsts_days: None,
            zonal_shift: false,
            capacity_units: None,
            maintenance: None,
            unprotected: None,
            test_listener: false,
            monitoring: None,
        }
    }
}

/// Writes the setters of [`AlbOptions`] for a spec that has them in the field that is named.
macro_rules! alb_options {
    ($($options:ident).+) => {
        /// Serves HTTPS under a domain, with a record in the zone, and a certificate unless [`certificate`](Self::certificate) names one.
        /// Called again, it adds further domains; the first is the one in the URL.
        pub fn domain(mut self, domain: impl Into<formwork_synth::Str>, zone: &$crate::HostedZoneRef) -> Self {
            self.$($options).+.domains.push((domain.into(), zone.clone()));
            self
        }

        /// Serves HTTPS with a certificate that exists already, in the region of the stack. Default: one of its own for the domains.
        pub fn certificate(
            mut self,
            arn: impl formwork_synth::IntoValue<formwork_cfn::kind::CertificateManagerCertificateArn>,
        ) -> Self {
            self.$($options).+.certificate = Some(formwork_synth::Attr::from_expr(arn.into_expr()));
            self
        }

        /// Serves plain HTTP, which anybody on the way can read and change. The reason is written into the template.
        pub fn insecure_http(mut self, reason: impl Into<formwork_synth::Str>) -> Self {
            self.$($options).+.plain = Some(reason.into());
            self
        }

        /// Answers on port 80 as on 443 rather than by a redirect, where CloudFront in front of it redirects already. The reason is written
        /// into the template. Default: a redirect to HTTPS.
        pub fn forward_both(mut self, reason: impl Into<formwork_synth::Str>) -> Self {
            self.$($options).+.forward_both = Some(reason.into());
            self
        }

        /// Chooses the versions and ciphers of TLS. Default: TLS 1.2 and 1.3 with forward secrecy and post-quantum key exchange.
        pub fn tls(mut self, policy: $crate::TlsPolicy) -> Self {
            self.$($options).+.tls = policy;
            self
        }

        /// Lets in only clients with a certificate of an authority in the trust store, which is named by its ARN. Default: all clients.
        pub fn client_certificates(mut self, trust_store: impl formwork_synth::IntoValue<String>) -> Self {
            self.$($options).+.trust_store = Some(trust_store.into_expr());
            self
        }

        /// Chooses who may connect. Default: [`Ingress::Internet`](crate::Ingress::Internet).
        pub fn ingress(mut self, ingress: $crate::Ingress) -> Self {
            self.$($options).+.ingress = ingress;
            self
        }

        /// Forwards only requests with a header whose value is a field of a secret, which CloudFront adds to what it sends on. CloudFormation
        /// reads the secret, and the template does not have it. Default: no header is asked for.
        pub fn only_with_header(
            mut self,
            name: impl Into<formwork_synth::Str>,
            secret: &$crate::SecretRef,
            field: &str,
        ) -> Self {
            let value = formwork_synth::intrinsic::secrets_manager(&secret.arn, field);
            self.$($options).+.secret_header =
                Some((name.into(), formwork_synth::IntoValue::<String>::into_expr(value)));
            self
        }

        /// Puts a firewall in front: one of its own, `WebAcl::baseline()`, or one that was added before. Default: none.
        pub fn waf(mut self, firewall: impl Into<$crate::Firewall>) -> Self {
            self.$($options).+.firewall = Some(firewall.into());
            self
        }

        /// Forwards requests when the firewall cannot be asked. Default: they are refused.
        pub fn waf_fail_open(mut self) -> Self {
            self.$($options).+.waf_fail_open = true;
            self
        }

        /// Logs requests, connections and health checks, in any stage. Default: in a protected stage.
        pub fn logs(mut self) -> Self {
            self.$($options).+.logs = $crate::web::public_alb::AlbLogs::Own;
            self
        }

        /// Logs to a bucket that others log to as well. Default: one of its own.
        pub fn logs_to(mut self, bucket: &$crate::AccessLogBucketRef) -> Self {
            self.$($options).+.logs = $crate::web::public_alb::AlbLogs::To(bucket.clone());
            self
        }

        /// Logs nothing, in no stage. The reason is written into the template.
        pub fn without_logs(mut self, reason: impl Into<formwork_synth::Str>) -> Self {
            self.$($options).+.logs = $crate::web::public_alb::AlbLogs::Nowhere(reason.into());
            self
        }

        /// Sets after how many seconds without data a connection is closed, 1 to 4,000. Default: 60.
        pub fn idle_timeout(mut self, seconds: u32) -> Self {
            self.$($options).+.idle_seconds = Some(seconds);
            self
        }

        /// Sets how many seconds a client may keep a connection, 60 to 604,800. Default: 3,600.
        pub fn keep_alive(mut self, seconds: u32) -> Self {
            self.$($options).+.keep_alive_seconds = Some(seconds);
            self
        }

        /// Chooses what happens to requests that servers might read differently. Default: [`Desync::Defensive`](crate::Desync::Defensive).
        pub fn desync(mut self, desync: $crate::Desync) -> Self {
            self.$($options).+.desync = desync;
            self
        }

        /// Chooses what happens to the header `X-Forwarded-For`. Default: [`ForwardedFor::Append`](crate::ForwardedFor::Append).
        pub fn forwarded_for(mut self, forwarded_for: $crate::ForwardedFor) -> Self {
            self.$($options).+.forwarded_for = forwarded_for;
            self
        }

        /// Sends the header `Host` on as it came. Default: its port is changed to that of the listener where it has one.
        pub fn preserve_host(mut self) -> Self {
            self.$($options).+.preserve_host = true;
            self
        }

        /// Tells browsers to use HTTPS alone for so many days; 0 tells them to forget it. Default: 365 in a protected stage, and nothing in any
        /// other.
        pub fn strict_transport_security(mut self, days: u32) -> Self {
            self.$($options).+.hsts_days = Some(days);
            self
        }

        /// Lets Route 53 ARC lead traffic away from a zone in trouble. Default: off.
        pub fn zonal_shift(mut self) -> Self {
            self.$($options).+.zonal_shift = true;
            self
        }

        /// Reserves capacity, in units of the load balancer, for a rush that is known before. It is billed. Default: none.
        pub fn capacity_units(mut self, units: u32) -> Self {
            self.$($options).+.capacity_units = Some(units);
            self
        }

        /// Answers every request by this page, 1,024 characters of HTML at most, with status 503, until the option is taken away again.
        pub fn maintenance_page(mut self, html: impl Into<formwork_synth::Str>) -> Self {
            self.$($options).+.maintenance = Some(html.into());
            self
        }

        /// Lets the load balancer be deleted in a protected stage too. The reason is written into the template.
        pub fn without_deletion_protection(mut self, reason: impl Into<formwork_synth::Str>) -> Self {
            self.$($options).+.unprotected = Some(reason.into());
            self
        }
    };
}

pub(crate) use alb_options;
