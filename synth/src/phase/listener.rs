//! The rules of a listener, wherever in the app they are: each has a priority of its own.
//!
//! The validate phase sees one template at a time, and the rules of one listener may lie in several.

use formwork_assembly::{Diagnostic, SortedMap, code};

use crate::{
    expr::Expr,
    graph::{Element, Graph, NodeId},
    resource::RawResource,
};

/// What tells the rules of a listener apart: the listener, of the app or by its ARN, and the priority.
type Key = (Result<NodeId, String>, String);

/// Reports every rule that has the priority of another one of its listener, and names both.
pub(super) fn clashes(graph: &mut Graph) {
    let mut seen: SortedMap<Key, NodeId> = SortedMap::new();
    let mut clashes = Vec::new();
    for index in 0..graph.nodes.len() {
        let id = graph.id(index);
        let Element::Resource(resource) = &graph.node(id).element else { continue };
        let Some(key) = key(resource) else { continue };
        match seen.get(&key) {
            Some(first) => clashes.push((*first, id, key.1)),
            None => {
                seen.insert(key, id);
            }
        }
    }
    for (first, second, priority) in clashes {
        let message = format!("the rule has the priority {priority}, and so has `{}`", graph.path(first));
        let diagnostic = Diagnostic::error(&code::ROUTE_CLASH, message)
            .help("set the priority of one of the two routes: `.priority(10)`")
            .related("the other one", graph.place(first));
        graph.report(second, diagnostic);
    }
}

fn key(resource: &RawResource) -> Option<Key> {
    // Two resources under different conditions may never meet.
    if resource.type_name() != "AWS::ElasticLoadBalancingV2::ListenerRule"
        || resource.options.condition.is_some()
    {
        return None;
    }
    let listener = match resource.properties.get("ListenerArn")? {
        Expr::Ref(node) | Expr::GetAtt(node, _) => Ok(*node),
        Expr::Text(arn) => Err(arn.to_string()),
        _ => return None,
    };
    match resource.properties.get("Priority")? {
        Expr::Number(priority) => Some((listener, priority.to_string())),
        Expr::Text(priority) => Some((listener, priority.to_string())),
        _ => None,
    }
}
