//! Where things are and who reaches whom: networks, groups, zones.

mod certificate;
mod external;
mod health_check;
mod hosted_zone;
mod record;
mod security_group;
mod vpc;

pub use certificate::{Certificate, CertificateRef};
pub use external::External;
pub use health_check::{HealthCheck, HealthCheckRef};
pub use hosted_zone::{HostedZone, HostedZoneRef};
pub use record::{Alias, Record};
pub use security_group::{SecurityGroup, SecurityGroupRef};
pub use vpc::{InterfaceEndpoint, Nat, SubnetRef, Tier, Vpc, VpcRef};
