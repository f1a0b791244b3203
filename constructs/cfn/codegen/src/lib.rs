//! Writes the Rust of CloudFormation resource types: text from facts, nothing else.
//!
//! `formwork-cfn` calls it from its build script. All names are decided first (a plan), then everything is written.
//! Nothing here reads or writes files.

mod body;
mod docs;
mod emit;
mod enumeration;
mod handle;
mod ident;
#[cfg(feature = "import")]
mod import;
mod kind;
mod plan;
mod resource;
mod rust_type;
mod service;
mod shared;
mod words;

#[cfg(feature = "import")]
pub use import::{ImportedResource, import};
pub use kind::{Kinds, Wanted};
pub use service::{Generated, generate, kinds, module};
pub use words::{pascal, snake};
