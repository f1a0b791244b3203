//! The JSON Schemas of the files in the folder.

use schemars::schema_for;
use serde_json::Value;

use super::{assets::AssetManifest, facts::Facts, manifest::Manifest};

/// The files that have a schema: `manifest`, `formwork` and `assets`.
pub const SCHEMAS: &[&str] = &["manifest", "formwork", "assets"];

/// The JSON Schema of one of them.
pub fn schema(name: &str) -> Option<Value> {
    match name {
        "manifest" => Some(schema_for!(Manifest).to_value()),
        "formwork" => Some(schema_for!(Facts).to_value()),
        "assets" => Some(schema_for!(AssetManifest).to_value()),
        _ => None,
    }
}
