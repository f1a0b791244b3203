//! Ignore files in the syntax of `.dockerignore`: which paths of a directory do not belong to an asset.
//!
//! One pattern a line, counted from the root of the directory; `#` begins a comment, `!` takes back, and the last line that fits decides.
//! `*` and `?` stay within a name, `**` crosses names, `[a-z]` and `[^a-z]` are classes, `\` takes the next character as it is.
//! What lies in an ignored directory is ignored. Our own, because the crates for it bring a regex engine: 5 s of build time.
//!
//! See <https://docs.docker.com/build/concepts/context/#dockerignore-files>.

/// The patterns of an ignore file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ignore(Vec<Pattern>);

/// A line that is no pattern.
#[derive(Debug, PartialEq)]
pub(crate) struct BadPattern {
    pub line: u32,
    pub pattern: String,
}

#[derive(Clone, Debug)]
struct Pattern {
    parts: Vec<Part>,
    takes_back: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Char(char),
    /// `?`
    One,
    /// `*`
    Within,
    /// `**`
    Across,
    /// `**/`: nothing, or whole names with their slashes.
    Names,
    /// `[a-z]`, and whether the character must be outside.
    Class(Vec<(char, char)>, bool),
}

impl Ignore {
    pub(crate) fn parse(text: &str) -> Result<Self, Vec<BadPattern>> {
        let mut patterns = Vec::new();
        let mut bad = Vec::new();
        for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let takes_back = line.starts_with('!');
            let pattern = clean(line.trim_start_matches('!').trim());
            if pattern.is_empty() {
                continue;
            }
            match parts(&pattern) {
                Some(parts) => patterns.push(Pattern { parts, takes_back }),
                None => bad.push(BadPattern { line: number, pattern: line.to_owned() }),
            }
        }
        if bad.is_empty() { Ok(Self(patterns)) } else { Err(bad) }
    }

    /// True where the path, or a directory that it lies in, is ignored. Paths are relative, with `/`.
    pub(crate) fn ignores(&self, path: &str) -> bool {
        let names: Vec<char> = path.chars().collect();
        let ends = (0..names.len()).filter(|index| names[*index] == '/').chain([names.len()]);
        let ends: Vec<usize> = ends.collect();
        let fits = |pattern: &Pattern| ends.iter().any(|end| matches(&pattern.parts, &names[..*end]));
        self.0.iter().rev().find(|pattern| fits(pattern)).is_some_and(|pattern| !pattern.takes_back)
    }

    /// True where nothing inside an ignored directory can be wanted, so that there is no need to look.
    pub(crate) fn never_takes_back(&self) -> bool {
        !self.0.iter().any(|pattern| pattern.takes_back)
    }
}

/// True where a pattern of `*`, `?` and `**` fits a whole path; all other characters are meant as they are.
pub(crate) fn fits(pattern: &str, path: &str) -> bool {
    let plain = pattern.replace('\\', "\\\\").replace('[', "\\[");
    let path: Vec<char> = path.chars().collect();
    parts(&plain).is_some_and(|parts| matches(&parts, &path))
}

/// Drops what says nothing: slashes at both ends, `.` names, and names that `..` takes back.
fn clean(pattern: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in pattern.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names.join("/")
}

fn parts(pattern: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(char) = chars.next() {
        parts.push(match char {
            '*' if chars.next_if_eq(&'*').is_some() => match chars.next_if_eq(&'/') {
                Some(_) => Part::Names,
                None => Part::Across,
            },
            '*' => Part::Within,
            '?' => Part::One,
            '\\' => Part::Char(chars.next()?),
            '[' => {
                let outside = chars.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                loop {
                    let mut first = chars.next()?;
                    if first == ']' && !ranges.is_empty() {
                        break;
                    }
                    if first == '\\' {
                        first = chars.next()?;
                    }
                    let mut last = first;
                    if chars.next_if_eq(&'-').is_some() {
                        last = chars.next().filter(|last| *last != ']')?;
                        if last == '\\' {
                            last = chars.next()?;
                        }
                    }
                    ranges.push((first, last));
                }
                Part::Class(ranges, outside)
            }
            char => Part::Char(char),
        });
    }
    Some(parts)
}

