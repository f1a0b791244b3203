//! Which requests a rule of a load balancer is for, and what happens to them on their way.

mod auth;
mod priority;

use formwork_assembly::{Diagnostic, SortedMap, SortedSet, code};
use formwork_cfn::{
    elasticloadbalancingv2::{self as elb, listener_rule as property},
    kind,
};
use formwork_synth::{Attr, Cidr, Peer, Scope, Str, Text, cidr, port};

pub use auth::{Auth, ClaimFormat, JwtCheck, Login, OidcEndpoints};

use crate::{PublicAlbRef, each::each};

/// Which requests a service or an answer is for.
///
/// Rules are asked in the order of their priorities, which come from the routes themselves: a host before none, further conditions before
/// none, a long path before a short one. So a route may be added, or change its place in the program, and no other one changes.
///
/// ```
/// use formwork_constructs::Route;
///
/// let admin = Route::path("/admin/*").on_host("shop.example.com").by_method("GET");
/// let beta = Route::all().with_header("X-Beta", "yes").priority(10);
/// let api = Route::path("/api/*").strip_prefix("/api");
/// ```
///
/// See <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html>.
#[must_use = "a route does nothing until a service or rule is put on it"]
#[derive(Clone, Debug, Default)]
pub struct Route {
    paths: SortedSet<Str>,
    hosts: SortedSet<Str>,
    headers: SortedMap<Str, SortedSet<Str>>,
    queries: SortedSet<(Str, Str)>,
    methods: SortedSet<Str>,
    sources: SortedSet<Cidr>,
    priority: Option<u32>,
    path_rewrite: Option<(Str, Str)>,
    host_rewrite: Option<(Str, Str)>,
    auth: Option<Auth>,
}

/// The most values that all conditions of a rule have together.
const MOST_VALUES: usize = 5;

impl Route {
    /// All requests that no other route is for.
    pub fn all() -> Self {
        Self::default()
    }

    /// Requests for a path: `/api/*`, where `*` stands for any characters and `?` for one.
    pub fn path(pattern: impl Into<Str>) -> Self {
        Self::all().at_path(pattern)
    }

    /// Requests for a host: `api.example.com`, or `*.example.com`.
    pub fn host(pattern: impl Into<Str>) -> Self {
        Self::all().on_host(pattern)
    }

    /// Narrows it to a path; called again, to one of several.
    pub fn at_path(mut self, pattern: impl Into<Str>) -> Self {
        self.paths.insert(pattern.into());
        self
    }

    /// Narrows it to a host; called again, to one of several.
    pub fn on_host(mut self, pattern: impl Into<Str>) -> Self {
        self.hosts.insert(pattern.into());
        self
    }

    /// Narrows it to requests with a header of that value, where `*` and `?` stand for other characters; called again with the same name, to
    /// one of several.
    pub fn with_header(mut self, name: impl Into<Str>, value: impl Into<Str>) -> Self {
        self.headers.or_default(name.into()).insert(value.into());
        self
    }

    /// Narrows it to requests with a parameter of that value in their URL; called again, to one of several.
    pub fn with_query(mut self, name: impl Into<Str>, value: impl Into<Str>) -> Self {
        self.queries.insert((name.into(), value.into()));
        self
    }

    /// Narrows it to a method, in capital letters; called again, to one of several.
    pub fn by_method(mut self, method: impl Into<Str>) -> Self {
        self.methods.insert(method.into());
        self
    }

    /// Narrows it to connections from a block of addresses; called again, to one of several.
    pub fn from_addresses(mut self, block: Cidr) -> Self {
        self.sources.insert(block);
        self
    }

    /// Sets the priority, 1 to 1,000: before all routes that set none. Default: from the route itself, over 1,000.
    pub fn priority(mut self, priority: u32) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Rewrites path and query, by a regular expression and what stands for what it matches (`$1`), before the service sees them.
    /// Default: they stay.
    pub fn rewrite_path(mut self, pattern: impl Into<Str>, replacement: impl Into<Str>) -> Self {
        self.path_rewrite = Some((pattern.into(), replacement.into()));
        self
    }

