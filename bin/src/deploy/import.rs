//! What there is, and is to become part of a stack: found in the templates by its name, and told to CloudFormation by its identifier.

use formwork_assembly::{Assembly, Diagnostic, Stack, code};
use formwork_schema::resource_type;

use super::{
    Import, Session,
    cloud::{Cloud, ImportedResource, StackDescription},
    origins::Origins,
    template,
};
use crate::shell;

impl Import {
    /// Finds the resource of a template by its construct path, or by stack and logical id: `Shop/Orders`. The identifier is what its service
    /// knows it by; where that has several parts, they stand with `|` between them, in the order in which AWS names them.
    ///
    /// # Errors
    /// There is no such resource, it cannot be imported, or its identifier has another number of parts.
    pub fn find(assembly: &Assembly, name: &str, identifier: &str) -> Result<Self, Diagnostic> {
        let Some((stack, logical_id)) = resource(assembly, name) else {
            let known = assembly.stacks.iter().flat_map(|stack| &stack.resources);
            let known = known.map(|origin| origin.path.as_str());
            let near = formwork_assembly::near(name, known);
            let help = near.map_or_else(
                || "name it by its construct path, or as `STACK/LOGICALID`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(Diagnostic::error(&code::IMPORT, format!("no template has `{name}`")).help(help));
        };
        let kind = kind(stack, logical_id);
        let names = resource_type(&kind).map(|facts| facts.primary_identifier).unwrap_or_default();
        let values: Vec<&str> = identifier.split('|').collect();
        if names.len() != values.len() || values.contains(&"") {
            let message = format!("`{identifier}` does not identify `{name}` ({kind})");
            let help = match &*names {
                [] => "its type cannot be imported".to_owned(),
                names => {
                    let import = format!("{name}={}", names.join("|"));
                    format!("give the value of {}: `--import {}`", names.join(", "), shell::word(&import))
                }
            };
            return Err(Diagnostic::error(&code::IMPORT, message).path(name).help(help));
        }
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let identifier = names.into_iter().zip(values).map(pair).collect();
        let resource = ImportedResource { kind, logical_id: logical_id.to_owned(), identifier };
        Ok(Self { stack: stack.id.clone(), resource })
    }
}

/// The role of an import: that of the stack. CloudFormation refuses to give it another one on the way, or a new stack any.
pub(super) fn role<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    existing: Option<&StackDescription>,
    wanted: Option<String>,
) -> Option<String> {
    let wanted = wanted?;
    if existing.is_some_and(|existing| existing.role.as_ref() == Some(&wanted)) {
        return Some(wanted);
    }
    let message = format!("an import cannot give the stack `{}` the role `{wanted}`", stack.name);
    let help = "CloudFormation acts with the role that the stack has, or else with the caller's rights; the next deployment gives it the role";
    let warning = Diagnostic::warning(&code::IMPORT, message).path(&stack.id).help(help);
    session.teller.warn(warning);
    None
}

/// Warns of what is new in a stack and has a name with functions, where whatever is there is to be taken over: CloudFormation looks for names
/// that stand in the template as they are.
pub(super) fn warn_of_names<C: Cloud>(session: &Session<C>, stack: &Stack, deployed: Option<&str>) {
    let there = deployed.map(template::resources).unwrap_or_default();
    let origins = Origins::of(stack);
    for (id, resource) in
        template::resources(&stack.template).iter().filter(|(id, _)| !there.contains_key(*id))
    {
        let kind = resource["Type"].as_str().unwrap_or_default();
        let names = resource_type(kind).map(|facts| facts.primary_identifier).unwrap_or_default();
        for name in names.iter().filter(|name| resource["Properties"][name].is_object()) {
            let message = format!("`{id}` ({kind}) is not taken over: its `{name}` is made by functions");
            let help = "`--import-existing` finds what has its name in the template as it is: give it such a name, \
                        or name what is there by `--import`";
            let warning = Diagnostic::warning(&code::IMPORT, message).property(*name).help(help);
            session.teller.warn(origins.mark(warning, id));
        }
    }
}

/// The stack and logical id of a name.
fn resource<'a>(assembly: &'a Assembly, name: &str) -> Option<(&'a Stack, &'a str)> {
    let all = assembly.stacks.iter().flat_map(|stack| stack.resources.iter().map(move |one| (stack, one)));
    let is_meant = |stack: &Stack, logical_id: &str| {
        name.strip_prefix(stack.id.as_str()).and_then(|rest| rest.strip_prefix('/')) == Some(logical_id)
    };
    let mut found = all.filter(|(stack, one)| one.path == name || is_meant(stack, &one.logical_id));
    found.next().map(|(stack, one)| (stack, one.logical_id.as_str()))
}

/// The type of a resource.
fn kind(stack: &Stack, logical_id: &str) -> String {
    let resources = template::resources(&stack.template);
    let kind = resources.get(logical_id).and_then(|resource| resource["Type"].as_str());
    kind.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use formwork_assembly::ResourceOrigin;
    use serde_json::json;

    use super::*;

    fn shop() -> Assembly {
        let origin = |id: &str, path: &str| ResourceOrigin {
            logical_id: id.to_owned(),
            path: path.to_owned(),
            at: None,
        };
        let template = json!({ "Resources": {
            "OrdersTable": { "Type": "AWS::DynamoDB::Table" },
            "Api": { "Type": "AWS::ECS::Service" },
        } });
        let resources = vec![origin("Api", "Shop/Api"), origin("OrdersTable", "Shop/Orders/Table")];
        let stack =
            Stack { id: "Shop".to_owned(), template: template.to_string(), resources, ..Stack::default() };
        Assembly { stacks: vec![stack], ..Assembly::default() }
    }

    #[test]
    fn a_resource_is_named_by_path_or_logical_id() {
        for name in ["Shop/Orders/Table", "Shop/OrdersTable"] {
            let import = Import::find(&shop(), name, "orders").expect("is there");
            assert_eq!((import.stack.as_str(), import.resource.logical_id.as_str()), ("Shop", "OrdersTable"));
            assert_eq!(import.resource.identifier, [("TableName".to_owned(), "orders".to_owned())]);
        }
        let import = Import::find(&shop(), "Shop/Api", "arn:service|main").expect("is there");
        let names: Vec<&str> = import.resource.identifier.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["ServiceArn", "Cluster"]);
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let help = |name, identifier| {
            let finding = Import::find(&shop(), name, identifier).expect_err("is refused");
            (finding.message, finding.help.expect("has help"))
        };
        let (message, near) = help("Shop/Orders/Tabel", "orders");
        assert_eq!(
            (message.as_str(), near.as_str()),
            ("no template has `Shop/Orders/Tabel`", "did you mean `Shop/Orders/Table`?")
        );
        let (message, parts) = help("Shop/Api", "main");
        assert_eq!(message, "`main` does not identify `Shop/Api` (AWS::ECS::Service)");
        let import = shell::word("Shop/Api=ServiceArn|Cluster");
        assert_eq!(parts, format!("give the value of ServiceArn, Cluster: `--import {import}`"));
    }
}
