//! Through a bootstrap of the CDK: its bucket, and its roles, as which everything is published and deployed.

use formwork_assembly::{Assembly, AssetSource, Bootstrap, Stack};
use formwork_cli::deploy::{Done, FailureKind, Options, Question};
use serde_json::{Map, Value, json};

use crate::{
    ask::tag,
    assets::{Package, in_account, states},
    world::{REGION, World, app, stack},
};

/// What `cdk bootstrap` makes, as far as it is asked for here.
fn bootstrap(world: &World) {
    let account = &world.account.number;
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "AWS": format!("arn:aws:iam::{account}:root"), "Service": "cloudformation.amazonaws.com" },
    }] });
    let role = |purpose: &str| {
        json!({ "Type": "AWS::IAM::Role", "Properties": {
            "RoleName": format!("cdk-acme-{purpose}-role-{account}-{REGION}"), "AssumeRolePolicyDocument": trust,
        } })
    };
    let mut resources = Map::from_iter([
        ("Deploy".to_owned(), role("deploy")),
        ("Execution".to_owned(), role("cfn-exec")),
        ("Files".to_owned(), role("file-publishing")),
        ("Images".to_owned(), role("image-publishing")),
    ]);
    let bucket = format!("cdk-acme-assets-{account}-{REGION}");
    let repository = format!("cdk-acme-container-assets-{account}-{REGION}");
    let more = [
        ("Bucket", json!({ "Type": "AWS::S3::Bucket", "Properties": { "BucketName": bucket } })),
        (
            "Repository",
            json!({ "Type": "AWS::ECR::Repository", "Properties": { "RepositoryName": repository } }),
        ),
    ];
    resources.extend(more.map(|(id, resource)| (id.to_owned(), resource)));
    let template = json!({ "Resources": resources }).to_string();
    let parameters = [
        ("StackName", "CDKToolkit"),
        ("TemplateBody", &template),
        ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
    ];
    let cloudformation = world.account.ask("cloudformation");
    let said = cloudformation.form("CreateStack", &parameters);
    assert!(said.contains("<StackId>"), "{said}");
    loop {
        let stack = cloudformation.form("DescribeStacks", &[("StackName", "CDKToolkit")]);
        let status = tag(&stack, "StackStatus");
        if status == Some("CREATE_COMPLETE") {
            break;
        }
        assert_eq!(status, Some("CREATE_IN_PROGRESS"), "{stack}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    version(world, "21");
}

fn version(world: &World, version: &str) {
    let body = json!({
        "Name": "/cdk-bootstrap/acme/version", "Type": "String", "Value": version, "Overwrite": true,
    });
    let said = world.account.ask("ssm").json("AmazonSSM.PutParameter", &body);
    assert!(said.contains("Version"), "{said}");
}

/// A function whose code is an asset, in a template that is too large to be sent along.
fn function(world: &World, package: &Package) -> Assembly {
    let asset = package.asset("Shop/Job/Code", AssetSource::Directory { directory: "job".to_owned() });
    let bucket = format!("cdk-acme-assets-{}-{REGION}", world.account.number);
    let mut resources = Map::from_iter([(
        "Job".to_owned(),
        json!({ "Type": "AWS::Lambda::Function", "Properties": {
        "Code": { "S3Bucket": bucket, "S3Key": format!("{}.zip", asset.hash) },
        "Handler": "index.handler", "Role": "arn:aws:iam::123456789012:role/job", "Runtime": "python3.13",
    } }),
    )]);
    let text = "a".repeat(4000);
    resources.extend((0..15).map(|index| {
        let parameter =
            json!({ "Type": "AWS::SSM::Parameter", "Properties": { "Type": "String", "Value": text } });
        (format!("Text{index}"), parameter)
    }));
    let shop = stack("Shop", &json!({ "Resources": Value::Object(resources) }));
    let shop = Stack { assets: vec![asset.hash.clone()], ..in_account(world, shop) };
    assert!(shop.template.len() > 51_200);
    let bootstrap = Some(Bootstrap::cdk_qualified("acme"));
    Assembly { assets: vec![asset], bootstrap, ..app(vec![shop]) }
}

fn package() -> Package {
    Package::new(&[("job/index.py", "def handler(event, context): return 'done'\n")])
}

fn asks_for_set_up(questions: &[Question]) -> bool {
    questions.iter().any(|question| matches!(question, Question::SetUp { .. }))
}

#[test]
fn everything_goes_through_it() {
    let Some(mut world) = World::new() else { return };
    world.is_taken_for_aws = true;
    bootstrap(&world);
    let package = package();
    let assembly = function(&world, &package);
    let came = world.deploy_target(package.target(&assembly), &Options::default());
    assert_eq!(states(&came), ["published", "published"], "{:#?}", came.events);
    assert!(!asks_for_set_up(&came.questions));
    assert!(came.events("warning").is_empty(), "each role may be assumed: {:#?}", came.events("warning"));
    assert_eq!(came.well().stacks[0].done, Done::Created);
    let bucket = format!("cdk-acme-assets-{}-{REGION}", world.account.number);
    let key = format!("/{bucket}/{}.zip", assembly.assets[0].hash);
    assert!(world.account.ask("s3").get(&key).contains("index.py"));
    let cloudformation = world.account.ask("cloudformation");
    let own = cloudformation.form("DescribeStacks", &[("StackName", "formwork-assets")]);
    assert!(own.contains("does not exist"), "{own}");

    let came = world.deploy_target(package.target(&assembly), &Options::default());
    assert_eq!(states(&came), ["present", "present"], "{:#?}", came.events);
    assert_eq!(came.well().stacks[0].done, Done::Unchanged);
}

#[test]
fn an_old_one_is_refused_before_anything_is_sent() {
    let Some(mut world) = World::new() else { return };
    world.is_taken_for_aws = true;
    bootstrap(&world);
    version(&world, "5");
    let package = package();
    let came = world.deploy_target(package.target(&function(&world, &package)), &Options::default());
    let failure = came.badly(FailureKind::Refused);
    assert_eq!(failure.findings[0].code, "FW6403");
    assert!(states(&came).is_empty() && world.status("Shop").is_none());
}

#[test]
fn a_local_server_gets_what_it_has() {
    let Some(world) = World::new() else { return };
    let package = package();
    let assembly = function(&world, &package);
    let came = world.deploy_target(package.target(&assembly), &Options::default());
    assert!(!asks_for_set_up(&came.questions));
    assert_eq!(came.well().stacks[0].done, Done::Created);
    let came = world.deploy_target(package.target(&assembly), &Options::default());
    assert_eq!(states(&came), ["present", "present"], "{:#?}", came.events);
    assert_eq!(came.well().stacks[0].done, Done::Unchanged);
}