    /// Takes a prefix such as `/api` away from paths before the service sees them.
    pub fn strip_prefix(self, prefix: &str) -> Self {
        let mut literal = String::new();
        for letter in prefix.trim_end_matches('/').chars() {
            if !letter.is_ascii_alphanumeric() && !matches!(letter, '/' | '-' | '_') {
                literal.push('\\');
            }
            literal.push(letter);
        }
        self.rewrite_path(format!("^{literal}/?(.*)$"), "/$1")
    }

    /// Rewrites the host, by a regular expression and what stands for what it matches, before the service sees it. Default: it stays.
    pub fn rewrite_host(mut self, pattern: impl Into<Str>, replacement: impl Into<Str>) -> Self {
        self.host_rewrite = Some((pattern.into(), replacement.into()));
        self
    }

    /// Lets through only who is logged in ([`Login`]), or brings a valid token ([`JwtCheck`]). HTTPS only. Default: everybody.
    pub fn auth(mut self, auth: impl Into<Auth>) -> Self {
        self.auth = Some(auth.into());
        self
    }

    /// The rules of the route, one on each listener that leads to services.
    pub(super) fn build(
        self,
        scope: &mut Scope<'_>,
        alb: &PublicAlbRef,
        action: &dyn Fn() -> property::Action,
    ) -> Vec<elb::ListenerRuleRef> {
        self.check(scope, alb);
        if self.auth.is_some() {
            // The load balancer itself asks who it is that comes, or for the keys of who signed the token.
            let everywhere = Peer::cidr("Internet", cidr!("0.0.0.0/0"));
            scope.connect_on(alb, &everywhere, port!(443));
        }
        let ids = ["Rule", "HttpRule"];
        let place = scope.path();
        each(alb.listeners.iter().zip(ids), |(listener, id)| {
            scope.add(id, self.rule(alb, listener, action, &place))
        })
    }

    /// The rule for one listener.
    pub(super) fn rule(
        &self,
        alb: &PublicAlbRef,
        listener: &Attr<kind::ElasticLoadBalancingV2ListenerArn>,
        action: &dyn Fn() -> property::Action,
        place: &str,
    ) -> elb::ListenerRule {
        let mut actions = Vec::new();
        if let Some(auth) = &self.auth {
            actions.push(auth.action().order(1));
        }
        actions.push(if actions.is_empty() { action() } else { action().order(2) });
        let rule = elb::ListenerRule::new()
            .listener_arn(listener)
            .priority(self.priority.unwrap_or_else(|| self.natural_priority(place)))
            .conditions(self.conditions(alb))
            .actions(actions);
        let transforms = self.transforms();
        if transforms.is_empty() { rule } else { rule.transforms(transforms) }
    }

