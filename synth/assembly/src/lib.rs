//! What crosses from an app to the tools around it: the assembly and its folder, asset hashes, diagnostics.
//!
//! The only crate below the command line that touches the disk.

mod assembly;
pub mod code;
mod diagnostic;

pub use assembly::{Assembly, Asset, AssetSource, ResourceOrigin, Stack};
pub use code::Code;
pub use diagnostic::{Diagnostic, Place, Related, Severity};
