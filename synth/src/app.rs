//! The app: the root under which stacks are described.

use std::{mem, panic::Location};

use formwork_assembly::SortedSet;

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

/// By what the bill is split.
#[derive(Debug, Default)]
pub(crate) enum CostTags {
    /// Nothing was said about it.
    #[default]
    Undecided,
    /// By these tags.
    Keys(SortedSet<Str>),
    /// By nothing, for a reason.
    Declined(Str),
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

    /// Tags everything by what the bill is split: each resource that can carry tags must have a value under each of these keys, its own or the
    /// one that is given here. A protected stage wants such tags.
    ///
    /// ```
    /// # use formwork_synth::{App, Stage};
    /// # let mut app = App::new("shop", &Stage::new("dev"));
    /// app.cost_tags([("owner", "shop team"), ("cost-center", "4711")]);
    /// ```
    pub fn cost_tags<K: Into<Str>, V: Into<Str>>(&mut self, tags: impl IntoIterator<Item = (K, V)>) {
        let mut keys = match mem::take(&mut self.graph.cost_tags) {
            CostTags::Keys(keys) => keys,
            CostTags::Undecided | CostTags::Declined(_) => SortedSet::new(),
        };
        for (key, value) in tags {
            let key = key.into();
            self.tag(key.clone(), value);
            keys.insert(key);
        }
        self.graph.cost_tags = CostTags::Keys(keys);
    }

    /// Goes without cost tags in a protected stage too. The reason is written into the templates.
    pub fn no_cost_tags(&mut self, reason: impl Into<Str>) {
        self.graph.cost_tags = CostTags::Declined(reason.into());
    }

    /// Tags every stack, and every resource that can carry tags.
    pub fn tag(&mut self, key: impl Into<Str>, value: impl Into<Str>) {
        let root = self.graph.root();
        self.graph.node_mut(root).tags.insert(key.into(), value.into());
    }
}
