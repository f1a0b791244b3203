//! Uploads in pieces, in memory.

use super::{
    FakeCloud,
    storage::{page, read},
    world::FakeUpload,
};
use crate::deploy::cloud::{
    Answer, Fault, FaultKind, Multipart, ObjectAt, Page, Piece, SentPiece, Upload, UploadBody,
};

impl Multipart for FakeCloud {
    async fn create_multipart_upload(&self, upload: &Upload) -> Answer<String> {
        self.enter("CreateMultipartUpload", &upload.at.key).await?;
        let mut world = self.world();
        // In the order in which they were begun.
        let id = format!("upload-{:04}", world.number());
        world.uploads.insert(id.clone(), FakeUpload { upload: upload.clone(), pieces: Default::default() });
        Ok(id)
    }

    async fn upload_part(&self, upload: &Upload, id: &str, piece: &Piece) -> Answer<SentPiece> {
        self.enter("UploadPart", &format!("{} {}", upload.at.key, piece.number)).await?;
        let UploadBody::File(file) = &upload.body else { return Err(missing(id)) };
        let bytes = read(file, piece)?;
        let mut world = self.world();
        let upload = world.uploads.get_mut(id).ok_or_else(|| missing(id))?;
        let sent = SentPiece {
            number: piece.number,
            size: piece.size,
            etag: format!("{id}-{}", piece.number),
            checksum: Some(piece.checksum.clone()),
        };
        upload.pieces.insert(piece.number, (bytes, sent.clone()));
        Ok(sent)
    }

    async fn complete_multipart_upload(&self, at: &ObjectAt, id: &str, pieces: &[SentPiece]) -> Answer<()> {
        self.enter("CompleteMultipartUpload", &at.key).await?;
        let mut world = self.world();
        let FakeUpload { upload, pieces: there } =
            world.uploads.get(id).cloned().ok_or_else(|| missing(id))?;
        let arrived = |piece: &SentPiece| {
            let (bytes, sent) = there.get(&piece.number)?;
            Some(bytes.clone()).filter(|_| sent == piece)
        };
        let bytes: Option<Vec<Vec<u8>>> = pieces.iter().map(arrived).collect();
        let is_in_order = pieces.is_sorted_by_key(|piece| piece.number);
        match bytes {
            Some(bytes) if is_in_order && upload.at == *at => {
                world.uploads.remove(id);
                world.store(&upload, bytes.concat());
                Ok(())
            }
            _ => Err(Fault::new(FaultKind::Invalid, "s3:PutObject", "these are not the pieces")),
        }
    }

    async fn abort_multipart_upload(&self, at: &ObjectAt, id: &str) -> Answer<()> {
        self.enter("AbortMultipartUpload", &at.key).await?;
        self.world().uploads.remove(id).map(drop).ok_or_else(|| missing(id))
    }

    async fn list_multipart_uploads(&self, at: &ObjectAt, next: Option<&str>) -> Answer<Page<String>> {
        self.enter("ListMultipartUploads", &at.key).await?;
        let world = self.world();
        let ids = world.uploads.iter().filter(|(_, one)| one.upload.at == *at).map(|(id, _)| id.clone());
        Ok(page(&ids.collect::<Vec<_>>(), next, world.page))
    }

    async fn list_parts(&self, at: &ObjectAt, id: &str, next: Option<&str>) -> Answer<Page<SentPiece>> {
        self.enter("ListParts", &at.key).await?;
        let world = self.world();
        let upload = world.uploads.get(id).ok_or_else(|| missing(id))?;
        let pieces: Vec<SentPiece> = upload.pieces.values().map(|(_, piece)| piece.clone()).collect();
        Ok(page(&pieces, next, world.page))
    }
}

fn missing(id: &str) -> Fault {
    let fault = Fault::new(FaultKind::Missing, "s3:PutObject", format!("there is no upload `{id}`"));
    Fault { code: "NoSuchUpload".to_owned(), ..fault }
}
