//! What an error of a client means: its kind by where it arose and by the service's word for it, its message without the SDK's inner life.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::ConnectorError};

use crate::deploy::cloud::{Answer, Fault, FaultKind};

/// Turns a client's answer into the engine's.
pub(super) trait OrFault<T> {
    fn or_fault(self, operation: &str) -> Answer<T>;
}

impl<T, E> OrFault<T> for Result<T, SdkError<E, HttpResponse>>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn or_fault(self, operation: &str) -> Answer<T> {
        self.map_err(|error| of_client(operation, &error))
    }
}

/// The fault behind an error of a client.
fn of_client<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> Fault
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            let metadata = service.err().meta();
            match metadata.code() {
                Some(code) => of_service(operation, status, code, metadata.message().unwrap_or_default()),
                None => of_status(operation, status),
            }
        }
        SdkError::ResponseError(response) => match response.raw().status().as_u16() {
            status @ 400.. => of_status(operation, status),
            // The connection ended in the middle of it.
            _ if chain(error).any(|cause| cause.is::<std::io::Error>()) => {
                Fault::new(FaultKind::Unreachable, operation, causes(error))
            }
            _ => Fault::new(FaultKind::Garbled, operation, causes(error)),
        },
        SdkError::TimeoutError(_) => Fault::new(FaultKind::Unreachable, operation, "no answer in time"),
        other => {
            if let Some(credentials) = chain(error).find_map(|cause| cause.downcast_ref()) {
                return of_credentials(operation, credentials);
            }
            let kind = match other {
                // What is not of the connection has no address to be sent to.
                SdkError::DispatchFailure(failure) if failure.is_other() && failure.as_other().is_none() => {
                    FaultKind::Invalid
                }
                SdkError::DispatchFailure(_) => FaultKind::Unreachable,
                _ => FaultKind::Invalid,
            };
            Fault::new(kind, operation, causes(error))
        }
    }
}

/// The fault behind credentials that cannot be had.
pub(super) fn of_credentials(operation: &str, error: &CredentialsError) -> Fault {
    // A role is assumed, and a login renewed, by requests of their own, which fail for reasons of their own.
    if let Some(fault) = chain(error).find_map(|cause| of_login(operation, cause)) {
        return fault;
    }
    let text = causes(error);
    // The last place that is asked; what it says to machines that have no role misleads whoever sits at one.
    let is_nowhere = matches!(error, CredentialsError::CredentialsNotLoaded(_)) || text.contains("IMDS");
    // The session of a browser's login ends in these words.
    let kind = if text.contains("expired") || text.contains("token not found or invalid") {
        FaultKind::Expired
    } else if is_nowhere {
        FaultKind::NoCredentials
    } else if matches!(error, CredentialsError::ProviderTimedOut(_))
        || chain(error).any(|cause| cause.is::<ConnectorError>())
    {
        FaultKind::Unreachable
    } else {
        FaultKind::NoCredentials
    };
    let text = if is_nowhere { "no profile, environment variable or role provides any".into() } else { text };
    Fault::new(kind, operation, text)
}

