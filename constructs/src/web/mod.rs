//! What the internet reaches: services behind a load balancer, static sites, and the firewall in front of them.

mod public_alb_service;
mod static_site;
mod web_acl;

pub use public_alb_service::{PublicAlbService, PublicAlbServiceRef};
pub use static_site::{
    Access, Caching, Csp, Origin, PriceClass, Routing, SecurityHeaders, StaticSite, StaticSiteRef,
};
pub use web_acl::{Firewall, ManagedRules, WebAcl, WebAclRef};
