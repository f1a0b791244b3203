//! A cluster as others see it: built here, built in another stack, or there already.

use formwork_assembly::SortedMap;
use formwork_cfn::{kind, rds};
use formwork_synth::{Attr, Connect, Grant, Handle, IntoValue, Listen, Peer, Port, Ports, Str, Text};

use crate::{
    DatabaseEngine, Graph, Observe, Proxied, SecretRef, SecurityGroupRef, Statistic,
    data::database::{
        Target,
        alarms::{self, Watched},
        place,
    },
    each::each,
};

/// An Aurora cluster.
#[derive(Clone, Debug)]
pub struct AuroraClusterRef {
    /// The host name of the server that writes.
    pub endpoint: Attr<kind::RdsDbClusterEndpointAddress>,
    /// The host name that leads to any of the servers that only read.
    pub reader_endpoint: Attr<kind::RdsDbClusterReadEndpointAddress>,
    /// The port that all servers listen on.
    pub port: Port,
    /// The user that may do everything (`username`), and its password (`password`).
    pub secret: SecretRef,
    /// The identifier of the cluster.
    pub identifier: Attr<kind::RdsDbClusterIdentifier>,
    /// The group around the servers; nothing for a cluster that exists already.
    pub security_group: Option<SecurityGroupRef>,
    /// The servers by their names; none for a cluster that exists already.
    pub members: SortedMap<String, rds::DbInstanceRef>,
    /// The resource itself, to change what no option says; nothing for a cluster that exists already.
    pub resource: Option<rds::DbClusterRef>,
    resource_id: Attr<kind::RdsDbClusterResourceId>,
    peer: Peer,
    engine: DatabaseEngine,
    pauses: bool,
}

/// What there is to know about a cluster that exists already.
#[derive(Clone, Debug)]
pub struct ExistingAurora {
    /// Its engine.
    pub engine: DatabaseEngine,
    /// Its identifier: `orders`.
    pub identifier: Str,
    /// What IAM calls it: `cluster-ABCDEFGHIJKL`.
    pub resource_id: Str,
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

pub(super) fn built(
    cluster: rds::DbClusterRef,
    members: SortedMap<String, rds::DbInstanceRef>,
    secret: SecretRef,
    security_group: SecurityGroupRef,
    (engine, port, pauses): (DatabaseEngine, Port, bool),
) -> AuroraClusterRef {
    AuroraClusterRef {
        endpoint: cluster.endpoint_address(),
        reader_endpoint: cluster.read_endpoint_address(),
        port,
        secret,
        identifier: cluster.reference(),
        peer: security_group.peer(),
        security_group: Some(security_group),
        members,
        resource_id: cluster.db_cluster_resource_id(),
        resource: Some(cluster),
        engine,
        pauses,
    }
}

impl AuroraClusterRef {
    /// A cluster that exists already.
    pub fn existing(cluster: ExistingAurora) -> Self {
        let group = Attr::<kind::Ec2SecurityGroupId>::existing(cluster.security_group);
        Self {
            endpoint: Attr::existing(cluster.endpoint),
            reader_endpoint: Attr::existing(cluster.reader_endpoint),
            port: cluster.port,
            secret: cluster.secret,
            peer: Peer::existing_security_group(cluster.identifier.to_string(), &group),
            identifier: Attr::existing(cluster.identifier),
            security_group: None,
            members: SortedMap::new(),
            resource: None,
            resource_id: Attr::existing(cluster.resource_id),
            engine: cluster.engine,
            pauses: false,
        }
    }

    /// Permission to log in as a user of the database with a token of IAM in place of a password. The user must be made for it: by
    /// `GRANT rds_iam TO …` in PostgreSQL, by `IDENTIFIED WITH AWSAuthenticationPlugin` in MySQL.
    ///
    /// See <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html>.
    pub fn connect_as(&self, user: &str) -> Grant {
        place::connect_as(&self.resource_id, user)
    }

    /// The ARN of the cluster.
    pub fn arn(&self) -> Text {
        place::arn("cluster", &self.identifier)
    }

    /// Permission to run statements over HTTPS, on a cluster with [`data_api`](crate::AuroraCluster::data_api), and to read its secret.
    pub fn data_api(&self) -> Grant {
        let actions = [
            "rds-data:BatchExecuteStatement",
            "rds-data:BeginTransaction",
            "rds-data:CommitTransaction",
            "rds-data:ExecuteStatement",
            "rds-data:RollbackTransaction",
        ];
        Grant::allow(actions, [self.arn()]).and(self.secret.read())
    }
}

impl Connect for AuroraClusterRef {
    fn peer(&self) -> Peer {
        self.peer.clone()
    }
}

impl Listen for AuroraClusterRef {
    fn ports(&self) -> Vec<Ports> {
        vec![self.port.into()]
    }
}

impl Observe for AuroraClusterRef {
    fn graphs(&self) -> Vec<Graph> {
        let watched = watched(&self.identifier);
        let capacity = Graph::new("capacity").metric(
            watched
                .metric("ServerlessDatabaseCapacity", Statistic::Maximum)
                .label("ACU of the biggest server"),
        );
        let lag = Graph::new("replica lag")
            .metric(watched.metric("AuroraReplicaLagMaximum", Statistic::Maximum).label("milliseconds"));
        let mut all = alarms::graphs(&watched);
        all.extend([capacity, lag]);
        all
    }
}

pub(super) fn watched(identifier: &Attr<kind::RdsDbClusterIdentifier>) -> Watched {
    let name = IntoValue::<String>::into_expr(identifier);
    Watched { namespace: "AWS/RDS", dimension: "DBClusterIdentifier", name }
}

impl From<&AuroraClusterRef> for Proxied {
    fn from(cluster: &AuroraClusterRef) -> Self {
        Self {
            engine: cluster.engine,
            target: Target::Cluster(cluster.identifier.clone()),
            secret: Some(cluster.secret.clone()),
            port: cluster.port,
            peer: cluster.peer(),
            after: each(cluster.members.values(), Handle::id),
            pauses: cluster.pauses,
        }
    }
}
