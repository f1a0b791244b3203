//! Findings for people: code, message, the user's line, the construct, and what to do about it.
//!
//! Warnings come first, so that errors stand last, next to the prompt. What one line of the user's code does wrong in many constructs
//! is told once.

use formwork_assembly::{Diagnostic, Related, Severity, sort_by};

use super::{
    escape::{one_line, visible},
    excerpt::{self, Pointer},
    style::{Style, Tone},
};

/// How many constructs are named of those that share a finding.
const NAMED: usize = 3;

/// All findings, with an empty line after each. `source` knows the text of a file.
pub(super) fn render(found: &[&Diagnostic], style: Style, source: &dyn Fn(&str) -> Option<String>) -> String {
    let mut groups: Vec<Vec<&Diagnostic>> = Vec::new();
    for one in found {
        match groups.iter_mut().find(|group| is_alike(group[0], one)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    sort_by(&mut groups, |one, other| other[0].severity.cmp(&one[0].severity));
    groups.iter().map(|group| finding(group, style, source) + "\n").collect()
}

fn is_alike(a: &Diagnostic, b: &Diagnostic) -> bool {
    let parts = |one: &Diagnostic| (one.code.clone(), one.severity, one.message.clone(), one.help.clone());
    a.at.is_some()
        && a.at == b.at
        && a.property == b.property
        && a.related == b.related
        && parts(a) == parts(b)
}

fn finding(group: &[&Diagnostic], style: Style, source: &dyn Fn(&str) -> Option<String>) -> String {
    let one = group[0];
    let (word, tone) = match one.severity {
        Severity::Error => ("error", Tone::Error),
        Severity::Warning => ("warning", Tone::Warning),
    };
    let title = style.paint(tone, &format!("{word}[{}]", one_line(&one.code)));
    let mut text = format!("{title}: {}\n", style.paint(Tone::Title, &one_line(&one.message)));

    let lines = one.at.iter().chain(one.related.iter().map(|related| &related.at)).map(|place| place.line);
    let gutter = lines.max().map_or(1, |line| line.to_string().len());
    if let Some(place) = &one.at {
        let pointer = Pointer { arrow: "-->", mark: '^', tone, label: "" };
        text += &excerpt::render(place, source(&place.file).as_deref(), pointer, gutter, style);
    }
    for Related { message, at } in &one.related {
        let label = one_line(message);
        let pointer = Pointer { arrow: ":::", mark: '-', tone: Tone::Frame, label: &label };
        text += &excerpt::render(at, source(&at.file).as_deref(), pointer, gutter, style);
    }

    let indent = " ".repeat(gutter + 1);
    let frame = style.paint(Tone::Frame, "=");
    let paths = group.iter().filter_map(|one| one.path.as_deref()).filter(|path| !path.is_empty());
    let paths: Vec<String> = paths.map(one_line).collect();
    if !paths.is_empty() {
        let named = paths.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = paths.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        text += &format!("{indent}{frame} in {named}{more}");
        text +=
            &one.property.as_ref().map(|property| format!(", at {}", one_line(property))).unwrap_or_default();
        text += "\n";
    }
    if let Some(help) = &one.help {
        let help = visible(help);
        let mut lines = help.lines();
        text += &format!("{indent}{frame} {}\n", style.help(lines.next().unwrap_or_default()));
        text += &lines.map(|line| format!("{indent}        {line}\n")).collect::<String>();
    }
    text
}
