//! Text of users made harmless: what would move the cursor, ring or turn text around becomes visible instead.

use std::borrow::Cow;

/// Text with its line breaks; everything else that is not shown as it is becomes `\u{1b}` and the like.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, |char| char != '\n')
}

/// Text in one line: its line breaks become `\n`.
pub(super) fn one_line(text: &str) -> String {
    escaped(text, |_| true).into_owned()
}

/// JSON whose texts hold no such character in the raw: JSON itself escapes only the first 32.
pub(super) fn json(json: &str) -> Cow<'_, str> {
    if !json.contains(is_wild_in_json) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len());
    for char in json.chars() {
        match char {
            char if is_wild_in_json(char) => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    escaped += &format!("\\u{unit:04x}");
                }
            }
            char => escaped.push(char),
        }
    }
    Cow::Owned(escaped)
}

fn escaped(text: &str, breaks_too: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_escaped = |char: char| is_wild(char) && breaks_too(char);
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let shown =
        |char: char| if is_escaped(char) { char.escape_default().to_string() } else { char.to_string() };
    Cow::Owned(text.chars().map(shown).collect())
}

fn is_wild_in_json(char: char) -> bool {
    is_wild(char) && char != '\n'
}

/// Control characters, and those that reverse or hide what follows.
fn is_wild(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_moves_it() {
        let hostile = "a\u{1b}[31mb\u{7}c\rd\u{9b}e\u{202e}f\u{200b}g\u{7f}";
        let shown = one_line(hostile);
        assert_eq!(shown, r"a\u{1b}[31mb\u{7}c\rd\u{9b}e\u{202e}f\u{200b}g\u{7f}");
        assert_eq!(visible("a\nb\u{1b}"), "a\nb\\u{1b}");
        assert_eq!(one_line("a\nb"), r"a\nb");
        assert_eq!(one_line("schön 日本 🦀"), "schön 日本 🦀");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let value = serde_json::json!({ "a\u{9b}\u{e0001}": "\u{202e}\n\u{7f}ü" });
        let text = serde_json::to_string_pretty(&value).expect("is JSON");
        let harmless = json(&text);
        assert!(harmless.chars().all(|char| !is_wild_in_json(char)));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&harmless).expect("is JSON"), value);
    }
}
