//! What keeps data: that it is encrypted, and that it is said what becomes of it.

use super::{
    Template, accepts, bites,
    template::{Resource, each},
};

/// What makes a resource of a type encrypt what it stores.
enum Encryption {
    /// AWS encrypts it, and nobody can say otherwise.
    Always,
    /// One of these properties is written.
    Set(&'static [&'static str]),
    /// Each of these properties is true.
    On(&'static [&'static str]),
    /// As the database that it belongs to or is made from, or else by `StorageEncrypted`.
    OfDatabase,
    /// Each volume of the machine.
    Volumes,
    /// Not at all: there is something else to use.
    Never,
}

/// Every store that a template may have.
const STORES: &[(&str, Encryption)] = &[
    ("AWS::AutoScaling::LaunchConfiguration", Encryption::Never),
    ("AWS::Backup::BackupVault", Encryption::Always),
    ("AWS::CloudFormation::Stack", Encryption::Always),
    ("AWS::Cognito::UserPool", Encryption::Always),
    ("AWS::DocDB::DBCluster", Encryption::On(&["/StorageEncrypted"])),
    ("AWS::DocDB::DBInstance", Encryption::Always),
    ("AWS::DynamoDB::GlobalTable", Encryption::On(&["/SSESpecification/SSEEnabled"])),
    ("AWS::DynamoDB::Table", Encryption::On(&["/SSESpecification/SSEEnabled"])),
    ("AWS::EC2::LaunchTemplate", Encryption::Volumes),
    ("AWS::EC2::Volume", Encryption::On(&["/Encrypted"])),
    ("AWS::ECR::Repository", Encryption::Set(&["/EncryptionConfiguration/EncryptionType"])),
    ("AWS::EFS::FileSystem", Encryption::On(&["/Encrypted"])),
    ("AWS::ElastiCache::CacheCluster", Encryption::On(&["/TransitEncryptionEnabled"])),
    (
        "AWS::ElastiCache::ReplicationGroup",
        Encryption::On(&["/AtRestEncryptionEnabled", "/TransitEncryptionEnabled"]),
    ),
    ("AWS::ElastiCache::ServerlessCache", Encryption::Always),
    ("AWS::KMS::Key", Encryption::Always),
    ("AWS::Kinesis::Stream", Encryption::Set(&["/StreamEncryption"])),
    ("AWS::Logs::LogGroup", Encryption::Always),
    (
        "AWS::OpenSearchService::Domain",
        Encryption::On(&["/EncryptionAtRestOptions/Enabled", "/NodeToNodeEncryptionOptions/Enabled"]),
    ),
    ("AWS::RDS::DBCluster", Encryption::OfDatabase),
    ("AWS::RDS::DBInstance", Encryption::OfDatabase),
    ("AWS::Route53::HostedZone", Encryption::Always),
    ("AWS::S3::Bucket", Encryption::Set(&["/BucketEncryption/ServerSideEncryptionConfiguration"])),
    ("AWS::SNS::Topic", Encryption::Set(&["/KmsMasterKeyId"])),
    ("AWS::SQS::Queue", Encryption::Set(&["/KmsMasterKeyId", "/SqsManagedSseEnabled"])),
    ("AWS::SecretsManager::Secret", Encryption::Always),
];

/// Where a database can come from: CloudFormation then takes no `StorageEncrypted`, since the source decides.
const SOURCES: [&str; 5] = [
    "/DBClusterIdentifier",
    "/DBSnapshotIdentifier",
    "/SnapshotIdentifier",
    "/SourceDBClusterIdentifier",
    "/SourceDBInstanceIdentifier",
];

/// Types that lose something with them, beside those of which the facts say so.
const KEPT: [&str; 3] =
    ["AWS::ECR::Repository", "AWS::ElastiCache::ServerlessCache", "AWS::Route53::HostedZone"];

