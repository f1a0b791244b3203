//! High-level AWS constructs: each a plain value that adds resources with secure production defaults, and a handle with what was made.
//!
//! One folder a field, one file a construct. Defaults follow the stage: a protected stage keeps its data and costs more, any other is cheap and deletable.

mod arn;
#[cfg(test)]
mod combinations;
mod compute;
mod data;
mod each;
#[cfg(test)]
mod existing;
mod identity;
mod network;
mod operations;
mod protection;
mod reason;
#[cfg(test)]
mod testing;
mod unique_name;
mod web;

pub use compute::*;
pub use data::*;
pub use identity::*;
pub use network::*;
pub use operations::*;
pub use web::*;
