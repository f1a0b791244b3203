//! Property types that resource types of one service have in common: one Rust type, which all their modules show.
//!
//! QuickSight repeats hundreds of them for analyses, dashboards and templates. They are the same if name, properties and rules are,
//! all the way down.

use formwork_schema::{Definition, Property, ResourceType, Type};

/// The property types of a service that have been written already, in the order of the names that AWS gives them.
#[derive(Default)]
pub struct Shared<'a>(Vec<Home<'a>>);

/// Where a property type is written.
pub struct Home<'a> {
    /// The resource type.
    pub facts: &'a ResourceType,
    /// Which of its definitions it is.
    pub at: usize,
    /// The module.
    pub module: String,
    /// The Rust name, and those of the enums that came with it.
    pub names: Vec<String>,
}

impl<'a> Shared<'a> {
    /// Remembers a property type.
    pub fn add(&mut self, home: Home<'a>) {
        let at = self.0.partition_point(|known| known.name() <= home.name());
        self.0.insert(at, home);
    }

    /// Finds one that is the same as a definition of another resource type.
    pub fn find(&self, facts: &ResourceType, at: usize) -> Option<&Home<'a>> {
        let name = facts.definitions[at].name;
        let first = self.0.partition_point(|known| known.name() < name);
        let named = self.0[first..].iter().take_while(|known| known.name() == name);
        named.into_iter().find(|home| {
            Comparison { left: home.facts, right: facts, seen: Vec::new() }.definitions(home.at, at)
        })
    }
}

impl Home<'_> {
    fn name(&self) -> &'static str {
        self.facts.definitions[self.at].name
    }
}

/// A comparison of definitions of two resource types.
struct Comparison<'a> {
    left: &'a ResourceType,
    right: &'a ResourceType,
    /// The pairs that are being compared, in order: definitions may contain themselves.
    seen: Vec<(usize, usize)>,
}

impl Comparison<'_> {
    fn definitions(&mut self, left: usize, right: usize) -> bool {
        match self.seen.binary_search(&(left, right)) {
            Ok(_) => return true,
            Err(place) => self.seen.insert(place, (left, right)),
        }
        let (left, right): (&Definition, &Definition) =
            (&self.left.definitions[left], &self.right.definitions[right]);
        let (a, b) = (&left.body, &right.body);
        left.name == right.name
            && a.rules == b.rules
            && a.open == b.open
            && a.properties.len() == b.properties.len()
            && a.properties.iter().zip(&b.properties).all(|(a, b)| self.properties(a, b))
    }

    fn properties(&mut self, a: &Property, b: &Property) -> bool {
        let marks = |p: &Property| (p.name, p.required, p.replacement, p.write_only, p.deprecated);
        marks(a) == marks(b) && self.types(&a.ty, &b.ty)
    }

    fn types(&mut self, a: &Type, b: &Type) -> bool {
        match (a, b) {
            (Type::Object(a), Type::Object(b)) => self.definitions(*a, *b),
            (Type::List(a), Type::List(b)) => {
                (a.min, a.max, a.unique, a.ordered) == (b.min, b.max, b.unique, b.ordered)
                    && self.types(&a.item, &b.item)
            }
            (Type::Map(a), Type::Map(b)) => a.key == b.key && self.types(&a.value, &b.value),
            (Type::Union(a), Type::Union(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.types(a, b))
            }
            _ => a == b,
        }
    }
}
