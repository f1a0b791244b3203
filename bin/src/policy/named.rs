//! Resources whose ARNs can be known before they exist: those with a name in the template, and those that CloudFormation names after
//! the stack. Everything else that a service makes has an id that nobody can foresee.

use formwork_assembly::{SortedSet, each};
use formwork_schema::resource_type;
use serde_json::Value;

use super::inventory::{Inventory, Resource, list};

/// CloudFormation shortens the name of the stack in names that are limited; this much of it is always left.
const SURE: usize = 20;

/// Resources of one type, and the actions on them.
pub(super) struct Named {
    /// The type: `AWS::S3::Bucket`.
    pub kind: &'static str,
    /// The service as actions name it.
    service: &'static str,
    /// The statement id.
    pub sid: &'static str,
    /// The property with the name.
    property: &'static str,
    generated: Generated,
    /// The actions that are meant: those with this in their name, or all.
    noun: &'static str,
    /// The actions that IAM takes for everything only.
    without: &'static [&'static str],
    /// Other types that act on such resources, with the property, however deep, that says on which.
    companions: &'static [(&'static str, &'static str)],
    /// What follows the name in the ARN.
    tail: &'static str,
}

/// What CloudFormation calls something without a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Generated {
    /// `shop-prod-Shop-Role-1A2B3C`.
    Stack,
    /// The same in lower case.
    StackInLowerCase,
    /// `DbSecret-1A2B3C`.
    LogicalId,
    /// An id that nobody can foresee.
    Unknown,
}

const PLAIN: Named = Named {
    kind: "",
    service: "",
    sid: "",
    property: "",
    generated: Generated::Stack,
    noun: "",
    without: &[],
    companions: &[],
    tail: "",
};

/// Where several fit an action, the first is meant.
const ALL: &[Named] = &[
    Named {
        kind: "AWS::IAM::InstanceProfile",
        service: "iam",
        sid: "InstanceProfiles",
        property: "InstanceProfileName",
        noun: "InstanceProfile",
        ..PLAIN
    },
    Named {
        kind: "AWS::IAM::Role",
        service: "iam",
        sid: "Roles",
        property: "RoleName",
        noun: "Role",
        companions: &[("AWS::IAM::Policy", "Roles"), ("AWS::IAM::InstanceProfile", "Roles")],
        ..PLAIN
    },
    Named {
        kind: "AWS::S3::Bucket",
        service: "s3",
        sid: "Buckets",
        property: "BucketName",
        generated: Generated::StackInLowerCase,
        companions: &[("AWS::S3::BucketPolicy", "Bucket")],
        ..PLAIN
    },
    Named {
        kind: "AWS::Logs::LogGroup",
        service: "logs",
        sid: "LogGroups",
        property: "LogGroupName",
        without: &[
            "CreateLogDelivery",
            "DeleteIndexPolicy",
            "DeleteResourcePolicy",
            "DescribeIndexPolicies",
            "DescribeLogGroups",
            "DescribeResourcePolicies",
            "PutIndexPolicy",
            "PutResourcePolicy",
        ],
        tail: "*",
        ..PLAIN
    },
    Named {
        kind: "AWS::DynamoDB::Table",
        service: "dynamodb",
        sid: "Tables",
        property: "TableName",
        without: &["ListTables"],
        ..PLAIN
    },
    Named {
        kind: "AWS::SQS::Queue",
        service: "sqs",
        sid: "Queues",
        property: "QueueName",
        companions: &[("AWS::SQS::QueuePolicy", "Queues")],
        ..PLAIN
    },
    Named {
        kind: "AWS::SNS::Topic",
        service: "sns",
        sid: "Topics",
        property: "TopicName",
        without: &["GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"],
        companions: &[("AWS::SNS::TopicPolicy", "Topics"), ("AWS::SNS::Subscription", "TopicArn")],
        ..PLAIN
    },
    Named {
        kind: "AWS::ECR::Repository",
        service: "ecr",
        sid: "Repositories",
        property: "RepositoryName",
        generated: Generated::StackInLowerCase,
        ..PLAIN
    },
    Named {
        kind: "AWS::Route53::HostedZone",
        service: "route53",
        sid: "Records",
        property: "Id",
        generated: Generated::Unknown,
        noun: "ResourceRecordSets",
        companions: &[
            ("AWS::CertificateManager::Certificate", "HostedZoneId"),
            ("AWS::Route53::RecordSet", "HostedZoneId"),
        ],
        ..PLAIN
    },
    Named {
        kind: "AWS::SecretsManager::Secret",
        service: "secretsmanager",
        sid: "Secrets",
        property: "Name",
        generated: Generated::LogicalId,
        without: &["GetRandomPassword"],
        companions: &[("AWS::SecretsManager::RotationSchedule", "SecretId")],
        // Six characters that Secrets Manager adds.
        tail: "-*",
        ..PLAIN
    },
];

