//! The listeners of a load balancer: HTTPS with a redirect from HTTP, both alike, or plain HTTP for a stated reason.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    elasticloadbalancingv2::{self as elb, listener as property},
    kind,
};
use formwork_synth::{Attr, Expr, Port, Scope, Text, port, sub};

use super::{AlbOptions, TlsPolicy};
use crate::{Alias, Certificate, Record, reason::Reasoned};

/// What a load balancer listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entrance {
    /// 443, and a redirect from 80.
    Https,
    /// 443 and 80 alike.
    Both,
    /// 443 alone, where there is no room for a second port.
    HttpsOnly,
    /// 80.
    Http,
}

/// The listeners that lead to services, and the address they are reached under.
pub(super) struct Front {
    pub(super) listeners: Vec<elb::ListenerRef>,
    pub(super) test: Option<(elb::ListenerRef, Text)>,
    pub(super) url: Text,
}

/// Where a new version is tried, beside 443 or 80.
const TEST_PORTS: [Port; 2] = [port!(8443), port!(8080)];

impl Entrance {
    /// The entrance that the options ask for; what they leave open, or say twice, is reported.
    pub(super) fn of(options: &AlbOptions, scope: &mut Scope<'_>) -> Self {
        let secure = options.certificate.is_some() || !options.domains.is_empty();
        let mut report = |code, message: &str, help: &str| {
            scope.report(Diagnostic::error(code, message).help(help));
        };
        if secure && options.plain.is_some() {
            let message = "the load balancer is to serve HTTPS, and plain HTTP alone";
            report(&code::ALB, message, "drop `.insecure_http(…)`, or the domains and the certificate");
        }
        if options.domains.first().is_some_and(|(domain, _)| domain.contains('*')) {
            let message = "the first domain stands for many, and the URL needs one";
            report(&code::ALB, message, "name a domain without `*` first");
        }
        if !secure && options.plain.is_none() {
            let message =
                "nothing says by which certificate the load balancer is reached, nor that plain HTTP will do";
            let help = "choose `.domain(…, &zone)`, `.certificate(arn)` or `.insecure_http(\"why\")`";
            report(&code::SERVICE_INCOMPLETE, message, help);
        }
        if !secure {
            for (given, option) in [
                (options.forward_both.is_some(), "forward_both"),
                (options.trust_store.is_some(), "client_certificates"),
                (options.hsts_days.is_some(), "strict_transport_security"),
                (options.tls != TlsPolicy::default(), "tls"),
            ] {
                if given {
                    let message = format!("`.{option}(…)` says something about HTTPS, which is not served");
                    report(&code::ALB, &message, "name a domain or a certificate, or drop the option");
                }
            }
            return Self::Http;
        }
        let one_port = options.ingress.fills_a_group();
        match &options.forward_both {
            Some(_) if one_port => {
                let message = "two ports cannot be open to a prefix list: it fills a security group";
                let help = "drop `.forward_both(…)` and let CloudFront connect by HTTPS";
                report(&code::INGRESS, message, help);
                Self::HttpsOnly
            }
            Some(_) => Self::Both,
            None if one_port => Self::HttpsOnly,
            None => Self::Https,
        }
    }

    /// The ports that are open.
    pub(super) fn ports(self, test: bool) -> Vec<Port> {
        let mut ports = match self {
            Self::Http => vec![port!(80)],
            Self::HttpsOnly => vec![port!(443)],
            Self::Https | Self::Both => vec![port!(80), port!(443)],
        };
        if test {
            ports.push(self.test_port());
        }
        ports
    }

    pub(super) fn test_port(self) -> Port {
        let [secure, plain] = TEST_PORTS;
        if self == Self::Http { plain } else { secure }
    }

