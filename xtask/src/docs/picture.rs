//! The picture of a construct: what of its snapshot belongs together in a protected stage, and who refers to whom.
//!
//! It is one use of the construct, the one with the most resources. What it stands beside, such as a VPC, is one node; so are several resources of
//! a type.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A resource of a snapshot: its logical id, its type, and the ids that it refers to.
struct Resource {
    id: String,
    kind: String,
    refers_to: BTreeSet<String>,
}

/// A diagram in Mermaid's language of the resources in the last template of a snapshot that has one of the types.
pub(super) fn draw(snapshot: &str, kinds: &[&str]) -> Option<String> {
    let resources = kinds.first().and_then(|_| resources(snapshot, kinds))?;
    let ids: BTreeSet<&str> = resources.iter().map(|resource| resource.id.as_str()).collect();
    let group_of = |id: &str| group(id, &ids);
    let subject = subject(&resources, kinds, group_of)?;
    // A node is a type within the subject, or another group as a whole.
    let node_of = |resource: &Resource| match group_of(&resource.id) {
        group if group == subject => resource.kind.clone(),
        group => group,
    };
    let by_id: BTreeMap<&str, String> =
        resources.iter().map(|resource| (resource.id.as_str(), node_of(resource))).collect();
    let mut edges = BTreeSet::new();
    for resource in &resources {
        let from = &by_id[resource.id.as_str()];
        let to = resource.refers_to.iter().filter_map(|id| by_id.get(id.as_str()));
        edges.extend(to.filter(|to| *to != from).map(|to| (from.clone(), to.clone())));
    }
    // Of the others only those are shown that it refers to.
    let own: BTreeSet<String> =
        resources.iter().filter(|one| group_of(&one.id) == subject).map(node_of).collect();
    edges.retain(|(from, _)| own.contains(from));
    let mut shown = own.clone();
    shown.extend(edges.iter().flat_map(|(from, to)| [from.clone(), to.clone()]));
    let numbers: BTreeMap<&String, usize> = shown.iter().zip(1..).collect();
    let mut text = "graph LR\n".to_owned();
    for (node, number) in &numbers {
        let members: Vec<&Resource> =
            resources.iter().filter(|one| by_id[one.id.as_str()] == **node).collect();
        let short = node.replace("AWS::", "");
        text += &match (own.contains(*node), members.as_slice()) {
            (false, _) => format!("  n{number}([{short}])\n"),
            (true, [one]) => format!("  n{number}[\"{}<br/>{short}\"]\n", one.id),
            (true, several) => format!("  n{number}[\"{} × {short}\"]\n", several.len()),
        };
    }
    for (from, to) in &edges {
        text += &format!("  n{} --> n{}\n", numbers[from], numbers[to]);
    }
    Some(text)
}

/// What the last template of a snapshot that has one of the types is made of: that of the protected stage.
fn resources(snapshot: &str, kinds: &[&str]) -> Option<Vec<Resource>> {
    let parts: Vec<&str> = snapshot.split("\n# ").filter_map(|part| Some(part.split_once('\n')?.1)).collect();
    parts.into_iter().rev().find_map(|text| {
        let template: Value = serde_json::from_str(text).ok()?;
        let resources: Vec<Resource> = template["Resources"]
            .as_object()?
            .iter()
            .map(|(id, body)| Resource {
                id: id.clone(),
                kind: body["Type"].as_str().unwrap_or_default().to_owned(),
                refers_to: references(&body["Properties"]),
            })
            .collect();
        resources.iter().any(|one| one.kind == kinds[0]).then_some(resources)
    })
}

/// The group with the most resources among those with the first type.
fn subject(resources: &[Resource], kinds: &[&str], group_of: impl Fn(&str) -> String) -> Option<String> {
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    for resource in resources {
        *sizes.entry(group_of(&resource.id)).or_default() += 1;
    }
    let mains = resources.iter().filter(|one| one.kind == kinds[0]).map(|one| group_of(&one.id));
    mains.max_by_key(|group| (sizes[group], std::cmp::Reverse(group.clone())))
}

/// What all ids begin with that have the first word of this one: `OnCall` for `OnCallKey` beside `OnCallTopic`.
fn group(id: &str, ids: &BTreeSet<&str>) -> String {
    let words = words(id);
    let others: Vec<Vec<&str>> =
        ids.iter().map(|id| self::words(id)).filter(|one| one.first() == words.first()).collect();
    let shared = (0..words.len()).take_while(|at| others.iter().all(|one| one.get(*at) == words.get(*at)));
    words[..shared.count()].concat()
}

/// `Order`, `Queue` of `OrderQueue`.
fn words(id: &str) -> Vec<&str> {
    let begins = id.char_indices().filter(|(at, letter)| *at == 0 || letter.is_uppercase()).map(|(at, _)| at);
    let begins: Vec<usize> = begins.chain([id.len()]).collect();
    begins.windows(2).map(|pair| &id[pair[0]..pair[1]]).collect()
}

/// The logical ids that a value names, among other names.
fn references(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match value {
        Value::Array(items) => found.extend(items.iter().flat_map(references)),
        Value::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("Ref", Value::String(id)) => found.extend([id.clone()]),
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        found.extend(parts.first().and_then(Value::as_str).map(str::to_owned));
                    }
                    ("Fn::Sub", Value::String(text)) => found.extend(placeholders(text)),
                    ("Fn::Sub", Value::Array(parts)) => {
                        found
                            .extend(parts.first().and_then(Value::as_str).into_iter().flat_map(placeholders));
                        found.extend(parts.iter().flat_map(references));
                    }
                    _ => found.extend(references(value)),
                }
            }
        }
        _ => {}
    }
    found
}

fn placeholders(text: &str) -> impl Iterator<Item = String> {
    let names = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    names.filter_map(|(name, _)| name.split('.').next().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::draw;

    const SNAPSHOT: &str = r#"---
---
# Shop (shop-dev-Shop)
{"Resources": {"Old": {"Type": "AWS::SQS::Queue"}}}
# Shop (shop-prod-Shop)
{"Resources": {
  "Vpc": {"Type": "AWS::EC2::VPC"},
  "VpcPublicSubnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}}},
  "Plain": {"Type": "AWS::SQS::Queue"},
  "Orders": {"Type": "AWS::SQS::Queue", "Properties": {"Dead": {"Fn::GetAtt": ["OrdersDead", "Arn"]}}},
  "OrdersDead": {"Type": "AWS::SQS::Queue"},
  "OrdersPolicy": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"From": {"Fn::Sub": "${Orders.Arn} ${AWS::Region} ${Vpc}"}}}
}}
"#;

    #[test]
    fn the_largest_use_is_drawn_with_what_it_stands_beside() {
        let picture = draw(SNAPSHOT, &["AWS::SQS::Queue"]).expect("there is one");
        assert_eq!(
            picture,
            "graph LR\n  n1[\"2 × SQS::Queue\"]\n  n2[\"OrdersPolicy<br/>SQS::QueuePolicy\"]\n  n3([Vpc])\n  n2 --> n1\n  n2 --> n3\n"
        );
    }

    #[test]
    fn without_the_type_there_is_no_picture() {
        assert_eq!(draw(SNAPSHOT, &["AWS::SNS::Topic"]), None);
    }
}