impl Named {
    /// The resources that an action of the handler of a type is about; none where their names cannot be known.
    pub(super) fn of(kind: &str, action: &str) -> Option<&'static Self> {
        let (service, action) = action.split_once(':')?;
        ALL.iter().find(|named| {
            let acts = named.kind == kind || named.companions.iter().any(|(companion, _)| *companion == kind);
            acts && named.service == service
                && action.contains(named.noun)
                && !named.without.contains(&action)
        })
    }

    /// The resources of a type.
    pub(super) fn of_kind(kind: &str) -> Option<&'static Self> {
        ALL.iter().find(|named| named.kind == kind)
    }

    /// The ARNs of all of them in an account, made here or only worked on; patterns where names are only known in part.
    pub(super) fn arns(&self, inventory: &Inventory<'_>) -> SortedSet<String> {
        let own = inventory.of_kind(self.kind).map(|resource| self.arn(inventory, resource));
        let mut arns: SortedSet<String> = own.collect();
        for (kind, property) in self.companions {
            for companion in inventory.of_kind(kind) {
                arns.extend(self.others(inventory, companion, property));
            }
        }
        // What another pattern covers says nothing new.
        let covered = |arn: &String| {
            let stem = |other: &String| other.strip_suffix('*').is_some_and(|stem| arn.starts_with(stem));
            arns.iter().any(|other| other != arn && stem(other))
        };
        arns.iter().filter(|arn| !covered(arn)).cloned().collect()
    }

    /// The ARN of one of them.
    pub(super) fn arn(&self, inventory: &Inventory<'_>, resource: &Resource<'_>) -> String {
        let path = match &resource.properties["Path"] {
            Value::String(path) if self.service == "iam" => path.trim_start_matches('/'),
            _ => "",
        };
        let name = match &resource.properties[self.property] {
            Value::Null => self.generated_name(resource),
            name => pattern(name) + self.tail,
        };
        self.fill(inventory, resource, &format!("{path}{name}").replace("**", "*"))
    }

    fn generated_name(&self, resource: &Resource<'_>) -> String {
        let from = match self.generated {
            Generated::Unknown => return "*".to_owned(),
            Generated::LogicalId => &resource.logical_id,
            Generated::Stack | Generated::StackInLowerCase => &resource.stack.name,
        };
        let pattern = match from.char_indices().nth(SURE) {
            Some((end, _)) => format!("{}*", &from[..end]),
            None => format!("{from}-*"),
        };
        if self.generated == Generated::StackInLowerCase { pattern.to_ascii_lowercase() } else { pattern }
    }

    /// Those that a companion names and that are not in its stack.
    fn others(&self, inventory: &Inventory<'_>, companion: &Resource<'_>, property: &str) -> Vec<String> {
        let mut arns = Vec::new();
        for value in companion.values_of(property) {
            for one in list(value).iter().filter(|one| !is_local(one)) {
                match pattern(one) {
                    arn if arn.starts_with("arn:") => arns.push(arn),
                    // From another stack of the app, if that has such things; else from anywhere.
                    _ if one.get("Fn::GetStackOutput").is_some() && inventory.has(self.kind) => {}
                    name => arns.push(self.fill(inventory, companion, &(name + self.tail))),
                }
            }
        }
        arns
    }

    fn fill(&self, inventory: &Inventory<'_>, resource: &Resource<'_>, name: &str) -> String {
        let template = resource_type(self.kind).and_then(|facts| facts.arn).unwrap_or("*");
        inventory.place_of(resource.stack).fill(template, name)
    }
}

/// Whether a value names a resource of the same template.
fn is_local(value: &Value) -> bool {
    value.get("Ref").is_some() || value.get("Fn::GetAtt").is_some()
}

/// A text as far as it is known, with `*` for the rest.
pub(super) fn pattern(value: &Value) -> String {
    if let Some(text) = value.as_str() {
        return text.to_owned();
    }
    if let Some(sub) = value.get("Fn::Sub") {
        let text = sub.as_str().or_else(|| sub.get(0)?.as_str()).unwrap_or("${}");
        let mut parts = text.split("${");
        let first = parts.next().unwrap_or_default().to_owned();
        return parts
            .fold(first, |known, part| known + "*" + part.split_once('}').map_or("", |(_, rest)| rest));
    }
    if let Some(Value::Array(join)) = value.get("Fn::Join")
        && let [Value::String(between), Value::Array(parts)] = join.as_slice()
    {
        return each(parts, pattern).join(between);
    }
    "*".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_known_of_a_text() {
        for (value, known) in [
            (json!("shop"), "shop"),
            (json!({"Ref": "AWS::Region"}), "*"),
            (json!({"Fn::Sub": "a-${AWS::Region}-b"}), "a-*-b"),
            (json!({"Fn::Sub": ["${x}!", {"x": "y"}]}), "*!"),
            (json!({"Fn::Join": ["-", ["a", {"Ref": "B"}, "c"]]}), "a-*-c"),
            (json!({"Fn::Join": [{"Ref": "A"}, []]}), "*"),
        ] {
            assert_eq!(pattern(&value), known, "{value}");
        }
    }

    #[test]
    fn every_named_type_is_in_the_facts() {
        for named in ALL {
            let facts = resource_type(named.kind).unwrap_or_else(|| panic!("{} is known", named.kind));
            assert!(facts.arn.is_some_and(|arn| arn.ends_with('}')), "{}", named.kind);
            let is_named = facts.body.properties.iter().any(|one| one.name == named.property);
            assert_eq!(is_named, named.generated != Generated::Unknown, "{}", named.kind);
            // Records are made by their own type, not by that of their zone.
            let kinds = named.companions.iter().map(|(kind, _)| *kind).chain([named.kind]);
            let is_used = kinds.filter_map(resource_type).any(|facts| {
                let p = facts.permissions;
                let all = [p.create, p.read, p.update, p.delete].concat();
                all.iter()
                    .any(|action| Named::of(facts.name, action).is_some_and(|one| one.kind == named.kind))
            });
            assert!(is_used, "{} is what no action is about", named.kind);
        }
    }
}
