//! What validation says about templates that are wrong in one place, and that it says nothing where they are right.

use formwork_assembly::Diagnostic;
use formwork_synth::{Template, cycles, validate};
use serde_json::{Value as Json, json};

/// A template with these sections beside a queue, a table and a function to refer to.
fn template(sections: Json) -> Template {
    let mut template = json!({
        "Parameters": { "Text": { "Type": "String" }, "Subnets": { "Type": "List<AWS::EC2::Subnet::Id>" } },
        "Mappings": { "Sizes": { "small": { "Cpu": "256" } } },
        "Conditions": { "IsProd": { "Fn::Equals": [{ "Ref": "Text" }, "prod"] } },
        "Resources": {
            "Queue": { "Type": "AWS::SQS::Queue" },
            "Hook": { "Type": "Custom::Hook", "Properties": { "ServiceToken": "arn" } },
            "Nested": { "Type": "AWS::CloudFormation::Stack", "Properties": { "TemplateURL": "https://example.com/a" } },
        },
    });
    for (section, entries) in sections.as_object().expect("sections") {
        match entries {
            Json::Object(entries) if template[section].is_object() => {
                for (name, entry) in entries {
                    template[section][name] = entry.clone();
                }
            }
            entries => template[section] = entries.clone(),
        }
    }
    Template::from(template)
}

/// The findings about one resource.
fn about(resource: Json) -> Vec<Diagnostic> {
    validate(&template(json!({ "Resources": { "It": resource } })))
}

/// The findings about one output.
fn about_value(value: Json) -> Vec<Diagnostic> {
    validate(&template(json!({ "Outputs": { "It": { "Value": value } } })))
}

fn lines(findings: &[Diagnostic]) -> Vec<String> {
    let line = |one: &Diagnostic| {
        let property = one.property.as_deref().unwrap_or("-");
        format!("{} {property}: {} ({})", one.code, one.message, one.help.as_deref().unwrap_or("-"))
    };
    findings.iter().map(line).collect()
}

#[test]
fn a_misspelt_property_is_named_with_what_was_meant() {
    let findings = about(
        json!({ "Type": "AWS::SQS::Queue", "Properties": { "QueueNme": "a", "Tags": [{ "Key": "a", "Valeu": "b" }] } }),
    );
    assert_eq!(
        lines(&findings),
        [
            "FW3002 Properties/QueueNme: `SQS::Queue` has no property `QueueNme` (did you mean `QueueName`?)",
            "FW3002 Properties/Tags/0/Valeu: `Tag` of `SQS::Queue` has no property `Valeu` (did you mean `Value`?)",
            "FW3003 Properties/Tags/0: `Tag` of `SQS::Queue` needs the property `Value` (was `Valeu` meant to be `Value`?)",
        ]
    );
    assert!(findings.iter().all(|finding| finding.path.as_deref() == Some("It")));
}

