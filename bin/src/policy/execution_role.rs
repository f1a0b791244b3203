//! What CloudFormation may do for the stacks: what the handlers of the types in the templates ask for, as far as these templates need it.
//!
//! Handlers ask for everything that some template could need. What these templates cannot is left out: the buckets, keys and services that
//! a resource says nothing of. What only lists resources is left out too: CloudFormation lists none when it deploys.

use formwork_assembly::{Diagnostic, SortedMap, SortedSet, code};
use formwork_schema::{Permissions, resource_type};

use super::{
    Statement,
    arn::Place,
    inventory::{Inventory, Resource},
    lookups,
    named::Named,
};

/// Services whose calls are answered in one region for the whole world, as actions and, whatever their case, as types name them.
const WORLDWIDE: &[&str] =
    &["budgets", "ce", "cloudfront", "globalaccelerator", "iam", "organizations", "route53", "shield", "waf"];

/// Types without handlers whose services are run by those of others.
const SIBLINGS: &[(&str, &str)] = &[
    ("AWS::DocDB::DBCluster", "AWS::RDS::DBCluster"),
    ("AWS::DocDB::DBInstance", "AWS::RDS::DBInstance"),
    ("AWS::Neptune::DBCluster", "AWS::RDS::DBCluster"),
    ("AWS::Neptune::DBInstance", "AWS::RDS::DBInstance"),
];

/// Actions on keys that no key can be named for.
const KEYLESS: &[&str] = &["kms:CreateKey", "kms:ListAliases", "kms:ListKeys"];

/// What some actions may reach.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Anything in the regions of the stacks.
    Regional,
    /// Anything.
    Worldwide,
    /// The resources of one type, which have names.
    Named(&'static str),
    /// The objects in the buckets.
    Objects,
    /// The keys of the account.
    Keys,
    /// Keys, for services of AWS only.
    KeyGrants,
    /// The roles that services of AWS make for themselves.
    ServiceRoles,
    /// The secrets that RDS makes by itself.
    DatabaseSecrets,
    /// The roles that are handed to services.
    PassedRoles,
}

/// The statements, those about names first. The roles that deploy are out of reach, so that no template can give itself more rights.
pub(super) fn statements(
    inventory: &Inventory<'_>,
    own: &[&str],
    found: &mut Vec<Diagnostic>,
) -> Vec<Statement> {
    let mut reached: SortedMap<Reach, SortedSet<&str>> = SortedMap::new();
    let asked = asked(inventory, found);
    for (resource, actions) in &asked {
        for action in actions {
            if let Some(reach) = reach(inventory, resource, action) {
                reached.or_default(reach).insert(action);
            }
        }
    }
    let mut statements = vec![Statement::deny("NeverItself", &["iam:*"], own)];
    statements.extend(
        simplified(&reached).iter().rev().map(|(reach, actions)| statement(inventory, *reach, actions)),
    );
    statements.extend(lookups::statements(inventory));
    statements
}

/// What the handler of each type asks for, with one resource of the type.
fn asked<'i, 'a>(
    inventory: &'i Inventory<'a>,
    found: &mut Vec<Diagnostic>,
) -> Vec<(&'i Resource<'a>, SortedSet<&'static str>)> {
    let mut asked = Vec::new();
    for (kind, resource) in inventory.kinds() {
        let source = SIBLINGS.iter().find(|(name, _)| *name == kind).map_or(kind, |(_, sibling)| sibling);
        let permissions = resource_type(source).map(|facts| facts.permissions).unwrap_or_default();
        let Permissions { create, read, update, delete, .. } = permissions;
        let actions: SortedSet<&str> = [create, read, update, delete].concat().into_iter().collect();
        if actions.is_empty() && resource_type(kind).is_none_or(|facts| facts.transform.is_none()) {
            found.push(unknown(kind, resource));
        }
        asked.push((resource, actions));
    }
    asked
}

fn unknown(kind: &str, resource: &Resource<'_>) -> Diagnostic {
    let message = format!("it is not known which permissions CloudFormation needs for `{kind}`");
    let help = "add the actions of its service to the policies of the execution role by hand";
    resource.locate(Diagnostic::warning(&code::POLICY_UNKNOWN_TYPE, message).help(help))
}

/// What an action that the handler of a resource asks for has to reach; none where the templates do not need it.
fn reach(inventory: &Inventory<'_>, resource: &Resource<'_>, action: &str) -> Option<Reach> {
    let kind = resource.kind.as_str();
    let (service, name) = action.split_once(':')?;
    if let Some(named) = Named::of(kind, action) {
        let is_object = service == "s3" && name.contains("Object") && !name.contains("ObjectLock");
        return Some(if is_object { Reach::Objects } else { Reach::Named(named.kind) });
    }
    match service {
        "iam" if name == "PassRole" => inventory.has("AWS::IAM::Role").then_some(Reach::PassedRoles),
        // Policies can be of users and groups as well; only where there are any.
        "iam" if name.contains("UserPolicy") => {
            mentions(inventory, kind, "Users").then_some(Reach::Worldwide)
        }
        "iam" if name.contains("GroupPolicy") => {
            mentions(inventory, kind, "Groups").then_some(Reach::Worldwide)
        }
        "iam" if name == "GetRole" && inventory.has("AWS::IAM::Role") => Some(Reach::Named("AWS::IAM::Role")),
        "iam" if !kind.starts_with("AWS::IAM::") && name != "ListRoles" => Some(Reach::ServiceRoles),
        "s3" if !kind.starts_with("AWS::S3::") && !speaks_of(inventory, kind, "s3") => None,
        "kms" if name == "CreateGrant" => Some(Reach::KeyGrants),
        "kms" if !KEYLESS.contains(&action) => Some(Reach::Keys),
        "secretsmanager" if is_database(kind) => Some(Reach::DatabaseSecrets),
        // A web ACL protects things of many services; those that are here.
        _ if kind == "AWS::WAFv2::WebACLAssociation" && !is_used(inventory, service) => None,
        _ => Some(everything(inventory, kind, service)),
    }
}