/// Keeps all positions of the path that the parts so far can reach, so that no pattern takes long.
fn matches(parts: &[Part], path: &[char]) -> bool {
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for part in parts {
        let mut next = vec![false; path.len() + 1];
        let mut open = false;
        for at in 0..=path.len() {
            let before = at.checked_sub(1).map(|index| path[index]);
            let step = at > 0 && reached[at - 1];
            next[at] = match part {
                Part::Char(char) => step && before == Some(*char),
                Part::One => step && before != Some('/'),
                Part::Class(ranges, outside) => {
                    let inside = before
                        .is_some_and(|char| ranges.iter().any(|(from, to)| (*from..=*to).contains(&char)));
                    step && before != Some('/') && inside != *outside
                }
                Part::Within => {
                    open = reached[at] || (open && before != Some('/'));
                    open
                }
                Part::Across => {
                    open |= reached[at];
                    open
                }
                Part::Names => {
                    let whole = open && before == Some('/');
                    open |= reached[at];
                    reached[at] || whole
                }
            };
        }
        reached = next;
    }
    reached[path.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(file: &str, path: &str) -> bool {
        Ignore::parse(file).expect("has good patterns").ignores(path)
    }

    /// The rows of Docker's own description, and what follows from them.
    #[test]
    fn reads_patterns_as_docker_does() {
        let rows = [
            ("*/temp*", "a/temporary.txt", true),
            ("*/temp*", "a/temp/file", true),
            ("*/temp*", "temp", false),
            ("*/temp*", "a/b/temp", false),
            ("*/*/temp*", "a/b/temporary", true),
            ("temp?", "tempa", true),
            ("temp?", "temp", false),
            ("temp?", "temp/", false),
            ("**/*.go", "a.go", true),
            ("**/*.go", "a/b/c.go", true),
            ("**/*.go", "a/b/c.goo", false),
            ("foo/**/bar", "foo/bar", true),
            ("foo/**/bar", "foo/a/b/bar", true),
            ("foo/**/bar", "foobar", false),
            ("foo/**", "foo/a/b", true),
            ("**", "anything/at/all", true),
            ("/foo/", "foo", true),
            ("./foo/../bar", "bar", true),
            ("foo", "foo/inside", true),
            ("foo", "a/foo", false),
            ("*.md", "README.md", true),
            ("*.md", "docs/README.md", false),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("[^a-c]x", "dx", true),
            (r"\*", "*", true),
            (r"\*", "a", false),
            ("# comment", "# comment", false),
            ("a b", "a b", true),
            ("täst?", "tästé", true),
        ];
        for (pattern, path, expected) in rows {
            assert_eq!(ignored(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn the_last_line_that_fits_decides() {
        let file = "*.md\n!README*.md\nREADME-secret.md\n";
        assert!(ignored(file, "notes.md"));
        assert!(!ignored(file, "README.md"));
        assert!(ignored(file, "README-secret.md"));
        assert!(!ignored("dir\n!dir/kept", "dir/kept"));
        assert!(ignored("dir\n!dir/kept", "dir/other"));
        assert!(!Ignore::parse("dir\n!dir/kept").expect("is good").never_takes_back());
    }

    #[test]
    fn tells_every_line_that_is_no_pattern() {
        let bad = Ignore::parse("ok\n[a-\n\n\\\n[]\n").expect_err("has bad lines");
        assert_eq!(bad.iter().map(|one| one.line).collect::<Vec<_>>(), [2, 4, 5]);
    }

    #[test]
    fn is_quick_for_any_pattern() {
        let pattern = "*a".repeat(200);
        assert!(!ignored(&pattern, &"a".repeat(150)));
    }
}
