//! `diff` from outside: two assembly folders in, text, Markdown, JSON and an exit code out.

mod access;
mod laws;

use std::{ffi::OsString, fs, path::Path};

use formwork_assembly::{Assembly, AssetFiles, Place, ResourceOrigin, Stack, folder};
use formwork_cli::{Surroundings, run};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What a command line left behind.
struct Run {
    code: u8,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).expect("is JSON")
    }
}

/// Two folders, `old` and `new`, of one stack each.
fn folders(old: &Value, new: &Value) -> TempDir {
    let base = tempfile::tempdir().expect("a temporary directory");
    for (name, template) in [("old", old), ("new", new)] {
        write(&base, name, &assembly(vec![stack("Shop", template)]));
    }
    base
}

fn write(base: &TempDir, name: &str, assembly: &Assembly) {
    folder::write(&base.path().join(name), assembly, &AssetFiles::new(base.path())).expect("is written");
}

fn assembly(stacks: Vec<Stack>) -> Assembly {
    Assembly { app: "shop".to_owned(), stage: "prod".to_owned(), stacks, ..Assembly::default() }
}

fn stack(id: &str, template: &Value) -> Stack {
    let ids = template["Resources"].as_object().into_iter().flat_map(|resources| resources.keys());
    let origin = |(line, logical_id): (u32, &String)| ResourceOrigin {
        logical_id: logical_id.clone(),
        path: format!("{id}/{logical_id}"),
        at: Some(Place { file: "src/main.rs".into(), line, column: 5 }),
    };
    Stack {
        id: id.to_owned(),
        name: format!("shop-prod-{id}"),
        account: None,
        region: None,
        template: template.to_string(),
        tags: Vec::new(),
        termination_protection: true,
        dependencies: Vec::new(),
        assets: Vec::new(),
        resources: (10..).zip(ids).map(origin).collect(),
        ..Stack::default()
    }
}

fn diff(base: &Path, args: &[&str]) -> Run {
    let all = ["formwork", "diff", "--assembly", "new", "--against", "old"];
    let args: Vec<OsString> = all.iter().chain(args).map(OsString::from).collect();
    let around = Surroundings { directory: base.to_owned(), ..Surroundings::default() };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(None, args, &around, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("is UTF-8");
    Run { code, out: text(out), err: text(err) }
}

/// The differences of two sets of resources, as JSON.
fn between(old: Value, new: Value) -> Value {
    let base = folders(&json!({ "Resources": old }), &json!({ "Resources": new }));
    diff(base.path(), &["--format", "json"]).json()
}

/// Grade of the one resource that differs.
fn grade(old: Value, new: Value) -> String {
    let diff = between(json!({ "It": old }), json!({ "It": new }));
    diff["stacks"][0]["resources"][0]["grade"].as_str().expect("differs").to_owned()
}

macro_rules! assert_snapshot {
    ($name:literal, $value:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/cli"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!($name, $value));
    }};
}

