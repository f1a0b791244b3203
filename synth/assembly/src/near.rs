//! Names that were probably meant: the nearest of the known ones, for `help:` lines.

use crate::each;

/// The known name nearest to what was got, where one is near enough to be a slip of the pen.
///
/// Case does not count, swapped neighbours count once, and a third of the letters may differ. Of equally near names the first wins.
///
/// ```
/// use formwork_assembly::near;
/// assert_eq!(near("prd", ["dev", "prod"]), Some("prod"));
/// assert_eq!(near("staging", ["dev", "prod"]), None);
/// ```
pub fn near<'a>(got: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest(&letters(got), &mut known.into_iter())
}

/// Compiled once, whatever the names come from.
fn nearest<'a>(got: &[char], known: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (got.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let distance = distance(got, &letters(name));
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// The nearest name as a question, or else the list of all: what a `help:` line says about a name that is not known.
///
/// ```
/// use formwork_assembly::suggest;
/// assert_eq!(suggest("prd", ["dev", "prod"]), "did you mean `prod`? known are `dev`, `prod`");
/// assert_eq!(suggest("prd", ["prod"]), "did you mean `prod`?");
/// ```
pub fn suggest<'a>(got: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let names: Vec<&str> = known.into_iter().collect();
    let list = each(&names, |name| format!("`{name}`")).join(", ");
    let count = names.len();
    match (near(got, names), count) {
        (_, 0) => "none is known here".to_owned(),
        (Some(name), 1) => format!("did you mean `{name}`?"),
        (Some(name), _) => format!("did you mean `{name}`? known are {list}"),
        (None, 1) => format!("only {list} is known"),
        (None, _) => format!("known are {list}"),
    }
}

fn letters(name: &str) -> Vec<char> {
    name.chars().flat_map(char::to_lowercase).collect()
}

/// Edits between two words: insertions, deletions, replacements, and swaps of neighbours.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, a) in from.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, b) in to.iter().enumerate() {
            let replaced = last[column] + usize::from(a != b);
            let mut best = replaced.min(last[column + 1] + 1).min(line[column] + 1);
            if row > 0 && column > 0 && *a == to[column - 1] && from[row - 1] == *b {
                best = best.min(before[column - 1] + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut last, line);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (from, to, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "acb", 1),
            ("kitten", "sitting", 3),
            ("a", "b", 1),
        ] {
            assert_eq!(distance(&letters(from), &letters(to)), edits, "{from} {to}");
        }
    }

    #[test]
    fn takes_the_nearest_and_leaves_strangers_alone() {
        assert_eq!(near("Buckt", ["Budget", "Bucket"]), Some("Bucket"));
        assert_eq!(near("BUCKETNAME", ["BucketName"]), Some("BucketName"));
        assert_eq!(near("x", ["Properties"]), None);
        assert_eq!(near("", ["dev"]), None);
    }
}
