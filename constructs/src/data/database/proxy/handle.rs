//! A proxy as others see it: built here, built in another stack, or there already.

use formwork_cfn::{kind, rds};
use formwork_synth::{Attr, Connect, Expr, Grant, Listen, Peer, Port, Ports, Str, Value, intrinsic};

use crate::{SecurityGroupRef, data::database::place};

/// A proxy of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct DatabaseProxyRef {
    /// The host name that clients connect to.
    pub endpoint: Attr<kind::RdsDbProxyEndpoint>,
    /// Its name.
    pub name: Attr<kind::RdsDbProxyName>,
    /// The group around it.
    pub security_group: SecurityGroupRef,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<rds::DbProxyRef>,
    id: Value<String>,
    port: Port,
}

/// What to know of a proxy that exists already, to connect to it.
#[derive(Clone, Debug)]
pub struct ExistingProxy {
    /// Its name.
    pub name: Str,
    /// Its id, which is the last part of its ARN: `prx-0123456789abcdef0`.
    pub id: Str,
    /// The host name that clients connect to.
    pub endpoint: Str,
    /// Its port.
    pub port: Port,
    /// The id of the security group around it.
    pub security_group: Str,
}

pub(super) fn built(
    resource: rds::DbProxyRef,
    security_group: SecurityGroupRef,
    port: Port,
) -> DatabaseProxyRef {
    // It has no attribute with its id, which is the last part of its ARN.
    let id = intrinsic::select(6, intrinsic::split(":", resource.db_proxy_arn()));
    DatabaseProxyRef {
        endpoint: resource.endpoint(),
        name: resource.reference(),
        security_group,
        resource: Some(resource),
        id,
        port,
    }
}

impl DatabaseProxyRef {
    /// A proxy that exists already. Rules are named after it and `-proxy`, since its database may be called the same.
    ///
    /// ```
    /// use formwork_constructs::{DatabaseProxyRef, ExistingProxy};
    /// use formwork_synth::port;
    ///
    /// let shared = DatabaseProxyRef::existing(ExistingProxy {
    ///     name: "shared".into(),
    ///     id: "prx-0123456789abcdef0".into(),
    ///     endpoint: "shared.proxy-abcdefghijkl.eu-west-1.rds.amazonaws.com".into(),
    ///     port: port!(5432),
    ///     security_group: "sg-0123456789abcdef0".into(),
    /// });
    /// let grant = shared.connect_as("api");
    /// ```
    pub fn existing(proxy: ExistingProxy) -> Self {
        Self {
            endpoint: Attr::existing(proxy.endpoint),
            security_group: SecurityGroupRef::existing(format!("{}-proxy", proxy.name), proxy.security_group),
            name: Attr::existing(proxy.name),
            resource: None,
            id: Value::from_expr(Expr::Text(proxy.id)),
            port: proxy.port,
        }
    }

    /// Permission to log in through the proxy as a user, with a token of IAM in place of a password.
    pub fn connect_as(&self, user: &str) -> Grant {
        place::connect_as(&self.id, user)
    }
}

impl Connect for DatabaseProxyRef {
    fn peer(&self) -> Peer {
        self.security_group.peer()
    }
}

impl Listen for DatabaseProxyRef {
    fn ports(&self) -> Vec<Ports> {
        vec![self.port.into()]
    }
}
