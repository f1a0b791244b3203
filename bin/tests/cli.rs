//! The command line with an app that is only pretended: what is printed where, and how it ends.

use std::{ffi::OsString, fs, path::Path};

use formwork_assembly::{
    Assembly, Asset, AssetSource, Diagnostic, Place, ResourceOrigin, Stack, Synthesis, code,
};
use formwork_cli::{Program, Request, Surroundings, run};
use serde_json::{Value, json};
use tempfile::TempDir;

/// An app that answers what it is told to.
struct Pretended {
    synthesis: Synthesis,
    has_file: bool,
}

impl Program for Pretended {
    fn schema(&self) -> Option<Value> {
        self.has_file.then(|| json!({ "title": "Stages" }))
    }

    fn synthesize(&self, request: &Request<'_>) -> Synthesis {
        let mut synthesis = self.synthesis.clone();
        if let Some(assembly) = &mut synthesis.assembly {
            request.stage.unwrap_or("dev").clone_into(&mut assembly.stage);
            assembly.app =
                request.stage_file.map_or_else(|| "shop".to_owned(), |file| file.text.trim().to_owned());
            for asset in &mut assembly.assets {
                asset.hash = request.assets.hash(&asset.source).expect("is readable");
                assembly.stacks[0].assets.push(asset.hash.clone());
            }
        }
        synthesis
    }
}

fn stack(id: &str, resources: usize) -> Stack {
    let origin =
        |index| ResourceOrigin { logical_id: format!("R{index}"), path: format!("{id}/R{index}"), at: None };
    Stack {
        id: id.to_owned(),
        name: format!("shop-dev-{id}"),
        account: None,
        region: None,
        template: "{}\n".to_owned(),
        tags: Vec::new(),
        termination_protection: false,
        dependencies: Vec::new(),
        assets: Vec::new(),
        resources: (0..resources).map(origin).collect(),
        ..Stack::default()
    }
}

fn shop() -> Pretended {
    let mail = Stack {
        account: Some("123456789012".to_owned()),
        region: Some("eu-west-1".to_owned()),
        dependencies: vec!["Shop".to_owned()],
        ..stack("Mail", 1)
    };
    let source = AssetSource::Directory { directory: "site".to_owned() };
    let asset = Asset { hash: String::new(), name: "Shop/Site".to_owned(), source };
    let assembly =
        Assembly { stacks: vec![stack("Shop", 12), mail], assets: vec![asset], ..Assembly::default() };
    Pretended { synthesis: Synthesis { assembly: Some(assembly), diagnostics: Vec::new() }, has_file: true }
}

fn broken(diagnostics: Vec<Diagnostic>) -> Pretended {
    Pretended { synthesis: Synthesis { assembly: None, diagnostics }, has_file: true }
}

fn place(line: u32, column: u32) -> Place {
    Place { file: "src/main.rs".into(), line, column }
}

/// What a command line left behind.
struct Run {
    code: u8,
    out: String,
    err: String,
}

/// A package with a site, a source file and nothing else.
fn package() -> TempDir {
    let base = tempfile::tempdir().expect("a temporary directory");
    let write = |name: &str, text: &str| {
        let path = base.path().join(name);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("makes directories");
        fs::write(path, text).expect("writes");
    };
    write("site/index.html", "<p>\n");
    write(
        "src/main.rs",
        "fn app() {\n    let vpc = shop.add(\"Vpc\", Vpc::across_azs(2));\n\tshop.add(\"Vpc\", Vpc::across_azs(2));\n}\n",
    );
    base
}

fn around(base: &Path) -> Surroundings {
    Surroundings {
        directory: base.to_owned(),
        package: base.to_owned(),
        cargo: true,
        ..Surroundings::default()
    }
}

fn run_in(base: &TempDir, program: Option<&Pretended>, args: &[&str]) -> Run {
    run_around(&around(base.path()), program, args)
}

