//! The form of a source file: it says what is in it, it is short, and nothing in it is left for later.

use super::{finding::Finding, tree::Tree};

/// More lines than this are two things in one file.
const LONGEST: usize = 600;

/// Words that put work off.
const PUT_OFF: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Checks every Rust file, and the prose.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.sources() {
        if !text.starts_with("//!") {
            let help = "begin it with `//!` and a sentence that says what is in it";
            findings.push(Finding::new(path, "the file does not say what is in it", help));
        }
        let lines = text.lines().count();
        if lines > LONGEST {
            let help = "find the second noun in it, and give it a file of its own";
            findings.push(Finding::new(path, format!("{lines} lines, more than {LONGEST}"), help));
        }
    }
    for (path, text) in tree.files().filter(|(path, _)| is_written_by_hand(path)) {
        for (index, line) in text.lines().enumerate() {
            if let Some(word) = words(line).find(|word| PUT_OFF.contains(word)) {
                let help = "do it now, or open an issue";
                findings.push(Finding::new(path, format!("`{word}`: work put off"), help).on_line(index));
            }
        }
    }
    findings
}

fn is_written_by_hand(path: &str) -> bool {
    path.ends_with(".rs") || path.ends_with(".md") || path.ends_with(".toml") || path.starts_with(".ci/")
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, PUT_OFF, Tree, check};

    #[test]
    fn a_file_says_what_is_in_it() {
        let tree = Tree::of([
            ("a/good.rs", "//! Good.\nfn f() {}\n"),
            ("a/bad.rs", "/// Not the file.\nfn f() {}\n"),
            ("tests/ui/fixture.rs", "fn main() {}\n"),
        ]);
        let findings = check(&tree);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].to_string().starts_with("a/bad.rs: the file does not say"));
    }

    #[test]
    fn a_file_is_short() {
        let longest = format!("//! Long.\n{}", "\n".repeat(LONGEST - 1));
        assert!(check(&Tree::of([("a.rs", &longest)])).is_empty());
        let findings = check(&Tree::of([("a.rs", &format!("{longest}\n"))]));
        assert!(findings[0].to_string().contains("601 lines"), "{findings:?}");
    }

    #[test]
    fn nothing_is_left_for_later() {
        let text = format!("A plan.\n- {}: write it\n- {}S is another word\n", PUT_OFF[1], PUT_OFF[0]);
        let findings = check(&Tree::of([("README.md", &text), ("facts.txt", &text)]));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].to_string().starts_with("README.md:2: "));
    }
}
