//! The words of commands that are printed to be copied, as a shell of this system takes them.

use std::borrow::Cow;

/// What stands for itself in a POSIX shell, beside letters and digits.
const POSIX: &str = "-_./:=@+,%";

/// What stands for itself in `cmd` and in PowerShell.
const WINDOWS: &str = "-_./:=+\\";

/// A word as it is typed: in quotes where a shell would take it apart, or read something into it.
pub(crate) fn word(word: &str) -> Cow<'_, str> {
    if cfg!(windows) { of_windows(word) } else { of_posix(word) }
}

fn of_posix(word: &str) -> Cow<'_, str> {
    if is_plain(word, POSIX) { word.into() } else { format!("'{}'", word.replace('\'', r"'\''")).into() }
}

/// `cmd` and PowerShell agree on double quotes; what each of them still replaces within them the other one takes as it is.
fn of_windows(word: &str) -> Cow<'_, str> {
    if is_plain(word, WINDOWS) {
        return word.into();
    }
    // A backslash before a quote would belong to it.
    let end = word.len() - word.trim_end_matches('\\').len();
    format!("\"{}{}\"", word.replace('"', r#"\""#), r"\".repeat(end)).into()
}

fn is_plain(word: &str, plain: &str) -> bool {
    !word.is_empty() && word.chars().all(|letter| letter.is_alphanumeric() || plain.contains(letter))
}

#[cfg(test)]
mod tests {
    use super::{of_posix, of_windows};

    #[test]
    fn posix_shells_take_one_word() {
        for (word, typed) in [
            ("--stage=prod", "--stage=prod"),
            ("--allow=replace:Shop/Größe", "--allow=replace:Shop/Größe"),
            ("--assembly=my app/out", "'--assembly=my app/out'"),
            ("it's $HOME", r"'it'\''s $HOME'"),
            ("Shop*", "'Shop*'"),
            ("Shop/Api=arn|main", "'Shop/Api=arn|main'"),
            ("", "''"),
        ] {
            assert_eq!(of_posix(word), typed);
        }
    }

    #[test]
    fn shells_of_windows_take_one_word() {
        for (word, typed) in [
            (r"--assembly=C:\app", r"--assembly=C:\app"),
            (r"C:\my app\", r#""C:\my app\\""#),
            (r#"say "yes""#, r#""say \"yes\"""#),
            ("Shop/Api=arn|main", "\"Shop/Api=arn|main\""),
            ("a,b", "\"a,b\""),
            ("", "\"\""),
        ] {
            assert_eq!(of_windows(word), typed);
        }
    }
}
