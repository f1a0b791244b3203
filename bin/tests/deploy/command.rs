//! The commands as somebody types them: what is on the screen, what is data, and how they end.

use std::{ffi::OsString, fs, path::Path};

use formwork_assembly::{AssetFiles, Stack, folder};
use formwork_cli::{Surroundings, run};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    server::{Account, account},
    world::{app, stack},
};

/// An assembly folder, and the account that it is deployed to.
struct Desk {
    account: Account,
    directory: TempDir,
}

/// What a command has left.
struct Typed {
    code: u8,
    out: String,
    err: String,
}

impl Desk {
    /// A new one; none where the tests are to be skipped.
    fn new() -> Option<Self> {
        Some(Self { account: account()?, directory: tempfile::tempdir().expect("is made") })
    }

    /// Writes the folder anew.
    fn write(&self, stacks: Vec<Stack>) {
        let number = &self.account.number;
        let stacks =
            stacks.into_iter().map(|stack| Stack { account: Some(number.clone()), ..stack }).collect();
        let source = "fn app() {\n".to_owned() + &"    shop.add(\"Jobs\", Queue::new());\n".repeat(20);
        fs::create_dir_all(self.directory.path().join("src")).expect("is writable");
        fs::write(self.directory.path().join("src/main.rs"), source).expect("is writable");
        let out = self.directory.path().join("formwork.out");
        folder::write(&out, &app(stacks), &AssetFiles::new(self.directory.path())).expect("is writable");
    }

    /// Types a command, with the server at its end.
    fn types(&self, args: &[&str]) -> Typed {
        let local = format!("--local={}", self.account.endpoint);
        self.types_plainly(&[args, &[local.as_str()]].concat())
    }

    fn types_plainly(&self, args: &[&str]) -> Typed {
        let args: Vec<OsString> = ["formwork"].iter().chain(args).map(OsString::from).collect();
        let here: &Path = self.directory.path();
        let around =
            Surroundings { directory: here.to_owned(), package: here.to_owned(), ..Surroundings::default() };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(None, args, &around, &mut out, &mut err);
        let text = |bytes| String::from_utf8(bytes).expect("is UTF-8");
        Typed { code, out: text(out), err: text(err) }
    }

