//! Credentials, asked for once and kept until shortly before they expire.
//!
//! The clients and the requests that are signed here share them: a login is used, and a role assumed, once and not once for each service.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, Result, SharedCredentialsProvider, future},
};
use tokio::sync::Mutex;

/// They are renewed when less than this is left of them.
const MARGIN: Duration = Duration::from_secs(60);

/// The credentials of one source. Its `Debug` shows none.
#[derive(Clone)]
pub(super) struct Keys(Arc<Kept>);

struct Kept {
    source: Box<dyn ProvideCredentials>,
    kept: Mutex<Option<Credentials>>,
}

impl Keys {
    /// The credentials that a source provides.
    pub(super) fn new(source: impl ProvideCredentials + 'static) -> Self {
        Self(Arc::new(Kept { source: Box::new(source), kept: Mutex::new(None) }))
    }

    /// The same for a client.
    pub(super) fn provider(&self) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(self.clone())
    }

    /// Those that are good now.
    pub(super) async fn current(&self) -> Result {
        let mut kept = self.0.kept.lock().await;
        if let Some(credentials) = kept.as_ref().filter(|credentials| lasts(credentials)) {
            return Ok(credentials.clone());
        }
        let credentials = self.0.source.provide_credentials().await?;
        *kept = Some(credentials.clone());
        Ok(credentials)
    }
}

impl ProvideCredentials for Keys {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.current())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

fn lasts(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|expiry| SystemTime::now() + MARGIN < expiry)
}