/// A shop with something of everything.
fn shop() -> (Value, Value) {
    let old = json!({
        "Parameters": { "Password": { "Type": "String", "NoEcho": true, "Default": "hunter1" } },
        "Resources": {
            "Vpc": { "Type": "AWS::EC2::VPC", "Properties": { "CidrBlock": "10.0.0.0/16" } },
            "Subnet": { "Type": "AWS::EC2::Subnet", "Properties": { "VpcId": { "Ref": "Vpc" }, "CidrBlock": "10.0.0.0/24" } },
            "Group": { "Type": "AWS::EC2::SecurityGroup", "Properties": { "GroupDescription": "web", "VpcId": "vpc-1" } },
            "Orders": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "TableName": "orders",
                    "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
                    "Tags": [{ "Key": "owner", "Value": "web team" }],
                },
            },
            "Kept": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "Retain",
                "UpdateReplacePolicy": "Retain",
                "Properties": { "BucketName": "kept-1" },
            },
            "Role": {
                "Type": "AWS::IAM::Policy",
                "Properties": {
                    "PolicyName": "orders",
                    "PolicyDocument": { "Statement": [
                        { "Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"], "Resource": { "Fn::GetAtt": ["Orders", "Arn"] } },
                    ] },
                },
            },
            "Mails": { "Type": "AWS::SQS::Queue", "Properties": { "QueueName": "mails" } },
            "Task": {
                "Type": "AWS::ECS::TaskDefinition",
                "Properties": { "ContainerDefinitions": [
                    { "Name": "app", "Image": "app:1", "Environment": [{ "Name": "DB_PASSWORD", "Value": "hunter2" }] },
                ] },
            },
            "Old": { "Type": "AWS::SNS::Topic", "Properties": { "TopicName": "old" } },
        },
        "Outputs": { "Url": { "Value": "http://a.example.com" } },
    });
    let mut new = old.clone();
    new["Parameters"]["Password"]["Default"] = json!("hunter3");
    new["Outputs"]["Url"]["Value"] = json!("https://a.example.com");
    let resources = &mut new["Resources"];
    resources["Vpc"]["Properties"]["CidrBlock"] = json!("10.1.0.0/16");
    resources["Group"]["Properties"]["SecurityGroupIngress"] =
        json!([{ "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0" }]);
    resources["Orders"]["Properties"]["TableName"] = json!("all-orders");
    resources["Orders"]["Properties"]["Tags"][0]["Value"] = json!("shop team");
    resources["Kept"]["Properties"]["BucketName"] = json!("kept-2");
    resources["Role"]["Properties"]["PolicyDocument"]["Statement"][0]["Action"] =
        json!(["dynamodb:GetItem", "dynamodb:DeleteTable"]);
    let container = &mut resources["Task"]["Properties"]["ContainerDefinitions"][0];
    container["Image"] = json!("app:2");
    container["Environment"][0]["Value"] = json!("hunter4");
    let map = resources.as_object_mut().expect("is an object");
    let mails = map.shift_remove("Mails").expect("is there");
    map.insert("Letters".to_owned(), mails);
    map.shift_remove("Old");
    let key = json!({ "Type": "AWS::KMS::Key", "Properties": { "EnableKeyRotation": true } });
    map.insert("Key".to_owned(), key);
    (old, new)
}

#[test]
fn tells_all_that_differs_the_gravest_first() {
    let (old, new) = shop();
    let base = folders(&old, &new);
    let text = diff(base.path(), &[]);
    assert_eq!((text.code, text.err.as_str()), (0, ""));
    assert_snapshot!("diff", text.out);
    assert_snapshot!("diff_markdown", diff(base.path(), &["--format", "markdown"]).out);
    assert_snapshot!("diff_json", diff(base.path(), &["--format", "json"]).out);
}

#[test]
fn secrets_are_never_shown() {
    let (old, new) = shop();
    let base = folders(&old, &new);
    for format in ["text", "json", "markdown"] {
        let run = diff(base.path(), &["--format", format]);
        assert!(!(run.out + &run.err).contains("hunter"), "{format}");
    }
    let output = |value: &str| json!({ "Outputs": { "AdminPassword": { "Value": value } } });
    let run = diff(folders(&output("hunter2"), &output("hunter3")).path(), &[]);
    assert!(run.out.contains("AdminPassword") && !run.out.contains("hunter"), "{}", run.out);
    let tunnel = |key: &str| json!({ "Type": "AWS::EC2::VPNConnection", "Properties": { "Type": "ipsec.1", "VpnTunnelOptionsSpecifications": [{ "PreSharedKey": key }] } });
    let changed = between(json!({ "Tunnel": tunnel("hunter2") }), json!({ "Tunnel": tunnel("hunter3") }));
    assert!(
        changed["stacks"][0]["resources"][0]["changes"].is_array() && !changed.to_string().contains("hunter")
    );
    let bare = json!({ "Type": "AWS::EC2::VPNConnection", "Properties": { "Type": "ipsec.1" } });
    let added = between(json!({ "Tunnel": bare }), json!({ "Tunnel": tunnel("hunter2") })).to_string();
    assert!(added.contains("PreSharedKey") && !added.contains("hunter"), "{added}");
    let user = |passwords: &[&str]| json!({ "Type": "AWS::ElastiCache::User", "Properties": { "Passwords": passwords } });
    for new in [&["hunter3"][..], &["hunter2", "hunter3"]] {
        let changed =
            between(json!({ "User": user(&["hunter2"]) }), json!({ "User": user(new) })).to_string();
        assert!(changed.contains("Passwords") && !changed.contains("hunter"), "{changed}");
    }
    let restored =
        |from: &str| json!({ "Type": "AWS::RDS::DBCluster", "Properties": { "SnapshotIdentifier": from } });
    let changed = between(json!({ "Db": restored("monday") }), json!({ "Db": restored("friday") }));
    assert!(changed.to_string().contains("friday"), "AWS never returns it, but it is no secret");
    let literal = |password: &str| json!({ "Type": "AWS::RDS::DBCluster", "Properties": { "Engine": "aurora-postgresql", "MasterUserPassword": password } });
    let changed = between(json!({ "Db": literal("hunter2") }), json!({ "Db": literal("hunter3") }));
    assert_eq!(changed["stacks"][0]["resources"][0]["changes"][0]["after"], "(hidden)");
    let dynamic = "{{resolve:secretsmanager:db:SecretString:password}}";
    let changed = between(json!({ "Db": literal("hunter2") }), json!({ "Db": literal(dynamic) }));
    assert_eq!(changed["stacks"][0]["resources"][0]["changes"][0]["after"], dynamic);
}

