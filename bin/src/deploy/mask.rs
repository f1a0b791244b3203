//! Messages of CloudFormation without the values of parameters, which it repeats in some, and does not care whether they are secret.

/// Stands for a value.
const MASK: &str = "…";

/// A value of this many bytes occurs by itself nowhere else; a shorter one is a value where it stands alone.
const TELLING: usize = 6;

/// A message without some values, and without the items of those that are lists.
pub(super) fn masked<'a>(message: &str, values: impl IntoIterator<Item = &'a str>) -> String {
    let mut secrets: Vec<&str> = values
        .into_iter()
        .flat_map(|value| std::iter::once(value).chain(value.split(',')))
        .map(str::trim)
        .collect();
    secrets.retain(|secret| !secret.is_empty());
    // The longest first, of which others may be a part.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.dedup();
    secrets.iter().fold(message.to_owned(), |message, secret| without(&message, secret))
}

fn without(message: &str, secret: &str) -> String {
    let mut left = message;
    let mut before = None;
    let mut out = String::with_capacity(message.len());
    while let Some(place) = left.find(secret) {
        let (head, rest) = left.split_at(place);
        let tail = &rest[secret.len()..];
        before = head.chars().next_back().or(before);
        out += head;
        if secret.len() >= TELLING || (is_edge(before) && is_edge(tail.chars().next())) {
            out += MASK;
            left = tail;
            before = secret.chars().next_back();
        } else {
            // It may begin again within itself.
            let step = rest.chars().next().map_or(rest.len(), char::len_utf8);
            out += &rest[..step];
            left = &rest[step..];
            before = rest.chars().next();
        }
    }
    out + left
}

/// True for what a word ends at. Names are of one piece with what joins them: `shop-dev-Queue`.
fn is_edge(neighbour: Option<char>) -> bool {
    neighbour.is_none_or(|char| !char.is_alphanumeric() && !matches!(char, '-' | '_' | '/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_are_masked_where_they_stand_alone() {
        for (values, message, expected) in [
            (
                &["1234"][..],
                "Parameter value '1234' for parameter Pin",
                "Parameter value '…' for parameter Pin",
            ),
            (&["1234"], "value 1234 for Pin1234 is not 12345: 1234.", "value … for Pin1234 is not 12345: …."),
            (
                &["dev"],
                "Stack shop-dev-Api, stage [dev]: /dev/null",
                "Stack shop-dev-Api, stage […]: /dev/null",
            ),
            (&["a"], "a value must be a letter, not aaa", "… value must be … letter, not aaa"),
            (&["aa"], "aaa aa", "aaa …"),
            (&["é"], "é né é", "… né …"),
            (&["ab", "ab"], "ab", "…"),
            (&["", " "], "nothing , is taken", "nothing , is taken"),
        ] {
            assert_eq!(masked(message, values.iter().copied()), expected);
        }
    }

    #[test]
    fn long_values_are_masked_wherever_they_are_and_parts_of_others_too() {
        assert_eq!(masked("xcorrect-horsex", ["correct-horse"]), "x…x");
        assert_eq!(masked("is secret-secrets", ["secret", "secret-secrets"]), "is …");
        assert_eq!(masked("value 'blue' of [red, blue]", ["red,blue, green"]), "value '…' of […, …]");
    }
}
