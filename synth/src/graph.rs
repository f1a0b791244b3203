//! The arena beneath an app: nodes with ordered children, the places they were added at, and the intents between them.
//!
//! Nothing is resolved or checked here beyond the ids; that is the work of the phases.

use std::{
    panic::Location,
    sync::atomic::{AtomicU32, Ordering},
};

use formwork_assembly::{AssetSource, Diagnostic, Place, SortedMap, code};

use crate::{
    app::CostTags, condition::Condition, expr::Str, gate::GateSpec, include::Entry, intent::Intent,
    mapping::Mapping, node_map::NodeMap, output::Output, parameter::ParameterSpec, resource::RawResource,
    rule::Rule, site::SiteFiles, stack::Stack, stage::Stage,
};

/// The name of something in an app. It names nothing in any other app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    app: u32,
    index: u32,
}

/// Tells the apps of one process apart; the number never reaches an output.
static NEXT_APP: AtomicU32 = AtomicU32::new(0);

/// An app while it is described.
#[derive(Debug)]
pub(crate) struct Graph {
    number: u32,
    pub(crate) app: String,
    pub(crate) stage: Stage,
    pub(crate) cost_tags: CostTags,
    pub(crate) nodes: Vec<Node>,
    pub(crate) intents: Vec<Intent>,
    /// The policies that give a role of the app what was granted to it.
    pub(crate) policies: NodeMap<Vec<NodeId>>,
    pub(crate) gates: Vec<PlacedGate>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A gate of a service, and the construct that recorded it.
#[derive(Debug)]
pub(crate) struct PlacedGate {
    pub(crate) scope: NodeId,
    pub(crate) service: NodeId,
    pub(crate) gate: GateSpec,
}

/// One thing in an app.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) parent: Option<NodeId>,
    /// Sorted by id, so that no order of insertion can reach the output.
    pub(crate) children: Vec<NodeId>,
    pub(crate) at: &'static Location<'static>,
    /// True where the line is the user's, false where it lies inside a construct.
    pub(crate) by_user: bool,
    pub(crate) tags: SortedMap<Str, Str>,
    pub(crate) element: Element,
}

/// What a node is in the template.
#[derive(Debug, Default)]
pub(crate) enum Element {
    /// Nothing by itself: the app, a construct made of others.
    #[default]
    Group,
    Stack(Box<Stack>),
    Resource(Box<RawResource>),
    Parameter(Box<ParameterSpec>),
    Condition(Box<Condition>),
    Mapping(Box<Mapping>),
    Rule(Box<Rule>),
    Output(Box<Output>),
    Asset(Box<AssetSource>),
    /// Files that go to a bucket after the deployment.
    Site(Box<SiteFiles>),
    /// An entry of an included template that is no resource.
    Entry(Box<Entry>),
}

impl NodeId {
    pub(crate) const fn index(self) -> usize {
        self.index as usize
    }

    /// True where both are of one app.
    pub(crate) const fn is_of_app(self, other: Self) -> bool {
        self.app == other.app
    }
}

impl Graph {
    pub(crate) fn new(app: String, stage: Stage, at: &'static Location<'static>) -> Self {
        let root = Node::new(String::new(), None, at, true, Element::Group);
        let diagnostics = stage.diagnostics();
        let number = NEXT_APP.fetch_add(1, Ordering::Relaxed);
        Self {
            number,
            app,
            stage,
            cost_tags: CostTags::Undecided,
            nodes: vec![root],
            intents: Vec::new(),
            policies: NodeMap::new(),
            gates: Vec::new(),
            diagnostics,
        }
    }

    /// Adds a child. What is wrong with its id is reported.
    pub(crate) fn insert(
        &mut self,
        parent: NodeId,
        id: String,
        at: &'static Location<'static>,
        by_user: bool,
        element: Element,
    ) -> NodeId {
        let problem = bad_id(&id).filter(|_| self.child(parent, &id).is_none());
        let node = self.attach(parent, id, at, by_user, element);
        if let Some(problem) = problem {
            let diagnostic = Diagnostic::error(&code::BAD_ID, problem)
                .help("use ASCII letters, digits, `-`, `_` and `.`, 100 characters at most");
            self.report(node, diagnostic);
        }
        node
    }

    /// Adds a child whose id nobody chose. A doubled one is reported, and the child is kept beside the first so that the description can go
    /// on.
    pub(crate) fn attach(
        &mut self,
        parent: NodeId,
        id: String,
        at: &'static Location<'static>,
        by_user: bool,
        element: Element,
    ) -> NodeId {
        let node = self.id(self.nodes.len());
        let children = &self.nodes[parent.index()].children;
        let place = children.partition_point(|child| self.node(*child).id <= id);
        let is_taken = place > 0 && self.node(children[place - 1]).id == id;
        let first = is_taken.then(|| self.child(parent, &id)).flatten();
        self.nodes[parent.index()].children.insert(place, node);
        self.nodes.push(Node::new(id, Some(parent), at, by_user, element));
        if let Some(first) = first {
            let message = format!("`{}` is already taken in this scope", self.node(node).id);
            let diagnostic = Diagnostic::error(&code::DUPLICATE_ID, message)
                .help("give one of the two another id")
                .related("first added here", self.place(first));
            self.report(node, diagnostic);
        }
        node
    }