#[test]
fn the_facts_and_policies_grade_a_change() {
    let table = |name: &str, class: &str, policy: &str| {
        json!({
            "Type": "AWS::DynamoDB::Table",
            "Properties": { "TableName": name, "TableClass": class },
            "DeletionPolicy": policy, "UpdateReplacePolicy": policy,
        })
    };
    let plain = table("a", "STANDARD", "Delete");
    assert_eq!(grade(plain.clone(), table("a", "STANDARD_INFREQUENT_ACCESS", "Delete")), "in-place");
    assert_eq!(grade(plain.clone(), table("b", "STANDARD", "Delete")), "destroys");
    assert_eq!(grade(table("a", "STANDARD", "Retain"), table("b", "STANDARD", "Retain")), "replaces");
    assert_eq!(grade(table("a", "STANDARD", "Retain"), table("b", "STANDARD", "Delete")), "destroys");
    assert_eq!(grade(plain.clone(), json!({ "Type": "AWS::SNS::Topic" })), "destroys", "another type");
    let topic = |name: &str, shown: &str| json!({ "Type": "AWS::SNS::Topic", "Properties": { "TopicName": name, "Tags": [{ "Key": "a", "Value": shown }] } });
    assert_eq!(grade(topic("a", "x"), topic("a", "y")), "cosmetic");
    assert_eq!(grade(topic("a", "x"), topic("b", "x")), "replaces");
    let server = |class: &str, text: &str| json!({ "Type": "AWS::RDS::DBInstance", "Properties": { "DBInstanceClass": class, "PreferredBackupWindow": text } });
    assert_eq!(
        grade(server("db.m7g.large", "01:00-02:00"), server("db.m7g.xlarge", "01:00-02:00")),
        "interrupts"
    );
    assert_eq!(
        grade(server("db.m7g.large", "01:00-02:00"), server("db.m7g.large", "03:00-04:00")),
        "in-place"
    );
    let custom = |value: u8| json!({ "Type": "Custom::Thing", "Properties": { "Value": value } });
    assert_eq!(grade(custom(1), custom(2)), "may-replace", "nothing is known about the type");
    let description =
        |text: &str| json!({ "Type": "AWS::EC2::SecurityGroup", "Properties": { "GroupDescription": text } });
    assert_eq!(grade(description("a"), description("b")), "replaces", "this description cannot be changed");
}

#[test]
fn removal_is_graded_by_what_is_lost() {
    let removed = |resource: Value| {
        let diff = between(json!({ "It": resource }), json!({}));
        diff["stacks"][0]["resources"][0]["grade"].clone()
    };
    assert_eq!(removed(json!({ "Type": "AWS::S3::Bucket" })), "destroys");
    assert_eq!(removed(json!({ "Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain" })), "removes");
    assert_eq!(removed(json!({ "Type": "AWS::RDS::DBCluster" })), "removes", "a snapshot is the default");
    assert_eq!(removed(json!({ "Type": "AWS::RDS::DBCluster", "DeletionPolicy": "Delete" })), "destroys");
    assert_eq!(removed(json!({ "Type": "AWS::SNS::Topic" })), "removes");
}

