//! Wire: connections become security-group rules, grants become policies, each in the stack that asked, so that stacks form no cycle by it.

use std::panic::Location;

use formwork_assembly::{Diagnostic, SortedMap, SortedSet, code, sort_by};

use super::resolve::foreign;
use crate::{
    expr::{Expr, Object, Part, Str},
    graph::{Element, Graph, NodeId},
    intent::{Address, Grant, Intent, Owner, Peer, PrincipalRole, Statement, Wire, document},
    logical_id::pascal,
    net::Ports,
    resource::RawResource,
};

/// Carries out every intent of the app.
pub(super) fn wire(graph: &mut Graph) {
    let mut rules = SortedSet::new();
    let mut policies: SortedMap<(NodeId, String), Vec<(Intent, PrincipalRole, Grant)>> = SortedMap::new();
    for mut intent in std::mem::take(&mut graph.intents) {
        let stack = graph.stack_of(intent.scope).unwrap_or(graph.root());
        if names_foreign(graph, &intent.wire) {
            let line = intent.line(graph);
            graph.report(intent.scope, foreign().at(line));
            continue;
        }
        match std::mem::replace(&mut intent.wire, Wire::Done) {
            Wire::Connection { from, to, ports } => {
                if ports.is_empty() {
                    report_no_port(graph, &intent, stack, &to);
                }
                for ports in ports {
                    if rules.insert((stack, address_key(graph, &from), address_key(graph, &to), ports)) {
                        connect(graph, &intent, stack, (&from, &to), ports);
                    }
                }
            }
            Wire::Grant { role, grant } => {
                policies.or_default((stack, expr_key(graph, &role.name))).push((intent, role, grant));
            }
            Wire::Done => {}
        }
    }
    for ((stack, _), grants) in policies {
        grant(graph, stack, &grants);
    }
}

/// True where a wire names something that is not in this app.
fn names_foreign(graph: &Graph, wire: &Wire) -> bool {
    let foreign = |expr: &Expr| expr.nodes().into_iter().any(|node| !graph.owns(node));
    let is_foreign = |peer: &Peer| {
        let owner = matches!(&peer.owner, Owner::Node(node) if !graph.owns(*node));
        owner
            || match &peer.address {
                Address::SecurityGroup(id) | Address::PrefixList(id) => foreign(id),
                Address::Cidr(_) => false,
            }
    };
    match wire {
        Wire::Connection { from, to, .. } => is_foreign(from) || is_foreign(to),
        Wire::Grant { role, grant } => {
            foreign(&role.name)
                || grant.statements.iter().any(|statement| statement.resources.iter().any(foreign))
        }
        Wire::Done => false,
    }
}

/// Adds the rules that let one connection through. They belong to the stack, since several parts of it may ask for the same.
fn connect(graph: &mut Graph, intent: &Intent, stack: NodeId, (from, to): (&Peer, &Peer), ports: Ports) {
    let (from_name, to_name) = (name(graph, &from.owner, stack), name(graph, &to.owner, stack));
    let id = format!("{from_name}To{to_name}{}", pascal(&ports.to_string()));
    let text = format!("{from_name} to {to_name} on port {ports}");
    if let Address::SecurityGroup(group) = &to.address {
        if matches!(&from.address, Address::Cidr(block) if block.bits() == 0) {
            report_open(graph, intent, &to_name);
        }
        let mut rule = rule("AWS::EC2::SecurityGroupIngress", group, ports, &text);
        match &from.address {
            Address::SecurityGroup(source) => rule.set("SourceSecurityGroupId", source.clone()),
            Address::Cidr(block) => rule.set("CidrIp", Expr::text(block.to_string())),
            Address::PrefixList(list) => rule.set("SourcePrefixListId", list.clone()),
        }
        insert(graph, intent, stack, id.clone(), rule);
    }
    if let (Address::SecurityGroup(group), true) = (&from.address, from.egress_is_listed) {
        let mut rule = rule("AWS::EC2::SecurityGroupEgress", group, ports, &text);
        match &to.address {
            Address::SecurityGroup(target) => rule.set("DestinationSecurityGroupId", target.clone()),
            Address::Cidr(block) => rule.set("CidrIp", Expr::text(block.to_string())),
            Address::PrefixList(list) => rule.set("DestinationPrefixListId", list.clone()),
        }
        insert(graph, intent, stack, format!("{id}Egress"), rule);
    }
}

