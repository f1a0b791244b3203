//! What the internet reaches: load balancers and the services behind them, static sites, and the firewall in front of both.

mod alb_rule;
mod public_alb;
mod public_alb_service;
mod route;
mod routed_service;
mod static_site;
mod target_group;
mod watch;
mod web_acl;

pub use alb_rule::{AlbRule, Lasting, Reply};
pub(crate) use public_alb::Source;
pub use public_alb::{Desync, ExistingAlb, ForwardedFor, Ingress, PublicAlb, PublicAlbRef, TlsPolicy};
pub use public_alb_service::{PublicAlbService, PublicAlbServiceRef};
pub use route::{Auth, ClaimFormat, JwtCheck, Login, OidcEndpoints, Route};
pub use routed_service::{RoutedService, RoutedServiceRef};
pub use static_site::{
    Access, Caching, Csp, ExistingSite, Origin, PriceClass, Routing, SecurityHeaders, StaticSite,
    StaticSiteRef,
};
pub use target_group::{Algorithm, Stickiness, TargetProtocol};
pub use web_acl::{Firewall, ManagedRules, WebAcl, WebAclRef};
