//! How the internet gets in: HTTPS with a redirect from HTTP, or plain HTTP for a stated reason.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    elasticloadbalancingv2::{self as elb, listener as property},
    kind,
};
use formwork_synth::{Attr, Port, ResourceOptions, Scope, Str, Text, port, sub};

use crate::{Alias, Certificate, HostedZoneRef, Record};

/// TLS 1.2 and 1.3 with forward secrecy and post-quantum key exchange.
const TLS_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09";

#[derive(Clone, Debug)]
pub(super) enum Entrance {
    Undecided,
    Https(Proof),
    Http { reason: Str },
}

#[derive(Clone, Debug)]
pub(super) enum Proof {
    Existing(Attr<kind::CertificateManagerCertificateArn>),
    Own { domain: Str, zone: HostedZoneRef },
}

/// The listener that forwards, and the address it is reached under.
pub(super) struct Front {
    pub(super) listener: elb::ListenerRef,
    pub(super) url: Text,
}

impl Entrance {
    /// The ports that the load balancer is open on.
    pub(super) fn ports(&self) -> Vec<Port> {
        match self {
            Self::Undecided | Self::Http { .. } => vec![port!(80)],
            Self::Https(_) => vec![port!(80), port!(443)],
        }
    }

    /// Adds the listeners.
    pub(super) fn open(
        self,
        scope: &mut Scope<'_>,
        balancer: &elb::LoadBalancerRef,
        target: &elb::TargetGroupRef,
    ) -> Front {
        let forward = property::Action::new().type_(property::ActionType::Forward).target_group_arn(target);
        let listener = elb::Listener::new().load_balancer_arn(balancer).default_actions([forward]);
        let plain_url = sub!("http://{}", balancer.dns_name());
        match self {
            Self::Undecided => {
                let message = "the service says neither by which certificate it is reached, nor that plain HTTP will do";
                let help = "choose `.domain(…, &zone)`, `.certificate(arn)` or `.insecure_http(\"why\")`";
                scope.report(Diagnostic::error(&code::SERVICE_INCOMPLETE, message).help(help));
                Front { listener: scope.add("Listener", listener), url: plain_url }
            }
            Self::Http { reason } => {
                let listener = listener
                    .port(80)
                    .protocol(property::Protocol::Http)
                    .metadata("formwork:accepted", vec![format!("plain HTTP: {reason}")]);
                Front { listener: scope.add("Listener", listener), url: plain_url }
            }
            Self::Https(certificate) => {
                let (arn, url) = certificate.issue(scope, balancer);
                let listener = listener
                    .port(443)
                    .protocol(property::Protocol::Https)
                    .ssl_policy(TLS_POLICY)
                    .certificates([property::Certificate::new().certificate_arn(arn)]);
                let listener = scope.add("Listener", listener);
                let redirect = property::RedirectConfig::new()
                    .protocol("HTTPS")
                    .port("443")
                    .status_code(property::RedirectConfigStatusCode::Http301);
                let redirect =
                    property::Action::new().type_(property::ActionType::Redirect).redirect_config(redirect);
                let plain = elb::Listener::new()
                    .load_balancer_arn(balancer)
                    .default_actions([redirect])
                    .port(80)
                    .protocol(property::Protocol::Http);
                scope.add("RedirectListener", plain);
                Front { listener, url: url.unwrap_or_else(|| sub!("https://{}", balancer.dns_name())) }
            }
        }
    }
}

impl Proof {
    /// The ARN of the certificate, and the URL under its domain where that is known.
    fn issue(
        self,
        scope: &mut Scope<'_>,
        balancer: &elb::LoadBalancerRef,
    ) -> (Attr<kind::CertificateManagerCertificateArn>, Option<Text>) {
        let (domain, zone) = match self {
            Self::Existing(arn) => return (arn, None),
            Self::Own { domain, zone } => (domain, zone),
        };
        let certificate = scope.add("Certificate", Certificate::new(domain.clone(), &zone));
        let alias =
            Alias::new(sub!("dualstack.{}", balancer.dns_name()), balancer.canonical_hosted_zone_id());
        scope.add("Record", Record::alias(domain.clone(), &zone, alias));
        (certificate.arn, Some(sub!("https://{}", domain)))
    }
}
