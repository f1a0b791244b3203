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
    /// What it asks, in the words of policies: `ecr:DescribeRepositories`, `cloudfront:CreateInvalidation`.
    pub fn operation(&self) -> String {
        match self {
            Self::Json { service, target, .. } => {
                format!("{service}:{}", target.rsplit('.').next().unwrap_or_default())
            }
            Self::Rest { service, method, path, .. } => format!("{service}:{}", action(method, path)),
        }
    }
}

/// What a method does with a path of nouns and ids behind the version: `/2020-05-31/distribution/E1/invalidation`.
fn action(method: &str, path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let nouns: Vec<&str> = path.trim_matches('/').split('/').skip(1).collect();
    let noun = nouns.iter().step_by(2).next_back().copied().unwrap_or_default();
    let (verb, plural) = match method {
        "GET" if nouns.len() % 2 == 1 => ("List", "s"),
        "GET" => ("Get", ""),
        "PUT" => ("Update", ""),
        "DELETE" => ("Delete", ""),
        _ => ("Create", ""),
    };
    let (first, rest) = noun.split_at_checked(1).unwrap_or_default();
    format!("{verb}{}{rest}{plural}", first.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_called_as_in_policies() {
        for (method, path, operation) in [
            ("POST", "/2020-05-31/distribution/E1/invalidation", "cloudfront:CreateInvalidation"),
            ("GET", "/2020-05-31/distribution/E1/invalidation/I1", "cloudfront:GetInvalidation"),
            ("GET", "/2020-05-31/distribution/E1", "cloudfront:GetDistribution"),
            ("GET", "/2020-05-31/distribution?MaxItems=1", "cloudfront:ListDistributions"),
            ("GET", "", "cloudfront:Get"),
        ] {
            let call = Call::Rest { service: "cloudfront", method, path: path.into(), body: String::new() };
            assert_eq!(call.operation(), operation);
        }
        let target = "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories";
        let call = Call::Json { service: "ecr", host: "api.ecr", target, body: Value::Null };
        assert_eq!(call.operation(), "ecr:DescribeRepositories");
    }
}