fn everything(inventory: &Inventory<'_>, kind: &str, service: &str) -> Reach {
    let own = kind.split("::").nth(1).unwrap_or_default().to_ascii_lowercase();
    let is_worldwide = |service: &str| WORLDWIDE.contains(&service);
    if is_worldwide(&own) || is_worldwide(service) || inventory.regions.is_empty() {
        Reach::Worldwide
    } else {
        Reach::Regional
    }
}

fn is_database(kind: &str) -> bool {
    ["AWS::RDS::", "AWS::DocDB::", "AWS::Neptune::"].iter().any(|service| kind.starts_with(service))
}

/// Whether a resource of the type has a property.
fn mentions(inventory: &Inventory<'_>, kind: &str, property: &str) -> bool {
    inventory.of_kind(kind).any(|resource| resource.properties.get(property).is_some())
}

/// Whether the properties of a resource of the type hold a word.
fn speaks_of(inventory: &Inventory<'_>, kind: &str, word: &str) -> bool {
    inventory.of_kind(kind).any(|resource| resource.speaks_of(word))
}

/// Whether a type in the templates has ARNs of a service, or is one of that name.
fn is_used(inventory: &Inventory<'_>, service: &str) -> bool {
    inventory.kinds().keys().filter(|kind| **kind != "AWS::WAFv2::WebACLAssociation").any(|kind| {
        let own = kind.split("::").nth(1).unwrap_or_default().to_ascii_lowercase();
        own.trim_end_matches("v2") == service.trim_end_matches("v2")
    })
}

/// Leaves out what something wider says as well.
fn simplified<'a>(reached: &SortedMap<Reach, SortedSet<&'a str>>) -> Vec<(Reach, Vec<&'a str>)> {
    let nothing = SortedSet::new();
    let worldwide = reached.get(&Reach::Worldwide).unwrap_or(&nothing);
    let regional = reached.get(&Reach::Regional).unwrap_or(&nothing);
    let mut left = Vec::new();
    for (reach, all) in reached {
        let wider = |action: &str| match reach {
            Reach::Worldwide => false,
            Reach::Regional => is_covered(action, worldwide, true),
            _ => is_covered(action, worldwide, true) || is_covered(action, regional, true),
        };
        let says_more = |action: &&str| !wider(action) && !is_covered(action, all, false);
        let actions: Vec<&str> = all.iter().copied().filter(says_more).collect();
        if !actions.is_empty() {
            left.push((*reach, actions));
        }
    }
    left
}

/// Whether an action, or a pattern that takes it in, is among others.
fn is_covered(action: &str, others: &SortedSet<&str>, or_equal: bool) -> bool {
    others.iter().any(|other| match other.strip_suffix('*') {
        Some(stem) => *other != action && action.starts_with(stem),
        None => or_equal && *other == action,
    })
}

fn statement(inventory: &Inventory<'_>, reach: Reach, actions: &[&str]) -> Statement {
    let home = inventory.home();
    let worldwide = Place { region: "", ..home };
    let named = |kind: &str| Named::of_kind(kind);
    let arns = |kind: &str| named(kind).map(|named| named.arns(inventory)).unwrap_or_default();
    match reach {
        Reach::Regional => {
            let regions: Vec<&str> = inventory.regions.iter().copied().collect();
            Statement::allow("Regional", actions, "*").when(
                "StringEquals",
                "aws:RequestedRegion",
                &regions[..],
            )
        }
        Reach::Worldwide => Statement::allow("Anywhere", actions, "*"),
        Reach::Named(kind) => {
            Statement::allow(named(kind).map_or("", |named| named.sid), actions, arns(kind))
        }
        Reach::Objects => {
            let buckets = arns("AWS::S3::Bucket");
            let objects: SortedSet<String> = buckets.iter().map(|bucket| format!("{bucket}/*")).collect();
            Statement::allow("Objects", actions, objects)
        }
        Reach::Keys => Statement::allow("Keys", actions, home.arn("kms", "key/*")),
        Reach::KeyGrants => Statement::allow("KeyGrants", actions, home.arn("kms", "key/*")).when(
            "Bool",
            "kms:GrantIsForAWSResource",
            "true",
        ),
        Reach::ServiceRoles => {
            Statement::allow("ServiceRoles", actions, worldwide.arn("iam", "role/aws-service-role/*"))
        }
        Reach::DatabaseSecrets => {
            Statement::allow("DatabaseSecrets", actions, home.arn("secretsmanager", "secret:rds!*"))
        }
        Reach::PassedRoles => Statement::allow("PassRole", actions, arns("AWS::IAM::Role")).when(
            "StringEquals",
            "iam:PassedToService",
            inventory.trusted_services(),
        ),
    }
}
