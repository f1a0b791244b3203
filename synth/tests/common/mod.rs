//! Apps in tests: how to make one, and what comes of it.
#![allow(dead_code, clippy::panic, clippy::unwrap_used, reason = "not every test needs all of it")]

use formwork_assembly::{AssetHasher, AssetSource, Diagnostic, Synthesis};
use formwork_synth::{App, Stage, synthesize};
use serde_json::Value as Json;

/// Says the same of every asset.
struct NoAssets;

impl AssetHasher for NoAssets {
    fn hash(&self, _: &AssetSource) -> Result<String, Vec<Diagnostic>> {
        Ok("abc".to_owned())
    }
}

pub fn app() -> App {
    App::new("shop", &Stage::new("dev"))
}

pub fn run(app: App) -> Synthesis {
    synthesize(app, &NoAssets)
}

/// The texts by stack id of an app that is right.
pub fn texts(app: App) -> Vec<(String, String)> {
    let Synthesis { assembly, diagnostics } = run(app);
    let assembly = assembly.unwrap_or_else(|| panic!("{diagnostics:#?}"));
    assembly.stacks.into_iter().map(|stack| (stack.id, stack.template)).collect()
}

/// The templates by stack id of an app that is right.
pub fn templates(app: App) -> Json {
    let texts = texts(app).into_iter();
    Json::Object(texts.map(|(id, text)| (id, serde_json::from_str(&text).unwrap())).collect())
}

/// The codes of the findings about an app that is wrong.
pub fn codes(app: App) -> Vec<String> {
    let Synthesis { assembly, diagnostics } = run(app);
    assert!(assembly.is_none());
    diagnostics.into_iter().map(|diagnostic| diagnostic.code.into_owned()).collect()
}
