//! The command `policy`: what the roles may do, and what they may not, for assemblies that are made up.

use std::{ffi::OsString, path::Path};

use formwork_assembly::{Assembly, Bootstrap, Stack, Synthesis};
use formwork_cli::{Program, Request, Surroundings, run};
use serde_json::{Value, json};

/// An app whose only stack has these resources.
struct Made {
    resources: Value,
    protected: bool,
    account: Option<&'static str>,
    bootstrap: Option<Bootstrap>,
}

impl Program for Made {
    fn schema(&self) -> Option<Value> {
        None
    }

    fn synthesize(&self, request: &Request<'_>) -> Synthesis {
        let stack = Stack {
            id: "Shop".to_owned(),
            name: "shop-dev-Shop".to_owned(),
            account: self.account.map(str::to_owned),
            region: Some("eu-west-1".to_owned()),
            template: json!({ "Resources": self.resources }).to_string(),
            ..Stack::default()
        };
        let assembly = Assembly {
            app: "shop".to_owned(),
            stage: request.stage.unwrap_or("dev").to_owned(),
            protected: self.protected,
            bootstrap: self.bootstrap.clone(),
            stacks: vec![stack],
            ..Assembly::default()
        };
        Synthesis { assembly: Some(assembly), diagnostics: Vec::new() }
    }
}

fn made(resources: Value) -> Made {
    Made { resources, protected: false, account: Some("123456789012"), bootstrap: None }
}

fn policy(made: &Made, args: &[&str]) -> (u8, String, String) {
    let around = Surroundings { directory: Path::new(".").to_owned(), ..Surroundings::default() };
    let args: Vec<OsString> = ["shop", "policy"].iter().chain(args).map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(Some(made), args, &around, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("is UTF-8");
    (code, text(out), text(err))
}

/// The policies of a role, joined.
fn role(made: &Made, role: &str) -> Vec<Value> {
    let (code, out, err) = policy(made, &[]);
    assert_eq!(code, 0, "{err}");
    let roles: Value = serde_json::from_str(&out).expect("is JSON");
    let policies = roles["accounts"][0][role]["policies"].as_array().expect("has policies").clone();
    policies
        .iter()
        .flat_map(|policy| policy["Statement"].as_array().expect("has statements").clone())
        .collect()
}

/// What the role may reach by an action; nothing where it may not do it.
fn reach(statements: &[Value], action: &str) -> Vec<String> {
    let many = |value: &Value| match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        one => one.as_str().map(str::to_owned).into_iter().collect::<Vec<_>>(),
    };
    let allows =
        |one: &&Value| one["Effect"] == "Allow" && many(&one["Action"]).iter().any(|name| name == action);
    statements.iter().filter(allows).flat_map(|one| many(&one["Resource"])).collect()
}

#[test]
fn names_are_narrowed_as_far_as_they_are_known() {
    let made = made(json!({
        "Files": { "Type": "AWS::S3::Bucket" },
        "Named": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": { "Fn::Sub": "logs-${AWS::Region}" } } },
        "Other": { "Type": "AWS::S3::BucketPolicy", "Properties": { "Bucket": "made-elsewhere" } },
        "Own": { "Type": "AWS::S3::BucketPolicy", "Properties": { "Bucket": { "Ref": "Files" } } },
    }));
    let buckets = ["arn:aws:s3:::logs-*", "arn:aws:s3:::made-elsewhere", "arn:aws:s3:::shop-dev-shop-*"];
    let execution = role(&made, "executionRole");
    assert_eq!(reach(&execution, "s3:PutBucketPolicy"), buckets);
    assert_eq!(reach(&execution, "s3:DeleteBucket"), buckets);
}

#[test]
fn roles_are_passed_to_those_who_take_them_on() {
    let role_of = |service: &str| {
        json!({ "Type": "AWS::IAM::Role", "Properties": { "AssumeRolePolicyDocument": {
            "Statement": [{ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }]
        } } })
    };
    let made = made(json!({
        "Tasks": role_of("ecs-tasks.amazonaws.com"),
        "Backups": role_of("backup.amazonaws.com"),
        "Plan": { "Type": "AWS::Backup::BackupSelection" },
    }));
    let execution = role(&made, "executionRole");
    let pass = execution.iter().find(|one| one["Sid"] == "PassRole").expect("passes roles");
    assert_eq!(pass["Resource"], "arn:aws:iam::123456789012:role/shop-dev-Shop-*");
    let services = &pass["Condition"]["StringEquals"]["iam:PassedToService"];
    assert_eq!(*services, json!(["backup.amazonaws.com", "ecs-tasks.amazonaws.com"]));
    let itself = execution.iter().find(|one| one["Sid"] == "NeverItself").expect("leaves itself alone");
    assert_eq!((&itself["Effect"], &itself["Action"]), (&json!("Deny"), &json!("iam:*")));
}

#[test]
fn nested_stacks_may_be_looked_into_and_only_that() {
    let outer = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-dev-Shop/*".to_owned();
    let nested = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-dev-Shop-*/*".to_owned();
    let with = made(json!({ "Inner": { "Type": "AWS::CloudFormation::Stack" } }));
    let deploy = role(&with, "deployRole");
    for action in ["DescribeChangeSet", "GetTemplate", "ListStackResources", "DescribeStackEvents"] {
        assert_eq!(reach(&deploy, &format!("cloudformation:{action}")), [nested.clone(), outer.clone()]);
    }
    assert_eq!(reach(&deploy, "cloudformation:ExecuteChangeSet"), std::slice::from_ref(&outer));
    let without = made(json!({ "Orders": { "Type": "AWS::DynamoDB::Table" } }));
    assert_eq!(reach(&role(&without, "deployRole"), "cloudformation:GetTemplate"), [outer]);
}

