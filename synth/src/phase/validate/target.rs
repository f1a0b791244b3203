//! What a reference gives against what its property wants: the ARN of a role where a role's ARN belongs, not its name.
//!
//! Only references to a resource of a type that the property names are judged. The facts know where most properties point,
//! but not everything that may stand there, so a resource of another type is taken to be meant.

use formwork_assembly::{Diagnostic, code, each};
use formwork_schema::{ResourceType, Target, Text, Type};

use super::{Checker, phrase::one_of, resource::is_custom};
use crate::expr::{Call, Expr};

impl Checker<'_, '_> {
    /// Checks that a reference gives what the property wants of that type of resource.
    pub(super) fn target(&mut self, call: &Call, text: &Text) {
        let (resource, attribute) = match (&*call.name, &call.argument) {
            ("Ref", Expr::Text(resource)) => (&**resource, None),
            ("Fn::GetAtt", Expr::Text(both)) => match both.split_once('.') {
                Some((resource, attribute)) => (resource, Some(attribute)),
                None => return,
            },
            ("Fn::GetAtt", Expr::List(parts)) => match &parts[..] {
                [Expr::Text(resource), Expr::Text(attribute)] => (&**resource, Some(&**attribute)),
                _ => return,
            },
            _ => return,
        };
        let Some(type_name) = self.names.resource(resource).and_then(|one| one.type_name()) else {
            return;
        };
        let wanted: Vec<Target> =
            text.targets.iter().copied().filter(|target| target.resource == type_name).collect();
        let Some(facts) = self.facts.resource_type(type_name) else { return };
        if wanted.is_empty() {
            if attribute.is_none() && is_strict(text) && !is_custom(type_name) && facts.transform.is_none() {
                self.stranger(resource, &facts, text);
            }
            return;
        }
        let given: Vec<&str> = match attribute {
            Some(attribute) => vec![attribute],
            None => facts.ref_returns.clone(),
        };
        let fits = |name: &&str| {
            wanted.iter().any(|target| target.attribute == *name || means(&facts, name, target))
        };
        if given.is_empty() || given.iter().any(fits) {
            return;
        }
        // One ARN may well stand for another, and many services take a name for an ARN or the other way round: what
        // must not be mistaken are names where the property has room for ARNs only.
        let takes_arns = wanted.iter().all(|target| target.attribute.ends_with("Arn"));
        let gives_none = given.iter().all(|name| !name.ends_with("Arn"));
        if !takes_arns || !gives_none || !self.refuses_names(text, type_name) {
            return;
        }
        let subject = self.findings.subject();
        let wants: Vec<&str> = each(&wanted, |target| target.attribute);
        let gives = one_of(&given);
        let ways: Vec<String> = wants.iter().map(|name| way(&facts, resource, name)).collect();
        self.findings.push(
            Diagnostic::error(
                &code::WRONG_REFERENCE,
                format!("`{subject}` is the {gives} of `{resource}`, and takes its {}", one_of(&wants)),
            )
            .help(format!("write {}", one_of(ways))),
        );
    }

    /// Says that a resource of quite another type is referred to.
    fn stranger(&mut self, resource: &str, facts: &ResourceType, text: &Text) {
        let subject = self.findings.subject();
        let types = one_of(text.targets.iter().map(|target| short(target.resource)));
        self.findings.push(
            Diagnostic::error(
                &code::WRONG_REFERENCE,
                format!("`{subject}` is the `{}` `{resource}`, and takes {types}", short(facts.name)),
            )
            .help(format!("refer to a resource of type {types}")),
        );
    }

    /// True if a plain name cannot stand in the property; without a pattern, if nobody takes the name of such a resource.
    fn refuses_names(&mut self, text: &Text, type_name: &str) -> bool {
        match text.pattern.and_then(|pattern| self.facts.pattern(pattern)) {
            Some(pattern) => !pattern.may_match("Name"),
            None => type_name == "AWS::IAM::Role",
        }
    }
}

/// True if nothing but the id of one of the property's own kind of resource can stand in it.
fn is_strict(text: &Text) -> bool {
    const STRICT: [&str; 3] = ["AWS::EC2::SecurityGroup", "AWS::EC2::Subnet", "AWS::EC2::VPC"];
    !text.targets.is_empty() && text.targets.iter().all(|target| STRICT.contains(&target.resource))
}

fn short(type_name: &str) -> &str {
    type_name.strip_prefix("AWS::").unwrap_or(type_name)
}

/// True if an attribute or property of a type is another name for what is wanted.
fn means(facts: &ResourceType, name: &str, wanted: &Target) -> bool {
    let attribute =
        facts.attributes.iter().find(|attribute| attribute.name == name).map(|attribute| &attribute.ty);
    let property =
        || facts.body.properties.iter().find(|property| property.name == name).map(|property| &property.ty);
    match attribute.or_else(property) {
        Some(Type::String(text)) => text.targets.contains(wanted),
        _ => false,
    }
}

/// How to write the wanted attribute.
fn way(facts: &ResourceType, resource: &str, attribute: &str) -> String {
    if facts.ref_returns == [attribute] {
        format!("{{\"Ref\": \"{resource}\"}}")
    } else {
        format!("{{\"Fn::GetAtt\": [\"{resource}\", \"{attribute}\"]}}")
    }
}
