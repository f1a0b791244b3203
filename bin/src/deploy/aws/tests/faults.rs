//! What each way to fail means, and that no credentials come out with it.

use std::time::Duration;

use aws_smithy_runtime_api::client::result::ConnectorError;

use super::{ACCOUNT, Reply, Server, at, aws, object, refusal};
use crate::deploy::{
    Aws, Connection, FailureKind, LocalServer,
    aws::{fault::of_credentials, transport::Transport},
    cloud::{Call, Cloud, CloudFormation, Fault, FaultKind, Storage},
};

const HTML: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><br>Welcome</body></html>";

async fn fault(reply: Reply) -> (Fault, usize) {
    let server = Server::new([reply]);
    let fault = aws(&server).await.delete_stack("shop", &Default::default()).await.unwrap_err();
    assert_eq!(fault.operation, "cloudformation:DeleteStack");
    (fault, server.asked().len())
}

#[tokio::test]
async fn a_services_word_decides_the_kind() {
    use FaultKind::{Busy, Denied, Exists, Expired, Invalid, Missing, NoCredentials};
    for (code, message, kind) in [
        ("ExpiredToken", "The security token included in the request is expired", Expired),
        ("RequestExpired", "Request has expired.", Expired),
        ("InvalidClientTokenId", "The security token included in the request is invalid.", NoCredentials),
        ("AccessDenied", "User: arn:aws:iam::1:user/a is not authorized", Denied),
        ("ValidationError", "Stack with id shop does not exist", Missing),
        ("ValidationError", "Stack [shop] does not exist", Missing),
        ("ChangeSetNotFound", "ChangeSet [c] does not exist", Missing),
        ("ValidationError", "Role arn:aws:iam::1:role/x does not exist", Invalid),
        ("ValidationError", "Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated.", Busy),
        ("ValidationError", "Stack:arn is in REVIEW_IN_PROGRESS state and can not be updated.", Invalid),
        ("OperationInProgressException", "Another operation is running", Busy),
        ("AlreadyExistsException", "ChangeSet c already exists", Exists),
        ("ValidationError", "No updates are to be performed.", Invalid),
        ("SomethingNew", "Who knows.", Invalid),
    ] {
        let (fault, asked) = fault(refusal(400, code, message)).await;
        assert_eq!((fault.kind, fault.code.as_str(), fault.message.as_str()), (kind, code, message));
        assert_eq!(asked, 1, "{code} was asked again");
    }
}

