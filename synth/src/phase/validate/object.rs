//! The properties of an object: known or not, required, read-only, and the rules that tie them together.

use formwork_assembly::{Diagnostic, code, each};
use formwork_schema::{Object as Body, Property, ResourceType, Rule};

use super::{
    Checker,
    finding::Step,
    names::is_open,
    phrase::{all_of, did_you_mean, one_of},
};
use crate::expr::{Expr, Object};

/// Properties that may name a local file, which `aws cloudformation package` uploads and replaces.
const PACKAGED: [(&str, &str); 8] = [
    ("AWS::ApiGateway::RestApi", "BodyS3Location"),
    ("AWS::AppSync::GraphQLSchema", "DefinitionS3Location"),
    ("AWS::CloudFormation::Stack", "TemplateURL"),
    ("AWS::CodeCommit::Repository", "Code"),
    ("AWS::ElasticBeanstalk::ApplicationVersion", "SourceBundle"),
    ("AWS::Lambda::Function", "Code"),
    ("AWS::Lambda::LayerVersion", "Content"),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"),
];

/// Whether a value will be there when CloudFormation has decided every condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// It will.
    Set,
    /// A condition or a transform decides.
    Maybe,
    /// It will not: `AWS::NoValue`.
    Absent,
}

/// Whether a value that is written down will be there.
pub(super) fn presence(expr: &Expr) -> Presence {
    match expr {
        Expr::Call(call) => match (&*call.name, &call.argument) {
            ("Ref", Expr::Text(name)) if name == "AWS::NoValue" => Presence::Absent,
            ("Fn::If", Expr::List(parts)) if parts.len() == 3 => {
                match (presence(&parts[1]), presence(&parts[2])) {
                    (one, other) if one == other => one,
                    _ => Presence::Maybe,
                }
            }
            ("Fn::Transform", _) => Presence::Maybe,
            _ => Presence::Set,
        },
        _ => Presence::Set,
    }
}

