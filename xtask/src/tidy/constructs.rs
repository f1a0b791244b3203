//! A construct is a file that explains itself: what it makes, its defaults, an example, and a snapshot of the same name.

use super::{finding::Finding, tree::Tree};

/// Where the constructs are, in a folder a field: one a file or one a folder of that name.
const FOLDER: &str = "constructs/src/";

/// Where their snapshots are.
const SNAPSHOTS: &str = "snapshots/constructs/";

/// Checks each file of a field's folder that implements `Construct`; the files of a construct's own folder are its parts.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let constructs = tree.sources().filter_map(|(path, text)| {
        let (_field, file) = path.strip_prefix(FOLDER)?.split_once('/')?;
        let name = file.strip_suffix("/mod.rs").or(file.strip_suffix(".rs"))?;
        (!name.contains('/') && text.contains("impl Construct for")).then_some((path, name, text))
    });
    constructs.flat_map(|(path, name, text)| construct(tree, path, name, text)).collect()
}

fn construct(tree: &Tree, path: &str, name: &str, text: &str) -> Vec<Finding> {
    let about: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    let lists_resources = about.iter().any(|line| line.starts_with(" Makes ") && line.contains('`'));
    let names_defaults = about.iter().any(|line| line.starts_with(" Defaults: "));
    let has_example = text.lines().any(|line| matches!(line.trim_start(), "//! ```" | "/// ```"));
    let has_snapshot = tree.files().any(|(path, _)| {
        let file = path.strip_prefix(SNAPSHOTS).and_then(|file| file.strip_suffix(".snap"));
        file.is_some_and(|file| {
            file == name || file.starts_with(&format!("{name}@")) || file.starts_with(&format!("{name}-"))
        })
    });
    let rules = [
        (
            lists_resources,
            "the module doc does not list what it makes",
            "name each type: `//! Makes one `AWS::S3::Bucket`.`",
        ),
        (
            names_defaults,
            "the module doc does not tell the defaults",
            "say what it does unless told otherwise: `//! Defaults: …`",
        ),
        (has_example, "there is no doc example", "show the shortest right use of it; the example is a test"),
        (
            has_snapshot,
            "there is no snapshot of its name",
            "`testing::assert_template!` makes one in snapshots/constructs",
        ),
    ];
    let broken = rules.into_iter().filter(|(is_kept, ..)| !is_kept);
    broken.map(|(_, message, help)| Finding::new(path, message, help)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Tree, check};

    const GOOD: &str = "//! A queue.\n//!\n//! Makes one `AWS::SQS::Queue`.\n//!\n//! Defaults: encrypted.\n\n/// ```\n/// ```\npub struct Queue;\nimpl Construct for Queue {}\n";

    #[test]
    fn a_construct_that_explains_itself_is_in_order() {
        let tree = Tree::of([
            ("constructs/src/lib.rs", "//! The constructs.\n"),
            ("constructs/src/work/queue.rs", GOOD),
            ("constructs/src/work/queue/part.rs", "impl Construct for Part {}\n"),
            ("constructs/src/work/topic/mod.rs", GOOD),
            ("snapshots/constructs/queue.snap", ""),
            ("snapshots/constructs/topic@fifo.snap", ""),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn each_missing_part_is_found() {
        let bad = "//! A queue.\npub struct Queue;\nimpl Construct for Queue {}\n";
        let tree =
            Tree::of([("constructs/src/work/queue.rs", bad), ("snapshots/constructs/queues.snap", "")]);
        let findings: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(findings.len(), 4, "{findings:#?}");
        assert!(findings.iter().all(|finding| finding.starts_with("constructs/src/work/queue.rs: ")));
    }
}
