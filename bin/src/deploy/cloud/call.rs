//! A request to a service that has no client of its own here.

use serde_json::Value;

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// JSON by POST with a target, as ECR, ECS, SSM, Secrets Manager and CloudWatch Logs want it.
    Json {
        /// `ecr`: what the request is signed for.
        service: &'static str,
        /// `api.ecr`: what the host name begins with.
        host: &'static str,
        /// `AmazonEC2ContainerRegistry_V20150921.DescribeRepositories`.
        target: &'static str,
        /// What is asked.
        body: Value,
    },
    /// XML by REST, as CloudFront wants it. Always asked in its one region.
    Rest {
        /// `cloudfront`: what the request is signed for, and what the host name begins with.
        service: &'static str,
        /// `POST`.
        method: &'static str,
        /// `/2020-05-31/distribution/E1/invalidation`.
        path: String,
        /// What is asked; empty for a `GET`.
        body: String,
    },
}

impl Call {
    /// What it asks, for messages: `ecr:DescribeRepositories`.
    pub fn operation(&self) -> String {
        match self {
            Self::Json { service, target, .. } => {
                format!("{service}:{}", target.rsplit('.').next().unwrap_or_default())
            }
            Self::Rest { service, method, path, .. } => format!("{service}:{method} {path}"),
        }
    }
}
