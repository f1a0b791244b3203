//! Publishing, told by what is asked of a scripted cloud, and of a scripted builder.

mod archive;
mod chosen;
mod files;
mod foreign;
#[cfg(unix)]
mod images;
mod set_up;

use std::fs;

use formwork_assembly::{AssetSource, Diagnostic, Stack};
use serde_json::json;

use super::Published;
use crate::deploy::{
    Failure, Progress, Session, Target, Transfer, halt,
    ledger::Ledger,
    testing::{FakeApp, FakeCloud},
};

/// The bucket of Formwork in the account of the tests.
const BUCKET: &str = "formwork-assets-111122223333-eu-west-1";

/// Publishes what all stacks of an app need.
async fn published(app: &FakeApp) -> Result<Published, Failure> {
    let stacks: Vec<&Stack> = app.target.assembly.stacks.iter().collect();
    publish(&app.session, &app.target, &stacks).await
}

/// Publishes as `deploy` does.
async fn publish(
    session: &Session<FakeCloud>,
    target: &Target,
    stacks: &[&Stack],
) -> Result<Published, Failure> {
    let (since, ledger) = (session.interrupts.count(), Ledger::new());
    halt::preparing(session, since, &ledger, super::publish(session, target, stacks, &ledger.uploads)).await
}

/// An app with a file and a directory, which can be published.
fn shop() -> FakeApp {
    let files = [("tool.py", "print()\n"), ("code/main.js", "1\n"), ("code/lib/a.js", "2\n")];
    let assets = [
        AssetSource::File { file: "tool.py".to_owned() },
        AssetSource::Directory { directory: "code".to_owned() },
    ];
    let app = FakeApp::new(&files, &assets, &[]);
    set_up(&app.session.cloud);
    app
}

/// The set-up is there.
fn set_up(cloud: &FakeCloud) {
    let repository = json!({ "repositories": [{ "repositoryName": "formwork-assets" }] });
    cloud.world().answers.push(("ecr:DescribeRepositories".to_owned(), repository));
}

/// The keys in the bucket.
fn keys(app: &FakeApp) -> Vec<String> {
    app.session.cloud.world().objects.keys().map(|(_, key)| key.clone()).collect()
}

/// The states of assets that were told, by the name of the asset.
fn states(app: &mut FakeApp) -> Vec<(String, Transfer)> {
    let state = |progress| match progress {
        Progress::Asset { name, state, .. } => Some((name, state)),
        _ => None,
    };
    app.told().into_iter().filter_map(state).collect()
}

/// Everything in the assembly folder that is not part of it, and what runs have for a while.
fn left_behind(app: &FakeApp) -> Vec<String> {
    let folders = [&app.target.folder, &app.session.scratch].into_iter();
    let names = folders.filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let names = names.map(|entry| entry.expect("is readable").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with('.') || name.starts_with("run")).collect()
}

/// The codes of findings.
fn codes(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().map(|finding| &*finding.code).collect()
}
