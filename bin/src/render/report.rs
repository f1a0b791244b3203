//! The JSON that `synth` and `ls` print with `--format json`.

use std::path::Path;

use formwork_assembly::{Assembly, Bootstrap, Diagnostic, Stack};
use serde::Serialize;

/// What was built, and what was found on the way.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protected: Option<bool>,
    /// Where what stacks need is published, where the stage says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    bootstrap: Option<&'a Bootstrap>,
    /// The folder that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
    stacks: Vec<StackReport<'a>>,
    diagnostics: &'a [Diagnostic],
}

#[derive(Serialize)]
struct StackReport<'a> {
    id: &'a str,
    name: &'a str,
    account: Option<&'a str>,
    region: Option<&'a str>,
    /// The template that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    resources: usize,
    assets: &'a [String],
    dependencies: &'a [String],
}

impl<'a> Report<'a> {
    pub(super) fn new(
        assembly: Option<&'a Assembly>,
        diagnostics: &'a [Diagnostic],
        folder: Option<&Path>,
    ) -> Self {
        let stack = |stack: &'a Stack| StackReport {
            id: &stack.id,
            name: &stack.name,
            account: stack.account.as_deref(),
            region: stack.region.as_deref(),
            template: folder
                .map(|folder| folder.join(format!("{}.template.json", stack.id)).display().to_string()),
            resources: stack.resources.len(),
            assets: &stack.assets,
            dependencies: &stack.dependencies,
        };
        Self {
            app: assembly.map(|assembly| assembly.app.as_str()),
            stage: assembly.map(|assembly| assembly.stage.as_str()),
            protected: assembly.map(|assembly| assembly.protected),
            bootstrap: assembly.and_then(|assembly| assembly.bootstrap.as_ref()),
            folder: assembly.and(folder).map(|folder| folder.display().to_string()),
            stacks: assembly.map(|assembly| assembly.stacks.iter().map(stack).collect()).unwrap_or_default(),
            diagnostics,
        }
    }
}
