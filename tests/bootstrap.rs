//! One app, published to Formwork's own set-up and through a bootstrap of the CDK: what the two folders say.

use std::{fs, path::Path};

use formwork::{AssetSource, Expr, Object, Raw, prelude::*, synthesize};
use formwork_assembly::{AssetFiles, folder};
use serde_json::Value;

/// A task from a directory, and a function from another one.
fn app(stage: &Stage) -> App {
    let mut app = App::new("shop", stage);
    let mut jobs = app.stack("Jobs");
    let vpc = jobs.add("Vpc", Vpc::across_azs(2).public_only());
    let task = ScheduledTask::new(&vpc, Image::from_directory("task"), Schedule::cron("0 3 * * ? *"));
    jobs.add("Report", task.public_ip());
    let code = jobs.asset("Code", AssetSource::Directory { directory: "function".to_owned() });
    let role = jobs.add("Role", Role::for_service("lambda.amazonaws.com"));
    let mut place = Object::new();
    place.set("S3Bucket", IntoValue::<String>::into_expr(jobs.asset_bucket()));
    place.set("S3Key", IntoValue::<String>::into_expr(sub!("{}.zip", &code)));
    let function = RawResource::new("AWS::Lambda::Function")
        .property_expr("Code", Raw::from_expr(Expr::Map(place)))
        .property("Handler", "index.handler")
        .property_expr("Role", sub!("{}", &role.arn))
        .property("Runtime", "python3.13");
    jobs.add("Function", function);
    app
}

/// The folder of a stage, as text: what is in it, and the values in the template that name places for assets. It stays below `CARGO_TARGET_TMPDIR`,
/// where CI finds it for the command line of the CDK.
fn folder_of(name: &str, stage: &Stage) -> String {
    let package = tempfile::tempdir().expect("is made");
    for (path, text) in [("task/Dockerfile", "FROM scratch\n"), ("function/index.py", "handler = print\n")] {
        let path = package.path().join(path);
        fs::create_dir_all(path.parent().expect("has one")).expect("is made");
        fs::write(path, text).expect("is written");
    }
    let files = AssetFiles::new(package.path());
    let synthesis = synthesize(app(stage), &files);
    let errors: Vec<_> = synthesis.diagnostics.iter().filter(|found| found.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let assembly = synthesis.assembly.expect("is there");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bootstrap").join(name);
    let out = folder::write(&out, &assembly, &files).expect("is written");
    assert_eq!(folder::read(&out).expect("is readable").bootstrap, stage.bootstrap);
    let mut manifest = json_of(&out.join("manifest.json"));
    let stack = manifest.pointer_mut("/artifacts/Jobs").expect("has the stack");
    stack.as_object_mut().expect("is an object").remove("metadata");
    let facts = json_of(&out.join("formwork.json"));
    let mut places = Vec::new();
    values(&json_of(&out.join("Jobs.template.json")), "", &mut places);
    format!(
        "formwork.json: bootstrap = {}\n\nmanifest.json, without notes\n{manifest:#}\n\nJobs.assets.json\n{:#}\n\nJobs.template.json\n{}\n",
        facts["bootstrap"],
        json_of(&out.join("Jobs.assets.json")),
        places.join("\n")
    )
}

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("is readable")).expect("is JSON")
}

fn values(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains("assets") || text.ends_with(".zip") => {
            found.push(format!("{path}: {text}"));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| values(item, &format!("{path}/{index}"), found));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| values(field, &format!("{path}/{name}"), found));
        }
        _ => {}
    }
}

fn snapshot(name: &str, stage: &Stage) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/bootstrap"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, folder_of(name, stage)));
}

#[test]
fn of_formwork() {
    snapshot("formwork", &Stage::new("dev").account("123456789012").region("eu-west-1"));
}

#[test]
fn of_the_cdk() {
    let stage = Stage::new("dev").account("123456789012").region("eu-west-1");
    snapshot("cdk", &stage.bootstrap(Bootstrap::cdk()));
}

#[test]
fn of_the_cdk_wherever_it_is_deployed() {
    snapshot("cdk_anywhere", &Stage::new("dev").bootstrap(Bootstrap::cdk_qualified("acme")));
}

#[test]
fn own_is_what_is_meant_where_nothing_is_said() {
    let stage = Stage::new("dev").account("123456789012").region("eu-west-1");
    let said = folder_of("said", &stage.clone().bootstrap(Bootstrap::Formwork));
    assert_eq!(
        said.replace("bootstrap = \"formwork\"", "bootstrap = null"),
        folder_of("unsaid", &stage),
        "only formwork.json tells that somebody has said it"
    );
}
