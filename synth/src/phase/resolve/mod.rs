//! Resolve: every reference becomes `Ref`, `Fn::GetAtt` or a cross-stack reference; stacks get their names, tags, assets and order.

mod assets;
mod cost;
mod expr;
mod names;
mod order;
mod overrides;
mod reference;
mod site;
mod sub;
mod tags;

use std::collections::BTreeMap;

use formwork_assembly::{
    Asset, AssetHasher, Bootstrap, Diagnostic, Gate, Place, Site, SortedMap, SortedSet, sort_by,
};

use crate::{
    expr::{Expr, Object, Str},
    graph::{Element, Graph, NodeId, PlacedGate},
    include::{Section, union},
    node_map::NodeMap,
    output::Output,
    phase::validate::Facts,
    resource::{ACCEPTED, DeletionPolicy, Options, Override, RawResource},
    stack::Stack,
    template::{Provenance, Template, TemplateResource},
};
use names::Names;
use order::Dependencies;
use tags::Inherited;

pub(super) use reference::foreign;

/// An app without references into its graph.
pub(super) struct Resolved {
    pub(super) app: String,
    pub(super) stage: String,
    pub(super) bootstrap: Option<Bootstrap>,
    pub(super) protected: bool,
    pub(super) stacks: Vec<ResolvedStack>,
    pub(super) assets: Vec<Asset>,
    pub(super) sites: Vec<Site>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A stack whose template is complete.
pub(super) struct ResolvedStack {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
    pub(super) template: Template,
    pub(super) tags: Vec<(String, String)>,
    pub(super) termination_protection: bool,
    pub(super) dependencies: Vec<String>,
    pub(super) assets: Vec<String>,
    pub(super) gates: Vec<Gate>,
    pub(super) secure_strings: BTreeMap<String, String>,
    pub(super) at: Place,
}

/// Resolves every stack of the app.
pub(super) fn resolve(mut graph: Graph, hasher: &dyn AssetHasher, facts: &mut Facts) -> Resolved {
    let mut diagnostics = std::mem::take(&mut graph.diagnostics);
    let names = Names::new(&graph, &mut diagnostics);
    let (hashes, assets) = assets::hash(&graph, hasher, &mut diagnostics);
    let stacks = graph.node(graph.root()).children.clone();
    let inherited = vec![None; graph.nodes.len()];
    let mut resolver = Resolver {
        graph,
        facts,
        names,
        hashes,
        exports: NodeMap::new(),
        dependencies: Dependencies::default(),
        inherited,
        used_hashes: SortedSet::new(),
        neighbours: Vec::new(),
        sites: Vec::new(),
        diagnostics,
    };
    resolver.check_cost_tags();
    // What outlives the templates comes first and lies together: the memory of the templates is free for their texts later.
    let origins: Vec<Origins> = stacks.iter().map(|id| resolver.origins(*id)).collect();
    let stacks = stacks.into_iter().zip(origins);
    let mut resolved: Vec<(NodeId, ResolvedStack)> =
        stacks.filter_map(|(id, origins)| resolver.stack(id, origins)).collect();
    for (id, stack) in &mut resolved {
        resolver.add_exports(*id, &mut stack.template);
    }
    let stacks = resolver.order(resolved);
    let protected = resolver.graph.stage.is_protected();
    Resolved {
        app: resolver.graph.app,
        stage: resolver.graph.stage.name,
        protected,
        bootstrap: resolver.graph.stage.bootstrap,
        stacks,
        assets,
        sites: resolver.sites,
        diagnostics: resolver.diagnostics,
    }
}

/// What is known while stacks are resolved one after the other.
struct Resolver<'f> {
    graph: Graph,
    facts: &'f mut Facts,
    names: Names,
    hashes: NodeMap<String>,
    /// The outputs that other stacks need, by stack and output id: the resource or parameter, or an attribute of it.
    exports: NodeMap<SortedMap<String, (NodeId, Option<Str>)>>,
    dependencies: Dependencies,
    inherited: Inherited,
    /// The asset hashes that the current stack names.
    used_hashes: SortedSet<String>,
    /// The resources of the same stack that the current resource refers to, each as often as it does.
    neighbours: Vec<NodeId>,
    sites: Vec<Site>,
    diagnostics: Vec<Diagnostic>,
}

/// The resources of a stack in their order: their logical ids, and where they come from.
type Origins = Vec<(Str, Provenance)>;

/// The sections of a template while it is filled, in the order in which they are written.
const SECTIONS: [&str; 5] = ["Parameters", "Rules", "Mappings", "Conditions", "Outputs"];

