//! Templates from elsewhere inside an app: all that is in one keeps its logical id and its text, and gets a handle.

use std::panic::Location;

use formwork_assembly::{Diagnostic, SortedMap, code};

use crate::{
    condition::ConditionRef,
    expr::{Expr, Object, Str},
    graph::{Element, Graph, NodeId},
    mapping::MappingRef,
    resource::{Handle, RawHandle, RawResource, Resource},
    template::{Template, TemplateResource},
    value::Value,
};

/// What is in a template that was added by [`Scope::include`](crate::Scope::include), by logical id.
///
/// ```
/// use formwork_synth::{App, RawResource, Stage, Template};
///
/// let text = r#"{ "Resources": { "Alerts": { "Type": "AWS::SNS::Topic" } } }"#;
/// let template: Template = text.parse().expect("is JSON");
///
/// let mut app = App::new("shop", &Stage::new("dev"));
/// let mut shop = app.stack("Shop");
/// let old = shop.include("Old", template);
/// let alerts = old.raw_resource("Alerts").expect("is in the template");
/// shop.add("Copy", RawResource::new("AWS::SNS::Topic").property_expr("DisplayName", alerts.attribute("TopicName")));
/// ```
#[derive(Clone, Debug)]
pub struct Included {
    resources: SortedMap<Str, (NodeId, Str)>,
    entries: SortedMap<(Section, Str), NodeId>,
}

/// An entry of a section of an included template, as it stands there.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) section: Section,
    /// The key, which is its logical id.
    pub(crate) name: Str,
    pub(crate) value: Expr,
}

/// A section whose entries have names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Parameters,
    Rules,
    Mappings,
    Conditions,
    /// What is no resource there: a loop, an include.
    Resources,
    Outputs,
}

impl Included {
    /// The resource with that logical id, if there is one and it is of the type of the handle: `old.resource::<BucketRef>("Uploads")`.
    pub fn resource<H>(&self, logical_id: &str) -> Option<H>
    where
        H: Handle,
        H::Resource: Resource,
    {
        let (node, type_name) = self.resources.get(logical_id)?;
        (type_name == H::Resource::TYPE).then(|| H::from_id(*node))
    }

    /// The resource with that logical id, of whatever type.
    pub fn raw_resource(&self, logical_id: &str) -> Option<RawHandle> {
        self.resources.get(logical_id).map(|(node, _)| RawHandle::from_id(*node))
    }

    /// The logical ids and types of all resources.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.resources.iter().map(|(logical_id, (_, type_name))| (&**logical_id, &**type_name))
    }

    /// The value of the parameter of that name. Its type is the caller's word.
    pub fn parameter<T>(&self, name: &str) -> Option<Value<T>> {
        self.entry(Section::Parameters, name).map(|node| Value::from_expr(Expr::Ref(node)))
    }

    /// The condition of that name.
    pub fn condition(&self, name: &str) -> Option<ConditionRef> {
        self.entry(Section::Conditions, name).map(ConditionRef)
    }

    /// The mapping of that name.
    pub fn mapping(&self, name: &str) -> Option<MappingRef> {
        self.entry(Section::Mappings, name).map(MappingRef)
    }

    fn entry(&self, section: Section, name: &str) -> Option<NodeId> {
        self.entries.get(&(section, name.to_owned().into())).copied()
    }
}

impl Section {
    /// Those that may stand beside the resources.
    const BESIDE: [Self; 5] =
        [Self::Parameters, Self::Rules, Self::Mappings, Self::Conditions, Self::Outputs];

    /// Its key in the template.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Parameters => "Parameters",
            Self::Rules => "Rules",
            Self::Mappings => "Mappings",
            Self::Conditions => "Conditions",
            Self::Resources => "Resources",
            Self::Outputs => "Outputs",
        }
    }
}

/// Adds all that is in a template below a node.
pub(crate) fn include(
    graph: &mut Graph,
    parent: NodeId,
    template: Template,
    at: &'static Location<'static>,
) -> Included {
    let mut include = Include {
        graph,
        parent,
        at,
        included: Included { resources: SortedMap::new(), entries: SortedMap::new() },
    };
    let Template { mut sections, resources } = template;
    for section in Section::BESIDE {
        if let Some(value) = sections.remove(section.name()) {
            include.section(section, value);
        }
    }
    for resource in resources {
        include.resource(resource);
    }
    for (name, value) in sections {
        match &*name {
            "Resources" if value.as_object().is_some_and(Object::is_empty) => {}
            // No section at all, or resources without names.
            "" | "Resources" => include.report_section("Resources"),
            _ => include.beside(name, value),
        }
    }
    include.included
}

