//! The turns of phrase that messages share. What takes any iterator does little with it, because it is compiled for each.

use formwork_assembly::json::Writer;

use crate::expr::Expr;

/// Beyond this many candidates no name is suggested, so that the cost of a wrong name stays bounded.
const MOST_CANDIDATES: usize = 4_000;

/// How much of a text is shown.
const MOST_SHOWN: usize = 80;

/// The candidate that is nearest to `name`, as a question; nothing if none is near.
pub(super) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, &mut candidates.into_iter())
}

fn nearest(name: &str, candidates: &mut dyn Iterator<Item = &str>) -> Option<String> {
    let nearest = formwork_assembly::near(name, candidates.take(MOST_CANDIDATES))?;
    Some(format!("did you mean `{nearest}`?"))
}

/// Names in backticks: `a`, `a` or `b`, `a`, `b` or `c`.
pub(super) fn one_of<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    listed(names, " or ")
}

/// Names in backticks: `a`, `a` and `b`, `a`, `b` and `c`.
pub(super) fn all_of<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    listed(names, " and ")
}

fn listed<S: AsRef<str>>(names: impl IntoIterator<Item = S>, last: &str) -> String {
    let mut all = Vec::new();
    for name in names {
        all.push(ticked(name.as_ref()));
    }
    enumerated(&all, last)
}

fn ticked(name: &str) -> String {
    format!("`{name}`")
}

fn enumerated(names: &[String], last: &str) -> String {
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, rest)) => format!("{}{last}{end}", rest.join(", ")),
    }
}

/// Text in backticks, shortened and on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut shown = String::from("`");
    for c in text.chars().take(MOST_SHOWN) {
        match c {
            // Quotes are harmless between backticks.
            '"' | '\'' => shown.push(c),
            c => shown.extend(c.escape_debug()),
        }
    }
    if text.chars().nth(MOST_SHOWN).is_some() {
        shown.push('…');
    }
    shown.push('`');
    shown
}

/// The kind of a value.
pub(super) fn kind(expr: &Expr) -> &'static str {
    match expr {
        Expr::Null => "`null`",
        Expr::Bool(_) => "a boolean",
        Expr::Number(_) => "a number",
        Expr::Text(_) => "text",
        Expr::List(_) => "a list",
        Expr::Map(_) | Expr::Object(_) => "an object",
        _ => "a function",
    }
}

/// A value as JSON, to tell equal values.
pub(super) fn json_text(expr: &Expr) -> String {
    let mut json = Writer::compact();
    expr.write(&mut json);
    json.text().to_owned()
}

/// `1 item`, `2 items`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// `2 to 5`, `2 or more`, `at most 5`.
pub(super) fn range(min: Option<u32>, max: Option<u32>) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("exactly {min}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "any number".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_a_sentence() {
        assert_eq!(one_of(["a"]), "`a`");
        assert_eq!(one_of(["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(all_of(["a", "b"]), "`a` and `b`");
    }

    #[test]
    fn quoted_text_is_short_and_on_one_line() {
        assert_eq!(quoted("a \"b\"\n\u{1b}[0m"), "`a \"b\"\\n\\u{1b}[0m`");
        assert_eq!(quoted(&"x".repeat(100)).chars().count(), 83);
    }
}
