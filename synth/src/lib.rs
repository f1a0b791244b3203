//! placeholder
#![allow(missing_docs)]
pub mod expr; pub mod graph; pub mod value; pub mod resource;
pub use expr::*; pub use value::*; pub use resource::*;
