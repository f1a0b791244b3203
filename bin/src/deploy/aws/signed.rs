//! A request, signed. See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

/// What is sent, without the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) method: &'static str,
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

/// Signs a message for a service of a region; none where its URL or headers are not valid.
pub(super) fn signed(
    message: &Message,
    service: &str,
    region: &str,
    credentials: &Credentials,
) -> Option<HttpRequest> {
    let identity = credentials.clone().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .ok()?
        .into();
    let headers = message.headers.iter().map(|(name, value)| (*name, value.as_str()));
    let signable = SignableRequest::new(
        message.method,
        &message.url,
        headers,
        SignableBody::Bytes(message.body.as_bytes()),
    )
    .ok()?;
    let (signature, _) = sign(signable, &params).ok()?.into_parts();

    let mut request = HttpRequest::new(SdkBody::from(message.body.clone()));
    request.set_method(message.method).ok()?;
    request.set_uri(message.url.as_str()).ok()?;
    for (name, value) in &message.headers {
        request.headers_mut().try_insert(*name, value.clone()).ok()?;
    }
    for (name, value) in signature.headers() {
        request.headers_mut().try_insert(name.to_owned(), value.to_owned()).ok()?;
    }
    Some(request)
}
