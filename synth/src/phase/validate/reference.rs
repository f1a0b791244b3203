//! What functions refer to: resources and their attributes, parameters, conditions, mappings, the variables of `Fn::Sub`.

use formwork_assembly::{Diagnostic, code, each};

use super::{
    Checker, Stand,
    function::Answer,
    names::PSEUDO_PARAMETERS,
    object::whole,
    phrase::{all_of, did_you_mean, quoted},
    readable::is_readable,
    resource::is_custom,
};
use crate::expr::{Expr, Object};

/// How many names a help line lists.
const MOST_LISTED: usize = 12;

impl<'t> Checker<'t, '_> {
    /// Checks the argument of `Ref`.
    pub(super) fn reference(&mut self, argument: &'t Expr) -> Answer {
        match argument {
            Expr::Text(name) => self.refer(name),
            Expr::Call(_) if self.names.transforms.extensions || self.names.transforms.any_macro => {
                self.scalar("Ref", argument);
                Answer::Unknown
            }
            Expr::Ref(_) | Expr::LogicalId(_) => Answer::Scalar,
            other => {
                self.shape("Ref", "the name of a resource or parameter", other);
                Answer::Unknown
            }
        }
    }

    /// Checks the argument of `Fn::GetAtt`, in either of its two forms.
    pub(super) fn get_att(&mut self, argument: &'t Expr) -> Answer {
        let (resource, attribute) = match argument {
            Expr::Text(text) => match text.split_once('.') {
                Some(parts) => parts,
                None => {
                    self.shape("Fn::GetAtt", "a resource and an attribute", argument);
                    return Answer::Unknown;
                }
            },
            Expr::List(parts) => match &parts[..] {
                [Expr::Text(resource), Expr::Text(attribute)] => (&**resource, &**attribute),
                [Expr::Text(resource), attribute @ Expr::Call(_)] => {
                    self.item(1, |checker| checker.scalar("Fn::GetAtt", attribute));
                    self.resource_exists(resource);
                    return Answer::Unknown;
                }
                [Expr::Call(_), _] if self.names.transforms.extensions => {
                    self.free(argument);
                    return Answer::Unknown;
                }
                _ => {
                    self.shape("Fn::GetAtt", "a resource and an attribute", argument);
                    return Answer::Unknown;
                }
            },
            Expr::Call(_) if self.names.transforms.extensions => {
                self.scalar("Fn::GetAtt", argument);
                return Answer::Unknown;
            }
            other => {
                self.shape("Fn::GetAtt", "a resource and an attribute", other);
                return Answer::Unknown;
            }
        };
        self.attribute(resource, attribute)
    }

    /// Checks the argument of `Fn::Sub`.
    pub(super) fn sub(&mut self, argument: &'t Expr) {
        let none = const { &Object::new() };
        let (text, variables) = match argument {
            Expr::Text(text) => (text, none),
            Expr::List(parts) => match &parts[..] {
                [Expr::Text(text)] => (text, none),
                [Expr::Text(text), Expr::Map(variables) | Expr::Object(variables)] => {
                    self.item(1, |checker| {
                        checker.each_field(variables, |checker, _, value| checker.scalar("Fn::Sub", value));
                    });
                    (text, variables)
                }
                _ => {
                    return self.shape(
                        "Fn::Sub",
                        "text, or a list of text and an object of variables",
                        argument,
                    );
                }
            },
            Expr::Interpolation(_) => return self.free(argument),
            _ => {
                return self.shape("Fn::Sub", "text, or a list of text and an object of variables", argument);
            }
        };
        self.dynamic_references(text);
        for variable in variables_of(text) {
            self.variable(variable, variables);
        }
    }

    /// Names pseudo parameters that stand in plain text as if it were an `Fn::Sub`. True if there are any. Text of several
    /// lines may be a script or another template, with variables of its own.
    pub(super) fn unsubstituted(&mut self, text: &str) -> bool {
        let found =
            variables_of(text).find(|name| PSEUDO_PARAMETERS.contains(name)).filter(|_| !text.contains('\n'));
        if let Some(name) = found {
            self.findings.push(
                Diagnostic::error(
                    &code::UNSUBSTITUTED,
                    format!("`${{{name}}}` stands in plain text and is not replaced"),
                )
                .help("put the text into `Fn::Sub`"),
            );
        }
        found.is_some()
    }

    fn variable(&mut self, variable: &str, variables: &Object) {
        let variable = variable.trim();
        if variables.get(variable).is_some() {
            return;
        }
        if variable.is_empty() || !variable.chars().all(|c| c.is_ascii_alphanumeric() || ":._".contains(c)) {
            let message =
                format!("`${{{}}}` is no variable of `Fn::Sub`", quoted(variable).trim_matches('`'));
            self.findings.push(
                Diagnostic::error(&code::FUNCTION_SHAPE, message)
                    .help("names hold letters, digits, `_`, `.` and `:`; write `${!…}` for text that is meant as it stands"),
            );
            return;
        }
        match variable.split_once('.') {
            Some((resource, attribute)) => {
                self.attribute(resource, attribute);
            }
            None if !self.may_be_referred_to(variable) => {
                let near = self.names.referable().chain(variables.iter().map(|(name, _)| &**name));
                let help = did_you_mean(variable, near);
                self.unknown_name(format!("`${{{variable}}}` names nothing in this template"), help);
            }
            None => {
                self.refer(variable);
            }
        }
    }

    fn refer(&mut self, name: &str) -> Answer {
        if let Some(parameter) = self.names.parameters.get(name) {
            let ty = parameter.as_object().and_then(|fields| fields.get("Type")?.as_text());
            return ty.map_or(Answer::Unknown, answer_of_parameter);
        }
        if self.names.places.contains_key(name) {
            self.no_resources(name);
            return Answer::Scalar;
        }
        if PSEUDO_PARAMETERS.contains(&name) {
            return match name {
                "AWS::NoValue" => Answer::Nothing,
                "AWS::NotificationARNs" => Answer::List,
                _ => Answer::Scalar,
            };
        }
        if !self.may_be_referred_to(name) {
            let help = match name.split_once('.') {
                Some((resource, _)) if self.names.places.contains_key(resource) => {
                    Some(format!("an attribute is read with `Fn::GetAtt`: `{{\"Fn::GetAtt\": \"{name}\"}}`"))
                }
                _ if self.names.conditions.contains_key(name) => {
                    Some("it is a condition: use it in `Fn::If`".to_owned())
                }
                _ if self.names.mappings.contains_key(name) => {
                    Some("it is a mapping: read it with `Fn::FindInMap`".to_owned())
                }
                _ => did_you_mean(name, self.names.referable()),
            };
            self.unknown_name(
                format!(
                    "`Ref` names {}, and the template has no resource or parameter of that name",
                    quoted(name)
                ),
                help,
            );
        }
        Answer::Unknown
    }

    fn may_be_referred_to(&self, name: &str) -> bool {
        self.names.may_be_resource(name)
            || self.names.may_be_parameter(name)
            || PSEUDO_PARAMETERS.contains(&name)
    }

    /// Checks an attribute of a resource and says what it answers.
    fn attribute(&mut self, resource: &str, attribute: &str) -> Answer {
        self.resource_exists(resource);
        let Some(type_name) = self.names.resource(resource).and_then(|one| one.type_name()) else {
            return Answer::Unknown;
        };
        if attribute.is_empty() {
            self.shape("Fn::GetAtt", "an attribute", &Expr::text(""));
            return Answer::Unknown;
        }
        if is_custom(type_name) || self.names.transforms.any_macro {
            return Answer::Unknown;
        }
        let Some(facts) = self.facts.resource_type(type_name) else {
            return Answer::Unknown;
        };
        let is = |name: &str| match name.strip_suffix('*') {
            Some(start) => attribute.starts_with(start),
            None => name == attribute,
        };
        // An attribute that is an object may be read in part.
        let inside = |name: &str| attribute.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        if let Some(known) = facts.attributes.iter().find(|known| is(known.name)) {
            return Answer::of(&known.ty);
        }
        let open = facts.transform.is_some()
            || is_readable(type_name, attribute.split('.').next().unwrap_or_default(), &facts)
            || facts
                .attributes
                .iter()
                .any(|known| inside(known.name) && Answer::of(&known.ty) != Answer::Scalar)
            || attribute.starts_with("Outputs.")
                && facts.attributes.iter().any(|known| known.name.starts_with("Outputs"));
        if open {
            return Answer::Unknown;
        }
        let names: Vec<&str> = each(&facts.attributes, |known| known.name);
        let help = did_you_mean(attribute, names.iter().copied()).unwrap_or_else(|| match names.len() {
            0 => "it has none; `Ref` gives what identifies it".to_owned(),
            1..=MOST_LISTED => format!("its attributes are {}", all_of(&names)),
            _ => format!(
                "its attributes are {} and {} more",
                each(names[..MOST_LISTED].iter(), |name| format!("`{name}`")).join(", "),
                names.len() - MOST_LISTED
            ),
        });
        let message = format!("{} `{resource}` has no attribute {}", whole(&facts, None), quoted(attribute));
        self.findings.push(Diagnostic::error(&code::UNKNOWN_ATTRIBUTE, message).help(help));
        Answer::Unknown
    }

    fn resource_exists(&mut self, resource: &str) {
        if self.names.places.contains_key(resource) {
            self.no_resources(resource);
        } else if !self.names.may_be_resource(resource) {
            let help = if self.names.parameters.contains_key(resource) {
                Some("it is a parameter: `Ref` gives its value".to_owned())
            } else {
                did_you_mean(resource, self.names.places.keys().copied())
            };
            self.unknown_name(
                format!("an attribute of {} is wanted, and no resource has that id", quoted(resource)),
                help,
            );
        }
    }

    /// Says so where a value must not depend on a resource.
    fn no_resources(&mut self, resource: &str) {
        let (place, why) = match self.stand {
            Stand::Value => return,
            Stand::Condition => ("a condition", "conditions are decided before any resource exists"),
            Stand::Rule => ("a rule", "rules are decided before any resource exists"),
            Stand::Name => ("the name of an export", "such a name must be known before any resource exists"),
        };
        self.findings.push(
            Diagnostic::error(&code::FUNCTION_PLACE, format!("{place} depends on the resource `{resource}`"))
                .help(why),
        );
    }

    /// Checks that a condition exists.
    pub(super) fn condition_exists(&mut self, name: &str) {
        if !self.names.may_be_condition(name) {
            let help = did_you_mean(name, self.names.conditions.keys().copied());
            let message = format!("there is no condition {}", quoted(name));
            self.findings.push(with_help(Diagnostic::error(&code::UNKNOWN_CONDITION, message), help));
        }
    }

    /// Checks that a mapping has an entry, as far as its name and keys are literal.
    pub(super) fn mapping_entry(&mut self, mapping: &'t Expr, key: &'t Expr, name: &'t Expr, default: bool) {
        let Some(mapping) = mapping.as_text() else { return };
        let Some(entries) = self.names.mappings.get(mapping).copied() else {
            if !self.names.may_be_mapping(mapping) && !default {
                let help = did_you_mean(mapping, self.names.mappings.keys().copied());
                let message = format!("there is no mapping {}", quoted(mapping));
                self.findings.push(with_help(Diagnostic::error(&code::UNKNOWN_MAPPING, message), help));
            }
            return;
        };
        if default {
            return;
        }
        let Some(entries) = entries.as_object().filter(|entries| !super::names::is_open(entries)) else {
            return;
        };
        let keys: Vec<&Object> = match key.as_text() {
            Some(key) => match entries.get(key) {
                Some(entry) => entry.as_object().into_iter().collect(),
                None => return self.no_entry(mapping, key, entries),
            },
            None => entries.iter().filter_map(|(_, entry)| entry.as_object()).collect(),
        };
        let Some(name) = name.as_text() else { return };
        if let Some(entry) = keys.first()
            && keys.iter().all(|entry| !super::names::is_open(entry) && entry.get(name).is_none())
        {
            self.no_entry(mapping, name, entry);
        }
    }

    fn no_entry(&mut self, mapping: &str, key: &str, entries: &Object) {
        let help = did_you_mean(key, entries.iter().map(|(key, _)| &**key));
        let message = format!("the mapping `{mapping}` has no key {}", quoted(key));
        self.findings.push(with_help(Diagnostic::error(&code::UNKNOWN_MAPPING, message), help));
    }

    fn unknown_name(&mut self, message: String, help: Option<String>) {
        self.findings.push(with_help(Diagnostic::error(&code::UNKNOWN_NAME, message), help));
    }
}

/// Adds a help line where there is one.
pub(super) fn with_help(finding: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// The names between `${` and `}` that are no literals.
pub(super) fn variables_of(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            // By one character, which is found quickest: most texts have none.
            let (_, after) = rest.split_once('$')?;
            let Some(after) = after.strip_prefix('{') else {
                rest = after;
                continue;
            };
            let (name, next) = after.split_once('}')?;
            rest = next;
            if !name.starts_with('!') {
                return Some(name);
            }
        }
    })
}

/// What `Ref` answers for a parameter of that type.
fn answer_of_parameter(ty: &str) -> Answer {
    let inner = ty.strip_prefix("AWS::SSM::Parameter::Value<").unwrap_or(ty);
    if inner.starts_with("List<") || inner.starts_with("CommaDelimitedList") {
        Answer::List
    } else {
        Answer::Scalar
    }
}
