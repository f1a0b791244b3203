//! A list with something made of each item, a text with something made of each letter.

/// As `items.into_iter().map(make).collect()`, of which the compiler makes twenty functions for each closure. Of this it makes two.
pub(crate) fn each<T, U>(items: impl IntoIterator<Item = T>, mut make: impl FnMut(T) -> U) -> Vec<U> {
    let mut list = Vec::new();
    for item in items {
        list.push(make(item));
    }
    list
}

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
