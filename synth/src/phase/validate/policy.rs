//! Policy documents: statements with an effect, actions, and whom or what they concern.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>.

use formwork_assembly::{Diagnostic, SortedSet, code};

use super::{
    Checker,
    fields::Fields,
    finding::Step,
    object::{Presence, presence},
    phrase::{did_you_mean, one_of, quoted},
    reference::with_help,
};
use crate::expr::{Expr, Object};

/// The keys of a document.
const DOCUMENT: [&str; 3] = ["Id", "Statement", "Version"];

/// The keys of a statement.
const STATEMENT: [&str; 9] = [
    "Action",
    "Condition",
    "Effect",
    "NotAction",
    "NotPrincipal",
    "NotResource",
    "Principal",
    "Resource",
    "Sid",
];

/// The kinds of whom a statement may concern.
const PRINCIPALS: [&str; 4] = ["AWS", "CanonicalUser", "Federated", "Service"];

/// What a document is attached to, which decides whether it says whom and what it concerns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A user, group or role, whose own it is: what, not whom.
    Identity,
    /// A role: whom, not what.
    Trust,
    /// A resource: whom; what, where the resource has parts.
    Resource,
}

/// Where there are documents: type, property, kind. `Policies` are lists of documents with names.
const DOCUMENTS: [(&str, &str, Kind); 14] = [
    ("AWS::IAM::Group", "Policies", Kind::Identity),
    ("AWS::IAM::GroupPolicy", "PolicyDocument", Kind::Identity),
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", Kind::Identity),
    ("AWS::IAM::Policy", "PolicyDocument", Kind::Identity),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", Kind::Trust),
    ("AWS::IAM::Role", "Policies", Kind::Identity),
    ("AWS::IAM::RolePolicy", "PolicyDocument", Kind::Identity),
    ("AWS::IAM::User", "Policies", Kind::Identity),
    ("AWS::IAM::UserPolicy", "PolicyDocument", Kind::Identity),
    ("AWS::KMS::Key", "KeyPolicy", Kind::Resource),
    ("AWS::S3::BucketPolicy", "PolicyDocument", Kind::Resource),
    ("AWS::SNS::TopicPolicy", "PolicyDocument", Kind::Resource),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", Kind::Resource),
    ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", Kind::Resource),
];

