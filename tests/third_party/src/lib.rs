//! A Redis cache as another crate would provide it. It knows the public crates and nothing else.

use formwork_cfn::{elasticache, kind};
use formwork_constructs::{SecurityGroup, VpcRef};
use formwork_synth::{
    Attr, Code, Connect, Construct, DeletionPolicy, Diagnostic, Grant, Listen, Peer, Ports, ResourceOptions,
    Scope, port,
};

/// A serverless cache that speaks the protocol of Redis, in the private subnets of a VPC.
///
/// Makes an `AWS::ElastiCache::ServerlessCache` and an `AWS::EC2::SecurityGroup`.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Redis {
    vpc: VpcRef,
    name: String,
}

/// A cache of the app.
#[derive(Clone, Debug)]
pub struct RedisRef {
    /// The host to connect to, by TLS.
    pub address: Attr<kind::ElastiCacheServerlessCacheEndpointAddress>,
    arn: Attr<kind::ElastiCacheServerlessCacheArn>,
    peer: Peer,
}

/// A cache has nowhere to be.
pub const NO_SUBNET: Code = Code {
    id: "REDIS01",
    title: "a cache is in a VPC without private subnets",
    explanation: "A cache is reached from inside its VPC only, so it wants subnets that the internet does not reach.",
};

impl Redis {
    /// An empty cache of that name, which is unique in account and region.
    pub fn new(vpc: &VpcRef, name: impl Into<String>) -> Self {
        Self { vpc: vpc.clone(), name: name.into() }
    }
}

impl Construct for Redis {
    type Handle = RedisRef;

    fn build(self, scope: &mut Scope<'_>) -> RedisRef {
        if self.vpc.private_subnets.is_empty() {
            scope
                .report(Diagnostic::error(&NO_SUBNET, "the VPC has no private subnet").help("give it a NAT"));
        }
        let subnets: Vec<_> = self.vpc.private_subnets.iter().map(|subnet| &subnet.id).collect();
        let group = scope.add("SecurityGroup", SecurityGroup::new(&self.vpc, "the cache").listed_egress());
        let cache = elasticache::ServerlessCache::new()
            .engine("valkey")
            .serverless_cache_name(self.name)
            .security_group_ids([&group.id])
            .subnet_ids(subnets)
            .removal_policy(DeletionPolicy::Delete);
        let cache = scope.in_place(cache);
        let peer = Peer::security_group(scope.id(), &group.id).with_listed_egress();
        RedisRef { address: cache.endpoint_address(), arn: cache.arn(), peer }
    }
}

impl RedisRef {
    /// The permission to log in as a user of IAM.
    pub fn log_in(&self) -> Grant {
        Grant::allow(["elasticache:Connect"], [&self.arn])
    }
}

impl Connect for RedisRef {
    fn peer(&self) -> Peer {
        self.peer.clone()
    }
}

impl Listen for RedisRef {
    fn ports(&self) -> Vec<Ports> {
        vec![port!(6379).into()]
    }
}
