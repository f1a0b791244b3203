//! Policy documents of resources: who else may use them, and under which conditions. What roles may do is a matter of grants.

use formwork_assembly::SortedMap;
use formwork_synth::{Expr, IntoValue, Object, Str};

use crate::each::each;

/// One statement of a policy document.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    effect: &'static str,
    principal: Expr,
    actions: Vec<Expr>,
    resources: Vec<Expr>,
    conditions: SortedMap<&'static str, SortedMap<Str, Expr>>,
}

/// An IAM policy document of the statements.
pub(crate) fn policy_document(statements: impl IntoIterator<Item = Statement>) -> Expr {
    Expr::map([
        ("Version", Expr::text("2012-10-17")),
        ("Statement", Expr::List(each(statements, Expr::from))),
    ])
}

impl Statement {
    /// Lets a service of AWS do something.
    pub(crate) fn allow_service(
        service: impl Into<Str>,
        actions: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        Self::new("Allow", Expr::map([("Service", Expr::text(service))]), actions)
    }

    /// Lets an account or role do something.
    pub(crate) fn allow_aws(
        arn: impl IntoValue<String>,
        actions: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        Self::new("Allow", Expr::map([("AWS", arn.into_expr())]), actions)
    }

    /// Lets whoever has a token of another identity provider do something.
    pub(crate) fn allow_federated(
        provider: impl IntoValue<String>,
        actions: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        Self::new("Allow", Expr::map([("Federated", provider.into_expr())]), actions)
    }

    /// Refuses what comes without TLS, whoever it is.
    pub(crate) fn deny_without_tls(action: &'static str) -> Self {
        Self::new("Deny", Expr::text("*"), [action]).when("Bool", "aws:SecureTransport", "false")
    }

    fn new(effect: &'static str, principal: Expr, actions: impl IntoIterator<Item = &'static str>) -> Self {
        let actions = each(actions, Expr::text);
        Self { effect, principal, actions, resources: Vec::new(), conditions: SortedMap::new() }
    }

    /// Says what it is about; a trust policy is about nothing else than its role.
    pub(crate) fn on(mut self, resource: impl IntoValue<String>) -> Self {
        self.resources.push(resource.into_expr());
        self
    }

    /// Adds a condition: an operator (`StringEquals`), a key of the request, and the value.
    pub(crate) fn when(
        mut self,
        operator: &'static str,
        key: impl Into<Str>,
        value: impl IntoValue<String>,
    ) -> Self {
        self.conditions.or_default(operator).insert(key.into(), value.into_expr());
        self
    }

    /// Only on behalf of this account.
    pub(crate) fn for_this_account(self) -> Self {
        self.when("StringEquals", "aws:SourceAccount", formwork_synth::intrinsic::account_id())
    }
}

impl From<Statement> for Expr {
    fn from(statement: Statement) -> Self {
        let Statement { effect, principal, actions, resources, conditions } = statement;
        let one_or_many = |mut items: Vec<Expr>| match items.pop() {
            Some(only) if items.is_empty() => only,
            last => {
                items.extend(last);
                Expr::List(items)
            }
        };
        let mut fields = Object::new();
        fields.set("Effect", Expr::text(effect));
        fields.set("Principal", principal);
        fields.set("Action", one_or_many(actions));
        if !resources.is_empty() {
            fields.set("Resource", one_or_many(resources));
        }
        if !conditions.is_empty() {
            fields.set(
                "Condition",
                Expr::map(each(conditions, |(operator, keys)| (operator, Expr::map(keys)))),
            );
        }
        Self::Map(fields)
    }
}
