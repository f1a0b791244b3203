//! A list with something made of each item, a text with something made of each letter.

pub(crate) use formwork_assembly::each;

/// The text with another letter for each, or none.
pub(crate) fn each_letter(text: &str, make: fn(char) -> Option<char>) -> String {
    let mut made = String::new();
    for letter in text.chars() {
        made.extend(make(letter));
    }
    made
}

/// A hyphen for each letter that is no letter of ASCII and no digit.
pub(crate) fn hyphenated(text: &str) -> String {
    each_letter(text, |letter| Some(if letter.is_ascii_alphanumeric() { letter } else { '-' }))
}
