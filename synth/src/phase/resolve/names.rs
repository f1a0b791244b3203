//! What everything is called: the stack of each node, its path and logical id, the name of each stack.

use std::ops::Range;

use formwork_assembly::{Diagnostic, code};

use crate::{
    expr::{Expr, Object, Str},
    graph::{Element, Graph, NodeId},
    include::Section,
    logical_id,
    node_map::NodeMap,
    stack::CrossStack,
};

/// The names of all nodes, by node.
pub(super) struct Names {
    root: NodeId,
    nodes: Vec<Name>,
    /// The paths and logical ids of all nodes, one after the other.
    text: String,
    stacks: NodeMap<StackName>,
}

struct Name {
    stack: Option<NodeId>,
    /// Where it stands in the text of all names.
    path: Range<usize>,
    logical_id: Range<usize>,
    target: Target,
}

struct StackName {
    name: String,
    region: Option<String>,
    references: CrossStack,
}

/// What a reference can lead to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    /// A resource of that type, and the condition it is made under.
    Resource(Str, Option<NodeId>),
    /// A parameter of that type.
    Parameter(Str),
    Condition,
    Mapping,
    /// Nothing that can be referred to.
    Nothing,
}

impl Target {
    fn parameter(spec: &Object) -> Self {
        let type_name = spec.get("Type").and_then(Expr::as_text).unwrap_or("String");
        Self::Parameter(type_name.to_owned().into())
    }
}

impl Names {
    pub(super) fn new(graph: &Graph, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut names = Self {
            root: graph.root(),
            nodes: Vec::with_capacity(graph.nodes.len()),
            text: String::new(),
            stacks: NodeMap::new(),
        };
        // A parent is always added before its children.
        (0..graph.nodes.len()).for_each(|index| names.name(graph, graph.id(index)));
        for id in &graph.node(graph.root()).children {
            names.name_stack(graph, *id, diagnostics);
        }
        names.find_clashes(graph, diagnostics);
        names
    }

    /// The stack of a node.
    pub(super) fn stack(&self, node: NodeId) -> Option<NodeId> {
        self.get(node)?.stack
    }

    /// The ids from the stack down to a node: `Shop/Api/Service`.
    pub(super) fn path(&self, node: NodeId) -> &str {
        self.get(node).map_or("", |name| &self.text[name.path.clone()])
    }

    /// The logical id of a node in its stack.
    pub(super) fn logical_id(&self, node: NodeId) -> &str {
        self.get(node).map_or("", |name| &self.text[name.logical_id.clone()])
    }

    /// What a reference to the node leads to.
    pub(super) fn target(&self, node: NodeId) -> Target {
        self.get(node).map_or(Target::Nothing, |name| name.target.clone())
    }

    /// The name of a stack in CloudFormation.
    pub(super) fn stack_name(&self, stack: NodeId) -> &str {
        self.stacks.get(stack).map_or("", |stack| &stack.name)
    }

    /// The region of a stack, where it is known.
    pub(super) fn region(&self, stack: NodeId) -> Option<&str> {
        self.stacks.get(stack)?.region.as_deref()
    }

    /// How other stacks get at the values of a stack.
    pub(super) fn references(&self, stack: NodeId) -> CrossStack {
        self.stacks.get(stack).map_or(CrossStack::Weak, |stack| stack.references)
    }

    /// What is known of a node; nothing of one of another app.
    fn get(&self, node: NodeId) -> Option<&Name> {
        self.nodes.get(node.index()).filter(|_| node.is_of_app(self.root))
    }

    /// Names the next node.
    fn name(&mut self, graph: &Graph, id: NodeId) {
        let node = graph.node(id);
        let above = node.parent.and_then(|parent| Some((parent, self.get(parent)?)));
        let (stack, path, logical_id) = match above {
            Some((parent, name)) => {
                let path = Some(name.path.clone()).filter(|_| graph.node(parent).parent.is_some());
                (name.stack, path, name.logical_id.clone())
            }
            None => (None, None, 0..0),
        };
        let path = self.write(|text| {
            if let Some(path) = path {
                text.extend_from_within(path);
                text.push('/');
            }
            text.push_str(&node.id);
        });
        let (stack, pinned, target) = match &node.element {
            Element::Stack(_) => (Some(id), Some(""), Target::Nothing),
            Element::Resource(raw) => {
                let target = Target::Resource(raw.type_name.clone(), raw.options.condition);
                (stack, raw.options.logical_id.as_deref(), target)
            }
            Element::Parameter(spec) => (stack, None, Target::parameter(&spec.body)),
            Element::Condition(_) => (stack, None, Target::Condition),
            Element::Mapping(_) => (stack, None, Target::Mapping),
            Element::Entry(entry) => {
                let target = match entry.section {
                    Section::Parameters => entry.value.as_object().map_or(Target::Nothing, Target::parameter),
                    Section::Conditions => Target::Condition,
                    Section::Mappings => Target::Mapping,
                    Section::Resources | Section::Rules | Section::Outputs => Target::Nothing,
                };
                (stack, Some(&*entry.name), target)
            }
            Element::Group | Element::Rule(_) | Element::Output(_) | Element::Asset(_) | Element::Site(_) => {
                (stack, None, Target::Nothing)
            }
        };
        let logical_id = self.write(|text| match pinned {
            Some(pinned) => text.push_str(pinned),
            None => {
                text.extend_from_within(logical_id);
                logical_id::push(&node.id, text);
            }
        });
        self.nodes.push(Name { stack, path, logical_id, target });
    }