/// What a service has said to a request for credentials.
fn of_login(operation: &str, cause: &(dyn Error + 'static)) -> Option<Fault> {
    use aws_sdk_sts::operation::assume_role::AssumeRoleError;
    use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError;

    let metadata = cause
        .downcast_ref::<AssumeRoleError>()
        .map(ProvideErrorMetadata::meta)
        .or_else(|| cause.downcast_ref::<AssumeRoleWithWebIdentityError>().map(ProvideErrorMetadata::meta))?;
    Some(of_service(operation, 400, metadata.code()?, metadata.message().unwrap_or_default()))
}

/// The fault behind a service's own word and message.
pub(super) fn of_service(operation: &str, status: u16, code: &str, message: &str) -> Fault {
    Fault {
        kind: kind(status, code, message),
        code: code.to_owned(),
        message: harmless(code, message),
        operation: operation.to_owned(),
    }
}

/// The fault behind an answer that says nothing but its status.
pub(super) fn of_status(operation: &str, status: u16) -> Fault {
    let kind = match status {
        429 => FaultKind::Throttled,
        500.. => FaultKind::Unavailable,
        _ => FaultKind::Garbled,
    };
    Fault::new(
        kind,
        operation,
        format!("the answer has status {status} and is not in the form of the service"),
    )
}

fn kind(status: u16, code: &str, message: &str) -> FaultKind {
    let name = code.strip_suffix("Exception").unwrap_or(code);
    match name {
        "ExpiredToken" | "RequestExpired" | "InvalidGrant" | "TokenRefreshRequired" => FaultKind::Expired,
        "InvalidClientTokenId"
        | "UnrecognizedClient"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidSignature"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "AuthFailure"
        | "InvalidToken" => FaultKind::NoCredentials,
        "AccessDenied"
        | "UnauthorizedOperation"
        | "Unauthorized"
        | "NotAuthorized"
        | "AuthorizationError"
        | "OptInRequired"
        | "AllAccessDisabled"
        | "Forbidden" => FaultKind::Denied,
        "Throttling"
        | "Throttled"
        | "ThrottledRequest"
        | "RequestThrottled"
        | "RequestLimitExceeded"
        | "TooManyRequests"
        | "SlowDown"
        | "BandwidthLimitExceeded"
        | "ProvisionedThroughputExceeded"
        | "PriorRequestNotComplete" => FaultKind::Throttled,
        "InternalFailure"
        | "InternalError"
        | "InternalServer"
        | "InternalServerError"
        | "InternalService"
        | "InternalServiceError"
        | "ServiceUnavailable"
        | "Server"
        | "RequestTimeout" => FaultKind::Unavailable,
        "OperationInProgress" | "OperationAborted" | "UpdateInProgress" | "ServiceUpdateInProgress" => {
            FaultKind::Busy
        }
        "BucketAlreadyOwnedByYou" => FaultKind::Exists,
        "ValidationError" | "InvalidChangeSetStatus" => kind_by_text(message),
        _ if name.starts_with("NoSuch") || name.ends_with("NotFound") => FaultKind::Missing,
        _ if name.ends_with("AlreadyExists") || name.ends_with("AlreadyExist") => FaultKind::Exists,
        _ if status == 429 => FaultKind::Throttled,
        _ if status >= 500 => FaultKind::Unavailable,
        _ => FaultKind::Invalid,
    }
}

/// CloudFormation has one word for many things, and says in its message which.
fn kind_by_text(message: &str) -> FaultKind {
    let busy = message.contains("_IN_PROGRESS") && !message.contains("REVIEW_IN_PROGRESS");
    let missing =
        message.contains("does not exist") && (message.starts_with("Stack") || message.contains("ChangeSet"));
    if busy {
        FaultKind::Busy
    } else if missing {
        FaultKind::Missing
    } else if message.contains("already exists") {
        FaultKind::Exists
    } else {
        FaultKind::Invalid
    }
}

/// A message that may be shown: the explanation of a signature that does not match repeats the request, with its session token.
fn harmless(code: &str, message: &str) -> String {
    if code.contains("Signature") {
        return "the signature does not match: the secret key is not that of the access key, or the clock is wrong".into();
    }
    message.trim().to_owned()
}

/// An error and what it comes from.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// What an error comes from, in words: each cause that adds something, the SDK's own layers left out.
pub(super) fn causes(error: &(dyn Error + 'static)) -> String {
    const LAYERS: [&str; 12] = [
        "construction failure",
        "failed to construct request",
        "dispatch failure",
        "response error",
        "service error",
        "unhandled error",
        "io error",
        "other",
        "failed to create underlying connection",
        "an error occurred while loading credentials",
        "an error occurred while loading an access token",
        "the credentials provider was not properly configured",
    ];
    let mut said: Vec<String> = Vec::new();
    for cause in chain(error).map(|cause| cause.to_string().trim().to_owned()) {
        let layer = cause.is_empty()
            || LAYERS.contains(&cause.as_str())
            || cause.starts_with("client error (")
            || cause.ends_with("interceptor encountered an error");
        if !layer && !said.iter().any(|before| before.contains(&cause)) {
            said.push(cause);
        }
    }
    if said.is_empty() { error.to_string() } else { said.join(": ") }
}
