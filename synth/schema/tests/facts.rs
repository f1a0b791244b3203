//! Facts that must come out as AWS documents them, and what holds for all of them.

use std::collections::BTreeSet;

use formwork_schema::{
    Definition, Object, Property, Replacement, ResourceType, Rule, TagShape, Target, Type, family,
    resource_type, resource_types, service_types, services,
};

fn known(name: &str) -> ResourceType {
    resource_type(name).expect(name)
}

fn property<'a>(object: &'a Object, name: &str) -> &'a Property {
    object.properties.iter().find(|property| property.name == name).expect(name)
}

fn definition<'a>(resource: &'a ResourceType, name: &str) -> &'a Definition {
    resource.definitions.iter().find(|found| found.name == name).expect(name)
}

fn required(object: &Object) -> Vec<&str> {
    object.properties.iter().filter(|property| property.required).map(|property| property.name).collect()
}

fn targets(ty: &Type) -> Vec<Target> {
    match ty {
        Type::String(text) => text.targets.clone(),
        Type::List(list) => targets(&list.item),
        Type::Map(map) => targets(&map.value),
        Type::Union(parts) => parts.iter().flat_map(targets).collect(),
        _ => Vec::new(),
    }
}

fn target(resource: &'static str, attribute: &'static str) -> Target {
    Target { resource, attribute }
}

#[test]
fn a_bucket() {
    let bucket = known("AWS::S3::Bucket");
    assert_eq!(bucket.ref_returns, ["BucketName"]);
    assert_eq!(bucket.arn, Some("arn:${Partition}:s3:::${BucketName}"));
    assert!(bucket.stateful);
    assert_eq!(required(&bucket.body), Vec::<&str>::new());
    let tagging = bucket.tagging.expect("it carries tags");
    assert_eq!((tagging.property, tagging.shape, tagging.updatable), ("Tags", TagShape::List, true));

    let name = property(&bucket.body, "BucketName");
    assert_eq!(name.replacement, Replacement::Always);
    let Type::String(text) = &name.ty else { panic!("a name is text") };
    assert_eq!((text.min, text.max), (None, Some(63)));

    let versioning = definition(&bucket, "VersioningConfiguration");
    let status = property(&versioning.body, "Status");
    assert!(status.required);
    let Type::String(text) = &status.ty else { panic!("a status is text") };
    assert_eq!(text.values, ["Enabled", "Suspended"]);

    let attributes: Vec<&str> = bucket.attributes.iter().map(|attribute| attribute.name).collect();
    assert!(["Arn", "DomainName", "RegionalDomainName"].iter().all(|name| attributes.contains(name)));
    assert!(bucket.permissions.create.contains(&"s3:CreateBucket"));
    assert!(bucket.regions.contains(&"eu-central-1"));
}

#[test]
fn a_container() {
    let task = known("AWS::ECS::TaskDefinition");
    assert_eq!(required(&definition(&task, "ContainerDefinition").body), ["Image", "Name"]);
    assert_eq!(targets(&property(&task.body, "TaskRoleArn").ty), [target("AWS::IAM::Role", "Arn")]);
    assert_eq!(property(&task.body, "Family").replacement, Replacement::Always);
}

#[test]
fn the_keys_of_a_table() {
    let table = known("AWS::DynamoDB::Table");
    let keys = property(&table.body, "KeySchema");
    assert!(keys.required);
    assert_eq!(keys.replacement, Replacement::Maybe);
    let Type::List(list) = &keys.ty else { panic!("keys are a list") };
    assert_eq!((list.min, list.max, list.unique), (Some(1), Some(2), true));
    let Type::Object(number) = list.item else { panic!("a key is an object") };
    let key = &table.definitions[number];
    assert_eq!(key.name, "KeySchema");
    let Type::String(text) = &property(&key.body, "KeyType").ty else { panic!("a key's type is text") };
    assert_eq!(text.values, ["HASH", "RANGE"]);
}