    /// Writes a name behind the others, and says where it stands.
    fn write(&mut self, write: impl FnOnce(&mut String)) -> Range<usize> {
        let from = self.text.len();
        write(&mut self.text);
        from..self.text.len()
    }

    fn name_stack(&mut self, graph: &Graph, id: NodeId, diagnostics: &mut Vec<Diagnostic>) {
        let Element::Stack(stack) = &graph.node(id).element else { return };
        let words = [&graph.app, &graph.stage.name, &graph.node(id).id];
        let name = stack
            .name
            .clone()
            .unwrap_or_else(|| words.map(String::as_str).join("-").replace(['_', '.'], "-"));
        if !is_stack_name(&name) {
            let message = format!("`{}` cannot be the name of a stack", name.escape_debug());
            let help = "a stack name is made of the names of app, stage and stack: it begins with a letter and has ASCII letters, \
                        digits and `-`, 128 at most; `Stack::new().name(…)` sets one";
            let diagnostic = Diagnostic::error(&code::BAD_STACK_NAME, message).help(help);
            diagnostics.push(diagnostic.path(graph.path(id)).at(graph.place(id)));
        }
        let region = stack.region.clone().or_else(|| graph.stage.region.clone());
        let same = |known: &StackName| known.name == name && known.region == region;
        if let Some((other, _)) = self.stacks.iter().find(|(_, known)| same(known)) {
            let message = format!("`{}` and `{}` have the name `{name}`", graph.path(other), graph.path(id));
            let diagnostic = Diagnostic::error(&code::BAD_STACK_NAME, message)
                .help("a region has one stack of a name: give one of the two another with `Stack::new().name(…)`")
                .related("the other one", graph.place(other));
            diagnostics.push(diagnostic.path(graph.path(id)).at(graph.place(id)));
        }
        self.stacks.insert(id, StackName { name, region, references: stack.references });
    }

    /// Finds things of one stack whose paths fold to one logical id, or whose id CloudFormation cannot carry.
    fn find_clashes(&self, graph: &Graph, diagnostics: &mut Vec<Diagnostic>) {
        let firsts = self.firsts(graph);
        for id in (0..self.nodes.len()).map(|index| graph.id(index)) {
            if namespace(&graph.node(id).element).is_none() {
                continue;
            }
            let logical_id = self.logical_id(id);
            let about = |diagnostic: Diagnostic| diagnostic.path(graph.path(id)).at(graph.place(id));
            let alphanumeric = logical_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let is_bad = logical_id.is_empty() || logical_id.len() > 255 || !alphanumeric;
            let is_reported = || {
                let path = graph.path(id);
                diagnostics.iter().any(|one| one.code == code::BAD_ID.id && one.path.as_ref() == Some(&path))
            };
            if is_bad && !is_reported() {
                let message = format!("`{}` cannot be a logical id", logical_id.escape_debug());
                let help =
                    "a logical id has 1 to 255 ASCII letters and digits; it is made of the ids on the path";
                diagnostics.push(about(Diagnostic::error(&code::BAD_LOGICAL_ID, message).help(help)));
            }
            // Two siblings with one id were reported when the second was added.
            let first = firsts.get(id).filter(|first| graph.path(**first) != graph.path(id));
            if let Some(first) = first {
                let message = format!(
                    "`{}` and `{}` share the logical id `{logical_id}`",
                    graph.path(*first),
                    graph.path(id)
                );
                let diagnostic = Diagnostic::error(&code::LOGICAL_ID_CLASH, message)
                    .help("rename one of them, or pin one with `.with_logical_id(\"…\")`")
                    .related("the other one", graph.place(*first));
                diagnostics.push(about(diagnostic));
            }
        }
    }

    /// For each thing whose logical id was taken before it: the first that took it.
    fn firsts(&self, graph: &Graph) -> NodeMap<NodeId> {
        let mut firsts = NodeMap::new();
        for stack in &graph.node(graph.root()).children {
            let named = graph.descendants(*stack).into_iter().filter_map(|id| {
                let namespace = namespace(&graph.node(id).element)?;
                Some(((namespace, self.logical_id(id)), id))
            });
            let mut named: Vec<_> = named.collect();
            // Side by side stand then those of one name, in the order in which they were added.
            named.sort_unstable();
            for same in named.chunk_by(|(one, _), (other, _)| one == other) {
                same[1..].iter().for_each(|(_, later)| firsts.insert(*later, same[0].1));
            }
        }
        firsts
    }
}

/// Tells apart what may share a logical id; nothing for what has none.
fn namespace(element: &Element) -> Option<u8> {
    let section = match element {
        Element::Resource(_) | Element::Parameter(_) => Section::Resources,
        Element::Condition(_) => Section::Conditions,
        Element::Mapping(_) => Section::Mappings,
        Element::Rule(_) => Section::Rules,
        Element::Output(_) => Section::Outputs,
        // A loop or an include has no name of its own.
        Element::Entry(entry) if entry.name.starts_with("Fn::") => return None,
        Element::Entry(entry) => entry.section,
        Element::Group | Element::Stack(_) | Element::Asset(_) | Element::Site(_) => return None,
    };
    Some(match section {
        Section::Resources | Section::Parameters => 0,
        Section::Conditions => 1,
        Section::Mappings => 2,
        Section::Rules => 3,
        Section::Outputs => 4,
    })
}

fn is_stack_name(name: &str) -> bool {
    name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
