//! Where the services are asked that have no client here: as the clients would, by what the environment and the profile say.
//!
//! An endpoint of one's own (`AWS_ENDPOINT_URL_ECS`, `AWS_ENDPOINT_URL`, `endpoint_url` and `services` of a profile) comes before what AWS has:
//! endpoints by the rules of FIPS 140 (`AWS_USE_FIPS_ENDPOINT`), for IPv6 too (`AWS_USE_DUALSTACK_ENDPOINT`), and the usual ones.

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

/// What host names of the usual endpoints, and of those for IPv6, end with, by what regions begin with.
const PARTITIONS: [(&str, &str, &str); 6] = [
    ("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    ("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
    ("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    ("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
];

/// The addresses of services.
#[derive(Clone, Debug)]
pub(super) struct Endpoints(SdkConfig);

impl Endpoints {
    pub(super) fn new(config: &SdkConfig) -> Self {
        Self(config.clone())
    }

    /// A service in a region, by what its usual host name begins with: `api.ecr`.
    pub(super) fn regional(&self, service: &str, host: &str, region: &str) -> String {
        if let Some(own) = own(&self.0, service) {
            return own;
        }
        // In GovCloud the usual endpoints of these are by the rules of FIPS.
        let is_fips = self.is_fips()
            && !(region.starts_with("us-gov-") && matches!(service, "logs" | "ssm") && !self.is_dual());
        let fips = if is_fips { "-fips" } else { "" };
        if self.is_dual() {
            let host = host.rsplit('.').next().unwrap_or(host);
            return format!("https://{host}{fips}.{region}.{}", suffixes(region).1);
        }
        format!("https://{host}{fips}.{region}.{}", suffix(region))
    }

    /// A service that all regions share, by the one that requests to it are signed for.
    pub(super) fn global(&self, service: &str, region: &str) -> String {
        if let Some(own) = own(&self.0, service) {
            return own;
        }
        let fips = if self.is_fips() { "-fips" } else { "" };
        let (usual, dual) = suffixes(region);
        match (self.is_dual(), region) {
            (true, "us-east-1") => format!("https://{service}{fips}.global.{dual}"),
            (true, _) => format!("https://{service}{fips}.{dual}"),
            (false, "us-east-1") => format!("https://{service}{fips}.{usual}"),
            (false, _) => format!("https://{service}{fips}.{region}.{usual}"),
        }
    }

    fn is_fips(&self) -> bool {
        self.0.use_fips() == Some(true)
    }

    fn is_dual(&self) -> bool {
        self.0.use_dual_stack() == Some(true)
    }
}

/// The address that somebody has set for a service, by what requests to it are signed for. That of a local server is for all of them.
pub(super) fn own(config: &SdkConfig, service: &str) -> Option<String> {
    let all = config.endpoint_url().map(str::to_owned);
    let url = if config.get_origin("endpoint_url").is_client_config() {
        all
    } else {
        let key = ServiceConfigKey::builder()
            .service_id(id(service))
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build();
        let one = key.ok().and_then(|key| config.service_config()?.load_config(key));
        one.or(all)
    };
    url.map(|url| url.trim_end_matches('/').to_owned()).filter(|url| !url.is_empty())
}

/// What a service is called in the names of settings.
fn id(service: &str) -> &str {
    match service {
        "logs" => "CloudWatch Logs",
        service => service,
    }
}

/// What a host name in a region ends with.
pub(in crate::deploy) fn suffix(region: &str) -> &'static str {
    suffixes(region).0
}

fn suffixes(region: &str) -> (&'static str, &'static str) {
    let known = PARTITIONS.iter().find(|(prefix, ..)| region.starts_with(prefix));
    known.map_or(("amazonaws.com", "api.aws"), |(_, usual, dual)| (usual, dual))
}

#[cfg(test)]
mod tests {
    use aws_types::service_config::LoadServiceConfig;

    use super::*;

    /// The variables of an environment.
    #[derive(Debug)]
    struct Variables(&'static [(&'static str, &'static str)]);

    impl LoadServiceConfig for Variables {
        fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
            let id = key.service_id().to_uppercase().replace(' ', "_");
            let names = [format!("{}_{id}", key.env()), key.env().to_owned()];
            let find = |name: &String| self.0.iter().find(|(one, _)| one == name);
            names.iter().find_map(find).map(|(_, value)| (*value).to_owned())
        }
    }

    fn endpoints(is_fips: bool, is_dual: bool) -> Endpoints {
        Endpoints(SdkConfig::builder().use_fips(is_fips).use_dual_stack(is_dual).build())
    }

    /// As the rules of AWS's own SDK for Python have them.
    #[test]
    fn endpoints_are_those_that_the_clients_would_ask() {
        for (region, is_fips, is_dual, hosts) in [
            ("eu-west-1", false, false, ["api.ecr.eu-west-1.amazonaws.com", "logs.eu-west-1.amazonaws.com"]),
            (
                "eu-west-1",
                true,
                false,
                ["api.ecr-fips.eu-west-1.amazonaws.com", "logs-fips.eu-west-1.amazonaws.com"],
            ),
            ("eu-west-1", false, true, ["ecr.eu-west-1.api.aws", "logs.eu-west-1.api.aws"]),
            ("eu-west-1", true, true, ["ecr-fips.eu-west-1.api.aws", "logs-fips.eu-west-1.api.aws"]),
            (
                "us-gov-west-1",
                true,
                false,
                ["api.ecr-fips.us-gov-west-1.amazonaws.com", "logs.us-gov-west-1.amazonaws.com"],
            ),
            (
                "us-gov-west-1",
                true,
                true,
                ["ecr-fips.us-gov-west-1.api.aws", "logs-fips.us-gov-west-1.api.aws"],
            ),
            (
                "cn-north-1",
                false,
                true,
                [
                    "ecr.cn-north-1.api.amazonwebservices.com.cn",
                    "logs.cn-north-1.api.amazonwebservices.com.cn",
                ],
            ),
            (
                "us-iso-east-1",
                false,
                false,
                ["api.ecr.us-iso-east-1.c2s.ic.gov", "logs.us-iso-east-1.c2s.ic.gov"],
            ),
        ] {
            let endpoints = endpoints(is_fips, is_dual);
            let found =
                [endpoints.regional("ecr", "api.ecr", region), endpoints.regional("logs", "logs", region)];
            assert_eq!(found, hosts.map(|host| format!("https://{host}")));
        }
        for (region, is_fips, is_dual, host) in [
            ("us-east-1", false, false, "cloudfront.amazonaws.com"),
            ("us-east-1", true, false, "cloudfront-fips.amazonaws.com"),
            ("us-east-1", false, true, "cloudfront.global.api.aws"),
            ("us-east-1", true, true, "cloudfront-fips.global.api.aws"),
            ("cn-northwest-1", false, false, "cloudfront.cn-northwest-1.amazonaws.com.cn"),
            ("cn-northwest-1", true, true, "cloudfront-fips.api.amazonwebservices.com.cn"),
        ] {
            assert_eq!(endpoints(is_fips, is_dual).global("cloudfront", region), format!("https://{host}"));
        }
    }

    #[test]
    fn an_endpoint_of_ones_own_comes_first_that_of_the_service_before_that_of_all() {
        let variables = Variables(&[
            ("AWS_ENDPOINT_URL", "http://all/"),
            ("AWS_ENDPOINT_URL_ECS", "http://ecs/"),
            ("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "http://logs"),
        ]);
        let config = SdkConfig::builder().use_fips(true).service_config(variables).build();
        let endpoints = Endpoints::new(&config);
        for (service, url) in [("ecs", "http://ecs"), ("logs", "http://logs"), ("ssm", "http://all")] {
            assert_eq!(endpoints.regional(service, service, "eu-west-1"), url);
        }
        assert_eq!(endpoints.global("cloudfront", "us-east-1"), "http://all");
        assert_eq!(own(&SdkConfig::builder().build(), "s3"), None);
    }
}
