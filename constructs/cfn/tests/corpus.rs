//! Real templates through the typed setters: Rust is written from them, compiled, run, and the resources that come out are compared.
//!
//! `FORMWORK_CORPUS` names a folder of `*.jsonl.xz` files, one template a line under `text`; without it there is nothing to do.
//! Each third template is taken, or each `FORMWORK_CORPUS_STEP`-th.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use formwork_codegen::{ImportedResource, Wanted, import};
use serde_json::{Value, json};

/// What the expressions lean on, and how the compiled program says what it made.
const PRELUDE: &str = r#"#![allow(unused_imports)]
use formwork_cfn::*;
use formwork_synth::{Expr, Resource, Structure, Value, raw};

pub fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

pub fn intrinsic<T>(text: &str) -> Value<T> {
    Value::from_expr(Expr::from(json(text)))
}

pub fn plain(expr: &Expr) -> serde_json::Value {
    match expr {
        Expr::Null => serde_json::Value::Null,
        Expr::Bool(value) => (*value).into(),
        Expr::Number(value) => value.clone().into(),
        Expr::Text(value) => value.as_ref().into(),
        Expr::List(items) => items.iter().map(plain).collect(),
        Expr::Map(fields) | Expr::Object(fields) => {
            serde_json::Value::Object(fields.iter().map(|(name, value)| (name.to_string(), plain(value))).collect())
        }
        Expr::Call(call) => serde_json::json!({ call.name.as_ref(): plain(&call.argument) }),
        other => panic!("{other:?}"),
    }
}

pub fn show(resource: impl Resource) {
    println!("{}", plain(&Expr::Map(resource.into_raw().properties)));
}
"#;

#[test]
fn real_templates_come_out_as_they_went_in() {
    let Some(corpus) = env::var_os("FORMWORK_CORPUS").map(PathBuf::from) else {
        println!("skipped: FORMWORK_CORPUS does not name a folder of templates");
        return;
    };
    let step = env::var("FORMWORK_CORPUS_STEP").map_or(3, |step| step.parse().expect("a number"));
    let templates: Vec<Value> = templates(&corpus).into_iter().step_by(step).collect();
    assert!(!templates.is_empty(), "no templates in `{}`", corpus.display());

    let wanted = Wanted::by_any_type();
    let imported: Vec<Vec<ImportedResource>> =
        templates.iter().map(|template| import(template, &wanted)).collect();
    let made = run(&imported);
    let mut lines = made.lines();
    let (mut compared, mut different) = (0, Vec::new());
    for (template, resources) in templates.iter().zip(&imported) {
        for resource in resources {
            let made: Value =
                serde_json::from_str(lines.next().expect("a line for each resource")).expect("JSON");
            let wanted = &template["Resources"][&resource.logical_id];
            let wanted = wanted.get("Properties").cloned().unwrap_or_else(|| json!({}));
            compared += 1;
            if numbers(made.clone()) != numbers(wanted.clone()) {
                different.push(format!("{}: {wanted}\n    became {made}", resource.logical_id));
            }
        }
    }
    let raw: usize = imported.iter().flatten().map(|resource| resource.raw_values).sum();
    println!("{} templates, {compared} resources compared, {raw} values through `raw`", templates.len());
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}

/// The templates of all files in a folder, in the order of the names of the files.
fn templates(corpus: &Path) -> Vec<Value> {
    let entries = fs::read_dir(corpus).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files: BTreeSet<PathBuf> =
        entries.filter(|path| path.to_string_lossy().ends_with(".jsonl.xz")).collect();
    let mut templates = Vec::new();
    for file in files {
        let unpacked = Command::new("xz").arg("-dc").arg(&file).output().expect("the program `xz`");
        assert!(unpacked.status.success(), "cannot unpack `{}`", file.display());
        for line in String::from_utf8(unpacked.stdout).expect("UTF-8").lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            templates.extend(line["text"].as_str().and_then(|text| serde_json::from_str(text).ok()));
        }
    }
    templates
}

/// Compiles the resources and runs what they became: one line of JSON for each.
fn run(imported: &[Vec<ImportedResource>]) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let source = folder.join("src");
    let _ = fs::remove_dir_all(&source);
    fs::create_dir_all(&source).expect("a new folder");
    let mut main = PRELUDE.to_owned();
    let mut calls = String::new();
    for (at, resources) in imported.iter().enumerate() {
        let mut module = "use super::*;\n".to_owned();
        for (number, resource) in resources.iter().enumerate() {
            let ImportedResource { rust_type, expression, .. } = resource;
            module.push_str(&format!("\npub fn resource_{number}() -> {rust_type} {{\n{expression}\n}}\n"));
            calls.push_str(&format!("    show(template_{at}::resource_{number}());\n"));
        }
        fs::write(source.join(format!("template_{at}.rs")), module).expect("a new file");
        main.push_str(&format!("mod template_{at};\n"));
    }
    main.push_str(&format!("\nfn main() {{\n{calls}}}\n"));
    fs::write(source.join("main.rs"), main).expect("a new file");

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let features: BTreeSet<&str> =
        imported.iter().flatten().map(|resource| resource.feature.as_str()).collect();
    let features: Vec<&str> = features.into_iter().collect();
    let manifest = format!(
        "[package]\nname = \"corpus\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         formwork-cfn = {{ path = {:?}, features = {features:?} }}\n\
         formwork-synth = {{ path = {:?} }}\n\
         serde_json = {{ version = \"1\", features = [\"preserve_order\"] }}\n\n[profile.dev]\ndebug = false\n",
        root.join("constructs/cfn"),
        root.join("synth")
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("a new file");
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--target-dir"])
        .arg(folder.join("target"))
        .current_dir(&folder)
        .output()
        .expect("cargo");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the written Rust does not work:\n{errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The same JSON with every whole number written alike: CloudFormation takes 5 for 5.0.
fn numbers(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.into_iter().map(numbers).collect(),
        Value::Object(fields) => {
            let fields: BTreeMap<String, Value> =
                fields.into_iter().map(|(name, value)| (name, numbers(value))).collect();
            fields.into_iter().collect()
        }
        other => other,
    }
}