fn run_around(around: &Surroundings, program: Option<&Pretended>, args: &[&str]) -> Run {
    let args: Vec<OsString> = ["shop"].iter().chain(args).map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let program = program.map(|program| program as &dyn Program);
    let code = run(program, args, around, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("is UTF-8");
    Run { code, out: text(out), err: text(err) }
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

#[test]
fn help_fits_on_a_page() {
    let base = package();
    let app = run_in(&base, Some(&shop()), &["--help"]);
    assert_eq!((app.code, app.err.as_str()), (0, ""));
    assert_snapshot!("help", app.out);
    let tool = run_around(&Surroundings::default(), None, &["--help"]);
    assert_snapshot!("help_without_app", tool.out);
    let nothing = run_in(&base, Some(&shop()), &[]);
    assert_eq!((nothing.code, nothing.out.as_str()), (2, ""));
    assert_eq!(nothing.err, app.out);
}

#[test]
fn whatever_is_compiled_the_commands_that_ask_aws_have_their_help() {
    let base = package();
    let run = run_in(&base, Some(&shop()), &["deploy", "--help"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_snapshot!("help_deploy", run.out);
    for command in ["resume", "rollback", "destroy", "status", "outputs", "drift"] {
        for program in [Some(&shop()), None] {
            let run = run_in(&base, program, &[command, "--help"]);
            assert!(run.code == 0 && run.out.contains("130 interrupted"), "{command}: {}", run.err);
        }
    }
}

#[test]
fn what_cannot_be_meant_is_told_before_anything_is_asked() {
    let base = package();
    for args in [
        &["deploy", "--allow", "Db"][..],
        &["deploy", "--prepare", "--execute", "x"],
        &["deploy", "--concurrency", "0"],
        &["deploy", "--timeout", "1.5"],
        &["rollback", "--skip", "Db"],
        &["diff", "--deployed", "--against", "before"],
        &["diff", "--profile", "me"],
    ] {
        let run = run_in(&base, Some(&shop()), args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}: {}", run.err);
        assert!(!base.path().join("formwork.out").exists());
    }
    let secret = run_in(&base, Some(&shop()), &["deploy", "--parameter", "s3cret"]);
    assert!(
        secret.code == 2 && secret.err.contains("NAME=VALUE") && !secret.err.contains("s3cret"),
        "{}",
        secret.err
    );
}

#[test]
fn synth_prints_templates_on_stdout_and_the_rest_on_stderr() {
    let base = package();
    let run = run_in(&base, Some(&shop()), &["synth", "--stage", "prod"]);
    assert_eq!(run.code, 0);
    let path = |name: &str| Path::new("formwork.out").join(name).display().to_string();
    assert_eq!(run.out, format!("{}\n{}\n", path("Shop.template.json"), path("Mail.template.json")));
    assert_eq!(
        run.err,
        "wrote 2 stacks, 13 resources, 1 asset of `shop` for stage `prod` to `formwork.out`\n"
    );
    assert!(base.path().join("formwork.out/manifest.json").is_file());
    let quiet = run_in(&base, Some(&shop()), &["synth", "-q"]);
    assert_eq!((quiet.code, quiet.err.as_str(), quiet.out), (0, "", run.out));
}

#[test]
fn synth_prints_json() {
    let base = package();
    let run = run_in(&base, Some(&shop()), &["synth", "--format", "json", "--out", "build/assembly"]);
    let report: Value = serde_json::from_str(&run.out).expect("is JSON");
    assert_eq!(report["stacks"][0]["assets"][0].as_str().map(str::len), Some(64));
    assert_eq!(report["stacks"][1]["dependencies"], json!(["Shop"]));
    let written = base.path().join(report["stacks"][1]["template"].as_str().expect("has a template"));
    assert!(written.starts_with(base.path().join("build")) && written.is_file());
}

#[test]
fn the_cdk_chooses_the_folder() {
    let base = package();
    let around = Surroundings { cdk_out: Some(base.path().join("cdk.out")), ..around(base.path()) };
    assert_eq!(run_around(&around, Some(&shop()), &["synth"]).code, 0);
    assert!(base.path().join("cdk.out/manifest.json").is_file());
    assert_eq!(run_around(&around, Some(&shop()), &["synth", "-o", "mine"]).code, 0);
    assert!(base.path().join("mine/manifest.json").is_file(), "`--out` is nearer");
}

#[test]
fn the_cdk_chooses_the_stage() {
    let base = package();
    let with = |context: &str, args: &[&str]| {
        let around = Surroundings {
            cdk_out: Some(base.path().join("cdk.out")),
            cdk_context: Some(context.to_owned()),
            ..around(base.path())
        };
        run_around(&around, Some(&shop()), args)
    };
    let stage_of = |context: &str, args: &[&str]| {
        let run = with(context, args);
        assert_eq!(
            (run.code, run.out.as_str()),
            (0, ""),
            "nothing of ours among what the CDK prints: {}",
            run.err
        );
        let facts = fs::read_to_string(base.path().join("cdk.out/formwork.json")).expect("is there");
        serde_json::from_str::<Value>(&facts).expect("is JSON")["stage"].clone()
    };
    assert_eq!(stage_of(r#"{"stage":"prod"}"#, &["synth"]), "prod");
    assert_eq!(stage_of(r#"{"stage":7,"formwork:stage":"load"}"#, &["synth"]), "load");
    assert_eq!(stage_of(r#"{"stage":"prod"}"#, &["synth", "--stage", "test"]), "test");
    assert_eq!(stage_of(r#"{"other":"prod"}"#, &["synth"]), "dev");
    for (context, message) in
        [("prod", "`CDK_CONTEXT_JSON` is no JSON object"), (r#"{"stage":7}"#, "`stage` is no text")]
    {
        let run = with(context, &["synth"]);
        assert!(run.code == 1 && run.err.contains("FW6820") && run.err.contains(message), "{}", run.err);
    }
}

#[test]
fn ls_lists_stacks_and_writes_nothing() {
    let base = package();
    let run = run_in(&base, Some(&shop()), &["ls"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_snapshot!("ls", run.out);
    assert!(!base.path().join("formwork.out").exists());
    assert_eq!(run_in(&base, Some(&shop()), &["synth", "-q"]).code, 0);
    for program in [Some(&shop()), None] {
        let read = run_in(&base, program, &["ls", "--assembly", "formwork.out"]);
        assert_eq!((read.code, read.out), (0, run.out.clone()));
    }
    let missing = run_in(&base, None, &["ls", "--assembly", "nowhere"]);
    assert_eq!((missing.code, missing.out.as_str()), (3, ""));
    assert!(missing.err.starts_with("error[FW5204]: `"), "{}", missing.err);
}

#[test]
fn diff_compares_the_app_with_what_synth_wrote() {
    let base = package();
    let missing = run_in(&base, Some(&shop()), &["diff"]);
    assert_eq!((missing.code, missing.out.as_str()), (3, ""));
    assert!(missing.err.starts_with("error[FW5204]"), "{}", missing.err);
    assert_eq!(run_in(&base, Some(&shop()), &["synth", "-q"]).code, 0);
    let same = run_in(&base, Some(&shop()), &["diff"]);
    assert_eq!(
        (same.code, same.out.as_str(), same.err.as_str()),
        (0, "no differences from formwork.out\n", "")
    );

    fs::write(base.path().join("site/index.html"), "<h1>\n").expect("writes");
    let mut changed = shop();
    let assembly = changed.synthesis.assembly.as_mut().expect("has one");
    assembly.stacks[1].template = r#"{ "Resources": { "R0": { "Type": "AWS::SNS::Topic" } } }"#.to_owned();
    let told = run_in(&base, Some(&changed), &["diff", "--format", "json"]);
    let report: Value = serde_json::from_str(&told.out).expect("is JSON");
    assert_eq!(report["stacks"][0]["resources"][0]["path"], "Mail/R0");
    assert_eq!(report["assets"][0]["id"], "Shop/Site", "its files are others");
    let again = run_in(&base, Some(&changed), &["diff", "--format", "json"]);
    assert_eq!(again.out, told.out, "nothing was written");

    let error = Diagnostic::error(&code::BAD_ID, "no such app");
    let failed = run_in(&base, Some(&broken(vec![error])), &["diff"]);
    assert_eq!((failed.code, failed.out.as_str()), (1, ""));
    let wrong = run_in(&base, Some(&shop()), &["ls", "--format", "markdown"]);
    assert_eq!(wrong.code, 2, "only `diff` speaks Markdown");
}

#[test]
fn findings_are_shown_with_the_users_lines() {
    let base = package();
    let unused = Diagnostic::warning(&code::BAD_ID, "a warning").at(place(2, 15));
    let twice = Diagnostic::error(&code::DUPLICATE_ID, "`Vpc` is there already")
        .path("Shop/Vpc")
        .property("Properties/CidrBlock")
        .help("give one of the two another id\nor remove it")
        .at(place(3, 7))
        .related("the first one", place(2, 20));
    let elsewhere = Diagnostic::error(&code::BAD_ID, "no such file any more").at(Place {
        file: "gone.rs".into(),
        line: 1234,
        column: 5,
    });
    let nowhere = Diagnostic::error(&code::BAD_STAGE, "no place at all");
    let alike = |index: usize| {
        let one = Diagnostic::error(&code::BAD_LOGICAL_ID, "the same in a loop").at(place(2, 24));
        one.path(format!("Shop/Loop{index}")).help("change the loop")
    };
    let mut found = vec![twice, unused, elsewhere, nowhere];
    found.extend((0..40).map(alike));
    let run = run_in(&base, Some(&broken(found.clone())), &["synth"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(!base.path().join("formwork.out").exists());
    assert_snapshot!("findings", run.err);
    let quiet = run_in(&base, Some(&broken(found.clone())), &["synth", "--quiet"]);
    assert!(!quiet.err.contains("warning") && quiet.err.contains("error[FW1001]"));
    let json = run_in(&base, Some(&broken(found.clone())), &["synth", "--format", "json"]);
    let report: Value = serde_json::from_str(&json.out).expect("is JSON");
    assert_eq!(report["diagnostics"].as_array().map(Vec::len), Some(44));
    assert_eq!(json.code, 1);
    assert!(report.get("folder").is_none());
    let coloured = run_in(&base, Some(&broken(found)), &["synth", "--color", "always"]);
    let mut plain = coloured.err.clone();
    for code in ["1;31", "1;33", "1;36", "1", "1;34", "0"] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(plain, run.err, "colours only repeat what the words say");
    assert_ne!(coloured.err, run.err);
}

#[test]
fn nothing_of_the_users_reaches_the_terminal_raw() {
    let base = package();
    let hostile = "a\u{1b}]0;title\u{7}\u{9b}31m\u{202e}\r\nerror: forged";
    fs::write(base.path().join("src/main.rs"), format!("let name = \"{hostile}\";")).expect("writes");
    let one = Diagnostic::error(&code::BAD_ID, hostile)
        .help(hostile)
        .path(hostile)
        .property(hostile)
        .at(place(1, 12))
        .related(hostile, Place { file: hostile.to_owned().into(), line: 1, column: 1 });
    for format in ["text", "json"] {
        let run = run_in(&base, Some(&broken(vec![one.clone()])), &["synth", "--format", format]);
        let all = run.out + &run.err;
        let wild =
            |char: char| (char.is_control() && char != '\n') || ('\u{202a}'..='\u{202e}').contains(&char);
        assert!(!all.contains(wild), "{all:?}");
        let forged = run.err.lines().filter(|line| line.starts_with("error: forged")).count();
        assert_eq!(forged, 0, "{}", run.err);
    }
    let run = run_in(&base, Some(&shop()), &["synth", "--stage", hostile, "--bogus\u{1b}"]);
    assert_eq!(run.code, 2);
    assert!(!run.err.contains('\u{1b}'));
}

#[test]
fn usage_errors_end_with_two() {
    let base = package();
    for args in
        [&["sinth"][..], &["synth", "--format", "yaml"], &["synth", "--stage"], &["explain", "a", "b"]]
    {
        let run = run_in(&base, Some(&shop()), args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.starts_with("error: "), "{}", run.err);
    }
    assert!(run_in(&base, Some(&shop()), &["sinth"]).err.contains("'synth'"));
    let run = run_in(&base, None, &["synth"]);
    assert_eq!(run.code, 2, "there is no app to build");
}

#[test]
fn stage_files_are_found_beside_the_package() {
    let base = package();
    let none = run_in(&base, Some(&shop()), &["synth"]);
    assert!(none.err.contains("`shop`"), "{}", none.err);
    fs::write(base.path().join("stages.json"), "found").expect("writes");
    fs::write(base.path().join("other.json"), "named").expect("writes");
    let found = run_in(&base, Some(&shop()), &["synth"]);
    assert!(found.err.contains("`found`"), "{}", found.err);
    let named = run_in(&base, Some(&shop()), &["--stages", "other.json", "synth"]);
    assert!(named.err.contains("`named`"), "{}", named.err);
    let in_rust = Pretended { has_file: false, ..shop() };
    let ignored = run_in(&base, Some(&in_rust), &["synth"]);
    assert!(ignored.err.contains("`shop`"), "{}", ignored.err);
}

#[test]
fn missing_stage_files_are_told() {
    let base = package();
    let missing = run_in(&base, Some(&shop()), &["synth", "--stages", "no/such.json"]);
    assert_eq!((missing.code, missing.out.as_str()), (1, ""));
    assert!(missing.err.starts_with("error[FW5003]: cannot read `no/such.json`"), "{}", missing.err);
    fs::write(base.path().join("binary.json"), [0xff, 0xfe]).expect("writes");
    let binary = run_in(&base, Some(&shop()), &["synth", "--stages", "binary.json"]);
    assert!(binary.err.starts_with("error[FW5003]"), "{}", binary.err);
    let in_rust = Pretended { has_file: false, ..shop() };
    for args in [&["synth", "--stages", "stages.json"][..], &["schema"]] {
        let run = run_in(&base, Some(&in_rust), args);
        assert_eq!(run.code, 1);
        assert!(run.err.contains("defined in Rust"), "{}", run.err);
    }
}

#[test]
fn a_folder_that_cannot_be_written_ends_with_three() {
    let base = package();
    let run = run_in(&base, Some(&shop()), &["synth", "--out", "site"]);
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    assert!(run.err.starts_with("error[FW5201]"), "{}", run.err);
    assert!(base.path().join("site/index.html").is_file());
}

#[test]
fn explains_codes() {
    let base = package();
    let run = run_in(&base, None, &["explain", "fw5005"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_snapshot!("explain", run.out);
    let unknown = run_in(&base, None, &["explain", "FW500"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.contains("did you mean `FW5"), "{}", unknown.err);
    let all = run_in(&base, None, &["explain"]);
    assert_eq!(all.out.lines().count(), code::all().count());
    let json = run_in(&base, None, &["explain", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Vec<Value>>(&json.out).expect("is JSON").len(), code::all().count());
}

#[test]
fn codes_are_sorted_unique_and_explained() {
    assert!(code::all().zip(code::all().skip(1)).all(|(one, next)| one.id < next.id));
    for code in code::all() {
        assert!(code.id.len() == 6 && code.id.starts_with("FW"), "{}", code.id);
        assert!(!code.title.ends_with('.') && code.explanation.ends_with('.'), "{}", code.id);
        assert!(code.explanation.len() > 60, "{} says too little", code.id);
    }
}

#[test]
fn prints_the_schema_of_the_stage_file() {
    let run = run_in(&package(), Some(&shop()), &["schema"]);
    assert_eq!(serde_json::from_str::<Value>(&run.out).expect("is JSON"), json!({ "title": "Stages" }));
}

#[test]
fn completes_in_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let around = Surroundings { program: Some("shop".to_owned()), ..Surroundings::default() };
        let run = run_around(&around, Some(&shop()), &["completions", shell]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert!(run.out.contains("shop") && run.out.contains("explain"), "{shell}");
    }
}

#[test]
fn no_path_of_this_machine_gets_into_the_folder() {
    let base = package();
    let mut program = shop();
    let assembly = program.synthesis.assembly.as_mut().expect("has one");
    let files =
        [base.path().join("src/main.rs"), "src/main.rs".into(), std::env::temp_dir().join("elsewhere.rs")];
    for (resource, file) in assembly.stacks[0].resources.iter_mut().zip(files) {
        resource.at = Some(Place { file: file.display().to_string().into(), line: 1, column: 1 });
    }
    assert_eq!(run_in(&base, Some(&program), &["synth"]).code, 0);
    let facts = fs::read_to_string(base.path().join("formwork.out/formwork.json")).expect("was written");
    assert!(!facts.contains(&std::env::temp_dir().display().to_string()), "{facts}");
    assert_eq!(facts.matches("\"src/main.rs\"").count(), 2, "{facts}");
}

/// A stdout that takes nothing.
struct Closed(std::io::ErrorKind);

impl std::io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn data_that_nobody_takes_is_no_success() {
    let base = package();
    let ls = |kind| {
        let mut err = Vec::new();
        let args = vec!["shop".into(), "ls".into()];
        let code = run(Some(&shop()), args, &around(base.path()), &mut Closed(kind), &mut err);
        (code, String::from_utf8(err).expect("is UTF-8"))
    };
    let (code, err) = ls(std::io::ErrorKind::StorageFull);
    assert!(code == 3 && err.starts_with("error: cannot write to stdout"), "{code} {err}");
    assert_eq!(ls(std::io::ErrorKind::BrokenPipe), (0, String::new()), "`| head` is no failure");
}
