//! Files on their way to a bucket: small ones in one request, large ones in pieces, a few at a time.
//!
//! A large object is there once all of its pieces are, never before. Pieces that have arrived stay where a run was killed or lost its
//! connection, and the next one goes on from them, if they are the same; whoever is told to stop, or may not go on, takes them away.
//! Each piece is held against its hash by whoever takes it, so that what arrives is what was hashed, however much later it is read.

#[cfg(test)]
mod tests;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    time::Duration,
};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    Session,
    cloud::{Answer, Cloud, Fault, FaultKind, HashedFile, ObjectAt, Piece, SentPiece, Upload, UploadBody},
    pages,
    patience::persist,
};

/// How many pieces of a file are sent side by side. They are read as they are sent, a few kilobytes at a time.
const AT_ONCE: usize = 4;

/// How many unfinished uploads of a key are looked at, the newest first.
const LOOKED_AT: usize = 5;

/// How long it may take to take pieces away, where somebody waits for the end.
const GRACE: Duration = Duration::from_secs(10);

/// The uploads of a run. Whoever drops one in its middle has [`Uploads::give_up`] take away what has arrived of it.
pub(super) struct Uploads<C> {
    open: RefCell<Vec<Open<C>>>,
}

/// An upload in pieces that has not come to its end.
#[derive(Clone)]
struct Open<C> {
    cloud: C,
    at: ObjectAt,
    id: String,
}

/// The pieces of an upload that are there, by number.
type Sent = BTreeMap<u32, SentPiece>;

impl<C: Cloud> Uploads<C> {
    pub(super) fn new() -> Self {
        Self { open: RefCell::default() }
    }

    /// Sends something, and tells how many of its bytes have arrived each time that some have.
    pub(super) async fn send(
        &self,
        session: &Session<C>,
        cloud: &C,
        upload: &Upload,
        tell: impl Fn(u64),
    ) -> Answer<()> {
        let file = match &upload.body {
            UploadBody::File(file) if file.pieces.len() > 1 => file,
            _ => return persist(session, async || cloud.put_object(upload).await).await,
        };
        // Two runs may send the same: the pieces are shared, and one of them ends the upload, or takes it away.
        let mut is_first = true;
        loop {
            match self.send_pieces(Large { session, cloud, upload, file }, &tell).await {
                Err(fault) if fault.kind == FaultKind::Missing && is_first => {
                    let there = persist(session, async || cloud.head_object(&upload.at).await).await?;
                    if there.is_some_and(|object| object.size == file.size()) {
                        return Ok(());
                    }
                    is_first = false;
                }
                answer => return answer,
            }
        }
    }

    /// Takes away the pieces of all uploads that have not come to their end, as far as that is possible in a few seconds.
    pub(super) async fn give_up(&self) {
        let open = self.open.borrow().clone();
        let aborted = stream::iter(open).for_each_concurrent(AT_ONCE, async |one| {
            let _ = one.cloud.abort_multipart_upload(&one.at, &one.id).await;
            self.forget(&one.id);
        });
        let _ = tokio::time::timeout(GRACE, aborted).await;
    }

    fn forget(&self, id: &str) {
        self.open.borrow_mut().retain(|one| one.id != id);
    }

    async fn send_pieces(&self, file: Large<'_, C>, tell: &impl Fn(u64)) -> Answer<()> {
        let Large { session, cloud, upload, .. } = file;
        let at = &upload.at;
        let (id, there) = match file.begun().await? {
            Some(begun) => begun,
            None => {
                let id = persist(session, async || cloud.create_multipart_upload(upload).await).await?;
                (id, Sent::new())
            }
        };
        self.open.borrow_mut().push(Open { cloud: cloud.clone(), at: at.clone(), id: id.clone() });
        let done = async {
            let pieces = file.send(&id, there, tell).await?;
            persist(session, async || cloud.complete_multipart_upload(at, &id, &pieces).await).await
        };
        let done = done.await;
        self.forget(&id);
        if done.as_ref().is_err_and(|fault| !may_go_on(fault)) {
            // What is left of it where this fails too, the rules of the bucket remove.
            let _ = cloud.abort_multipart_upload(at, &id).await;
        }
        done
    }
}