#[test]
fn messages_say_what_was_got_and_what_is_allowed() {
    let cases = [
        (
            json!({ "Type": "AWS::DynamoDB::Table", "Properties": {
                "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
                "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
                "BillingMode": "PAY_PER_REQEST",
            } }),
            "FW3006 Properties/BillingMode: `BillingMode` is `PAY_PER_REQEST`, which is not allowed \
             (did you mean `PAY_PER_REQUEST`?; allowed is `PAY_PER_REQUEST` or `PROVISIONED`)",
        ),
        (
            json!({ "Type": "AWS::Lambda::Function", "Properties": {
                "Code": { "ZipFile": "x" }, "Role": "arn:aws:iam::123456789012:role/x", "Handler": "x", "Runtime": "nodejs98.x",
            } }),
            "FW3006 Properties/Runtime: `Runtime` is `nodejs98.x`, which is not allowed as far as this release knows (did you mean `nodejs18.x`?)",
        ),
        (
            json!({ "Type": "AWS::SQS::Queue", "Properties": { "VisibilityTimeout": 43_201 } }),
            "FW3009 Properties/VisibilityTimeout: `VisibilityTimeout` is `43201`, out of bounds (allowed is `0` to `43200`)",
        ),
        (
            json!({ "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": "soon" } }),
            "FW3005 Properties/DelaySeconds: `DelaySeconds` is text `soon`, and takes a whole number (write a whole number)",
        ),
        (
            json!({ "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": { "Fn::GetAZs": "" } } }),
            "FW3005 Properties/DelaySeconds: `DelaySeconds` is what `Fn::GetAZs` answers, a list, and takes a whole number (choose one item with `Fn::Select`, or join all with `Fn::Join`)",
        ),
        (
            json!({ "Type": "AWS::SQS::Qeue" }),
            "FW3001 Type: there is no resource type `AWS::SQS::Qeue` (did you mean `AWS::SQS::Queue`?)",
        ),
        (
            json!({ "Type": "AWS::SQS::Queue", "Properties": { "Arn": "x" } }),
            "FW3004 Properties/Arn: `Arn` of `SQS::Queue` is set by AWS and cannot be given (remove it; other resources read it with `Fn::GetAtt` of `Arn`)",
        ),
        (
            json!({ "Type": "AWS::SQS::Queue", "Propertys": {} }),
            "FW3030 Propertys: a resource has no part `Propertys` (did you mean `Properties`?)",
        ),
        (
            json!({ "Type": "AWS::SQS::Queue", "DeletionPolicy": "Snapshot" }),
            "FW3031 DeletionPolicy: `DeletionPolicy` is `Snapshot`, which is not allowed here \
             (AWS takes snapshots of databases, caches and volumes only; allowed is `Delete`, `Retain` or `RetainExceptOnCreate`)",
        ),
        (
            json!({ "Type": "AWS::SQS::Queue", "DependsOn": ["It"] }),
            "FW3032 DependsOn/0: `It` depends on itself (remove it from `DependsOn`)",
        ),
        (
            json!({ "Type": "AWS::SQS::Queue", "Condition": "IsPord" }),
            "FW3026 Condition: there is no condition `IsPord` (did you mean `IsProd`?)",
        ),
    ];
    for (resource, expected) in cases {
        assert_eq!(lines(&about(resource)).first().map(String::as_str), Some(expected));
    }
}

#[test]
fn a_secret_is_never_shown() {
    let password = json!({ "Type": "AWS::RDS::DBCluster", "Properties": { "Engine": "aurora-postgresql", "MasterUsername": "admin", "MasterUserPassword": ["hunter2"] } });
    let findings = about(password);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(!format!("{findings:?}").contains("hunter2"));
}

#[test]
fn values_are_converted_as_cloudformation_does() {
    let queue = json!({ "Type": "AWS::SQS::Queue", "Properties": {
        "QueueName": 17, "DelaySeconds": "5", "SqsManagedSseEnabled": "true", "MaximumMessageSize": 2048.0,
        "KmsMasterKeyId": true,
    } });
    assert_eq!(lines(&about(queue)), [""; 0]);
}

#[test]
fn a_condition_is_looked_through() {
    let chosen = |yes: Json, no: Json| {
        about(
            json!({ "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": { "Fn::If": ["IsProd", yes, no] } } }),
        )
    };
    assert_eq!(lines(&chosen(json!(5), json!({ "Ref": "AWS::NoValue" }))), [""; 0]);
    let wrong = lines(&chosen(json!(901), json!([])));
    assert!(
        wrong[0].starts_with("FW3009 Properties/DelaySeconds/Fn::If/1: `DelaySeconds` is `901`"),
        "{wrong:?}"
    );
    assert!(
        wrong[1].starts_with("FW3005 Properties/DelaySeconds/Fn::If/2: `DelaySeconds` is a list, and takes"),
        "{wrong:?}"
    );
}

#[test]
fn what_a_condition_may_remove_is_not_counted_on() {
    let maybe = json!({ "Fn::If": ["IsProd", "x", { "Ref": "AWS::NoValue" }] });
    let stream = json!({ "Type": "AWS::S3::Bucket", "Properties": {
        "LifecycleConfiguration": { "Rules": [{ "Status": maybe, "ExpirationInDays": 1 }] },
    } });
    let codes: Vec<_> = about(stream).iter().map(|finding| finding.code.to_string()).collect();
    assert_eq!(codes, ["FW3006"], "`x` is no status, but one may be set");
}

