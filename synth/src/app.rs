//! The app: the root under which stacks are described.

use std::panic::Location;

use crate::{
    expr::Str,
    graph::{Element, Graph},
    scope::Scope,
    stack::Stack,
    stage::Stage,
};

/// A whole app for one stage: its stacks and what is in them.
///
/// ```
/// use formwork_synth::{App, RawResource, Stage};
///
/// let mut app = App::new("shop", &Stage::new("dev"));
/// let mut shop = app.stack("Shop");
/// shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
/// ```
#[derive(Debug)]
pub struct App {
    pub(crate) graph: Graph,
}

impl App {
    /// An app without stacks. Its name begins the names of its stacks: ASCII letters, digits and `-`.
    #[track_caller]
    pub fn new<C>(name: impl Into<String>, stage: &Stage<C>) -> Self {
        Self { graph: Graph::new(name.into(), stage.without_config(), Location::caller()) }
    }

    /// Adds a stack with the settings of the stage and opens it. One stack is open at a time: finish it before the next.
    #[track_caller]
    pub fn stack(&mut self, id: impl Into<String>) -> Scope<'_> {
        self.add(id, Stack::new())
    }

    /// Adds a stack with settings of its own and opens it.
    #[track_caller]
    pub fn add(&mut self, id: impl Into<String>, stack: Stack) -> Scope<'_> {
        let element = Element::Stack(Box::new(stack));
        let root = self.graph.root();
        let node = self.graph.insert(root, id.into(), Location::caller(), true, element);
        Scope::new(&mut self.graph, node, true)
    }

    /// Tags every stack, and every resource that can carry tags.
    pub fn tag(&mut self, key: impl Into<Str>, value: impl Into<Str>) {
        let root = self.graph.root();
        self.graph.node_mut(root).tags.insert(key.into(), value.into());
    }
}
