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

/// Actions that AWS checks against no resource, so that a policy cannot name one.
const WITHOUT_RESOURCE: &[(&str, &str)] = &[
    ("cloudwatch:PutMetricData", "metrics are no resources; a condition names the namespace"),
    ("ec2:DescribeInstances", "EC2 lists all or nothing"),
    ("ec2:DescribeSubnets", "EC2 lists all or nothing"),
    ("ecr:GetAuthorizationToken", "the token is that of the whole registry"),
    ("ecs:DiscoverPollEndpoint", "an instance asks where its cluster is to be reached"),
    ("elasticloadbalancing:DescribeListeners", "load balancers are listed all or none"),
    ("elasticloadbalancing:DescribeRules", "load balancers are listed all or none"),
    ("elasticloadbalancing:DescribeTargetGroups", "load balancers are listed all or none"),
    ("elasticloadbalancing:DescribeTargetHealth", "load balancers are listed all or none"),
    ("logs:DescribeLogGroups", "logs are listed all or none"),
    ("ssmmessages:CreateControlChannel", "the session of ECS Exec has no ARN"),
    ("ssmmessages:CreateDataChannel", "the session of ECS Exec has no ARN"),
    ("ssmmessages:OpenControlChannel", "the session of ECS Exec has no ARN"),
    ("ssmmessages:OpenDataChannel", "the session of ECS Exec has no ARN"),
    ("tag:GetResources", "resources of all kinds are found by tag"),
    ("xray:PutTelemetryRecords", "traces have no ARN"),
    ("xray:PutTraceSegments", "traces have no ARN"),
];

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
            if of_anything || !statement["NotResource"].is_null() {
                let actions = each(&statement["Action"]).into_iter().filter_map(Value::as_str);
                let actions = actions.filter(|action| !WITHOUT_RESOURCE.iter().any(|(one, _)| one == action));
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
