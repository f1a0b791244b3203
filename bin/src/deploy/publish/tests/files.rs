//! Files and templates on their way to the bucket.

use std::fs;

use formwork_assembly::{AssetSource, digest};

use super::{BUCKET, codes, keys, left_behind, published, set_up, shop, states};
use crate::deploy::{
    FailureKind, Interrupts, Transfer,
    cloud::{FaultKind, PIECE, TemplateSource},
    scratch::Scratch,
    testing::{FakeApp, put},
};

#[tokio::test(start_paused = true)]
async fn what_needs_nothing_asks_nothing() {
    let mut app = FakeApp::new(&[], &[], &[]);
    app.target.folder = "no such folder".into();
    let published = published(&app).await.expect("has nothing to do");
    assert_eq!(published.template(app.stack()), TemplateSource::Body(app.stack().template.clone()));
    assert!(app.session.cloud.calls().is_empty(), "{:?}", app.session.cloud.calls());
}

#[tokio::test(start_paused = true)]
async fn each_asset_is_sent_once() {
    let mut app = shop();
    published(&app).await.expect("publishes");
    let assets = &app.target.assembly.assets;
    let mut expected: Vec<String> = assets
        .iter()
        .map(|asset| match asset.source {
            AssetSource::File { .. } => format!("{}.py", asset.hash),
            _ => format!("{}.zip", asset.hash),
        })
        .collect();
    expected.sort();
    assert_eq!(keys(&app), expected);
    assert_eq!(states(&mut app).iter().filter(|(_, state)| *state == Transfer::Published).count(), 2);
    assert!(left_behind(&app).is_empty());

    published(&app).await.expect("finds everything there");
    assert_eq!(app.session.cloud.count("PutObject"), 2);
    assert!(states(&mut app).iter().all(|(_, state)| *state == Transfer::Present));
}

#[tokio::test(start_paused = true)]
async fn an_object_that_somebody_cut_short_is_sent_again() {
    let app = shop();
    published(&app).await.expect("publishes");
    for (bytes, object) in app.session.cloud.world().objects.values_mut() {
        bytes.truncate(1);
        object.size = 1;
    }
    published(&app).await.expect("publishes again");
    assert_eq!(app.session.cloud.count("PutObject"), 4);
}

#[tokio::test(start_paused = true)]
async fn a_large_template_is_published_and_named_by_its_address() {
    let template = format!("{{\"Description\":\"{}\",\"Resources\":{{}}}}\n", "x".repeat(51_200));
    let app = FakeApp::with_template(&template, &[], &[], &[]);
    set_up(&app.session.cloud);
    let published = published(&app).await.expect("publishes");
    let key = format!("{}.json", digest(template.as_bytes()));
    let url = format!("https://s3.eu-west-1.amazonaws.com/{BUCKET}/{key}");
    assert_eq!(published.template(app.stack()), TemplateSource::Url(url));
    assert_eq!(keys(&app), [key]);
}

