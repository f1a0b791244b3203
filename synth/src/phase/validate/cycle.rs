//! Circles of dependencies between the resources of one template.

use formwork_assembly::{Diagnostic, SortedMap, code, each, sort_by};

use super::{Checker, names::places, reference::variables_of};
use crate::{
    expr::{Expr, Object},
    template::Template,
};

/// The circles in which resources wait for each other, as indices into [`Template::resources`]: one shortest-found way
/// around for each group, in the order of the template.
///
/// A resource waits for what its properties and policies refer to by `Ref`, `Fn::GetAtt` and `Fn::Sub`, and for what is
/// in its `DependsOn`. The cost is linear in the size of the template.
pub fn cycles(template: &Template) -> Vec<Vec<usize>> {
    cycles_by(template, &places(&template.resources))
}

/// As [`cycles`], where the places of the resources are known.
fn cycles_by(template: &Template, ids: &SortedMap<&str, usize>) -> Vec<Vec<usize>> {
    let edges: Vec<Vec<usize>> = each(&template.resources, |one| {
        let mut uses = Uses { ids, found: Vec::new() };
        if let Some(body) = one.body.as_object() {
            uses.resource(body);
        }
        uses.found.sort_unstable();
        uses.found.dedup();
        uses.found
    });
    circles(&edges)
}

/// As [`cycles`], in any graph: what each node waits for, by index.
pub(in crate::phase) fn circles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    Search::new(edges).run()
}

impl<'t> Checker<'t, '_> {
    /// Names the circles, each step with the line it comes from where that is known. A transform may draw resources apart that are one in
    /// the template.
    pub(super) fn circles(&mut self, template: &'t Template) {
        let rewritten = self.names.transforms.serverless || self.names.transforms.any_macro;
        if rewritten {
            return;
        }
        for circle in cycles_by(template, &self.names.places) {
            let first = &template.resources[circle[0]];
            let way = circle
                .iter()
                .chain(circle.first())
                .map(|index| format!("`{}`", template.resources[*index].logical_id));
            let way: Vec<String> = way.collect();
            let message = format!("resources wait for each other: {}", way.join(" → "));
            let mut diagnostic = Diagnostic::error(&code::RESOURCE_CIRCLE, message)
                .help("break the circle: one of them must come into being without the next");
            for (at, next) in circle.iter().zip(&way[1..]) {
                let waiting = &template.resources[*at];
                if let Some(origin) = &waiting.origin {
                    let step = format!("`{}` waits for {next}", waiting.logical_id);
                    diagnostic = diagnostic.related(step, origin.at.clone());
                }
            }
            self.findings.enter(first);
            self.findings.push(diagnostic);
        }
    }
}

/// What one resource refers to.
struct Uses<'i, 't> {
    ids: &'i SortedMap<&'t str, usize>,
    found: Vec<usize>,
}

