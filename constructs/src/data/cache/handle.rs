//! A cache as others see it: built here, built in another stack, or there already.

use formwork_cfn::{elasticache, kind};
use formwork_synth::{Attr, Connect, Grant, Listen, Peer, Port, Ports, Str, Text, sub};

use super::{CacheEngine, login::Access, watch::Watched};
use crate::{Graph, Observe, SecretRef, SecurityGroupRef, arn};

/// A cache.
#[derive(Clone, Debug)]
pub struct CacheRef {
    /// Its engine.
    pub engine: CacheEngine,
    /// The host name to connect to, with TLS: of the node that writes, or with several shards of the one that knows the others.
    pub endpoint: Text,
    /// The host name from which copies are read, which may be some moments behind; nothing where there is none, or where the first one leads there.
    pub reader_endpoint: Option<Text>,
    /// The port of the first host name.
    pub port: Port,
    /// The port of the second.
    pub reader_port: Option<Port>,
    /// The name of the user to log in as; nothing with Memcached.
    pub user: Option<Text>,
    /// The user (`username`) and its password (`password`); nothing where IAM signs tokens, or with Memcached.
    pub secret: Option<SecretRef>,
    /// The group around the cache; nothing for one that exists already.
    pub security_group: Option<SecurityGroupRef>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<CacheResource>,
    log_in: Grant,
    peer: Peer,
    watched: Watched,
}

/// What a cache is made of.
#[derive(Clone, Copy, Debug)]
pub enum CacheResource {
    /// Nodes of Memcached.
    Memcached(elasticache::CacheClusterRef),
    /// Nodes of Valkey or Redis OSS.
    ReplicationGroup {
        /// The resource.
        group: elasticache::ReplicationGroupRef,
        /// Whether its data is spread over shards.
        is_sharded: bool,
    },
    /// No servers to choose.
    Serverless(elasticache::ServerlessCacheRef),
}

/// What there is to know about a cache that exists already.
#[derive(Clone, Debug)]
pub struct ExistingCache {
    /// Its engine.
    pub engine: CacheEngine,
    /// The host name to connect to.
    pub endpoint: Str,
    /// Its port.
    pub port: Port,
    /// The user (`username`) and its password (`password`), where it has some.
    pub secret: Option<SecretRef>,
    /// The id of the security group around it.
    pub security_group: Str,
}

impl CacheRef {
    /// A cache that exists already.
    ///
    /// ```
    /// use formwork_constructs::{CacheEngine, CacheRef, ExistingCache};
    /// use formwork_synth::port;
    ///
    /// let sessions = CacheRef::existing(ExistingCache {
    ///     engine: CacheEngine::Valkey,
    ///     endpoint: "sessions.abc123.ng.0001.euw1.cache.amazonaws.com".into(),
    ///     port: port!(6379),
    ///     secret: None,
    ///     security_group: "sg-0123456789abcdef0".into(),
    /// });
    /// ```
    pub fn existing(cache: ExistingCache) -> Self {
        let group = Attr::<kind::Ec2SecurityGroupId>::existing(cache.security_group);
        Self {
            engine: cache.engine,
            peer: Peer::existing_security_group(cache.endpoint.split('.').next().unwrap_or("Cache"), &group),
            endpoint: sub!("{}", cache.endpoint.as_ref()),
            reader_endpoint: None,
            port: cache.port,
            reader_port: None,
            user: None,
            log_in: cache.secret.as_ref().map(SecretRef::read).unwrap_or_default(),
            secret: cache.secret,
            security_group: None,
            resource: None,
            watched: Watched::Nothing,
        }
    }

    pub(super) fn built(
        resource: CacheResource,
        engine: CacheEngine,
        security_group: SecurityGroupRef,
        access: Option<Access>,
        watched: Watched,
    ) -> Self {
        let (endpoint, reader_endpoint) = resource.endpoints();
        let is_serverless = matches!(resource, CacheResource::Serverless(_));
        let log_in = match &access {
            Some(Access { secret: Some(secret), .. }) => secret.read(),
            Some(access) => {
                let mut resources = vec![arn("user", &access.user_id)];
                if let Some(arn) = resource.arn() {
                    resources.insert(0, arn);
                }
                Grant::allow(["elasticache:Connect"], resources)
            }
            None => Grant::default(),
        };
        let (user, secret) = access.map(|access| (access.user, access.secret)).unzip();
        Self {
            engine,
            reader_port: reader_endpoint
                .is_some()
                .then(|| if is_serverless { engine.reader_port() } else { engine.port() }),
            endpoint,
            reader_endpoint,
            port: engine.port(),
            user,
            secret: secret.flatten(),
            peer: security_group.peer(),
            security_group: Some(security_group),
            resource: Some(resource),
            log_in,
            watched,
        }
    }

    /// Permission to log in: to read the secret with the password, or to be the user by IAM. Nothing with Memcached, which lets in whoever is
    /// connected.
    pub fn log_in(&self) -> Grant {
        self.log_in.clone()
    }
}

impl CacheResource {
    fn endpoints(self) -> (Text, Option<Text>) {
        match self {
            Self::Memcached(cluster) => (sub!("{}", cluster.configuration_endpoint_address()), None),
            Self::ReplicationGroup { group, is_sharded: true } => {
                (sub!("{}", group.configuration_end_point_address()), None)
            }
            Self::ReplicationGroup { group, .. } => {
                let reader = sub!("{}", group.reader_end_point_address());
                (sub!("{}", group.primary_end_point_address()), Some(reader))
            }
            Self::Serverless(cache) => {
                (sub!("{}", cache.endpoint_address()), Some(sub!("{}", cache.reader_endpoint_address())))
            }
        }
    }

    /// What IAM knows it by, where it has users.
    fn arn(self) -> Option<Text> {
        match self {
            Self::Memcached(_) => None,
            Self::ReplicationGroup { group, .. } => {
                Some(arn("replicationgroup", &sub!("{}", group.reference())))
            }
            Self::Serverless(cache) => Some(sub!("{}", cache.arn())),
        }
    }
}

fn arn(what: &str, name: &Text) -> Text {
    arn::here("elasticache", sub!("{}:{}", what, name))
}

impl Connect for CacheRef {
    fn peer(&self) -> Peer {
        self.peer.clone()
    }
}

impl Listen for CacheRef {
    fn ports(&self) -> Vec<Ports> {
        let mut ports = vec![self.port.into()];
        ports.extend(self.reader_port.filter(|port| *port != self.port).map(Ports::from));
        ports
    }
}

impl Observe for CacheRef {
    fn graphs(&self) -> Vec<Graph> {
        self.watched.graphs()
    }
}
