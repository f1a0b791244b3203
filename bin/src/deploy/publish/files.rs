//! Files for buckets: assets as they are or packed, and templates that are too large to be sent along.

use std::collections::BTreeMap;

use formwork_assembly::{AssetSource, Diagnostic};
use futures_util::{StreamExt, stream};
use tokio::sync::OnceCell;

use super::{
    all,
    archive::{Archive, unpackable},
    changed, check,
    home::Home,
    off_thread,
    parcel::{FileContent, FileParcel, Label, path_of},
};
use crate::deploy::{
    Failure, FailureKind, Progress, Session, Target, Transfer,
    cloud::{Cloud, Fault, FaultKind, HashedFile, Object, Upload, UploadBody},
    patience::persist,
    scratch::Scratch,
    upload::{Uploads, is_changed},
};

/// How many are sent side by side.
const AT_ONCE: usize = 4;

/// The metadata in which the size of what was sent stands.
const SIZE: &str = "formwork-size";

/// Sends what is not there.
pub(super) async fn send<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    clouds: &BTreeMap<Home, C>,
    files: &[FileParcel],
    uploads: &Uploads<C>,
) -> Result<(), Failure> {
    let archives = OnceCell::new();
    let sent = files.iter().filter_map(|file| {
        let cloud = clouds.get(&file.home)?;
        Some(send_one(session, target, cloud, (file, &archives), uploads))
    });
    let sent: Vec<_> = stream::iter(sent).buffered(AT_ONCE).collect().await;
    all(sent)
}

async fn send_one<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    cloud: &C,
    (file, archives): (&FileParcel, &OnceCell<Scratch>),
    uploads: &Uploads<C>,
) -> Result<(), Failure> {
    let label = &file.label;
    let refused = |fault: Fault| label.failure(told(fault, &file.to.bucket, &file.home.account));
    let tell = |state| label.tell(session, state);
    let there = persist(session, async || cloud.head_object(&file.to).await).await.map_err(refused)?;
    if there.is_some_and(|object| is_whole(&object)) {
        tell(Transfer::Present);
        return Ok(());
    }
    let (body, _archive) = content(session, target, file, archives).await?;
    let of = body.size();
    tell(Transfer::Sending { sent: 0, of });
    let upload = Upload {
        at: file.to.clone(),
        body,
        content_type: None,
        cache_control: None,
        metadata: vec![(SIZE.to_owned(), of.to_string())],
    };
    let sent = uploads.send(session, cloud, &upload, |sent| tell(Transfer::Sending { sent, of })).await;
    sent.map_err(
        |fault| if is_changed(&fault) { label.failure(changed(&label.name)) } else { refused(fault) },
    )?;
    tell(Transfer::Published);
    Ok(())
}

/// False where an object has another size than it was sent with: somebody has written to the bucket. What others sent has no such note.
fn is_whole(object: &Object) -> bool {
    let noted = object.metadata.iter().find(|(name, _)| name == SIZE);
    noted.is_none_or(|(_, size)| *size == object.size.to_string())
}

/// What to send, and what has to stay until it is sent.
async fn content<C>(
    session: &Session<C>,
    target: &Target,
    file: &FileParcel,
    archives: &OnceCell<Scratch>,
) -> Result<(UploadBody, Option<Archive>), Failure> {
    let label = &file.label;
    let source = match &file.content {
        FileContent::Template(text) => {
            return Ok((UploadBody::Bytes(text.as_bytes().to_vec()), None));
        }
        FileContent::Asset(source) => source,
    };
    let (path, archive) = match source {
        AssetSource::Directory { directory } => {
            let place = archives.get_or_try_init(async || {
                let (place, name) = (session.scratch.clone(), format!("{}-archives", session.run));
                let made = off_thread(move || Scratch::new(&place, &name)).await?;
                made.map_err(|error| label.unreadable(vec![unpackable(&label.name, &error)]))
            });
            let file = place.await?.path().join(format!("{}.zip", label.hash));
            let (folder, directory) = (target.folder.clone(), directory.clone());
            let packed = off_thread(move || Archive::pack(&folder, &directory, file)).await?;
            let archive = packed.map_err(|findings| label.unreadable(findings))?;
            (archive.path().to_owned(), Some(archive))
        }
        _ => (target.folder.join(path_of(source)), None),
    };
    let hashed = off_thread(move || HashedFile::read(path)).await?;
    let hashed = hashed.map_err(|error| label.unreadable(vec![unpackable(&label.name, &error)]))?;
    // After it was packed and hashed, so that nothing can have changed before; what changes later, whoever takes it finds out by the hashes.
    check(target, source, &label.hash, &label.name).await?;
    Ok((UploadBody::File(hashed), archive))
}

/// A fault of a bucket, with what it most often means.
fn told(fault: Fault, bucket: &str, account: &str) -> Failure {
    let kind = fault.kind;
    let mut failure = Failure::from(fault);
    if kind == FaultKind::Denied {
        let help = format!(
            "let the caller read and write the bucket `{bucket}`, which must belong to the account {account}"
        );
        failure.findings = failure.findings.into_iter().map(|finding| finding.help(help.clone())).collect();
    }
    failure
}

impl Label {
    /// Tells how far it is.
    pub(super) fn tell<C>(&self, session: &Session<C>, state: Transfer) {
        session.teller.tell(Progress::Asset { name: self.name.clone(), hash: self.hash.clone(), state });
    }

    /// A failure with the construct, and the line that needs it.
    pub(super) fn failure(&self, mut failure: Failure) -> Failure {
        failure.findings = failure.findings.into_iter().map(|finding| self.on(finding)).collect();
        failure
    }

    /// A finding about it.
    pub(super) fn on(&self, finding: Diagnostic) -> Diagnostic {
        let finding = finding.path(&self.name);
        match &self.at {
            Some(at) => finding.at(at.clone()),
            None => finding,
        }
    }

    fn unreadable(&self, findings: Vec<Diagnostic>) -> Failure {
        self.failure(Failure { kind: FailureKind::Failed, findings })
    }
}
