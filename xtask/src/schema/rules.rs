//! Either/or requirements: read from `required…` and `dependent…` words and from alternatives that only require.

use super::json::{items, keep, members, sorted, strings};
use super::node::{Choice, Node};
use formwork_schema::{Object, Rule};
use serde_json::Value;

/// The rules that the words of a node state.
pub fn stated(node: &Node) -> Vec<Rule> {
    let names = |word| strings(node.get(word)).into_iter().map(keep).collect::<Vec<_>>();
    let mut rules = Vec::new();
    let one = names("requiredXor");
    if !one.is_empty() {
        rules.push(Rule::OneOf(one));
    }
    let any = names("requiredOr");
    if !any.is_empty() {
        rules.push(Rule::AnyOf(any));
    }
    for word in ["dependentRequired", "dependencies"] {
        rules.extend(members(node.get(word)).filter_map(|(name, needs)| {
            // A dependency may also be a schema; only what it requires outright is a plain fact.
            let needs = if needs.is_array() { Some(needs) } else { needs.get("required") };
            let needs: Vec<&str> = strings(needs).into_iter().filter(|need| need != name).map(keep).collect();
            (!needs.is_empty()).then(|| Rule::Requires(keep(name), needs))
        }));
    }
    rules.extend(members(node.get("dependentExcluded")).filter_map(|(name, others)| {
        let others: Vec<&str> = strings(Some(others)).into_iter().map(keep).collect();
        (!others.is_empty()).then(|| Rule::Excludes(keep(name), others))
    }));
    rules
}

/// The rule behind a choice, given what is required anyway.
pub fn chosen(root: &Value, choice: &Choice, required: &[&str]) -> Option<Rule> {
    let mut exclusive = choice.exclusive;
    let mut groups: Vec<Vec<&'static str>> = Vec::new();
    for branch in &choice.branches {
        let branch = Node::read(root, branch);
        let nested: Vec<Vec<&'static str>> = branch
            .choices
            .iter()
            .flat_map(|inner| &inner.branches)
            .map(|inner| group(&Node::read(root, inner), required))
            .collect();
        if nested.is_empty() {
            groups.push(group(&branch, required));
        } else {
            // A choice within a choice: what is left is that one of all the groups must be there.
            exclusive = false;
            let own = group(&branch, required);
            groups.extend(nested.into_iter().map(|inner| [own.clone(), inner].concat()));
        }
    }
    if groups.len() < 2 || groups.iter().any(Vec::is_empty) {
        return None;
    }
    let distinct = sorted(groups.clone());
    let within = |a: &Vec<&str>, b: &Vec<&str>| a != b && a.iter().all(|name| b.contains(name));
    if distinct.len() < groups.len() || distinct.iter().any(|a| distinct.iter().any(|b| within(a, b))) {
        exclusive = false;
    }
    if distinct.len() == 1 {
        return None;
    }
    Some(match (distinct.iter().all(|group| group.len() == 1), exclusive) {
        (true, true) => Rule::OneOf(distinct.concat()),
        (true, false) => Rule::AnyOf(distinct.concat()),
        (false, true) => Rule::OneGroup(distinct),
        (false, false) => Rule::AnyGroup(distinct),
    })
}

fn group(branch: &Node, required: &[&str]) -> Vec<&'static str> {
    sorted(branch.required().into_iter().filter(|name| !required.contains(name)).map(keep).collect())
}

/// What every branch of a choice requires.
pub fn common<'a>(branches: &'a [Node]) -> Vec<&'a str> {
    let Some((first, rest)) = branches.split_first() else { return Vec::new() };
    let everywhere = |name: &&'a str| rest.iter().all(|branch| branch.required().contains(name));
    first.required().into_iter().filter(everywhere).collect()
}

