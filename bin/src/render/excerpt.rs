//! The line of the user's file that a finding points to, with the place underlined.

use formwork_assembly::Place;

use super::{
    escape::one_line,
    style::{Style, Tone},
};

/// Longer lines are cut around the place.
const WIDTH: usize = 120;

/// How a place is pointed out.
#[derive(Clone, Copy)]
pub(super) struct Pointer<'a> {
    /// `-->` for where it is, `:::` for what has to do with it.
    pub arrow: &'a str,
    /// What the place is underlined with.
    pub mark: char,
    pub tone: Tone,
    /// What stands behind the mark.
    pub label: &'a str,
}

/// The place, and its line where it can be read. `gutter` is the width of the widest line number.
pub(super) fn render(
    place: &Place,
    source: Option<&str>,
    pointer: Pointer<'_>,
    gutter: usize,
    style: Style,
) -> String {
    let frame = |text: &str| style.paint(Tone::Frame, text);
    let space = " ".repeat(gutter);
    let mut text = format!("{space}{} {}\n", frame(pointer.arrow), one_line(&place.to_string()));
    let line = source.and_then(|source| source.lines().nth(place.line.checked_sub(1)? as usize));
    let Some((line, before, length)) = line.and_then(|line| cut(line, place.column)) else {
        if !pointer.label.is_empty() {
            text += &format!("{space} {} {}\n", frame("="), pointer.label);
        }
        return text;
    };
    let number = frame(&format!("{:gutter$} |", place.line));
    let bar = frame(&format!("{space} |"));
    let marks = style.paint(pointer.tone, &pointer.mark.to_string().repeat(length));
    let underline = format!("{}{marks} {}", " ".repeat(before), pointer.label);
    text += &format!("{bar}\n{number} {line}\n{bar} {}\n", underline.trim_end());
    text
}

/// The part of a line that is shown, how far the mark stands from its beginning, and how long the mark is.
fn cut(line: &str, column: u32) -> Option<(String, usize, usize)> {
    let chars: Vec<char> = line.chars().collect();
    let at = column.checked_sub(1)? as usize;
    let rest = chars.get(at..)?;
    let length = token(rest).clamp(1, WIDTH / 2);
    let start = at.saturating_sub(WIDTH / 3).min(chars.len().saturating_sub(WIDTH));
    let end = chars.len().min(start + WIDTH);
    let shown = |range: &[char]| range.iter().map(|char| shown(*char)).collect::<String>();
    let (before, marked, after) = (
        shown(&chars[start..at]),
        shown(&chars[at..(at + length).min(end)]),
        shown(&chars[(at + length).min(end)..end]),
    );
    let (lead, trail) = (if start > 0 { "…" } else { "" }, if end < chars.len() { "…" } else { "" });
    let lead_width = lead.chars().count() + before.chars().count();
    Some((format!("{lead}{before}{marked}{after}{trail}"), lead_width, marked.chars().count().max(1)))
}

fn shown(char: char) -> String {
    if char == '\t' { "    ".to_owned() } else { one_line(&char.to_string()) }
}

/// How much of the text belongs to the word, number or quoted text at its beginning.
fn token(text: &[char]) -> usize {
    match text.first() {
        Some('"') => {
            let is_end = |index: &usize| text[*index] == '"' && text[*index - 1] != '\\';
            (1..text.len()).find(is_end).map_or(text.len(), |end| end + 1)
        }
        _ => text.iter().take_while(|char| char.is_alphanumeric() || **char == '_').count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_whole_words_and_texts() {
        let length = |text: &str| token(&text.chars().collect::<Vec<_>>());
        assert_eq!((length("add(1)"), length("\"a\\\"b\": 1"), length("{}"), length("\"open")), (3, 6, 0, 5));
    }

    #[test]
    fn cuts_long_lines_around_the_place() {
        let line = format!("{}here{}", "é".repeat(500), "x".repeat(500));
        let (shown, before, _) = cut(&line, 501).expect("is in the line");
        assert!(shown.chars().count() <= WIDTH + 2);
        assert_eq!(shown.chars().skip(before).take(4).collect::<String>(), "here");
        assert_eq!(cut("short", 6), Some(("short".to_owned(), 5, 1)), "behind the end");
        assert_eq!(cut("short", 9), None, "the file has changed since");
        assert_eq!(cut("\tx", 2), Some(("    x".to_owned(), 4, 1)));
    }
}
