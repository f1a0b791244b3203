//! Nothing of the machine that a file was written on gets into the repository: no home folders, no private registries.

use super::{finding::Finding, tree::Tree};

/// Beginnings of paths that exist on one machine only.
const PATHS: [&str; 4] =
    [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")];

/// Files that say where packages come from, and what such a line must not say.
const REGISTRIES: [(&str, &str); 4] = [
    ("config.toml", "[source"),
    ("config.toml", "[registries"),
    ("requirements.txt", "index-url"),
    (".npmrc", "registry"),
];

/// The one registry that the lock file may name.
const PUBLIC: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks every text file.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.files() {
        for (index, line) in text.lines().enumerate() {
            if let Some(folder) = PATHS.iter().find(|folder| names_path(line, folder)) {
                let help = "use a path inside the repository, or one that the caller gives";
                findings.push(
                    Finding::new(path, format!("`{folder}…` is a path of one machine"), help).on_line(index),
                );
            }
            let registry =
                REGISTRIES.iter().any(|(file, words)| path.ends_with(file) && line.contains(words));
            let source =
                path.ends_with("Cargo.lock") && line.starts_with("source = ") && !line.contains(PUBLIC);
            if registry || source {
                let help = "packages come from the public registries, as the tools have them by default";
                findings.push(Finding::new(path, "a registry is named", help).on_line(index));
            }
        }
    }
    findings
}

/// True where the path begins at the folder, rather than has a folder of that name in it.
fn names_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '}' | '*' | '/'))
    })
}

#[cfg(test)]
mod tests {
    use super::{PATHS, Tree, check};

    #[test]
    fn a_path_of_one_machine_is_found() {
        let text = format!("see `{}me/notes`\nsrc{}notes is inside\n", PATHS[0], PATHS[2]);
        let findings = check(&Tree::of([("a.md", &text)]));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].to_string().starts_with("a.md:1: "));
    }

    #[test]
    fn a_private_registry_is_found() {
        let tree = Tree::of([
            (
                "Cargo.lock",
                "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nsource = \"git+https://example.com/x\"\n",
            ),
            (".cargo/config.toml", "[alias]\n[source.crates-io]\n"),
            (".ci/requirements.txt", "--index-url https://example.com\n"),
        ]);
        let findings: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(findings.len(), 3, "{findings:#?}");
    }
}
