//! A server as others see it: built here, built in another stack, or there already.

use formwork_cfn::{kind, rds};
use formwork_synth::{Attr, Connect, Grant, IntoValue, Listen, Peer, Port, Ports, SecretValue, Str, Text};

use super::RdsInstance;
use crate::{
    DatabaseEngine, Graph, Observe, Proxied, SecretRef, SecurityGroupRef, Statistic,
    data::database::{
        Target,
        alarms::{self, Watched},
        place,
    },
};

/// A database on one server of RDS.
#[derive(Clone, Debug)]
pub struct RdsInstanceRef {
    /// The host name of the server.
    pub endpoint: Attr<kind::RdsDbInstanceEndpointAddress>,
    /// The port that it listens on.
    pub port: Port,
    /// The name of the user that may do everything, to be injected.
    pub user: SecretValue,
    /// The password of that user, to be injected.
    pub password: SecretValue,
    /// The secret that RDS manages, with `username` and `password`; nothing where they come from Parameter Store.
    pub secret: Option<SecretRef>,
    /// The identifier of the server.
    pub identifier: Attr<kind::RdsDbInstanceIdentifier>,
    /// The group around the server; nothing for one that exists already.
    pub security_group: Option<SecurityGroupRef>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<rds::DbInstanceRef>,
    resource_id: Attr<kind::RdsDbInstanceDbiResourceId>,
    peer: Peer,
    engine: DatabaseEngine,
}

/// What there is to know about a server that exists already.
#[derive(Clone, Debug)]
pub struct ExistingRds {
    /// Its engine.
    pub engine: DatabaseEngine,
    /// Its identifier: `orders`.
    pub identifier: Str,
    /// What IAM calls it: `db-ABCDEFGHIJKL`.
    pub resource_id: Str,
    /// Its host name.
    pub endpoint: Str,
    /// Its port.
    pub port: Port,
    /// Its user and password.
    pub secret: SecretRef,
    /// The id of the security group around it.
    pub security_group: Str,
}

pub(super) fn built(
    spec: &RdsInstance,
    instance: rds::DbInstanceRef,
    security_group: SecurityGroupRef,
    port: Port,
) -> RdsInstanceRef {
    let managed = || {
        let secret = SecretRef::of(instance.master_user_secret_secret_arn().cast());
        match &spec.options.key {
            Some(key) => secret.with_key(key),
            None => secret,
        }
    };
    let (user, password, secret) = match &spec.credentials {
        Some(credentials) => (credentials.user.value(), credentials.password.value(), None),
        None => {
            let secret = managed();
            (secret.field("username"), secret.field("password"), Some(secret))
        }
    };
    RdsInstanceRef {
        endpoint: instance.endpoint_address(),
        port,
        user,
        password,
        secret,
        identifier: instance.reference(),
        peer: security_group.peer(),
        security_group: Some(security_group),
        resource_id: instance.dbi_resource_id(),
        resource: Some(instance),
        engine: spec.engine,
    }
}

impl RdsInstanceRef {
    /// A server that exists already.
    pub fn existing(server: ExistingRds) -> Self {
        let group = Attr::<kind::Ec2SecurityGroupId>::existing(server.security_group);
        Self {
            endpoint: Attr::existing(server.endpoint),
            port: server.port,
            user: server.secret.field("username"),
            password: server.secret.field("password"),
            secret: Some(server.secret),
            peer: Peer::existing_security_group(server.identifier.to_string(), &group),
            identifier: Attr::existing(server.identifier),
            security_group: None,
            resource: None,
            resource_id: Attr::existing(server.resource_id),
            engine: server.engine,
        }
    }

    /// The ARN of the server.
    pub fn arn(&self) -> Text {
        place::arn("db", &self.identifier)
    }

    /// Permission to log in as a user of the database with a token of IAM in place of a password. The user must be made for it: by
    /// `GRANT rds_iam TO …` in PostgreSQL, by `IDENTIFIED WITH AWSAuthenticationPlugin` in MySQL.
    ///
    /// See <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html>.
    pub fn connect_as(&self, user: &str) -> Grant {
        place::connect_as(&self.resource_id, user)
    }
}

impl Connect for RdsInstanceRef {
    fn peer(&self) -> Peer {
        self.peer.clone()
    }
}

impl Listen for RdsInstanceRef {
    fn ports(&self) -> Vec<Ports> {
        vec![self.port.into()]
    }
}

impl Observe for RdsInstanceRef {
    fn graphs(&self) -> Vec<Graph> {
        let watched = watched(&self.identifier);
        let storage = Graph::new("free storage")
            .metric(watched.metric("FreeStorageSpace", Statistic::Minimum).label("bytes"));
        let mut all = alarms::graphs(&watched);
        all.push(storage);
        all
    }
}

pub(super) fn watched(identifier: &Attr<kind::RdsDbInstanceIdentifier>) -> Watched {
    let name = IntoValue::<String>::into_expr(identifier);
    Watched { namespace: "AWS/RDS", dimension: "DBInstanceIdentifier", name }
}

impl From<&RdsInstanceRef> for Proxied {
    fn from(server: &RdsInstanceRef) -> Self {
        Self {
            engine: server.engine,
            target: Target::Instance(server.identifier.clone()),
            secret: server.secret.clone(),
            port: server.port,
            peer: server.peer(),
            after: Vec::new(),
            pauses: false,
        }
    }
}
