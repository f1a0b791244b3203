//! The program `formwork` as a process: what it prints where, how it ends, and that secrets are in none of it.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader},
    process::{Command, Output, Stdio},
};

use formwork_assembly::{Assembly, AssetFiles, folder};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    server::{account, python},
    world::{app, stack},
};

/// A directory with an assembly folder, and caches of its own.
struct Desk(TempDir);

impl Desk {
    fn new(assembly: &Assembly) -> Self {
        let desk = Self(tempfile::tempdir().expect("is made"));
        desk.write(assembly);
        desk
    }

    fn write(&self, assembly: &Assembly) {
        folder::write(&self.0.path().join("formwork.out"), assembly, &AssetFiles::new(""))
            .expect("is written");
    }

    fn formwork<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        self.command(args).output().expect("runs")
    }

    /// Deploys, and kills the program once it tells something.
    fn is_killed_at(&self, words: &str) {
        let mut run = self.command(["deploy", "--local"]).stderr(Stdio::piped()).spawn().expect("runs");
        let told = BufReader::new(run.stderr.take().expect("is piped")).lines().map_while(Result::ok);
        assert!(told.take_while(|line| !line.contains(words)).count() > 0);
        run.kill().expect("is ours");
        run.wait().expect("is ours");
    }

    fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let caches = self.0.path().join("caches");
        let mut command = Command::new(env!("CARGO_BIN_EXE_formwork"));
        command.args(args).args(["--assembly", "formwork.out"]).current_dir(&self.0);
        for name in ["AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "CARGO", "CARGO_MANIFEST_DIR"] {
            command.env_remove(name);
        }
        // Of no use to a local server.
        command
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "not-to-be-used");
        command.env("XDG_CACHE_HOME", &caches).env("HOME", &caches).env("LOCALAPPDATA", &caches);
        command.env("FORMWORK_MINISTACK", python().unwrap_or_default());
        command
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("is UTF-8")
}

fn shop() -> Value {
    json!({
        "Resources": {
            "Ip": { "Type": "AWS::EC2::EIP" },
            "Jobs": { "Type": "AWS::SQS::Queue", "Properties": { "QueueName": "jobs" } },
        },
        "Outputs": { "Name": { "Value": { "Fn::GetAtt": ["Jobs", "QueueName"] } } },
    })
}

#[test]
fn a_server_is_started_for_the_run_and_remembers() {
    if python().is_none() {
        return;
    }
    let desk = Desk::new(&app(vec![stack("Shop", &shop())]));
    let made = desk.formwork(["deploy", "--local"]);
    let told = text(&made.stderr);
    assert_eq!(made.status.code(), Some(0), "{told}");
    assert!(text(&made.stdout).contains("jobs"), "{}", text(&made.stdout));
    assert!(told.contains("not AWS") && told.contains("`AWS::EC2::EIP`"), "{told}");
    assert!(told.contains("Shop/Jobs") && told.contains("src/main.rs:11"), "{told}");

    let same = desk.formwork(["deploy", "--local"]);
    assert!(text(&same.stderr).contains("no change"), "{}", text(&same.stderr));
    let outputs = desk.formwork(["outputs", "--local", "--format", "json"]);
    assert!(text(&outputs.stdout).contains("\"jobs\""), "{}", text(&outputs.stdout));

    let gone = desk.formwork(["destroy", "--local"]);
    assert_eq!(gone.status.code(), Some(0), "{}", text(&gone.stderr));
    for command in ["drift", "outputs"] {
        let nothing = desk.formwork([command, "--local"]);
        assert!(text(&nothing.stderr).contains("no stack is there"), "{}", text(&nothing.stderr));
    }
    let status = desk.formwork(["status", "--local", "--format", "json"]);
    assert!(!text(&status.stdout).contains("COMPLETE"), "{}", text(&status.stdout));
}

