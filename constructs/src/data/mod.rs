//! What keeps data: tables and buckets.

mod access_log_bucket;
mod table;

pub use access_log_bucket::{AccessLogBucket, AccessLogBucketRef};
pub use table::{KeyType, StreamView, Table, TableRef};