#[tokio::test]
async fn what_may_pass_is_asked_again_before_it_is_a_fault() {
    for (reply, kind) in [
        (refusal(400, "Throttling", "Rate exceeded"), FaultKind::Throttled),
        (refusal(500, "InternalFailure", "An unknown error occurred"), FaultKind::Unavailable),
        (refusal(503, "ServiceUnavailable", "Try later"), FaultKind::Unavailable),
        (Reply::Answer(502, HTML.into()), FaultKind::Unavailable),
        (Reply::Answer(429, String::new()), FaultKind::Throttled),
        (Reply::Cut, FaultKind::Unreachable),
        (Reply::Half, FaultKind::Unreachable),
    ] {
        let (fault, asked) = fault(reply).await;
        assert!(fault.kind == kind && fault.is_passing(), "{fault:?}, not {kind:?}");
        assert_eq!(
            asked,
            if fault.code.is_empty() && kind == FaultKind::Throttled { 1 } else { 4 },
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn what_is_over_after_some_attempts_is_no_fault() {
    let gone = || refusal(400, "ValidationError", "Stack with id shop does not exist");
    let server = Server::new([
        refusal(400, "Throttling", "Rate exceeded"),
        Reply::Cut,
        Reply::Answer(503, "<html>".into()),
        gone(),
    ]);
    assert_eq!(aws(&server).await.describe_stack("shop").await.unwrap().map(|stack| stack.id), None);
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_server_that_is_not_aws_is_garbled() {
    for reply in [
        Reply::Answer(200, HTML.into()),
        Reply::Answer(200, "{}".into()),
        Reply::Answer(404, HTML.into()),
        Reply::Answer(407, "go away".into()),
        Reply::Headed(302, "location: http://login.example/", HTML.into()),
    ] {
        let server = Server::new([reply]);
        let fault = aws(&server).await.describe_stack("shop").await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Garbled, "{fault:?}");
        assert!(fault.message.len() < 300 && !fault.message.contains("Sign in"), "{}", fault.message);
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    // A port below 1024: no other test can be given it.
    let cloud = at("http://127.0.0.1:1").await;
    let call =
        Call::Json { service: "ssm", host: "ssm", target: "AmazonSSM.GetParameter", body: "{}".into() };
    for fault in [
        cloud.describe_stack("shop").await.map(drop).unwrap_err(),
        cloud.identity().await.map(drop).unwrap_err(),
        cloud.call(&call).await.map(drop).unwrap_err(),
    ] {
        assert_eq!(fault.kind, FaultKind::Unreachable, "{fault:?}");
        assert!(fault.message.contains("onnection refused") || cfg!(windows), "{}", fault.message);
    }
}

#[tokio::test]
async fn the_reply_to_a_bad_signature_does_not_come_out() {
    let said = "The request signature does not match. The Canonical String was 'x-amz-security-token:FwoGZXIvYXdzEJr'";
    let (fault, _) = fault(refusal(403, "SignatureDoesNotMatch", said)).await;
    assert_eq!(fault.kind, FaultKind::NoCredentials);
    assert!(!format!("{fault:?}").contains("FwoG"), "{fault:?}");
}

#[tokio::test]
async fn nothing_shows_the_credentials() {
    let server = Server::new([refusal(403, "AccessDenied", "no")]);
    let cloud = aws(&server).await;
    let fault = cloud.assuming("arn:aws:iam::123456789012:role/deploy").await.unwrap_err();
    assert_eq!((fault.kind, fault.operation.as_str()), (FaultKind::Denied, "sts:AssumeRole"));
    let shown = format!("{cloud:?} {fault:?} {:?}", fault.finding());
    assert!(!shown.contains(ACCOUNT) && !shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn a_region_does_not_lead_credentials_elsewhere() {
    let server = Server::new([Reply::Answer(200, "{}".into())]);
    let local = aws(&server).await;
    let mut config = local.account.config.to_builder();
    config.set_endpoint_url(None);
    let cloud = Aws::new(
        config.build(),
        local.account.transport.clone(),
        local.account.keys.clone(),
        "x.evil.example/",
    );
    let call =
        Call::Json { service: "ssm", host: "ssm", target: "AmazonSSM.GetParameter", body: "{}".into() };
    for fault in [
        cloud.call(&call).await.map(drop).unwrap_err(),
        cloud.describe_stack("shop").await.map(drop).unwrap_err(),
        cloud.get_object(&object()).await.map(drop).unwrap_err(),
        cloud.identity().await.map(drop).unwrap_err(),
    ] {
        assert_eq!(fault.kind, FaultKind::Invalid, "{fault:?}");
    }
}

#[test]
fn credentials_that_cannot_be_had_are_told_apart() {
    use aws_credential_types::provider::error::CredentialsError;
    for (error, kind) in [
        (CredentialsError::not_loaded_no_source(), FaultKind::NoCredentials),
        (CredentialsError::invalid_configuration("profile `x` was not defined"), FaultKind::NoCredentials),
        (
            CredentialsError::provider_error("the SSO token has expired and cannot be refreshed"),
            FaultKind::Expired,
        ),
        (CredentialsError::provider_error("Session token not found or invalid"), FaultKind::Expired),
        (
            CredentialsError::provider_error(ConnectorError::io("connection refused".into())),
            FaultKind::Unreachable,
        ),
        (CredentialsError::provider_timed_out(Duration::from_secs(5)), FaultKind::Unreachable),
    ] {
        let fault = of_credentials("sts:GetCallerIdentity", &error);
        assert_eq!(fault.kind, kind, "{fault:?}");
        assert!(!fault.message.is_empty());
    }
}

#[tokio::test]
async fn without_a_region_nobody_is_asked() {
    for (region, message) in [("", "no region is known"), ("eu west", "`eu west` is no region")] {
        let local = LocalServer { endpoint: "http://127.0.0.1:9".into(), account: ACCOUNT.into() };
        let connection =
            Connection { region: Some(region.into()), local: Some(local), ..Connection::default() };
        let failure = Aws::connect(&connection).await.unwrap_err();
        assert_eq!((failure.kind, failure.findings[0].message.as_str()), (FailureKind::Refused, message));
    }
}

#[test]
fn certificates_that_are_none_are_refused_before_they_are_used() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let bad = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    for (content, reason) in [("", "there are none in it"), (bad, "invalid peer certificate")] {
        std::fs::write(file.path(), content).unwrap();
        let finding = Transport::public(Some(file.path())).unwrap_err();
        assert!(finding.code == "FW6022" && finding.message.contains(reason), "{}", finding.message);
    }
}
