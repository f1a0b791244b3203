//! Uploads, told by what is asked of a scripted cloud.

use std::{cell::RefCell, fs, path::Path};

use tempfile::TempDir;

use super::{CHANGED, Uploads};
use crate::deploy::{
    Session,
    cloud::{Answer, Fault, FaultKind, HashedFile, ObjectAt, Upload, UploadBody},
    testing::{FakeApp, FakeCloud},
};

/// The bytes of a piece.
const PIECE: u64 = 1000;

/// A file of three pieces, and where it goes.
struct Rig {
    app: FakeApp,
    directory: TempDir,
    upload: Upload,
}

impl Rig {
    fn new() -> Self {
        Self::of(2 * PIECE + 7)
    }

    fn of(size: u64) -> Self {
        let directory = tempfile::tempdir().expect("is made");
        let path = directory.path().join("video.mp4");
        let bytes: Vec<u8> = (0..size).map(|place| (place / 100) as u8).collect();
        fs::write(&path, bytes).expect("is written");
        let at =
            ObjectAt { bucket: "b".to_owned(), owner: "111122223333".to_owned(), key: "k.zip".to_owned() };
        let upload = Upload {
            at,
            body: UploadBody::File(HashedFile::read_by(path, PIECE).expect("is readable")),
            content_type: Some("video/mp4".to_owned()),
            cache_control: None,
            metadata: vec![("formwork-size".to_owned(), size.to_string())],
        };
        Self { app: FakeApp::new(&[], &[], &[]), directory, upload }
    }

    fn cloud(&self) -> &FakeCloud {
        &self.app.session.cloud
    }

    fn session(&self) -> &Session<FakeCloud> {
        &self.app.session
    }

    fn path(&self) -> &Path {
        let UploadBody::File(file) = &self.upload.body else { unreachable!("is a file") };
        &file.path
    }

    /// Sends it, and answers what was told.
    async fn send(&self) -> (Answer<()>, Vec<u64>) {
        let told = RefCell::new(Vec::new());
        let uploads = Uploads::new();
        let sent =
            uploads.send(self.session(), self.cloud(), &self.upload, |sent| told.borrow_mut().push(sent));
        (sent.await, told.into_inner())
    }

    /// The bytes of the pieces that wait for the others.
    fn waiting(&self) -> u64 {
        let world = self.cloud().world();
        world.uploads.values().flat_map(|upload| upload.pieces.values().map(|(_, piece)| piece.size)).sum()
    }

    /// What is in the bucket under its key.
    fn object(&self) -> Option<Vec<u8>> {
        self.cloud()
            .world()
            .objects
            .get(&("b".to_owned(), "k.zip".to_owned()))
            .map(|(bytes, _)| bytes.clone())
    }

    fn is_whole(&self) -> bool {
        self.object() == fs::read(self.path()).ok()
    }

    fn unfinished(&self) -> usize {
        self.cloud().world().uploads.len()
    }

    fn numbers(&self) -> Vec<String> {
        let calls = self.cloud().calls();
        let mut numbers: Vec<String> = calls
            .iter()
            .filter_map(|call| Some(call.strip_prefix("UploadPart k.zip ")?.to_owned()))
            .collect();
        numbers.sort();
        numbers
    }
}

