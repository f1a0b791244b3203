//! Two values compared as deep as they are alike, with what the facts say about each place.

use formwork_assembly::SortedSet;
use formwork_schema::{Property, Replacement, ResourceType, Type};
use serde_json::{Map, Value};

use super::{Change, Grade, interruption::interrupts, phrase::is_intrinsic, secret};

/// What names an item in a list of objects, the first that all of them have.
const NAMES: &[&str] = &["Key", "Name", "Id", "Sid", "PolicyName", "AttributeName", "IndexName"];

/// Types that are changed by making the next revision: CloudFormation calls that a replacement, and nothing is lost by it.
const REVISIONS: &[&str] = &[
    "AWS::ApiGateway::Deployment",
    "AWS::Batch::JobDefinition",
    "AWS::ECS::TaskDefinition",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Version",
];

/// A place within the properties of a resource, and what is known about it.
#[derive(Clone)]
pub(super) struct Spot<'a> {
    path: String,
    /// The last name on the path.
    name: String,
    facts: Option<&'a ResourceType>,
    ty: Option<&'a Type>,
    pub mark: Replacement,
    is_cosmetic: bool,
    is_hidden: bool,
    /// True where a change interrupts what is served.
    interrupts: bool,
}

impl<'a> Spot<'a> {
    /// Outside of the properties of a resource: nothing replaces anything.
    pub(super) fn plain(path: &str, is_cosmetic: bool) -> Self {
        Self {
            path: path.to_owned(),
            name: path.to_owned(),
            facts: None,
            ty: None,
            mark: Replacement::Never,
            is_cosmetic,
            is_hidden: false,
            interrupts: false,
        }
    }