    /// The app itself.
    pub(crate) fn root(&self) -> NodeId {
        self.id(0)
    }

    /// The node of that index.
    pub(crate) fn id(&self, index: usize) -> NodeId {
        NodeId { app: self.number, index: u32::try_from(index).unwrap_or(u32::MAX) }
    }

    /// True where the node was made by this app.
    pub(crate) fn owns(&self, id: NodeId) -> bool {
        id.app == self.number && id.index() < self.nodes.len()
    }

    /// The node. One of another app is the app itself, which every phase refuses as a target.
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[if self.owns(id) { id.index() } else { 0 }]
    }

    pub(crate) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        let index = if self.owns(id) { id.index() } else { 0 };
        &mut self.nodes[index]
    }

    /// The ids from the stack down: `Shop/Api/Service`.
    pub(crate) fn path(&self, id: NodeId) -> String {
        self.path_with_room(id, 0)
    }

    /// The path, with room for so many bytes after it.
    fn path_with_room(&self, id: NodeId, room: usize) -> String {
        let node = self.node(id);
        let Some(parent) = node.parent else { return String::with_capacity(room) };
        let mut path = self.path_with_room(parent, 1 + node.id.len() + room);
        if self.node(parent).parent.is_some() {
            path.push('/');
        }
        path.push_str(&node.id);
        path
    }

    /// The line of the user's code that brought the node about: inside a construct, the line that added the construct.
    pub(crate) fn place(&self, id: NodeId) -> Place {
        let node = self.node(id);
        Place::from(self.line_of(id, node.at, node.by_user))
    }

    /// The line of the user's code for something said in a scope.
    pub(crate) fn line_of(
        &self,
        scope: NodeId,
        at: &'static Location<'static>,
        by_user: bool,
    ) -> &'static Location<'static> {
        if by_user {
            return at;
        }
        let mut node = self.node(scope);
        while !node.by_user {
            match node.parent {
                Some(parent) => node = self.node(parent),
                None => break,
            }
        }
        node.at
    }

    /// The stack that a node belongs to.
    pub(crate) fn stack_of(&self, id: NodeId) -> Option<NodeId> {
        let mut at = id;
        loop {
            let node = self.node(at);
            if matches!(node.element, Element::Stack(_)) {
                return Some(at);
            }
            at = node.parent?;
        }
    }

    /// The first child of that id.
    pub(crate) fn child(&self, parent: NodeId, id: &str) -> Option<NodeId> {
        let children = &self.node(parent).children;
        let place = children.partition_point(|child| *self.node(*child).id < *id);
        children.get(place).copied().filter(|child| self.node(*child).id == id)
    }

    /// The region of a stack, where it is known; none of what is no stack.
    pub(crate) fn region_of(&self, stack: NodeId) -> Option<&str> {
        let Element::Stack(stack) = &self.node(stack).element else { return None };
        stack.region.as_deref().or(self.stage.region.as_deref())
    }

    /// Reports a finding about a node.
    pub(crate) fn report(&mut self, node: NodeId, diagnostic: Diagnostic) {
        let diagnostic = diagnostic.path(self.path(node));
        let place = self.place(node);
        let diagnostic = if diagnostic.at.is_some() { diagnostic } else { diagnostic.at(place) };
        self.diagnostics.push(diagnostic);
    }

    /// All nodes below `root`, itself first, children in the order of their ids.
    pub(crate) fn descendants(&self, root: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            found.push(id);
            open.extend(self.node(id).children.iter().rev());
        }
        found
    }
}

impl Node {
    fn new(
        id: String,
        parent: Option<NodeId>,
        at: &'static Location<'static>,
        by_user: bool,
        element: Element,
    ) -> Self {
        Self { id, parent, children: Vec::new(), at, by_user, tags: SortedMap::new(), element }
    }
}

/// Says what is wrong with an id, if anything is.
fn bad_id(id: &str) -> Option<String> {
    let shown = || id.escape_debug();
    if id.is_empty() {
        Some("an id is empty".to_owned())
    } else if id.len() > 100 {
        Some(format!("the id `{:.40}…` has {} bytes", shown().to_string(), id.len()))
    } else if let Some(character) = id.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_.".contains(*c)) {
        Some(format!("the id `{}` has the character `{}`", shown(), character.escape_debug()))
    } else if !id.chars().any(|c| c.is_ascii_alphanumeric()) {
        Some(format!("the id `{}` has no letter or digit", shown()))
    } else {
        None
    }
}
