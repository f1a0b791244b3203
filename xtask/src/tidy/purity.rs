//! Synth and the constructs answer from what they are given: no files, environment, clock, processes or hash order.

use super::{finding::Finding, tree::Tree};

/// The sources that are held to it.
const PURE: [&str; 2] = ["synth/src/", "constructs/src/"];

/// The modules of `std` that look outside. `net` does too, but parses addresses as well.
const OUTSIDE: [&str; 5] = ["env", "fs", "process", "thread", "time"];

/// Collections whose order differs from run to run.
const UNORDERED: [&str; 2] = ["HashMap", "HashSet"];

/// Checks what the pure sources import, test modules apart.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let is_pure = |path: &str| PURE.iter().any(|folder| path.starts_with(folder));
    tree.sources().filter(|(path, _)| is_pure(path)).flat_map(|(path, text)| file(path, text)).collect()
}

fn file(path: &str, text: &str) -> Vec<Finding> {
    let code = without_tests_and_comments(text);
    let mut findings = Vec::new();
    for (at, module) in std_modules(&code) {
        if OUTSIDE.contains(&module) {
            let help = "take what is needed as an argument, through a trait where it must be read";
            let finding = Finding::new(path, format!("`std::{module}` in a pure crate"), help);
            findings.push(finding.on_line(line_of(&code, at)));
        }
    }
    for word in UNORDERED {
        for (at, _) in code.match_indices(word) {
            let help = "use `BTreeMap`, `BTreeSet` or `Vec`: the output must not depend on hashes";
            let finding = Finding::new(path, format!("`{word}` in a pure crate"), help);
            findings.push(finding.on_line(line_of(&code, at)));
        }
    }
    findings
}

/// The text with comments and `#[cfg(test)]` items blanked, line by line; it relies on rustfmt's indentation.
fn without_tests_and_comments(text: &str) -> String {
    let mut code = String::new();
    let mut place = Place::Code;
    for line in text.lines() {
        let indent = &line[..line.len() - line.trim_start().len()];
        place = match place {
            Place::Code if line.trim_start().starts_with("#[cfg(test)]") => Place::BeforeTest,
            Place::Code => {
                code.push_str(line.split("//").next().unwrap_or_default());
                Place::Code
            }
            Place::BeforeTest if line.ends_with('{') => Place::Test { end: format!("{indent}}}") },
            Place::BeforeTest if line.ends_with([';', '}']) => Place::Code,
            Place::Test { end } if line == end => Place::Code,
            unchanged => unchanged,
        };
        code.push('\n');
    }
    code
}

/// Where a line lies.
enum Place {
    Code,
    /// After `#[cfg(test)]`, before the item that it is about has begun.
    BeforeTest,
    /// Inside such an item, up to the line `end`.
    Test {
        end: String,
    },
}

/// Each module of `std` that is named, with its place: `std::fs`, and `fs` in `std::{fmt, fs}`.
fn std_modules(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("std::") {
        let start = at + "std::".len();
        let Some(group) = code[start..].strip_prefix('{') else {
            found.push((at, first_word(&code[start..])));
            continue;
        };
        let mut depth = 0;
        let mut is_name_next = true;
        for (offset, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => is_name_next = true,
                _ if is_name_next && depth == 0 && !c.is_whitespace() => {
                    found.push((start + 1 + offset, first_word(&group[offset..])));
                    is_name_next = false;
                }
                _ => {}
            }
        }
    }
    found
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::{Tree, check};

    fn findings(text: &str) -> Vec<String> {
        check(&Tree::of([("synth/src/a.rs", text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_outside_is_found_however_it_is_imported() {
        let found = findings(
            "//! A.\nuse std::{\n    collections::{BTreeMap, HashMap},\n    fs::{self, File},\n};\nfn f() { std::env::var(\"A\"); }\n",
        );
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(found[0].starts_with("synth/src/a.rs:4: `std::fs`"));
        assert!(found[1].starts_with("synth/src/a.rs:6: `std::env`"));
        assert!(found[2].starts_with("synth/src/a.rs:3: `HashMap`"));
    }

    #[test]
    fn tests_comments_and_other_crates_are_free() {
        let text = "//! Not `std::fs`.\nuse std::{fmt, panic::Location}; // std::time\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
        assert_eq!(findings(text), [""; 0]);
        assert!(check(&Tree::of([("bin/src/a.rs", "use std::fs;")])).is_empty());
    }

    #[test]
    fn what_follows_a_test_is_looked_at_again() {
        let text = "#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n\nuse std::time::Instant;\n";
        assert_eq!(findings(text).len(), 1);
        let text = "#[cfg(test)]\nmod tests;\n\nuse std::time::Instant;\n";
        assert_eq!(findings(text).len(), 1);
    }
}
