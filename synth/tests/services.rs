//! What validation says about resources that keep to the shape of every property and are wrong all the same.

use formwork_synth::{Template, validate};
use serde_json::{Value as Json, json};

/// The codes and messages of the findings in a template of these resources.
fn findings(resources: Json) -> Vec<String> {
    let parameters = json!({ "Subnet": { "Type": "AWS::EC2::Subnet::Id" }, "Text": { "Type": "String" } });
    let template = Template::from(json!({ "Parameters": parameters, "Resources": resources }));
    validate(&template).iter().map(|one| format!("{} {}", one.code, one.message)).collect()
}

/// One resource with what must be found in it; nothing for one that is right.
fn check(type_name: &str, cases: impl IntoIterator<Item = (Json, Option<&'static str>)>) {
    for (properties, expected) in cases {
        let found = findings(json!({ "It": { "Type": type_name, "Properties": properties } }));
        match expected {
            None => assert_eq!(found, [""; 0], "{properties}"),
            Some(start) => {
                assert!(
                    found.len() == 1 && found[0].starts_with(start),
                    "{properties}: {found:?}, not {start}"
                );
            }
        }
    }
}

fn table(more: Json) -> Json {
    let mut table = json!({
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
        "BillingMode": "PAY_PER_REQUEST",
    });
    for (name, value) in more.as_object().expect("properties") {
        table[name] = value.clone();
    }
    table
}

#[test]
fn tables() {
    let capacity = json!({ "ReadCapacityUnits": 1, "WriteCapacityUnits": 1 });
    let index = json!({ "IndexName": "by-owner", "KeySchema": [{ "AttributeName": "owner", "KeyType": "HASH" }], "Projection": { "ProjectionType": "ALL" } });
    let both = json!([{ "AttributeName": "id", "AttributeType": "S" }, { "AttributeName": "owner", "AttributeType": "S" }]);
    check(
        "AWS::DynamoDB::Table",
        [
            (table(json!({})), None),
            (table(json!({ "BillingMode": "PROVISIONED", "ProvisionedThroughput": capacity })), None),
            (table(json!({ "AttributeDefinitions": both, "GlobalSecondaryIndexes": [index] })), None),
            (
                table(json!({ "ProvisionedThroughput": capacity })),
                Some("FW3013 `ProvisionedThroughput` is set"),
            ),
            (
                table(json!({ "BillingMode": "PROVISIONED" })),
                Some("FW3013 `ProvisionedThroughput` is not set"),
            ),
            (table(json!({ "AttributeDefinitions": both })), Some("FW3013 the attribute `owner` is defined")),
            (
                table(json!({ "GlobalSecondaryIndexes": [index] })),
                Some("FW3013 the key `owner` is not defined"),
            ),
            (table(json!({ "BillingMode": { "Ref": "Text" }, "ProvisionedThroughput": capacity })), None),
        ],
    );
}

#[test]
fn queues_and_topics() {
    check(
        "AWS::SQS::Queue",
        [
            (json!({ "QueueName": "a.fifo", "FifoQueue": true }), None),
            (json!({ "QueueName": "a", "FifoQueue": true }), Some("FW3013 `QueueName` is `a`")),
            (json!({ "QueueName": "a.fifo" }), Some("FW3013 `QueueName` ends in `.fifo`")),
            (
                json!({ "RedrivePolicy": { "maxReceiveCount": 3 } }),
                Some("FW3013 a redrive policy needs `deadLetterTargetArn`"),
            ),
        ],
    );
    check(
        "AWS::SNS::Topic",
        [(json!({ "TopicName": "a", "FifoTopic": true }), Some("FW3013 `TopicName` is `a`"))],
    );
}

#[test]
fn functions() {
    let function = |code: Json, more: Json| {
        let mut function = json!({ "Code": code, "Role": "arn:aws:iam::123456789012:role/x" });
        for (name, value) in more.as_object().expect("properties") {
            function[name] = value.clone();
        }
        function
    };
    let node = json!({ "Handler": "index.handler", "Runtime": "nodejs22.x" });
    check(
        "AWS::Lambda::Function",
        [
            (function(json!({ "ZipFile": "x" }), node.clone()), None),
            (function(json!({ "ImageUri": "x" }), json!({ "PackageType": "Image" })), None),
            (
                function(json!({ "ZipFile": "x" }), json!({ "Handler": "x" })),
                Some("FW3013 the code is no image, and `Runtime` is not set"),
            ),
            (
                function(json!({ "ZipFile": "x" }), json!({ "Handler": "x", "Runtime": "java21" })),
                Some("FW3013 code for `java21` cannot"),
            ),
            (
                function(json!({ "S3Bucket": "bucket" }), node),
                Some("FW3013 `S3Bucket` is set without `S3Key`"),
            ),
        ],
    );
}

#[test]
fn tasks() {
    let task = |cpu: &str, memory: &str| {
        json!({
            "RequiresCompatibilities": ["FARGATE"], "NetworkMode": "awsvpc", "Cpu": cpu, "Memory": memory,
            "ContainerDefinitions": [{ "Name": "app", "Image": "x" }],
        })
    };
    let without = |name: &str| {
        let mut task = task("256", "512");
        task.as_object_mut().expect("an object").remove(name);
        task
    };
    check(
        "AWS::ECS::TaskDefinition",
        [
            (task("256", "512"), None),
            (task("4096", "30720"), None),
            (task("300", "512"), Some("FW3013 Fargate has no size of `300` CPU units")),
            (task("256", "4096"), Some("FW3013 Fargate has no size of `256` CPU units with `4096` MiB")),
            (without("Memory"), Some("FW3013 a Fargate task needs `Memory`")),
            (without("NetworkMode"), Some("FW3013 a Fargate task has a network interface of its own")),
            (
                json!({ "ContainerDefinitions": [{ "Name": "app", "Image": "x" }] }),
                Some("FW3013 neither the container nor its task has `Memory`"),
            ),
            (
                json!({ "Memory": "512", "ContainerDefinitions": [{ "Name": "a", "Image": "x" }, { "Name": "a", "Image": "y" }] }),
                Some("FW3013 two containers are named `a`"),
            ),
        ],
    );
}

#[test]
fn services_use_what_their_task_has() {
    let found = |container: &str, port: u16| {
        findings(json!({
            "Task": { "Type": "AWS::ECS::TaskDefinition", "Properties": {
                "Memory": "512", "ContainerDefinitions": [{ "Name": "app", "Image": "x", "PortMappings": [{ "ContainerPort": 80 }] }],
            } },
            "It": { "Type": "AWS::ECS::Service", "Properties": {
                "TaskDefinition": { "Ref": "Task" },
                "LoadBalancers": [{ "ContainerName": container, "ContainerPort": port, "TargetGroupArn": { "Ref": "Text" } }],
            } },
        }))
    };
    assert_eq!(found("app", 80), [""; 0]);
    assert_eq!(found("web", 80), ["FW3013 the task has no container `web`"]);
    assert_eq!(found("app", 81), ["FW3013 the container `app` does not listen on port `81`"]);
}

#[test]
fn load_balancers() {
    let forward = json!([{ "Type": "forward", "TargetGroupArn": { "Ref": "Text" } }]);
    check(
        "AWS::ElasticLoadBalancingV2::Listener",
        [
            (
                json!({ "LoadBalancerArn": { "Ref": "Text" }, "Port": 80, "Protocol": "HTTP", "DefaultActions": forward }),
                None,
            ),
            (
                json!({ "LoadBalancerArn": { "Ref": "Text" }, "Port": 443, "Protocol": "HTTPS", "DefaultActions": forward }),
                Some("FW3013 a listener for `HTTPS` has no certificate"),
            ),
            (
                json!({ "LoadBalancerArn": { "Ref": "Text" }, "Port": 80, "Protocol": "HTTP", "DefaultActions": [{ "Type": "redirect" }] }),
                Some("FW3013 an action of type `redirect` has no `RedirectConfig`"),
            ),
        ],
    );
    check(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        [
            (json!({ "TargetType": "lambda" }), None),
            (
                json!({ "TargetType": "ip", "Port": 80, "Protocol": "HTTP" }),
                Some("FW3013 targets of type `ip` need `VpcId`"),
            ),
        ],
    );
    let listener = json!({ "Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {
        "LoadBalancerArn": { "Ref": "Text" }, "Port": 80, "Protocol": "HTTP", "DefaultActions": forward,
    } });
    assert_eq!(
        findings(json!({ "A": listener, "B": listener })),
        ["FW3018 `B` is the same as `A`: both have the same `LoadBalancerArn` and `Port`"]
    );
}

