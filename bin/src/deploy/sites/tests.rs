//! Sites on their way to the bucket: what is sent in which order, what is deleted, and what caches are told.

use formwork_assembly::{AssetSource, CacheRule, Diagnostic, Site, StackResource};
use serde_json::json;

use super::{record, upload};
use crate::deploy::{
    Failure, FailureKind, Progress, SiteStep,
    cloud::{FaultKind, Object},
    testing::{FakeApp, FakeCloud, put},
};

/// What the stack calls the bucket.
const BUCKET: &str = "physical-Bucket";

const FIRST: &[(&str, &str)] = &[
    ("index.html", "<script src=app.1.js>"),
    ("docs/index.html", "docs"),
    ("_astro/app.1.js", "1"),
    ("logo.svg", "<svg/>"),
];

const SECOND: &[(&str, &str)] = &[
    ("index.html", "<script src=app.2.js>"),
    ("docs/index.html", "docs"),
    ("_astro/app.2.js", "2"),
    ("logo.svg", "<svg/>"),
];

/// An app with a site of these files, in an account where its stack is deployed.
fn site(files: &[(&str, &str)]) -> FakeApp {
    let files: Vec<(String, &str)> =
        files.iter().map(|(path, content)| (format!("dist/{path}"), *content)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, content)| (path.as_str(), *content)).collect();
    let resource = |id: &str| StackResource { stack: "Shop".to_owned(), logical_id: id.to_owned() };
    let rule = |files: &str, cache_control: &str| CacheRule {
        files: files.to_owned(),
        cache_control: cache_control.to_owned(),
    };
    let site = Site {
        path: "Shop/Site".to_owned(),
        asset: "0".to_owned(),
        bucket: resource("Bucket"),
        distribution: Some(resource("Distribution")),
        place: None,
        cache: vec![rule("_astro/**", "public, max-age=31536000, immutable"), rule("**", "max-age=0")],
        releases: 2,
    };
    let app = FakeApp::new(&files, &[AssetSource::Directory { directory: "dist".to_owned() }], &[site]);
    let template = r#"{"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}, "Distribution": {"Type": "AWS::CloudFront::Distribution"}}}"#;
    app.session.cloud.world().deployed("shop-prod-Shop", template);
    let answer = ("cloudfront:CreateInvalidation".to_owned(), json!({}));
    app.session.cloud.world().answers.push(answer);
    app
}

/// The next release of a site, in the same account.
fn release(files: &[(&str, &str)], cloud: &FakeCloud) -> FakeApp {
    let mut app = site(files);
    app.session.cloud = cloud.clone();
    app.session.cloud.world().calls.clear();
    app
}

async fn uploaded(app: &FakeApp) -> Result<(), Failure> {
    let sites: Vec<&Site> = app.target.assembly.sites.iter().collect();
    upload(&app.session, &app.target, &sites).await
}

/// The keys that were sent, in their order, without the record.
fn sent(app: &FakeApp) -> Vec<String> {
    let calls = app.session.cloud.calls();
    let keys = calls.iter().filter_map(|call| call.strip_prefix("PutObject "));
    keys.filter(|key| *key != record::KEY).map(str::to_owned).collect()
}

/// The keys in the bucket, without the record.
fn keys(cloud: &FakeCloud) -> Vec<String> {
    let world = cloud.world();
    world.objects.keys().map(|(_, key)| key.clone()).filter(|key| key != record::KEY).collect()
}

/// The paths that CloudFront was told.
fn invalidated(app: &mut FakeApp) -> Vec<String> {
    let paths = |progress| match progress {
        Progress::Site { step: SiteStep::Invalidated { paths }, .. } => Some(paths),
        _ => None,
    };
    app.told().into_iter().filter_map(paths).flatten().collect()
}

fn codes(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().map(|finding| &*finding.code).collect()
}