#[test]
fn what_names_a_replaced_resource_follows() {
    let (old, new) = shop();
    let base = folders(&old, &new);
    let diff = diff(base.path(), &["--format", "json"]).json();
    let resources = diff["stacks"][0]["resources"].as_array().expect("has resources");
    let subnet = resources.iter().find(|one| one["logicalId"] == "Subnet").expect("follows");
    assert_eq!(subnet["grade"], "replaces");
    assert_eq!(subnet["changes"], json!([{ "path": "VpcId", "grade": "replaces", "follows": "Vpc" }]));
}

#[test]
fn data_behind_a_replaced_network_is_told() {
    let all = |block: &str| {
        json!({
            "Vpc": { "Type": "AWS::EC2::VPC", "Properties": { "CidrBlock": block } },
            "Files": {
                "Type": "AWS::EFS::AccessPoint",
                "Properties": { "FileSystemId": { "Ref": "Store" } },
            },
            "Store": {
                "Type": "AWS::EFS::FileSystem",
                "Properties": { "AvailabilityZoneName": { "Fn::GetAtt": ["Vpc", "DefaultNetworkAcl"] } },
            },
        })
    };
    let diff = between(all("10.0.0.0/16"), all("10.1.0.0/16"));
    let kinds: Vec<&Value> =
        diff["highlights"].as_array().expect("has some").iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds[0], "may-destroy-data", "{diff:#}");
}

#[test]
fn what_stands_on_a_condition_or_mapping_follows() {
    let template = |zone: &str, stage: &str| {
        json!({
            "Mappings": { "Zones": { "all": { "first": zone } } },
            "Conditions": {
                "IsProd": { "Fn::Equals": [{ "Ref": "AWS::Region" }, stage] },
                "HasData": { "Fn::And": [{ "Condition": "IsProd" }, { "Condition": "IsProd" }] },
            },
            "Resources": {
                "Files": { "Type": "AWS::S3::Bucket", "Condition": "HasData" },
                "Subnet": {
                    "Type": "AWS::EC2::Subnet",
                    "Properties": { "AvailabilityZone": { "Fn::FindInMap": ["Zones", "all", "first"] } },
                },
                "Topic": { "Type": "AWS::SNS::Topic" },
            },
        })
    };
    let grades = |new: Value| {
        let base = folders(&template("a", "b"), &new);
        let diff = diff(base.path(), &["--format", "json"]).json();
        let all = diff["stacks"][0]["resources"].as_array().cloned().unwrap_or_default();
        let grade = |one: &Value| format!("{} {}", one["logicalId"], one["grade"]).replace('"', "");
        all.iter().map(grade).collect::<Vec<_>>()
    };
    assert_eq!(grades(template("b", "b")), ["Subnet may-replace"]);
    assert_eq!(grades(template("a", "c")), ["Files may-destroy"]);
}

#[test]
fn exposure_and_protection_are_told() {
    let all = |public: bool| {
        let (scheme, policy) = if public { ("internet-facing", "Delete") } else { ("internal", "Retain") };
        let principal = if public { json!("*") } else { json!({ "AWS": "arn:aws:iam::111111111111:root" }) };
        json!({
            "Balancer": { "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": { "Scheme": scheme } },
            "Db": { "Type": "AWS::RDS::DBInstance", "Properties": { "PubliclyAccessible": public } },
            "Files": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": policy,
                "Properties": { "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": !public, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
                } },
            },
            "FilesPolicy": { "Type": "AWS::S3::BucketPolicy", "Properties": { "Bucket": { "Ref": "Files" }, "PolicyDocument": {
                "Statement": { "Effect": "Allow", "Action": "s3:GetObject", "Principal": principal, "Resource": "*" },
            } } },
        })
    };
    let kinds = |old: Value, new: Value, kind: &str| {
        let diff = between(old, new);
        let all = diff["highlights"].as_array().cloned().unwrap_or_default();
        all.iter().filter(|one| one["kind"] == kind).map(|one| one["path"].clone()).collect::<Vec<_>>()
    };
    let public = ["Shop/Balancer", "Shop/Db", "Shop/Files", "Shop/FilesPolicy"];
    assert_eq!(kinds(all(false), all(true), "public"), public);
    assert_eq!(kinds(all(false), all(true), "loses-protection"), ["Shop/Files"]);
    assert_eq!(kinds(all(false), all(true), "grants"), ["Shop/FilesPolicy"]);
    assert!(kinds(all(true), all(false), "public").is_empty());
    assert!(kinds(all(true), all(true), "public").is_empty(), "was so before");
}

