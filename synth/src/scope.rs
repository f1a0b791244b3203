//! A place in the app to add things to: a stack, or the inside of a construct.

use std::panic::Location;

use formwork_assembly::{AssetSource, Diagnostic, code};

use crate::{
    asset_home,
    condition::{Condition, ConditionRef},
    construct::Construct,
    expr::{Expr, Str},
    gate::GateSpec,
    graph::{Element, Graph, NodeId, PlacedGate},
    include::{Included, include},
    intent::{Connect, Grant, Intent, Listen, Principal, Wire},
    mapping::{Mapping, MappingRef},
    net::Ports,
    output::Output,
    parameter::Parameter,
    resource::{Handle, RawResource, Resource},
    rule::Rule,
    site::SiteFiles,
    stack::Stack,
    stage::Stage,
    template::Template,
    value::{IntoValue, Text, Value},
};

/// A stack or the inside of a construct, open to be added to.
///
/// [`add`](Self::add) is the one verb for parts; [`connect`](Self::connect), [`grant`](Self::grant) and [`output`](Self::output) are the
/// verbs for the wires between them.
///
/// ```
/// use formwork_synth::{App, RawResource, Stage};
///
/// let mut app = App::new("shop", &Stage::new("dev"));
/// let mut shop = app.stack("Shop");
/// shop.tag("team", "web");
/// let alerts = shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
/// let mut audit = shop.group("Audit");
/// audit.add("Trail", RawResource::new("AWS::SNS::Topic"));
/// assert_eq!(audit.path(), "Shop/Audit");
/// shop.output("Name", alerts.attribute("TopicName"));
/// # assert!(formwork_synth::testing::render(app).contains("AuditTrail"));
/// ```
// `Scope` must never implement `Drop`: a second stack could then not be opened while the first is still in scope.
#[derive(Debug)]
pub struct Scope<'app> {
    graph: &'app mut Graph,
    node: NodeId,
    by_user: bool,
}

impl<'app> Scope<'app> {
    pub(crate) fn new(graph: &'app mut Graph, node: NodeId, by_user: bool) -> Self {
        Self { graph, node, by_user }
    }

    // Parts.

    /// Adds a construct or resource under an id that no sibling has, and returns its handle.
    #[track_caller]
    pub fn add<C: Construct>(&mut self, id: impl Into<String>, spec: C) -> C::Handle {
        let mut inside = self.inside(id.into());
        spec.build(&mut inside)
    }

    /// Builds a construct at this very place rather than below it: the resource that *is* this construct, with its path and logical id.
    #[track_caller]
    pub fn in_place<C: Construct>(&mut self, spec: C) -> C::Handle {
        spec.build(self)
    }