/// A file that goes in pieces.
struct Large<'a, C> {
    session: &'a Session<C>,
    cloud: &'a C,
    upload: &'a Upload,
    file: &'a HashedFile,
}

impl<C: Cloud> Large<'_, C> {
    /// Sends the pieces that are not there. Answers all of them, in their order.
    async fn send(&self, id: &str, there: Sent, tell: &impl Fn(u64)) -> Answer<Vec<SentPiece>> {
        let Self { session, cloud, upload, file } = self;
        let sent = Cell::new(there.values().map(|piece| piece.size).sum());
        if sent.get() > 0 {
            tell(sent.get());
        }
        let missing = file.pieces.iter().filter(|piece| !there.contains_key(&piece.number));
        let arrived = missing.map(|piece| {
            let sent = &sent;
            async move {
                let arrived = persist(session, async || cloud.upload_part(upload, id, piece).await).await?;
                sent.set(sent.get() + piece.size);
                tell(sent.get());
                Ok(arrived)
            }
        });
        let arrived: Vec<SentPiece> = stream::iter(arrived).buffer_unordered(AT_ONCE).try_collect().await?;
        let mut all = there;
        all.extend(arrived.into_iter().map(|piece| (piece.number, piece)));
        Ok(all.into_values().collect())
    }

    /// An upload of the same file that was begun before, and what is there of it.
    async fn begun(&self) -> Answer<Option<(String, Sent)>> {
        let (cloud, at) = (self.cloud, &self.upload.at);
        let ids = pages::all(self.session, async |next| cloud.list_multipart_uploads(at, next).await).await;
        let ids = match ids {
            // Who may not look begins anew.
            Err(fault) if fault.kind == FaultKind::Denied => return Ok(None),
            ids => ids?,
        };
        for id in ids.into_iter().rev().take(LOOKED_AT) {
            if let Some(sent) = self.sent_before(&id).await? {
                return Ok(Some((id, sent)));
            }
        }
        Ok(None)
    }

    /// The pieces of an upload; none where one of them is not of this file, or there are no pieces to tell by.
    async fn sent_before(&self, id: &str) -> Answer<Option<Sent>> {
        let (cloud, at) = (self.cloud, &self.upload.at);
        let pieces = match pages::all(self.session, async |next| cloud.list_parts(at, id, next).await).await {
            Err(fault) if matches!(fault.kind, FaultKind::Denied | FaultKind::Missing) => return Ok(None),
            pieces => pieces?,
        };
        let is_of_file = |sent: &SentPiece| {
            let index = usize::try_from(sent.number).ok().and_then(|number| number.checked_sub(1));
            index.and_then(|index| self.file.pieces.get(index)).is_some_and(|piece| is_same(piece, sent))
        };
        let is_same = !pieces.is_empty() && pieces.iter().all(is_of_file);
        Ok(is_same.then(|| pieces.into_iter().map(|piece| (piece.number, piece)).collect()))
    }
}

fn is_same(piece: &Piece, sent: &SentPiece) -> bool {
    (piece.number, piece.size) == (sent.number, sent.size) && sent.checksum.as_ref() == Some(&piece.checksum)
}

/// True where the next run may go on with what has arrived: nothing was wrong with it.
fn may_go_on(fault: &Fault) -> bool {
    fault.is_passing() || matches!(fault.kind, FaultKind::Expired | FaultKind::Garbled)
}

/// True for the fault of a file that is no longer as it was hashed.
pub(super) fn is_changed(fault: &Fault) -> bool {
    fault.code == CHANGED
}

/// S3's word for content that does not fit its hash.
pub(super) const CHANGED: &str = "BadDigest";
