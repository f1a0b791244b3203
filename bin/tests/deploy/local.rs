//! The server itself: it starts, makes and pretends, keeps what it has, and stops.

use std::{env, fs, net::TcpStream, process::Command};

use formwork_cli::deploy::local::{Emulator, EmulatorSetup, EmulatorStep};
use serde_json::{Value, json};

use crate::{
    ask::{Ask, tag, tags},
    server::{account, python, setup},
};

/// Makes a stack without a change set, and answers how that ended.
fn create(ask: &Ask<'_>, name: &str, template: &Value) -> String {
    ask.form("CreateStack", &[("StackName", name), ("TemplateBody", &template.to_string())]);
    ended(ask, name)
}

fn update(ask: &Ask<'_>, name: &str, template: &Value) -> String {
    ask.form("UpdateStack", &[("StackName", name), ("TemplateBody", &template.to_string())]);
    ended(ask, name)
}

fn ended(ask: &Ask<'_>, name: &str) -> String {
    loop {
        let stack = ask.form("DescribeStacks", &[("StackName", name)]);
        let status = tag(&stack, "StackStatus").expect("is described");
        if !status.ends_with("IN_PROGRESS") {
            return status.to_owned();
        }
        std::thread::yield_now();
    }
}

fn queue() -> Value {
    json!({ "Resources": { "Jobs": { "Type": "AWS::SQS::Queue" } } })
}

#[test]
fn what_an_app_has_is_there_at_the_next_start() {
    let cache = tempfile::tempdir().expect("is made");
    let Some(setup) = setup(cache.path()) else { return };
    let mut steps = Vec::new();
    let server = Emulator::start(&setup, |step| steps.push(step)).expect("starts");
    assert_eq!(steps, [EmulatorStep::Starting]);
    let first = server.endpoint().to_owned();
    let ask = |server: &Emulator, act: &dyn Fn(&Ask<'_>) -> String| {
        act(&Ask::new(server.endpoint(), "123456789012", "cloudformation"))
    };
    assert_eq!(ask(&server, &|ask| create(ask, "shop", &queue())), "CREATE_COMPLETE");

    let busy = Emulator::start(&setup, |_| ()).expect_err("is in use");
    assert_eq!(busy.findings[0].code, "FW6606");
    let other =
        Emulator::start(&EmulatorSetup { app: "other".to_owned(), ..setup.clone() }, |_| ()).expect("starts");
    let stacks = ask(&other, &|ask| ask.form("DescribeStacks", &[]));
    assert!(!stacks.contains("shop"), "{stacks}");

    drop(server);
    let address = first.trim_start_matches("http://");
    assert!(TcpStream::connect(address).is_err(), "still listens at {first}");
    let again = Emulator::start(&setup, |_| ()).expect("starts again");
    assert_eq!(ask(&again, &|ask| ended(ask, "shop")), "CREATE_COMPLETE");
}

#[test]
fn a_server_that_is_named_is_used_and_left_alone() {
    let Some(account) = account() else { return };
    let setup = EmulatorSetup {
        endpoint: Some(format!("{}/", account.endpoint)),
        ..setup(&env::temp_dir()).expect("is not skipped")
    };
    let server = Emulator::start(&setup, |_| ()).expect("is there");
    assert_eq!(server.endpoint(), account.endpoint);
    drop(server);
    assert_eq!(create(&account.ask("cloudformation"), "shop", &queue()), "CREATE_COMPLETE");
}

#[test]
fn a_python_that_has_no_server_is_told_with_its_last_lines() {
    let cache = tempfile::tempdir().expect("is made");
    let Some(setup) = setup(cache.path()) else { return };
    // Its Python, outside of its environment.
    let output = Command::new(python().expect("is set"))
        .args(["-I", "-c", "import sys; print(sys._base_executable)"])
        .output()
        .expect("runs");
    let base = String::from_utf8(output.stdout).expect("is UTF-8");
    let setup = EmulatorSetup { python: Some(base.trim().into()), ..setup };
    let failure = Emulator::start(&setup, |_| ()).expect_err("has no ministack");
    assert_eq!(failure.findings[0].code, "FW6603");
    assert!(
        failure.findings[0].message.contains("No module named 'ministack'"),
        "{}",
        failure.findings[0].message
    );
}

#[test]
fn an_environment_of_its_own_is_installed() {
    let cache = tempfile::tempdir().expect("is made");
    let Some(setup) = setup(cache.path()) else { return };
    if env::var_os("FORMWORK_REQUIRE_EMULATOR").is_none() {
        eprintln!("skipped: it downloads ministack, which is for `.ci/run`");
        return;
    }
    let setup = EmulatorSetup { python: None, ..setup };
    let mut steps = Vec::new();
    Emulator::start(&setup, |step| steps.push(step)).expect("is installed, and starts");
    Emulator::start(&setup, |step| steps.push(step)).expect("starts");
    assert_eq!(steps, [EmulatorStep::Installing, EmulatorStep::Starting, EmulatorStep::Starting]);
}

#[test]
fn the_list_of_what_is_made_is_that_of_the_server() {
    let Some(python) = python() else { return };
    let list = "from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS as made; print(*sorted(made), sep='\\n')";
    let output = Command::new(python).args(["-I", "-c", list]).output().expect("runs");
    let made = String::from_utf8(output.stdout).expect("is UTF-8").replace('\r', "");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/deploy/local/made.txt");
    assert_eq!(made, fs::read_to_string(path).expect("is there").replace('\r', ""));
}

