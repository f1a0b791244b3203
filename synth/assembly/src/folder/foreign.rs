//! What can be known of a folder without `formwork.json`, as the CDK writes them: from its manifest alone.

use super::{
    facts::{Facts, Origin},
    manifest::{Artifact, Manifest, StackArtifact},
};
use crate::{SortedMap, each};

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
        order: each(order(manifest), str::to_owned),
        resources: manifest.artifacts.iter().filter_map(stack).collect(),
        sites: Vec::new(),
        gates: SortedMap::new(),
        secure_strings: SortedMap::new(),
    }
}

fn origins(stack: &StackArtifact) -> SortedMap<String, Origin> {
    let mut origins = SortedMap::new();
    for (path, notes) in &stack.metadata {
        for note in notes.iter().filter(|note| note.kind == LOGICAL_ID) {
            if let Some(id) = note.data.as_str() {
                origins.insert(
                    id.to_owned(),
                    Origin { path: path.trim_start_matches('/').to_owned(), at: None },
                );
            }
        }
    }
    origins
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
