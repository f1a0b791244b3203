//! Order: in which order siblings are added says nothing, and what is added beside changes nothing else.

use formwork_synth::{
    App, Attr, Expr, Grant, Handle, Parameter, Part, Peer, PrincipalRole, RawHandle, RawResource, Scope,
};
use serde_json::{Value as Json, json};

use crate::{
    common::{app, templates, texts},
    random::{Random, try_on},
};

/// An app as a plan, to be carried out in many orders.
#[derive(Clone, Debug)]
struct Plan {
    stacks: Vec<Vec<Node>>,
    /// Which topics use a value of which, by their number.
    uses: Vec<(usize, usize)>,
}

#[derive(Clone, Debug)]
enum Node {
    Group(String, Vec<Node>),
    Topic(String, usize),
    Role(String),
    SecurityGroup(String),
    Parameter(String),
    Output(String),
}

/// What was made of a plan so far.
#[derive(Default)]
struct Made {
    topics: Vec<(usize, RawHandle)>,
    roles: Vec<(String, RawHandle)>,
    groups: Vec<(String, RawHandle)>,
}

fn plan(random: &mut Random) -> Plan {
    let (mut count, mut ids) = (0, 0);
    let stacks: Vec<Vec<Node>> =
        (0..1 + random.below(3)).map(|_| nodes(random, 3, &mut count, &mut ids)).collect();
    // Topics are numbered stack by stack, so that a use of a lower number closes no circle.
    let uses =
        (0..random.below(2 * count + 1)).map(|_| (random.below(count.max(1)), random.below(count.max(1))));
    let uses = uses.collect::<Vec<_>>().into_iter().filter(|(user, used)| user > used).collect();
    Plan { stacks, uses }
}

fn nodes(random: &mut Random, depth: usize, topics: &mut usize, ids: &mut usize) -> Vec<Node> {
    let mut nodes = Vec::new();
    for _ in 0..1 + random.below(4) {
        *ids += 1;
        let id = match random.below(3) {
            0 => format!("N{ids}"),
            1 => format!("my-{ids}"),
            _ => format!("my_{ids}.x"),
        };
        nodes.push(match random.below(if depth == 0 { 6 } else { 8 }) {
            0 => Node::Role(id),
            1 => Node::SecurityGroup(id),
            2 => Node::Parameter(id),
            3 => Node::Output(id),
            4 | 5 => {
                *topics += 1;
                Node::Topic(id, *topics - 1)
            }
            _ => Node::Group(id, self::nodes(random, depth - 1, topics, ids)),
        });
    }
    nodes
}

/// Carries a plan out in an order by chance.
fn build(plan: &Plan, random: &mut Random) -> App {
    let mut app = app();
    app.tag("team", "web");
    let mut made = Made::default();
    let mut order: Vec<usize> = (0..plan.stacks.len()).collect();
    random.shuffle(&mut order);
    for index in order {
        let mut stack = app.stack(format!("S{index}"));
        stack.add("Own", RawResource::new("AWS::SNS::Topic"));
        let (roles, groups) = (made.roles.len(), made.groups.len());
        add(&mut stack, &plan.stacks[index], &mut made, random);
        wire(&mut stack, &made.roles[roles..], &made.groups[groups..], random);
    }
    let mut last = app.stack("Z");
    last.add("Own", RawResource::new("AWS::SNS::Topic"));
    // The text of a resource is its author's, so its parts are in order.
    for (user, handle) in &made.topics {
        let used = plan.uses.iter().filter(|(one, _)| one == user);
        let parts: Vec<Part> = used
            .filter_map(|(_, used)| made.topics.iter().find(|(number, _)| number == used))
            .map(|(_, used)| Part::Expr(Expr::GetAtt(used.id(), "TopicName".into())))
            .collect();
        last.modify_raw(handle, |raw| raw.properties.set("DisplayName", Expr::Interpolation(parts)));
    }
    app
}

