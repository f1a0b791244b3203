//! What keeps data: databases, tables and buckets.

mod access_log_bucket;
mod aurora_cluster;
mod bucket;
mod database;
mod file_system;
mod repository;
mod rds_instance;
mod table;

pub use access_log_bucket::{AccessLogBucket, AccessLogBucketRef};
pub use aurora_cluster::{AuroraCluster, AuroraClusterRef, ExistingAurora, Member};
pub use bucket::{Bucket, BucketRef, StorageClass};
pub use database::{
    BackupWindow, DatabaseEngine, DatabaseInsights, DatabaseProxy, DatabaseProxyRef, InstanceClass,
    InstanceSize, MaintenanceWindow, MySqlVersion, PostgresVersion, Proxied, Restore, RestoreTime, Weekday,
};
pub use file_system::{AccessPoint, AccessPointRef, FileSystem, FileSystemRef};
pub use repository::{Repository, RepositoryRef};
pub use rds_instance::{ExistingRds, RdsInstance, RdsInstanceRef, SecureCredentials};
pub use table::{KeyType, StreamView, Table, TableRef};
