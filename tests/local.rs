//! Every example, deployed to a CloudFormation server on this machine: made, found as it should be, and deleted.
//!
//! The server is where `FORMWORK_MINISTACK` says, as for the tests of the engine in `bin/tests/deploy`; `.ci/run` sees to it.

use std::{env, ffi::OsString, path::Path};

use formwork::{App, Stage};
use formwork_cli::{Program, Surroundings, run};
use serde_json::Value;
use tempfile::TempDir;

macro_rules! examples {
    ($($name:ident in $path:literal with $given:expr),+ $(,)?) => {
        $(
            #[path = $path]
            #[expect(dead_code, reason = "the example's own `main` is not run here")]
            mod $name;

            #[test]
            fn $name() {
                check($name::stages(), $name::app, &$given);
            }
        )+

        const TESTED: &[&str] = &[$(stringify!($name)),+];
    };
}

examples! {
    django in "../examples/django/main.rs" with ["Team:WebImageTag=1"],
    fullstack_on_ec2 in "../examples/fullstack_on_ec2/main.rs" with [],
    production_site in "../examples/production_site/main.rs" with ["WebImageTag=1"],
    uptime in "../examples/uptime/main.rs" with ["ImageTag=1"],
    web_service_with_table in "../examples/web_service_with_table/main.rs" with [],
}

#[test]
fn every_example_is_deployed() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let entries = examples.read_dir().expect("is there").map(|entry| entry.expect("is there").file_name());
    let mut found: Vec<String> = entries.map(|name| name.into_string().expect("is UTF-8")).collect();
    found.sort();
    assert_eq!(TESTED, found);
}

/// Deploys each stage twice, and deletes it; one that is protected stays. `given` are the parameters that a pipeline gives.
fn check(stages: impl IntoIterator<Item = Stage>, app: fn(&Stage) -> App, given: &[&str]) {
    let Some(machine) = Machine::new() else { return };
    let stages: Vec<Stage> = stages.into_iter().collect();
    let each: Vec<(String, bool)> =
        stages.iter().map(|stage| (stage.name.clone(), stage.is_protected())).collect();
    let program = formwork::stages(stages).program(app);
    for (stage, is_protected) in each {
        let mut deploy = vec!["deploy", "--local", "--stage", &stage];
        deploy.extend(given.iter().flat_map(|parameter| ["--parameter", parameter]));
        let stacks = outcome(&machine.run(&program, &deploy, 0), "created");
        assert!(stacks > 0, "`{stage}` has no stacks");
        let same = outcome(&machine.run(&program, &deploy, 0), "unchanged");
        assert_eq!(same, stacks, "`{stage}` is not as it was deployed");
        let destroy = ["destroy", "--local", "--stage", &stage];
        if is_protected {
            let refused = machine.run(&program, &destroy, 4);
            assert_eq!(refused.last().expect("is told")["kind"], "refused", "{refused:#?}");
        } else {
            assert_eq!(
                outcome(&machine.run(&program, &destroy, 0), "deleted"),
                stacks,
                "something of `{stage}` stays"
            );
        }
    }
}

/// How many stacks there are, all of which came to the same.
fn outcome(events: &[Value], done: &str) -> usize {
    let last = events.last().expect("something is told");
    let stacks = last["outcome"]["stacks"].as_array().unwrap_or_else(|| unreachable!("{last:#}"));
    assert!(stacks.iter().all(|stack| stack["done"] == done), "{last:#}");
    stacks.len()
}

/// A machine without Docker, with caches of its own.
struct Machine {
    directory: TempDir,
    python: OsString,
}

impl Machine {
    #[expect(clippy::print_stderr, reason = "whoever runs the tests must see that some are not run")]
    fn new() -> Option<Self> {
        let Some(python) = env::var_os("FORMWORK_MINISTACK") else {
            assert!(env::var_os("FORMWORK_REQUIRE_EMULATOR").is_none(), "`FORMWORK_MINISTACK` is not set");
            eprintln!("skipped: `FORMWORK_MINISTACK` names no Python that has ministack");
            return None;
        };
        Some(Self { directory: tempfile::tempdir().expect("is made"), python })
    }

    /// What it tells, an event a line.
    fn run(&self, program: &dyn Program, args: &[&str], ends: u8) -> Vec<Value> {
        let around = Surroundings {
            directory: self.directory.path().to_owned(),
            package: Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
            docker: Some("no-such-docker".into()),
            ministack: Some(self.python.clone()),
            cache: Some(self.directory.path().join("cache")),
            ..Surroundings::default()
        };
        let args = ["app"].iter().chain(args).chain(&["--format", "json"]).map(OsString::from).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(Some(program), args, &around, &mut out, &mut err);
        let (out, err) =
            (String::from_utf8(out).expect("is UTF-8"), String::from_utf8(err).expect("is UTF-8"));
        assert_eq!(code, ends, "{err}");
        out.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect()
    }
}
