//! Wires between constructs as plain data: who may connect to whom, and who may do what with what.
//!
//! [`Scope::connect`](crate::Scope::connect) and [`Scope::grant`](crate::Scope::grant) record them; the wire phase turns them into
//! security-group rules and IAM policies, in the stack that asked.

use std::panic::Location;

use formwork_assembly::each;

use crate::{
    expr::{Expr, Object, Str},
    graph::NodeId,
    net::{Cidr, Ports},
    value::{Attr, IntoValue},
};

/// What has security groups, and can be one end of a connection.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no security group, so nothing can connect to or from it",
    note = "load balancers, services, databases and caches can be connected"
)]
pub trait Connect {
    /// Its end of a connection.
    fn peer(&self) -> Peer;
}

/// What listens on known ports, and can be connected to without naming them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say on which port it listens",
    note = "name the port: `scope.connect_on(&from, &to, port!(8080))`"
)]
pub trait Listen: Connect {
    /// The ports it listens on.
    fn ports(&self) -> Vec<Ports>;
}

/// Who holds permissions: anything that runs under an IAM role.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no role, so nothing can be granted to it",
    note = "services, tasks, functions and roles can be granted something"
)]
pub trait Principal {
    /// The role it runs under.
    fn role(&self) -> PrincipalRole;
}

/// One end of a connection.
///
/// ```
/// use formwork_synth::{Attr, Handle, Peer, cidr, port};
/// # use formwork_synth::{App, RawResource, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let group = RawResource::new("AWS::EC2::SecurityGroup").property("GroupDescription", "the API").property("VpcId", "vpc-12345678");
/// let group = shop.add("Api", group);
/// let api = Peer::security_group(group.id(), &Attr::<()>::of(group.id(), "GroupId"));
/// let office = Peer::cidr("office", cidr!("192.0.2.0/24"));
/// shop.connect_on(&office, &api, port!(443));
/// # assert!(formwork_synth::testing::render(app).contains("OfficeToApi443"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Peer {
    pub(crate) owner: Owner,
    pub(crate) address: Address,
    pub(crate) egress_is_listed: bool,
}

/// Whom a peer belongs to; rules are named after it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Owner {
    Node(NodeId),
    Name(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Address {
    SecurityGroup(Expr),
    Cidr(Cidr),
    PrefixList(Expr),
}

/// An IAM role of the app, or one that exists already.
#[derive(Clone, Debug, PartialEq)]
pub struct PrincipalRole {
    pub(crate) node: Option<NodeId>,
    pub(crate) name: Expr,
}

/// Permission to do something with something, not yet given to anybody.
///
/// ```
/// use formwork_synth::{Grant, PrincipalRole};
/// # use formwork_synth::{App, RawResource, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let alerts = shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
/// let publish = Grant::allow(["sns:Publish"], [alerts.reference()]).when("Bool", "aws:SecureTransport", "true");
/// shop.grant(&PrincipalRole::existing("reporter"), publish);
/// # assert!(formwork_synth::testing::render(app).contains("ReporterGrants"));
/// ```
#[must_use = "a grant does nothing until a scope grants it to a principal"]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grant {
    pub(crate) statements: Vec<Statement>,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    pub(crate) actions: Vec<Str>,
    pub(crate) resources: Vec<Expr>,
    pub(crate) conditions: Object,
}

/// A wire that was asked for.
#[derive(Debug)]
pub(crate) struct Intent {
    pub(crate) scope: NodeId,
    pub(crate) at: &'static Location<'static>,
    pub(crate) by_user: bool,
    pub(crate) wire: Wire,
}

#[derive(Debug)]
pub(crate) enum Wire {
    Connection {
        from: Peer,
        to: Peer,
        ports: Vec<Ports>,
    },
    Grant {
        role: PrincipalRole,
        grant: Grant,
    },
    /// It was carried out.
    Done,
}

impl Peer {
    /// The security group of a construct of the app.
    pub fn security_group<K>(owner: NodeId, id: &Attr<K>) -> Self {
        Self::new(Owner::Node(owner), Address::SecurityGroup(id.expr().clone()))
    }

    /// A security group that exists already; rules are named after `name`.
    pub fn existing_security_group<K>(name: impl Into<String>, id: &Attr<K>) -> Self {
        Self::new(Owner::Name(name.into()), Address::SecurityGroup(id.expr().clone()))
    }