impl<'t> Checker<'t, '_> {
    /// Checks every policy document of a resource.
    pub(super) fn policies(&mut self, type_name: &str, properties: &'t Object) {
        for &(_, name, kind) in DOCUMENTS.iter().filter(|(owner, ..)| *owner == type_name) {
            let Some(value) = properties.get(name) else { continue };
            self.findings.down(Step::Key(name));
            match value {
                Expr::List(items) if name == "Policies" => self.each_item(items, |checker, item| {
                    if let Some(document) = item.as_object().and_then(|policy| policy.get("PolicyDocument")) {
                        checker.findings.down(Step::Key("PolicyDocument"));
                        checker.document(document, kind);
                        checker.findings.up();
                    }
                }),
                value => self.document(value, kind),
            }
            self.findings.up();
        }
    }

    fn document(&mut self, value: &'t Expr, kind: Kind) {
        // A document may also be given as text, or come from a function.
        let Some(fields) = Fields::of(value) else { return };
        self.words(fields.0, "a policy document", &DOCUMENT);
        if let Some(version) = fields.text("Version")
            && !["2012-10-17", "2008-10-17"].contains(&&*version)
        {
            self.fault(
                "Version",
                format!("{} is no version of the policy language", quoted(&version)),
                "write `2012-10-17`".to_owned(),
            );
        }
        let mut sids = SortedSet::new();
        match fields.get("Statement") {
            None => self.bad_document(
                "a policy document has no `Statement`".to_owned(),
                "say in it what is allowed".to_owned(),
            ),
            Some(Expr::List(items)) => {
                self.findings.down(Step::Key("Statement"));
                self.each_item(items, |checker, item| {
                    if let Some(statement) = Fields::of(item) {
                        checker.statement(statement, kind);
                        let sid =
                            statement.text("Sid").filter(|sid| kind == Kind::Identity && !sid.is_empty());
                        if let Some(sid) = sid.filter(|sid| !sids.insert(sid.clone())) {
                            checker.fault(
                                "Sid",
                                format!("the `Sid` {} is used twice", quoted(&sid)),
                                "a `Sid` names one statement of its document".to_owned(),
                            );
                        }
                    }
                });
                self.findings.up();
            }
            Some(single) => {
                if let Some(statement) = Fields::of(single) {
                    self.findings.down(Step::Key("Statement"));
                    self.statement(statement, kind);
                    self.findings.up();
                }
            }
        }
    }

    fn statement(&mut self, statement: Fields<'t>, kind: Kind) {
        self.words(statement.0, "a statement", &STATEMENT);
        match statement.text("Effect") {
            Some(effect) if effect != "Allow" && effect != "Deny" => {
                self.fault(
                    "Effect",
                    format!("`Effect` is {}, which is not allowed", quoted(&effect)),
                    "write `Allow` or `Deny`, with that case".to_owned(),
                );
            }
            _ if statement.lacks("Effect") => self.needs("Effect", &["Allow", "Deny"]),
            _ => {}
        }
        self.either(statement, "Action", "NotAction", true);
        self.either(statement, "Resource", "NotResource", kind == Kind::Identity);
        self.either(statement, "Principal", "NotPrincipal", kind != Kind::Identity);
        let stray: &[&str] = match kind {
            Kind::Identity => &["Principal", "NotPrincipal"],
            Kind::Trust => &["Resource", "NotResource"],
            Kind::Resource => &[],
        };
        for name in stray.iter().filter(|name| statement.has(name)) {
            let help = if kind == Kind::Trust {
                "it concerns the role itself"
            } else {
                "it concerns whoever it is attached to"
            };
            self.fault(name, format!("`{name}` has no place in this kind of policy"), help.to_owned());
        }
        for name in ["Action", "NotAction"] {
            self.actions(statement, name, kind);
        }
        if kind == Kind::Identity {
            self.resources_of(statement);
        }
        self.principals(statement);
    }

    fn resources_of(&mut self, statement: Fields<'t>) {
        let check = |checker: &mut Self, value: &'t Expr| {
            if let Expr::Text(resource) = value
                && !resource.contains(['$', '{'])
                && !is_resource(resource)
            {
                checker.bad_document(
                    format!("{} is no resource", quoted(resource)),
                    "write an ARN such as `arn:aws:s3:::bucket/*`, or `*`".to_owned(),
                );
            }
        };
        for name in ["Resource", "NotResource"] {
            self.one_or_many(statement, name, check);
        }
    }

    /// Checks that one of two is there, and not both.
    fn either(&mut self, statement: Fields<'t>, name: &'static str, other: &'static str, required: bool) {
        if statement.has(name) && statement.has(other) {
            self.bad_document(
                format!("a statement has both `{name}` and `{other}`"),
                "keep one of the two".to_owned(),
            );
        } else if required && statement.lacks(name) && statement.lacks(other) {
            self.needs(name, &[name, other]);
        }
    }

    fn actions(&mut self, statement: Fields<'t>, name: &'static str, kind: Kind) {
        let check = |checker: &mut Self, value: &'t Expr| {
            let Expr::Text(action) = value else { return };
            let (service, verb) = action.split_once(':').unwrap_or((action, ""));
            let well_formed =
                *action == "*" || (!service.is_empty() && !verb.is_empty() && !action.contains(' '));
            if !well_formed && presence(value) == Presence::Set {
                checker.bad_document(
                    format!("{} is no action", quoted(action)),
                    "actions are spelt like `s3:GetObject`".to_owned(),
                );
            } else if kind == Kind::Trust && *action != "*" && !service.eq_ignore_ascii_case("sts") {
                checker.bad_document(
                    format!("{} is no way to take on a role", quoted(action)),
                    "most often it is `sts:AssumeRole`".to_owned(),
                );
            }
        };
        self.one_or_many(statement, name, check);
    }

    /// Checks the one value of a part of a statement, or each of them.
    fn one_or_many(
        &mut self,
        statement: Fields<'t>,
        name: &'static str,
        mut check: impl FnMut(&mut Self, &'t Expr),
    ) {
        self.findings.down(Step::Key(name));
        match statement.get(name) {
            Some(Expr::List(items)) => self.each_item(items, check),
            Some(single) => check(self, single),
            None => {}
        }
        self.findings.up();
    }

    fn principals(&mut self, statement: Fields<'t>) {
        for name in ["Principal", "NotPrincipal"] {
            match statement.get(name) {
                Some(Expr::Text(text)) if text != "*" => {
                    self.fault(
                        name,
                        format!("{} is no principal", quoted(text)),
                        "write `*`, or an object such as `{\"Service\": \"ecs-tasks.amazonaws.com\"}`"
                            .to_owned(),
                    );
                }
                Some(Expr::Map(kinds) | Expr::Object(kinds)) => {
                    self.findings.down(Step::Key(name));
                    self.words(kinds, "a principal", &PRINCIPALS);
                    self.findings.up();
                }
                _ => {}
            }
        }
    }

    /// Names keys that have no place in an object.
    fn words(&mut self, fields: &'t Object, what: &str, known: &[&'static str]) {
        for (key, _) in fields.iter().filter(|(key, _)| !known.contains(&&***key) && !key.starts_with("Fn::"))
        {
            self.findings.down(Step::Key(key));
            let help = did_you_mean(key, known.iter().copied())
                .unwrap_or_else(|| format!("known are {}", one_of(known)));
            let finding = Diagnostic::error(&code::BAD_DOCUMENT, format!("{what} has no {}", quoted(key)));
            self.findings.push(with_help(finding, Some(help)));
            self.findings.up();
        }
    }

    fn needs(&mut self, name: &str, choices: &[&str]) {
        self.bad_document(format!("a statement has no `{name}`"), format!("write {}", one_of(choices)));
    }

    fn fault(&mut self, name: &'t str, message: String, help: String) {
        self.findings.down(Step::Key(name));
        self.bad_document(message, help);
        self.findings.up();
    }

    fn bad_document(&mut self, message: String, help: String) {
        self.findings.push(Diagnostic::error(&code::BAD_DOCUMENT, message).help(help));
    }
}

/// True for a star, and for an ARN whose account is twelve digits, if it has one.
fn is_resource(text: &str) -> bool {
    let mut parts = text.split(':');
    match (parts.next(), parts.nth(3)) {
        (Some("arn"), Some(account)) => {
            account.len() == 12 || !account.chars().all(|c| c.is_ascii_digit()) || account.is_empty()
        }
        (Some("arn"), None) => text.contains('*'),
        (Some(start), _) => start.starts_with('*'),
        (None, _) => false,
    }
}
