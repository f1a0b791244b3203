//! `formwork.json`: what the cloud assembly format has no words for. The CDK command line does not look at it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Bootstrap, Gate, Place, Site, SortedMap};

/// The version of this file. A reader refuses a later one.
pub(super) const VERSION: u32 = 1;

/// What Formwork knows about the folder.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Facts {
    /// The version of this file: 1.
    pub version: u32,
    /// The name of the app.
    pub app: String,
    /// The stage it was synthesized for.
    pub stage: String,
    /// Whether the stage asks for confirmation before anything of it changes.
    pub protected: bool,
    /// Where the stage wants what stacks need to be published: `"formwork"`, or a bootstrap of the CDK. Formwork's own, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<Bootstrap>,
    /// The ids of the stacks in an order in which they can be deployed.
    pub order: Vec<String>,
    /// Where the resources of each stack come from, by stack id and logical id.
    pub resources: SortedMap<String, SortedMap<String, Origin>>,
    /// The sites to upload after their stacks, by path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<Site>,
    /// Where deployments of services wait for `deploy`, by stack id.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub gates: SortedMap<String, Vec<Gate>>,
    /// Parameters that `deploy` fills when it makes a stack, by stack id: the name of a `SecureString` by that of the parameter.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub secure_strings: SortedMap<String, BTreeMap<String, String>>,
}

/// Where a resource comes from.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Origin {
    /// The construct path: `Shop/Api/Service`.
    pub path: String,
    /// The line of the user's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
}
