//! Requests to the services that have no client here: made, signed, sent, sent again, and their answers read as JSON.

use std::time::Duration;

use aws_config::{SdkConfig, retry::RetryConfig};
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::HttpResponse,
};
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::Value;

use super::{
    connect::is_region,
    endpoint::Endpoints,
    fault::{causes, of_credentials, of_service, of_status},
    keys::Keys,
    retry::{self, Patience},
    signed::{Message, signed},
    transport::Transport,
    xml,
};
use crate::deploy::cloud::{Answer, Call, Fault, FaultKind};

/// No answer is longer than this.
const LONGEST: usize = 32 * 1024 * 1024;

/// Calls services in one region.
pub(super) struct Caller {
    connector: SharedHttpConnector,
    keys: Keys,
    region: String,
    endpoints: Endpoints,
    retries: RetryConfig,
    read: Duration,
}

/// A call on its way: what is sent, and what it is signed for.
struct Route {
    message: Message,
    service: &'static str,
    region: String,
}

impl Caller {
    pub(super) fn new(config: &SdkConfig, transport: &Transport, keys: Keys, region: &str) -> Self {
        let patience = Patience::default();
        let timeouts = config.timeout_config();
        let connect = timeouts.and_then(|timeouts| timeouts.connect_timeout()).unwrap_or(patience.connect);
        let read = timeouts.and_then(|timeouts| timeouts.read_timeout()).unwrap_or(patience.read);
        let settings = HttpConnectorSettings::builder().connect_timeout(connect).read_timeout(read).build();
        Self {
            connector: transport.connector(&settings),
            keys,
            region: region.to_owned(),
            endpoints: Endpoints::new(config),
            retries: config.retry_config().cloned().unwrap_or_else(RetryConfig::standard),
            read,
        }
    }

    /// Calls, again and again where that may help.
    pub(super) async fn call(&self, call: &Call) -> Answer<Value> {
        let operation = call.operation();
        let route = self.route(call).map_err(|reason| Fault::new(FaultKind::Invalid, &operation, reason))?;
        let mut failed = 0;
        loop {
            let answer = match self.send(&operation, &route).await {
                Ok((status, named, body)) => read(&operation, call, status, named.as_deref(), &body),
                Err(fault) => Err(fault),
            };
            failed += 1;
            match answer {
                Err(fault) if fault.is_passing() && failed < self.retries.max_attempts() => {
                    tokio::time::sleep(retry::pause(&self.retries, failed)).await;
                }
                answer => return answer,
            }
        }
    }

    /// Answers the status, the error that a header names, and the body.
    async fn send(&self, operation: &str, route: &Route) -> Answer<(u16, Option<String>, String)> {
        let unreachable = |reason: String| Fault::new(FaultKind::Unreachable, operation, reason);
        let credentials = self.keys.current().await.map_err(|error| of_credentials(operation, &error))?;
        let request =
            signed(&route.message, route.service, &route.region, &credentials).ok_or_else(|| {
                Fault::new(FaultKind::Invalid, operation, "the request has characters that cannot be sent")
            })?;
        let response = self.connector.call(request).await.map_err(|error| unreachable(causes(&error)))?;
        let status = response.status().as_u16();
        let named = response.headers().get("x-amzn-errortype").map(str::to_owned);
        let body = match tokio::time::timeout(self.read, collected(response)).await {
            Ok(body) => body.map_err(unreachable)?,
            Err(_) => return Err(unreachable("the answer stops in its middle".into())),
        };
        match String::from_utf8(body) {
            Ok(body) => Ok((status, named, body)),
            Err(_) => Err(Fault::new(FaultKind::Garbled, operation, "the answer is not text")),
        }
    }

    fn route(&self, call: &Call) -> Result<Route, String> {
        // A region becomes part of a host name that credentials are sent to.
        if !is_region(&self.region) {
            return Err(format!("`{}` is no region", self.region));
        }
        let agent = ("user-agent", concat!("formwork/", env!("CARGO_PKG_VERSION")).to_owned());
        Ok(match call {
            Call::Json { service, host, target, body } => Route {
                message: Message {
                    method: "POST",
                    url: format!("{}/", self.endpoints.regional(service, host, &self.region)),
                    headers: vec![
                        agent,
                        ("content-type", "application/x-amz-json-1.1".to_owned()),
                        ("x-amz-target", (*target).to_owned()),
                    ],
                    body: body.to_string(),
                },
                service,
                region: self.region.clone(),
            },
            Call::Rest { service, method, path, body } => {
                let region = home(&self.region);
                let base = self.endpoints.global(service, region);
                let mut headers = vec![agent];
                if !body.is_empty() {
                    headers.push(("content-type", "application/xml".to_owned()));
                }
                let message = Message { method, url: format!("{base}{path}"), headers, body: body.clone() };
                Route { message, service, region: region.to_owned() }
            }
        })
    }
}

/// The one region of a global service.
fn home(region: &str) -> &'static str {
    if region.starts_with("cn-") { "cn-northwest-1" } else { "us-east-1" }
}

async fn collected(response: HttpResponse) -> Result<Vec<u8>, String> {
    let mut stream = ByteStream::new(response.into_body());
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        body.extend_from_slice(&chunk.map_err(|error| causes(&error))?);
        if body.len() > LONGEST {
            return Err("the answer does not end".into());
        }
    }
    Ok(body)
}

/// What an answer says.
fn read(operation: &str, call: &Call, status: u16, named: Option<&str>, body: &str) -> Answer<Value> {
    let value = match call {
        _ if body.trim().is_empty() => Some(Value::Null),
        Call::Json { .. } => serde_json::from_str(body).ok(),
        Call::Rest { .. } => xml::value(body),
    };
    if (200..300).contains(&status) {
        return value.ok_or_else(|| {
            Fault::new(FaultKind::Garbled, operation, "the answer is not in the form of the service")
        });
    }
    let text = |pointers: &[&str]| {
        let value = value.as_ref()?;
        pointers.iter().find_map(|pointer| value.pointer(pointer)?.as_str().map(str::to_owned))
    };
    let code = named.map(str::to_owned).or_else(|| text(&["/__type", "/Error/Code", "/Code", "/code"]));
    let Some(code) = code else { return Err(of_status(operation, status)) };
    // `com.amazonaws.ecr#ImageNotFoundException:http://internal.amazon.com/…`
    let code = code.split(':').next().unwrap_or_default().rsplit('#').next().unwrap_or_default();
    let message = text(&["/message", "/Message", "/Error/Message"]).unwrap_or_default();
    Err(of_service(operation, status, code, &message))
}