#[test]
fn a_security_group() {
    let group = known("AWS::EC2::SecurityGroup");
    assert_eq!(group.ref_returns, ["Id"]);
    let id = group.attributes.iter().find(|attribute| attribute.name == "GroupId").expect("it has an id");
    assert_eq!(targets(&id.ty), [target("AWS::EC2::SecurityGroup", "Id")]);
    assert!(group.body.properties.iter().all(|property| property.name != "GroupId"));
    assert_eq!(targets(&property(&group.body, "VpcId").ty), [target("AWS::EC2::VPC", "VpcId")]);
    let Some(Rule::OneOf(sources)) = definition(&group, "Ingress").body.rules.first() else {
        panic!("a rule has one source")
    };
    assert!(sources.contains(&"CidrIp") && sources.contains(&"SourceSecurityGroupId"));

    let service = known("AWS::ECS::Service");
    let network = definition(&service, "AwsVpcConfiguration");
    let groups = property(&network.body, "SecurityGroups");
    assert_eq!(targets(&groups.ty), [target("AWS::EC2::SecurityGroup", "Id")]);
}

#[test]
fn numbers_with_allowed_values() {
    let group = known("AWS::Logs::LogGroup");
    let Type::Integer(days) = &property(&group.body, "RetentionInDays").ty else { panic!("days are whole") };
    assert!(days.values.contains(&30.0) && !days.values.contains(&31.0));
}

#[test]
fn documents_maps_and_open_objects() {
    assert_eq!(property(&known("AWS::IAM::Role").body, "AssumeRolePolicyDocument").ty, Type::Json);
    let function = known("AWS::Lambda::Function");
    let variables = property(&definition(&function, "Environment").body, "Variables");
    let Type::Map(map) = &variables.ty else { panic!("variables are a map") };
    assert!(matches!(map.value, Type::String(_)));
    let custom = known("AWS::CloudFormation::CustomResource");
    assert!(custom.body.open);
    assert_eq!(required(&custom.body), ["ServiceToken"]);
}

#[test]
fn references_to_what_another_resource_stands_for() {
    let attachment = known("AWS::SecretsManager::SecretTargetAttachment");
    assert_eq!(attachment.ref_names, Some(target("AWS::SecretsManager::Secret", "Id")));
    let listener = known("AWS::ElasticLoadBalancingV2::Listener");
    let certificate = property(&definition(&listener, "Certificate").body, "CertificateArn");
    let acm = target("AWS::CertificateManager::Certificate", "CertificateArn");
    assert!(targets(&certificate.ty).contains(&acm));
    let endpoint = known("AWS::RDS::DBInstance");
    assert!(endpoint.attributes.iter().any(|attribute| attribute.name == "Endpoint.Address"));
}

#[test]
fn types_of_a_transform() {
    let function = known("AWS::Serverless::Function");
    assert_eq!(function.transform, Some("AWS::Serverless-2016-10-31"));
    assert_eq!(known("AWS::S3::Bucket").transform, None);
}

#[test]
fn an_unknown_name_is_none() {
    for name in ["", "AWS::S3::", "AWS::S3::Bucke", "AWS::S3::Buckets", "aws::s3::bucket", "Ä"] {
        assert!(resource_type(name).is_none(), "{name}");
    }
    assert_eq!(service_types("nothing").len(), 0);
}

#[test]
fn names_are_sorted_and_grouped_by_service() {
    let names: Vec<&str> = resource_types().collect();
    assert!(names.len() > 1_850);
    assert!(names.is_sorted_by(|a, b| a < b));
    let all: Vec<&str> = services().collect();
    assert!(all.is_sorted_by(|a, b| a < b));
    let grouped: BTreeSet<&str> = all.iter().flat_map(|service| service_types(service)).collect();
    assert_eq!(grouped, names.iter().copied().collect());
    for service in &all {
        let mut parts = service_types(service).map(|name| name.split("::").nth(1).unwrap_or_default());
        assert!(parts.all(|part| part.to_lowercase() == *service), "{service}");
    }
}

