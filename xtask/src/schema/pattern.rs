//! Regular expressions: translated from the dialect of JSON Schema to that of `regex-lite`, or dropped.

use regex_lite::Regex;

/// What became of a pattern.
pub enum Pattern {
    /// `regex-lite` understands it.
    Usable(String),
    /// It matches every text, so it says nothing.
    Empty,
    /// It needs what `regex-lite` lacks, such as look-around.
    Unusable,
}

/// Translates a pattern.
pub fn translate(pattern: &str) -> Pattern {
    let text = respell(pattern.trim());
    match Regex::new(&text) {
        Err(_) => Pattern::Unusable,
        Ok(regex) if SAMPLES.iter().all(|sample| regex.is_match(sample)) => Pattern::Empty,
        Ok(_) => Pattern::Usable(text),
    }
}

/// Texts that together no meaningful pattern takes.
const SAMPLES: [&str; 8] =
    ["", "a", "-", " \n\t", "Ä€漢😀", "a b\nc", "%$#@!^&*(){}[]|\\/<>?~`'\"", "arn:aws:s3:::\u{1}"];

/// Spellings that differ, with what stands for them inside and outside a bracketed class. Unicode classes are widened
/// to everything beyond ASCII: such a pattern may let too much through, but never refuses what AWS takes.
const SPELLINGS: [(&str, &str, &str); 17] = [
    // All characters beyond the basic plane, as pairs of surrogates.
    (r"\uD800\uDC00-\uDBFF\uDFFF", r"\x{10000}-\x{10FFFF}", r"[\x{10000}-\x{10FFFF}]"),
    (r"\uD800\uDBFF-\uDC00\uDFFF", r"\x{10000}-\x{10FFFF}", r"[\x{10000}-\x{10FFFF}]"),
    (r"\Z", "", "$"),
    (r"\A", "", "^"),
    (r"\P{C}", r"\x20-\x7E\x{A0}-\x{10FFFF}", r"[\x20-\x7E\x{A0}-\x{10FFFF}]"),
    (r"\p{C}", r"\x00-\x1F\x7F", r"[\x00-\x1F\x7F]"),
    (r"\p{Cc}", r"\x00-\x1F\x7F", r"[\x00-\x1F\x7F]"),
    (r"\p{L}", r"a-zA-Z\x{80}-\x{10FFFF}", r"[a-zA-Z\x{80}-\x{10FFFF}]"),
    (r"\p{N}", r"0-9\x{80}-\x{10FFFF}", r"[0-9\x{80}-\x{10FFFF}]"),
    (r"\p{Z}", r" \x{80}-\x{10FFFF}", r"[ \x{80}-\x{10FFFF}]"),
    (r"\p{Zs}", r" \x{80}-\x{10FFFF}", r"[ \x{80}-\x{10FFFF}]"),
    (r"\p{M}", r"\x{80}-\x{10FFFF}", r"[\x{80}-\x{10FFFF}]"),
    (r"\p{S}", r"$+<=>\^`|~\x{80}-\x{10FFFF}", r"[$+<=>\^`|~\x{80}-\x{10FFFF}]"),
    (r"\p{P}", r"!-#%-*,\-./:;?@\[-\]_{}\x{80}-\x{10FFFF}", r"[!-#%-*,\-./:;?@\[-\]_{}\x{80}-\x{10FFFF}]"),
    (r"\p{Graph}", r"\x21-\x7E", r"[\x21-\x7E]"),
    (r"\p{Print}", r"\x20-\x7E", r"[\x20-\x7E]"),
    (r"\p{ASCII}", r"\x00-\x7F", r"[\x00-\x7F]"),
];

/// Walks the pattern once, knowing whether it stands inside a bracketed class.
fn respell(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut class = false;
    while let Some(first) = rest.chars().next() {
        if let Some((from, inside, outside)) = SPELLINGS.iter().find(|(from, ..)| rest.starts_with(from)) {
            // A negated class of one of the widened ones would refuse everything beyond ASCII.
            let negated = text.ends_with("[^") && inside.contains(r"\x{80}");
            text.push_str(match (class, negated) {
                (false, _) => outside,
                (true, false) => inside,
                (true, true) => inside.trim_end_matches(r"\x{80}-\x{10FFFF}"),
            });
            rest = &rest[from.len()..];
            continue;
        }
        let taken = match first {
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => first.len_utf8(),
        };
        match (first, class) {
            ('[', false) => class = true,
            ('[', true) => text.push('\\'),
            (']', true) => class = false,
            // After `\w` or `\s` a dash can only mean itself.
            ('-', true) if text.ends_with(r"\w") || text.ends_with(r"\s") || text.ends_with(r"\d") => {
                text.push('\\');
            }
            _ => {}
        }
        text.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usable(pattern: &str) -> Regex {
        match translate(pattern) {
            Pattern::Usable(text) => Regex::new(&text).expect("what is usable compiles"),
            Pattern::Empty => panic!("`{pattern}` says nothing"),
            Pattern::Unusable => panic!("`{pattern}` is not understood"),
        }
    }

    #[test]
    fn classes_of_letters_take_letters_beyond_ascii() {
        let regex = usable(r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$");
        assert!(regex.is_match("Größe 3") && !regex.is_match("a{b}"));
        assert!(usable(r"^[^\p{C}]+$").is_match("漢字"));
    }

    #[test]
    fn spellings_of_other_engines_are_understood() {
        assert!(usable(r"^subnet-[a-f0-9]{8}\Z").is_match("subnet-0123abcd"));
        let text = usable(r"^[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF]{1,3}$");
        assert!(text.is_match("a😀") && !text.is_match("\n"));
        let brackets = usable(r"^[a-z()[\]]+$");
        assert!(brackets.is_match("a[b](c)") && !brackets.is_match("A"));
        assert!(usable(r"^[\w-.]+$").is_match("a-b.c"));
    }

    #[test]
    fn what_takes_everything_says_nothing() {
        for pattern in [".*", "^[\\s\\S]*$", "a*", "^.*"] {
            assert!(matches!(translate(pattern), Pattern::Empty), "{pattern}");
        }
    }

    #[test]
    fn look_around_is_dropped() {
        assert!(matches!(translate("^(?!aws:).*$"), Pattern::Unusable));
    }
}
