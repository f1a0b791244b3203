//! Differences as Markdown, for a comment on a pull request: the gravest in sight, the rest to unfold.

use super::{counts, is_empty, line, noun, sign};
use crate::{
    diff::{Action, Diff, EntryChange, Highlight, Kind, ResourceChange, StackDiff},
    render::escape::one_line,
};

/// Everything, as GitHub and GitLab read it.
pub(crate) fn markdown(diff: &Diff) -> String {
    let mut text = String::from("### Infrastructure\n\n");
    let of = [&diff.app, &diff.stage].map(|name| one_line(name));
    let against = code(&diff.against.folder);
    text += &match of {
        [app, _] if app.is_empty() => format!("Compared with {against}.\n"),
        [app, stage] => format!("{} for stage {}, compared with {against}.\n", code(&app), code(&stage)),
    };
    if is_empty(diff) {
        return text + "\nNo differences.\n";
    }
    if !diff.highlights.is_empty() {
        text += "\n**Look at these first**\n\n";
        text += &diff.highlights.iter().map(highlight).collect::<String>();
    }
    text += &diff.stacks.iter().map(stack).collect::<String>();
    let others: Vec<&EntryChange> = diff.assets.iter().chain(&diff.sites).collect();
    if !others.is_empty() {
        text += "\n**Assets and sites**\n\n";
        text += &others.into_iter().map(section).collect::<String>();
    }
    text
}

fn highlight(one: &Highlight) -> String {
    let sign = match one.kind {
        Kind::DestroysData | Kind::MayDestroyData | Kind::LosesProtection => "🛑",
        Kind::Replaces | Kind::MayReplace | Kind::Public | Kind::OpensPort => "⚠️",
        Kind::Grants | Kind::NoLongerDenies | Kind::Revokes | Kind::Denies => "🔑",
    };
    let at = one.at.as_ref().map(|at| format!(" ({})", code(&at.to_string()))).unwrap_or_default();
    format!(
        "- {sign} **{}** {}{at}: {}\n",
        one.kind.words(),
        code(&one.path),
        code(&one.text.replace('`', ""))
    )
}

fn stack(stack: &StackDiff) -> String {
    let what = match stack.action {
        Action::Added => "a new stack; ",
        Action::Removed => "gone from the app; ",
        _ => "",
    };
    let id = html(&one_line(&stack.id));
    let mut text = format!("\n<details><summary><b>{id}</b>: {what}{}</summary>\n\n", counts(stack));
    text += &stack.settings.iter().map(|one| format!("- stack {}\n", code(&line(one)))).collect::<String>();
    text += &stack.resources.iter().map(resource).collect::<String>();
    text += &stack.sections.iter().map(section).collect::<String>();
    text + "\n</details>\n"
}

fn resource(one: &ResourceChange) -> String {
    let at = one.at.as_ref().map(|at| format!(" ({})", code(&at.to_string()))).unwrap_or_default();
    let kept = one.kept.as_ref().map(|policy| format!(", kept by {}", code(policy))).unwrap_or_default();
    let moved = one.moved_from.as_ref().map(|from| format!(", was {}", code(from))).unwrap_or_default();
    let head = format!("{} {}", code(&one.path), code(&one.kind));
    let mut text = format!("- `{}` {head} **{}**{kept}{moved}{at}\n", sign(one.action), one.grade.words());
    text += &one.changes.iter().map(|change| format!("  - {}\n", code(&line(change)))).collect::<String>();
    text
}

fn section(entry: &EntryChange) -> String {
    let mut text = format!("- `{}` {} {}\n", sign(entry.action), noun(&entry.section), code(&entry.id));
    if entry.action == Action::Changed {
        text +=
            &entry.changes.iter().map(|change| format!("  - {}\n", code(&line(change)))).collect::<String>();
    }
    text
}

/// Text that nothing in it can end or turn into something else.
fn code(text: &str) -> String {
    let text = one_line(text);
    let runs = text.split(|char| char != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(runs + 1);
    let space = if text.is_empty() || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
