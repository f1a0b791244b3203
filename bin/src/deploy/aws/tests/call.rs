//! Calls without a client.

use serde_json::json;

use super::{ACCOUNT, Reply, Server, aws, refusal};
use crate::deploy::cloud::{Call, Cloud, FaultKind, Identity};

fn repositories() -> Call {
    Call::Json {
        service: "ecr",
        host: "api.ecr",
        target: "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories",
        body: json!({ "repositoryNames": ["shop"] }),
    }
}

fn invalidation() -> Call {
    Call::Rest {
        service: "cloudfront",
        method: "POST",
        path: "/2020-05-31/distribution/E1/invalidation".into(),
        body: "<InvalidationBatch/>".into(),
    }
}

#[tokio::test]
async fn json_is_signed_sent_and_read() {
    let server = Server::new([Reply::Answer(200, r#"{"repositories":[{"repositoryName":"shop"}]}"#.into())]);
    let answer = aws(&server).await.call(&repositories()).await.unwrap();
    assert_eq!(answer["repositories"][0]["repositoryName"], "shop");

    let asked = &server.asked()[0];
    assert!(asked.starts_with("POST / HTTP/1.1\r\n"), "{asked}");
    assert!(asked.ends_with(r#"{"repositoryNames":["shop"]}"#), "{asked}");
    assert!(
        asked.contains("x-amz-target: AmazonEC2ContainerRegistry_V20150921.DescribeRepositories\r\n"),
        "{asked}"
    );
    assert!(
        asked.contains(&format!("Credential={ACCOUNT}/")) && asked.contains("/eu-west-1/ecr/aws4_request"),
        "{asked}"
    );
}

#[tokio::test]
async fn xml_is_read_and_signed_for_the_one_region() {
    let body = "<?xml version=\"1.0\"?><Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>";
    let server = Server::new([Reply::Answer(201, body.into())]);
    let answer = aws(&server).await.call(&invalidation()).await.unwrap();
    assert_eq!(answer, json!({ "Id": "I1", "Status": "InProgress" }));
    let asked = &server.asked()[0];
    assert!(asked.starts_with("POST /2020-05-31/distribution/E1/invalidation HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("/us-east-1/cloudfront/aws4_request"), "{asked}");
}

#[tokio::test]
async fn errors_are_read_in_each_form() {
    let by_body = r#"{"__type":"com.amazonaws.ecr#RepositoryNotFoundException","message":"no `shop`"}"#;
    for (reply, call) in [
        (Reply::Answer(400, by_body.into()), repositories()),
        (
            Reply::Headed(
                400,
                "x-amzn-errortype: RepositoryNotFoundException:http://x/",
                r#"{"Message":"no `shop`"}"#.into(),
            ),
            repositories(),
        ),
        (refusal(404, "NoSuchDistribution", "no `shop`"), invalidation()),
    ] {
        let fault = aws(&Server::new([reply])).await.call(&call).await.unwrap_err();
        assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Missing, "no `shop`"), "{fault:?}");
        assert!(!fault.code.is_empty() && !fault.code.contains([':', '#']), "{fault:?}");
        assert_eq!(fault.operation, call.operation());
    }
}

#[tokio::test]
async fn what_may_pass_is_asked_again() {
    let throttled = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
    let server = Server::new([
        Reply::Answer(400, throttled.into()),
        Reply::Half,
        Reply::Cut,
        Reply::Answer(200, r#"{"repositories":[]}"#.into()),
    ]);
    aws(&server).await.call(&repositories()).await.unwrap();
    assert_eq!(server.asked().len(), 4);

    let server = Server::new([Reply::Answer(400, throttled.into())]);
    assert_eq!(aws(&server).await.call(&repositories()).await.unwrap_err().kind, FaultKind::Throttled);
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn an_answer_in_another_form_is_garbled() {
    for (status, body) in [(200, "<html>"), (200, "{\"a\":"), (404, "<html>")] {
        let server = Server::new([Reply::Answer(status, body.into())]);
        let cloud = aws(&server).await;
        for call in [repositories(), invalidation()] {
            assert_eq!(cloud.call(&call).await.unwrap_err().kind, FaultKind::Garbled, "{status} {body}");
        }
    }
}

#[tokio::test]
async fn the_caller_is_known_by_sts() {
    let result =
        format!("<Account>{ACCOUNT}</Account><Arn>arn:aws:iam::{ACCOUNT}:root</Arn><UserId>1</UserId>");
    let server = Server::new([super::answered("GetCallerIdentity", &result)]);
    let expected = Identity { account: ACCOUNT.into(), arn: format!("arn:aws:iam::{ACCOUNT}:root") };
    assert_eq!(aws(&server).await.identity().await.unwrap(), expected);
}

#[tokio::test]
async fn a_role_is_assumed_once_and_its_credentials_used() {
    let credentials = "<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>hush</SecretAccessKey>\
        <SessionToken>token-of-role</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>";
    let server = Server::new([super::answered("AssumeRole", credentials), Reply::Answer(200, "{}".into())]);
    let role = aws(&server).await.assuming("arn:aws:iam::123456789012:role/deploy").await.unwrap();
    role.call(&repositories()).await.unwrap();
    role.in_region("us-east-1").call(&repositories()).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked[1].contains("Credential=ASIAROLE/") && asked[2].contains("/us-east-1/ecr/"), "{asked:?}");
    let shown = format!("{role:?}");
    assert!(!shown.contains("hush") && !shown.contains("token-of-role"), "{shown}");
}
