//! Differences as text, for people at a terminal.

mod markdown;

use super::{
    count,
    escape::one_line,
    style::{Style, Tone},
};
use crate::diff::{
    Action, Change, Diff, EntryChange, Grade, Highlight, Kind, ResourceChange, StackDiff, brief, pair,
};

pub(super) use markdown::markdown;

/// Behind the line of what the code does not have any more.
const GONE: &str = " (was)";

/// Everything, the gravest first.
pub(super) fn text(diff: &Diff) -> String {
    if is_empty(diff) {
        return format!("no differences from {}\n", one_line(&diff.against.folder));
    }
    // Data is without colours.
    let style = Style::new(false);
    let mut text = highlights(&diff.highlights, style);
    text += &diff.stacks.iter().map(|one| stack(one, said(one), GONE, style) + "\n").collect::<String>();
    for entry in diff.assets.iter().chain(&diff.sites) {
        text += &section(entry, "");
    }
    text += if diff.assets.is_empty() && diff.sites.is_empty() { "" } else { "\n" };
    text + &legend(diff)
}

/// What a change set would do to a stack.
#[cfg(feature = "deploy")]
pub(super) fn review(review: &crate::deploy::StackReview, style: Style) -> String {
    use crate::deploy::Work;

    let what = match review.work {
        Work::Create => "a new stack",
        Work::Delete => "would be deleted",
        Work::Import => "would take over what is there",
        Work::Update | Work::Rollback => "",
    };
    // A stack that is deleted is still in the code.
    let gone = if review.work == Work::Delete { "" } else { GONE };
    let mut text = highlights(&review.highlights, style) + &stack(&review.diff, what, gone, style);
    let is_open = review.change_set.is_none() && review.work != Work::Delete;
    if is_open {
        text += "  known in full once the stacks before it are deployed\n";
    }
    text + "\n"
}

fn highlights(highlights: &[Highlight], style: Style) -> String {
    if highlights.is_empty() {
        return String::new();
    }
    let width = highlights.iter().map(|one| one.kind.words().len()).max().unwrap_or_default();
    let lines: String = highlights.iter().map(|one| highlight(one, width, style)).collect();
    format!("{}\n{lines}\n", style.paint(Tone::Title, "look at these first"))
}

fn is_empty(diff: &Diff) -> bool {
    diff.stacks.is_empty() && diff.assets.is_empty() && diff.sites.is_empty()
}

fn highlight(one: &Highlight, width: usize, style: Style) -> String {
    let at = one.at.as_ref().map(|at| format!("  {}", one_line(&at.to_string()))).unwrap_or_default();
    let indent = " ".repeat(width + 4);
    let tone = match one.kind {
        Kind::DestroysData | Kind::MayDestroyData | Kind::LosesProtection => Tone::Error,
        Kind::Replaces | Kind::MayReplace | Kind::Public | Kind::OpensPort => Tone::Warning,
        Kind::Grants | Kind::NoLongerDenies | Kind::Revokes | Kind::Denies => Tone::Frame,
    };
    let kind = style.paint(tone, &format!("{:width$}", one.kind.words()));
    format!("  {kind}  {}{at}\n{indent}{}\n", one_line(&one.path), one_line(&one.text))
}

/// What happens to a stack as a whole.
fn said(stack: &StackDiff) -> &'static str {
    match stack.action {
        Action::Added => "a new stack",
        Action::Removed => "gone from the app; it stays in AWS until it is deleted there",
        Action::Changed | Action::Moved => "",
    }
}

fn stack(stack: &StackDiff, what: &str, gone: &str, style: Style) -> String {
    let parts: Vec<String> =
        [what.to_owned(), counts(stack)].into_iter().filter(|part| !part.is_empty()).collect();
    let name = if stack.name == stack.id { String::new() } else { format!(" ({})", one_line(&stack.name)) };
    let id = style.paint(Tone::Title, &one_line(&stack.id));
    let mut text = format!("{id}{name}: {}\n", parts.join("; "));
    text += &stack.settings.iter().map(|one| format!("  ~ stack {}\n", line(one))).collect::<String>();
    text += &stack.resources.iter().map(|one| resource(one, gone, style)).collect::<String>();
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

fn resource(one: &ResourceChange, gone: &str, style: Style) -> String {
    let at = one.at.as_ref().map(|at| format!("  {}", one_line(&at.to_string()))).unwrap_or_default();
    let at = if one.action == Action::Removed && !at.is_empty() { at + gone } else { at };
    let kept = one.kept.as_ref().map(|policy| format!(", kept by `{policy}`")).unwrap_or_default();
    let grade = one_line(&format!("{}{kept}", one.grade.words()));
    let grade = style.paint(tone(one.grade), &format!("[{grade}]"));
    let (sign, path, kind) = (sign(one.action), one_line(&one.path), one_line(&one.kind));
    let mut text = format!("  {sign} {path}  {kind}  {grade}{at}\n");
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

fn tone(grade: Grade) -> Tone {
    match grade {
        Grade::MayDestroy | Grade::Destroys => Tone::Error,
        Grade::MayReplace | Grade::Replaces | Grade::Removes | Grade::Interrupts => Tone::Warning,
        Grade::Cosmetic | Grade::Adds | Grade::InPlace => Tone::Frame,
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
