//! A reader of our own Rust: documented items by the line, as rustfmt lays them out. It knows no more of the language than that takes.

use std::{collections::BTreeMap, fs, path::Path};

/// The sources and the snapshots of the constructs.
pub(super) struct Sources {
    /// Texts by path under `constructs/src`, without their tests.
    pub(super) files: BTreeMap<String, String>,
    /// Texts of the snapshots, by name.
    pub(super) snapshots: BTreeMap<String, String>,
}

/// Something public with its documentation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// Its name.
    pub(super) name: String,
    /// The lines of its documentation.
    pub(super) docs: Vec<String>,
    /// Its signature on one line, up to the body; the type of a field.
    pub(super) signature: String,
}

impl Sources {
    pub(super) fn read() -> Result<Self, String> {
        let root = crate::root();
        let mut files = BTreeMap::new();
        read_into(&mut files, &root.join("constructs/src"), "", ".rs")?;
        for text in files.values_mut() {
            text.truncate(text.find("\n#[cfg(test)]\nmod tests {").unwrap_or(text.len()));
        }
        let mut snapshots = BTreeMap::new();
        read_into(&mut snapshots, &root.join("snapshots/constructs"), "", ".snap")?;
        let snapshots = snapshots.into_iter();
        let snapshots =
            snapshots.map(|(name, text)| (name.trim_end_matches(".snap").to_owned(), text)).collect();
        Ok(Self { files, snapshots })
    }

    /// The documentation and the public fields of a struct.
    pub(super) fn structure(&self, name: &str) -> Option<(Item, Vec<Item>)> {
        let head = format!("pub struct {name}");
        self.files.values().find_map(|text| {
            let whole = items(text.lines(), |line| {
                let rest = line.strip_prefix(&head)?;
                (!rest.starts_with(|c: char| c.is_alphanumeric())).then(|| name.to_owned())
            });
            let fields = block(text, |line| line.starts_with(&head) && line.ends_with('{'));
            let field = |line: &str| {
                let (name, _) = line.trim().strip_prefix("pub ")?.split_once(": ")?;
                Some(name.to_owned())
            };
            Some((whole.into_iter().next()?, items(fields.iter().copied(), field)))
        })
    }

    /// The public functions of a type, those that macros write among them, in the order of the source.
    pub(super) fn functions(&self, type_name: &str) -> Vec<Item> {
        let head = format!("impl {type_name} {{");
        let blocks = self.files.values().map(|text| block(text, |line| line == head));
        blocks.flat_map(|lines| self.functions_in(&lines)).collect()
    }

    /// The traits of ours that a type has.
    pub(super) fn has_trait(&self, name: &str, type_name: &str) -> bool {
        let head = format!("impl {name} for {type_name} {{");
        self.files.values().any(|text| text.lines().any(|line| line == head))
    }

    fn functions_in(&self, lines: &[&str]) -> Vec<Item> {
        let mut found = Vec::new();
        let mut rest = lines;
        // A macro call stands on a line of its own, and what it writes stands in its place.
        while let Some(at) = rest.iter().position(|line| call(line).is_some()) {
            found.extend(items(rest[..at].iter().copied(), function));
            if let Some((name, arguments)) = call(rest[at]) {
                found.extend(self.functions_in(&self.written_by(name, arguments)));
            }
            rest = &rest[at + 1..];
        }
        found.extend(items(rest.iter().copied(), function));
        found
    }

    /// What a macro writes when it is called so: the arm of just these words, or the first one.
    fn written_by(&self, name: &str, arguments: &str) -> Vec<&str> {
        let head = format!("macro_rules! {name} {{");
        let arms =
            self.files.values().map(|text| block(text, |line| line == head)).find(|lines| !lines.is_empty());
        let lines = arms.unwrap_or_default();
        let is_arm = |line: &&str| line.starts_with("    (") && line.ends_with("=> {");
        let exact = format!("    ({arguments}) => {{");
        let begin = lines.iter().position(|line| *line == exact).or_else(|| lines.iter().position(is_arm));
        let Some(begin) = begin else { return Vec::new() };
        lines[begin + 1..].iter().take_while(|line| !is_arm(line)).copied().collect()
    }
}

/// The macro that a line calls, and with what: `task_options!(options.task);`.
fn call(line: &str) -> Option<(&str, &str)> {
    let (path, arguments) = line.trim().strip_suffix(");")?.split_once("!(")?;
    let name = path.rsplit("::").next()?;
    name.ends_with("_options").then_some((name, arguments))
}

