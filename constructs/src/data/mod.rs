//! What keeps data: databases, tables and buckets.

mod access_log_bucket;
mod aurora_cluster;
mod database;
mod table;

pub use access_log_bucket::{AccessLogBucket, AccessLogBucketRef};
pub use aurora_cluster::{AuroraCluster, AuroraClusterRef, ExistingAurora, Member};
pub use database::{
    BackupWindow, DatabaseEngine, DatabaseInsights, DatabaseProxy, DatabaseProxyRef, InstanceClass,
    InstanceSize, MaintenanceWindow, MySqlVersion, PostgresVersion, Proxied, Restore, RestoreTime, Weekday,
};
mod bucket;
mod table;

pub use access_log_bucket::{AccessLogBucket, AccessLogBucketRef};
pub use bucket::{Bucket, BucketRef, StorageClass};
pub use table::{KeyType, StreamView, Table, TableRef};