    /// A property of a resource. Of a type without facts everything may be.
    pub(super) fn property(facts: Option<&'a ResourceType>, name: &str) -> Self {
        let mark = if facts.is_some() { Replacement::Never } else { Replacement::Maybe };
        let root = Self { facts, mark, ..Self::plain("", false) };
        let property = facts.and_then(|facts| find(&facts.body.properties, name));
        let mut spot = root.at(name.to_owned(), name, property);
        let tags = facts.and_then(|facts| facts.tagging).map(|tagging| tagging.property);
        spot.is_cosmetic |= tags == Some(name) && spot.mark == Replacement::Never;
        spot.interrupts = facts.is_some_and(|facts| interrupts(facts.name, name));
        spot
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The same, with literal text hidden.
    pub(super) fn hide(mut self) -> Self {
        self.is_hidden = true;
        self
    }

    /// A field of the object here.
    pub(super) fn field(&self, name: &str) -> Self {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        let property = self.ty.and_then(|ty| self.property_of(ty, name));
        let mut field = self.at(path, name, property);
        if let (None, Some(Type::Map(map))) = (property, self.ty) {
            field.ty = Some(&map.value);
        }
        field
    }

    /// An item of the list here, by its place or its name.
    pub(super) fn item(&self, index: &str) -> Self {
        let ty = match self.ty {
            Some(Type::List(list)) => Some(&list.item),
            _ => None,
        };
        Self { path: format!("{}[{index}]", self.path), ty, ..self.clone() }
    }

    fn at(&self, path: String, name: &str, property: Option<&'a Property>) -> Self {
        let is_revision = self.facts.is_some_and(|facts| REVISIONS.contains(&facts.name));
        let known = property.filter(|_| !is_revision).map(|property| property.replacement);
        let mark = self.mark.max(known.unwrap_or(Replacement::Never));
        let is_write_only = property.is_some_and(|property| property.write_only);
        Self {
            name: name.to_owned(),
            path,
            facts: self.facts,
            ty: property.map(|property| &property.ty),
            mark,
            is_cosmetic: self.is_cosmetic || (is_cosmetic(name) && mark == Replacement::Never),
            interrupts: self.interrupts,
            is_hidden: self.is_hidden || (is_write_only && secret::is_kept_back(name)),
        }
    }

    fn property_of(&self, ty: &'a Type, name: &str) -> Option<&'a Property> {
        match ty {
            Type::Object(index) => find(&self.facts?.definitions.get(*index)?.body.properties, name),
            Type::Union(types) => types.iter().find_map(|ty| self.property_of(ty, name)),
            _ => None,
        }
    }

    fn is_ordered(&self) -> bool {
        !matches!(self.ty, Some(Type::List(list)) if !list.ordered)
    }

    fn change(&self, before: Option<&Value>, after: Option<&Value>) -> Change {
        let shown = |value: &Value| {
            if self.is_hidden { secret::hidden(value) } else { secret::redacted(&self.name, value) }
        };
        let grade = match Grade::of_mark(self.mark) {
            _ if self.is_cosmetic => Grade::Cosmetic,
            Grade::InPlace if self.interrupts => Grade::Interrupts,
            grade => grade,
        };
        Change {
            path: self.path.clone(),
            before: before.map(shown),
            after: after.map(shown),
            grade,
            follows: None,
        }
    }
}

/// Adds all differences of two values. Where they differ there is at least one.
pub(super) fn compare(spot: &Spot<'_>, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Change>) {
    let (Some(before), Some(after)) = (old, new) else {
        if old.is_some() || new.is_some() {
            found.push(spot.change(old, new));
        }
        return;
    };
    if before == after {
        return;
    }
    let known = found.len();
    match (before, after) {
        (Value::Object(old), Value::Object(new)) if !is_intrinsic(before) && !is_intrinsic(after) => {
            objects(spot, old, new, found);
        }
        (Value::Array(old), Value::Array(new)) => lists(spot, old, new, found),
        _ => {}
    }
    if found.len() == known {
        found.push(spot.change(old, new));
    }
}

fn objects(spot: &Spot<'_>, old: &Map<String, Value>, new: &Map<String, Value>, found: &mut Vec<Change>) {
    // `{"Name": "DB_PASSWORD", "Value": …}`
    let label = |fields: &Map<String, Value>| {
        let name = ["Name", "Key"].into_iter().find_map(|key| fields.get(key)?.as_str());
        name.is_some_and(secret::is_secret)
    };
    let is_secret = label(old) || label(new);
    let names: SortedSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let field = spot.field(name);
        let field = if is_secret && name == "Value" { field.hide() } else { field };
        compare(&field, old.get(name), new.get(name), found);
    }
}

fn lists(spot: &Spot<'_>, old: &[Value], new: &[Value], found: &mut Vec<Change>) {
    if let Some(name) = NAMES.iter().find(|name| is_name(name, old) && is_name(name, new)) {
        let named = |items: &'_ [Value], id: &str| items.iter().find(|item| item[*name] == id).cloned();
        let known = found.len();
        let ids: Vec<&str> = old.iter().chain(new).filter_map(|item| item[*name].as_str()).collect();
        for (index, id) in ids.iter().enumerate() {
            if !ids[..index].contains(id) {
                compare(&spot.item(id), named(old, id).as_ref(), named(new, id).as_ref(), found);
            }
        }
        if found.len() == known && !spot.is_ordered() {
            order(spot, old, new, found);
        }
        return;
    }
    let (gone, come) = rest(old, new, spot.is_ordered());
    if gone.is_empty() && come.is_empty() {
        order(spot, old, new, found);
    } else if gone.len() == come.len() {
        for ((place, before), (_, after)) in gone.iter().zip(&come) {
            compare(&spot.item(&place.to_string()), Some(before), Some(after), found);
        }
    } else {
        let removed = gone.iter().map(|(place, item)| (place, Some(*item), None));
        for (place, before, after) in
            removed.chain(come.iter().map(|(place, item)| (place, None, Some(*item))))
        {
            found.push(spot.item(&place.to_string()).change(before, after));
        }
    }
}

/// Says that only the order differs, of what has none.
fn order(spot: &Spot<'_>, old: &[Value], new: &[Value], found: &mut Vec<Change>) {
    let [before, after] = [old, new].map(|items| Value::Array(items.to_vec()));
    let spot = Spot { is_cosmetic: true, ..spot.clone() };
    found.push(spot.change(Some(&before), Some(&after)));
}

type Items<'v> = Vec<(usize, &'v Value)>;

/// What is in one list only, with its place. In an ordered list, what stands between the parts that are alike at both ends.
fn rest<'v>(old: &'v [Value], new: &'v [Value], is_ordered: bool) -> (Items<'v>, Items<'v>) {
    let (mut gone, mut come): (Items<'_>, Items<'_>) =
        (old.iter().enumerate().collect(), new.iter().enumerate().collect());
    if is_ordered {
        let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        let end = old[start..]
            .iter()
            .rev()
            .zip(new[start..].iter().rev())
            .take_while(|(old, new)| old == new)
            .count();
        gone = gone[start..old.len() - end].to_vec();
        come = come[start..new.len() - end].to_vec();
    } else {
        gone.retain(|(_, item)| match come.iter().position(|(_, other)| other == item) {
            Some(place) => {
                come.remove(place);
                false
            }
            None => true,
        });
    }
    (gone, come)
}

/// True where every item has a text of that name, and each another one.
fn is_name(name: &str, items: &[Value]) -> bool {
    let names: Vec<Option<&str>> = items.iter().map(|item| item.get(name)?.as_str()).collect();
    names.iter().enumerate().all(|(index, name)| name.is_some() && !names[..index].contains(name))
}

fn find<'a>(properties: &'a [Property], name: &str) -> Option<&'a Property> {
    properties.iter().find(|property| property.name == name)
}

fn is_cosmetic(name: &str) -> bool {
    name == "Tags" || name.ends_with("Description") || name == "Comment"
}
