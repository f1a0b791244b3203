//! Ways to services of AWS that need no NAT: gateways in the route tables, which cost nothing, and interfaces in the subnets, which cost by
//! the hour and zone.

use std::borrow::Cow;

use formwork_assembly::{Diagnostic, SortedSet, code};
use formwork_cfn::{
    Tag,
    ec2::{self, vpc_endpoint::VpcEndpointType},
};
use formwork_synth::{Scope, intrinsic, port, sub};

use super::VpcRef;
use crate::{SecurityGroup, each::each};

/// Services that have a gateway.
const GATEWAYS: [(&str, &str); 2] = [("S3Endpoint", "s3"), ("DynamoDbEndpoint", "dynamodb")];

/// A service of AWS with an address of its own inside the VPC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InterfaceEndpoint {
    /// Where CloudWatch takes metrics.
    CloudWatch,
    /// Where ECR says which layers an image has.
    EcrApi,
    /// Where ECR hands out images.
    EcrDocker,
    /// Where instances ask ECS what to do.
    EcsAgent,
    /// Where instances tell ECS how they are.
    EcsTelemetry,
    /// ECS, for those who start tasks.
    Ecs,
    /// Keys.
    Kms,
    /// Where CloudWatch takes logs.
    Logs,
    /// Secrets.
    SecretsManager,
    /// Topics.
    Sns,
    /// Queues.
    Sqs,
    /// Parameters, and what manages instances.
    Ssm,
    /// The channels of ECS Exec and of sessions.
    SsmMessages,
    /// Tokens of roles.
    Sts,
    /// Any other, by what follows the region in the name of its endpoint service: `athena`.
    Named(Cow<'static, str>),
}

impl InterfaceEndpoint {
    /// What a task on Fargate needs to start without NAT: its image, its log, its secrets and parameters.
    pub const FOR_TASKS: [Self; 5] =
        [Self::EcrApi, Self::EcrDocker, Self::Logs, Self::SecretsManager, Self::Ssm];

    /// What follows the region in the name of the endpoint service.
    pub fn service(&self) -> &str {
        match self {
            Self::CloudWatch => "monitoring",
            Self::EcrApi => "ecr.api",
            Self::EcrDocker => "ecr.dkr",
            Self::EcsAgent => "ecs-agent",
            Self::EcsTelemetry => "ecs-telemetry",
            Self::Ecs => "ecs",
            Self::Kms => "kms",
            Self::Logs => "logs",
            Self::SecretsManager => "secretsmanager",
            Self::Sns => "sns",
            Self::Sqs => "sqs",
            Self::Ssm => "ssm",
            Self::SsmMessages => "ssmmessages",
            Self::Sts => "sts",
            Self::Named(name) => name,
        }
    }
}

/// Adds the gateways to all route tables.
pub(super) fn gateways(scope: &mut Scope<'_>, vpc: &mut VpcRef) {
    for (id, service) in GATEWAYS {
        let endpoint = ec2::VpcEndpoint::new()
            .vpc_id(&vpc.id)
            .vpc_endpoint_type(VpcEndpointType::Gateway)
            .service_name(sub!("com.amazonaws.{}.{}", intrinsic::region(), service))
            .route_table_ids(&vpc.route_tables);
        let endpoint = scope.add(id, endpoint);
        vpc.endpoints.insert(service.to_owned(), endpoint);
    }
}

/// Adds an interface for each service, in the private subnets or else in the isolated ones, open to the VPC.
pub(super) fn interfaces(scope: &mut Scope<'_>, vpc: &mut VpcRef, wanted: &SortedSet<InterfaceEndpoint>) {
    if wanted.is_empty() {
        return;
    }
    let subnets = if vpc.private_subnets.is_empty() { &vpc.isolated_subnets } else { &vpc.private_subnets };
    let subnets = each(subnets, |subnet| subnet.id.clone());
    if subnets.is_empty() {
        let message = "interface endpoints have no subnets to lie in";
        let help = "let the VPC have private or isolated subnets; public ones reach AWS without endpoints";
        scope.report(Diagnostic::error(&code::VPC_ENDPOINT, message).help(help));
    }
    let path = scope.path();
    let group = SecurityGroup::new(vpc, format!("endpoints of {path}")).listed_egress();
    let group = scope.add("EndpointSecurityGroup", group);
    scope.connect_on(&*vpc, &group, port!(443));
    for endpoint in wanted {
        let service = endpoint.service();
        if !is_service(service) || GATEWAYS.iter().any(|(_, gateway)| *gateway == service) {
            let message = format!("`{service}` is no service with an interface endpoint of its own");
            let help = "name what follows the region: `athena`; S3 and DynamoDB have gateways already";
            scope.report(Diagnostic::error(&code::VPC_ENDPOINT, message).help(help));
            continue;
        }
        let id = format!("{}-endpoint", service.replace('.', "-"));
        let endpoint = ec2::VpcEndpoint::new()
            .vpc_id(&vpc.id)
            .vpc_endpoint_type(VpcEndpointType::Interface)
            .service_name(sub!("com.amazonaws.{}.{}", intrinsic::region(), service))
            .private_dns_enabled(true)
            .subnet_ids(&subnets)
            .security_group_ids([&group.id])
            .tags([Tag::new("Name", format!("{path}/{service}"))]);
        let endpoint = scope.add(id, endpoint);
        vpc.endpoints.insert(service.to_owned(), endpoint);
    }
}

/// `ecr.api`, `ecs-agent`: words in small letters.
fn is_service(name: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.split(['.', '-']).all(is_word)
}
