//! Differences as text, for people at a terminal.

mod markdown;

use super::{count, escape::one_line};
use crate::diff::{Action, Change, Diff, EntryChange, Highlight, ResourceChange, StackDiff, brief, pair};

pub(super) use markdown::markdown;

/// Everything, the gravest first.
pub(super) fn text(diff: &Diff) -> String {
    if is_empty(diff) {
        return format!("no differences from {}\n", one_line(&diff.against.folder));
    }
    let mut text = String::new();
    if !diff.highlights.is_empty() {
        text += "look at these first\n";
        let width = diff.highlights.iter().map(|one| one.kind.words().len()).max().unwrap_or_default();
        text += &diff.highlights.iter().map(|one| highlight(one, width)).collect::<String>();
        text += "\n";
    }
    text += &diff.stacks.iter().map(|one| stack(one) + "\n").collect::<String>();
    for entry in diff.assets.iter().chain(&diff.sites) {
        text += &section(entry, "");
    }
    text += if diff.assets.is_empty() && diff.sites.is_empty() { "" } else { "\n" };
    text + &legend(diff)
}

fn is_empty(diff: &Diff) -> bool {
    diff.stacks.is_empty() && diff.assets.is_empty() && diff.sites.is_empty()
}

fn highlight(one: &Highlight, width: usize) -> String {
    let at = one.at.as_ref().map(|at| format!("  {}", one_line(&at.to_string()))).unwrap_or_default();
    let indent = " ".repeat(width + 4);
    format!("  {:width$}  {}{at}\n{indent}{}\n", one.kind.words(), one_line(&one.path), one_line(&one.text))
}

fn stack(stack: &StackDiff) -> String {
    let what = match stack.action {
        Action::Added => "a new stack",
        Action::Removed => "gone from the app; it stays in AWS until it is deleted there",
        _ => "",
    };
    let parts: Vec<String> =
        [what.to_owned(), counts(stack)].into_iter().filter(|part| !part.is_empty()).collect();
    let name = if stack.name == stack.id { String::new() } else { format!(" ({})", one_line(&stack.name)) };
    let mut text = format!("{}{name}: {}\n", one_line(&stack.id), parts.join("; "));
    text += &stack.settings.iter().map(|one| format!("  ~ stack {}\n", line(one))).collect::<String>();
    text += &stack.resources.iter().map(resource).collect::<String>();
    text += &stack.sections.iter().map(|entry| section(entry, "  ")).collect::<String>();
    text
}

/// `1 added, 2 changed`.
fn counts(stack: &StackDiff) -> String {
    let of = |action| stack.resources.iter().filter(|one| one.action == action).count();
    let all = [
        (of(Action::Added), "added"),
        (of(Action::Changed), "changed"),
        (of(Action::Moved), "moved"),
        (of(Action::Removed), "removed"),
    ];
    let some = all.into_iter().filter(|(number, _)| *number > 0);
    let some: Vec<String> = some.map(|(number, word)| format!("{number} {word}")).collect();
    if some.is_empty() { "no resource differs".to_owned() } else { some.join(", ") }
}

fn resource(one: &ResourceChange) -> String {
    let at = one.at.as_ref().map(|at| format!("  {}", one_line(&at.to_string()))).unwrap_or_default();
    let at = if one.action == Action::Removed && !at.is_empty() { at + " (was)" } else { at };
    let kept = one.kept.as_ref().map(|policy| format!(", kept by `{policy}`")).unwrap_or_default();
    let grade = one_line(&format!("{}{kept}", one.grade.words()));
    let mut text =
        format!("  {} {}  {}  [{grade}]{at}\n", sign(one.action), one_line(&one.path), one_line(&one.kind));
    if let Some(from) = &one.moved_from {
        let from = one_line(from);
        text += &format!(
            "      was `{from}`, with the same properties; `.with_logical_id(\"{from}\")` keeps it\n"
        );
    }
    text + &one.changes.iter().map(|change| format!("      {}\n", line(change))).collect::<String>()
}

fn section(entry: &EntryChange, indent: &str) -> String {
    let noun = noun(&entry.section);
    let mut text = format!("{indent}{} {noun} {}\n", sign(entry.action), one_line(&entry.id));
    if entry.action == Action::Changed {
        text +=
            &entry.changes.iter().map(|change| format!("{indent}    {}\n", line(change))).collect::<String>();
    }
    text
}

/// `Image: a → b  [replaces]`.
fn line(change: &Change) -> String {
    let values = values(change);
    let path = one_line(&change.path);
    let path = if path.is_empty() { path } else { path + ": " };
    format!("{path}{}  [{}]", one_line(&values), change.grade.words())
}

/// The two values of a change, or what it follows.
fn values(change: &Change) -> String {
    match (&change.before, &change.after, &change.follows) {
        (Some(before), Some(after), _) => {
            let (before, after) = pair(before, after);
            format!("{before} → {after}")
        }
        (None, Some(after), _) => format!("none → {}", brief(after)),
        (Some(before), None, _) => format!("{} → none", brief(before)),
        (None, None, Some(id)) => format!("follows `{id}`"),
        (None, None, None) => String::new(),
    }
}

fn sign(action: Action) -> char {
    match action {
        Action::Added => '+',
        Action::Removed => '-',
        Action::Changed => '~',
        Action::Moved => '>',
    }
}

/// `parameter` for `Parameters`.
fn noun(section: &str) -> String {
    let section = one_line(section).to_lowercase();
    section.strip_suffix('s').map_or_else(|| section.clone(), str::to_owned)
}

/// How many differ, and what the signs say.
fn legend(diff: &Diff) -> String {
    let resources: usize = diff.stacks.iter().map(|stack| stack.resources.len()).sum();
    let counts = [(diff.stacks.len(), "stack"), (resources, "resource")];
    let counts: Vec<String> = counts.into_iter().filter(|(number, _)| *number > 0).map(count).collect();
    let counts = if counts.is_empty() { String::new() } else { format!("{} differ; ", counts.join(", ")) };
    let worst = diff.grade.map(|grade| format!("gravest: {}; ", grade.words())).unwrap_or_default();
    format!("{counts}{worst}+ added, - removed, ~ changed, > moved\n")
}