#[test]
fn whoever_is_killed_can_deploy_again() {
    if python().is_none() {
        return;
    }
    let desk = Desk::new(&app(vec![stack("Shop", &shop())]));
    desk.is_killed_at("creating");
    // Where the server was in the middle of it, the stack has failed.
    let again = desk.formwork(["deploy", "--local", "--replace-failed"]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    assert!(text(&again.stdout).contains("jobs"), "{}", text(&again.stdout));
}

#[test]
fn what_a_server_was_in_the_middle_of_has_failed() {
    if python().is_none() {
        return;
    }
    let waiting = json!({ "Resources": {
        "Handle": { "Type": "AWS::CloudFormation::WaitConditionHandle" },
        "Signal": { "Type": "AWS::CloudFormation::WaitCondition", "DependsOn": "Handle",
            "Properties": { "Handle": { "Ref": "Handle" }, "Timeout": "3600" } },
    } });
    let desk = Desk::new(&app(vec![stack("Shop", &waiting)]));
    desk.is_killed_at("creating     Shop/Signal");
    let status = desk.formwork(["status", "--local"]);
    assert!(text(&status.stdout).contains("CREATE_FAILED"), "{}", text(&status.stdout));
    let again = desk.formwork(["deploy", "--local"]);
    assert_eq!(again.status.code(), Some(4), "{}", text(&again.stderr));
    assert!(text(&again.stderr).contains("`deploy --replace-failed`"), "{}", text(&again.stderr));
}

#[test]
fn events_are_lines_of_json_and_a_secret_is_in_none_of_them() {
    let Some(account) = account() else { return };
    let template = json!({
        "Parameters": { "Password": { "Type": "String", "NoEcho": true } },
        "Resources": { "Jobs": { "Type": "AWS::SQS::Queue", "Properties": {
            "Tags": [{ "Key": "password", "Value": { "Ref": "Password" } }],
        } } },
    });
    let mut shop = stack("Shop", &template);
    shop.account = Some(account.number.clone());
    let desk = Desk::new(&app(vec![shop]));
    let local = format!("--local={}", account.endpoint);
    for secret in ["correct-horse", "battery-staple"] {
        let given = format!("Password={secret}");
        let run = desk.formwork(["deploy", &local, "--yes", "--format", "json", "--parameter", &given]);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        let events: Vec<Value> =
            text(&run.stdout).lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
        assert_eq!(events[0]["event"], "identity", "{events:#?}");
        assert_eq!(events[0]["caller"]["account"], account.number.as_str());
        assert_eq!(events.last().expect("ends")["event"], "outcome");
        assert!(!text(&run.stdout).contains(secret) && !text(&run.stderr).contains(secret));
    }
}

#[test]
fn a_failure_names_construct_line_and_state() {
    let Some(account) = account() else { return };
    account.faults(&json!([{ "at": "Jobs", "on": "create", "fail": "too many queues\u{9b}2J\u{202e}" }]));
    let mut shop = stack("Shop", &shop());
    shop.account = Some(account.number.clone());
    let desk = Desk::new(&app(vec![shop]));
    let run = desk.formwork(["deploy", &format!("--local={}", account.endpoint)]);
    let told = text(&run.stderr);
    assert_eq!(run.status.code(), Some(5), "{told}");
    assert!(told.contains("too many queues") && told.contains("src/main.rs:11"), "{told}");
    assert!(!told.contains(['\u{9b}', '\u{202e}']), "{told}");
}

#[test]
fn a_name_that_is_not_there_is_told_before_a_server_is_started() {
    let desk = Desk::new(&app(vec![stack("Shop", &shop())]));
    for args in [&["status", "--local", "Shpo"][..], &["deploy", "--local", "Shpo"], &["outputs", "Shpo"]] {
        let run = desk.formwork(args);
        let told = text(&run.stderr);
        assert_eq!(run.status.code(), Some(4), "{args:?}: {told}");
        assert!(
            told.starts_with("error[FW6101]") && told.contains("did you mean `Shop`?"),
            "{args:?}: {told}"
        );
    }
    let run = desk.formwork(["destroy", "--local", "--yes", "dev"]);
    assert!(text(&run.stderr).contains("`--yes=dev`, with `=`"), "{}", text(&run.stderr));
    let run = desk.formwork(["deploy", "--local", "--parameter", "Nmae=x", "--import", "Shop/Nope=x"]);
    assert!(text(&run.stderr).starts_with("error[FW6217]"), "{}", text(&run.stderr));
    let run = desk.formwork(["deploy", "--local", "--parameter", "Nmae=x"]);
    assert!(text(&run.stderr).starts_with("error[FW6551]"), "{}", text(&run.stderr));
}

#[test]
fn what_is_only_pretended_is_told_where_it_is_made() {
    if python().is_none() {
        return;
    }
    let desk = Desk::new(&app(vec![stack("Shop", &shop())]));
    let rollback = desk.formwork(["rollback", "--local"]);
    let told = text(&rollback.stderr);
    assert_eq!(rollback.status.code(), Some(0), "{told}");
    assert!(told.contains("there is nothing to take back (local server "), "{told}");
    for command in ["status", "outputs", "drift", "destroy", "rollback"] {
        let run = desk.formwork([command, "--local"]);
        assert!(!text(&run.stderr).contains("FW6605"), "{command}: {}", text(&run.stderr));
    }
    assert!(text(&desk.formwork(["deploy", "--local"]).stderr).contains("FW6605"));
}

/// As AWS is asked: by an address of the environment, with credentials.
#[test]
fn a_folder_of_any_name_is_carried_out_and_asked_about() {
    let Some(account) = account() else { return };
    let mut shop = stack("Shop", &shop());
    shop.account = Some(account.number.clone());
    let desk = Desk::new(&app(vec![shop]));
    let other = desk.0.path().join("reviewed");
    std::fs::rename(desk.0.path().join("formwork.out"), &other).expect("is renamed");
    for (args, said) in [
        (&["deploy", "--yes"][..], "create"),
        (&["deploy", "--yes"], "no change"),
        (&["status"], "status  shop"),
        (&["outputs"], "outputs  shop"),
        (&["rollback", "--yes"], "there is nothing to take back\n"),
        (&["destroy", "--yes"], "destroy: done"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_formwork"));
        command.args(args).arg("--assembly").arg(&other).current_dir(&desk.0);
        for name in ["AWS_PROFILE", "AWS_CONFIG_FILE", "CARGO", "CARGO_MANIFEST_DIR"] {
            command.env_remove(name);
        }
        command.env("AWS_ENDPOINT_URL", account.endpoint).env("AWS_REGION", "us-east-1");
        command.env("AWS_ACCESS_KEY_ID", &account.number).env("AWS_SECRET_ACCESS_KEY", "of no use");
        let run = command.env("HOME", desk.0.path()).output().expect("runs");
        let told = text(&run.stderr);
        assert_eq!(run.status.code(), Some(0), "{args:?}: {told}");
        assert!(told.contains(said) && !told.contains("local"), "{args:?}: {told}");
    }
}

#[test]
fn whoever_has_no_credentials_hears_how_to_get_some() {
    let desk = Desk::new(&app(vec![stack("Shop", &shop())]));
    let run = |args: &[&str]| {
        let mut command = desk.command(args);
        for name in
            ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]
        {
            command.env_remove(name);
        }
        let run = command.env("AWS_EC2_METADATA_DISABLED", "true").output().expect("runs");
        assert_eq!(run.status.code(), Some(6), "{}", text(&run.stderr));
        text(&run.stderr).to_owned()
    };
    let told = run(&["status", "--region", "eu-west-1"]);
    assert!(told.starts_with("error[FW6010]") && !told.contains("IMDS"), "{told}");
    for way in ["`aws configure`", "`aws sso login`", "`--local`"] {
        assert!(told.contains(way), "{way}: {told}");
    }
    let told = run(&["status", "--region", "eu-west-1", "--profile", "nope"]);
    assert!(told.contains("has no profile `nope`"), "{told}");
}

#[test]
fn an_address_where_nobody_answers_is_told() {
    if python().is_none() {
        return;
    }
    let desk = Desk::new(&app(vec![stack("Shop", &shop())]));
    let run = desk.formwork(["deploy", "--local=http://127.0.0.1:9"]);
    assert_eq!(run.status.code(), Some(6));
    let told = text(&run.stderr);
    assert!(
        told.contains("FW6608") && told.contains("1 error; the local server could not be asked"),
        "{told}"
    );
    assert!(!told.contains("AWS could"), "{told}");
}
