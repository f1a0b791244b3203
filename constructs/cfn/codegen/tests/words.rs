//! The names that generated code uses are part of the public interface: frozen here.

use formwork_codegen::{pascal, snake};

#[test]
fn setters_are_in_snake_case() {
    for (name, expected) in [
        ("BucketName", "bucket_name"),
        ("BlockPublicAcls", "block_public_acls"),
        ("EnableECSManagedTags", "enable_ecs_managed_tags"),
        ("DBClusterIdentifier", "db_cluster_identifier"),
        ("VpcSecurityGroupIds", "vpc_security_group_ids"),
        ("VPCSecurityGroups", "vpc_security_groups"),
        ("NotificationARNs", "notification_arns"),
        ("LoadBalancerARNs", "load_balancer_arns"),
        ("VPCs", "vpcs"),
        ("AZMode", "az_mode"),
        ("PreferredAZs", "preferred_azs"),
        ("S3BucketName", "s3_bucket_name"),
        ("EC2SecurityGroupId", "ec2_security_group_id"),
        ("Route53HealthCheckId", "route53_health_check_id"),
        ("IPv6CidrBlock", "ipv6_cidr_block"),
        ("Ipv6CidrBlock", "ipv6_cidr_block"),
        ("PrivateIPv4Address", "private_ipv4_address"),
        ("NetworkSourceIpV4", "network_source_ipv4"),
        ("OAuth2Properties", "oauth2_properties"),
        ("AllowedOAuthFlows", "allowed_oauth_flows"),
        ("GraphQLUrl", "graphql_url"),
        ("FSxLustreConfiguration", "fsx_lustre_configuration"),
        ("IdCApplicationArn", "idc_application_arn"),
        ("DynamoDBv2Action", "dynamo_db_v2_action"),
        ("DisableIMDSV1", "disable_imdsv1"),
        ("Phase1DHGroupNumbers", "phase1_dh_group_numbers"),
        ("VCpuCount", "vcpu_count"),
        ("ETag", "etag"),
        ("Endpoint.Address", "endpoint_address"),
        ("ECSManagedResourceArns.LogGroups", "ecs_managed_resource_arns_log_groups"),
        ("aws-kms-key-id", "aws_kms_key_id"),
    ] {
        assert_eq!(snake(name), expected, "{name}");
    }
}

#[test]
fn types_are_in_pascal_case() {
    for (name, expected) in [
        ("Bucket", "Bucket"),
        ("DBCluster", "DbCluster"),
        ("VPC", "Vpc"),
        ("EIP", "Eip"),
        ("VPCGatewayAttachment", "VpcGatewayAttachment"),
        ("TLSv1.2_2021", "TlsV1_2_2021"),
        ("HTTP_PROXY", "HttpProxy"),
        ("db.t3.micro", "DbT3Micro"),
        ("us-east-1", "UsEast1"),
    ] {
        assert_eq!(pascal(name), expected, "{name}");
    }
}

#[test]
fn nothing_becomes_of_nothing() {
    assert_eq!(snake(""), "");
    assert_eq!(pascal("--"), "");
}
