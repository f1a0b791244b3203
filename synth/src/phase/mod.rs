//! From an app to its assembly, a phase a file: wire, resolve, validate, render. No phase stops at its first finding.

mod render;
mod resolve;
pub(crate) mod validate;
mod wire;

use formwork_assembly::{Assembly, AssetHasher, Diagnostic};

use crate::app::App;

/// What synthesis comes to.
#[derive(Debug)]
pub struct Synthesis {
    /// The assembly; nothing where a finding is an error.
    pub assembly: Option<Assembly>,
    /// Every finding, errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Turns an app into its assembly, or says all that is wrong with it.
pub fn synthesize(app: App, assets: &dyn AssetHasher) -> Synthesis {
    let mut graph = app.graph;
    wire::wire(&mut graph);
    let mut resolved = resolve::resolve(graph, assets);
    let mut diagnostics = std::mem::take(&mut resolved.diagnostics);
    let (assembly, found) = render::render(resolved);
    diagnostics.extend(found);
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    Synthesis { assembly: (!failed).then_some(assembly), diagnostics }
}
