//! `cargo xtask features`: the feature list of formwork-cfn, one for each family of services.

use std::{collections::BTreeSet, fs};

use formwork_schema::{family, services};

/// Everything after this line is written.
const MARK: &str = "# One feature for each family of services: written by `cargo xtask features`.\n";

/// Writes the list, or with `--check` only says whether it is fresh.
pub fn run(options: &[&str]) -> Result<(), String> {
    let path = super::root().join("constructs/cfn/Cargo.toml");
    let shown = path.display();
    let old = fs::read_to_string(&path).map_err(|error| format!("cannot read `{shown}`: {error}"))?;
    let (kept, _) =
        old.split_once(MARK).ok_or_else(|| format!("`{shown}` has no line `{}`", MARK.trim_end()))?;
    let new = format!("{kept}{MARK}{}", list());
    match options {
        [] => fs::write(&path, new).map_err(|error| format!("cannot write `{shown}`: {error}")),
        ["--check"] if new == old => Ok(()),
        ["--check"] => Err(format!("the features in `{shown}` are stale\nhelp: run `cargo xtask features`")),
        _ => Err("unknown option\nhelp: the only option is `--check`".to_owned()),
    }
}

/// The features as lines of TOML, sorted.
fn list() -> String {
    let families: BTreeSet<&str> = services().map(family).collect();
    families.iter().map(|family| format!("{family} = []\n")).collect()
}
