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

use formwork_synth::{Scope, Text, Value, intrinsic, sub};

pub use class::{InstanceClass, InstanceSize};
pub use engine::{DatabaseEngine, MySqlVersion, PostgresVersion};
pub(crate) use options::{DatabaseOptions, database_options};
pub(crate) use proxy::Target;
pub use proxy::{DatabaseProxy, DatabaseProxyRef, Proxied};
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

/// A name that no other stack of the account gives, known before the resource is: the path, and the end of the stack's own id.
pub(crate) struct UniqueName {
    path: String,
    end: Value<String>,
}

impl UniqueName {
    /// A name of 63 characters at most, which is what RDS takes.
    pub(crate) fn of(scope: &Scope<'_>) -> Self {
        Self::up_to(scope, 63)
    }

    pub(crate) fn up_to(scope: &Scope<'_>, longest: usize) -> Self {
        let mut path = String::new();
        for letter in scope.path().chars() {
            match letter {
                letter if letter.is_ascii_alphanumeric() => path.push(letter.to_ascii_lowercase()),
                _ if path.is_empty() || path.ends_with('-') => {}
                _ => path.push('-'),
            }
        }
        path.truncate(longest - END);
        path.truncate(path.trim_end_matches('-').len());
        let guid: Value<String> = intrinsic::select(2, intrinsic::split("/", intrinsic::stack_id()));
        Self { path, end: intrinsic::select(4, intrinsic::split("-", &guid)) }
    }

    /// The name between other text.
    pub(crate) fn within(&self, before: &str, after: &str) -> Text {
        sub!("{}{}-{}{}", before, &self.path, &self.end, after)
    }
}

/// The hyphen and twelve digits that end a name.
const END: usize = 13;
