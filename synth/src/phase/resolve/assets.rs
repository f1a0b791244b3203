//! The assets of the app: each is hashed once, and equal ones are published once.

use formwork_assembly::{Asset, AssetHasher, AssetSource, Diagnostic, SortedMap};

use crate::{
    graph::{Element, Graph},
    node_map::NodeMap,
};

/// The hash of every asset node, and the assets to publish, sorted by hash.
pub(super) fn hash(
    graph: &Graph,
    hasher: &dyn AssetHasher,
    diagnostics: &mut Vec<Diagnostic>,
) -> (NodeMap<String>, Vec<Asset>) {
    let (mut hashes, mut assets) = (NodeMap::new(), SortedMap::new());
    for id in graph.descendants(graph.root()) {
        let source = match &graph.node(id).element {
            Element::Asset(source) => AssetSource::clone(source),
            Element::Site(site) => AssetSource::Directory { directory: site.directory.clone() },
            _ => continue,
        };
        match hasher.hash(&source) {
            Ok(hash) => {
                let name = graph.path(id);
                assets.or_insert_with(hash.clone(), || Asset { hash: hash.clone(), name, source });
                hashes.insert(id, hash);
            }
            Err(problems) => {
                let (path, place) = (graph.path(id), graph.place(id));
                diagnostics.extend(problems.into_iter().map(|mut problem| {
                    // A line of an ignore file, say, stays beside the line of the user's code.
                    if let Some(at) = problem.at.take() {
                        problem = problem.related("this line", at);
                    }
                    problem.path(path.clone()).at(place.clone())
                }));
            }
        }
    }
    (hashes, assets.into_values().collect())
}