#[tokio::test(start_paused = true)]
async fn what_has_changed_since_synth_is_not_sent() {
    let mut app = shop();
    for asset in &app.target.assembly.assets {
        match &asset.source {
            AssetSource::Directory { directory } => {
                put(&app.target.folder.join(directory).join("new.js"), "3\n")
            }
            AssetSource::File { file } => put(&app.target.folder.join(file), "other\n"),
            AssetSource::Image { .. } => {}
        }
    }
    let failure = published(&app).await.expect_err("refuses both");
    assert_eq!(failure.kind, FailureKind::Refused);
    assert_eq!(codes(&failure.findings), ["FW5107", "FW5107"]);
    assert!(failure.findings.iter().all(|finding| finding.path.is_some() && finding.help.is_some()));
    assert!(keys(&app).is_empty() && left_behind(&app).is_empty());
    assert!(states(&mut app).iter().all(|(_, state)| *state != Transfer::Published));
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_leaves_nothing_and_is_gone_on_with() {
    let app = shop();
    for nth in 1..=6 {
        app.session.cloud.fault("PutObject", nth, FaultKind::Unreachable);
    }
    published(&app).await.expect("tries again");
    assert_eq!(keys(&app).len(), 2);

    let app = shop();
    (1..=10).for_each(|nth| app.session.cloud.fault("PutObject", nth, FaultKind::Unreachable));
    let failure = published(&app).await.expect_err("gives up");
    assert_eq!(failure.kind, FailureKind::Unreachable);
    assert_eq!(codes(&failure.findings), ["FW6018"], "what is the same for all is told once");
    assert!(keys(&app).is_empty() && left_behind(&app).is_empty());
    published(&app).await.expect("goes on");
    assert_eq!(keys(&app).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_expire_are_told_once() {
    let app = shop();
    (1..=2).for_each(|nth| app.session.cloud.fault("PutObject", nth, FaultKind::Expired));
    let failure = published(&app).await.expect_err("may not send");
    assert_eq!(codes(&failure.findings), ["FW6011"]);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_of_somebody_else_is_not_written_to() {
    let app = shop();
    app.session.cloud.fault("HeadObject", 1, FaultKind::Denied);
    let failure = published(&app).await.expect_err("may not look");
    let help = failure.findings[0].help.as_deref().unwrap_or_default();
    assert!(help.contains(BUCKET) && help.contains("111122223333"), "{help}");
    assert_eq!(failure.findings[0].path.as_deref(), Some("Shop/Part0/Asset"));
    assert_eq!(failure.findings[0].at.as_ref().map(|at| at.line), Some(12));
    // The other one is sent all the same.
    assert_eq!(keys(&app).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_interruption_leaves_nothing_behind() {
    let source = AssetSource::Directory { directory: "code".to_owned() };
    let mut app = FakeApp::new(&[("code/main.js", "1\n")], &[source], &[]);
    set_up(&app.session.cloud);
    let interrupter = std::mem::replace(&mut app.interrupter, Interrupts::new().0);
    app.session.cloud.at("PutObject", 1, move |_| interrupter.interrupt());
    // The next attempt is seconds away.
    app.session.cloud.fault("PutObject", 1, FaultKind::Unreachable);
    let failure = published(&app).await.expect_err("is interrupted");
    assert_eq!((failure.kind, codes(&failure.findings)), (FailureKind::Interrupted, vec!["FW6304"]));
    assert!(keys(&app).is_empty() && left_behind(&app).is_empty());
}

/// An app with a file that is sent in pieces.
fn with_a_large_file() -> FakeApp {
    let content = "0123456789abcdef".repeat(1_100_000);
    let app =
        FakeApp::new(&[("model.bin", &content)], &[AssetSource::File { file: "model.bin".to_owned() }], &[]);
    set_up(&app.session.cloud);
    app
}

#[tokio::test(start_paused = true)]
async fn an_interruption_takes_the_pieces_of_a_large_file_away() {
    let mut app = with_a_large_file();
    let interrupter = std::mem::replace(&mut app.interrupter, Interrupts::new().0);
    app.session.cloud.at("UploadPart", 2, move |_| interrupter.interrupt());
    app.session.cloud.fault("UploadPart", 2, FaultKind::Unreachable);
    let failure = published(&app).await.expect_err("is interrupted");
    assert_eq!((failure.kind, codes(&failure.findings)), (FailureKind::Interrupted, vec!["FW6304"]));
    assert!(keys(&app).is_empty() && app.session.cloud.world().uploads.is_empty());
    assert_eq!(app.session.cloud.count("AbortMultipartUpload"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_large_file_is_told_piece_by_piece_and_gone_on_with() {
    let mut app = with_a_large_file();
    app.session.cloud.fault("UploadPart", 3, FaultKind::Expired);
    published(&app).await.expect_err("breaks off");
    assert!(keys(&app).is_empty());
    let sent = |app: &mut FakeApp| {
        let states = states(app).into_iter();
        let sent = states.filter_map(|(_, state)| match state {
            Transfer::Sending { sent, of: 17_600_000 } => Some(sent),
            _ => None,
        });
        sent.collect::<Vec<u64>>()
    };
    let first = sent(&mut app);
    assert!(first.len() == 3 && first[0] == 0 && first[2] > PIECE, "{first:?}");
    published(&app).await.expect("goes on");
    assert_eq!(sent(&mut app), [0, first[2], 17_600_000]);
    assert_eq!((keys(&app).len(), app.session.cloud.count("UploadPart")), (1, 4));
}

#[tokio::test(start_paused = true)]
async fn what_changes_while_it_is_sent_is_found_out() {
    let app = with_a_large_file();
    let AssetSource::File { file } = app.target.assembly.assets[0].source.clone() else { unreachable!() };
    let path = app.target.folder.join(file);
    // All is hashed and held against the assembly by now.
    app.session.cloud.at("CreateMultipartUpload", 1, move |_| {
        fs::write(&path, "X".repeat(17_600_000)).expect("is written");
    });
    let failure = published(&app).await.expect_err("is refused");
    assert_eq!((failure.kind, codes(&failure.findings)), (FailureKind::Refused, vec!["FW5107"]));
    assert_eq!(failure.findings[0].at.as_ref().map(|at| at.line), Some(12));
    assert!(keys(&app).is_empty() && app.session.cloud.world().uploads.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_takes_no_archive_is_told() {
    let app = shop();
    put(&app.session.scratch, "a file where the directory should be");
    let failure = published(&app).await.expect_err("cannot pack");
    assert_eq!(codes(&failure.findings), ["FW6405"]);
}

#[tokio::test(start_paused = true)]
async fn a_path_that_leads_out_is_refused() {
    let app = shop();
    let list = app.target.folder.join("Shop.assets.json");
    let manifest = app.target.folder.join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("is there");
    fs::copy(&list, app.directory.path().join("outside.json")).expect("copies");
    fs::write(&manifest, text.replace("Shop.assets.json", "../outside.json")).expect("writes");
    let failure = published(&app).await.expect_err("refuses");
    assert_eq!((failure.kind, codes(&failure.findings)), (FailureKind::Refused, vec!["FW5205"]));
    assert!(app.session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_assembly_folder_is_only_read() {
    let app = shop();
    let folder = app.target.folder.clone();
    app.session.cloud.at("PutObject", 1, move |_| {
        let archives = fs::read_dir(folder).expect("is a folder");
        let mut archives = archives
            .filter_map(|entry| entry.expect("is readable").path().extension()?.to_str().map(str::to_owned));
        assert!(!archives.any(|extension| extension == "zip"), "while it is sent");
    });
    // Beside a run that goes on, and one that was killed while it packed.
    let other = Scratch::new(&app.session.scratch, "run-0-archives").expect("is made");
    put(&app.session.scratch.join("run-dead-archives/a.zip"), "a");
    published(&app).await.expect("publishes");
    assert_eq!(left_behind(&app), ["run-0-archives"]);
    drop(other);
    assert!(left_behind(&app).is_empty());
}
