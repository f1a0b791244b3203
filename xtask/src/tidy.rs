//! What the project has resolved to keep, as far as a program can see it: `cargo xtask tidy`.
//!
//! A rule a file. Every rule looks at everything, and all findings are shown at once. Not here: what rustfmt, clippy and rustdoc see.

mod constructs;
mod direction;
mod finding;
mod leaks;
mod licences;
mod metadata;
mod purity;
mod snapshots;
mod sources;
mod tree;

use metadata::Metadata;
use tree::Tree;

/// Checks the working tree; `--snapshots FILE` also checks that each snapshot is in the list that the tests left in that file.
pub(crate) fn run(options: &[&str]) -> Result<(), String> {
    let used = match options {
        [] => None,
        ["--snapshots", file] => {
            Some(std::fs::read_to_string(file).map_err(|e| format!("cannot read `{file}`: {e}"))?)
        }
        _ => return Err("unknown option\nhelp: `tidy` takes `--snapshots FILE`".to_owned()),
    };
    let tree = Tree::of_working_copy()?;
    let metadata = Metadata::of_workspace()?;
    let mut findings = Vec::new();
    findings.extend(constructs::check(&tree));
    findings.extend(direction::check(&metadata));
    findings.extend(leaks::check(&tree));
    findings.extend(licences::check(&tree, &metadata));
    findings.extend(purity::check(&tree));
    findings.extend(sources::check(&tree));
    findings.extend(used.iter().flat_map(|used| snapshots::check(&tree, used)));
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => Err("1 thing is untidy".to_owned()),
        count => Err(format!("{count} things are untidy")),
    }
}
