//! What the command line knows of an app.

use formwork_assembly::{AssetHasher, Bootstrap, Synthesis};
use serde_json::Value;

/// An app that can be synthesized. The facade makes one of the user's `app` function.
pub trait Program {
    /// The JSON Schema of its stage file; none where its stages are defined in Rust, and no file is read.
    fn schema(&self) -> Option<Value>;

    /// Its stages in their order, where they are defined in Rust.
    fn stages(&self) -> Option<Vec<StageOutline>> {
        None
    }

    /// Builds the app for one stage and synthesizes it.
    fn synthesize(&self, request: &Request<'_>) -> Synthesis;
}

/// What to synthesize.
pub struct Request<'a> {
    /// The name of the stage; the default one, if there is none.
    pub stage: Option<&'a str>,
    /// The stage file; the built-in stages, or those defined in Rust, if there is none.
    pub stage_file: Option<&'a StageFile>,
    /// Knows the hashes of assets.
    pub assets: &'a dyn AssetHasher,
}

/// A stage file as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageFile {
    /// What to call it in messages: the path from the current directory.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A stage as far as the command line has to know it before it builds the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageOutline {
    /// Its name.
    pub name: String,
    /// Its region, where it says one.
    pub region: Option<String>,
    /// True where it asks for confirmation before anything of it changes.
    pub protected: bool,
    /// Where deployments publish what stacks need, where it says so.
    pub bootstrap: Option<Bootstrap>,
}
