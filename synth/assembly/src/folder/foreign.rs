//! What can be known of a folder without `formwork.json`, as the CDK writes them: from its manifest alone.

use super::{
    facts::{Facts, Origin},
    manifest::{Artifact, Manifest, StackArtifact},
};
use crate::SortedMap;

/// The version of facts that stand in no file.
pub(super) const VERSION: u32 = 0;

/// The note that says which logical id a construct has.
pub(super) const LOGICAL_ID: &str = "aws:cdk:logicalId";

/// The facts of a manifest: stacks after those that they depend on, and the construct paths that it notes.
pub(super) fn facts(manifest: &Manifest) -> Facts {
    let stack = |(id, artifact): (&String, &Artifact)| match artifact {
        Artifact::Stack(stack) => Some((id.clone(), origins(stack))),
        _ => None,
    };
    Facts {
        version: VERSION,
        app: String::new(),
        stage: String::new(),
        protected: false,
        bootstrap: None,
        order: order(manifest).into_iter().map(str::to_owned).collect(),
        resources: manifest.artifacts.iter().filter_map(stack).collect(),
        sites: Vec::new(),
        gates: SortedMap::new(),
        secure_strings: SortedMap::new(),
    }
}

fn origins(stack: &StackArtifact) -> SortedMap<String, Origin> {
    let notes = stack.metadata.iter().flat_map(|(path, notes)| notes.iter().map(move |note| (path, note)));
    let ids = notes.filter(|(_, note)| note.kind == LOGICAL_ID);
    let origin = |path: &str| Origin { path: path.trim_start_matches('/').to_owned(), at: None };
    ids.filter_map(|(path, note)| Some((note.data.as_str()?.to_owned(), origin(path)))).collect()
}

/// The ids of the stacks, each after those that it depends on. What depends on itself comes last, by name.
fn order(manifest: &Manifest) -> Vec<&str> {
    let stacks = manifest.artifacts.iter().filter_map(|(id, artifact)| match artifact {
        Artifact::Stack(stack) => Some((id.as_str(), &**stack)),
        _ => None,
    });
    let mut waiting: Vec<(&str, &StackArtifact)> = stacks.collect();
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let waits = |stack: &StackArtifact| {
            stack.dependencies.iter().any(|id| waiting.iter().any(|(other, _)| other == id))
        };
        let place = waiting.iter().position(|(_, stack)| !waits(stack)).unwrap_or_default();
        order.push(waiting.remove(place).0);
    }
    order
}