pub(crate) fn unencrypted(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    for (id, resource) in template.resources() {
        let kind = resource.kind.as_str();
        match STORES.iter().find(|(store, _)| *store == kind) {
            Some((_, encryption)) if !encryption.is_in(resource) => {
                found.push(format!("`{id}`, a `{kind}`, does not encrypt"));
            }
            None if loses_data(kind) => {
                found.push(format!("`{id}`, a `{kind}`, is a store that nobody has judged"))
            }
            _ => {}
        }
    }
    found
}

pub(crate) fn without_policies(template: &Template) -> Vec<String> {
    let unsaid = template.resources().filter(|(_, resource)| {
        let says = |policy: &str| resource.body[policy].is_string();
        loses_data(&resource.kind) && !(says("DeletionPolicy") && says("UpdateReplacePolicy"))
    });
    unsaid.map(|(id, resource)| format!("`{id}`, a `{}`, has not both policies", resource.kind)).collect()
}

fn loses_data(kind: &str) -> bool {
    KEPT.contains(&kind) || formwork_schema::resource_type(kind).is_some_and(|facts| facts.stateful)
}

impl Encryption {
    fn is_in(&self, resource: &Resource) -> bool {
        match self {
            Self::Always => true,
            Self::Set(properties) => {
                properties.iter().any(|one| resource.has(one) && *resource.property(one) != false)
            }
            Self::On(properties) => properties.iter().all(|one| resource.says(one)),
            Self::OfDatabase => {
                SOURCES.iter().any(|source| resource.has(source)) || resource.says("/StorageEncrypted")
            }
            Self::Volumes => {
                let volumes = each(resource.property("/LaunchTemplateData/BlockDeviceMappings"));
                !volumes.is_empty() && volumes.iter().all(|volume| volume["Ebs"]["Encrypted"] == true)
            }
            Self::Never => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_does_not_encrypt_is_found() {
        for (kind, properties) in [
            ("AWS::S3::Bucket", "{}"),
            ("AWS::SNS::Topic", "{}"),
            ("AWS::SQS::Queue", r#"{"SqsManagedSseEnabled": false}"#),
            ("AWS::DynamoDB::Table", r#"{"SSESpecification": {"SSEEnabled": false}}"#),
            ("AWS::ElastiCache::ReplicationGroup", r#"{"AtRestEncryptionEnabled": true}"#),
            ("AWS::RDS::DBInstance", "{}"),
            ("AWS::EC2::LaunchTemplate", "{}"),
            (
                "AWS::EC2::LaunchTemplate",
                r#"{"LaunchTemplateData": {"BlockDeviceMappings": [{"Ebs": {"Encrypted": true}}, {"Ebs": {}}]}}"#,
            ),
        ] {
            bites(unencrypted, &Template::with(kind, properties), kind);
        }
        for (kind, properties) in [
            ("AWS::SQS::Queue", r#"{"SqsManagedSseEnabled": true}"#),
            ("AWS::SQS::Queue", r#"{"KmsMasterKeyId": {"Ref": "Key"}}"#),
            ("AWS::RDS::DBInstance", r#"{"DBClusterIdentifier": {"Ref": "Cluster"}}"#),
            (
                "AWS::EC2::LaunchTemplate",
                r#"{"LaunchTemplateData": {"BlockDeviceMappings": [{"Ebs": {"Encrypted": true}}]}}"#,
            ),
        ] {
            accepts(unencrypted, &Template::with(kind, properties));
        }
    }

    #[test]
    fn a_new_kind_of_store_is_to_be_judged() {
        bites(unencrypted, &Template::with("AWS::FSx::FileSystem", "{}"), "nobody has judged");
    }

    #[test]
    fn it_is_said_what_becomes_of_data() {
        let table = |policies: &str| {
            let text = format!(r#"{{"Resources": {{"It": {{"Type": "AWS::DynamoDB::Table"{policies}}}}}}}"#);
            Template::read("examples/made_up: Shop", &text)
        };
        bites(without_policies, &table(""), "`It`");
        bites(without_policies, &table(r#", "DeletionPolicy": "Retain""#), "`It`");
        accepts(without_policies, &table(r#", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain""#));
    }
}