    /// Opens a scope below this one: a group of parts whose ids begin with its own.
    #[track_caller]
    pub fn group(&mut self, id: impl Into<String>) -> Scope<'_> {
        let node = self.insert(id.into(), Element::Group);
        Scope::new(self.graph, node, self.by_user)
    }

    /// Opens another stack of the app from inside this one, for parts that must lie in another region. It is named after this place.
    #[track_caller]
    pub fn stack_beside(&mut self, id: impl Into<String>, stack: Stack) -> Scope<'_> {
        let id = format!("{}-{}", self.graph.path(self.node).replace('/', "-"), id.into());
        let element = Element::Stack(Box::new(stack));
        let root = self.graph.root();
        let node = self.graph.insert(root, id, Location::caller(), self.by_user, element);
        Scope::new(self.graph, node, false)
    }

    /// Opens the place for parts that must lie in one particular region: right here where this stack lies there, else a group named after this
    /// place, in a stack of that id that all of the app share.
    ///
    /// Parts that others wait for and parts that wait for others belong into two stacks, or the stacks would need each other.
    pub fn in_region(&mut self, region: &str, stack: &str) -> Scope<'_> {
        let here = self.graph.stack_of(self.node).and_then(|stack| self.graph.region_of(stack));
        if here == Some(region) {
            return Scope::new(self.graph, self.node, self.by_user);
        }
        let (root, path) = (self.graph.root(), self.graph.path(self.node).replace('/', "-"));
        // The line of the user's code that brought this about is where a finding in there belongs.
        let at = self.graph.line_of(self.node, self.graph.node(self.node).at, self.by_user);
        let shared =
            self.graph.child(root, stack).filter(|known| self.graph.region_of(*known) == Some(region));
        let shared = shared.unwrap_or_else(|| {
            let element = Element::Stack(Box::new(Stack::new().region(region)));
            self.graph.insert(root, stack.to_owned(), at, true, element)
        });
        let group = self.graph.child(shared, &path);
        let group = group.unwrap_or_else(|| self.graph.insert(shared, path, at, true, Element::Group));
        Scope::new(self.graph, group, false)
    }

    /// Adds all that is in an existing template, under the logical ids that it has there, and returns handles of it.
    ///
    /// What the template refers to by name goes on to mean the same. A logical id that the stack has already is reported. Of its
    /// descriptions the stack keeps its own, else the first; transforms add up.
    #[track_caller]
    pub fn include(&mut self, id: impl Into<String>, template: Template) -> Included {
        let node = self.insert(id.into(), Element::Group);
        include(self.graph, node, template, Location::caller())
    }

    /// Changes a resource after it was added: the typed way to what a construct does not offer.
    pub fn modify<H>(&mut self, handle: &H, change: impl FnOnce(H::Resource) -> H::Resource)
    where
        H: Handle,
        H::Resource: Resource,
    {
        self.modify_raw(handle, |raw| {
            let taken = std::mem::replace(raw, RawResource::new(""));
            *raw = change(H::Resource::from_raw(taken)).into_raw();
        });
    }

    /// Changes a resource of any type after it was added.
    pub fn modify_raw(&mut self, handle: &impl Handle, change: impl FnOnce(&mut RawResource)) {
        match &mut self.graph.node_mut(handle.id()).element {
            Element::Resource(raw) => change(raw),
            _ => {
                let message = "what is to be modified is no resource of this app";
                let diagnostic = Diagnostic::error(&code::DANGLING_REFERENCE, message)
                    .help("use handles only in the app that made them");
                self.report(diagnostic);
            }
        }
    }

    // Wires.

    /// Lets `from` connect to `to`, on the ports that `to` listens on. The rules lie in this stack.
    #[track_caller]
    pub fn connect(&mut self, from: &impl Connect, to: &impl Listen) {
        let wire = Wire::Connection { from: from.peer(), to: to.peer(), ports: to.ports() };
        self.record(wire);
    }

    /// Lets `from` connect to `to` on a port or a range of ports.
    #[track_caller]
    pub fn connect_on(&mut self, from: &impl Connect, to: &impl Connect, ports: impl Into<Ports>) {
        let wire = Wire::Connection { from: from.peer(), to: to.peer(), ports: vec![ports.into()] };
        self.record(wire);
    }

    /// Grants something to a principal: `shop.grant(&api, orders.read_write())`. The policy lies in this stack.
    #[track_caller]
    pub fn grant(&mut self, to: &impl Principal, grant: Grant) {
        self.record(Wire::Grant { role: to.role(), grant });
    }

    /// Adds an output. The reference that is returned takes a description, an export name and a condition.
    #[track_caller]
    pub fn output(&mut self, id: impl Into<String>, value: impl IntoValue<String>) -> &mut Output {
        let output = Element::Output(Box::new(Output::new(value.into_expr())));
        let node = self.insert(id.into(), output);
        match &mut self.graph.node_mut(node).element {
            Element::Output(output) => output,
            _ => unreachable!("the element was made an output above"),
        }
    }

    // What is decided at deployment.

    /// Adds a template parameter and returns its value.
    #[track_caller]
    pub fn parameter<T>(&mut self, id: impl Into<String>, parameter: Parameter<T>) -> Value<T> {
        let node = self.insert(id.into(), Element::Parameter(Box::new(parameter.into_spec())));
        Value::from_expr(Expr::Ref(node))
    }

    /// Adds a condition.
    #[track_caller]
    pub fn condition(&mut self, id: impl Into<String>, condition: Condition) -> ConditionRef {
        ConditionRef(self.insert(id.into(), Element::Condition(Box::new(condition))))
    }

    /// Adds a mapping.
    #[track_caller]
    pub fn mapping(&mut self, id: impl Into<String>, mapping: Mapping) -> MappingRef {
        MappingRef(self.insert(id.into(), Element::Mapping(Box::new(mapping))))
    }

    /// Adds a rule about parameters.
    #[track_caller]
    pub fn rule(&mut self, id: impl Into<String>, rule: Rule) {
        self.insert(id.into(), Element::Rule(Box::new(rule)));
    }

    // What else belongs to a place.

    /// Adds something to publish before the stack is deployed, and returns its content hash, known once its files were read.
    #[track_caller]
    pub fn asset(&mut self, id: impl Into<String>, source: AssetSource) -> Text {
        let node = self.insert(id.into(), Element::Asset(Box::new(source)));
        Text::from_expr(Expr::AssetHash(node))
    }

    /// The bucket that files and zipped directories are published to: files as `HASH.ending`, directories as `HASH.zip`.
    pub fn asset_bucket(&self) -> Text {
        asset_home::bucket(&self.graph.stage)
    }

    /// The repository that images are published to, with their hash as the tag.
    pub fn asset_repository(&self) -> Text {
        asset_home::repository(&self.graph.stage)
    }

    /// Records files that are uploaded to a bucket once its stack is deployed.
    #[track_caller]
    pub fn site(&mut self, id: impl Into<String>, files: SiteFiles) {
        self.insert(id.into(), Element::Site(Box::new(files)));
    }

    /// Records that the deployments of a service wait at a stage, and what for. `deploy` finds it in the assembly.
    pub fn gate(&mut self, service: &impl Handle, gate: GateSpec) {
        self.graph.gates.push(PlacedGate { scope: self.node, service: service.id(), gate });
    }

    /// Tags every resource in this scope that can carry tags. A tag set further in, or on the resource itself, wins.
    pub fn tag(&mut self, key: impl Into<Str>, value: impl Into<Str>) {
        self.graph.node_mut(self.node).tags.insert(key.into(), value.into());
    }

    /// Reports a finding about this construct; an error stops synthesis once everything else was checked too.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.graph.report(self.node, diagnostic);
    }

    /// The stage that is synthesized.
    pub fn stage(&self) -> &Stage {
        &self.graph.stage
    }

    /// The region that the stack is deployed to, where it is known: the stack's own, or else the stage's.
    pub fn region(&self) -> Option<&str> {
        let stack = self.graph.stack_of(self.node).map(|stack| &self.graph.node(stack).element);
        let own = match stack {
            Some(Element::Stack(stack)) => stack.region.as_deref(),
            _ => None,
        };
        own.or(self.graph.stage.region.as_deref())
    }

    /// The region of the stack that a value comes from, where it is known: that of the first resource it names.
    pub fn region_of(&self, value: &Expr) -> Option<&str> {
        let stack = value.nodes().first().and_then(|node| self.graph.stack_of(*node));
        stack.and_then(|stack| self.graph.region_of(stack))
    }

    /// The path of what a value comes from: that of the first resource it names.
    pub fn path_of(&self, value: &Expr) -> Option<String> {
        value.nodes().first().filter(|node| self.graph.owns(**node)).map(|node| self.graph.path(*node))
    }

    /// True where a resource lies in this stack.
    pub fn is_in_stack(&self, resource: &impl Handle) -> bool {
        self.graph.stack_of(resource.id()) == self.graph.stack_of(self.node)
    }

    /// The name of the app.
    pub fn app_name(&self) -> &str {
        &self.graph.app
    }

    /// The node of this scope: what handles name.
    pub fn id(&self) -> NodeId {
        self.node
    }

    /// The ids from the stack down to here, with `/` between them.
    pub fn path(&self) -> String {
        self.graph.path(self.node)
    }

    /// Opens the inside of a construct.
    #[track_caller]
    fn inside(&mut self, id: String) -> Scope<'_> {
        let node = self.insert(id, Element::Group);
        Scope::new(self.graph, node, false)
    }

    #[track_caller]
    fn insert(&mut self, id: String, element: Element) -> NodeId {
        self.graph.insert(self.node, id, Location::caller(), self.by_user, element)
    }

    #[track_caller]
    fn record(&mut self, wire: Wire) {
        let intent = Intent { scope: self.node, at: Location::caller(), by_user: self.by_user, wire };
        self.graph.intents.push(intent);
    }

    /// Makes the node of this scope the resource. A second one at the same place is reported.
    pub(crate) fn occupy(&mut self, resource: RawResource) -> NodeId {
        let taken = !matches!(self.graph.node(self.node).element, Element::Group);
        if taken {
            let message = format!("`{}` already is a resource or stack", self.path());
            let diagnostic =
                Diagnostic::error(&code::OCCUPIED, message).help("add the second one under an id of its own");
            self.report(diagnostic);
        } else {
            self.graph.node_mut(self.node).element = Element::Resource(Box::new(resource));
        }
        self.node
    }
}
