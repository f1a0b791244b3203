//! The Markdown of a page, and of the list of pages.

use regex_lite::Regex;

use super::{
    construct::{Construct, Handle},
    picture,
    source::{Item, Sources},
    text,
};

/// Stands first on each page.
const WRITTEN: &str = "<!-- Written by `cargo xtask docs` from the source of the construct. -->\n\n";

/// The fields in the order of an app that grows, and what they are called.
const FIELDS: [(&str, &str); 6] = [
    ("network", "Network: where things are, and who reaches whom"),
    ("compute", "Compute: what runs"),
    ("web", "Web: what the internet sees"),
    ("data", "Data: what is kept"),
    ("identity", "Identity: who may do what"),
    ("operations", "Operations: what those who run it look at"),
];

/// The list of all constructs.
pub(super) fn index(constructs: &[Construct]) -> String {
    let mut text = format!(
        "{WRITTEN}# The constructs\n\nEach page has a picture, what is made, the defaults and all options. Some name \
         `deploy`: [README.md](../README.md#commands) says what it does.\n"
    );
    for (field, title) in FIELDS {
        text += &format!("\n## {title}\n\n| construct | what it is |\n| --- | --- |\n");
        for one in constructs.iter().filter(|one| one.field == field) {
            let summary = text::linked(one.summary(), |_| None);
            text +=
                &format!("| [{}](constructs/{}.md) | {} |\n", one.type_name, one.name, text::cell(&summary));
        }
    }
    text
}

/// The page of a construct.
pub(super) fn render(construct: &Construct, all: &[Construct], sources: &Sources) -> String {
    let page = |name: &str| {
        let other = all.iter().find(|one| one.type_name == name && one.name != construct.name);
        other.map(|one| format!("{}.md", one.name))
    };
    let linked = |words: &str| text::linked(words, page);
    let mut out = format!("{WRITTEN}# {}\n\n{}\n", construct.type_name, linked(construct.summary()));
    for note in construct.notes() {
        out += &format!("\n{}\n", linked(note));
    }
    if let Some(code) = text::example(&construct.docs).or_else(|| text::example(&construct.head)) {
        out += &format!("\n```rust\n{code}\n```\n");
    }
    if let Some(address) = text::address(&construct.docs).or_else(|| text::address(&construct.head)) {
        out += &format!("\nAWS about it: <{address}>\n");
    }
    out += &format!("\n## What it makes\n\n{}\n", linked(construct.makes()));
    if let Some(picture) = picture_of(construct, all, sources) {
        out += "\nOne use of it in a protected stage; an arrow leads to what is referred to:\n";
        out += &format!("\n```mermaid\n{picture}```\n");
    }
    let defaults: Vec<String> =
        construct.defaults().iter().map(|one| format!("- {}\n", linked(one))).collect();
    if !defaults.is_empty() {
        out += &format!("\n## Defaults\n\n{}", defaults.concat());
    }
    out += &functions("Begin with", &construct.constructors, &format!("{}::", construct.type_name), linked);
    out += &options(&construct.options, linked);
    if let Some(handle) = &construct.handle {
        out += &offered(handle, linked);
    }
    out
}

fn options(options: &[Item], linked: impl Fn(&str) -> String) -> String {
    if options.is_empty() {
        return String::new();
    }
    let mut out = "\n## Options\n\n| option | what it does | default |\n| --- | --- | --- |\n".to_owned();
    for item in options {
        let (does, default) = text::option(&item.docs);
        let [does, default] = [does, default].map(|words| text::cell(&linked(&words)));
        out += &format!("| `.{}` | {does} | {default} |\n", call(item));
    }
    out
}

fn functions(title: &str, items: &[Item], before: &str, linked: impl Fn(&str) -> String) -> String {
    if items.is_empty() {
        return String::new();
    }
    let mut out = format!("\n## {title}\n\n| call | what it is |\n| --- | --- |\n");
    out += &rows(items, before, linked);
    out
}

fn rows(items: &[Item], before: &str, linked: impl Fn(&str) -> String) -> String {
    let row = |item: &Item| {
        let first = text::paragraphs(&item.docs).into_iter().next().unwrap_or_default();
        format!("| `{before}{}` | {} |\n", call(item), text::cell(&linked(&first)))
    };
    items.iter().map(row).collect()
}

