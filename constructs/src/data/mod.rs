//! What keeps data: databases, tables and buckets.

mod access_log_bucket;
mod aurora_cluster;
mod backup_plan;
mod bucket;
mod cache;
mod database;
mod document_db;
mod file_system;
mod queue;
mod rds_instance;
mod repository;
mod table;

pub use access_log_bucket::{AccessLogBucket, AccessLogBucketRef};
pub use aurora_cluster::{AuroraCluster, AuroraClusterRef, ExistingAurora, Member};
pub use backup_plan::{BackedUp, BackupPlan, BackupPlanRef, BackupRule, VaultLock};
pub(crate) use bucket::is_origin;
pub use bucket::{Bucket, BucketRef, StorageClass};
pub use cache::{Cache, CacheEngine, CacheLogin, CacheNode, CacheRef, CacheResource, ExistingCache};
pub use database::{
    BackupWindow, DatabaseEngine, DatabaseInsights, DatabaseProxy, DatabaseProxyRef, ExistingProxy,
    InstanceClass, InstanceSize, MaintenanceWindow, MySqlVersion, PostgresVersion, Proxied, Restore,
    RestoreTime, Weekday,
};
pub use document_db::{DocumentDb, DocumentDbRef, DocumentDbVersion, ExistingDocumentDb};
pub use file_system::{AccessPoint, AccessPointRef, FileSystem, FileSystemRef};
pub(crate) use queue::LONGEST_HIDDEN;
pub use queue::{Queue, QueueRef};
pub use rds_instance::{ExistingRds, RdsInstance, RdsInstanceRef, SecureCredentials};
pub use repository::{Repository, RepositoryRef};
pub use table::{KeyType, StreamView, Table, TableRef};
