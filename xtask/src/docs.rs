//! `cargo xtask docs`: a page for each construct in `docs/constructs`, and the list of them in `docs/README.md`.
//!
//! Everything on a page is read from the source and the snapshot of its construct, so that it cannot say anything else than they do.

mod construct;
mod page;
mod picture;
mod source;
mod text;

use std::{collections::BTreeMap, fs};

use construct::Construct;
use source::Sources;

/// The folder that is written, under the root.
const FOLDER: &str = "docs";

/// Writes the pages, or with `--check` only says which ones are stale.
pub fn run(options: &[&str]) -> Result<(), String> {
    let pages = pages()?;
    let found = existing()?;
    let stale: Vec<&String> = pages
        .iter()
        .filter(|(path, text)| found.get(*path) != Some(text))
        .map(|(path, _)| path)
        .chain(found.keys().filter(|path| !pages.contains_key(*path)))
        .collect();
    match options {
        ["--check"] if stale.is_empty() => Ok(()),
        ["--check"] => {
            let list: Vec<String> = stale.iter().map(|path| format!("`{path}`")).collect();
            Err(format!("{} stale\nhelp: run `cargo xtask docs`", list.join(", ")))
        }
        [] => stale.into_iter().try_for_each(|path| write(path, pages.get(path))),
        _ => Err("unknown option\nhelp: the only option is `--check`".to_owned()),
    }
}

/// The text of every page, by its path under the root.
fn pages() -> Result<BTreeMap<String, String>, String> {
    let sources = Sources::read()?;
    let constructs = Construct::all(&sources)?;
    if constructs.is_empty() {
        return Err("no construct was found".to_owned());
    }
    let mut pages = BTreeMap::from([(format!("{FOLDER}/README.md"), page::index(&constructs))]);
    for construct in &constructs {
        let path = format!("{FOLDER}/constructs/{}.md", construct.name);
        pages.insert(path, page::render(construct, &constructs, &sources));
    }
    Ok(pages)
}

/// The pages that are there; those beside the list are written by hand.
fn existing() -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    for folder in [FOLDER.to_owned(), format!("{FOLDER}/constructs")] {
        let Ok(entries) = fs::read_dir(super::root().join(&folder)) else { continue };
        for entry in entries {
            let entry = entry.map_err(|error| format!("cannot read `{folder}`: {error}"))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_ours = if folder == FOLDER { name == "README.md" } else { name.ends_with(".md") };
            if is_ours {
                let text = fs::read_to_string(entry.path())
                    .map_err(|error| format!("cannot read `{folder}/{name}`: {error}"))?;
                found.insert(format!("{folder}/{name}"), text.replace("\r\n", "\n"));
            }
        }
    }
    Ok(found)
}

/// Writes a page, or deletes it where it has no text any more.
fn write(path: &str, text: Option<&String>) -> Result<(), String> {
    let file = super::root().join(path);
    let written = match text {
        Some(text) => {
            let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
            folder.and_then(|()| fs::write(&file, text))
        }
        None => fs::remove_file(&file),
    };
    written.map_err(|error| format!("cannot write `{path}`: {error}"))
}
