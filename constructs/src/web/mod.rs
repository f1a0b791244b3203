//! What the internet reaches: services behind a load balancer, and the firewall in front of them.

mod public_alb_service;
mod web_acl;

pub use public_alb_service::{PublicAlbService, PublicAlbServiceRef};
pub use web_acl::{Firewall, ManagedRules, WebAcl, WebAclRef};
