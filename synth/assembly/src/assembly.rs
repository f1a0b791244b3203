//! What synth hands over: rendered stacks and the assets they need, before anything touches the disk.

use std::collections::BTreeMap;

use crate::{Bootstrap, Diagnostic, Gate, Site};

/// What came of an app: an assembly, where nothing was wrong with it, and everything that was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Synthesis {
    /// The assembly; none where a diagnostic is an error.
    pub assembly: Option<Assembly>,
    /// All findings, in the order in which they are to be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// A synthesized app.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assembly {
    /// The name of the app.
    pub app: String,
    /// The stage it was synthesized for.
    pub stage: String,
    /// True where the stage asks for confirmation before anything of it changes.
    pub protected: bool,
    /// Where deployments publish what stacks need, where the stage says so; else Formwork's own.
    pub bootstrap: Option<Bootstrap>,
    /// The stacks in an order in which they can be deployed.
    pub stacks: Vec<Stack>,
    /// The files and images that the assembly brings along, by hash: those to publish before the stacks, and those of the sites.
    pub assets: Vec<Asset>,
    /// The sites to upload after their stacks, by path.
    pub sites: Vec<Site>,
}

/// One rendered stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    /// Its id in the app, which also names its template file: `Shop`.
    pub id: String,
    /// Its name in CloudFormation: `shop-prod-Shop`.
    pub name: String,
    /// The account it belongs to, where the stage says one.
    pub account: Option<String>,
    /// The region it belongs to, where the stage or the stack says one.
    pub region: Option<String>,
    /// The template as JSON text, with a line break at its end.
    pub template: String,
    /// Stack tags, sorted by key.
    pub tags: Vec<(String, String)>,
    /// True where CloudFormation is to refuse the deletion of the stack.
    pub termination_protection: bool,
    /// The ids of the stacks that must be deployed before this one, sorted.
    pub dependencies: Vec<String>,
    /// The hashes of the assets that its template names, sorted.
    pub assets: Vec<String>,
    /// Where each resource comes from, in the order of the template.
    pub resources: Vec<ResourceOrigin>,
    /// Where deployments of its services wait for `deploy`, by service and stage.
    pub gates: Vec<Gate>,
    /// Parameters of the template that `deploy` fills when it makes the stack: the name of a `SecureString` by that of the parameter.
    pub secure_strings: BTreeMap<String, String>,
}

/// Where a resource of a template comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceOrigin {
    /// The key in the template: `ApiService`.
    pub logical_id: String,
    /// The construct path: `Shop/Api/Service`.
    pub path: String,
    /// The line of the user's code, `file:line:column`, relative to the package where it lies inside.
    pub at: Option<crate::Place>,
}

/// Something to publish before a stack needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// SHA-256 of its content and of what decides how it is built, in hex.
    pub hash: String,
    /// What to call it in messages: the construct path.
    pub name: String,
    /// What it is.
    pub source: AssetSource,
}

/// What an asset is made of. Paths are as the user wrote them, relative to the package of the app.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssetSource {
    /// A container image built from a directory.
    Image {
        /// The build context.
        directory: String,
        /// The Dockerfile, relative to the directory.
        dockerfile: String,
        /// The target stage of the Dockerfile.
        target: Option<String>,
        /// `linux/arm64` or `linux/amd64`.
        platform: String,
        /// Build arguments, sorted by name.
        build_args: Vec<(String, String)>,
    },
    /// A directory, zipped.
    Directory {
        /// The directory.
        directory: String,
    },
    /// One file as it is.
    File {
        /// The file.
        file: String,
    },
}