#[tokio::test(start_paused = true)]
async fn a_first_release_is_sent_pages_last() {
    let mut app = site(FIRST);
    uploaded(&app).await.expect("uploads");
    let sent = sent(&app);
    assert_eq!(sent[..2], ["_astro/app.1.js", "logo.svg"]);
    assert_eq!(sent.len(), 4);
    let world = app.session.cloud.world();
    let headers = |key: &str| world.headers[&(BUCKET.to_owned(), key.to_owned())].clone();
    let (immutable, checked) = ("public, max-age=31536000, immutable".to_owned(), "max-age=0".to_owned());
    assert_eq!(headers("_astro/app.1.js"), ("text/javascript; charset=utf-8".to_owned(), immutable));
    assert_eq!(headers("docs/index.html"), ("text/html; charset=utf-8".to_owned(), checked));
    drop(world);
    let told = app.told();
    let end = SiteStep::Uploaded { changed: 4, same: 0, removed: 0 };
    assert!(
        matches!(told.last(), Some(Progress::Site { site, step }) if site == "Shop/Site" && *step == end),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_same_release_sends_nothing_and_tells_no_cache() {
    let app = site(FIRST);
    uploaded(&app).await.expect("uploads");
    let mut again = release(FIRST, &app.session.cloud);
    uploaded(&again).await.expect("has nothing to do");
    assert!(!again.session.cloud.calls().iter().any(|call| call.starts_with("PutObject")));
    assert!(invalidated(&mut again).is_empty());
}

#[tokio::test(start_paused = true)]
async fn only_what_has_changed_is_sent_and_told() {
    let app = site(FIRST);
    uploaded(&app).await.expect("uploads");
    let mut second = release(SECOND, &app.session.cloud);
    uploaded(&second).await.expect("uploads");
    assert_eq!(sent(&second), ["_astro/app.2.js", "index.html"]);
    assert_eq!(invalidated(&mut second), ["/", "/index.html"]);
    assert!(keys(&app.session.cloud).contains(&"_astro/app.1.js".to_owned()), "open pages still need it");

    let third = [("index.html", "3"), ("docs/index.html", "docs"), ("logo.svg", "<svg/>")];
    let mut third = release(&third, &app.session.cloud);
    uploaded(&third).await.expect("uploads");
    assert_eq!(keys(&app.session.cloud), ["_astro/app.2.js", "docs/index.html", "index.html", "logo.svg"]);
    assert_eq!(invalidated(&mut third), ["/", "/_astro/app.1.js", "/index.html"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_gone_goes_at_once() {
    let app = site(FIRST);
    uploaded(&app).await.expect("uploads");
    let mut second = release(&FIRST[..1], &app.session.cloud);
    uploaded(&second).await.expect("uploads");
    assert_eq!(keys(&app.session.cloud), ["_astro/app.1.js", "index.html", "logo.svg"]);
    assert_eq!(invalidated(&mut second), ["/docs", "/docs/", "/docs/index.html"]);
}

#[tokio::test(start_paused = true)]
async fn a_header_that_changes_is_a_change() {
    let app = site(FIRST);
    uploaded(&app).await.expect("uploads");
    let mut second = release(FIRST, &app.session.cloud);
    second.target.assembly.sites[0].cache[1].cache_control = "no-store".to_owned();
    uploaded(&second).await.expect("uploads");
    assert_eq!(sent(&second).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_breaks_off_keeps_the_old_pages_and_is_gone_on_with() {
    let app = site(FIRST);
    uploaded(&app).await.expect("uploads");
    let cloud = app.session.cloud.clone();
    let second = [("index.html", "2"), ("a.css", "a"), ("b.css", "b"), ("logo.svg", "<svg/>")];
    let broken = release(&second, &cloud);
    // The record is written first, then `a.css` and `b.css`.
    let before = cloud.count("PutObject");
    cloud.fault("PutObject", before + 3, FaultKind::Expired);
    let failure = uploaded(&broken).await.expect_err("breaks off");
    assert_eq!(codes(&failure.findings), ["FW6011", "FW6503"]);
    assert!(failure.findings.iter().all(|finding| finding.path.as_deref() == Some("Shop/Site")));
    assert_eq!(sent(&broken).len(), 2, "a style sheet is there, the other is not, and no page was tried");
    assert!(keys(&cloud).contains(&"docs/index.html".to_owned()), "nothing goes before all is there");

    let mut again = release(&second, &cloud);
    uploaded(&again).await.expect("goes on");
    let sent = sent(&again);
    assert!(sent.len() == 2 && sent[0].ends_with(".css") && sent[1] == "index.html", "{sent:?}");
    assert_eq!(invalidated(&mut again), ["/", "/docs", "/docs/", "/docs/index.html", "/index.html"]);
}

#[tokio::test(start_paused = true)]
async fn passing_faults_are_waited_out() {
    let app = site(FIRST);
    (1..=3).for_each(|nth| app.session.cloud.fault("PutObject", nth, FaultKind::Throttled));
    app.session.cloud.fault("ListObjects", 1, FaultKind::Unavailable);
    uploaded(&app).await.expect("uploads");
    assert_eq!(keys(&app.session.cloud).len(), 4);
}

#[tokio::test(start_paused = true)]
async fn what_others_put_there_stays() {
    let app = site(FIRST);
    let theirs = |key: &str| {
        (
            (BUCKET.to_owned(), key.to_owned()),
            (b"x".to_vec(), Object { key: key.to_owned(), size: 1, ..Object::default() }),
        )
    };
    app.session.cloud.world().objects.extend([theirs("robots.txt")]);
    uploaded(&app).await.expect("uploads");
    // Somebody replaces a file of a release that is about to go.
    app.session.cloud.world().objects.extend([theirs("_astro/app.1.js")]);
    for files in [SECOND, &SECOND[..1]] {
        uploaded(&release(files, &app.session.cloud)).await.expect("uploads");
    }
    let keys = keys(&app.session.cloud);
    assert!(
        keys.contains(&"robots.txt".to_owned()) && keys.contains(&"_astro/app.1.js".to_owned()),
        "{keys:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_cache_that_was_not_told_is_told_by_the_next_run() {
    let app = site(FIRST);
    uploaded(&app).await.expect("uploads");
    let cloud = app.session.cloud.clone();
    let operation = "cloudfront:CreateInvalidation";
    cloud.fault(operation, 1, FaultKind::Denied);
    let failure = uploaded(&release(SECOND, &cloud)).await.expect_err("may not tell");
    assert_eq!(codes(&failure.findings), ["FW6012", "FW6504"]);
    let mut again = release(SECOND, &cloud);
    uploaded(&again).await.expect("tells");
    assert!(sent(&again).is_empty());
    assert_eq!(invalidated(&mut again), ["/", "/index.html"]);
}

#[tokio::test(start_paused = true)]
async fn a_broken_record_is_begun_anew() {
    let app = site(FIRST);
    uploaded(&app).await.expect("uploads");
    let at = (BUCKET.to_owned(), record::KEY.to_owned());
    app.session.cloud.world().objects.get_mut(&at).expect("is there").0 = b"\x1b{".to_vec();
    let mut again = release(FIRST, &app.session.cloud);
    uploaded(&again).await.expect("uploads");
    assert!(sent(&again).is_empty(), "the objects themselves tell what they are");
    let told = again.told();
    assert!(
        told.iter()
            .any(|progress| matches!(progress, Progress::Warning(finding) if finding.code == "FW6505"))
    );
}

#[tokio::test(start_paused = true)]
async fn lists_of_many_pages_are_read_to_their_end() {
    let app = site(FIRST);
    app.session.cloud.world().page = 1;
    uploaded(&app).await.expect("uploads");
    let again = release(FIRST, &app.session.cloud);
    uploaded(&again).await.expect("has nothing to do");
    assert!(sent(&again).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_stack_without_the_bucket_is_told() {
    let app = site(FIRST);
    app.session.cloud.world().stacks[0].members.clear();
    let failure = uploaded(&app).await.expect_err("has no bucket");
    assert_eq!((failure.kind, codes(&failure.findings)), (FailureKind::Failed, vec!["FW6501"]));
}

#[tokio::test(start_paused = true)]
async fn files_that_have_changed_since_synth_are_not_sent() {
    let app = site(FIRST);
    let asset = &app.target.assembly.sites[0].asset;
    put(&app.target.folder.join(format!("asset.{asset}/index.html")), "other");
    let failure = uploaded(&app).await.expect_err("refuses");
    assert_eq!(codes(&failure.findings), ["FW5107"]);
    assert!(sent(&app).is_empty());
}

#[tokio::test(start_paused = true)]
async fn names_that_cannot_be_keys_are_all_told() {
    let app = site(&[(".formwork/releases.json", "{}"), (".formwork/x", "x"), ("index.html", "1")]);
    let failure = uploaded(&app).await.expect_err("refuses");
    assert_eq!(codes(&failure.findings), ["FW6502", "FW6502"]);
    assert!(sent(&app).is_empty());
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn hostile_names_are_keys_as_any_other() {
    let name = "a <&\"'>*\u{1b}[31m.html";
    let app = site(&[(name, "1"), ("index.html", "1")]);
    uploaded(&app).await.expect("uploads");
    assert!(keys(&app.session.cloud).contains(&name.to_owned()));
    let mut second = release(&[(name, "2"), ("index.html", "1")], &app.session.cloud);
    uploaded(&second).await.expect("uploads");
    assert_eq!(invalidated(&mut second), ["/a%20%3C%26%22%27%3E%2A%1B%5B31m.html"]);
}

#[tokio::test(start_paused = true)]
async fn an_interruption_says_how_to_go_on() {
    let app = site(FIRST);
    app.session.cloud.world().delay = std::time::Duration::from_secs(1);
    let interrupter = app.interrupter;
    app.session.cloud.at("PutObject", 2, move |_| interrupter.interrupt());
    let sites: Vec<&Site> = app.target.assembly.sites.iter().collect();
    let failure = upload(&app.session, &app.target, &sites).await.expect_err("is interrupted");
    assert_eq!((failure.kind, codes(&failure.findings)), (FailureKind::Interrupted, vec!["FW6506"]));
    assert!(!keys(&app.session.cloud).contains(&"index.html".to_owned()));
}
