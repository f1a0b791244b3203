//! A role that a service of AWS takes on, without permissions until something is granted to it.
//!
//! Makes one `AWS::IAM::Role`, and one `AWS::IAM::Policy` for each stack that grants it something.
//!
//! Defaults: trusted by the one service, and by it only on behalf of this account.

use formwork_cfn::{iam, kind};
use formwork_synth::{
    Attr, Construct, Expr, Handle, IntoValue, Principal, PrincipalRole, Scope, Str, Value, intrinsic, sub,
};

use crate::{arn, each::each};

use super::policy::{Statement, policy_document};

/// An IAM role for a service of AWS.
///
/// ```
/// # use formwork_constructs::{Role, Table};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let orders = shop.add("Orders", Table::new("id"));
/// let reader = shop.add("Reader", Role::for_service("lambda.amazonaws.com"));
/// shop.grant(&reader, orders.read());
/// ```
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Role {
    service: Str,
    on_behalf: OnBehalf,
    description: Option<Str>,
    aws_policies: Vec<&'static str>,
}

/// On whose behalf the service takes on a role.
#[derive(Clone, Debug)]
enum OnBehalf {
    /// This account.
    Account,
    /// Resources of this account whose ARN matches.
    Resources(Expr),
    /// It does not say. A role is handed to a service within its account only, so that it is this one all the same.
    Unsaid,
}

/// A role of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct RoleRef {
    /// Its ARN.
    pub arn: Attr<kind::IamRoleArn>,
    /// Its name.
    pub name: Attr<kind::IamRoleName>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<iam::RoleRef>,
}

impl Role {
    /// A role that only the service may take on: `ecs-tasks.amazonaws.com`.
    pub fn for_service(service: impl Into<Str>) -> Self {
        Self {
            service: service.into(),
            on_behalf: OnBehalf::Account,
            description: None,
            aws_policies: Vec::new(),
        }
    }

    /// Lets the service take it on only for resources whose ARN matches: a `*` stands for any text.
    pub fn for_source(mut self, arn: impl IntoValue<String>) -> Self {
        self.on_behalf = OnBehalf::Resources(arn.into_expr());
        self
    }

    /// For a service that does not say on whose behalf it takes on a role, as EC2 does not for its instances.
    pub(crate) fn for_any_account(mut self) -> Self {
        self.on_behalf = OnBehalf::Unsaid;
        self
    }

    /// Lets it do what AWS writes into policies of its own for a service, by their names.
    pub(crate) fn aws_policies<const N: usize>(mut self, names: [&'static str; N]) -> Self {
        self.aws_policies = names.into();
        self
    }

    /// Says what the role is for.
    pub fn description(mut self, description: impl Into<Str>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The role that ECS tasks run under, or are started with.
    pub(crate) fn for_ecs_tasks() -> Self {
        Self::for_service("ecs-tasks.amazonaws.com").for_source(arn::here("ecs", "*"))
    }

    fn trust(&self) -> Expr {
        let trust = Statement::allow_service(self.service.clone(), ["sts:AssumeRole"]);
        policy_document([match &self.on_behalf {
            OnBehalf::Account => trust.for_this_account(),
            OnBehalf::Resources(arn) => {
                let arn = Value::<String>::from_expr(arn.clone());
                trust.for_this_account().when("ArnLike", "aws:SourceArn", arn)
            }
            OnBehalf::Unsaid => trust,
        }])
    }
}

impl Construct for Role {
    type Handle = RoleRef;

    fn build(self, scope: &mut Scope<'_>) -> RoleRef {
        let mut role = iam::Role::new().assume_role_policy_document(self.trust());
        if let Some(description) = self.description {
            role = role.description(description);
        }
        if !self.aws_policies.is_empty() {
            let policy = |name| sub!("arn:{}:iam::aws:policy/service-role/{}", intrinsic::partition(), name);
            role = role.managed_policy_arns(each(self.aws_policies, policy));
        }
        RoleRef::built(scope.in_place(role))
    }
}

impl RoleRef {
    /// A role of this account that exists already, by its name, after its path where it has one: `reporter`, `service-role/reporter`. Each stack that
    /// grants it something adds a policy of its own to it.
    ///
    /// ```
    /// # use formwork_constructs::{RoleRef, TableRef};
    /// # use formwork_synth::{App, Stage};
    /// # let mut app = App::new("shop", &Stage::new("dev"));
    /// # let mut shop = app.stack("Shop");
    /// shop.grant(&RoleRef::existing("reporter"), TableRef::existing("orders").read());
    /// ```
    pub fn existing(name: impl Into<Str>) -> Self {
        let path = name.into();
        let (partition, account) = (intrinsic::partition(), intrinsic::account_id());
        let arn = sub!("arn:{}:iam::{}:role/{}", partition, account, path.trim_start_matches('/'));
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let arn = Attr::from_expr(IntoValue::<String>::into_expr(arn));
        Self { arn, name: Attr::existing(name), resource: None }
    }

    pub(super) fn built(resource: iam::RoleRef) -> Self {
        Self { arn: resource.arn(), name: resource.reference(), resource: Some(resource) }
    }
}

impl Principal for RoleRef {
    fn role(&self) -> PrincipalRole {
        match &self.resource {
            Some(resource) => PrincipalRole::of(resource.id()),
            None => PrincipalRole::existing(&self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::Grant;

    use super::*;
    use crate::testing::snapshot;

    #[test]
    fn role() {
        snapshot("role", |shop| {
            let role =
                shop.add("Reader", Role::for_service("lambda.amazonaws.com").description("reads reports"));
            shop.grant(&role, Grant::allow(["s3:GetObject"], ["arn:aws:s3:::reports/*"]));
            shop.add("Task", Role::for_ecs_tasks());
        });
    }
}