#[test]
fn functions_are_checked() {
    let wrong = [
        (json!({ "Ref": "Qeue" }), "FW3024"),
        (json!({ "Ref": "IsProd" }), "FW3024"),
        (json!({ "Ref": ["Queue"] }), "FW3021"),
        (json!({ "Fn::GetAtt": ["Queue", "Anr"] }), "FW3025"),
        (json!({ "Fn::GetAtt": "Queue.Anr" }), "FW3025"),
        (json!({ "Fn::GetAtt": "Queue" }), "FW3021"),
        (json!({ "Fn::GetAtt": ["Text", "Arn"] }), "FW3024"),
        (json!({ "Fn::Sub": "${Qeue}" }), "FW3024"),
        (json!({ "Fn::Sub": "${Queue.Anr}" }), "FW3025"),
        (json!({ "Fn::Sub": "${a b}" }), "FW3021"),
        (json!({ "Fn::Sub": ["a"], "x": 1 }), "FW3042"),
        (json!({ "Fn::Sub": ["${Mine} ${Other}", { "Mine": "a" }] }), "FW3024"),
        (json!({ "Fn::Join": ["", "a"] }), "FW3021"),
        (json!({ "Fn::Join": [""] }), "FW3021"),
        (json!({ "Fn::Join": [{ "Ref": "Text" }, []] }), "FW3021"),
        (json!({ "Fn::Join": ["", [{ "Ref": "Subnets" }]] }), "FW3021"),
        (json!({ "Fn::Join": ["", { "Ref": "Text" }] }), "FW3021"),
        (json!({ "Fn::Select": [2, ["a", "b"]] }), "FW3021"),
        (json!({ "Fn::Select": ["x", ["a"]] }), "FW3021"),
        (json!({ "Fn::Select": [-1, ["a"]] }), "FW3021"),
        (json!({ "Fn::Split": [",", "a,b"] }), "FW3042"),
        (json!({ "Fn::Select": [0, { "Fn::Split": [":", "{{resolve:ssm:a}}"] }] }), "FW3021"),
        (json!({ "Fn::If": ["Other", "a", "b"] }), "FW3026"),
        (json!({ "Fn::If": ["IsProd", "a"] }), "FW3021"),
        (json!({ "Fn::FindInMap": ["Size", "small", "Cpu"] }), "FW3027"),
        (json!({ "Fn::FindInMap": ["Sizes", "smal", "Cpu"] }), "FW3027"),
        (json!({ "Fn::FindInMap": ["Sizes", { "Ref": "Text" }, "Gpu"] }), "FW3027"),
        (json!({ "Fn::FindInMap": ["Sizes", "small"] }), "FW3021"),
        (json!({ "Fn::FindInMap": ["Sizes", "x", "Cpu", { "DefaultValue": 1 }] }), "FW3028"),
        (json!({ "Fn::ImportValue": { "Ref": "Queue" } }), "FW3022"),
        (json!({ "Fn::ImportValue": [] }), "FW3021"),
        (json!({ "Fn::GetStackOutput": { "StackName": "a" } }), "FW3021"),
        (json!({ "Fn::Length": ["a"] }), "FW3028"),
        (json!({ "Fn::ToJsonString": {} }), "FW3028"),
        (json!({ "Fn::Base64": ["a"] }), "FW3021"),
        (json!({ "Fn::Cidr": ["10.0.0.0/16", 300, 8] }), "FW3021"),
        (json!({ "Fn::Equals": ["a", "b"] }), "FW3022"),
        (json!({ "Fn::Jion": ["", []] }), "FW3020"),
        (json!({ "Fn::Transform": { "Nmae": "x" } }), "FW3021"),
        (json!("{{resolve:smm:name}}"), "FW3016"),
        (json!("{{resolve:ssm:name:latest}}"), "FW3016"),
        (json!("{{resolve:secretsmanager:}}"), "FW3016"),
    ];
    for (value, code) in wrong {
        let found = lines(&about_value(value.clone()));
        assert!(found.first().is_some_and(|line| line.starts_with(code)), "{value}: {found:?}");
    }
}