#[tokio::test(start_paused = true)]
async fn small_files_are_sent_at_once_and_large_ones_in_pieces() {
    let rig = Rig::of(PIECE);
    assert_eq!(rig.send().await, (Ok(()), vec![]));
    assert!(rig.is_whole());
    assert_eq!(rig.cloud().calls(), ["PutObject k.zip"]);

    let rig = Rig::new();
    let (sent, told) = rig.send().await;
    sent.expect("arrives");
    assert!(rig.is_whole() && rig.unfinished() == 0);
    assert_eq!(
        (rig.numbers(), told.len(), told.last()),
        (vec!["1".into(), "2".into(), "3".into()], 3, Some(&(2 * PIECE + 7)))
    );
    assert!(told.is_sorted());
    let world = rig.cloud().world();
    let (_, object) = &world.objects[&("b".to_owned(), "k.zip".to_owned())];
    assert_eq!(object.metadata, rig.upload.metadata);
    assert_eq!(world.headers[&("b".to_owned(), "k.zip".to_owned())].0, "video/mp4");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_comes_back_is_waited_for_by_each_piece() {
    let rig = Rig::new();
    for nth in [1, 2, 4] {
        rig.cloud().fault("UploadPart", nth, FaultKind::Unreachable);
    }
    rig.cloud().fault("CompleteMultipartUpload", 1, FaultKind::Unavailable);
    let (sent, told) = rig.send().await;
    sent.expect("arrives");
    assert!(rig.is_whole() && rig.unfinished() == 0);
    assert_eq!(told.last(), Some(&(2 * PIECE + 7)), "no piece is counted twice");
}

#[tokio::test(start_paused = true)]
async fn the_next_run_goes_on_with_what_has_arrived() {
    let rig = Rig::new();
    rig.cloud().world().page = 1;
    // One of the pieces never arrives: the credentials are over.
    rig.cloud().fault("UploadPart", 3, FaultKind::Expired);
    let (sent, told) = rig.send().await;
    assert_eq!(sent.expect_err("breaks off").kind, FaultKind::Expired);
    assert_eq!((rig.unfinished(), rig.object(), told.len()), (1, None, 2));

    let waiting = rig.waiting();
    assert!(waiting >= PIECE + 7, "{waiting}");
    let (sent, told) = rig.send().await;
    sent.expect("arrives");
    assert!(rig.is_whole() && rig.unfinished() == 0);
    assert_eq!((rig.cloud().count("UploadPart"), rig.cloud().count("CreateMultipartUpload")), (4, 1));
    assert_eq!(told, [waiting, 2 * PIECE + 7], "what was there is told first");
}

#[tokio::test(start_paused = true)]
async fn pieces_of_something_else_are_not_gone_on_with() {
    let rig = Rig::new();
    rig.cloud().fault("UploadPart", 3, FaultKind::Expired);
    rig.send().await.0.expect_err("breaks off");
    {
        let mut world = rig.cloud().world();
        let upload = world.uploads.values_mut().next().expect("is there");
        let (_, piece) = upload.pieces.values_mut().next().expect("is there");
        piece.checksum = None;
    }
    rig.send().await.0.expect("arrives");
    assert!(rig.is_whole());
    assert_eq!((rig.cloud().count("CreateMultipartUpload"), rig.unfinished()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn who_may_not_look_for_unfinished_uploads_begins_anew() {
    let rig = Rig::new();
    rig.cloud().fault("ListMultipartUploads", 1, FaultKind::Denied);
    rig.send().await.0.expect("arrives");
    assert!(rig.is_whole());
}

#[tokio::test(start_paused = true)]
async fn what_may_not_go_on_is_taken_away() {
    for operation in ["UploadPart", "CompleteMultipartUpload"] {
        let rig = Rig::new();
        rig.cloud().fault(operation, 1, FaultKind::Denied);
        assert_eq!(rig.send().await.0.expect_err("is refused").kind, FaultKind::Denied);
        assert_eq!((rig.unfinished(), rig.object()), (0, None), "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_longer_as_it_was_hashed_does_not_arrive() {
    for size in [10, 2 * PIECE + 7] {
        let rig = Rig::of(size);
        let mut bytes = fs::read(rig.path()).expect("is readable");
        *bytes.last_mut().expect("has one") ^= 1;
        fs::write(rig.directory.path().join("video.mp4"), bytes).expect("is written");
        assert_eq!(rig.send().await.0.expect_err("is found out").code, CHANGED);
        assert_eq!((rig.unfinished(), rig.object()), (0, None));
    }
}

#[tokio::test(start_paused = true)]
async fn two_runs_share_their_pieces_and_both_come_to_an_end() {
    let rig = Rig::new();
    // Another run, which has gone on with this upload, ends it first.
    let whole = fs::read(rig.path()).expect("is readable");
    let upload = rig.upload.clone();
    rig.cloud().at("CompleteMultipartUpload", 1, move |world| {
        world.uploads.clear();
        let object = crate::deploy::cloud::Object { size: whole.len() as u64, ..Default::default() };
        world.objects.insert((upload.at.bucket, upload.at.key), (whole, object));
    });
    rig.send().await.0.expect("is there");
    assert!(rig.is_whole());
    assert_eq!(rig.cloud().count("CreateMultipartUpload"), 1);

    // Or is interrupted, and takes it away.
    let rig = Rig::new();
    rig.cloud().at("UploadPart", 2, |world| world.uploads.clear());
    rig.send().await.0.expect("begins anew");
    assert!(rig.is_whole() && rig.unfinished() == 0);

    let rig = Rig::new();
    let missing = |nth| rig.cloud().fault("CompleteMultipartUpload", nth, FaultKind::Missing);
    (1..=2).for_each(missing);
    let fault: Fault = rig.send().await.0.expect_err("does so once");
    assert_eq!(fault.kind, FaultKind::Missing);
}