#[test]
fn the_order_of_what_has_none_is_cosmetic() {
    let group = |groups: [&str; 2]| json!({ "Type": "AWS::EC2::NetworkInterface", "Properties": { "SubnetId": "s", "GroupSet": groups } });
    let zones = |names: [&str; 2]| json!({ "Type": "AWS::ECS::TaskDefinition", "Properties": { "RequiresCompatibilities": names } });
    assert_eq!(grade(zones(["EC2", "FARGATE"]), zones(["FARGATE", "EC2"])), "cosmetic");
    assert_eq!(grade(group(["a", "b"]), group(["a", "c"])), "in-place");
}

#[test]
fn a_moved_logical_id_is_told_and_costs_the_data() {
    let bucket = json!({ "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "a" } });
    let policy = |of: &str| json!({ "Type": "AWS::S3::BucketPolicy", "Properties": { "Bucket": { "Ref": of }, "PolicyDocument": {} } });
    let diff = between(
        json!({ "Files": bucket, "FilesPolicy": policy("Files") }),
        json!({ "Uploads": bucket, "UploadsPolicy": policy("Uploads") }),
    );
    let resources = &diff["stacks"][0]["resources"];
    assert_eq!(resources.as_array().map(Vec::len), Some(2), "{diff:#}");
    assert_eq!((&resources[0]["action"], &resources[0]["grade"]), (&json!("moved"), &json!("destroys")));
    assert_eq!(resources[0]["movedFrom"], "Files");
    assert_eq!(resources[1]["movedFrom"], "FilesPolicy", "what names it has moved with it");
}

#[test]
fn a_pipeline_can_refuse() {
    let bucket = |name: &str| json!({ "Type": "AWS::S3::Bucket", "Properties": { "BucketName": name } });
    let topic = |name: &str| json!({ "Type": "AWS::SNS::Topic", "Properties": { "TopicName": name } });
    let code = |old: Value, new: Value, args: &[&str]| {
        let base = folders(&json!({ "Resources": { "It": old } }), &json!({ "Resources": { "It": new } }));
        let run = diff(base.path(), args);
        assert!(!run.out.is_empty(), "is shown all the same");
        run.code
    };
    assert_eq!(code(bucket("a"), bucket("b"), &[]), 0);
    assert_eq!(code(bucket("a"), bucket("b"), &["--fail-on", "destroy"]), 4);
    assert_eq!(code(bucket("a"), bucket("b"), &["--fail-on", "replace"]), 4);
    assert_eq!(code(topic("a"), topic("b"), &["--fail-on", "destroy"]), 0);
    assert_eq!(code(topic("a"), topic("b"), &["--fail-on", "replace"]), 4);
    assert_eq!(code(topic("a"), topic("a"), &["--fail-on", "replace"]), 0);
}

#[test]
fn stacks_and_their_settings_are_compared() {
    let topic = json!({ "Resources": { "It": { "Type": "AWS::SNS::Topic" } } });
    let base = folders(&topic, &topic);
    let changed = Stack {
        region: Some("eu-west-1".to_owned()),
        termination_protection: false,
        tags: vec![("owner".to_owned(), "shop".to_owned())],
        ..stack("Shop", &topic)
    };
    write(&base, "new", &assembly(vec![changed, stack("Mail", &topic)]));
    let run = diff(base.path(), &["--format", "json"]).json();
    let settings = run["stacks"][0]["settings"].as_array().expect("has settings");
    let paths: Vec<&Value> = settings.iter().map(|change| &change["path"]).collect();
    assert_eq!(paths, ["region", "tags.owner", "terminationProtection"]);
    assert_eq!((&run["stacks"][1]["id"], &run["stacks"][1]["action"]), (&json!("Mail"), &json!("added")));
    assert_eq!(run["highlights"][0]["kind"], "loses-protection");
    write(&base, "new", &assembly(Vec::new()));
    let run = diff(base.path(), &["--format", "json"]).json();
    assert_eq!(run["stacks"][0]["action"], "removed");
}

#[test]
fn folders_of_the_cdk_are_read() {
    let base = tempfile::tempdir().expect("a temporary directory");
    for (name, topic) in [("old", "a"), ("new", "b")] {
        let stack = json!({
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": { "templateFile": "Shop.template.json", "validateOnSynth": false },
            "metadata": { "/Shop/Topic/Resource": [
                { "type": "aws:cdk:logicalId", "data": "Topic12345678" }, { "type": "aws:cdk:warning" },
            ] },
        });
        let tree = json!({ "type": "cdk:tree", "properties": { "file": "tree.json" } });
        let manifest = json!({ "version": "53.0.0", "artifacts": { "Shop": stack, "Tree": tree } });
        let resource = json!({ "Type": "AWS::SNS::Topic", "Properties": { "TopicName": topic } });
        let template =
            json!({ "Resources": { "Topic12345678": resource, "Same": { "Type": "AWS::SNS::Topic" } } });
        let folder = base.path().join(name);
        fs::create_dir(&folder).expect("makes a directory");
        fs::write(folder.join("manifest.json"), manifest.to_string()).expect("writes");
        fs::write(folder.join("Shop.template.json"), template.to_string()).expect("writes");
    }
    let run = diff(base.path(), &["--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let resource = &run.json()["stacks"][0]["resources"][0];
    assert_eq!((&resource["path"], &resource["grade"]), (&json!("Shop/Topic/Resource"), &json!("replaces")));
}

#[test]
fn other_stages_and_missing_folders_are_told() {
    let base = folders(&json!({}), &json!({}));
    let other = Assembly { stage: "dev".to_owned(), ..assembly(Vec::new()) };
    write(&base, "new", &other);
    let run = diff(base.path(), &[]);
    assert!(run.code == 0 && run.err.starts_with("warning[FW6001]"), "{}", run.err);
    fs::remove_dir_all(base.path().join("old")).expect("removes");
    for format in ["text", "markdown"] {
        let run = diff(base.path(), &["--format", format]);
        assert_eq!((run.code, run.out.as_str()), (3, ""));
        assert!(run.err.starts_with("error[FW5204]"), "{}", run.err);
    }
    assert_eq!(diff(base.path(), &["--fail-on", "everything"]).code, 2);
}

#[test]
fn without_an_app_the_earlier_folder_is_named() {
    let args = ["formwork", "diff", "--assembly", "new"].map(OsString::from).to_vec();
    let mut err = Vec::new();
    assert_eq!(run(None, args, &Surroundings::default(), &mut Vec::new(), &mut err), 2);
    assert!(String::from_utf8(err).expect("is UTF-8").contains("--against"));
}

#[test]
fn templates_that_are_none_are_told() {
    let base = folders(&json!({}), &json!({}));
    fs::write(base.path().join("new/Shop.template.json"), "[1, 2]").expect("writes");
    let run = diff(base.path(), &[]);
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    assert!(run.err.contains("the template of the stack `Shop` is no JSON object"), "{}", run.err);
}

#[test]
fn nothing_in_a_template_moves_the_cursor_or_breaks_out() {
    let hostile = "a\u{1b}]0;x\u{7}\u{202e}\n``` </details> `| b";
    let resource = |name: &str| json!({ "Type": hostile, "Properties": { hostile: format!("{hostile}{name}") }, hostile: name });
    let template = |name: &str| json!({ "Resources": { hostile: resource(name) }, "Outputs": { hostile: { "Value": name } }, hostile: name });
    let base = folders(&template("a"), &template("b"));
    for format in ["text", "json", "markdown"] {
        let run = diff(base.path(), &["--format", format]);
        let all = run.out + &run.err;
        assert!(
            !all.contains(|char: char| (char.is_control() && char != '\n') || char == '\u{202e}'),
            "{all}"
        );
        let forged =
            all.lines().any(|line| line.trim_start().starts_with("```") || line.starts_with("</details> "));
        assert!(!forged, "{all}");
    }
}
