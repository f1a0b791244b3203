//! Who may import whom: the arrows of ARCHITECTURE.md, and what the pure crates never reach.

use super::{
    finding::Finding,
    metadata::{Kind, Metadata, Package},
};

/// Which packages may import which, directly. What one of those may import, its importer may as well.
const ARROWS: &[(&str, &[&str])] = &[
    ("formwork-assembly", &[]),
    ("formwork-schema", &[]),
    ("formwork-synth", &["formwork-schema", "formwork-assembly"]),
    ("formwork-codegen", &["formwork-schema"]),
    ("formwork-cfn", &["formwork-synth", "formwork-codegen"]),
    ("formwork-constructs", &["formwork-cfn"]),
    ("formwork-cli", &["formwork-assembly", "formwork-schema"]),
    ("formwork", &["formwork-constructs", "formwork-cli"]),
    ("xtask", &["formwork-assembly", "formwork-schema"]),
];

/// What writes code runs in build scripts only.
const BUILD_ONLY: &str = "formwork-codegen";

/// The packages that describe and never do: no runtime, no command line, no AWS client, not even through another package.
const PURE: &[&str] =
    &["formwork-assembly", "formwork-schema", "formwork-synth", "formwork-cfn", "formwork-constructs"];

/// Checks every edge between two packages of the workspace, and every path out of the pure ones.
pub(super) fn check(metadata: &Metadata) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in metadata.members() {
        for edge in &package.edges {
            let Some(target) = metadata.target(edge).filter(|target| target.is_member) else { continue };
            findings.extend(forbidden(package, target, edge.kind));
        }
        if PURE.contains(&package.name.as_str()) {
            findings.extend(metadata.path(package, is_impure).map(|path| {
                Finding::new(
                    &package.name,
                    format!("reaches `{}`: {}", path[path.len() - 1], path.join(" → ")),
                    "only `formwork-cli` and what stands on it may have a runtime, a command line or an AWS client",
                )
            }));
        }
    }
    findings
}

/// The finding about one edge, if it is not allowed.
fn forbidden(from: &Package, to: &Package, kind: Kind) -> Option<Finding> {
    let is_allowed = match kind {
        Kind::Normal => may_import(from, to) && to.name != BUILD_ONLY,
        Kind::Build => may_import(from, to),
        // A test may stand on whatever its package may, on the package itself with more features, and on unpublished test crates.
        Kind::Dev => may_import(from, to) || from.name == to.name || !to.is_published,
    };
    let verb = match kind {
        Kind::Normal => "imports",
        Kind::Build => "is built with",
        Kind::Dev => "is tested with",
    };
    (!is_allowed).then(|| {
        Finding::new(
            &from.name,
            format!("{verb} `{}`, against the direction of dependencies", to.name),
            "move what is needed to a package that both may import; the arrows are in ARCHITECTURE.md",
        )
    })
}

fn may_import(from: &Package, to: &Package) -> bool {
    if ARROWS.iter().any(|(name, _)| *name == from.name) {
        follows(&from.name, &to.name)
    } else {
        // A package that is not in the list is a user of Formwork, such as a test crate; but then it must not be published.
        !from.is_published
    }
}

/// True where a chain of arrows leads from one to the other.
fn follows(from: &str, to: &str) -> bool {
    let direct = ARROWS.iter().find(|(name, _)| *name == from).map_or(&[][..], |(_, targets)| targets);
    direct.iter().any(|target| *target == to || follows(target, to))
}

fn is_impure(name: &str) -> bool {
    name == "tokio" || name == "clap" || name.starts_with("aws-")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::{Metadata, check};

    /// The findings about a workspace of `package → dependency (kind)`, where names with `formwork` are members.
    fn findings(edges: &[(&str, &str, Json)]) -> Vec<String> {
        let mut names: Vec<&str> = edges.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
        names.sort_unstable();
        names.dedup();
        let nodes = names.iter().map(|name| {
            let deps = edges.iter().filter(|edge| edge.0 == *name);
            let deps = deps.map(|(_, to, kind)| json!({"pkg": to, "dep_kinds": [{"kind": kind}]}));
            json!({"id": name, "deps": deps.collect::<Vec<_>>()})
        });
        let publish = |name: &str| if name.starts_with("test-") { json!([]) } else { Json::Null };
        let packages = names
            .iter()
            .map(|name| json!({"id": name, "name": name, "publish": publish(name), "license": "MIT"}));
        let member = |name: &&&str| name.contains("formwork");
        let metadata = json!({
            "workspace_members": names.iter().filter(member).collect::<Vec<_>>(),
            "packages": packages.collect::<Vec<_>>(),
            "resolve": {"nodes": nodes.collect::<Vec<_>>()},
        });
        check(&Metadata::read(&metadata)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn arrows_and_chains_of_them_are_allowed() {
        let normal = Json::Null;
        let edges = [
            ("formwork", "formwork-synth", normal.clone()),
            ("formwork", "formwork-cli", normal.clone()),
            ("formwork-constructs", "formwork-assembly", normal.clone()),
            ("formwork-cfn", "formwork-codegen", json!("build")),
            ("formwork-cli", "clap", normal.clone()),
            ("test-formwork-user", "formwork-constructs", normal),
            ("formwork", "test-formwork-user", json!("dev")),
            ("formwork-assembly", "formwork-assembly", json!("dev")),
        ];
        assert_eq!(findings(&edges), [""; 0]);
    }

    #[test]
    fn every_other_edge_is_found_whatever_its_kind() {
        let edges = [
            ("formwork-cli", "formwork-synth", Json::Null),
            ("formwork-schema", "formwork-synth", json!("build")),
            ("formwork-synth", "formwork-cfn", json!("dev")),
            ("formwork-new", "formwork-synth", Json::Null),
            ("formwork-cfn", "formwork-codegen", Json::Null),
        ];
        let findings = findings(&edges);
        assert_eq!(findings.len(), 5, "{findings:#?}");
        assert!(
            findings
                .iter()
                .any(|finding| finding.starts_with("formwork-cli: imports `formwork-synth`, against"))
        );
        assert!(findings.iter().any(|finding| finding.contains("is tested with `formwork-cfn`")));
    }

    #[test]
    fn a_pure_package_reaches_no_runtime_through_another() {
        let edges = [
            ("formwork-synth", "helper", Json::Null),
            ("helper", "aws-config", Json::Null),
            ("formwork-schema", "helper", json!("dev")),
        ];
        let findings = findings(&edges);
        assert_eq!(findings.len(), 1, "{findings:#?}");
        assert!(findings[0].contains("formwork-synth → helper → aws-config"));
    }
}
