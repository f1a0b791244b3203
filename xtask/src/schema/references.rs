//! What upstream gets wrong about references: names that mean one value, references that it does not know, and ones
//! that it guessed from names alone. Each entry fails once it no longer applies.

use formwork_schema::{ResourceType, Target};

/// A resource type and the attribute or property of it.
pub type Name = (&'static str, &'static str);

/// A property: its holder (`AWS::S3::Bucket`, or `AWS::S3::Bucket.Definition`) and its name.
type Path = (&'static str, &'static str);

/// Types and attributes that upstream calls by names that no template can use, with the usable name.
pub const RENAMED: &[(Name, Name)] = &[
    (("AWS::ACM::Certificate", "Arn"), ("AWS::CertificateManager::Certificate", "CertificateArn")),
    (
        ("AWS::CertificateManager::Certificate", "Id"),
        ("AWS::CertificateManager::Certificate", "CertificateArn"),
    ),
    (("AWS::EC2::SecurityGroup", "Ids"), ("AWS::EC2::SecurityGroup", "Id")),
    (("AWS::EC2::Subnet", "Ids"), ("AWS::EC2::Subnet", "SubnetId")),
    (("AWS::ApiGateway::RestApi", "Id"), ("AWS::ApiGateway::RestApi", "RestApiId")),
];

/// Values that can be had under two names, with the one that stands for both.
pub const ALIASES: &[(Name, Name)] = &[
    // Every group is in a VPC, where `Ref` gives the group's id as well.
    (("AWS::EC2::SecurityGroup", "GroupId"), ("AWS::EC2::SecurityGroup", "Id")),
    // The ARN of a version or an alias may stand wherever that of its function may.
    (("AWS::Lambda::Alias", "AliasArn"), ("AWS::Lambda::Function", "Arn")),
    (("AWS::Lambda::Version", "FunctionArn"), ("AWS::Lambda::Function", "Arn")),
    // A global table is a table.
    (("AWS::DynamoDB::GlobalTable", "Arn"), ("AWS::DynamoDB::Table", "Arn")),
    (("AWS::DynamoDB::GlobalTable", "StreamArn"), ("AWS::DynamoDB::Table", "StreamArn")),
    (("AWS::DynamoDB::GlobalTable", "TableName"), ("AWS::DynamoDB::Table", "TableName")),
    // An attachment answers with the secret that it attaches.
    (("AWS::SecretsManager::SecretTargetAttachment", "SecretId"), ("AWS::SecretsManager::Secret", "Id")),
    // A namespace makes a hosted zone.
    (("AWS::ServiceDiscovery::PrivateDnsNamespace", "HostedZoneId"), ("AWS::Route53::HostedZone", "Id")),
    (("AWS::ServiceDiscovery::PublicDnsNamespace", "HostedZoneId"), ("AWS::Route53::HostedZone", "Id")),
    (("AWS::EKS::Cluster", "ClusterSecurityGroupId"), ("AWS::EC2::SecurityGroup", "Id")),
    (("AWS::EC2::VPC", "DefaultSecurityGroup"), ("AWS::EC2::SecurityGroup", "Id")),
    (("AWS::ApiGateway::RestApi", "RootResourceId"), ("AWS::ApiGateway::Resource", "ResourceId")),
];

