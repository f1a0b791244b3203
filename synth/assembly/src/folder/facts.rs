//! `formwork.json`: what the cloud assembly format has no words for. The CDK command line does not look at it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Place;

/// The version of this file. A reader refuses a later one.
pub(super) const VERSION: u32 = 1;

/// What Formwork knows about the folder.
#[derive(Debug, Serialize, Deserialize)]
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
    /// The ids of the stacks in an order in which they can be deployed.
    pub order: Vec<String>,
    /// Where the resources of each stack come from, by stack id and logical id.
    pub resources: BTreeMap<String, BTreeMap<String, Origin>>,
}

/// Where a resource comes from.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Origin {
    /// The construct path: `Shop/Api/Service`.
    pub path: String,
    /// The line of the user's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
}