impl Uses<'_, '_> {
    fn resource(&mut self, body: &Object) {
        for (key, value) in body.iter() {
            match &**key {
                "Properties" | "CreationPolicy" | "UpdatePolicy" => self.value(value),
                "DependsOn" => match value {
                    Expr::Text(name) => self.name(name),
                    Expr::List(items) => {
                        items.iter().filter_map(Expr::as_text).for_each(|name| self.name(name))
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }

    fn value(&mut self, value: &Expr) {
        match value {
            Expr::List(items) => items.iter().for_each(|item| self.value(item)),
            Expr::Map(fields) | Expr::Object(fields) => {
                fields.iter().for_each(|(_, value)| self.value(value))
            }
            Expr::Call(call) => match (&*call.name, &call.argument) {
                ("Ref", Expr::Text(name)) => self.name(name),
                ("Fn::GetAtt", Expr::Text(name)) => self.attribute(name),
                ("Fn::GetAtt", Expr::List(parts)) => {
                    parts.first().and_then(Expr::as_text).into_iter().for_each(|name| self.name(name));
                    parts.iter().skip(1).for_each(|part| self.value(part));
                }
                ("Fn::Sub", Expr::Text(text)) => self.text(text, &Object::new()),
                ("Fn::Sub", Expr::List(parts)) => match &parts[..] {
                    [Expr::Text(text), Expr::Map(variables) | Expr::Object(variables)] => {
                        self.text(text, variables);
                        self.value(&parts[1]);
                    }
                    _ => parts.iter().for_each(|part| self.value(part)),
                },
                (_, argument) => self.value(argument),
            },
            _ => {}
        }
    }

    fn text(&mut self, text: &str, variables: &Object) {
        for variable in variables_of(text).map(str::trim).filter(|name| variables.get(name).is_none()) {
            self.attribute(variable);
        }
    }

    fn attribute(&mut self, name: &str) {
        self.name(name.split_once('.').map_or(name, |(resource, _)| resource));
    }

    fn name(&mut self, name: &str) {
        self.found.extend(self.ids.get(name));
    }
}

/// Tarjan's search for strongly connected groups, with a stack of its own so that long chains do no harm.
struct Search<'e> {
    edges: &'e [Vec<usize>],
    order: Vec<Option<usize>>,
    low: Vec<usize>,
    open: Vec<bool>,
    stack: Vec<usize>,
    /// The way to the node that is looked at, each with the number of its edges that were followed.
    path: Vec<(usize, usize)>,
    next: usize,
    groups: Vec<Vec<usize>>,
}

impl<'e> Search<'e> {
    fn new(edges: &'e [Vec<usize>]) -> Self {
        let count = edges.len();
        Self {
            edges,
            order: vec![None; count],
            low: vec![0; count],
            open: vec![false; count],
            stack: Vec::new(),
            path: Vec::new(),
            next: 0,
            groups: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<Vec<usize>> {
        for start in 0..self.edges.len() {
            if self.order[start].is_none() {
                self.from(start);
            }
        }
        let mut circles: Vec<Vec<usize>> = each(&self.groups, |group| self.way_around(group));
        sort_by(&mut circles, Ord::cmp);
        circles
    }

    fn from(&mut self, start: usize) {
        self.enter(start);
        while let Some((node, edge)) = self.path.pop() {
            if let Some(&target) = self.edges[node].get(edge) {
                self.path.push((node, edge + 1));
                match self.order[target] {
                    None => self.enter(target),
                    Some(order) if self.open[target] => self.low[node] = self.low[node].min(order),
                    Some(_) => {}
                }
                continue;
            }
            if let Some((parent, _)) = self.path.last() {
                self.low[*parent] = self.low[*parent].min(self.low[node]);
            }
            if self.order[node] == Some(self.low[node]) {
                self.close(node);
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.order[node] = Some(self.next);
        self.low[node] = self.next;
        self.next += 1;
        self.open[node] = true;
        self.stack.push(node);
        self.path.push((node, 0));
    }

    fn close(&mut self, node: usize) {
        let start = self.stack.iter().rposition(|member| *member == node).unwrap_or(0);
        let members = &self.stack[start..];
        members.iter().for_each(|member| self.open[*member] = false);
        if members.len() > 1 || self.edges[node].contains(&node) {
            let mut group = members.to_vec();
            group.sort_unstable();
            self.groups.push(group);
        }
        self.stack.truncate(start);
    }

    /// The shortest circle through the first member of a group.
    fn way_around(&self, group: &[usize]) -> Vec<usize> {
        let start = group[0];
        // The node before each one of the group.
        let mut from = vec![None; group.len()];
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for &target in &self.edges[node] {
                let Ok(place) = group.binary_search(&target) else { continue };
                if target == start {
                    let mut way = vec![node];
                    let mut at = node;
                    while at != start {
                        at = group.binary_search(&at).ok().and_then(|place| from[place]).unwrap_or(start);
                        way.push(at);
                    }
                    way.reverse();
                    return way;
                }
                if from[place].is_none() {
                    from[place] = Some(node);
                    queue.push_back(target);
                }
            }
        }
        group.to_vec()
    }
}