/// One template on its way into the graph.
struct Include<'g> {
    graph: &'g mut Graph,
    parent: NodeId,
    at: &'static Location<'static>,
    included: Included,
}

impl Include<'_> {
    fn section(&mut self, section: Section, value: Expr) {
        match value {
            Expr::Map(entries) | Expr::Object(entries) if entries.is_empty() => {
                self.beside(section.name().into(), Expr::Map(entries));
            }
            Expr::Map(entries) | Expr::Object(entries) => {
                for (name, value) in entries {
                    self.entry(Entry { section, name, value });
                }
            }
            // An object with one key that reads as a function.
            Expr::Call(call) => self.entry(Entry { section, name: call.name, value: call.argument }),
            _ => self.report_section(section.name()),
        }
    }

    fn entry(&mut self, entry: Entry) {
        let key = (entry.section, entry.name.clone());
        // A parameter may have the name of an output: the section is part of the path.
        let id = format!("{}.{}", entry.section.name(), entry.name);
        let node = self.graph.attach(self.parent, id, self.at, false, Element::Entry(Box::new(entry)));
        self.included.entries.insert(key, node);
    }

    fn resource(&mut self, resource: TemplateResource) {
        let TemplateResource { logical_id, body, .. } = resource;
        let mut raw = match self.raw(body) {
            Ok(raw) => raw,
            Err(value) => return self.entry(Entry { section: Section::Resources, name: logical_id, value }),
        };
        let (id, type_name) = (logical_id.to_string(), raw.type_name().to_owned().into());
        raw.options.logical_id = Some(id.clone());
        let element = Element::Resource(Box::new(raw));
        let node = self.graph.attach(self.parent, id, self.at, false, element);
        self.included.resources.insert(logical_id, (node, type_name));
    }

    /// The resource with all that can be changed after it was added; what is no resource comes back as it is.
    fn raw(&self, body: Expr) -> Result<RawResource, Expr> {
        let (type_name, mut rest) = match body {
            Expr::Map(body) | Expr::Object(body) => match body.get("Type") {
                Some(Expr::Text(type_name)) => (type_name.clone(), body),
                _ => return Err(Expr::Map(body)),
            },
            other => return Err(other),
        };
        let mut raw = RawResource::new(type_name);
        rest.remove("Type");
        match rest.remove("Properties") {
            Some(Expr::Map(properties) | Expr::Object(properties)) if !properties.is_empty() => {
                raw.properties = properties;
            }
            // One property, or a transform, that reads as a function.
            Some(Expr::Call(call)) => raw.properties.set(call.name, call.argument),
            Some(other) => rest.set("Properties", other),
            None => {}
        }
        raw.options.condition = rest
            .get("Condition")
            .and_then(|name| self.included.condition(name.as_text()?))
            .map(|condition| condition.0);
        raw.rest = rest;
        Ok(raw)
    }

    /// What the template says beside its entries, the stack says from now on.
    fn beside(&mut self, name: Str, value: Expr) {
        let Some(stack) = self.graph.stack_of(self.parent) else { return };
        let Element::Stack(stack) = &mut self.graph.node_mut(stack).element else { return };
        let Some(known) = stack.included.get_mut(&name) else { return stack.included.set(name, value) };
        match (&*name, &mut *known, value) {
            (_, known, value) if *known == value => {}
            // A stack has one description, and the first is as good as any.
            ("Description", ..) => {}
            ("Transform", _, value) => *known = union(std::mem::take(known), value),
            (_, Expr::Map(known), Expr::Map(fields)) if agree(known, &fields) => known.add(fields),
            _ => {
                let message = format!("two included templates say different things under `{name}`");
                let diagnostic = Diagnostic::error(&code::LOGICAL_ID_CLASH, message)
                    .help("include them in different stacks, or take it out of one of them");
                self.graph.report(self.parent, diagnostic);
            }
        }
    }

    fn report_section(&mut self, name: &str) {
        let message = format!("the section `{name}` of the included template is no object");
        let diagnostic =
            Diagnostic::error(&code::BAD_SECTION, message).help("its entries have names: `{\"Name\": …}`");
        self.graph.report(self.parent, diagnostic);
    }
}

/// True where no field of both has two values.
fn agree(one: &Object, other: &Object) -> bool {
    other.iter().all(|(key, value)| one.get(key).is_none_or(|known| known == value))
}

/// What one or both of two lists hold, each once.
pub(crate) fn union(one: Expr, other: Expr) -> Expr {
    let items = |expr| match expr {
        Expr::List(items) => items,
        one => vec![one],
    };
    let mut all = items(one);
    for item in items(other) {
        if !all.contains(&item) {
            all.push(item);
        }
    }
    Expr::List(all)
}
