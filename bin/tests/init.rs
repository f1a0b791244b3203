//! The command `init ci github`: what it writes, and where it writes nothing.

use std::{ffi::OsString, fs, path::Path};

use formwork_assembly::Synthesis;
use formwork_cli::{Program, Request, StageOutline, Surroundings, run};
use serde_json::Value;
use tempfile::TempDir;

/// An app whose stages are defined in Rust.
struct App(Vec<StageOutline>);

impl Program for App {
    fn schema(&self) -> Option<Value> {
        None
    }

    fn stages(&self) -> Option<Vec<StageOutline>> {
        Some(self.0.clone())
    }

    fn synthesize(&self, _: &Request<'_>) -> Synthesis {
        Synthesis::default()
    }
}

fn stage(name: &str, protected: bool) -> StageOutline {
    StageOutline { name: name.to_owned(), region: Some("eu-west-1".to_owned()), protected, bootstrap: None }
}

/// A repository with a package in it.
fn repository(package: &str) -> TempDir {
    let base = tempfile::tempdir().expect("a temporary directory");
    fs::create_dir_all(base.path().join(".git")).expect("is writable");
    fs::create_dir_all(base.path().join(package)).expect("is writable");
    base
}

fn init(base: &TempDir, package: &str, program: Option<&dyn Program>) -> (u8, String, String) {
    let directory = base.path().join(package);
    let around = Surroundings { package: directory.clone(), directory, ..Surroundings::default() };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(
        program,
        ["app", "init", "ci", "github"].map(OsString::from).to_vec(),
        &around,
        &mut out,
        &mut err,
    );
    let text = |bytes| String::from_utf8(bytes).expect("is UTF-8");
    (code, text(out), text(err))
}

fn workflow(base: &TempDir) -> String {
    fs::read_to_string(base.path().join(".github/workflows/infrastructure.yml")).expect("is there")
}

#[test]
fn a_workflow_reviews_and_deploys() {
    let base = repository("infra/app");
    let stages = r#"{"stages": {
        "prod": {"region": "eu-central-1", "protected": true}, "dev": {"region": "eu-west-1"}, "load-test": {}
    }}"#;
    fs::write(base.path().join("infra/app/stages.json"), stages).expect("is writable");
    let (code, _, err) = init(&base, "infra/app", None);
    assert_eq!(code, 0, "{err}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/cli"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("workflow", workflow(&base)));
}

#[test]
fn stages_come_from_the_app() {
    let base = repository(".");
    let app = App(vec![stage("live", true), stage("test", false)]);
    let (code, out, err) = init(&base, ".", Some(&app));
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.trim_end().replace('\\', "/"), ".github/workflows/infrastructure.yml");
    let text = workflow(&base);
    assert!(text.contains("for stage in test live; do") && text.contains("working-directory: .\n"), "{text}");
    assert!(text.contains("deploy --stage live --yes=live") && text.contains("needs: deploy-test"), "{text}");
    assert!(!text.contains("AWS_REGION"), "the stages say where they are: {text}");
}

#[test]
fn without_a_word_about_stages_there_are_two() {
    let base = repository(".");
    assert_eq!(init(&base, ".", None).0, 0);
    let text = workflow(&base);
    assert!(
        text.contains("for stage in dev prod; do") && text.contains("aws-region: ${{ vars.AWS_REGION }}"),
        "{text}"
    );
}

#[test]
fn nothing_is_overwritten() {
    let base = repository(".");
    let path = base.path().join(".github/workflows/infrastructure.yml");
    fs::create_dir_all(path.parent().expect("has a parent")).expect("is writable");
    fs::write(&path, "mine").expect("is writable");
    let (code, out, err) = init(&base, ".", None);
    assert_eq!((code, out.as_str(), workflow(&base).as_str()), (3, "", "mine"));
    assert!(err.contains("FW6830") && err.contains("is there already"), "{err}");
}

#[test]
fn what_could_change_a_script_is_refused() {
    let bad = App(vec![stage("dev; curl evil", false)]);
    let base = repository("a b");
    for (package, program) in [(".", Some(&bad as &dyn Program)), ("a b", None)] {
        let (code, _, err) = init(&base, package, program);
        assert!(code == 1 && err.contains("FW6832"), "{err}");
        assert!(!Path::new(&base.path().join(".github")).exists());
    }
}

#[test]
fn a_stage_with_a_bootstrap_of_the_cdk_has_no_execution_role_of_its_own() {
    let base = repository(".");
    let stages = r#"{"stages": {"dev": {}, "live": {"bootstrap": "cdk"}, "acme": {"bootstrap": {"cdk": {"qualifier": "acme"}}}}}"#;
    fs::write(base.path().join("stages.json"), stages).expect("is writable");
    let (code, _, err) = init(&base, ".", None);
    assert_eq!(code, 0, "{err}");
    let written = workflow(&base);
    assert!(written.contains("# With a bootstrap of the CDK (live, acme), 2 and 3"), "{written}");
    assert!(written.contains("--stage live --yes=live\n") && written.contains("--stage acme --yes=acme\n"));
    assert!(written.contains("--stage dev --yes=dev --role-arn \"$EXECUTION_ROLE\"\n"));
    assert_eq!(written.matches("EXECUTION_ROLE: ${{ vars.AWS_EXECUTION_ROLE }}").count(), 1);
}
