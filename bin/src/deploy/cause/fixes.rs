//! What most likely helps, by what CloudFormation and the services say. The first row that fits counts, so that the special ones come first.

/// Type of the resource (its beginning; empty for any), words that the reason has all of, what helps.
type Row = (&'static str, &'static [&'static str], &'static str);

const FIXES: &[Row] = &[
    (
        "AWS::ECS::",
        &["circuit breaker"],
        "the tasks do not stay up: look at their logs, at the health check, and at what they need to start",
    ),
    (
        "AWS::ECS::",
        &["did not stabilize"],
        "the tasks do not stay up: look at their logs, at the health check, and whether they reach the registry of the image",
    ),
    (
        "AWS::ECS::",
        &["pull", "image"],
        "the image is not there, or cannot be reached: check its tag, and that the subnets have a way to the registry",
    ),
    (
        "AWS::ECS::",
        &["capacity"],
        "the cluster has no room for the tasks: make it larger, or the tasks smaller",
    ),
    (
        "AWS::Lambda::",
        &["image"],
        "the image of the function is not there, or is of another platform than the function",
    ),
    (
        "AWS::Lambda::",
        &["reserved"],
        "the account has too few concurrent executions left: ask for a higher quota, or reserve less",
    ),
    (
        "AWS::CertificateManager::",
        &[],
        "the certificate waits for its DNS records: check that the zone is the one that the domain's registrar names",
    ),
    (
        "AWS::CloudFront::",
        &["cname"],
        "another distribution has this domain as its alias: take it away there first",
    ),
    (
        "AWS::CloudFront::",
        &["certificate"],
        "the certificate of a distribution lies in `us-east-1`, and must name the domain",
    ),
    ("AWS::Route53::", &["already exists"], "the zone has such a record: delete it, or leave this one out"),
    (
        "AWS::S3::Bucket",
        &["not empty"],
        "empty the bucket, with all its versions, or keep it with a deletion policy",
    ),
    (
        "AWS::S3::Bucket",
        &["already"],
        "bucket names are unique in the whole world: leave the name out, or take another one",
    ),
    (
        "AWS::RDS::",
        &["final snapshot"],
        "a snapshot of that name is there: rename it, or take another name for the final one",
    ),
    ("AWS::RDS::", &["deletion protection"], "turn its deletion protection off, and deploy that first"),
    (
        "AWS::RDS::",
        &["cannot find version"],
        "the engine has no such version any more: take one of those that it names",
    ),
    ("AWS::RDS::", &["not supported"], "take an instance class that this engine has in this region"),
    (
        "AWS::IAM::",
        &["malformed"],
        "the policy has something that IAM does not know: look at its actions, resources and conditions",
    ),
    (
        "AWS::IAM::",
        &["limit"],
        "IAM takes no more of these, or no larger ones: split the policy, or ask for a higher quota",
    ),
    (
        "AWS::EC2::Subnet",
        &["conflict"],
        "the range is taken by another subnet: CloudFormation makes the new one before it deletes the old one, so move it to a free range",
    ),
    (
        "AWS::EC2::",
        &["addresslimitexceeded"],
        "the account has no elastic address left: release one, or ask for a higher quota",
    ),
    (
        "AWS::EC2::",
        &["dependencyviolation"],
        "something outside of this stack still uses it: find it by its network interfaces",
    ),
    (
        "AWS::EC2::",
        &["has dependencies"],
        "something outside of this stack still uses it: find it by its network interfaces",
    ),
    (
        "AWS::EC2::",
        &["insufficientinstancecapacity"],
        "AWS has none of these left there now: take another size or zone, or try later",
    ),
    (
        "AWS::ElasticLoadBalancing",
        &["priority", "in use"],
        "another rule of the listener has this priority: take another one",
    ),
    (
        "AWS::KMS::",
        &["policy"],
        "the key policy must let somebody administer the key, this caller among them",
    ),
    (
        "AWS::SecretsManager::",
        &["scheduled for deletion"],
        "a secret of that name waits for its deletion: restore it, or delete it without waiting",
    ),
    (
        "AWS::DynamoDB::",
        &["index"],
        "a table takes one new or removed index at a time: deploy them one after the other",
    ),
    ("Custom::", &[], "look at the logs of the function behind it"),
    ("", &["no space left in subnet"], "the subnets have no free addresses: use larger ones"),
    ("", &["insufficientfreeaddresses"], "the subnets have no free addresses: use larger ones"),
    ("", &["insufficient free addresses"], "the subnets have no free addresses: use larger ones"),
    (
        "",
        &["export", "in use"],
        "another stack still uses this: deploy that one first without it, then this one",
    ),
    ("", &["export", "with name", "already"], "another stack exports that name: rename one of the two"),
    (
        "",
        &["no export named"],
        "the stack that exports it is not deployed, or no longer does: deploy that one first",
    ),
    ("", &["iam:passrole"], "let whoever deploys, or the role of the stack, do `iam:PassRole` for that role"),
    (
        "",
        &["explicit deny"],
        "a policy forbids it, of the organization, a boundary or an endpoint: ask whoever keeps it",
    ),
    (
        "",
        &["not authorized"],
        "let whoever deploys, or the role of the stack, do it: `policy` says what the app needs",
    ),
    (
        "",
        &["accessdenied"],
        "let whoever deploys, or the role of the stack, do it: `policy` says what the app needs",
    ),
    (
        "",
        &["access denied"],
        "let whoever deploys, or the role of the stack, do it: `policy` says what the app needs",
    ),
    (
        "",
        &["unauthorizedoperation"],
        "let whoever deploys, or the role of the stack, do it: `policy` says what the app needs",
    ),
    (
        "",
        &["security token", "expired"],
        "the credentials ended in the middle of it: log in again, and deploy again",
    ),
    ("", &["service-linked role"], "make the service-linked role once: `aws iam create-service-linked-role`"),
    (
        "",
        &["already exists"],
        "something of that name is there: give this one another name, delete the other one, or take it over with `--import-existing`",
    ),
    (
        "",
        &["alreadyexists"],
        "something of that name is there: give this one another name, delete the other one, or take it over with `--import-existing`",
    ),
    ("", &["quota"], "ask for a higher quota of the account, or need less of it"),
    ("", &["limitexceeded"], "ask for a higher quota of the account, or need less of it"),
    ("", &["limit exceeded"], "ask for a higher quota of the account, or need less of it"),
    ("", &["maximum number"], "ask for a higher quota of the account, or need less of it"),
    ("", &["rate exceeded"], "AWS was asked too often: deploy again, it goes on from there"),
    ("", &["throttl"], "AWS was asked too often: deploy again, it goes on from there"),
    (
        "",
        &["stack policy"],
        "the stack policy forbids it: `--allow replace:ID` or `--allow delete:ID` lifts it for this one",
    ),
    (
        "",
        &["exceeded attempts to wait"],
        "it took longer than CloudFormation waits: look whether it came up after all, then deploy again",
    ),
    (
        "",
        &["timed out"],
        "it took longer than CloudFormation waits: look whether it came up after all, then deploy again",
    ),
    ("", &["subscription"], "the account has not subscribed to this service, or waits for its activation"),
    (
        "",
        &["not found"],
        "what it names is not there, in this account and region: check names, and the order of stacks",
    ),
    (
        "",
        &["does not exist"],
        "what it names is not there, in this account and region: check names, and the order of stacks",
    ),
    (
        "",
        &["properties validation failed"],
        "the service takes no such value: look at the property that it names",
    ),
    ("", &["invalid"], "the service takes no such value: look at the property that it names"),
    ("", &["validationexception"], "the service takes no such value: look at the property that it names"),
    ("", &["internal failure"], "the service has failed by itself: deploy again"),
    ("", &["internalfailure"], "the service has failed by itself: deploy again"),
];

/// What most likely helps.
pub(super) fn likely(kind: &str, reason: &str) -> Option<&'static str> {
    let reason = reason.to_ascii_lowercase();
    let fits = |(of, words, _): &&Row| kind.starts_with(of) && words.iter().all(|word| reason.contains(word));
    FIXES.iter().find(fits).map(|(_, _, fix)| *fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_reasons_come_before_general_ones() {
        let fix = |kind, reason| likely(kind, reason).unwrap_or_default();
        assert!(fix("AWS::S3::Bucket", "shop already exists").contains("whole world"));
        assert!(fix("AWS::SQS::Queue", "Queue AlreadyExists").contains("--import-existing"));
        assert!(fix("AWS::ECS::Service", "Service did not stabilize").contains("logs"));
        assert!(
            fix("AWS::IAM::Role", "User is not authorized to perform: iam:PassRole").contains("PassRole")
        );
        assert!(
            fix("AWS::SSM::Parameter", "Cannot delete export X as it is in use by Y").contains("uses this")
        );
        assert_eq!(likely("AWS::SQS::Queue", "the moon is full"), None);
    }

    #[test]
    fn every_row_can_be_reached() {
        for (place, (kind, words, fix)) in FIXES.iter().enumerate() {
            let reason = words.join(" ");
            let first = FIXES.iter().position(|(of, words, _)| {
                kind.starts_with(of) && words.iter().all(|word| reason.contains(word))
            });
            assert_eq!(first, Some(place), "{kind} {reason}: {fix}");
            assert!(words.iter().all(|word| *word == word.to_ascii_lowercase()), "{reason}");
        }
    }
}
