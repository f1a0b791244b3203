//! High-level AWS constructs: each a plain value that adds resources with secure production defaults, and a handle with what was made.
//!
//! One file a construct. Defaults follow the stage: a protected stage keeps its data and costs more, any other is cheap and deletable.

mod access_log_bucket;
mod cluster;
mod environment;
mod fargate_service;
mod hosted_zone;
mod image;
mod log_group;
mod protection;
mod public_alb_service;
mod role;
mod scaling;
mod security_group;
mod table;
mod task_size;
#[cfg(test)]
mod testing;
mod vpc;

pub use access_log_bucket::{AccessLogBucket, AccessLogBucketRef};
pub use cluster::{Cluster, ClusterRef};
pub use environment::EnvironmentValue;
pub use fargate_service::{Capacity, FargateService, FargateServiceRef};
pub use hosted_zone::HostedZoneRef;
pub use image::{Architecture, Image};
pub use log_group::{LogGroup, LogGroupRef, Retention};
pub use public_alb_service::{PublicAlbService, PublicAlbServiceRef};
pub use role::{Role, RoleRef};
pub use security_group::{SecurityGroup, SecurityGroupRef};
pub use table::{KeyType, StreamView, Table, TableRef};
pub use task_size::TaskSize;
pub use vpc::{Nat, SubnetRef, Tier, Vpc, VpcRef};
