//! What the internet reaches: services behind a load balancer.

mod public_alb_service;

pub use public_alb_service::{PublicAlbService, PublicAlbServiceRef};
