//! AWS itself, or a local server that speaks like it: the real [`Cloud`].
//!
//! CloudFormation and S3 are asked by their clients, the few calls to other services by requests signed here, because a client costs more
//! to compile than all of the engine. Retries, timeouts and what an error means live here, so that above it a
//! [`Fault`](super::cloud::Fault) is final.

mod call;
mod connect;
mod described;
mod endpoint;
mod fault;
mod formation;
mod keys;
mod multipart;
mod planned;
mod retry;
mod signed;
mod storage;
mod transport;
mod xml;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_config::{Region, SdkConfig, retry::RetryConfig, sts::AssumeRoleProvider};
use serde_json::Value;

pub use self::connect::{Connection, LocalServer};
pub(super) use self::endpoint::suffix;
use self::{
    call::Caller,
    fault::{OrFault, of_credentials},
    keys::Keys,
    transport::Transport,
};
use super::cloud::{Answer, Call, Cloud, Fault, FaultKind, Identity};

/// One set of credentials in one region of AWS, or of a local server. Clones share their connections and credentials.
#[derive(Clone)]
pub struct Aws {
    account: Arc<Account>,
    clients: Arc<Clients>,
}

/// One set of credentials, and the regions that it was used in.
struct Account {
    config: SdkConfig,
    transport: Transport,
    keys: Keys,
    regions: Mutex<BTreeMap<String, Arc<Clients>>>,
}

/// What is asked in one region.
struct Clients {
    region: String,
    formation: aws_sdk_cloudformation::Client,
    storage: aws_sdk_s3::Client,
    caller: Caller,
}

impl Aws {
    fn new(config: SdkConfig, transport: Transport, keys: Keys, region: &str) -> Self {
        let account = Arc::new(Account { config, transport, keys, regions: Mutex::default() });
        let clients = account.clients(region);
        Self { account, clients }
    }
}

impl std::fmt::Debug for Aws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aws").field("region", &self.clients.region).finish_non_exhaustive()
    }
}

impl Cloud for Aws {
    fn region(&self) -> &str {
        &self.clients.region
    }

    fn in_region(&self, region: &str) -> Self {
        Self { account: self.account.clone(), clients: self.account.clients(region) }
    }

    async fn assuming(&self, role_arn: &str) -> Answer<Self> {
        let config = self.account.config_in(self.region());
        let role =
            AssumeRoleProvider::builder(role_arn).configure(&config).session_name("formwork").build().await;
        let keys = Keys::new(role);
        // Asked at once, so that a role that may not be assumed is known before anything depends on it.
        keys.current().await.map_err(|error| of_credentials("sts:AssumeRole", &error))?;
        let config = self.account.config.to_builder().credentials_provider(keys.provider()).build();
        Ok(Self::new(config, self.account.transport.clone(), keys, self.region()))
    }

    async fn identity(&self) -> Answer<Identity> {
        let operation = "sts:GetCallerIdentity";
        // Nothing has begun yet: who has no network hears of it soon.
        let few = self.account.config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
        let few = few.clone().with_max_attempts(few.max_attempts().min(3));
        let config = self.account.config_in(self.region()).to_builder().retry_config(few).build();
        let answer =
            aws_sdk_sts::Client::new(&config).get_caller_identity().send().await.or_fault(operation)?;
        match (answer.account, answer.arn) {
            (Some(account), Some(arn)) if !account.is_empty() => Ok(Identity { account, arn }),
            _ => Err(Fault::new(FaultKind::Garbled, operation, "the answer names no account")),
        }
    }

    async fn call(&self, call: &Call) -> Answer<Value> {
        self.clients.caller.call(call).await
    }
}

impl Account {
    fn config_in(&self, region: &str) -> SdkConfig {
        self.config.to_builder().region(Region::new(region.to_owned())).build()
    }

    fn clients(&self, region: &str) -> Arc<Clients> {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let clients = regions.entry(region.to_owned()).or_insert_with(|| {
            let config = self.config_in(region);
            Arc::new(Clients {
                region: region.to_owned(),
                formation: aws_sdk_cloudformation::Client::new(&config),
                storage: storage::client(&config),
                caller: Caller::new(&config, &self.transport, self.keys.clone(), region),
            })
        });
        clients.clone()
    }
}