impl Resolver<'_> {
    fn stack(&mut self, id: NodeId, origins: Origins) -> Option<(NodeId, ResolvedStack)> {
        let Element::Stack(settings) = std::mem::take(&mut self.graph.node_mut(id).element) else {
            return None;
        };
        let mut sections = SECTIONS.map(|name| (name, Object::new()));
        let mut fill = |section: &str, name: String, value: Expr| {
            if let Some((_, entries)) = sections.iter_mut().find(|(known, _)| *known == section) {
                entries.set(name, value);
            }
        };
        let mut bodies = Vec::with_capacity(origins.len());
        let mut secure_strings = BTreeMap::new();
        for node in self.graph.descendants(id) {
            let logical_id = || self.names.logical_id(node).to_owned();
            match std::mem::take(&mut self.graph.node_mut(node).element) {
                Element::Group | Element::Stack(_) | Element::Asset(_) => {}
                Element::Site(site) => self.site(node, *site),
                Element::Resource(raw) => bodies.push(self.resource(node, *raw)),
                Element::Parameter(spec) => {
                    let logical_id = logical_id();
                    let secure = spec.secure_string.map(|name| (logical_id.clone(), name.into_owned()));
                    secure_strings.extend(secure);
                    fill("Parameters", logical_id, Expr::Map(spec.body));
                }
                Element::Condition(condition) => {
                    fill("Conditions", logical_id(), self.expr(node, condition.into_expr()))
                }
                Element::Mapping(mapping) => fill("Mappings", logical_id(), Expr::Map(mapping.0)),
                Element::Rule(rule) => fill("Rules", logical_id(), self.expr(node, rule.into_expr())),
                Element::Output(output) => fill("Outputs", logical_id(), self.output(node, *output)),
                Element::Entry(entry) => match entry.section {
                    Section::Resources => bodies.push(entry.value),
                    section => fill(section.name(), logical_id(), entry.value),
                },
            }
        }
        let resources = origins.into_iter().zip(bodies);
        let resources = resources.map(|((logical_id, origin), body)| TemplateResource {
            logical_id,
            body,
            origin: Some(origin),
        });
        let resources = resources.collect();
        let template = Template { sections: header(&settings, self.cost_note(), sections), resources };
        let stack = ResolvedStack {
            id: self.graph.node(id).id.clone(),
            name: self.names.stack_name(id).to_owned(),
            account: self.graph.stage.account.clone(),
            region: self.names.region(id).map(str::to_owned),
            template,
            tags: self.stack_tags(id),
            termination_protection: settings.termination_protection || self.graph.stage.is_protected(),
            dependencies: Vec::new(),
            assets: std::mem::take(&mut self.used_hashes).into_iter().collect(),
            gates: self.gates(id),
            secure_strings,
            at: self.graph.place(id),
        };
        Some((id, stack))
    }

    /// The gates of the services in a stack, by service and stage.
    fn gates(&self, stack: NodeId) -> Vec<Gate> {
        let here = self.graph.gates.iter().filter(|gate| self.names.stack(gate.service) == Some(stack));
        let mut gates: Vec<Gate> = here
            .map(|PlacedGate { scope, service, gate }| {
                let name = |node| self.names.logical_id(node).to_owned();
                gate.clone().named(self.graph.path(*scope), name(*service), name)
            })
            .collect();
        sort_by(&mut gates, |one, other| (&one.service, one.stage).cmp(&(&other.service, other.stage)));
        gates
    }

    /// All that stands behind the logical id of a resource.
    fn resource(&mut self, node: NodeId, raw: RawResource) -> Expr {
        self.neighbours.clear();
        let RawResource { type_name, mut properties, options, rest } = raw;
        self.fields(node, &mut properties);
        self.tag(node, &type_name, &mut properties);
        properties.sort();
        let mut body = Object::with_capacity(2);
        body.set("Type", Expr::Text(type_name));
        let overrides = match options.into_any() {
            Some(options) => self.options(node, options, &mut body),
            None => Vec::new(),
        };
        if !properties.is_empty() {
            body.set("Properties", Expr::Object(properties));
        }
        for (name, value) in rest {
            match (&*name, body.get_mut(&name), value) {
                ("DependsOn", Some(known), value) => *known = union(value, std::mem::take(known)),
                ("Metadata", Some(Expr::Map(known)), Expr::Map(fields)) => known.add(fields),
                (_, Some(_), _) => {}
                (_, None, value) => body.set(name, value),
            }
        }
        let mut body = Expr::Map(body);
        for change in overrides {
            if let Err(problem) = overrides::apply(&mut body, change) {
                self.report(node, problem);
            }
        }
        self.check_cost_tags_of(node, &body);
        body
    }

    /// Writes what stands between the type of a resource and its properties. What is to be overridden comes back.
    fn options(&mut self, node: NodeId, mut options: Options, body: &mut Object) -> Vec<Override> {
        options.note_acceptances();
        if let Some(condition) = options.condition {
            body.set("Condition", self.expr(node, Expr::LogicalId(condition)));
        }
        let depends_on = self.depends_on(node, &options);
        if !depends_on.is_empty() {
            body.set("DependsOn", Expr::List(depends_on.into_iter().map(Expr::text).collect()));
        }
        let policy = |policy: DeletionPolicy| Expr::text(format!("{policy:?}"));
        let metadata = Some(options.metadata).filter(|metadata| !metadata.is_empty());
        let parts = [
            ("DeletionPolicy", options.deletion_policy.map(policy)),
            ("UpdateReplacePolicy", options.update_replace_policy.map(policy)),
            ("CreationPolicy", options.creation_policy.map(|policy| self.expr(node, policy))),
            ("UpdatePolicy", options.update_policy.map(|policy| self.expr(node, policy))),
            ("Metadata", metadata.map(|metadata| self.expr(node, Expr::Map(metadata)))),
        ];
        for (name, value) in parts {
            if let Some(value) = value {
                body.set(name, value);
            }
        }
        options.overrides
    }

    /// The logical ids that a resource waits for, without those that its properties name anyway; an override may take those away.
    fn depends_on(&mut self, node: NodeId, options: &Options) -> SortedSet<String> {
        let mut wanted = options.depends_on.clone();
        for role in &options.after_grants_of {
            match self.graph.policies.get(*role) {
                Some(policies) => wanted.extend(policies),
                None if self.graph.owns(*role) => {}
                None => self.report_foreign(node),
            }
        }
        let mut logical_ids = SortedSet::new();
        if wanted.is_empty() {
            return logical_ids;
        }
        self.neighbours.sort_unstable();
        for other in wanted {
            if !self.graph.owns(other) {
                self.report_foreign(node);
            } else if self.names.stack(other) != self.names.stack(node) {
                self.depend(node, other);
            } else if other != node
                && (self.neighbours.binary_search(&other).is_err() || !options.overrides.is_empty())
            {
                logical_ids.insert(self.names.logical_id(other).to_owned());
            }
        }
        logical_ids
    }

    fn output(&mut self, node: NodeId, output: Output) -> Expr {
        let mut body = Object::new();
        if let Some(condition) = output.condition {
            body.set("Condition", self.expr(node, Expr::LogicalId(condition.0)));
        }
        if let Some(description) = output.description {
            body.set("Description", Expr::Text(description));
        }
        if let Some(export) = output.export {
            body.set("Export", Expr::Map(Object::from_iter([(Str::Borrowed("Name"), export)])));
        }
        body.set("Value", self.expr(node, output.value));
        Expr::Map(body)
    }

    /// The logical ids of the resources of a stack, and where each comes from.
    fn origins(&self, stack: NodeId) -> Origins {
        let origin = |node| {
            let accepted = match &self.graph.node(node).element {
                Element::Resource(raw) => raw.options.accepted.clone(),
                Element::Entry(entry) if entry.section == Section::Resources => Vec::new(),
                _ => return None,
            };
            let path = self.names.path(node).to_owned();
            let logical_id = self.names.logical_id(node).to_owned();
            Some((logical_id.into(), Provenance { path, at: self.graph.place(node), accepted }))
        };
        self.graph.descendants(stack).into_iter().filter_map(origin).collect()
    }

    /// Reports a finding about a node.
    fn report(&mut self, node: NodeId, diagnostic: Diagnostic) {
        let diagnostic = diagnostic.path(self.graph.path(node)).at(self.graph.place(node));
        self.diagnostics.push(diagnostic);
    }
}

