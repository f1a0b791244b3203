//! What tells operators how it goes: logs.

mod log_group;

pub use log_group::{LogGroup, LogGroupRef, Retention};