#[test]
fn right_functions_have_no_finding() {
    let right = [
        json!({ "Ref": "AWS::Region" }),
        json!({ "Fn::GetAtt": ["Hook", "Anything.at.all"] }),
        json!({ "Fn::GetAtt": "Nested.Outputs.Url" }),
        json!({ "Fn::Sub": "${!Literal} ${AWS::Region} ${Queue.Arn} ${Queue} $ { ${Text}" }),
        json!({ "Fn::Sub": ["${Mine}-${Text}", { "Mine": { "Ref": "Queue" } }] }),
        json!({ "Fn::Join": [",", { "Ref": "Subnets" }] }),
        json!({ "Fn::Select": ["0", { "Fn::Split": [",", { "Ref": "Text" }] }] }),
        json!({ "Fn::FindInMap": ["Sizes", { "Ref": "AWS::Region" }, "Cpu"] }),
        json!({ "Fn::ImportValue": { "Fn::Sub": "${Text}-vpc" } }),
        json!({ "Fn::GetStackOutput": { "StackName": "a", "OutputName": "b", "Region": "eu-west-1" } }),
        json!({ "Fn::Base64": { "Fn::Sub": "${AWS::StackName}" } }),
        json!({ "Fn::Select": [0, { "Fn::Cidr": ["10.0.0.0/16", 6, "8"] }] }),
        json!("{{resolve:ssm:/a/b.c-d:3}}"),
        json!(
            "{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-b:SecretString:password}}"
        ),
    ];
    for value in right {
        assert_eq!(lines(&about_value(value)), [""; 0]);
    }
}

#[test]
fn sections_are_checked() {
    let wrong = [
        (json!({ "Resource": {} }), "FW3040 Resource"),
        (json!({ "AWSTemplateFormatVersion": "2010-09-10" }), "FW3040 AWSTemplateFormatVersion"),
        (json!({ "Parameters": { "A": { "Type": "Sting" } } }), "FW3041 Parameters/A"),
        (
            json!({ "Parameters": { "A": { "Type": "String", "Default": { "Ref": "Text" } } } }),
            "FW3022 Parameters/A/Default",
        ),
        (
            json!({ "Parameters": { "A": { "Type": "String", "Default": "c", "AllowedValues": ["a", "b"] } } }),
            "FW3041 Parameters/A/Default",
        ),
        (
            json!({ "Parameters": { "A": { "Type": "String", "Default": "c1", "AllowedPattern": "^[a-z]+$" } } }),
            "FW3041 Parameters/A/Default",
        ),
        (
            json!({ "Parameters": { "A": { "Type": "Number", "Default": 11, "MaxValue": 10 } } }),
            "FW3041 Parameters/A/Default",
        ),
        (
            json!({ "Parameters": { "A": { "Type": "String", "MinLength": 5, "MaxLength": 4 } } }),
            "FW3041 Parameters/A",
        ),
        (json!({ "Mappings": { "A": { "b": "c" } } }), "FW3043 Mappings/A/b"),
        (json!({ "Mappings": { "A": { "b": { "c": { "Ref": "Text" } } } } }), "FW3022 Mappings/A/b/c"),
        (json!({ "Conditions": { "A": { "Ref": "Text" } } }), "FW3044 Conditions/A/Ref"),
        (
            json!({ "Conditions": { "A": { "Fn::Equals": [{ "Ref": "Queue" }, "x"] } } }),
            "FW3022 Conditions/A/Fn::Equals/0/Ref",
        ),
        (json!({ "Conditions": { "A": { "Fn::Equals": ["x"] } } }), "FW3021 Conditions/A/Fn::Equals"),
        (
            json!({ "Conditions": { "A": { "Fn::Not": [{ "Condition": "B" }] } } }),
            "FW3026 Conditions/A/Fn::Not/0",
        ),
        (json!({ "Conditions": { "A": { "Fn::Not": [{ "Condition": "A" }] } } }), "FW3045 Conditions"),
        (json!({ "Rules": { "A": { "Assertion": [] } } }), "FW3046 Rules/A/Assertions"),
        (json!({ "Outputs": { "A": { "Valeu": "x" } } }), "FW3042 Outputs/A"),
        (json!({ "Outputs": { "A": { "Value": ["x"] } } }), "FW3042 Outputs/A/Value"),
        (json!({ "Outputs": { "A": { "Value": { "Ref": "AWS::NoValue" } } } }), "FW3042 Outputs/A/Value"),
        (
            json!({ "Outputs": { "A": { "Value": "x", "Export": { "Name": { "Ref": "Queue" } } } } }),
            "FW3022 Outputs/A/Export/Name/Ref",
        ),
        (json!({ "Outputs": { "A-B": { "Value": "x" } } }), "FW4004 Outputs/A-B"),
        (json!({ "Description": "x".repeat(1_025) }), "FW4005 Description"),
    ];
    for (sections, start) in wrong {
        let found = lines(&validate(&template(sections.clone())));
        assert!(found.iter().any(|line| line.starts_with(&format!("{start}:"))), "{sections}: {found:?}");
    }
}

