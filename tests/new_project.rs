//! A user's own project, outside the workspace, with the README's `main.rs` and nothing else: does it answer?

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A package of its own in a temporary directory. What it is built with is kept in the workspace's target directory.
struct Project {
    directory: TempDir,
    target: PathBuf,
}

impl Project {
    fn new(main: &str, dependencies: &str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new_project");
        let project = Self { directory, target };
        let root = ROOT.replace('\\', "/");
        let manifest = format!(
            "[package]\nname = \"my-shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nformwork = {{ path = \"{root}\" }}\n{dependencies}\n\
             [profile.dev]\ndebug = false\nincremental = false\n"
        );
        project.write("Cargo.toml", &manifest);
        project.write("src/main.rs", main);
        // The versions that the workspace has locked, so that nothing new is fetched.
        fs::copy(Path::new(ROOT).join("Cargo.lock"), project.path("Cargo.lock"))
            .expect("copies the lock file");
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("makes directories");
        fs::write(path, text).expect("writes");
    }

    /// `cargo run -- …`
    fn run(&self, args: &[&str]) -> Output {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["run", "--quiet", "--"]).args(args).current_dir(&self.directory);
        cargo.env("CARGO_TARGET_DIR", &self.target).env_remove("CDK_OUTDIR").env_remove("RUSTFLAGS");
        cargo.env_remove("CARGO_MANIFEST_DIR").env_remove("RUSTUP_TOOLCHAIN");
        cargo.output().expect("cargo runs")
    }

    fn succeeds(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("is UTF-8")
    }

    /// What stands on stderr of a command that ends with that code and prints no data.
    fn fails(&self, args: &[&str], code: i32) -> String {
        let output = self.run(args);
        let stderr = String::from_utf8(output.stderr).expect("is UTF-8");
        assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
        assert!(output.stdout.is_empty());
        stderr
    }

    fn template(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(self.path(path)).expect("was written")).expect("is JSON")
    }
}

/// The `main.rs` of the README: its first block of Rust.
fn main_of_readme() -> String {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("is there");
    let block = readme.split("```").find_map(|part| part.strip_prefix("rust")).expect("has a block of Rust");
    // The first line holds the rest of the block's heading.
    block.split_once('\n').expect("has lines").1.to_owned()
}

const WITH_CONFIG: &str = r#"
use formwork::prelude::*;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Config {
    topics: u8,
}

fn main() -> ExitCode {
    formwork::main(app)
}

fn app(stage: &Stage<Config>) -> App {
    let mut app = App::new("shop", stage);
    let mut shop = app.stack("Shop");
    for index in 0..stage.config.topics {
        shop.add(format!("Alerts{index}"), RawResource::new("AWS::SNS::Topic"));
    }
    app
}
"#;

#[test]
fn a_new_project_answers() {
    let project = Project::new(&main_of_readme(), "");
    assert!(project.succeeds(&["--help"]).contains("Usage: cargo run -- "));
    assert!(project.succeeds(&["ls"]).starts_with("Shop  shop-dev-Shop  any account  any region  "));
    assert!(!project.path("formwork.out").exists());

    let paths = project.succeeds(&["synth"]);
    let path = paths.trim();
    assert_eq!(Path::new(path), Path::new("formwork.out").join("Shop.template.json"));
    assert_eq!(project.template(path)["Resources"]["Orders"]["Type"], "AWS::DynamoDB::Table");
    project.succeeds(&["synth", "--stage", "prod", "--out", "prod"]);
    assert_eq!(project.template("prod/formwork.json")["protected"], true);

    anywhere(&project);
    without_the_engine(&project);
    #[cfg(unix)]
    with_the_engine(&project);

    let error = project.fails(&["synth", "--stage", "prd"], 1);
    assert!(error.contains("error[FW5001]: there is no stage `prd`"), "{error}");
    assert!(error.contains("help: did you mean `prod`? known are `dev`, `prod`"), "{error}");

    project.write(
        "stages.json",
        r#"{ "stages": { "test": { "account": "123456789012", "region": "eu-west-1" } } }"#,
    );
    assert!(project.succeeds(&["ls"]).starts_with("Shop  shop-test-Shop  123456789012  eu-west-1"));

    with_settings();
}

/// The same bytes, wherever and in whatever environment the program runs.
fn anywhere(project: &Project) {
    let program = project.target.join("debug").join(format!("my-shop{}", env::consts::EXE_SUFFIX));
    let elsewhere = tempfile::tempdir().expect("a temporary directory");
    let synth = |directory: &Path, out: &str, environment: &[(&str, &str)]| {
        let mut command = Command::new(&program);
        command
            .args(["synth", "--out", out])
            .current_dir(directory)
            .env("CARGO_MANIFEST_DIR", project.path("."));
        command.envs(environment.iter().copied());
        let output = command.output().expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut files: Vec<PathBuf> = fs::read_dir(directory.join(out))
            .expect("was written")
            .map(|entry| entry.expect("is readable").path())
            .collect();
        files.sort();
        files
            .iter()
            .map(|file| (file.file_name().map(ToOwned::to_owned), fs::read(file).expect("is readable")))
            .collect::<Vec<_>>()
    };
    let here = synth(project.directory.path(), "one", &[]);
    let strange = [
        ("TZ", "Asia/Kathmandu"),
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "C"),
        ("HOME", "/nowhere"),
        ("USER", "x"),
    ];
    assert_eq!(here.len(), 3);
    assert!(here == synth(elsewhere.path(), "two/deep", &strange));
}

