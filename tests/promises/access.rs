//! What policies allow: of roles, of resources, of keys, and who may take a role.

use serde_json::Value;

use super::{
    Template, accepts, bites,
    template::{Resource, each, walk},
};

/// Types whose policies say what a role may do; those of other types stand at the resource that they are about.
const OF_ROLES: [&str; 7] = [
    "AWS::IAM::Group",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::User",
    "AWS::IAM::UserPolicy",
];

/// Actions that AWS checks against no resource, or against one that nobody knows beforehand.
const WITHOUT_RESOURCE: &[(&str, &[&str])] = &[
    (
        "lists all or nothing",
        &[
            "ec2:DescribeInstances",
            "ec2:DescribeManagedPrefixLists",
            "ec2:DescribeNetworkAcls",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            "ec2:GetManagedPrefixListEntries",
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
            "logs:DescribeLogGroups",
            "rds:DescribeDBClusters",
            "rds:DescribeDBInstances",
            "tag:GetResources",
        ],
    ),
    ("is about the whole registry", &["ecr:GetAuthorizationToken"]),
    ("makes a revision that has no ARN yet", &["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"]),
    ("asks where the cluster is to be reached", &["ecs:DiscoverPollEndpoint"]),
    (
        "sends what is no resource",
        &["cloudwatch:PutMetricData", "xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    ),
    (
        "has logs delivered",
        &["logs:CreateLogDelivery", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy"],
    ),
    ("names the subnets, and takes them from lists that nobody knows", &["ec2:ReplaceNetworkAclAssociation"]),
    (
        "opens a session of ECS Exec",
        &[
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ],
    ),
];

/// Beginnings of conditions that say which resources are meant as well as an ARN would.
const NARROWING: [&str; 3] = ["aws:RequestTag/", "aws:ResourceTag/", "ecs:cluster"];

/// Words in the names of AWS's policies that allow all of a service, or all of AWS.
const SWEEPING: [&str; 3] = ["Administrator", "FullAccess", "PowerUser"];

pub(crate) fn wildcard_actions(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    for (id, resource) in template.resources() {
        for statement in allowed(resource) {
            let wild = each(&statement["Action"]).into_iter().filter_map(Value::as_str);
            let wild = wild.filter(|action| action.contains(['*', '?']));
            found.extend(wild.map(|action| format!("`{id}` allows `{action}`")));
            if !statement["NotAction"].is_null() {
                found.push(format!("`{id}` allows all actions but some"));
            }
        }
    }
    found
}

pub(crate) fn wildcard_resources(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    for (id, resource) in template.resources().filter(|(_, one)| OF_ROLES.contains(&one.kind.as_str())) {
        for statement in allowed(resource) {
            let of_anything = each(&statement["Resource"]).into_iter().any(names_nothing);
            let is_wide = of_anything || !statement["NotResource"].is_null();
            if is_wide && !is_narrowed(&statement) {
                let actions = each(&statement["Action"]).into_iter().filter_map(Value::as_str);
                let actions =
                    actions.filter(|action| !WITHOUT_RESOURCE.iter().any(|(_, some)| some.contains(action)));
                found.extend(actions.map(|action| format!("`{id}` allows `{action}` on everything")));
            }
        }
    }
    found
}

pub(crate) fn sweeping_managed_policies(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    for (id, resource) in template.resources() {
        for arn in each(resource.property("/ManagedPolicyArns")).into_iter().map(Value::to_string) {
            if SWEEPING.iter().any(|word| arn.contains(word)) {
                found.push(format!("`{id}` has {arn}"));
            }
        }
    }
    found
}

pub(crate) fn everybody(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    for (id, resource) in template.resources() {
        let is_everybody = |principal: &Value| {
            each(principal).contains(&&Value::from("*"))
                || each(&principal["AWS"]).contains(&&Value::from("*"))
        };
        let open = allowed(resource).into_iter();
        let open = open.filter(|one| {
            one["Condition"].is_null() && (is_everybody(&one["Principal"]) || !one["NotPrincipal"].is_null())
        });
        found.extend(open.map(|_| format!("`{id}` allows everybody something")));
    }
    found
}

/// Every statement of every policy in a resource that allows something.
fn allowed(resource: &Resource) -> Vec<Value> {
    let mut statements = Vec::new();
    for value in walk(resource.properties()) {
        // Some policies are written as a text of JSON.
        let written =
            value.as_str().filter(|text| text.trim_start().starts_with('{') && text.contains("\"Effect\""));
        let written: Option<Value> = written.and_then(|text| serde_json::from_str(text).ok());
        let inside = written.iter().flat_map(walk);
        statements.extend(inside.chain([value]).filter(|one| one["Effect"] == "Allow").cloned());
    }
    statements
}

/// True where a condition says which resources are meant.
fn is_narrowed(statement: &Value) -> bool {
    let conditions = statement["Condition"].as_object().into_iter().flatten();
    let mut keys =
        conditions.flat_map(|(_, tests)| tests.as_object().into_iter().flatten()).map(|(key, _)| key);
    keys.any(|key| NARROWING.iter().any(|begin| key.starts_with(begin)))
}

/// True for `*`, and for an ARN that has a `*` where the name of the resource would begin: `arn:aws:s3:::*`, `arn:aws:ssm:…:parameter/*`.
fn names_nothing(resource: &Value) -> bool {
    let text = resource["Fn::Sub"].as_str().or(resource["Fn::Sub"][0].as_str()).or(resource.as_str());
    // The placeholder `${AWS::Region}` has colons of its own.
    let Some(text) = text.map(|text| text.replace("AWS::", "")) else { return false };
    let Some(rest) = text.strip_prefix("arn:") else { return text.starts_with('*') };
    let parts: Vec<&str> = rest.splitn(5, ':').collect();
    let [_partition, _service, _region, account, name] = parts[..] else { return true };
    // Without an account, as in S3, the name is not preceded by a type.
    let of_type = name.split_once(['/', ':']).filter(|_| !account.is_empty());
    name.starts_with('*') || of_type.is_some_and(|(_, name)| name.starts_with('*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(statement: &str) -> Template {
        Template::with(
            "AWS::IAM::Policy",
            &format!(r#"{{"PolicyDocument": {{"Statement": [{statement}]}}}}"#),
        )
    }

    #[test]
    fn wildcard_actions_are_found_wherever_they_are_allowed() {
        bites(
            wildcard_actions,
            &policy(r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:*"]}"#),
            "`s3:*`",
        );
        bites(
            wildcard_actions,
            &policy(r#"{"Effect": "Allow", "NotAction": "s3:PutObject"}"#),
            "all actions",
        );
        let key = r#"{"KeyPolicy": {"Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}}"#;
        bites(wildcard_actions, &Template::with("AWS::KMS::Key", key), "`kms:*`");
        let text =
            r#"{"PolicyDocument": "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"logs:Put*\"}]}"}"#;
        bites(wildcard_actions, &Template::with("AWS::Logs::ResourcePolicy", text), "`logs:Put*`");
        accepts(wildcard_actions, &policy(r#"{"Effect": "Deny", "Action": "s3:*"}"#));
    }

    #[test]
    fn a_role_names_what_it_may_use() {
        let on = |resource: &str| {
            policy(&format!(r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": {resource}}}"#))
        };
        for resource in [
            r#""*""#,
            r#"["arn:aws:s3:::shop/*", "*"]"#,
            r#""arn:aws:s3:::*""#,
            r#"{"Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/*"}"#,
            r#"{"Fn::Sub": ["arn:${AWS::Partition}:logs:eu-west-1:${Account}:log-group:*", {"Account": "1"}]}"#,
        ] {
            bites(wildcard_resources, &on(resource), "`s3:GetObject`");
        }
        for resource in [
            r#""arn:aws:s3:::shop/*""#,
            r#"{"Fn::Sub": "${Files.Arn}/*"}"#,
            r#"{"Fn::GetAtt": ["Files", "Arn"]}"#,
            r#"{"Fn::Sub": "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task/${Cluster}/*"}"#,
        ] {
            accepts(wildcard_resources, &on(resource));
        }
        let tagged = r#"{"Effect": "Allow", "Action": "ec2:DeleteNetworkAcl", "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceTag/by": "us"}}}"#;
        accepts(wildcard_resources, &policy(tagged));
        bites(
            wildcard_resources,
            &policy(&tagged.replace("aws:ResourceTag/by", "aws:SourceAccount")),
            "`ec2:DeleteNetworkAcl`",
        );
        accepts(
            wildcard_resources,
            &policy(r#"{"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}"#),
        );
    }

    #[test]
    fn a_policy_that_allows_all_of_a_service_is_found() {
        let role = r#"{"ManagedPolicyArns": [{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonS3FullAccess"}]}"#;
        bites(sweeping_managed_policies, &Template::with("AWS::IAM::Role", role), "AmazonS3FullAccess");
    }

    #[test]
    fn trust_names_somebody() {
        let trust = |more: &str| {
            let statement = format!(
                r#"{{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {{"AWS": "*"}}{more}}}"#
            );
            let properties = format!(r#"{{"AssumeRolePolicyDocument": {{"Statement": [{statement}]}}}}"#);
            Template::with("AWS::IAM::Role", &properties)
        };
        bites(everybody, &trust(""), "everybody");
        accepts(
            everybody,
            &trust(r#", "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}}"#),
        );
    }
}
