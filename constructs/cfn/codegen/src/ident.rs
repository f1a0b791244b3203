//! Rust identifiers that are free: keywords and names already taken give way, always in the same manner.

use std::collections::BTreeSet;

use crate::words::{pascal, snake, words};

/// Words that Rust keeps for itself; as a name they get an underscore at the end.
const KEYWORDS: [&str; 42] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct",
    "super", "trait", "try", "type", "use",
];

/// The names taken in one scope.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// A scope in which some names are taken from the start.
    pub fn with(taken: &[&str]) -> Self {
        let mut names = Self::default();
        taken.iter().for_each(|name| names.claim(name));
        names
    }

    /// True for a name that is taken.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Takes a name as it is.
    pub fn claim(&mut self, name: &str) {
        self.0.insert(name.to_owned());
    }

    /// Takes a name, with `suffix` as often as it needs to be a new one.
    pub fn take(&mut self, mut name: String, suffix: &str) -> String {
        while self.0.contains(&name) || is_keyword(&name) {
            name.push_str(suffix);
        }
        self.0.insert(name.clone());
        name
    }

    /// Takes the name of a method or module: `block_public_acls`, `type_`.
    pub fn take_snake(&mut self, name: &str) -> String {
        self.take(snake(name), "_")
    }

    /// Takes the name of an enum variant.
    pub fn take_variant(&mut self, value: &str) -> String {
        self.take(variant(value), "_")
    }
}

/// A text without what spellings of one value differ in: case and separators.
pub fn folded(value: &str) -> String {
    value.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// The name of an enum variant, before clashes: `db.t3.micro` is `DbT3Micro`, `1.0` is `V1_0`, `>=` is `GreaterEqual`.
fn variant(value: &str) -> String {
    if words(value).is_empty() {
        let spelled: String = value.chars().map(spell).collect();
        return if spelled.is_empty() { "Empty".to_owned() } else { spelled };
    }
    let sign = if value.starts_with('-') { "Minus" } else { "" };
    let name = format!("{sign}{}", pascal(value));
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("V{name}") } else { name }
}

/// A sign as a word.
fn spell(sign: char) -> &'static str {
    match sign {
        '*' => "Star",
        '+' => "Plus",
        '-' => "Minus",
        '/' => "Slash",
        '<' => "Less",
        '=' => "Equal",
        '>' => "Greater",
        '!' => "Not",
        '.' => "Dot",
        ',' => "Comma",
        ';' => "Semicolon",
        ':' => "Colon",
        '|' => "Bar",
        '_' => "Underscore",
        '#' => "Hash",
        '@' => "At",
        '&' => "And",
        '~' => "Tilde",
        '^' => "Caret",
        '%' => "Percent",
        '$' => "Dollar",
        '?' => "Question",
        ' ' => "Space",
        _ => "",
    }
}

fn is_keyword(name: &str) -> bool {
    name == "Self"
        || KEYWORDS.contains(&name)
        || matches!(
            name,
            "true" | "false" | "typeof" | "unsafe" | "unsized" | "virtual" | "where" | "while" | "yield"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_variant() {
        for (value, expected) in [
            ("Enabled", "Enabled"),
            ("bucket-owner-full-control", "BucketOwnerFullControl"),
            ("db.t3.micro", "DbT3Micro"),
            ("TLSv1.2_2021", "TlsV1_2_2021"),
            ("1.0", "V1_0"),
            ("-1", "Minus1"),
            (">=", "GreaterEqual"),
            ("*", "Star"),
            ("", "Empty"),
            ("self", "Self_"),
        ] {
            assert_eq!(Names::default().take_variant(value), expected, "{value}");
        }
    }

    #[test]
    fn what_is_taken_gives_way() {
        let mut names = Names::with(&["new"]);
        assert_eq!(names.take_snake("Type"), "type_");
        assert_eq!(names.take_snake("New"), "new_");
        assert_eq!(names.take_snake("Name"), "name");
        assert_eq!(names.take_snake("NAME"), "name_");
    }

    #[test]
    fn spellings_of_one_value_fold_together() {
        assert_eq!(folded("lowestPrice"), folded("lowest-price"));
        assert_ne!(folded("1.0"), folded("10"));
        assert_ne!(folded("<"), folded(">"));
    }
}