/// The sections of a template beside its resources, in their order.
fn header(settings: &Stack, note: Option<Expr>, sections: [(&'static str, Object); 5]) -> Object {
    let mut header = Object::new();
    header.set("AWSTemplateFormatVersion", Expr::text("2010-09-09"));
    if let Some(description) = &settings.description {
        header.set("Description", Expr::Text(description.clone()));
    }
    let mut included = settings.included.clone();
    let own = match settings.transforms.as_slice() {
        [] => None,
        [one] => Some(Expr::Text(one.clone())),
        several => Some(Expr::List(several.iter().cloned().map(Expr::Text).collect())),
    };
    if let Some(transform) = match (own, included.remove("Transform")) {
        (Some(own), Some(theirs)) => Some(union(own, theirs)),
        (own, theirs) => own.or(theirs),
    } {
        header.set("Transform", transform);
    }
    header.add(included);
    if let Some(note) = note {
        let mut metadata = match header.remove("Metadata") {
            Some(Expr::Map(known) | Expr::Object(known)) => known,
            _ => Object::new(),
        };
        metadata.set(ACCEPTED, Expr::List(vec![note]));
        header.set("Metadata", Expr::Map(metadata));
    }
    for (name, section) in sections.into_iter().filter(|(_, section)| !section.is_empty()) {
        header.set(name, Expr::Map(section));
    }
    header
}
