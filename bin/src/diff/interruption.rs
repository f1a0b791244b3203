//! Updates that interrupt what is served, though nothing is replaced. The facts do not tell them: AWS says so in the pages of the types only.

/// Types with the properties whose change restarts a server, or hands its work to another one.
const INTERRUPTING: &[(&str, &[&str])] = &[
    ("AWS::AmazonMQ::Broker", &["EngineVersion", "HostInstanceType"]),
    ("AWS::DocDB::DBCluster", &["EngineVersion"]),
    ("AWS::DocDB::DBInstance", &["CACertificateIdentifier", "DBInstanceClass"]),
    ("AWS::EC2::Instance", &["EbsOptimized", "InstanceType", "UserData"]),
    ("AWS::ElastiCache::CacheCluster", &["EngineVersion"]),
    ("AWS::ElastiCache::ReplicationGroup", &["CacheNodeType", "EngineVersion"]),
    ("AWS::Neptune::DBCluster", &["EngineVersion"]),
    ("AWS::Neptune::DBInstance", &["DBInstanceClass"]),
    ("AWS::RDS::DBCluster", &["DBClusterInstanceClass", "EngineVersion"]),
    ("AWS::RDS::DBInstance", &["CACertificateIdentifier", "DBInstanceClass", "EngineVersion", "StorageType"]),
    ("AWS::Redshift::Cluster", &["ClusterVersion", "NodeType", "NumberOfNodes"]),
];

/// True where a change of the property of a type interrupts what is served.
pub(crate) fn interrupts(kind: &str, property: &str) -> bool {
    INTERRUPTING.iter().any(|(name, properties)| *name == kind && properties.contains(&property))
}

#[cfg(test)]
mod tests {
    use formwork_schema::resource_type;

    use super::*;

    #[test]
    fn all_of_them_are_in_the_facts() {
        for (kind, properties) in INTERRUPTING {
            let facts = resource_type(kind).unwrap_or_else(|| panic!("{kind} is known"));
            for name in *properties {
                assert!(facts.body.properties.iter().any(|one| one.name == *name), "{kind}.{name}");
            }
        }
    }
}