#[test]
fn networks() {
    let vpc = json!({ "Type": "AWS::EC2::VPC", "Properties": { "CidrBlock": "10.0.0.0/16" } });
    let subnet = |network: &str| json!({ "Type": "AWS::EC2::Subnet", "Properties": { "VpcId": { "Ref": "Vpc" }, "CidrBlock": network } });
    let found = |a: &str, b: &str| findings(json!({ "Vpc": vpc, "A": subnet(a), "B": subnet(b) }));
    assert_eq!(found("10.0.0.0/24", "10.0.1.0/24"), [""; 0]);
    assert_eq!(
        found("10.0.0.0/24", "10.1.0.0/24"),
        ["FW3013 the subnet `10.1.0.0/24` lies outside `Vpc`, which is `10.0.0.0/16`"]
    );
    assert_eq!(
        found("10.0.0.0/23", "10.0.1.0/24"),
        ["FW3013 the subnet `10.0.1.0/24` shares addresses with `A`"]
    );
    assert_eq!(
        found("10.0.1.0/24", "10.0.0.0/23"),
        ["FW3013 the subnet `10.0.0.0/23` shares addresses with `A`"]
    );
    check(
        "AWS::EC2::SecurityGroupIngress",
        [
            (
                json!({ "GroupId": "sg-0123456789abcdef0", "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0" }),
                None,
            ),
            (
                json!({ "GroupId": "sg-0123456789abcdef0", "IpProtocol": "tcp", "FromPort": 81, "ToPort": 80, "CidrIp": "0.0.0.0/0" }),
                Some("FW3013 `FromPort` is `81`"),
            ),
            (
                json!({ "GroupId": "sg-0123456789abcdef0", "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80 }),
                Some("FW3013 `EC2::SecurityGroupIngress` needs exactly one of"),
            ),
            (json!({ "GroupId": "sg-0123456789abcdef0", "IpProtocol": "-1", "CidrIp": "0.0.0.0/0" }), None),
        ],
    );
}

#[test]
fn records() {
    let record = |kind: &str, value: &str| json!({ "HostedZoneId": "Z1", "Name": "a.example.com", "Type": kind, "TTL": 60, "ResourceRecords": [value] });
    check(
        "AWS::Route53::RecordSet",
        [
            (record("A", "192.0.2.1"), None),
            (record("A", "192.0.2.256"), Some("FW3013 `192.0.2.256` is no record of type `A`")),
            (record("AAAA", "192.0.2.1"), Some("FW3013 `192.0.2.1` is no record of type `AAAA`")),
            (record("TXT", "text"), Some("FW3013 `text` is no record of type `TXT`")),
            (record("TXT", "\"text\""), None),
            (record("MX", "mail.example.com"), Some("FW3013 `mail.example.com` is no record of type `MX`")),
        ],
    );
}

#[test]
fn distributions() {
    let distribution = |target: &str, alias: &str| {
        json!({ "DistributionConfig": {
            "Enabled": true, "Aliases": [alias],
            "Origins": [{ "Id": "app", "DomainName": "example.com", "CustomOriginConfig": { "OriginProtocolPolicy": "https-only" } }],
            "DefaultCacheBehavior": { "TargetOriginId": target, "ViewerProtocolPolicy": "https-only", "CachePolicyId": "x" },
        } })
    };
    check(
        "AWS::CloudFront::Distribution",
        [
            (distribution("app", "*.example.com"), None),
            (distribution("api", "*.example.com"), Some("FW3013 the distribution has no origin `api`")),
            (distribution("app", "a.*.example.com"), Some("FW3013 `a.*.example.com` is no host name")),
        ],
    );
}

#[test]
fn buckets() {
    check(
        "AWS::S3::Bucket",
        [
            (json!({ "AccessControl": "PublicRead" }), Some("FW3013 `AccessControl` is `PublicRead`")),
            (json!({ "AccessControl": "Private" }), None),
            (
                json!({ "LifecycleConfiguration": { "Rules": [{ "Status": "Enabled" }] } }),
                Some("FW3013 the rule does nothing"),
            ),
        ],
    );
}

#[test]
fn policy_documents() {
    let allow = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" });
    let with = |name: &str, value: Json| {
        let mut statement = allow.clone();
        statement[name] = value;
        json!({ "PolicyName": "x", "Roles": ["x"], "PolicyDocument": { "Version": "2012-10-17", "Statement": [statement] } })
    };
    let without = |name: &str| {
        let mut statement = allow.clone();
        statement.as_object_mut().expect("an object").remove(name);
        json!({ "PolicyName": "x", "Roles": ["x"], "PolicyDocument": { "Statement": statement } })
    };
    check(
        "AWS::IAM::Policy",
        [
            (with("Sid", json!("Read")), None),
            (with("Action", json!(["s3:*", "sqs:Send*"])), None),
            (with("Effect", json!("allow")), Some("FW3034 `Effect` is `allow`")),
            (with("Action", json!("GetObject")), Some("FW3034 `GetObject` is no action")),
            (with("Resource", json!("arn:aws:sns:eu-west-1:123456789012:a")), None),
            (
                with("Resource", json!("arn:aws:sns:eu-west-1:1234567:a")),
                Some("FW3034 `arn:aws:sns:eu-west-1:1234567:a` is no resource"),
            ),
            (with("Resource", json!("bucket")), Some("FW3034 `bucket` is no resource")),
            (with("Principal", json!("*")), Some("FW3034 `Principal` has no place")),
            (with("NotAction", json!("s3:*")), Some("FW3034 a statement has both `Action` and `NotAction`")),
            (with("Conditions", json!({})), Some("FW3034 a statement has no `Conditions`")),
            (without("Effect"), Some("FW3034 a statement has no `Effect`")),
            (without("Action"), Some("FW3034 a statement has no `Action`")),
            (without("Resource"), Some("FW3034 a statement has no `Resource`")),
            (
                json!({ "PolicyName": "x", "Roles": ["x"], "PolicyDocument": { "Version": "2012-10-18", "Statement": [] } }),
                Some("FW3034 `2012-10-18` is no version"),
            ),
        ],
    );
    let trust = |action: &str, principal: Json| json!({ "AssumeRolePolicyDocument": { "Statement": [{ "Effect": "Allow", "Action": action, "Principal": principal }] } });
    check(
        "AWS::IAM::Role",
        [
            (trust("sts:AssumeRole", json!({ "Service": "ecs-tasks.amazonaws.com" })), None),
            (
                trust("s3:GetObject", json!({ "Service": "ecs-tasks.amazonaws.com" })),
                Some("FW3034 `s3:GetObject` is no way to take on a role"),
            ),
            (
                trust("sts:AssumeRole", json!("ecs-tasks.amazonaws.com")),
                Some("FW3034 `ecs-tasks.amazonaws.com` is no principal"),
            ),
            (
                trust("sts:AssumeRole", json!({ "Svc": "ecs-tasks.amazonaws.com" })),
                Some("FW3034 a principal has no `Svc`"),
            ),
        ],
    );
}

#[test]
fn references_give_what_is_wanted() {
    let role = json!({ "Type": "AWS::IAM::Role", "Properties": { "AssumeRolePolicyDocument": { "Statement": [] } } });
    let task =
        |role: Json| json!({ "Type": "AWS::ECS::TaskDefinition", "Properties": { "TaskRoleArn": role } });
    let found = |value: Json| findings(json!({ "Role": role, "It": task(value) }));
    assert_eq!(found(json!({ "Fn::GetAtt": ["Role", "Arn"] })), [""; 0]);
    assert_eq!(
        found(json!({ "Ref": "Role" })),
        ["FW3017 `TaskRoleArn` is the `RoleName` of `Role`, and takes its `Arn`"]
    );
    let route = json!({ "Type": "AWS::EC2::RouteTable", "Properties": { "VpcId": { "Ref": "Role" } } });
    assert_eq!(
        findings(json!({ "Role": role, "It": route })),
        ["FW3017 `VpcId` is the `IAM::Role` `Role`, and takes `EC2::VPC`"]
    );
    let topic = json!({ "Type": "AWS::SNS::Topic", "Properties": { "DisplayName": "in ${AWS::Region}" } });
    assert_eq!(
        findings(json!({ "It": topic })),
        ["FW3029 `${AWS::Region}` stands in plain text and is not replaced"]
    );
}

#[test]
fn nothing_is_made_twice() {
    let queue = |more: Json| json!({ "Type": "AWS::S3::Bucket", "Properties": more });
    let one = queue(json!({ "BucketName": "one" }));
    assert_eq!(
        findings(json!({ "A": one, "B": one })),
        ["FW3018 `B` is the same as `A`: both have the same `BucketName`"]
    );
    assert_eq!(findings(json!({ "A": one, "B": queue(json!({ "BucketName": "two" })) })), [""; 0]);
    let tag = |key: &str| json!({ "Key": key, "Value": "x" });
    assert_eq!(
        findings(json!({ "A": queue(json!({ "Tags": [tag("a"), tag("a")] })) })),
        ["FW3019 the tag `a` is set twice"]
    );
    assert_eq!(
        findings(json!({ "A": queue(json!({ "Tags": [tag("aws:a")] })) })),
        ["FW3019 the tag `aws:a` begins with `aws:`"]
    );
    assert_eq!(findings(json!({ "Text": one })), ["FW4004 `Text` is a resource and a parameter"]);
}

#[test]
fn schedules() {
    let rule = |expression: &str| json!({ "ScheduleExpression": expression });
    check(
        "AWS::Events::Rule",
        [
            (rule("rate(5 minutes)"), None),
            (rule("cron(0 8 ? * MON-FRI *)"), None),
            (rule("rate(1 minutes)"), Some("FW3013 `rate(1 minutes)` is no schedule")),
            (rule("rate(5 minute)"), Some("FW3013 `rate(5 minute)` is no schedule")),
            (rule("cron(0 8 * * *)"), Some("FW3013 `cron(0 8 * * *)` is no schedule")),
            (rule("cron(0 8 * * * *)"), Some("FW3013 `cron(0 8 * * * *)` is no schedule")),
            (rule("every day"), Some("FW3007 `ScheduleExpression` is `every day`")),
        ],
    );
}

#[test]
fn numbers_in_order_and_items_that_differ() {
    let group = |min: u32, max: u32| json!({ "MinSize": min, "MaxSize": max, "AvailabilityZones": ["eu-west-1a"], "LaunchConfigurationName": "x" });
    check(
        "AWS::AutoScaling::AutoScalingGroup",
        [(group(1, 2), None), (group(3, 2), Some("FW3013 `MinSize` is `3`, above `MaxSize`, which is `2`"))],
    );
    let target =
        |name: &str| json!({ "Id": "a", "Arn": format!("arn:aws:sqs:eu-west-1:123456789012:{name}") });
    check(
        "AWS::Events::Rule",
        [(
            json!({ "ScheduleExpression": "rate(1 day)", "Targets": [target("a"), target("b")] }),
            Some("FW3013 `a` is used twice as `Id`"),
        )],
    );
}

#[test]
fn policies_of_resources() {
    let with = |type_name: &str, policy: Json| {
        findings(json!({ "It": { "Type": type_name, "UpdatePolicy": policy } }))
    };
    assert_eq!(with("AWS::SNS::Topic", json!({})).len(), 1);
    assert_eq!(with("AWS::OpenSearchService::Domain", json!({ "EnableVersionUpgrade": true })), [""; 0]);
    assert_eq!(
        with("AWS::OpenSearchService::Domain", json!({ "EnableVersionUpgarde": true })),
        ["FW3031 there is no policy `EnableVersionUpgarde`"]
    );
}
