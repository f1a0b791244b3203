//! Templates from outside: read and written back without loss, silent where they are right, found where they are wrong.
//!
//! The templates lie outside the repository; `FORMWORK_CORPUS` names their folder, and without it nothing is checked.
#![allow(clippy::print_stdout, reason = "a test says what it skipped and found")]

mod common;

use std::{env, path::Path, process::Command};

use formwork_assembly::Diagnostic;
use formwork_synth::{Facts, Template, validate_with};
use serde_json::Value as Json;

/// Templates of real projects, with a note of whether an outside linter finds an error.
const PROJECTS: &str = "cdk-integ-600.jsonl.xz";

/// Templates that a linter is tested with, with the rules that they break.
const FIXTURES: &str = "cfnlint-fixtures.jsonl.xz";

/// How many templates with errors there are, and in how many of them something must be found. Never to be lowered.
const FOUND_IN_PROJECTS: (usize, usize) = (21, 10);

/// One template of the corpus.
struct Case {
    name: String,
    json: Json,
    record: Json,
}

impl Case {
    fn template(&self) -> Template {
        Template::from(self.json.clone())
    }

    fn errors(&self, facts: &mut Facts) -> Vec<Diagnostic> {
        validate_with(facts, &self.template()).into_iter().filter(Diagnostic::is_error).collect()
    }
}

/// The templates in a file of the corpus; none where there is no corpus.
fn corpus(file: &str) -> Vec<Case> {
    let Some(folder) = env::var_os("FORMWORK_CORPUS") else {
        println!("skipped: FORMWORK_CORPUS is not set");
        return Vec::new();
    };
    let path = Path::new(&folder).join(file);
    let output = Command::new("xz").arg("-dc").arg(&path).output().expect("xz is installed");
    assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("the corpus is UTF-8");
    let cases: Vec<Case> = lines.lines().filter_map(case).collect();
    assert!(!cases.is_empty(), "{} is empty", path.display());
    cases
}

/// One line of a file. Some of the fixtures are YAML, some are no templates at all.
fn case(line: &str) -> Option<Case> {
    let record: Json = serde_json::from_str(line).expect("each line is JSON");
    let json: Json = serde_json::from_str(record["text"].as_str().expect("a text")).ok()?;
    let name = record["sha"].as_str().or(record["path"].as_str()).expect("a name").to_owned();
    json.get("Resources").is_some().then_some(Case { name, json, record })
}

fn show(findings: &[Diagnostic]) -> String {
    let line = |one: &Diagnostic| {
        let place = |text: &Option<String>| text.clone().unwrap_or_default();
        format!("  {} {} at {}/{}\n", one.code, one.message, place(&one.path), place(&one.property))
    };
    findings.iter().map(line).collect()
}

#[test]
fn is_written_back_without_loss() {
    for case in [PROJECTS, FIXTURES].into_iter().flat_map(corpus) {
        let written: Json = serde_json::from_str(&case.template().to_text()).expect("a template is JSON");
        assert_eq!(written, case.json, "{}", case.name);
    }
}

#[test]
fn is_included_in_an_app_without_loss() {
    for case in corpus(PROJECTS).into_iter().filter(|case| case.record["flagged"] == false) {
        let mut app = common::app();
        app.stack("Shop").include("Old", case.template());
        let mut json = case.json;
        // A stack says which format it has, and there is one only.
        json["AWSTemplateFormatVersion"] = "2010-09-09".into();
        assert_eq!(common::templates(app)["Shop"], json, "{}", case.name);
    }
}

#[test]
fn right_templates_have_no_findings() {
    let mut facts = Facts::new();
    let mut alarms = String::new();
    for case in corpus(PROJECTS) {
        let findings = validate_with(&mut facts, &case.template());
        if case.record["flagged"] == false && !findings.is_empty() {
            alarms += &format!("{}\n{}", case.name, show(&findings));
        }
    }
    for case in corpus(FIXTURES) {
        let findings = case.errors(&mut facts);
        let is_right =
            ["errors", "validate"].iter().all(|tool| case.record[tool].as_array().is_some_and(Vec::is_empty));
        if is_right && !findings.is_empty() {
            alarms += &format!("{}\n{}", case.name, show(&findings));
        }
    }
    assert_eq!(alarms, "", "false alarms");
}

#[test]
fn wrong_templates_are_found() {
    let mut facts = Facts::new();
    let wrong: Vec<Case> =
        corpus(PROJECTS).into_iter().filter(|case| case.record["flagged"] == true).collect();
    let found = wrong.iter().filter(|case| !case.errors(&mut facts).is_empty()).count();
    println!("found errors in {found} of {} flagged templates", wrong.len());
    if !wrong.is_empty() {
        assert!((wrong.len(), found) >= FOUND_IN_PROJECTS, "found {found} of {}", wrong.len());
    }
}
