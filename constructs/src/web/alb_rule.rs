//! An answer that a load balancer gives by itself: a text, a page, a redirect.
//!
//! Makes an `AWS::ElasticLoadBalancingV2::ListenerRule` on each listener that leads to services.
//!
//! Defaults: a redirect is for good (301), over HTTPS, and keeps host, path and query.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::elasticloadbalancingv2::{self as elb, listener_rule as property};
use formwork_synth::{Construct, Scope, Str};

use crate::{PublicAlbRef, Route};

/// An answer without a service behind it.
///
/// ```
/// # use formwork_constructs::{AlbRule, HostedZoneRef, PublicAlb, Reply, Route, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// # let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
/// # let alb = shop.add("Alb", PublicAlb::new(&vpc).domain("example.com", &zone));
/// shop.add("Robots", AlbRule::on(&alb, Route::path("/robots.txt"), Reply::text(200, "User-agent: *\nDisallow: /")));
/// shop.add("Www", AlbRule::on(&alb, Route::host("www.example.com"), Reply::redirect_to_host("example.com")));
/// ```
///
/// See <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct AlbRule {
    alb: PublicAlbRef,
    route: Route,
    reply: Reply,
}

/// What a load balancer answers by itself.
#[derive(Clone, Debug)]
pub enum Reply {
    /// The same text to everybody, of 1,024 characters at most.
    Fixed {
        /// The status: 200 to 299, or 400 to 599.
        status: u16,
        /// The type of the text: `text/plain`, `text/css`, `text/html`, `application/javascript` or `application/json`.
        content_type: Str,
        /// The text.
        body: Str,
    },
    /// The address of another place. What is nothing stays as it was asked for.
    Redirect {
        /// The host there.
        host: Option<Str>,
        /// The path there; `#{path}` stands for the one that was asked for.
        path: Option<Str>,
        /// The query there; `#{query}` stands for the one that was asked for.
        query: Option<Str>,
        /// Whether browsers may remember it: 301 if so, 302 if not.
        lasting: Lasting,
    },
}

/// How long a redirect holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lasting {
    /// For good: 301. Browsers remember it.
    #[default]
    Forever,
    /// For now: 302.
    Now,
}

impl AlbRule {
    /// An answer to the requests of a route.
    pub fn on(alb: &PublicAlbRef, route: Route, reply: Reply) -> Self {
        Self { alb: alb.clone(), route, reply }
    }
}

impl Construct for AlbRule {
    type Handle = Vec<elb::ListenerRuleRef>;

    fn build(self, scope: &mut Scope<'_>) -> Vec<elb::ListenerRuleRef> {
        self.reply.check(scope);
        self.route.build(scope, &self.alb, &|| self.reply.action())
    }
}

impl Reply {
    /// A plain text.
    pub fn text(status: u16, body: impl Into<Str>) -> Self {
        Self::Fixed { status, content_type: "text/plain".into(), body: body.into() }
    }

    /// A page of HTML.
    pub fn page(status: u16, html: impl Into<Str>) -> Self {
        Self::Fixed { status, content_type: "text/html".into(), body: html.into() }
    }

    /// The same address at another host, for good.
    pub fn redirect_to_host(host: impl Into<Str>) -> Self {
        Self::Redirect { host: Some(host.into()), path: None, query: None, lasting: Lasting::Forever }
    }

    fn check(&self, scope: &mut Scope<'_>) {
        if let Self::Fixed { status, body, .. } = self {
            if !matches!(status, 200..=299 | 400..=599) {
                let message = format!("a load balancer cannot answer with the status {status}");
                let help = "name 200 to 299 or 400 to 599; for a redirect there is `Reply::Redirect`";
                scope.report(Diagnostic::error(&code::ROUTE, message).help(help));
            }
            if body.len() > 1_024 {
                let message = format!("the answer has {} characters", body.len());
                scope.report(Diagnostic::error(&code::ROUTE, message).help("write 1,024 at most"));
            }
        }
    }

    fn action(&self) -> property::Action {
        match self {
            Self::Fixed { status, content_type, body } => {
                let response = property::FixedResponseConfig::new()
                    .status_code(status.to_string())
                    .content_type(content_type.clone())
                    .message_body(body.clone());
                property::Action::new()
                    .type_(property::ActionType::FixedResponse)
                    .fixed_response_config(response)
            }
            Self::Redirect { host, path, query, lasting } => {
                let status = match lasting {
                    Lasting::Forever => property::RedirectConfigStatusCode::Http301,
                    Lasting::Now => property::RedirectConfigStatusCode::Http302,
                };
                let mut redirect =
                    property::RedirectConfig::new().protocol("HTTPS").port("443").status_code(status);
                if let Some(host) = host {
                    redirect = redirect.host(host.clone());
                }
                if let Some(path) = path {
                    redirect = redirect.path(path.clone());
                }
                if let Some(query) = query {
                    redirect = redirect.query(query.clone());
                }
                property::Action::new().type_(property::ActionType::Redirect).redirect_config(redirect)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, testing::findings};

    use super::*;
    use crate::{PublicAlb, Vpc, testing::snapshot};

    fn alb(shop: &mut Scope<'_>) -> PublicAlbRef {
        let vpc = shop.add("Vpc", Vpc::across_azs(2).public_only());
        shop.add("Alb", PublicAlb::new(&vpc).insecure_http("a test").no_alarms("a test"))
    }

    #[test]
    fn alb_rule() {
        snapshot("alb_rule", |shop| {
            let alb = alb(shop);
            let robots = Reply::text(200, "User-agent: *\nDisallow: /");
            shop.add("Robots", AlbRule::on(&alb, Route::path("/robots.txt"), robots));
            let moved = Reply::Redirect {
                host: None,
                path: Some("/shop/#{path}".into()),
                query: None,
                lasting: Lasting::Now,
            };
            shop.add("Moved", AlbRule::on(&alb, Route::path("/store/*"), moved));
        });
    }

    #[test]
    fn answers_are_checked() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let alb = alb(&mut shop);
        shop.add("Moved", AlbRule::on(&alb, Route::path("/moved"), Reply::text(301, "gone")));
        shop.add("Long", AlbRule::on(&alb, Route::path("/long"), Reply::page(200, "x".repeat(1_025))));
        let found = findings(app);
        assert!(found.contains("cannot answer with the status 301"), "{found}");
        assert!(found.contains("the answer has 1025 characters"), "{found}");
    }
}