#[test]
fn pretended_resources_have_ids_and_attributes_that_stay() {
    let Some(account) = account() else { return };
    let ask = account.ask("cloudformation");
    let template = |drain: u32, subnet: &str| {
        json!({
            "Resources": {
                "Ip": { "Type": "AWS::EC2::EIP", "Properties": { "Domain": "vpc" } },
                "Nat": { "Type": "AWS::EC2::NatGateway", "Properties": {
                    "AllocationId": { "Fn::GetAtt": ["Ip", "AllocationId"] }, "SubnetId": subnet, "MaxDrainDurationSeconds": drain,
                } },
            },
            "Outputs": {
                "Ip": { "Value": { "Ref": "Ip" } },
                "Allocation": { "Value": { "Fn::GetAtt": ["Ip", "AllocationId"] } },
                "Nat": { "Value": { "Ref": "Nat" } },
            },
        })
    };
    let outputs = || {
        let stack = ask.form("DescribeStacks", &[("StackName", "net")]);
        let mut outputs: Vec<(String, String)> = tags(&stack, "OutputKey")
            .into_iter()
            .zip(tags(&stack, "OutputValue"))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        outputs.sort();
        outputs
    };
    assert_eq!(create(&ask, "net", &template(300, "subnet-a")), "CREATE_COMPLETE");
    let first = outputs();
    assert!(first[0].1.starts_with("eipalloc-"), "{first:?}");
    assert!(first[1].1.parse::<std::net::Ipv4Addr>().is_ok(), "{first:?}");
    assert!(first[2].1.starts_with("nat-"), "{first:?}");

    assert_eq!(update(&ask, "net", &template(400, "subnet-a")), "UPDATE_COMPLETE");
    assert_eq!(outputs(), first, "an update in place keeps the ids");
    assert_eq!(update(&ask, "net", &template(400, "subnet-b")), "UPDATE_COMPLETE");
    let replaced = outputs();
    assert_eq!(replaced[..2], first[..2]);
    assert_ne!(replaced[2], first[2], "the subnet of a NAT gateway cannot change");
}

#[test]
fn what_an_app_takes_for_granted_is_assumed() {
    let Some(account) = account() else { return };
    let template = json!({
        "Parameters": { "Image": {
            "Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/aws/service/ecs/recommended/image_id",
        } },
        "Resources": {
            "Jobs": { "Type": "AWS::SQS::Queue", "Properties": { "Tags": [
                { "Key": "secret", "Value": "{{resolve:secretsmanager:elsewhere:SecretString:password}}" },
            ] } },
            "Record": { "Type": "AWS::Route53::RecordSet", "Properties": {
                "HostedZoneId": "Z0123456789ABCDEFGHIJ", "Name": "shop.example.com", "Type": "CNAME", "TTL": "60",
                "ResourceRecords": ["example.com"],
            } },
        },
    });
    assert_eq!(create(&account.ask("cloudformation"), "shop", &template), "CREATE_COMPLETE");
}

#[test]
fn an_output_is_found_in_its_region() {
    let Some(account) = account() else { return };
    let mut edge = queue();
    edge["Outputs"] = json!({ "Name": { "Value": { "Fn::GetAtt": ["Jobs", "QueueName"] } } });
    assert_eq!(create(&account.ask("cloudformation").region("eu-west-1"), "jobs", &edge), "CREATE_COMPLETE");
    let watch = json!({ "Resources": { "Names": { "Type": "AWS::SQS::Queue", "Properties": {
        "QueueName": { "Fn::GetStackOutput": { "StackName": "jobs", "OutputName": "Name", "Region": "eu-west-1" } },
    } } } });
    assert_eq!(create(&account.ask("cloudformation"), "watch", &watch), "CREATE_COMPLETE");
}

#[test]
fn what_a_test_wants_to_fail_fails_in_its_account() {
    let (Some(unlucky), Some(lucky)) = (account(), account()) else { return };
    unlucky.faults(&json!([{ "at": "AWS::SQS::Queue", "on": "create", "fail": "no queue today" }]));
    let ask = unlucky.ask("cloudformation");
    assert_eq!(create(&ask, "shop", &queue()), "ROLLBACK_COMPLETE");
    let events = ask.form("DescribeStackEvents", &[("StackName", "shop")]);
    assert!(tags(&events, "ResourceStatusReason").contains(&"no queue today"), "{events}");
    assert_eq!(create(&lucky.ask("cloudformation"), "shop", &queue()), "CREATE_COMPLETE");

    lucky.faults(&json!([{ "at": "Jobs", "on": "delete", "hold": true }]));
    let ask = lucky.ask("cloudformation");
    ask.form("DeleteStack", &[("StackName", "shop")]);
    let stack = ask.form("DescribeStacks", &[("StackName", "shop")]);
    assert_eq!(tag(&stack, "StackStatus"), Some("DELETE_IN_PROGRESS"));
    lucky.faults(&json!([]));
    while ask.form("DescribeStacks", &[("StackName", "shop")]).contains("DELETE_IN_PROGRESS") {
        std::thread::yield_now();
    }
}
