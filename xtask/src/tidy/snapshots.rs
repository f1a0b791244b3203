//! Every snapshot under `snapshots/` is compared by a test. One that no test looks at says nothing, and goes stale.

use super::{finding::Finding, tree::Tree};

/// Checks the snapshots against the list that insta leaves in the file named by `INSTA_SNAPSHOT_REFERENCES_FILE`, one path a line.
pub(super) fn check(tree: &Tree, used: &str) -> Vec<Finding> {
    let used: Vec<String> = used.lines().map(|line| line.replace('\\', "/")).collect();
    let is_used = |path: &str| used.iter().any(|used| used.ends_with(path));
    let orphans = tree.files().filter(|(path, _)| path.starts_with("snapshots/") && path.ends_with(".snap"));
    let orphans = orphans.filter(|(path, _)| !is_used(path));
    let help = "delete it, or bring its test back";
    orphans.map(|(path, _)| Finding::new(path, "no test compares this snapshot", help)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Tree, check};

    #[test]
    fn an_orphan_is_found() {
        let tree = Tree::of([("snapshots/a.snap", ""), ("snapshots/cfn/b.snap", ""), ("other/c.snap", "")]);
        let used = "C:\\formwork\\snapshots\\a.snap\n";
        let findings = check(&tree, used);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].to_string().starts_with("snapshots/cfn/b.snap: no test"));
    }
}
