//! The packages of the workspace and what they depend on, as `cargo metadata` tells it.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value as Json;

/// Every package that any feature of the workspace can bring in.
pub(super) struct Metadata {
    packages: BTreeMap<String, Package>,
}

/// One package.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) licence: Option<String>,
    pub(super) is_member: bool,
    pub(super) is_published: bool,
    pub(super) edges: Vec<Edge>,
}

/// One package needs another.
pub(super) struct Edge {
    /// The id of the other.
    to: String,
    pub(super) kind: Kind,
}

/// What a dependency is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Normal,
    Build,
    Dev,
}

impl Metadata {
    /// Asks cargo, with all features on.
    pub(super) fn of_workspace() -> Result<Self, String> {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version=1", "--all-features", "--locked"])
            .current_dir(crate::root())
            .output()
            .map_err(|e| format!("cannot run cargo: {e}"))?;
        if !output.status.success() {
            return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        let json = serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
        Ok(Self::read(&json))
    }

    /// Reads what `cargo metadata` prints.
    pub(super) fn read(json: &Json) -> Self {
        let members: Vec<&str> = items(&json["workspace_members"]).filter_map(Json::as_str).collect();
        let mut packages: BTreeMap<String, Package> = items(&json["packages"])
            .map(|package| {
                let id = text(&package["id"]);
                let package = Package {
                    name: text(&package["name"]),
                    licence: package["license"].as_str().map(str::to_owned),
                    is_member: members.contains(&id.as_str()),
                    is_published: package["publish"].is_null(),
                    edges: Vec::new(),
                };
                (id, package)
            })
            .collect();
        for node in items(&json["resolve"]["nodes"]) {
            if let Some(package) = packages.get_mut(&text(&node["id"])) {
                package.edges = items(&node["deps"]).flat_map(edges).collect();
            }
        }
        Self { packages }
    }

    pub(super) fn packages(&self) -> impl Iterator<Item = &Package> {
        self.packages.values()
    }

    pub(super) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages().filter(|package| package.is_member)
    }

    /// The package at the end of an edge.
    pub(super) fn target(&self, edge: &Edge) -> Option<&Package> {
        self.packages.get(&edge.to)
    }

    /// A path of names from a package to another that `is_wanted`, over everything but dev-dependencies.
    pub(super) fn path(&self, from: &Package, is_wanted: impl Fn(&str) -> bool) -> Option<Vec<String>> {
        let mut open = vec![(from, vec![from.name.clone()])];
        let mut seen = Vec::new();
        while let Some((package, path)) = open.pop() {
            if is_wanted(&package.name) {
                return Some(path);
            }
            for edge in package.edges.iter().filter(|edge| edge.kind != Kind::Dev) {
                if let Some(next) = self.target(edge).filter(|_| !seen.contains(&&edge.to)) {
                    seen.push(&edge.to);
                    open.push((next, [path.as_slice(), std::slice::from_ref(&next.name)].concat()));
                }
            }
        }
        None
    }
}

fn edges(dependency: &Json) -> impl Iterator<Item = Edge> {
    let to = text(&dependency["pkg"]);
    items(&dependency["dep_kinds"]).map(move |kind| {
        let kind = match kind["kind"].as_str() {
            Some("build") => Kind::Build,
            Some("dev") => Kind::Dev,
            _ => Kind::Normal,
        };
        Edge { to: to.clone(), kind }
    })
}

fn items(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().into_iter().flatten()
}

fn text(json: &Json) -> String {
    json.as_str().unwrap_or_default().to_owned()
}