    fn conditions(&self, alb: &PublicAlbRef) -> Vec<property::RuleCondition> {
        let list = |values: &SortedSet<Str>| each(values, Str::clone);
        let of = |field: &'static str| property::RuleCondition::new().field(field);
        let mut conditions = Vec::new();
        if !self.hosts.is_empty() {
            let config = property::HostHeaderConfig::new().values(list(&self.hosts));
            conditions.push(of("host-header").host_header_config(config));
        }
        if !self.paths.is_empty() {
            let config = property::PathPatternConfig::new().values(list(&self.paths));
            conditions.push(of("path-pattern").path_pattern_config(config));
        }
        for (name, values) in &self.headers {
            let config =
                property::HttpHeaderConfig::new().http_header_name(name.clone()).values(list(values));
            conditions.push(of("http-header").http_header_config(config));
        }
        if let Some((name, value)) = &alb.secret_header {
            let value = Text::from_expr(value.clone());
            let config = property::HttpHeaderConfig::new().http_header_name(name.clone()).values([value]);
            conditions.push(of("http-header").http_header_config(config));
        }
        if !self.queries.is_empty() {
            let pairs = each(&self.queries, |(name, value)| {
                property::QueryStringKeyValue::new().key(name.clone()).value(value.clone())
            });
            let config = property::QueryStringConfig::new().values(pairs);
            conditions.push(of("query-string").query_string_config(config));
        }
        if !self.methods.is_empty() {
            let config = property::HttpRequestMethodConfig::new().values(list(&self.methods));
            conditions.push(of("http-request-method").http_request_method_config(config));
        }
        if !self.sources.is_empty() {
            let blocks: Vec<String> = each(&self.sources, ToString::to_string);
            conditions.push(of("source-ip").source_ip_config(property::SourceIpConfig::new().values(blocks)));
        }
        if conditions.is_empty() {
            // A rule has one condition or more.
            let config = property::PathPatternConfig::new().values(["/*"]);
            conditions.push(of("path-pattern").path_pattern_config(config));
        }
        conditions
    }

    fn transforms(&self) -> Vec<property::Transform> {
        let config = |(pattern, replacement): &(Str, Str)| {
            let rewrite = property::RewriteConfig::new().regex(pattern.clone()).replace(replacement.clone());
            property::RewriteConfigObject::new().rewrites([rewrite])
        };
        let of = |kind| property::Transform::new().type_(kind);
        let mut transforms = Vec::new();
        if let Some(rewrite) = &self.host_rewrite {
            let transform = of(property::TransformType::HostHeaderRewrite);
            transforms.push(transform.host_header_rewrite_config(config(rewrite)));
        }
        if let Some(rewrite) = &self.path_rewrite {
            transforms.push(of(property::TransformType::UrlRewrite).url_rewrite_config(config(rewrite)));
        }
        transforms
    }

    fn check(&self, scope: &mut Scope<'_>, alb: &PublicAlbRef) {
        let mut report = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::ROUTE, message).help(help));
        };
        let values = self.paths.len()
            + self.hosts.len()
            + self.headers.values().map(SortedSet::len).sum::<usize>()
            + self.queries.len()
            + self.methods.len()
            + self.sources.len()
            + usize::from(alb.secret_header.is_some());
        if values > MOST_VALUES {
            let message = format!("the route has {values} values in its conditions");
            report(message, "a rule takes 5 in all; make two routes of it");
        }
        for path in self.paths.iter().filter(|path| !path.starts_with(['/', '*']) || path.len() > 128) {
            let message = format!("`{path}` is no path of a route");
            report(message, "begin it with `/`, and write 128 characters at most: `/api/*`");
        }
        for host in self.hosts.iter().filter(|host| !host.contains('.') || host.contains(['/', ':'])) {
            let message = format!("`{host}` is no host of a route");
            report(message, "name a domain without protocol and port: `api.example.com`");
        }
        for method in
            self.methods.iter().filter(|method| !method.bytes().all(|letter| letter.is_ascii_uppercase()))
        {
            report(format!("`{method}` is no method"), "methods are written in capital letters: `GET`");
        }
        if let Some(priority) = self.priority.filter(|priority| !(1..=1_000).contains(priority)) {
            let message = format!("a route cannot have the priority {priority}");
            report(message, "name 1 to 1,000; what sets none has a higher number of its own");
        }
        if self.auth.is_some() && !alb.secure {
            let message = "who comes by plain HTTP cannot log in or show a token".to_owned();
            report(message, "serve HTTPS: `.domain(…, &zone)` or `.certificate(arn)` on the load balancer");
        }
        if self.auth.is_some() && alb.listeners.len() > 1 {
            let message = "who comes by the plain one of two ports cannot log in or show a token".to_owned();
            report(message, "drop `.forward_both(…)`, and let the load balancer redirect");
        }
    }
}