    /// All addresses of a block; rules are named after `name`.
    pub fn cidr(name: impl Into<String>, block: Cidr) -> Self {
        Self::new(Owner::Name(name.into()), Address::Cidr(block))
    }

    /// All addresses of a managed prefix list; rules are named after `name`.
    pub fn prefix_list(name: impl Into<String>, id: impl IntoValue<String>) -> Self {
        Self::new(Owner::Name(name.into()), Address::PrefixList(id.into_expr()))
    }

    /// Says that the security group lets out only what is listed, so that a connection from it needs a rule there too.
    #[must_use]
    pub fn with_listed_egress(mut self) -> Self {
        self.egress_is_listed = true;
        self
    }

    fn new(owner: Owner, address: Address) -> Self {
        Self { owner, address, egress_is_listed: false }
    }
}

impl Connect for Peer {
    fn peer(&self) -> Peer {
        self.clone()
    }
}

impl PrincipalRole {
    /// A role of the app.
    pub fn of(node: NodeId) -> Self {
        Self { node: Some(node), name: Expr::Ref(node) }
    }

    /// A role that exists already.
    pub fn existing(name: impl IntoValue<String>) -> Self {
        Self { node: None, name: name.into_expr() }
    }
}

impl Principal for PrincipalRole {
    fn role(&self) -> PrincipalRole {
        self.clone()
    }
}

impl Grant {
    /// Allows actions (`dynamodb:GetItem`) on resources, which are ARNs.
    pub fn allow<A: Into<Str>, R: IntoValue<String>>(
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        Self::of(texts(actions), exprs(resources))
    }

    /// Narrows all of it by a condition: `when("StringEquals", "aws:ResourceTag/team", "web")`. A second value under the same operator and
    /// key takes the place of the first.
    pub fn when(self, operator: impl Into<Str>, key: impl Into<Str>, value: impl IntoValue<String>) -> Self {
        self.narrowed(operator.into(), key.into(), value.into_expr())
    }

    fn of(actions: Vec<Str>, resources: Vec<Expr>) -> Self {
        Self { statements: vec![Statement { actions, resources, conditions: Object::new() }] }
    }

    fn narrowed(mut self, operator: Str, key: Str, value: Expr) -> Self {
        for statement in &mut self.statements {
            let mut keys = match statement.conditions.remove(&operator) {
                Some(Expr::Map(keys)) => keys,
                _ => Object::new(),
            };
            keys.set(key.clone(), value.clone());
            statement.conditions.set(operator.clone(), Expr::Map(keys));
        }
        self
    }

    /// Allows another grant's actions as well.
    pub fn and(mut self, other: Self) -> Self {
        self.statements.extend(other.statements);
        self
    }

    /// The policy document of just this grant, for a role's inline policy or a resource policy that a construct writes itself.
    pub fn to_document(&self) -> Expr {
        document(&self.statements)
    }
}

// Loops of their own: what is generic over two iterators is compiled for each pair.

fn texts<A: Into<Str>>(items: impl IntoIterator<Item = A>) -> Vec<Str> {
    let mut texts = Vec::new();
    for item in items {
        texts.push(item.into());
    }
    texts
}

fn exprs<R: IntoValue<String>>(items: impl IntoIterator<Item = R>) -> Vec<Expr> {
    let mut exprs = Vec::new();
    for item in items {
        exprs.push(item.into_expr());
    }
    exprs
}

/// An IAM policy document that allows the statements.
pub(crate) fn document(statements: &[Statement]) -> Expr {
    let mut document = Object::new();
    document.set("Version", Expr::text("2012-10-17"));
    document.set("Statement", Expr::List(each(statements, Statement::to_expr)));
    Expr::Map(document)
}

impl Statement {
    fn to_expr(&self) -> Expr {
        let mut statement = Object::new();
        statement.set("Effect", Expr::text("Allow"));
        statement.set("Action", Expr::List(each(self.actions.iter().cloned(), Expr::Text)));
        statement.set("Resource", Expr::List(self.resources.clone()));
        if !self.conditions.is_empty() {
            statement.set("Condition", Expr::Map(self.conditions.clone()));
        }
        Expr::Map(statement)
    }
}
