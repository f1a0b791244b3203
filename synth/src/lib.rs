//! The app graph of Formwork and its phases: specs are added to scopes, and synthesis turns them into CloudFormation templates.
//!
//! Pure: no files, clock, randomness or environment; what must be read from disk comes in through
//! [`AssetHasher`](formwork_assembly::AssetHasher).
#![allow(missing_docs)]
pub mod expr; pub mod graph; pub mod value; pub mod resource; pub mod template; mod stage;
pub use expr::*; pub use value::*; pub use resource::*; pub use template::*; pub use stage::{Stage, Stages};
