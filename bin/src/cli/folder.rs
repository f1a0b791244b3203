//! What was typed for an app, as it would be typed for the program `formwork` and the folder that the app has written.

use std::{ffi::OsString, path::Path};

use clap::{ArgMatches, parser::ValueSource};

use super::{Cli, Of, Selection};

/// The arguments without the name of the program. Nothing where they are none for an app.
pub(crate) fn for_folder(args: &[OsString], folder: &Path) -> Vec<OsString> {
    let grammar = Cli::grammar(Of::App);
    let Ok(matches) = grammar.clone().try_get_matches_from(args) else { return Vec::new() };
    let Some((name, matches)) = matches.subcommand() else { return Vec::new() };
    let mut typed = vec![name.into(), "--assembly".into(), folder.into()];
    let mut positions = Vec::new();
    let command = grammar.find_subcommand(name);
    let all = command.into_iter().chain([&grammar]).flat_map(clap::Command::get_arguments);
    for arg in all.filter(|arg| !Selection::NAMES.contains(&arg.get_id().as_str())) {
        let id = arg.get_id().as_str();
        let values = values(matches, id);
        match arg.get_long() {
            None => positions.extend(values),
            Some("assembly") => {}
            Some(long) if !arg.get_action().takes_values() => {
                typed.extend(values.first().map(|_| OsString::from(format!("--{long}"))));
            }
            Some(long) => typed.extend(values.into_iter().map(|value| {
                let mut text = OsString::from(format!("--{long}"));
                // An option whose value may be missing, and is.
                if !value.is_empty() {
                    text.push("=");
                    text.push(value);
                }
                text
            })),
        }
    }
    if !positions.is_empty() {
        typed.push("--".into());
    }
    typed.extend(positions);
    typed
}

/// What was typed, and not what stands for what was not.
fn values(matches: &ArgMatches, id: &str) -> Vec<OsString> {
    let is_typed =
        matches.try_contains_id(id).is_ok() && matches.value_source(id) == Some(ValueSource::CommandLine);
    let values = matches.try_get_raw(id).ok().flatten().filter(|_| is_typed);
    values.map(|values| values.map(OsString::from).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retyped(args: &[&str]) -> Vec<String> {
        let args: Vec<OsString> = ["shop"].iter().chain(args).map(OsString::from).collect();
        let typed = for_folder(&args, Path::new("out"));
        typed.into_iter().map(|arg| arg.into_string().expect("is text")).collect()
    }

    #[test]
    fn everything_but_the_selection_is_kept() {
        let args = retyped(&[
            "-s",
            "prod",
            "deploy",
            "Web",
            "--yes",
            "--allow=delete:A",
            "--allow",
            "replace:B",
            "--stages=x",
            "--parameter",
            "A=--stage b=c",
            "-q",
            "--local",
            "Db*",
        ]);
        let kept = [
            "deploy",
            "--assembly",
            "out",
            "--local",
            "--yes",
            "--allow=delete:A",
            "--allow=replace:B",
            "--parameter=A=--stage b=c",
            "--quiet",
            "--",
            "Web",
            "Db*",
        ];
        let (mut args_sorted, mut kept_sorted) = (args.clone(), kept.map(str::to_owned).to_vec());
        args_sorted.sort();
        kept_sorted.sort();
        assert_eq!(args_sorted, kept_sorted);
        assert_eq!(args[args.len() - 3..], ["--", "Web", "Db*"]);
        let understood =
            Cli::grammar(Of::Program).try_get_matches_from(["formwork".to_owned()].into_iter().chain(args));
        assert!(understood.is_ok(), "{understood:?}");
    }

    #[test]
    fn a_named_stage_stays_a_value() {
        let args = retyped(&["deploy", "--yes=prod", "--local=http://localhost:4566", "--format", "json"]);
        for typed in ["--yes=prod", "--local=http://localhost:4566", "--format=json"] {
            assert!(args.iter().any(|arg| arg == typed), "{args:?}");
        }
    }
}
