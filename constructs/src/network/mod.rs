//! Where things are and who reaches whom: networks, groups, zones.

mod hosted_zone;
mod security_group;
mod vpc;

pub use hosted_zone::HostedZoneRef;
pub use security_group::{SecurityGroup, SecurityGroupRef};
pub use vpc::{Nat, SubnetRef, Tier, Vpc, VpcRef};