/// Who only writes and reviews compiles nothing of AWS.
fn without_the_engine(project: &Project) {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["tree", "--edges", "normal", "--prefix", "none", "--offline"])
        .current_dir(&project.directory);
    let output = cargo.env_remove("RUSTUP_TOOLCHAIN").output().expect("cargo runs");
    let tree = String::from_utf8(output.stdout).expect("is UTF-8");
    assert!(tree.contains("formwork-cli"), "{tree}{}", String::from_utf8_lossy(&output.stderr));
    let is_of_the_engine =
        |name: &str| ["aws-", "tokio", "hyper", "rustls", "ring "].iter().any(|one| name.starts_with(one));
    assert!(!tree.lines().any(is_of_the_engine), "{tree}");
}

/// What asks AWS is done by the program built again with the engine, or by the program that is installed.
#[cfg(unix)]
fn with_the_engine(project: &Project) {
    use std::os::unix::fs::PermissionsExt;

    let write_program = |name: &str| {
        let script = "#!/bin/sh\necho \"again=$FORMWORK_RUN_AGAIN\"\nprintf '%s\\n' \"$@\"\nexit 7\n";
        project.write(name, script);
        fs::set_permissions(project.path(name), fs::Permissions::from_mode(0o755)).expect("may be run");
    };
    write_program("fake/cargo");
    write_program("fake/installed/formwork");
    let program = project.target.join("debug/my-shop");
    let run = |set: &[(&str, &Path)], args: &[&str]| {
        let mut command = Command::new(&program);
        command.args(args).current_dir(&project.directory).env_clear().env("PATH", "/nowhere");
        let output = command.envs(set.iter().copied()).output().expect("runs");
        let text = |bytes| String::from_utf8(bytes).expect("is UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (cargo, here) = (project.path("fake/cargo"), project.path(""));
    let by_cargo: [(&str, &Path); 3] =
        [("CARGO", &cargo), ("CARGO_MANIFEST_DIR", &here), ("CARGO_PKG_NAME", Path::new("my-shop"))];

    let (code, out, err) = run(&by_cargo, &["deploy", "--stage", "prod", "--yes=prod", "Shop"]);
    assert_eq!((code, err.as_str()), (Some(7), "building deploy support, first time only\n"), "{out}");
    let manifest = here.join("Cargo.toml");
    let wanted = [
        "run",
        "--features",
        "formwork/deploy",
        "--manifest-path",
        &manifest.display().to_string(),
        "--bin",
        "my-shop",
        "--",
        "deploy",
        "--stage",
        "prod",
        "--yes=prod",
        "Shop",
    ];
    let (again, out) = out.split_once('\n').expect("has lines");
    assert!(again.strip_prefix("again=").is_some_and(|made| made.len() == 64), "says what it makes: {again}");
    assert_eq!(out.lines().collect::<Vec<_>>(), wanted);
    let (code, ..) = run(&by_cargo, &["diff", "--deployed"]);
    assert_eq!(code, Some(7), "what is deployed only AWS knows");

    // Built again, and still without: once is enough.
    let again = [by_cargo.as_slice(), &[("FORMWORK_RUN_AGAIN", Path::new("1"))]].concat();
    let (code, out, err) = run(&again, &["status"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("still has no engine") && err.contains("features = [\"deploy\"]"), "{err}");

    let installed = project.path("fake/installed");
    let (code, out, err) = run(&[("PATH", &installed)], &["deploy", "-s", "prod", "--yes=prod", "Shop"]);
    assert_eq!(code, Some(7), "{err}");
    let typed = ["again=1", "deploy", "--assembly", "formwork.out", "--yes=prod", "--", "Shop"];
    assert_eq!(out.lines().collect::<Vec<_>>(), typed);
    assert!(project.path("formwork.out/Shop.template.json").is_file());

    let (code, out, err) = run(&[], &["deploy"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("`cargo run`") && err.contains("cargo install"), "{err}");
    assert_eq!(run(&[], &["deploy", "--bogus"]).0, Some(2), "what is wrong is told at once");
}

/// Stages with settings, defined in a file. Called by the test above, so that two builds never wait for each other.
fn with_settings() {
    let dependencies = "schemars = \"1\"\nserde = { version = \"1\", features = [\"derive\"] }\n";
    let project = Project::new(WITH_CONFIG, dependencies);
    let error = project.fails(&["synth"], 1);
    assert!(error.contains("stage `dev` has no settings: missing field `topics`"), "{error}");

    let broken = "{\n  \"stages\": {\n    \"dev\": { \"regoin\": \"eu-west-1\", \"config\": { \"topics\": \"2\" } }\n  }\n}\n";
    project.write("stages.json", broken);
    let error = project.fails(&["synth"], 1);
    assert!(error.contains("--> stages.json:3:14\n") && error.contains("did you mean `region`?"), "{error}");
    assert!(
        error.contains("--> stages.json:3:59\n") && error.contains("2 errors; nothing was written"),
        "{error}"
    );
    assert!(error.contains(broken.lines().nth(2).expect("has three lines")), "{error}");
    assert!(!project.path("formwork.out").exists());

    project.write("stages.json", r#"{ "stages": { "dev": { "config": { "topics": 2 } } } }"#);
    project.succeeds(&["synth"]);
    let template = project.template("formwork.out/Shop.template.json");
    assert_eq!(template["Resources"].as_object().map(serde_json::Map::len), Some(2));
    let schema: serde_json::Value = serde_json::from_str(&project.succeeds(&["schema"])).expect("is JSON");
    assert_eq!(schema["$defs"]["Config"]["properties"]["topics"]["maximum"], 255);
}
