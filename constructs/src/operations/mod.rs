//! What tells operators how it goes: logs, metrics, alarms, and who is on call.

mod alarm;
mod chaos_experiment;
mod dashboard;
mod log_group;
mod log_query;
mod metric;
mod monitoring;
mod on_call;

pub use alarm::{Alarm, AlarmRef, MissingData, Severity};
pub use chaos_experiment::{ChaosExperiment, ChaosExperimentRef, Fault};
pub use dashboard::{Dashboard, DashboardRef, Graph, Observe};
pub use log_group::{LogGroup, LogGroupRef, Retention};
pub use log_query::{LogQuery, LogQueryRef};
pub use metric::{Metric, Statistic};
pub(crate) use monitoring::{Monitoring, monitoring_options};
pub use on_call::{OnCall, OnCallRef};
