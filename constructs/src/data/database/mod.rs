//! What every database has alike: where it lies, how it is kept, what it logs, who may come in.
//!
//! Not here: what a topology decides; see [`AuroraCluster`](crate::AuroraCluster), [`RdsInstance`](crate::RdsInstance) and
//! [`DocumentDb`](crate::DocumentDb).

pub(crate) mod alarms;
mod class;
mod engine;
pub(crate) mod options;
pub(crate) mod place;
mod proxy;
mod restore;
mod window;

pub use class::{InstanceClass, InstanceSize};
pub use engine::{DatabaseEngine, MySqlVersion, PostgresVersion};
pub(crate) use options::{DatabaseOptions, database_options};
pub(crate) use proxy::Target;
pub use proxy::{DatabaseProxy, DatabaseProxyRef, ExistingProxy, Proxied};
pub use restore::{Restore, RestoreTime};
pub(crate) use window::check as check_windows;
pub use window::{BackupWindow, MaintenanceWindow, Weekday};

/// What Database Insights keeps and shows.
///
/// See <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DatabaseInsights.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseInsights {
    /// Seven days of load by waits and statements, without a charge.
    Standard,
    /// Fifteen months of it, with plans, locks and a view of the whole fleet, charged for each vCPU or ACU.
    Advanced,
}

impl DatabaseInsights {
    /// The days that performance data is kept for.
    pub(crate) fn days(self) -> u32 {
        match self {
            Self::Standard => 7,
            Self::Advanced => 465,
        }
    }
}