/// References that upstream does not know.
const EXTRA: &[(Path, &[Name])] = &[
    (
        ("AWS::ApiGateway::Stage.AccessLogSetting", "DestinationArn"),
        &[("AWS::KinesisFirehose::DeliveryStream", "Arn")],
    ),
    (("AWS::ApiGateway::UsagePlan.ApiStage", "ApiId"), &[("AWS::ApiGatewayV2::Api", "ApiId")]),
    (("AWS::ApiGateway::Method.Integration", "ConnectionId"), &[("AWS::ApiGatewayV2::VpcLink", "VpcLinkId")]),
    (("AWS::AppSync::DataSource", "ApiId"), &[("AWS::AppSync::Api", "ApiId")]),
    (("AWS::AppSync::DomainNameApiAssociation", "ApiId"), &[("AWS::AppSync::Api", "ApiId")]),
    (("AWS::Batch::ComputeEnvironment.ComputeResources", "SpotIamFleetRole"), &[("AWS::IAM::Role", "Arn")]),
    (("AWS::CodePipeline::Pipeline.EncryptionKey", "Id"), KEYS),
    (("AWS::Cognito::UserPool.LambdaConfig", "KMSKeyID"), KEYS),
    (("AWS::ECR::Repository.EncryptionConfiguration", "KmsKey"), KEYS),
    (("AWS::MWAA::Environment", "KmsKey"), KEYS),
    (("AWS::S3::Bucket.EncryptionConfiguration", "ReplicaKmsKeyID"), KEYS),
    (
        ("AWS::FIS::ExperimentTemplate.ExperimentTemplateStopCondition", "Value"),
        &[("AWS::CloudWatch::Alarm", "Arn")],
    ),
    (
        ("AWS::GlobalAccelerator::EndpointGroup.EndpointConfiguration", "EndpointId"),
        &[("AWS::EC2::EIP", "AllocationId"), ("AWS::EC2::Instance", "InstanceId")],
    ),
    (
        ("AWS::EC2::Instance.LaunchTemplateSpecification", "Version"),
        &[("AWS::EC2::LaunchTemplate", "DefaultVersionNumber")],
    ),
    (("AWS::Lambda::EventInvokeConfig.OnFailure", "Destination"), DESTINATIONS),
    (("AWS::Lambda::EventInvokeConfig.OnSuccess", "Destination"), DESTINATIONS),
    (("AWS::Lambda::EventSourceMapping.OnFailure", "Destination"), &[("AWS::S3::Bucket", "Arn")]),
    (("AWS::OpenSearchService::Domain.MasterUserOptions", "MasterUserARN"), &[("AWS::IAM::User", "Arn")]),
    (
        ("AWS::Pipes::Pipe", "Enrichment"),
        &[("AWS::StepFunctions::StateMachine", "Arn"), ("AWS::Events::ApiDestination", "Arn")],
    ),
];

const KEYS: &[Name] = &[("AWS::KMS::Key", "KeyId"), ("AWS::KMS::Alias", "AliasName")];

const DESTINATIONS: &[Name] = &[("AWS::Lambda::Function", "Arn"), ("AWS::S3::Bucket", "Arn")];

