//! A cluster as others see it: where it listens, and who logs in.

use formwork_cfn::{docdb, kind};
use formwork_synth::{Attr, Connect, Expr, IntoValue, Listen, Peer, Port, Ports, Str, Text};

use crate::{
    BackedUp, Graph, Observe, SecretRef, SecurityGroupRef,
    data::database::{
        alarms::{self, Watched},
        place,
    },
};

/// A DocumentDB cluster.
#[derive(Clone, Debug)]
pub struct DocumentDbRef {
    /// The host name of the server that writes.
    pub endpoint: Attr<kind::DocDbDbClusterEndpoint>,
    /// The host name that leads to any of the servers that only read.
    pub reader_endpoint: Attr<kind::DocDbDbClusterReadEndpoint>,
    /// The port that all servers listen on.
    pub port: Port,
    /// The user that may do everything (`username`), and its password (`password`).
    pub secret: SecretRef,
    /// The identifier of the cluster.
    pub identifier: Attr<kind::DocDbDbClusterId>,
    /// The group around the servers; nothing for a cluster that exists already.
    pub security_group: Option<SecurityGroupRef>,
    /// The resource itself, to change what no option says; nothing for a cluster that exists already.
    pub resource: Option<docdb::DbClusterRef>,
    pub(super) peer: Peer,
}

/// What there is to know about a cluster that exists already.
#[derive(Clone, Debug)]
pub struct ExistingDocumentDb {
    /// Its identifier: `carts`.
    pub identifier: Str,
    /// The host name of the server that writes.
    pub endpoint: Str,
    /// The host name that leads to any of the servers that only read.
    pub reader_endpoint: Str,
    /// Its port.
    pub port: Port,
    /// Its user and password.
    pub secret: SecretRef,
    /// The id of the security group around it.
    pub security_group: Str,
}

impl DocumentDbRef {
    /// A cluster that exists already.
    pub fn existing(cluster: ExistingDocumentDb) -> Self {
        let group = Attr::<kind::Ec2SecurityGroupId>::existing(cluster.security_group);
        Self {
            endpoint: Attr::existing(cluster.endpoint),
            reader_endpoint: Attr::existing(cluster.reader_endpoint),
            port: cluster.port,
            secret: cluster.secret,
            peer: Peer::existing_security_group(cluster.identifier.to_string(), &group),
            identifier: Attr::existing(cluster.identifier),
            security_group: None,
            resource: None,
        }
    }
}

impl Connect for DocumentDbRef {
    fn peer(&self) -> Peer {
        self.peer.clone()
    }
}

impl Listen for DocumentDbRef {
    fn ports(&self) -> Vec<Ports> {
        vec![self.port.into()]
    }
}

impl Observe for DocumentDbRef {
    fn graphs(&self) -> Vec<Graph> {
        alarms::graphs(&watched(&self.identifier))
    }
}

impl BackedUp for DocumentDbRef {
    fn arn(&self) -> Text {
        // DocumentDB lives under the name of RDS.
        place::arn("cluster", &self.identifier)
    }
}

pub(super) fn watched(identifier: &Attr<kind::DocDbDbClusterId>) -> Watched {
    let name: Expr = IntoValue::<String>::into_expr(identifier);
    Watched { namespace: "AWS/DocDB", dimension: "DBClusterIdentifier", name }
}