fn report_no_port(graph: &mut Graph, intent: &Intent, stack: NodeId, to: &Peer) {
    let message = format!("`{}` listens on no port", name(graph, &to.owner, stack));
    let help = "say on which port it listens, or name one: `connect_on(&from, &to, port!(8080))`";
    let line = intent.line(graph);
    graph.report(intent.scope, Diagnostic::error(&code::NO_PORT, message).help(help).at(line));
}

fn report_open(graph: &mut Graph, intent: &Intent, to: &str) {
    let message = format!("the whole internet may connect to `{to}`");
    let help = "name the blocks of those who may, or put a load balancer in front";
    let line = intent.line(graph);
    graph.report(intent.scope, Diagnostic::error(&code::OPEN_TO_THE_WORLD, message).help(help).at(line));
}

fn rule(type_name: &'static str, group: &Expr, ports: Ports, description: &str) -> RawResource {
    let mut rule = RawResource::new(type_name);
    rule.set("Description", Expr::text(description.to_owned()));
    rule.set("GroupId", group.clone());
    rule.set("IpProtocol", Expr::text("tcp"));
    rule.set("FromPort", Expr::Number(ports.from.into()));
    rule.set("ToPort", Expr::Number(ports.to.into()));
    rule
}

/// Adds the policy that gives a role all that one stack grants to it.
fn grant(graph: &mut Graph, stack: NodeId, grants: &[(Intent, PrincipalRole, Grant)]) {
    let Some((first, role, _)) = grants.first() else { return };
    let statements = merge(graph, grants);
    if statements.is_empty() {
        return;
    }
    let (parent, id) = place(graph, stack, role);
    let name = match role.node {
        Some(_) => Expr::text(pascal(&format!("{}-{id}", graph.path(parent).replace('/', "-")))),
        // A role that exists already may be granted something by every app and stage of the account: one must not overwrite what another wrote.
        None => {
            let stack = Part::Expr(Expr::pseudo("AWS::StackName"));
            Expr::Interpolation(vec![stack, Part::Text(format!("-{id}").into())])
        }
    };
    let mut policy = RawResource::new("AWS::IAM::Policy");
    policy.set("PolicyDocument", document(&statements));
    policy.set("PolicyName", name);
    policy.set("Roles", Expr::List(vec![role.name.clone()]));
    let node = insert(graph, first, parent, id, policy);
    if let Some(role) = role.node {
        graph.policies.or_default(role).push(node);
    }
}

/// Where the policy of a role lies: below the role, or in the stack that asked where the role lies elsewhere.
fn place(graph: &Graph, stack: NodeId, role: &PrincipalRole) -> (NodeId, String) {
    match role.node {
        Some(node) if graph.stack_of(node) == Some(stack) => (node, "Grants".to_owned()),
        Some(node) => (stack, format!("{}Grants", pascal(&graph.path(node).replace('/', "-")))),
        None => (stack, format!("{}Grants", pascal(&expr_key(graph, &role.name)))),
    }
}