/// What others get from the handle.
fn offered(handle: &Handle, linked: impl Fn(&str) -> String + Copy) -> String {
    let mut out = format!("\n## What `{}` offers\n", handle.type_name);
    if !handle.traits.is_empty() {
        let about: Vec<&str> = handle.traits.iter().map(|name| trait_in_words(name)).collect();
        out += &format!("\nIt {}.\n", about.join(", "));
    }
    if !handle.fields.is_empty() || !handle.methods.is_empty() {
        out += "\n| part | what it is |\n| --- | --- |\n";
        for field in &handle.fields {
            let first = text::paragraphs(&field.docs).into_iter().next().unwrap_or_default();
            out += &format!("| `{}` | {} |\n", field.name, text::cell(&linked(&first)));
        }
        out += &rows(&handle.methods, ".", linked);
    }
    out += &functions("What is there already", &handle.existing, &format!("{}::", handle.type_name), linked);
    out
}

fn trait_in_words(name: &str) -> &'static str {
    match name {
        "Connect" => "takes part in connections (`Connect`)",
        "Listen" => "has ports to connect to (`Listen`)",
        "Principal" => "can be granted permissions (`Principal`)",
        _ => "shows its graphs on a dashboard (`Observe`)",
    }
}

/// The call of a function, with the names of what it takes: `index(name, partition_key)`.
fn call(item: &Item) -> String {
    let signature = without_generics(&item.signature);
    let inside = signature
        .split_once('(')
        .and_then(|(_, rest)| Some(rest.rsplit_once(") ->").or(rest.rsplit_once(')'))?.0));
    let parameters = Regex::new(r"(?:^|, |\( ?)(?:mut )?([a-z_0-9]+): ").map_or_else(
        |_| Vec::new(),
        |name| {
            name.captures_iter(inside.unwrap_or_default().trim_start())
                .map(|found| found[1].to_owned())
                .collect()
        },
    );
    format!("{}({})", item.name, parameters.join(", "))
}

/// The signature from the parameters on, without what stands between `<` and `>` before them.
fn without_generics(signature: &str) -> &str {
    let mut depth = 0_usize;
    for (at, letter) in signature.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            '(' if depth == 0 => return &signature[at..],
            _ => {}
        }
    }
    signature
}

fn picture_of(construct: &Construct, all: &[Construct], sources: &Sources) -> Option<String> {
    let kinds = kinds(construct, all);
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    let own = sources.snapshots.get(&construct.name);
    // A part of another construct is in that one's snapshot.
    own.into_iter().chain(sources.snapshots.values()).find_map(|text| picture::draw(text, &kinds))
}

/// The types that a construct makes, the main one first; of another construct where it makes what that makes.
fn kinds(construct: &Construct, all: &[Construct]) -> Vec<String> {
    let Ok(name) = Regex::new(r"`(AWS::[A-Za-z0-9:]+)`|\[`([A-Za-z0-9]+)`\]") else { return Vec::new() };
    let found = name.captures_iter(construct.makes());
    let found = found.flat_map(|found| match (found.get(1), found.get(2)) {
        (Some(kind), _) => vec![kind.as_str().to_owned()],
        (None, Some(other)) => {
            let other = all.iter().find(|one| one.type_name == other.as_str() && one.name != construct.name);
            other.map(|one| kinds(one, &[])).unwrap_or_default()
        }
        (None, None) => Vec::new(),
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_names_its_parameters() {
        for (signature, shown) in [
            ("pub fn exec(mut self) -> Self {", "it()"),
            ("pub fn size(mut self, size: TaskSize) -> Self {", "it(size)"),
            (
                "pub fn env( mut self, name: impl Into<Str>, value: impl Value<K = u8>, ) -> Self {",
                "it(name, value)",
            ),
            (
                "pub fn command<A: Into<Str>>(mut self, words: impl IntoIterator<Item = A>) -> Self {",
                "it(words)",
            ),
        ] {
            let item = Item { name: "it".to_owned(), docs: Vec::new(), signature: signature.to_owned() };
            assert_eq!(call(&item), shown, "{signature}");
        }
    }
}
