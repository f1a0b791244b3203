//! The facts that one run uses: each resource type is decoded once, each pattern parsed once, however many stacks share them.

use std::rc::Rc;

use formwork_assembly::{SortedMap, SortedSet};
use formwork_schema::{ResourceType, Tagging};

use super::{pattern::Pattern, phrase::did_you_mean};

/// The facts of resource types, decoded as they are asked for.
#[derive(Default)]
pub struct Facts {
    types: SortedMap<String, Option<Rc<ResourceType>>>,
    suggestions: SortedMap<String, Option<String>>,
    patterns: SortedMap<&'static str, Known>,
}

/// A pattern, and texts that it matched: the tags of one resource are those of the next.
struct Known {
    pattern: Option<Rc<Pattern>>,
    matched: SortedSet<String>,
}

/// How many texts are remembered of each pattern.
const MOST_REMEMBERED: usize = 64;

impl Facts {
    /// No facts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a type that AWS does not publish, such as one of a private registry, or replaces one that it does.
    pub fn insert(&mut self, facts: ResourceType) {
        self.types.insert(facts.name.to_owned(), Some(Rc::new(facts)));
    }

    /// The facts of a type; nothing if nobody knows it.
    pub(in crate::phase) fn resource_type(&mut self, name: &str) -> Option<Rc<ResourceType>> {
        if let Some(known) = self.types.get(name) {
            return known.clone();
        }
        let facts = formwork_schema::resource_type(name).map(Rc::new);
        self.types.insert(name.to_owned(), facts.clone());
        facts
    }

    /// How resources of a type carry tags, if they can.
    pub(in crate::phase) fn tagging(&mut self, type_name: &str) -> Option<Tagging> {
        self.resource_type(type_name)?.tagging
    }

    /// What an unknown name of a type may have meant, as a help line. All names are compared, so it is kept.
    pub(super) fn suggestion(&mut self, name: &str) -> Option<String> {
        if let Some(known) = self.suggestions.get(name) {
            return known.clone();
        }
        let suggestion = did_you_mean(name, formwork_schema::resource_types());
        self.suggestions.insert(name.to_owned(), suggestion.clone());
        suggestion
    }

    /// A pattern of the facts; nothing if it is not understood.
    pub(super) fn pattern(&mut self, pattern: &'static str) -> Option<Rc<Pattern>> {
        self.known(pattern).pattern.clone()
    }

    /// False only if a pattern of the facts certainly does not match the text.
    pub(super) fn may_match(&mut self, pattern: &'static str, text: &str) -> bool {
        let Known { pattern, matched } = self.known(pattern);
        let Some(pattern) = pattern else { return true };
        if matched.contains(text) {
            return true;
        }
        let matches = pattern.may_match(text);
        if matches && matched.len() < MOST_REMEMBERED {
            matched.insert(text.to_owned());
        }
        matches
    }

    fn known(&mut self, pattern: &'static str) -> &mut Known {
        let parsed = || Pattern::parse(pattern).map(Rc::new);
        self.patterns.or_insert_with(pattern, || Known { pattern: parsed(), matched: SortedSet::new() })
    }
}
