//! Circles: whatever waits for nothing that waits for it is synthesized; a circle is reported whole, and each one.

use std::collections::BTreeSet;

use formwork_assembly::Diagnostic;
use formwork_synth::{App, Expr, Handle, Part, RawHandle, RawResource};

use crate::{
    common::{app, run},
    random::{Random, try_on},
};

/// Who waits for whom, by index.
type Edges = BTreeSet<(usize, usize)>;

/// Edges without a circle between nodes whose ids are in any order.
fn acyclic(random: &mut Random, nodes: usize) -> Edges {
    let mut rank: Vec<usize> = (0..nodes).collect();
    random.shuffle(&mut rank);
    let pairs = (0..random.below(3 * nodes)).map(|_| (random.below(nodes), random.below(nodes)));
    pairs.collect::<Vec<_>>().into_iter().filter(|(one, other)| rank[*one] > rank[*other]).collect()
}

/// A circle through some of the nodes, never through one alone.
fn circle(random: &mut Random, nodes: usize) -> Edges {
    let mut all: Vec<usize> = (0..nodes).collect();
    random.shuffle(&mut all);
    all.truncate(2 + random.below(nodes - 1));
    (0..all.len()).map(|at| (all[at], all[(at + 1) % all.len()])).collect()
}

/// The groups of nodes that wait for each other, by their reach.
fn groups(nodes: usize, edges: &Edges) -> usize {
    let mut reach = vec![vec![false; nodes]; nodes];
    for (one, other) in edges {
        reach[*one][*other] = true;
    }
    for by in 0..nodes {
        for from in 0..nodes {
            for to in 0..nodes {
                reach[from][to] |= reach[from][by] && reach[by][to];
            }
        }
    }
    let group = |node: usize| (0..nodes).filter(|other| reach[node][*other] && reach[*other][node]).collect();
    let groups: BTreeSet<Vec<usize>> = (0..nodes).map(group).collect();
    groups.iter().filter(|group| !group.is_empty()).count()
}

fn id(node: usize) -> String {
    format!("N{node}")
}

/// Makes one wait for the other, by a value or by saying so.
fn wait(random: &mut Random, waiting: &mut RawResource, other: &RawHandle) {
    if random.one_in(3) {
        return waiting.options.depends_on.push(other.id());
    }
    let value = match random.below(2) {
        0 => Expr::Ref(other.id()),
        _ => Expr::GetAtt(other.id(), "TopicName".into()),
    };
    let mut parts = match waiting.properties.remove("DisplayName") {
        Some(Expr::Interpolation(parts)) => parts,
        _ => Vec::new(),
    };
    parts.extend([Part::Expr(value), Part::Text("/".into())]);
    waiting.properties.set("DisplayName", Expr::Interpolation(parts));
}

/// All nodes in one stack, or each in a stack of its own.
fn describe(random: &mut Random, nodes: usize, edges: &Edges, apart: bool) -> App {
    let mut app = app();
    let topic = || RawResource::new("AWS::SNS::Topic");
    let mut handles = Vec::new();
    if apart {
        handles.extend((0..nodes).map(|node| app.stack(id(node)).add("Topic", topic())));
    }
    let mut last = app.stack("Z");
    last.add("Topic", topic());
    if !apart {
        handles.extend((0..nodes).map(|node| last.add(id(node), topic())));
    }
    for (one, other) in edges {
        last.modify_raw(&handles[*one], |raw| wait(random, raw, &handles[*other]));
    }
    app
}

/// Checks that each finding has that code and names a way along the edges that comes back to where it began.
fn check(found: &[Diagnostic], code: &str, edges: &Edges) {
    for one in found {
        assert_eq!(one.code, code, "{one:#?}");
        let names: Vec<&str> = one.message.split('`').skip(1).step_by(2).collect();
        let way: Vec<usize> = names.iter().map(|name| name[1..].parse().unwrap()).collect();
        assert!(way.windows(2).all(|step| edges.contains(&(step[0], step[1]))), "{}", one.message);
        assert_eq!(way.first(), way.last(), "{}", one.message);
        let inside: BTreeSet<_> = way[1..].iter().collect();
        assert_eq!(inside.len(), way.len() - 1, "a shorter way around is inside: {}", one.message);
        assert_eq!(one.related.len(), way.len() - 1, "each step has its line");
    }
}

fn try_circles(apart: bool, code: &str) {
    try_on(150, |random| {
        let nodes = 2 + random.below(10);
        let mut edges = acyclic(random, nodes);
        let app = describe(random, nodes, &edges, apart);
        let run_of_it = run(app);
        assert!(run_of_it.assembly.is_some(), "{:#?}", run_of_it.diagnostics);

        for _ in 0..1 + random.below(2) {
            edges.extend(circle(random, nodes));
        }
        let found = run(describe(random, nodes, &edges, apart));
        assert!(found.assembly.is_none());
        check(&found.diagnostics, code, &edges);
        assert_eq!(found.diagnostics.len(), groups(nodes, &edges), "{:#?}", found.diagnostics);
    });
}

#[test]
fn resources_wait_in_any_order_but_not_in_a_circle() {
    try_circles(false, "FW3033");
}

#[test]
fn stacks_wait_in_any_order_but_not_in_a_circle() {
    try_circles(true, "FW2003");
}

#[test]
fn stacks_come_after_what_they_need() {
    try_on(150, |random| {
        let nodes = 2 + random.below(10);
        let edges = acyclic(random, nodes);
        let stacks = run(describe(random, nodes, &edges, true)).assembly.unwrap().stacks;
        let place = |node: usize| stacks.iter().position(|stack| stack.id == id(node)).unwrap();
        for (one, other) in &edges {
            assert!(place(*one) > place(*other));
            assert!(stacks[place(*one)].dependencies.contains(&id(*other)));
        }
        let all: usize = stacks.iter().map(|stack| stack.dependencies.len()).sum();
        assert_eq!(all, edges.len());
    });
}

#[test]
fn many_resources_with_many_edges_are_no_trouble() {
    let mut random = Random::new(1);
    let nodes = 450;
    let mut edges: Edges = (0..20 * nodes).map(|_| (random.below(nodes), random.below(nodes))).collect();
    edges.retain(|(one, other)| one > other);
    assert!(run(describe(&mut random, nodes, &edges, false)).assembly.is_some());
    edges.extend((0..nodes).map(|node| (node, (node + 1) % nodes)));
    let found = run(describe(&mut random, nodes, &edges, false)).diagnostics;
    check(&found, "FW3033", &edges);
    assert_eq!(found.len(), 1);
}
