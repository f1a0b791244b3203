//! Connections: TLS by rustls with `ring`, through the proxy that the environment names, with the certificates that the user trusts.
//!
//! The SDK's own way of making them knows neither proxies nor `AWS_CA_BUNDLE`, and panics where there are no certificates to trust.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_smithy_http_client::{
    Connector,
    proxy::ProxyConfig,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnectorSettings, SharedHttpConnector},
    runtime_components::RuntimeComponents,
};
use formwork_assembly::{Diagnostic, code};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

/// Makes connections, one pool of them for each pair of timeouts. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    trust: TlsContext,
    proxy: ProxyConfig,
    pools: Arc<Mutex<BTreeMap<Timeouts, SharedHttpConnector>>>,
}

/// Until there is a connection, and until an answer begins.
type Timeouts = (Option<Duration>, Option<Duration>);

impl Transport {
    /// To a server on this machine: no proxy, and nobody to trust.
    pub(super) fn local() -> Result<Self, Diagnostic> {
        Self::new(TrustStore::empty(), ProxyConfig::disabled())
    }

    /// To anywhere, by the proxies that the environment names, trusting the system's certificates and those in a file.
    pub(super) fn public(bundle: Option<&Path>) -> Result<Self, Diagnostic> {
        let native = !rustls_native_certs::load_native_certs().certs.is_empty();
        let mut trust = TrustStore::empty().with_native_roots(native);
        if let Some(path) = bundle {
            trust = trust.with_pem_certificate(certificates(path)?);
        }
        Self::new(trust, ProxyConfig::from_env())
    }

    fn new(trust: TrustStore, proxy: ProxyConfig) -> Result<Self, Diagnostic> {
        let trust = TlsContext::builder()
            .with_trust_store(trust)
            .build()
            .map_err(|error| Diagnostic::error(&code::BAD_CA_BUNDLE, error.to_string()))?;
        Ok(Self { trust, proxy, pools: Arc::default() })
    }

    /// The pool for these timeouts.
    pub(super) fn connector(&self, settings: &HttpConnectorSettings) -> SharedHttpConnector {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = pools.entry((settings.connect_timeout(), settings.read_timeout())).or_insert_with(|| {
            let connector = Connector::builder()
                .connector_settings(settings.clone())
                .proxy_config(self.proxy.clone())
                .tls_provider(Provider::rustls(CryptoMode::Ring))
                .tls_context(self.trust.clone());
            SharedHttpConnector::new(connector.build())
        });
        pool.clone()
    }
}

impl HttpClient for Transport {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        self.connector(settings)
    }
}

/// The content of a file with certificates, once each of them is known to be one: the client takes no bad ones.
fn certificates(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let bad = |reason: String| {
        Diagnostic::error(
            &code::BAD_CA_BUNDLE,
            format!("the certificates in `{}` cannot be used: {reason}", path.display()),
        )
        .help("let `AWS_CA_BUNDLE` name a file with certificates in PEM form, or unset it")
    };
    let content = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&content)
        .collect::<Result<_, _>>()
        .map_err(|error| bad(error.to_string()))?;
    if certificates.is_empty() {
        return Err(bad("there are none in it".into()));
    }
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        store.add(certificate).map_err(|error| bad(error.to_string()))?;
    }
    Ok(content)
}