#[test]
fn nothing_is_allowed_that_no_resource_needs() {
    let made = made(json!({ "Files": { "Type": "AWS::DynamoDB::Table" } }));
    let execution = role(&made, "executionRole");
    assert_eq!(reach(&execution, "s3:GetObject"), [""; 0], "it imports nothing from S3");
    assert_eq!(reach(&execution, "iam:PassRole"), [""; 0], "there is no role to pass");
    assert_eq!(reach(&execution, "dynamodb:CreateTable").len(), 1);
    let deploy = role(&made, "deployRole");
    for action in [
        "s3:PutObject",
        "ecr:PutImage",
        "cloudfront:CreateInvalidation",
        "ecs:RunTask",
        "dynamodb:CreateTable",
    ] {
        assert_eq!(reach(&deploy, action), [""; 0], "{action}");
    }
}

#[test]
fn plans_are_made_under_the_execution_role_only() {
    let deploy = role(&made(json!({})), "deployRole");
    let plan = deploy.iter().find(|one| one["Action"] == "cloudformation:CreateChangeSet").expect("plans");
    assert_eq!(plan["Resource"], "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-dev-Shop/*");
    let execution = json!("arn:aws:iam::123456789012:role/shop-dev-execution");
    assert_eq!(plan["Condition"]["ArnEquals"]["cloudformation:RoleArn"], execution);
    let pass = deploy.iter().find(|one| one["Action"] == "iam:PassRole").expect("passes the role");
    assert_eq!(pass["Resource"], execution);
    assert_eq!(reach(&deploy, "cloudformation:UpdateStack"), [""; 0]);
}

#[test]
fn a_protected_stage_is_not_deleted() {
    let mut made = made(json!({}));
    assert_eq!(reach(&role(&made, "deployRole"), "cloudformation:DeleteStack").len(), 1);
    made.protected = true;
    assert_eq!(reach(&role(&made, "deployRole"), "cloudformation:DeleteStack"), [""; 0]);
}

#[test]
fn what_is_not_known_is_told() {
    let mut made = made(json!({ "Mine": { "Type": "Custom::Mine" } }));
    made.account = None;
    let (code, out, err) = policy(&made, &["--github", "acme/shop", "--branch", "main"]);
    assert_eq!(code, 0);
    assert!(err.contains("FW6801") && err.contains("`Custom::Mine`"), "{err}");
    assert!(err.contains("FW6803") && out.contains("arn:aws:iam::123456789012:oidc-provider/"), "{err}");
    assert!(out.contains("repo:acme/shop:ref:refs/heads/main"), "{out}");
}

#[test]
fn a_pattern_of_a_repository_is_refused() {
    let (code, out, err) = policy(&made(json!({})), &["--github", "acme/*"]);
    assert_eq!(code, 1);
    assert!(err.contains("FW6802") && err.contains("owner/name"), "{err}");
    let report: Value = serde_json::from_str(&out).expect("is JSON");
    assert_eq!(report["diagnostics"][0]["code"], "FW6802");
}

#[test]
fn a_summary_for_people() {
    let made = made(json!({ "Queue": { "Type": "AWS::SQS::Queue" } }));
    let (code, out, err) = policy(&made, &["--format", "text"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("shop-dev-deploy in 123456789012: "), "{out}");
    assert!(out.contains("allows  Queues"), "{out}");
    assert!(out.contains("denies  NothingUnreviewed"), "{out}");
}

#[test]
fn the_roles_of_a_bootstrap_do_the_work() {
    let mut made = made(json!({ "Files": { "Type": "AWS::S3::Bucket" } }));
    made.bootstrap = Some(Bootstrap::cdk_qualified("acme"));
    let deploy = role(&made, "deployRole");
    let arn = "arn:aws:iam::123456789012:role/cdk-acme-deploy-role-123456789012-eu-west-1";
    assert_eq!(reach(&deploy, "sts:AssumeRole"), [arn], "nothing is published");
    assert_eq!(reach(&deploy, "cloudformation:SetStackPolicy").len(), 1);
    for action in ["cloudformation:CreateChangeSet", "iam:PassRole", "s3:PutObject"] {
        assert_eq!(reach(&deploy, action), [""; 0], "{action}");
    }
    let (_, out, _) = policy(&made, &[]);
    let roles: Value = serde_json::from_str(&out).expect("is JSON");
    let account = &roles["accounts"][0];
    assert_eq!(account["bootstrap"]["cdk"]["qualifier"], "acme");
    assert!(account["executionRole"]["trust"].is_null(), "the bootstrap makes that role");
    let execution = role(&made, "executionRole");
    let itself = execution.iter().find(|one| one["Sid"] == "NeverItself").expect("leaves itself alone");
    let own = ["arn:aws:iam::123456789012:role/cdk-acme-*", "arn:aws:iam::123456789012:role/shop-dev-deploy"];
    assert_eq!(itself["Resource"], json!(own));
    let (_, text, _) = policy(&made, &["--format", "text"]);
    assert!(text.contains("`cdk bootstrap --cloudformation-execution-policies`"), "{text}");
}
