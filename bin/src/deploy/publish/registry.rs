//! The registry of an account and region: where it is, what is in it, and how to get in.

use serde_json::{Value, json};

use super::{home::Home, parcel::ImageAt};
use crate::deploy::{
    Session,
    aws::suffix,
    cloud::{Answer, Call, Cloud, Fault, FaultKind},
    patience::persist,
};

/// The forms that an image may have.
const FORMS: [&str; 4] = [
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
];

/// Its host name. A local server is its own.
pub(super) fn host<C>(session: &Session<C>, home: &Home) -> String {
    match &session.local {
        Some(address) => address
            .split_once("://")
            .map_or(address.as_str(), |(_, host)| host)
            .trim_end_matches('/')
            .to_owned(),
        None => format!("{}.dkr.ecr.{}.{}", home.account, home.region, suffix(&home.region)),
    }
}

/// Whether a repository has an image. Asked for the image itself: descriptions of images that are not there differ from server to server.
pub(super) async fn has<C: Cloud>(cloud: &C, at: &ImageAt) -> Answer<bool> {
    let body = json!({
        "registryId": at.home.account,
        "repositoryName": at.repository,
        "imageIds": [{ "imageTag": at.tag }],
        "acceptedMediaTypes": FORMS,
    });
    let answer = cloud.call(&ecr("AmazonEC2ContainerRegistry_V20150921.BatchGetImage", body)).await?;
    let has = |list: &str| answer[list].as_array().is_some_and(|list| !list.is_empty());
    if has("images") {
        return Ok(true);
    }
    let reasons = answer["failures"].as_array().into_iter().flatten();
    let other = reasons
        .filter(|reason| reason["failureCode"].as_str() != Some("ImageNotFound"))
        .find_map(|reason| reason["failureReason"].as_str());
    match other {
        Some(reason) => Err(Fault::new(FaultKind::Invalid, "ecr:BatchGetImage", reason)),
        None => Ok(false),
    }
}

/// User and password, good for twelve hours.
pub(super) async fn credentials<C: Cloud>(session: &Session<C>, cloud: &C) -> Answer<(String, String)> {
    let call = ecr("AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken", json!({}));
    let answer = persist(session, async || cloud.call(&call).await).await?;
    decoded(&answer).ok_or_else(|| Fault::new(FaultKind::Garbled, call.operation(), "no token"))
}

/// A call to ECR.
pub(super) fn ecr(target: &'static str, body: Value) -> Call {
    Call::Json { service: "ecr", host: "api.ecr", target, body }
}

/// User and password out of a token.
fn decoded(answer: &Value) -> Option<(String, String)> {
    let token = answer["authorizationData"][0]["authorizationToken"].as_str()?;
    let text = String::from_utf8(aws_smithy_types::base64::decode(token).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
