//! Images, with a script in the place of Docker.

use std::{ffi::OsString, fs, os::unix::fs::symlink, path::Path};

use formwork_assembly::AssetSource;
use serde_json::json;

use super::{codes, left_behind, published, set_up};
use crate::deploy::{
    Progress, Transfer,
    testing::{FakeApp, put},
};

const REGISTRY: &str = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";

/// An app with an image, that no repository has.
fn app() -> FakeApp {
    let image = AssetSource::Image {
        directory: "api".to_owned(),
        dockerfile: "deploy/Dockerfile".to_owned(),
        target: Some("run".to_owned()),
        platform: "linux/arm64".to_owned(),
        build_args: vec![("VERSION".to_owned(), "1 2; rm -rf $HOME".to_owned())],
    };
    let files = [("api/deploy/Dockerfile", "FROM scratch\n"), ("api/main.rs", "fn main() {}\n")];
    let app = FakeApp::new(&files, &[image], &[]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/deploy/publish/tests/docker.sh");
    symlink(script, app.directory.path().join("docker")).expect("links");
    put(&app.directory.path().join("password"), "");
    put(&app.directory.path().join("home/config.json"), "{}");
    let cloud = &app.session.cloud;
    set_up(cloud);
    let missing = json!({ "images": [], "failures": [{ "failureCode": "ImageNotFound", "failureReason": "no such image" }] });
    // `AWS:secret-token`
    let token = json!({ "authorizationData": [{ "authorizationToken": "QVdTOnNlY3JldC10b2tlbg==" }] });
    cloud.world().answers.push(("ecr:BatchGetImage".to_owned(), missing));
    cloud.world().answers.push(("ecr:GetAuthorizationToken".to_owned(), token));
    app
}

/// What the script was asked for, line by line.
fn asked(app: &FakeApp) -> Vec<String> {
    let asked = fs::read_to_string(app.directory.path().join("asked")).unwrap_or_default();
    asked.lines().map(|line| line.trim_end().to_owned()).collect()
}

fn fail(app: &FakeApp, command: &str, said: &str) {
    put(&app.directory.path().join(format!("fail-{command}")), said);
}

fn say(app: &FakeApp, command: &str, said: &str) {
    put(&app.directory.path().join(format!("say-{command}")), said);
}

#[tokio::test]
async fn are_built_and_pushed_under_their_hash() {
    let mut app = app();
    published(&app).await.expect("publishes");
    let hash = &app.target.assembly.assets[0].hash;
    let directory = app.target.folder.join(format!("asset.{hash}"));
    let directory = directory.display();
    assert_eq!(
        asked(&app),
        [
            format!("login --username AWS --password-stdin {REGISTRY}"),
            format!(
                "build --tag formwork-assets:{hash} --platform linux/arm64 --target run --build-arg VERSION=1 2; rm -rf $HOME --file {directory}/deploy/Dockerfile {directory}"
            ),
            format!("image inspect formwork-assets:{hash}"),
            format!("tag formwork-assets:{hash} {REGISTRY}/formwork-assets:{hash}"),
            format!("push {REGISTRY}/formwork-assets:{hash}"),
        ]
    );
    let password = fs::read_to_string(app.directory.path().join("password")).expect("was given");
    assert_eq!(password, "secret-token");
    let states = super::states(&mut app);
    let states: Vec<&Transfer> = states.iter().map(|(_, state)| state).collect();
    let expected =
        [Transfer::Building { done: 0, of: 0 }, Transfer::Pushing { done: 0, of: 0 }, Transfer::Published];
    assert_eq!(states, expected.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn tell_how_far_they_are() {
    let mut app = app();
    say(&app, "build", "#5 [1/2] FROM scratch\n#6 [2/2] COPY . .\n\u{1b}[2Jnoise\n#5 CACHED\n#6 DONE 0.1s\n");
    say(
        &app,
        "push",
        "aaaaaaaaaaaa: Preparing\nbbbbbbbbbbbb: Preparing\naaaaaaaaaaaa: Pushed\nbbbbbbbbbbbb: Pushed\n",
    );
    published(&app).await.expect("publishes");
    let told = super::states(&mut app).into_iter().map(|(_, state)| match state {
        Transfer::Building { done, of } => format!("built {done}/{of}"),
        Transfer::Pushing { done, of } => format!("pushed {done}/{of}"),
        other => format!("{other:?}"),
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "built 0/0",
            "built 0/2",
            "built 0/2",
            "built 1/2",
            "built 2/2",
            "pushed 0/0",
            "pushed 0/1",
            "pushed 0/2",
            "pushed 1/2",
            "pushed 2/2",
            "Published",
        ]
    );
}

#[tokio::test]
async fn that_stay_in_the_container_of_a_builder_are_loaded() {
    let app = app();
    put(&app.directory.path().join("elsewhere"), "");
    published(&app).await.expect("publishes");
    let asked = asked(&app);
    let verbs: Vec<String> =
        asked.iter().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    // What works is told apart from what does not by its version.
    let tag = format!("tag formwork-assets:{}", app.target.assembly.assets[0].hash);
    let push = format!("push {REGISTRY}/formwork-assets:{}", app.target.assembly.assets[0].hash);
    assert_eq!(verbs[1..], ["build --tag", "image inspect", "version", "build --load", &tag, &push]);
    assert_eq!(asked[4].replace("build --load", "build"), asked[1], "nothing else is different");
}

#[tokio::test]
async fn that_are_there_are_left_alone() {
    let app = app();
    let there = json!({ "images": [{ "imageId": {} }], "failures": [] });
    app.session.cloud.world().answers.insert(0, ("ecr:BatchGetImage".to_owned(), there));
    published(&app).await.expect("has nothing to do");
    assert!(asked(&app).is_empty());
    assert_eq!(app.session.cloud.count("ecr:GetAuthorizationToken"), 0);
}

#[tokio::test]
async fn that_cannot_be_built_tell_the_last_lines() {
    let app = app();
    let said: String = (1..=30).map(|number| format!("line {number}\n")).collect();
    fail(&app, "build", &said);
    let failure = published(&app).await.expect_err("is not built");
    assert_eq!(codes(&failure.findings), ["FW6412"]);
    let finding = &failure.findings[0];
    let help = finding.help.as_deref().unwrap_or_default();
    assert!(help.contains("line 30") && !help.contains("line 9\n"), "{help}");
    assert_eq!(finding.path.as_deref(), Some("Shop/Part0/Asset"));
    assert_eq!(finding.at.as_ref().map(|at| at.line), Some(12));
    assert!(!asked(&app).iter().any(|line| line.starts_with("push")));
}

#[tokio::test]
async fn that_cannot_be_pushed_are_told_apart() {
    let app = app();
    fail(&app, "push", "denied: no room\n");
    let failure = published(&app).await.expect_err("is not pushed");
    assert_eq!(codes(&failure.findings), ["FW6414"]);
}

#[tokio::test]
async fn that_another_run_has_pushed_meanwhile_are_there() {
    let app = app();
    fail(&app, "push", "tag invalid: it already exists\n");
    let there = json!({ "images": [{ "imageId": {} }], "failures": [] });
    app.session.cloud.world().answers.push(("ecr:BatchGetImage".to_owned(), there));
    published(&app).await.expect("is there");
}

#[tokio::test]
async fn a_failed_login_builds_nothing_and_shows_no_token() {
    let app = app();
    fail(&app, "login", "unauthorized\n");
    let failure = published(&app).await.expect_err("cannot log in");
    assert_eq!(codes(&failure.findings), ["FW6413"]);
    let all = format!("{:?}", failure.findings);
    assert!(all.contains("unauthorized") && all.contains("****") && !all.contains("secret-token"), "{all}");
    // Without settings of its own it is tried once more.
    let login = format!("login --username AWS --password-stdin {REGISTRY}");
    assert_eq!(asked(&app), [&login, "version", &login, "version"]);
}

#[tokio::test]
async fn a_builder_that_is_down_or_missing_is_told_as_such() {
    let app = app();
    fail(&app, "login", "");
    fail(&app, "version", "is the daemon running?");
    let failure = published(&app).await.expect_err("is down");
    assert_eq!(codes(&failure.findings), ["FW6411"]);

    let mut app = self::app();
    app.session.builder = OsString::from("/no such program/docker");
    let failure = published(&app).await.expect_err("is missing");
    assert_eq!(codes(&failure.findings), ["FW6410"]);
    assert!(failure.findings[0].message.contains("`/no such program/docker`"));
}

#[tokio::test]
async fn locally_no_builder_is_needed() {
    let mut app = app();
    app.session.local = Some("http://127.0.0.1:4566".to_owned());
    app.session.builder = OsString::from("/no such program/docker");
    published(&app).await.expect("goes on");
    let told = app.told();
    assert!(
        told.iter()
            .any(|progress| matches!(progress, Progress::Warning(finding) if finding.code == "FW6410"))
    );
}

#[tokio::test]
async fn locally_the_server_is_the_registry() {
    let mut app = app();
    app.session.local = Some("http://127.0.0.1:4566".to_owned());
    published(&app).await.expect("publishes");
    let hash = &app.target.assembly.assets[0].hash;
    assert_eq!(asked(&app).last(), Some(&format!("push 127.0.0.1:4566/formwork-assets:{hash}")));
}

#[tokio::test]
async fn that_have_changed_since_synth_are_not_built() {
    let app = app();
    let hash = &app.target.assembly.assets[0].hash;
    put(&app.target.folder.join(format!("asset.{hash}/main.rs")), "fn main() { evil() }\n");
    let failure = published(&app).await.expect_err("refuses");
    assert_eq!(codes(&failure.findings), ["FW5107"]);
    assert!(!asked(&app).iter().any(|line| line.starts_with("build")));
}

#[tokio::test]
async fn leave_no_login_behind() {
    let mut app = app();
    published(&app).await.expect("publishes");
    let home = app.directory.path().join("home");
    assert_eq!(fs::read_dir(&home).expect("is there").count(), 1, "only what was there");
    assert!(left_behind(&app).is_empty());
    assert!(!app.told().iter().any(|progress| matches!(progress, Progress::Warning(_))));
    // Neither where the run is interrupted in the middle.
    let app = self::app();
    say(&app, "push", "");
    let app = std::rc::Rc::new(app);
    let run = tokio::time::timeout(std::time::Duration::from_secs(5), async {
        let (published, interrupted) = (published(&app), async {
            while !asked(&app).iter().any(|line| line.starts_with("build")) {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        });
        tokio::select! { _ = published => {}, () = interrupted => {} }
    });
    run.await.expect("gets there");
    assert!(left_behind(&app).is_empty());
}

#[tokio::test]
async fn are_pushed_by_the_users_login_where_the_program_takes_no_other() {
    let mut app = app();
    put(&app.directory.path().join("sandboxed"), "");
    published(&app).await.expect("publishes");
    let home = app.directory.path().join("home");
    assert!(home.join("login").exists());
    let told = app.told();
    let warning = told.iter().find_map(|progress| match progress {
        Progress::Warning(finding) => Some(finding),
        _ => None,
    });
    let warning = warning.expect("is told");
    assert_eq!(warning.code, "FW6413");
    assert!(
        warning.help.as_ref().is_some_and(|help| help.contains(&format!("logout {REGISTRY}`"))),
        "{warning:?}"
    );
}