    /// Adds the listeners, and what they need: the certificate, the records.
    pub(super) fn open(
        self,
        scope: &mut Scope<'_>,
        options: &AlbOptions,
        balancer: &elb::LoadBalancerRef,
    ) -> Front {
        for (domain, zone) in &options.domains {
            let name = sub!("dualstack.{}", balancer.dns_name());
            let alias = Alias::new(name, balancer.canonical_hosted_zone_id());
            let alias = if options.dual_stack { alias.ipv6() } else { alias };
            let id = format!("Record-{}", domain.replace('*', "any"));
            scope.add(id, Record::alias(domain.clone(), zone, alias));
        }
        let host = match options.domains.first() {
            Some((domain, _)) => sub!("{}", domain.clone()),
            None => sub!("{}", balancer.dns_name()),
        };
        let test_port = options.test_listener.then(|| self.test_port());
        if self == Self::Http {
            let reason = options.plain.as_ref();
            let listener = |port| plain(balancer, port, not_found()).because("plain HTTP", reason);
            let main = scope.add("HttpListener", listener(port!(80)));
            let test = test_port.map(|port| {
                (scope.add("TestListener", listener(port)), sub!("http://{}:{}", &host, port.to_string()))
            });
            return Front { listeners: vec![main], test, url: sub!("http://{}", host) };
        }
        let secure = Secure {
            balancer,
            certificate: certificate(scope, options),
            tls: options.tls,
            trust_store: options.trust_store.clone(),
            hsts_days: options.hsts_days.or(scope.stage().is_protected().then_some(365)),
        };
        let mut listeners = vec![scope.add("HttpsListener", secure.listener(port!(443)))];
        match self {
            Self::Https => {
                scope.add("HttpListener", plain(balancer, port!(80), redirect()));
            }
            Self::Both => {
                let reason = options.forward_both.as_ref();
                let listener =
                    plain(balancer, port!(80), not_found()).because("plain HTTP beside HTTPS", reason);
                listeners.push(scope.add("HttpListener", listener));
            }
            Self::HttpsOnly | Self::Http => {}
        }
        let test = test_port.map(|port| {
            let listener = scope.add("TestListener", secure.listener(port));
            (listener, sub!("https://{}:{}", &host, port.to_string()))
        });
        Front { listeners, test, url: sub!("https://{}", host) }
    }
}

/// What all listeners for HTTPS have in common.
struct Secure<'a> {
    balancer: &'a elb::LoadBalancerRef,
    certificate: Attr<kind::CertificateManagerCertificateArn>,
    tls: TlsPolicy,
    trust_store: Option<Expr>,
    hsts_days: Option<u32>,
}

impl Secure<'_> {
    fn listener(&self, port: Port) -> elb::Listener {
        let mut attributes = headers();
        if let Some(days) = self.hsts_days {
            let header = format!("max-age={}", u64::from(days) * 86_400);
            attributes
                .push(attribute("routing.http.response.strict_transport_security.header_value", header));
        }
        let listener = elb::Listener::new()
            .load_balancer_arn(self.balancer)
            .default_actions([not_found()])
            .port(port)
            .protocol(property::Protocol::Https)
            .ssl_policy(self.tls.name())
            .certificates([property::Certificate::new().certificate_arn(&self.certificate)])
            .listener_attributes(attributes);
        match &self.trust_store {
            Some(store) => {
                let store = Text::from_expr(store.clone());
                let mutual = property::MutualAuthentication::new().mode("verify").trust_store_arn(store);
                listener.mutual_authentication(mutual)
            }
            None => listener,
        }
    }
}

fn plain(balancer: &elb::LoadBalancerRef, port: Port, action: property::Action) -> elb::Listener {
    elb::Listener::new()
        .load_balancer_arn(balancer)
        .default_actions([action])
        .port(port)
        .protocol(property::Protocol::Http)
        .listener_attributes(headers())
}

/// The headers that a careful server sends: nothing about itself, and that browsers shall not guess types.
fn headers() -> Vec<property::ListenerAttribute> {
    vec![
        attribute("routing.http.response.server.enabled", "false"),
        attribute("routing.http.response.x_content_type_options.header_value", "nosniff"),
    ]
}

fn attribute(key: &'static str, value: impl Into<String>) -> property::ListenerAttribute {
    property::ListenerAttribute::new().key(key).value(value.into())
}

/// The answer to what no route leads anywhere.
fn not_found() -> property::Action {
    let response = property::FixedResponseConfig::new()
        .status_code("404")
        .content_type("text/plain")
        .message_body("not found");
    property::Action::new().type_(property::ActionType::FixedResponse).fixed_response_config(response)
}

fn redirect() -> property::Action {
    let redirect = property::RedirectConfig::new()
        .protocol("HTTPS")
        .port("443")
        .status_code(property::RedirectConfigStatusCode::Http301);
    property::Action::new().type_(property::ActionType::Redirect).redirect_config(redirect)
}

/// The certificate that exists already, or one for all the domains.
fn certificate(scope: &mut Scope<'_>, options: &AlbOptions) -> Attr<kind::CertificateManagerCertificateArn> {
    if let Some(arn) = &options.certificate {
        return arn.clone();
    }
    let mut domains = options.domains.iter();
    let Some((first, zone)) = domains.next() else { return Attr::existing("") };
    let mut certificate = Certificate::new(first.clone(), zone);
    for (domain, zone) in domains {
        certificate = certificate.also(domain.clone(), zone);
    }
    scope.add("Certificate", certificate).arn
}