/// The lines inside the braces of the item whose head is found, up to the brace in the first column.
fn block(text: &str, is_head: impl Fn(&str) -> bool) -> Vec<&str> {
    let lines = text.lines().skip_while(|line| !is_head(line)).skip(1);
    lines.take_while(|line| *line != "}").collect()
}

/// Documented items among lines; `name` says what an item is called, of lines that begin one.
fn items<'a>(lines: impl Iterator<Item = &'a str>, name: impl Fn(&str) -> Option<String>) -> Vec<Item> {
    let mut found = Vec::new();
    let mut docs: Vec<String> = Vec::new();
    let mut open: Option<Item> = None;
    for line in lines {
        if let Some(item) = &mut open {
            item.signature.push(' ');
            item.signature.push_str(line.trim());
        } else if let Some(doc) = line.trim_start().strip_prefix("///") {
            docs.push(doc.strip_prefix(' ').unwrap_or(doc).to_owned());
            continue;
        } else if line.trim_start().starts_with("#[") {
            continue;
        } else if let Some(name) = name(line) {
            open = Some(Item { name, docs: std::mem::take(&mut docs), signature: line.trim().to_owned() });
        } else {
            docs.clear();
        }
        if open.as_ref().is_some_and(|item| {
            item.signature.ends_with(['{', ';', ',', '}']) && is_balanced(&item.signature)
        }) {
            found.extend(open.take());
        }
    }
    found
}

fn is_balanced(signature: &str) -> bool {
    signature.matches('(').count() == signature.matches(')').count()
}

fn function(line: &str) -> Option<String> {
    let line = line.trim();
    let rest = line.strip_prefix("pub fn ").or(line.strip_prefix("pub const fn "))?;
    Some(rest.split(['(', '<']).next()?.to_owned())
}

fn read_into(
    files: &mut BTreeMap<String, String>,
    folder: &Path,
    inside: &str,
    end: &str,
) -> Result<(), String> {
    let fails = |error| format!("cannot read `{}`: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(fails)? {
        let path = entry.map_err(fails)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = if inside.is_empty() { name.into_owned() } else { format!("{inside}/{name}") };
        if path.is_dir() {
            read_into(files, &path, &name, end)?;
        } else if name.ends_with(end) {
            let text = fs::read_to_string(&path).map_err(|error| format!("cannot read `{name}`: {error}"))?;
            files.insert(name, text.replace("\r\n", "\n"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> Sources {
        Sources {
            files: BTreeMap::from([("data/queue.rs".to_owned(), text.to_owned())]),
            snapshots: BTreeMap::new(),
        }
    }

    #[test]
    fn setters_are_found_wherever_they_are_written() {
        let text = "\
impl Queue {
    /// A queue.
    pub fn new() -> Self {
        Self {}
    }

    wait_options!(wait);

    /// Encrypts it
    /// with a key. Default: SQS's.
    #[must_use]
    pub fn key(
        mut self,
        key: &KeyRef,
    ) -> Self {
        self
    }

    fn hidden(&self) {}
}

macro_rules! wait_options {
    () => {
        /// Not this one.
        pub fn never(mut self) -> Self {
            self
        }
    };
    (wait) => {
        /// Waits.
        pub fn wait(mut self, seconds: u32) -> Self {
            self
        }
    };
}
";
        let found = sources(text).functions("Queue");
        let names: Vec<&str> = found.iter().map(|item| item.name.as_str()).collect();
        assert_eq!(names, ["new", "wait", "key"]);
        assert_eq!(found[2].docs, ["Encrypts it", "with a key. Default: SQS's."]);
        assert_eq!(found[2].signature, "pub fn key( mut self, key: &KeyRef, ) -> Self {");
    }

    #[test]
    fn a_struct_has_its_public_fields() {
        let text = "\
/// Others.
pub struct QueueRefs;

/// A queue of the app.
#[derive(Clone)]
pub struct QueueRef {
    /// Its URL.
    pub url: Attr<kind::SqsQueueUrl>,
    hidden: u32,
}
";
        let (whole, fields) = sources(text).structure("QueueRef").expect("is there");
        assert_eq!(whole.docs, ["A queue of the app."]);
        assert_eq!(fields.len(), 1);
        assert_eq!(
            (fields[0].name.as_str(), fields[0].docs.as_slice()),
            ("url", &["Its URL.".to_owned()][..])
        );
    }
}
