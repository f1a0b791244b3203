//! The facts that one run uses: each resource type is decoded once, each pattern parsed once, however many stacks share them.

use std::{collections::BTreeMap, rc::Rc};

use formwork_schema::ResourceType;

use super::{pattern::Pattern, phrase::did_you_mean};

/// The facts of resource types, decoded as they are asked for.
#[derive(Default)]
pub struct Facts {
    types: BTreeMap<String, Lookup>,
    patterns: BTreeMap<&'static str, Option<Rc<Pattern>>>,
}

/// What is known about a name of a resource type.
#[derive(Clone)]
pub(super) enum Lookup {
    /// Everything.
    Known(Rc<ResourceType>),
    /// That there is no such type; with near names, as a help line.
    Unknown(Option<String>),
}

impl Facts {
    /// No facts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a type that AWS does not publish, such as one of a private registry, or replaces one that it does.
    pub fn insert(&mut self, facts: ResourceType) {
        self.types.insert(facts.name.to_owned(), Lookup::Known(Rc::new(facts)));
    }

    /// The facts of a type.
    pub(super) fn resource_type(&mut self, name: &str) -> Lookup {
        if let Some(known) = self.types.get(name) {
            return known.clone();
        }
        let lookup = match formwork_schema::resource_type(name) {
            Some(facts) => Lookup::Known(Rc::new(facts)),
            None => Lookup::Unknown(did_you_mean(name, formwork_schema::resource_types())),
        };
        self.types.insert(name.to_owned(), lookup.clone());
        lookup
    }

    /// A pattern of the facts; nothing if it is not understood.
    pub(super) fn pattern(&mut self, pattern: &'static str) -> Option<Rc<Pattern>> {
        self.patterns.entry(pattern).or_insert_with(|| Pattern::parse(pattern).map(Rc::new)).clone()
    }
}
