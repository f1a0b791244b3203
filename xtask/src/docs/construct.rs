//! The constructs as their sources tell them.

use super::{
    source::{Item, Sources},
    text,
};

/// One construct: a spec, and the file that it is written in.
pub(super) struct Construct {
    /// The name of its page: `queue_worker`.
    pub(super) name: String,
    /// Its type: `QueueWorker`.
    pub(super) type_name: String,
    /// The folder that it is in: `compute`.
    pub(super) field: String,
    /// What its file says at its head, a paragraph each.
    pub(super) about: Vec<String>,
    /// The documentation of its type.
    pub(super) docs: Vec<String>,
    /// The lines at the head of its file, for an example or an address that stands there.
    pub(super) head: Vec<String>,
    /// What it begins with: `Queue::new()`.
    pub(super) constructors: Vec<Item>,
    /// Its setters.
    pub(super) options: Vec<Item>,
    /// The type of its handle, with the parts of it that others use.
    pub(super) handle: Option<Handle>,
}

/// What is there once a construct was added.
pub(super) struct Handle {
    pub(super) type_name: String,
    pub(super) fields: Vec<Item>,
    /// What gives a handle of something that exists already.
    pub(super) existing: Vec<Item>,
    pub(super) methods: Vec<Item>,
    /// The traits by which other constructs know it.
    pub(super) traits: Vec<&'static str>,
}

/// The traits of a handle.
const TRAITS: [&str; 4] = ["Connect", "Listen", "Principal", "Observe"];

impl Construct {
    /// Every public type that is a construct, and whose file says what it makes; by field and name.
    pub(super) fn all(sources: &Sources) -> Result<Vec<Self>, String> {
        let mut all = Vec::new();
        for (path, text) in &sources.files {
            let Some((field, _)) = path.split_once('/') else { continue };
            let head: Vec<String> = text
                .lines()
                .map_while(|line| line.strip_prefix("//!"))
                .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned())
                .collect();
            let about = text::paragraphs(&head);
            if !about.iter().any(|paragraph| paragraph.starts_with("Makes ")) {
                continue;
            }
            let implemented =
                text.lines().filter_map(|line| line.strip_prefix("impl Construct for ")?.strip_suffix(" {"));
            let public = implemented.filter(|name| text.contains(&format!("\npub struct {name} ")));
            for type_name in public {
                all.push(Self::read(sources, field, type_name, (&head, &about), text)?);
            }
        }
        all.sort_by(|one, other| (&one.field, &one.name).cmp(&(&other.field, &other.name)));
        Ok(all)
    }

    fn read(
        sources: &Sources,
        field: &str,
        type_name: &str,
        (head, about): (&[String], &[String]),
        text: &str,
    ) -> Result<Self, String> {
        let (spec, _) = sources.structure(type_name).ok_or_else(|| format!("`{type_name}` is no struct"))?;
        let takes_self = |item: &Item| {
            item.signature.contains("(mut self")
                || item.signature.contains("( mut self")
                || item.signature.contains("(self")
        };
        let (options, constructors) = sources.functions(type_name).into_iter().partition(takes_self);
        let implementation = text.split(&format!("impl Construct for {type_name} {{")).nth(1);
        let handle = implementation.and_then(|text| text.split_once("type Handle = ")?.1.split_once(';'));
        Ok(Self {
            name: text::snake(type_name),
            type_name: type_name.to_owned(),
            field: field.to_owned(),
            about: about.to_vec(),
            docs: spec.docs,
            head: head.to_vec(),
            constructors,
            options,
            handle: handle.and_then(|(name, _)| Handle::read(sources, name)),
        })
    }

    /// The sentence that says what it is.
    pub(super) fn summary(&self) -> &str {
        self.about.first().map_or("", String::as_str)
    }

    /// What it makes, as its file lists it.
    pub(super) fn makes(&self) -> &str {
        self.about.iter().find(|paragraph| paragraph.starts_with("Makes ")).map_or("", String::as_str)
    }

    /// The defaults, one by one.
    pub(super) fn defaults(&self) -> Vec<&str> {
        let all = self.about.iter().find_map(|paragraph| paragraph.strip_prefix("Defaults: "));
        all.into_iter().flat_map(|all| all.trim_end_matches('.').split("; ")).collect()
    }

    /// What else its file says.
    pub(super) fn notes(&self) -> impl Iterator<Item = &str> {
        let is_known =
            |text: &str| ["Makes ", "Defaults: ", "See <"].iter().any(|begin| text.starts_with(begin));
        self.about.iter().skip(1).map(String::as_str).filter(move |text| !is_known(text))
    }
}

impl Handle {
    fn read(sources: &Sources, type_name: &str) -> Option<Self> {
        let (_, fields) = sources.structure(type_name)?;
        let (methods, existing) =
            sources.functions(type_name).into_iter().partition(|item| item.signature.contains("self"));
        let traits = TRAITS.into_iter().filter(|one| sources.has_trait(one, type_name)).collect();
        Some(Self { type_name: type_name.to_owned(), fields, existing, methods, traits })
    }
}