    /// What is the same in every run.
    fn tidy(&self, text: &str) -> String {
        let text = text.replace(self.account.endpoint, "http://127.0.0.1:4566");
        let text = text.replace(&self.account.number, "123456789012");
        let is_time = |word: &str| {
            let mut parts = word.split(':');
            let is_number = |part: Option<&str>| part.is_some_and(|part| part.parse::<u32>().is_ok());
            word.len() == 4 && is_number(parts.next()) && is_number(parts.next())
        };
        let words = |line: &str| -> String {
            line.split(' ')
                .map(|word| if is_time(word) { "0:00" } else { word })
                .collect::<Vec<_>>()
                .join(" ")
        };
        text.lines().map(|line| words(line) + "\n").collect()
    }
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

fn queue(seconds: u32) -> Value {
    json!({
        "Resources": {
            "Jobs": { "Type": "AWS::SQS::Queue", "Properties": { "QueueName": "jobs", "VisibilityTimeout": seconds } },
        },
        "Outputs": {
            "Url": { "Value": "https://shop.example.com" },
            "Name": { "Value": { "Fn::GetAtt": ["Jobs", "QueueName"] } },
        },
    })
}

/// A queue that changes, and something that nobody ever signals.
fn stuck(seconds: u32) -> Value {
    let mut template = queue(seconds);
    template["Resources"]["Handle"] = json!({ "Type": "AWS::CloudFormation::WaitConditionHandle" });
    template["Resources"]["Signal"] = json!({
        "Type": "AWS::CloudFormation::WaitCondition",
        "DependsOn": "Jobs",
        "Properties": { "Handle": { "Ref": "Handle" }, "Timeout": "1", "Count": 1 },
    });
    template
}

#[test]
fn a_stack_is_made_looked_at_changed_and_deleted() {
    let Some(desk) = Desk::new() else { return };
    desk.write(vec![stack("Shop", &queue(30))]);
    let absent = desk.types(&["status"]);
    assert_eq!(absent.code, 0, "{}", absent.err);
    assert!(absent.out.contains("not there"), "{}", absent.out);

    let made = desk.types(&["deploy"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert_snapshot!("command_deploy", desk.tidy(&format!("{}----- stdout\n{}", made.err, made.out)));

    let again = desk.types(&["deploy"]);
    assert_eq!((again.code, &again.out), (0, &made.out));
    assert!(again.err.contains("no change"), "{}", again.err);

    let outputs = desk.types(&["outputs", "--format", "json"]);
    let outputs: Value = serde_json::from_str(&outputs.out).expect("is one document");
    assert_eq!(outputs[0]["outputs"][1]["value"], "https://shop.example.com", "addresses come last");
    let state: Value =
        serde_json::from_str(&desk.types(&["status", "--format", "json"]).out).expect("is one document");
    assert_eq!((&state[0]["stack"], &state[0]["status"]), (&json!("Shop"), &json!("CREATE_COMPLETE")));
    let same = desk.types(&["diff", "--deployed"]);
    assert_eq!((same.code, same.out.starts_with("no differences")), (0, true), "{}{}", same.out, same.err);

    desk.write(vec![stack("Shop", &queue(60))]);
    let differs = desk.types(&["diff", "--deployed", "--format", "json"]);
    let diff: Value = serde_json::from_str(&differs.out).expect("is one document");
    assert_eq!(diff["stacks"][0]["resources"][0]["changes"][0]["after"], 60);
    let changed = desk.types(&["deploy", "--format", "json"]);
    assert_eq!(changed.code, 0, "{}", changed.err);
    let events: Vec<Value> =
        changed.out.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    assert_eq!(
        (&events[0]["event"], &events[events.len() - 1]["event"]),
        (&json!("identity"), &json!("outcome"))
    );
    let resource = events.iter().find(|event| event["event"] == "resource").expect("is told");
    assert_eq!((&resource["path"], &resource["at"]["file"]), (&json!("Shop/Jobs"), &json!("src/main.rs")));

    let gone = desk.types(&["destroy"]);
    assert_eq!(gone.code, 0, "{}", gone.err);
    assert_snapshot!("command_destroy", desk.tidy(&format!("{}----- stdout\n{}", gone.err, gone.out)));
    assert!(desk.types(&["status"]).out.contains("not there"));
}

#[test]
fn a_change_that_fails_is_told_and_ends_with_five() {
    let Some(desk) = Desk::new() else { return };
    desk.write(vec![stack("Shop", &queue(30))]);
    assert_eq!(desk.types(&["deploy", "-q"]).code, 0);
    desk.write(vec![stack("Shop", &stuck(60))]);
    let failed = desk.types(&["deploy"]);
    assert_eq!((failed.code, failed.out.as_str()), (5, ""), "{}", failed.err);
    assert_snapshot!("command_failure", desk.tidy(&failed.err));
    let json = desk.types(&["deploy", "--format", "json"]);
    let last: Value = serde_json::from_str(json.out.lines().last().expect("is told")).expect("is JSON");
    assert_eq!((json.code, &last["event"], &last["kind"]), (5, &json!("failure"), &json!("failed")));
}

/// The program itself, with a signal from outside while CloudFormation is at work.
#[cfg(unix)]
#[test]
fn ctrl_c_takes_an_update_back_and_ends_with_130() {
    use std::{
        io::{BufRead, BufReader, Read},
        process::{Command, Stdio},
    };

    let Some(desk) = Desk::new() else { return };
    desk.write(vec![stack("Shop", &queue(30))]);
    assert_eq!(desk.types(&["deploy", "-q"]).code, 0);
    let mut template = stuck(60);
    template["Resources"]["Signal"]["Properties"]["Timeout"] = json!("5");
    desk.write(vec![stack("Shop", &template)]);
    let mut program = Command::new(env!("CARGO_BIN_EXE_formwork"));
    program.args(["deploy", &format!("--local={}", desk.account.endpoint)]).current_dir(&desk.directory);
    let mut program = program.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().expect("is started");
    let mut err = BufReader::new(program.stderr.take().expect("is piped"));
    let mut told = String::new();
    while !told.contains("creating     Shop/Signal") {
        assert!(err.read_line(&mut told).expect("is read") > 0, "{told}");
    }
    let kill = Command::new("kill").args(["-INT", &program.id().to_string()]).status();
    assert!(kill.expect("is sent").success());
    err.read_to_string(&mut told).expect("is read");
    assert_eq!(program.wait().expect("ends").code(), Some(130), "{told}");
    assert!(told.contains("interrupted") && told.contains("UPDATE_ROLLBACK_COMPLETE"), "{told}");
    let state = desk.types(&["status"]);
    assert!(state.out.contains("UPDATE_ROLLBACK_COMPLETE"), "{}", state.out);
}

#[test]
fn what_was_prepared_is_carried_out_by_its_name() {
    let Some(desk) = Desk::new() else { return };
    desk.write(vec![stack("Shop", &queue(30))]);
    let prepared = desk.types(&["deploy", "--prepare"]);
    assert_eq!(prepared.code, 0, "{}", prepared.err);
    let name = prepared.out.trim();
    assert!(name.starts_with("formwork-"), "{name}");
    assert!(desk.types(&["outputs"]).out.is_empty(), "nothing was made");
    let executed = desk.types(&["deploy", "--execute", name]);
    assert_eq!(executed.code, 0, "{}", executed.err);
    assert!(executed.out.contains("https://shop.example.com"), "{}", executed.out);
}

#[test]
fn what_cannot_be_asked_ends_with_six_and_what_is_not_there_with_three() {
    let Some(desk) = Desk::new() else { return };
    let nothing = desk.types(&["deploy"]);
    assert_eq!((nothing.code, nothing.out.as_str()), (3, ""), "{}", nothing.err);
    desk.write(vec![stack("Shop", &queue(30))]);
    // Nobody listens on the first port.
    let silent = desk.types_plainly(&["deploy", "--local=http://127.0.0.1:1"]);
    assert_eq!((silent.code, silent.out.as_str()), (6, ""), "{}", silent.err);
    let unknown = desk.types(&["status", "Shup"]);
    assert_eq!(unknown.code, 4, "{}", unknown.err);
    assert!(
        unknown.err.contains("there is no stack `Shup`") && unknown.err.contains("`Shop`"),
        "{}",
        unknown.err
    );
}