/// References that upstream guessed, or of which it knows only a few of very many: any text may stand there.
const WRONG: &[Path] = &[
    ("AWS::ACMPCA::Certificate", "TemplateArn"),
    ("AWS::ApiGatewayV2::Api", "Target"),
    ("AWS::ApiGatewayV2::Integration", "IntegrationUri"),
    ("AWS::ApiGatewayV2::Route", "Target"),
    ("AWS::AppConfig::ConfigurationProfile.Validators", "Content"),
    ("AWS::AppSync::DataSource.HttpConfig", "Endpoint"),
    ("AWS::ApplicationAutoScaling::ScalableTarget", "ResourceId"),
    ("AWS::CE::AnomalySubscription.Subscriber", "Address"),
    ("AWS::CloudFront::Distribution.DefaultCacheBehavior", "TargetOriginId"),
    ("AWS::CloudFront::Distribution.Origin", "DomainName"),
    ("AWS::CloudFront::Distribution.Origin", "Id"),
    ("AWS::CloudTrail::Trail.DataResource", "Values"),
    ("AWS::CloudWatch::Alarm", "AlarmActions"),
    ("AWS::CloudWatch::Alarm", "InsufficientDataActions"),
    ("AWS::CloudWatch::Alarm", "OKActions"),
    ("AWS::CloudWatch::CompositeAlarm", "AlarmActions"),
    ("AWS::CloudWatch::CompositeAlarm", "OKActions"),
    ("AWS::CodeDeploy::Application", "ApplicationName"),
    ("AWS::CodeGuruProfiler::ProfilingGroup", "ProfilingGroupName"),
    ("AWS::CodeGuruProfiler::ProfilingGroup.AgentPermissions", "Principals"),
    ("AWS::CodeStarNotifications::NotificationRule.Target", "TargetAddress"),
    ("AWS::Config::ConfigRule.Scope", "ComplianceResourceId"),
    ("AWS::Config::ConfigRule.Source", "SourceIdentifier"),
    ("AWS::DataPipeline::Pipeline.ParameterValue", "StringValue"),
    ("AWS::DataSync::LocationNFS", "ServerHostname"),
    ("AWS::EC2::CustomerGateway", "IpAddress"),
    ("AWS::EC2::SecurityGroupIngress", "CidrIp"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer.LoadBalancerAttribute", "Value"),
    ("AWS::Events::Rule.RunCommandTarget", "Values"),
    ("AWS::Events::Rule.Target", "Arn"),
    ("AWS::Glue::Crawler", "DatabaseName"),
    ("AWS::Glue::Crawler.S3Target", "Path"),
    ("AWS::Glue::Database.DatabaseInput", "Name"),
    ("AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName"),
    ("AWS::LakeFormation::PrincipalPermissions.DataLakePrincipal", "DataLakePrincipalIdentifier"),
    ("AWS::Lambda::EventInvokeConfig", "Qualifier"),
    ("AWS::Lambda::Permission", "SourceArn"),
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::Pipes::Pipe", "Source"),
    ("AWS::Pipes::Pipe", "Target"),
    ("AWS::S3Express::DirectoryBucket", "BucketName"),
    ("AWS::Scheduler::Schedule.Target", "Arn"),
    ("AWS::StepFunctions::StateMachine", "DefinitionString"),
];

/// Single references among right ones that are wrong, or that would only blur what kind of reference is meant.
const TOO_MANY: &[(Path, Name)] = &[
    // A role may be given by its name too, which a property called an ARN had better not be.
    (("AWS::ECS::TaskDefinition", "TaskRoleArn"), ("AWS::IAM::Role", "RoleName")),
    (("AWS::Redshift::Cluster", "VpcSecurityGroupIds"), ("AWS::EC2::VPC", "VpcId")),
];

/// Property names that name the same thing everywhere; upstream says so of some properties and is silent of others.
const ALIKE: &[(&str, &str, &str)] = &[
    ("SubnetIds", "AWS::EC2::Subnet", "SubnetId"),
    ("SecurityGroupIds", "AWS::EC2::SecurityGroup", "Id"),
    ("UserPoolId", "AWS::Cognito::UserPool", "UserPoolId"),
];

/// Takes out what is wrong and adds what is missing.
pub fn correct(resources: &mut [ResourceType]) -> Result<(), String> {
    for (path, (resource, attribute)) in TOO_MANY {
        let wrong = Target { resource, attribute };
        if !super::overlay::unrefer(&mut find(resources, *path)?.ty, &|target| target == wrong) {
            return Err(format!("`{}.{}` does not name `{resource}.{attribute}`", path.0, path.1));
        }
    }
    for path in WRONG {
        let property = find(resources, *path)?;
        if !super::overlay::unrefer(&mut property.ty, &|_| true) {
            return Err(format!("the references of `{}.{}` are gone already", path.0, path.1));
        }
    }
    for (path, names) in EXTRA {
        let targets: Vec<Target> =
            names.iter().map(|(resource, attribute)| Target { resource, attribute }).collect();
        super::overlay::refer(&mut find(resources, *path)?.ty, &targets);
    }
    for (name, resource, attribute) in ALIKE {
        let target = Target { resource, attribute };
        let mut silent = 0;
        for body in resources.iter_mut().flat_map(super::marks::bodies) {
            for property in body.properties.iter_mut().filter(|property| property.name == *name) {
                silent += usize::from(super::overlay::refer_silent(&mut property.ty, target));
            }
        }
        if silent == 0 {
            return Err(format!("upstream now says of every `{name}` what it names"));
        }
    }
    for ((resource, name), (of, stands)) in ALIASES {
        for (resource, name) in [(resource, name), (of, stands)] {
            let known = resources.iter().find(|candidate| candidate.name == *resource).is_some_and(|known| {
                known.ref_returns.contains(name)
                    || known.attributes.iter().any(|attribute| attribute.name == *name)
            });
            if !known {
                return Err(format!("`{resource}` has no `{name}` that could be an alias or have one"));
            }
        }
    }
    Ok(())
}

fn find(resources: &mut [ResourceType], path: Path) -> Result<&mut formwork_schema::Property, String> {
    let (holder, property) = path;
    let (name, definition) =
        holder.split_once('.').map_or((holder, None), |(name, inner)| (name, Some(inner)));
    let missing = || format!("there is no `{holder}.{property}` whose references could be corrected");
    let resource = resources.iter_mut().find(|resource| resource.name == name).ok_or_else(missing)?;
    let body = match definition {
        None => &mut resource.body,
        Some(definition) => {
            let found = resource.definitions.iter_mut().find(|candidate| candidate.name == definition);
            &mut found.ok_or_else(missing)?.body
        }
    };
    body.properties.iter_mut().find(|candidate| candidate.name == property).ok_or_else(missing)
}