/// The same permissions in few statements and in an order of their own, whatever the order in which they were asked for.
fn merge(graph: &Graph, grants: &[(Intent, PrincipalRole, Grant)]) -> Vec<Statement> {
    // Same resources and conditions: one statement with all actions.
    let mut by_resources: SortedMap<(Vec<String>, String), Statement> = SortedMap::new();
    for statement in grants.iter().flat_map(|(.., grant)| &grant.statements) {
        // No action, or nothing to do it with: nothing is allowed, and IAM takes no such statement.
        if statement.actions.is_empty() || statement.resources.is_empty() {
            continue;
        }
        let mut resources = SortedMap::new();
        for resource in &statement.resources {
            resources.insert(expr_key(graph, resource), resource.clone());
        }
        let (keys, resources) = resources.into_iter().unzip();
        let conditions = sorted(&statement.conditions);
        let key = expr_key(graph, &Expr::Map(conditions.clone()));
        by_resources
            .or_insert_with((keys, key), || Statement { actions: Vec::new(), resources, conditions })
            .actions
            .extend(statement.actions.iter().cloned());
    }
    // Same actions and conditions: one statement with all resources.
    let mut by_actions: SortedMap<(Vec<Str>, String), (Object, SortedMap<String, Expr>)> = SortedMap::new();
    for ((keys, conditions), mut statement) in by_resources {
        sort_by(&mut statement.actions, Ord::cmp);
        statement.actions.dedup();
        let (_, resources) = by_actions
            .or_insert_with((statement.actions, conditions), || (statement.conditions, SortedMap::new()));
        resources.extend(keys.into_iter().zip(statement.resources));
    }
    by_actions
        .into_iter()
        .map(|((actions, _), (conditions, resources))| Statement {
            actions,
            resources: resources.into_values().collect(),
            conditions,
        })
        .collect()
}

fn insert(graph: &mut Graph, intent: &Intent, parent: NodeId, id: String, resource: RawResource) -> NodeId {
    let line = intent.line(graph);
    graph.attach(parent, id, line, true, Element::Resource(Box::new(resource)))
}

/// The name of a peer as seen from a stack, in Pascal case.
fn name(graph: &Graph, owner: &Owner, stack: NodeId) -> String {
    let node = match owner {
        Owner::Name(name) => return pascal(name),
        Owner::Node(node) => *node,
    };
    let (path, stack) = (graph.path(node), graph.path(stack));
    let below = path.strip_prefix(&stack).and_then(|rest| rest.strip_prefix('/'));
    pascal(&below.unwrap_or(&path).replace('/', "-"))
}

impl Intent {
    /// The line of the user's code that asked for it.
    fn line(&self, graph: &Graph) -> &'static Location<'static> {
        graph.line_of(self.scope, self.at, self.by_user)
    }
}

fn address_key(graph: &Graph, peer: &Peer) -> String {
    match &peer.address {
        Address::SecurityGroup(group) => expr_key(graph, group),
        Address::Cidr(block) => block.to_string(),
        Address::PrefixList(list) => expr_key(graph, list),
    }
}

/// A text that is equal for equal expressions only, and does not depend on the order in which nodes were added.
fn expr_key(graph: &Graph, expr: &Expr) -> String {
    let all = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(",");
    match expr {
        Expr::Null => "null".to_owned(),
        Expr::Bool(value) => value.to_string(),
        Expr::Number(number) => number.to_string(),
        Expr::Text(text) => format!("{text:?}"),
        Expr::List(items) => format!("[{}]", all(&mut items.iter().map(|item| expr_key(graph, item)))),
        Expr::Map(object) | Expr::Object(object) => {
            let fields: SortedMap<&str, &Expr> =
                object.iter().map(|(name, value)| (&**name, value)).collect();
            let field = |(name, value)| format!("{name:?}:{}", expr_key(graph, value));
            format!("{{{}}}", all(&mut fields.into_iter().map(field)))
        }
        Expr::Call(call) => format!("{}({})", call.name, expr_key(graph, &call.argument)),
        Expr::Interpolation(parts) => {
            let part = |part: &Part| match part {
                Part::Text(text) => format!("{text:?}"),
                Part::Expr(expr) => expr_key(graph, expr),
            };
            format!("<{}>", all(&mut parts.iter().map(part)))
        }
        Expr::Ref(node) => format!("{} Ref", graph.path(*node)),
        Expr::GetAtt(node, attribute) => format!("{} GetAtt {attribute:?}", graph.path(*node)),
        Expr::LogicalId(node) => format!("{} Id", graph.path(*node)),
        Expr::AssetHash(node) => format!("{} Hash", graph.path(*node)),
    }
}

/// The same conditions, sorted by operator and key.
fn sorted(conditions: &Object) -> Object {
    let mut sorted = conditions.clone();
    for (_, keys) in sorted.iter_mut() {
        if let Expr::Map(keys) = keys {
            keys.sort();
        }
    }
    sorted.sort();
    sorted
}