impl<'t> Checker<'t, '_> {
    /// Checks the fields of an object against its properties and rules. `name` is that of a nested property type.
    pub(super) fn object(
        &mut self,
        fields: &'t Object,
        body: &Body,
        owner: &ResourceType,
        name: Option<&str>,
    ) {
        let has_functions = fields.iter().any(|(field, _)| field.starts_with("Fn::"));
        if has_functions {
            self.stray_functions(fields);
        }
        let mut next = 0;
        for (field, value) in fields.iter().filter(|(field, _)| !has_functions || !field.starts_with("Fn::"))
        {
            self.findings.down(Step::Key(field));
            match place(body, field, next) {
                Some(place) => {
                    next = place + 1;
                    let property = &body.properties[place];
                    let tagging = owner.tagging.filter(|_| name.is_none());
                    if tagging.is_some_and(|tagging| tagging.property == property.name) {
                        self.tags_property(value, property, owner);
                    } else {
                        self.property(value, property, owner);
                    }
                }
                None if body.open => self.free(value),
                None => {
                    self.unknown(field, body, owner, name);
                    self.free(value);
                }
            }
            self.findings.up();
        }
        if has_functions && is_open(fields) {
            return;
        }
        let globals = self.globals && owner.transform.is_some() && name.is_none();
        for property in body.properties.iter().filter(|property| property.required && !globals) {
            if is_set(fields, property.name) == Presence::Absent {
                self.missing(property, fields, owner, name);
            }
        }
        for rule in body.rules.iter().filter(|_| !globals) {
            if let Some(broken) = broken(rule, fields) {
                let whole = whole(owner, name);
                self.findings.push(
                    Diagnostic::error(&code::PROPERTY_RULE, format!("{whole} {}", broken.message))
                        .help(broken.help),
                );
            }
        }
    }

    pub(super) fn property(&mut self, value: &'t Expr, property: &Property, owner: &ResourceType) {
        // The published shapes of serverless types are older than their transform: names hold, values are its affair.
        let packaged = PACKAGED.contains(&(owner.name, property.name))
            && value.as_text().is_some_and(|text| text.contains(['/', '.']));
        if owner.transform.is_some() || packaged {
            return self.free(value);
        }
        if property.write_only {
            self.findings.hide();
            self.value(value, &property.ty, owner);
            self.findings.unhide();
        } else {
            self.value(value, &property.ty, owner);
        }
    }

    fn unknown(&mut self, field: &str, body: &Body, owner: &ResourceType, name: Option<&str>) {
        let whole = whole(owner, name);
        let is_read_only = name.is_none()
            && owner.attributes.iter().any(|attribute| {
                attribute
                    .name
                    .strip_prefix(field)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
        if is_read_only {
            self.findings.push(
                Diagnostic::error(
                    &code::READ_ONLY,
                    format!("`{field}` of {whole} is set by AWS and cannot be given"),
                )
                .help(format!("remove it; other resources read it with `Fn::GetAtt` of `{field}`")),
            );
            return;
        }
        let help = did_you_mean(field, body.properties.iter().map(|property| property.name)).or_else(|| {
            let names: Vec<&str> = each(&body.properties, |property| property.name);
            (1..=16).contains(&names.len()).then(|| format!("its properties are {}", all_of(names)))
        });
        let finding =
            Diagnostic::error(&code::UNKNOWN_PROPERTY, format!("{whole} has no property `{field}`"));
        self.findings.push(match help {
            Some(help) => finding.help(help),
            None => finding,
        });
    }

    fn missing(&mut self, property: &Property, fields: &'t Object, owner: &ResourceType, name: Option<&str>) {
        let whole = whole(owner, name);
        let misspelt = formwork_assembly::near(property.name, fields.iter().map(|(field, _)| &**field));
        let mut help = match misspelt {
            Some(field) if field != property.name => {
                format!("was `{field}` meant to be `{}`?", property.name)
            }
            _ => format!("set `{}`", property.name),
        };
        if fields.get(property.name).is_some() {
            help = format!("`{}` is `AWS::NoValue`, as if it were not there", property.name);
        }
        self.findings.push(
            Diagnostic::error(
                &code::MISSING_PROPERTY,
                format!("{whole} needs the property `{}`", property.name),
            )
            .help(help),
        );
    }
}

/// The name of a type in messages: `S3::Bucket`, or `Rule` of `S3::Bucket`.
pub(super) fn whole(owner: &ResourceType, name: Option<&str>) -> String {
    let short = owner.name.strip_prefix("AWS::").unwrap_or(owner.name);
    match name {
        Some(name) => format!("`{name}` of `{short}`"),
        None => format!("`{short}`"),
    }
}

/// Where a property stands in the facts, looked for from `next` on: most fields come in the order of the facts.
fn place(body: &Body, name: &str, next: usize) -> Option<usize> {
    let mut places = (next..body.properties.len()).chain(0..next);
    // Most names differ in their length already, which is quicker told than the order of two names.
    places.find(|place| body.properties[*place].name == name)
}

fn is_set(fields: &Object, name: &str) -> Presence {
    fields.get(name).map_or(Presence::Absent, presence)
}

/// What is wrong, and what is allowed.
struct Broken {
    message: String,
    help: String,
}

/// Whether a rule is certainly broken; where a condition decides, it is not.
fn broken<'r>(rule: &'r Rule, fields: &Object) -> Option<Broken> {
    let is = |name: &&'static str, presence| is_set(fields, name) == presence;
    let which = |names: &'r [&'static str], presence| names.iter().filter(move |name| is(name, presence));
    let all_absent = |names: &[&'static str]| names.iter().all(|name| is(name, Presence::Absent));
    let needs = |names: &[&'static str], what: &str| Broken {
        message: format!("needs {what} of {}", all_of(names)),
        help: format!("set {}", one_of(names)),
    };
    match rule {
        Rule::AnyOf(names) => all_absent(names).then(|| needs(names, "at least one")),
        Rule::OneOf(names) if all_absent(names) => Some(needs(names, "exactly one")),
        Rule::OneOf(names) => {
            let set = which(names, Presence::Set);
            (set.clone().count() > 1).then(|| Broken {
                message: format!("has {}, which exclude each other", all_of(set)),
                help: format!("keep exactly one of {}", all_of(names)),
            })
        }
        Rule::Requires(name, _) | Rule::Excludes(name, _) if !is(name, Presence::Set) => None,
        Rule::Requires(name, others) => {
            let missing = which(others, Presence::Absent);
            missing.clone().next().map(|_| Broken {
                message: format!("has `{name}`, which needs {}", all_of(missing.clone())),
                help: format!("set {}, or remove `{name}`", all_of(missing)),
            })
        }
        Rule::Excludes(name, others) => {
            let set = which(others, Presence::Set);
            set.clone().next().map(|_| Broken {
                message: format!(
                    "has `{name}` together with {}, which exclude each other",
                    all_of(set.clone())
                ),
                help: format!("remove `{name}`, or {}", all_of(set)),
            })
        }
        Rule::AnyGroup(groups) | Rule::OneGroup(groups) => {
            let whole = |presences: &[Presence]| {
                groups
                    .iter()
                    .filter(|group| group.iter().all(|name| presences.contains(&is_set(fields, name))))
                    .count()
            };
            let listed = || each(groups, all_of).join(", or ");
            if whole(&[Presence::Set, Presence::Maybe]) == 0 {
                Some(Broken {
                    message: "lacks properties that belong together".to_owned(),
                    help: format!("set {}", listed()),
                })
            } else if matches!(rule, Rule::OneGroup(_)) && whole(&[Presence::Set]) > 1 {
                Some(Broken {
                    message: "has properties that exclude each other".to_owned(),
                    help: format!("keep one of: {}", listed()),
                })
            } else {
                None
            }
        }
    }
}