#[test]
fn families_fit_a_registry() {
    let families: BTreeSet<&str> = services().map(family).collect();
    assert!(families.len() <= 285, "{}", families.len());
    assert_eq!(family("iotsitewise"), "iot");
    assert_eq!(family("kinesisfirehose"), "kinesis");
    assert_eq!(family("s3"), "s3");
}

/// Calls `see` with every type within a resource type.
fn each_type(resource: &ResourceType, see: &mut dyn FnMut(&Type)) {
    fn walk(ty: &Type, see: &mut dyn FnMut(&Type)) {
        see(ty);
        match ty {
            Type::List(list) => walk(&list.item, see),
            Type::Map(map) => walk(&map.value, see),
            Type::Union(parts) => parts.iter().for_each(|part| walk(part, see)),
            _ => {}
        }
    }
    let nested = resource.definitions.iter().map(|definition| &definition.body);
    for body in std::iter::once(&resource.body).chain(nested) {
        body.properties.iter().for_each(|property| walk(&property.ty, see));
    }
    resource.attributes.iter().for_each(|attribute| walk(&attribute.ty, see));
}

#[test]
fn every_type_is_whole() {
    let mut produced: BTreeSet<(&str, &str)> = BTreeSet::new();
    for name in resource_types() {
        let resource = known(name);
        produced.extend(resource.attributes.iter().map(|attribute| (name, attribute.name)));
        produced.extend(resource.ref_returns.iter().map(|returned| (name, *returned)));
    }
    for name in resource_types() {
        let resource = known(name);
        assert_eq!(resource.name, name);
        assert!(resource.definitions.is_sorted_by(|a, b| a.name < b.name), "{name}");
        assert!(resource.attributes.is_sorted_by(|a, b| a.name < b.name), "{name}");
        each_type(&resource, &mut |ty| match ty {
            Type::Object(number) => assert!(*number < resource.definitions.len(), "{name}"),
            Type::Union(parts) => assert!(parts.len() > 1, "{name}"),
            Type::String(text) => {
                for target in &text.targets {
                    assert!(produced.contains(&(target.resource, target.attribute)), "{name}: {target:?}");
                }
            }
            _ => {}
        });
        let nested = resource.definitions.iter().map(|definition| &definition.body);
        for body in std::iter::once(&resource.body).chain(nested) {
            assert!(body.properties.is_sorted_by(|a, b| a.name < b.name), "{name}");
            let names: BTreeSet<&str> = body.properties.iter().map(|property| property.name).collect();
            for rule in &body.rules {
                let mentioned: Vec<&str> = match rule {
                    Rule::AnyOf(list) | Rule::OneOf(list) => list.clone(),
                    Rule::Requires(first, list) | Rule::Excludes(first, list) => {
                        [&[*first], list.as_slice()].concat()
                    }
                    Rule::AnyGroup(groups) | Rule::OneGroup(groups) => groups.concat(),
                };
                assert!(mentioned.iter().all(|mention| names.contains(mention)), "{name}: {rule:?}");
            }
        }
        if let Some(tagging) = resource.tagging {
            property(&resource.body, tagging.property);
        }
    }
}

#[test]
fn facts_hold_no_prose() {
    for name in resource_types() {
        let resource = known(name);
        let mut words: Vec<&str> = resource.definitions.iter().map(|definition| definition.name).collect();
        words.extend(resource.body.properties.iter().map(|property| property.name));
        words.extend(resource.attributes.iter().map(|attribute| attribute.name));
        assert!(words.iter().all(|word| !word.contains(' ')), "{name}");
        each_type(&resource, &mut |ty| {
            if let Type::String(text) = ty {
                assert!(text.values.iter().all(|value| value.len() < 140), "{name}: {:?}", text.values);
            }
        });
    }
}
