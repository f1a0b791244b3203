//! The assembly folder: what synth leaves on the disk, and every tool reads.
//!
//! ```text
//! formwork.out/
//!   manifest.json          a CDK cloud assembly: stacks, where they belong, what comes first
//!   formwork.json          what that format has no words for: the app, the stage, the lines of the user's code, the sites
//!   Shop.template.json     one template a stack
//!   Shop.assets.json       what to publish before it, where it needs anything
//!   asset.9f86d0…/         a copy of each asset, so that the folder can be carried elsewhere
//! ```
//!
//! The CDK command line can list, diff and deploy it; each fact stands in one file only.

mod assets;
mod facts;
mod foreign;
mod home;
mod list;
mod manifest;
#[cfg(feature = "publications")]
mod publication;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod write;

#[cfg(feature = "publications")]
pub use publication::{AssetPlace, BootstrapVersion, Destination, Publication, publications};
pub use read::read;
#[cfg(feature = "schema")]
pub use schema::{SCHEMAS, schema};
pub use write::{INLINE_TEMPLATE, write};

/// The names of the two files that make a folder an assembly.
const MANIFEST: &str = "manifest.json";
const FACTS: &str = "formwork.json";

/// A finding about the folder itself.
fn fault(code: &crate::Code, message: String, help: &str) -> crate::Diagnostic {
    crate::Diagnostic::error(code, message).help(help)
}