/// Drops from the rules of an object what its properties do not have, and what then says nothing.
pub fn tidy(object: &mut Object) {
    let names: Vec<&str> = object.properties.iter().map(|property| property.name).collect();
    let known = |list: &mut Vec<&'static str>| list.retain(|name| names.contains(name));
    object.rules.retain_mut(|rule| match rule {
        Rule::AnyOf(list) | Rule::OneOf(list) => {
            known(list);
            list.len() > 1
        }
        Rule::Requires(name, list) | Rule::Excludes(name, list) => {
            known(list);
            names.contains(name) && !list.is_empty()
        }
        Rule::AnyGroup(groups) | Rule::OneGroup(groups) => {
            groups.iter().flatten().all(|name| names.contains(name))
        }
    });
    let mut kept: Vec<Rule> = Vec::new();
    for rule in object.rules.drain(..) {
        if !kept.contains(&rule) {
            kept.push(rule);
        }
    }
    object.rules = kept;
}

/// True where a branch of an alternative stands for "any intrinsic function", as the schemas of the Serverless types
/// write it out.
pub fn is_intrinsic(branch: &Value) -> bool {
    let bare = |value: &Value| value.as_object().is_some_and(|words| words.len() == 1);
    (bare(branch) && branch.get("type").and_then(Value::as_str) == Some("object"))
        || branch.get("$ref").and_then(Value::as_str) == Some("#/definitions/Ref")
}

/// The branches of a choice without those that stand for intrinsic functions, unless no others are there.
pub fn without_intrinsics(choice: &Choice) -> Choice {
    let branches: Vec<Value> = items(Some(&Value::Array(choice.branches.clone())))
        .filter(|branch| !is_intrinsic(branch))
        .cloned()
        .collect();
    if branches.is_empty() { choice.clone() } else { Choice { exclusive: choice.exclusive, branches } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(schema: &Value) -> Option<Rule> {
        let node = Node::read(schema, schema);
        chosen(schema, &node.choices[0], &node.required())
    }

    #[test]
    fn single_names_are_one_of_or_any_of() {
        let one = json!({"oneOf": [{"required": ["B"]}, {"required": ["A"]}]});
        assert_eq!(rule(&one), Some(Rule::OneOf(vec!["A", "B"])));
        let any = json!({"anyOf": [{"required": ["A"]}, {"required": ["B"]}]});
        assert_eq!(rule(&any), Some(Rule::AnyOf(vec!["A", "B"])));
    }

    #[test]
    fn what_is_required_anyway_is_no_choice() {
        let schema =
            json!({"required": ["A"], "oneOf": [{"required": ["A", "B"]}, {"required": ["A", "C"]}]});
        assert_eq!(rule(&schema), Some(Rule::OneOf(vec!["B", "C"])));
        let nothing_left = json!({"required": ["A"], "oneOf": [{"required": ["A"]}, {"required": ["B"]}]});
        assert_eq!(rule(&nothing_left), None);
    }

    #[test]
    fn groups_within_groups_do_not_exclude_each_other() {
        let schema = json!({"oneOf": [{"required": ["A"]}, {"required": ["A", "B"]}]});
        assert_eq!(rule(&schema), Some(Rule::AnyGroup(vec![vec!["A"], vec!["A", "B"]])));
        let apart = json!({"oneOf": [{"required": ["A"]}, {"required": ["B", "C"]}]});
        assert_eq!(rule(&apart), Some(Rule::OneGroup(vec![vec!["A"], vec!["B", "C"]])));
    }

    #[test]
    fn written_rules_are_read() {
        let schema = json!({
            "requiredXor": ["A", "B"],
            "dependentRequired": {"A": ["C"]},
            "dependencies": {"B": {"required": ["C"]}},
            "dependentExcluded": {"C": ["D"]},
        });
        let expected = vec![
            Rule::OneOf(vec!["A", "B"]),
            Rule::Requires("A", vec!["C"]),
            Rule::Requires("B", vec!["C"]),
            Rule::Excludes("C", vec!["D"]),
        ];
        assert_eq!(stated(&Node::read(&schema, &schema)), expected);
    }
}