#[test]
fn exports_of_one_name_are_found() {
    let export = json!({ "Value": "x", "Export": { "Name": { "Fn::Sub": "${AWS::StackName}-a" } } });
    let findings = validate(&template(json!({ "Outputs": { "A": export, "B": export } })));
    assert_eq!(
        lines(&findings),
        [
            "FW3047 Outputs/B: `A` and `B` are exported under one name (the name of an export is the only one in its account and region)"
        ]
    );
}

#[test]
fn limits_are_counted() {
    let many = |count: usize| -> Json {
        let queue = |index| (format!("Q{index}"), json!({ "Type": "AWS::SQS::Queue" }));
        json!({ "Resources": Json::Object((0..count).map(queue).collect()) })
    };
    assert!(validate(&Template::from(many(500))).is_empty());
    assert_eq!(
        lines(&validate(&Template::from(many(501)))),
        [
            "FW4003 -: the template has 501 resources (CloudFormation takes 500 at most: move some to another stack)"
        ]
    );
    assert_eq!(validate(&Template::from(json!({ "Resources": {} })))[0].code, "FW3048");
    assert_eq!(validate(&Template::from(json!([])))[0].code, "FW3040");
}

#[test]
fn circles_are_named_in_full() {
    let uses = |other: &str| json!({ "Type": "AWS::SQS::Queue", "Properties": { "QueueName": { "Fn::Sub": format!("${{{other}.Arn}}") } } });
    let circle = Template::from(
        json!({ "Resources": { "A": uses("B"), "B": uses("C"), "C": uses("A"), "D": uses("A") } }),
    );
    assert_eq!(cycles(&circle), [[0, 1, 2]]);
    assert_eq!(validate(&circle)[0].message, "resources wait for each other: `A` → `B` → `C` → `A`");
    let itself = Template::from(json!({ "Resources": { "A": uses("A") } }));
    assert_eq!(cycles(&itself), [[0]]);
}

#[test]
fn transforms_keep_their_secrets() {
    let right = [
        // A macro may turn anything into anything.
        json!({ "Transform": "MyMacro", "Resources": { "A": { "Type": "My", "Properties": { "x": { "Ref": "Nobody" } } } } }),
        // The serverless transform makes roles and stages.
        json!({ "Transform": "AWS::Serverless-2016-10-31", "Globals": {}, "Resources": { "It": { "Type": "AWS::Serverless::Function" } },
                "Outputs": { "A": { "Value": { "Fn::GetAtt": ["ItRole", "Arn"] } } } }),
        // A loop makes resources of names that are not there yet.
        json!({ "Transform": "AWS::LanguageExtensions", "Resources": { "Fn::ForEach::Topics": ["Name", ["A", "B"], { "Topic${Name}": { "Type": "AWS::SNS::Topic" } }] },
                "Outputs": { "A": { "Value": { "Ref": "TopicA" } }, "B": { "Value": { "Fn::Length": { "Ref": "Subnets" } } } } }),
        // So does a module.
        json!({ "Resources": { "It": { "Type": "My::Own::Thing::MODULE" }, "Other": { "Type": "Third::Party::Thing", "DependsOn": "ItBucket" } } }),
    ];
    for sections in right {
        assert_eq!(lines(&validate(&template(sections))), [""; 0]);
    }
    let without = json!({ "Resources": { "It": { "Type": "AWS::Serverless::Function", "Properties": { "CodeUri": "." } } } });
    assert_eq!(validate(&template(without))[0].code, "FW3028");
}