fn add(scope: &mut Scope<'_>, nodes: &[Node], made: &mut Made, random: &mut Random) {
    let mut nodes: Vec<&Node> = nodes.iter().collect();
    random.shuffle(&mut nodes);
    for node in nodes {
        match node {
            Node::Group(id, inside) => add(&mut scope.group(id), inside, made, random),
            Node::Topic(id, number) => {
                made.topics.push((*number, scope.add(id, RawResource::new("AWS::SNS::Topic"))));
            }
            Node::Role(id) => {
                let statement = json!([{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                                        "Action": "sts:AssumeRole"}]);
                let trust = json!({"Version": "2012-10-17", "Statement": statement});
                let role = RawResource::new("AWS::IAM::Role").property("AssumeRolePolicyDocument", trust);
                made.roles.push((id.clone(), scope.add(id, role)));
            }
            Node::SecurityGroup(id) => {
                let group =
                    RawResource::new("AWS::EC2::SecurityGroup").property("GroupDescription", "a group");
                made.groups.push((id.clone(), scope.add(id, group.property("VpcId", "vpc-12345678"))));
            }
            Node::Parameter(id) => {
                scope.parameter(id, Parameter::text().default_value("x"));
            }
            Node::Output(id) => {
                scope.output(id, "x");
            }
        }
    }
}

/// Grants every role something, and connects all groups.
fn wire(
    stack: &mut Scope<'_>,
    roles: &[(String, RawHandle)],
    groups: &[(String, RawHandle)],
    random: &mut Random,
) {
    let mut roles: Vec<_> =
        roles.iter().flat_map(|role| [(role, "s3:GetObject"), (role, "s3:PutObject")]).collect();
    random.shuffle(&mut roles);
    for ((_, role), action) in roles {
        stack.grant(&PrincipalRole::of(role.id()), Grant::allow([action], ["arn:aws:s3:::a/*"]));
    }
    let mut pairs: Vec<_> =
        groups.iter().flat_map(|one| groups.iter().map(move |other| (one, other))).collect();
    random.shuffle(&mut pairs);
    let peer = |group: &RawHandle| Peer::security_group(group.id(), &Attr::<()>::of(group.id(), "GroupId"));
    for ((_, one), (_, other)) in pairs {
        stack.connect_on(&peer(one), &peer(other), formwork_synth::port!(443));
    }
}

#[test]
fn siblings_may_be_added_in_any_order() {
    try_on(300, |random| {
        let plan = plan(random);
        let first = texts(build(&plan, random));
        assert_eq!(first, texts(build(&plan, random)), "{plan:#?}");
    });
}

#[test]
fn what_is_added_beside_changes_nothing_else() {
    try_on(200, |random| {
        let plan = plan(random);
        let mut with = plan.clone();
        let stack = random.below(with.stacks.len());
        let (place, path) = some_place(random, &mut with.stacks[stack], String::new());
        place.push(Node::Topic("Newcomer".to_owned(), usize::MAX));
        let before = templates(build(&plan, random));
        let mut after = templates(build(&with, random));
        let resources = after[format!("S{stack}")]["Resources"].as_object_mut().unwrap();
        assert!(resources.shift_remove(&format!("{path}Newcomer")).is_some(), "{path} {resources:#?}");
        assert_eq!(before, after);
        // Equality of maps looks at no order: what is left is in the order it had.
        let ids = |templates: &Json| {
            let stacks = templates.as_object().unwrap().values();
            stacks
                .map(|stack| stack["Resources"].as_object().unwrap().keys().cloned().collect::<Vec<_>>())
                .collect()
        };
        let (before, after): (Vec<_>, Vec<_>) = (ids(&before), ids(&after));
        assert_eq!(before, after);
    });
}

/// The children of some group, and its logical id.
fn some_place<'p>(
    random: &mut Random,
    nodes: &'p mut Vec<Node>,
    path: String,
) -> (&'p mut Vec<Node>, String) {
    let is_group = |node: &Node| matches!(node, Node::Group(..));
    let groups: Vec<usize> = (0..nodes.len()).filter(|at| is_group(&nodes[*at])).collect();
    if groups.is_empty() || random.one_in(3) {
        return (nodes, path);
    }
    match &mut nodes[*random.pick(&groups)] {
        Node::Group(id, inside) => {
            let word = |word: &str| word[..1].to_uppercase() + &word[1..];
            let folded: String = id.split(['-', '_', '.']).map(word).collect();
            some_place(random, inside, path + &folded)
        }
        _ => unreachable!("only groups were picked"),
    }
}
