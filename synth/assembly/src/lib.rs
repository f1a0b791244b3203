//! What crosses from an app to the tools around it: the assembly and its folder, asset hashes, diagnostics.
//!
//! The only crate below the command line that touches the disk.

mod assembly;
mod asset;
mod bootstrap;
pub mod code;
mod diagnostic;
mod each;
pub mod folder;
mod gate;
pub mod json;
mod near;
mod site;
mod sorted;

pub use assembly::{Assembly, Asset, AssetSource, ResourceOrigin, Stack, Synthesis};
pub use asset::{AssetFile, AssetFiles, AssetHasher, checksum, digest};
pub use bootstrap::{Bootstrap, BootstrapRole};
pub use code::Code;
pub use diagnostic::{Diagnostic, Place, Related, Severity};
pub use each::each;
pub use gate::{Gate, GateStage, GateStep};
pub use near::{near, suggest};
pub use site::{CacheRule, Site, StackResource};
pub use sorted::{SortedMap, SortedSet, sort_by};
