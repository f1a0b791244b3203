//! The bucket of a site: what is in it, and its files on their way.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use formwork_assembly::{Diagnostic, Site, code};
use futures_util::{StreamExt, stream};

use super::{
    files::{self, SiteFile, Turn},
    plan::Present,
    record::{self, Record},
};
use crate::deploy::{
    Failure, FailureKind, Session, SiteStep,
    cloud::{Cloud, Fault, ObjectAt, Upload, UploadBody},
    pages,
    patience::persist,
    upload::{Uploads, is_changed},
};

/// How many files are sent side by side.
const AT_ONCE: usize = 8;

/// The metadata in which the fingerprint of a file stands.
const FINGERPRINT: &str = "formwork-fingerprint";

/// The bucket of a site.
pub(super) struct Bucket<C> {
    /// The run, in the region of the bucket.
    pub session: Session<C>,
    pub name: String,
    /// The account that owns it.
    pub owner: String,
}

impl<C: Cloud> Bucket<C> {
    /// The record of what was uploaded before. One that is not readable is begun anew.
    pub(super) async fn record(&self) -> Result<Record, Failure> {
        let at = self.at(record::KEY);
        let text = persist(&self.session, async || self.session.cloud.get_object(&at).await).await?;
        let Some(text) = text else { return Ok(Record::default()) };
        Ok(Record::parse(&text).unwrap_or_else(|error| {
            let message =
                format!("the record of releases in the bucket `{}` is not readable: {error}", self.name);
            let finding = Diagnostic::warning(&code::SITE_RECORD, message).help(
                "a new one is begun; files of earlier releases stay in the bucket until you delete them",
            );
            self.session.teller.warn(finding);
            Record::default()
        }))
    }

    pub(super) async fn put_record(&self, record: &Record) -> Result<(), Failure> {
        let upload = Upload {
            at: self.at(record::KEY),
            body: UploadBody::Bytes(record.to_text().into_bytes()),
            content_type: Some("application/json".to_owned()),
            cache_control: Some("no-store".to_owned()),
            metadata: Vec::new(),
        };
        Ok(persist(&self.session, async || self.session.cloud.put_object(&upload).await).await?)
    }

    /// The sizes of all objects by their keys.
    pub(super) async fn list(&self) -> Result<BTreeMap<String, u64>, Failure> {
        let listed = pages::all(&self.session, async |next| {
            self.session.cloud.list_objects(&self.name, &self.owner, "", next).await
        });
        Ok(listed.await?.into_iter().map(|object| (object.key, object.size)).collect())
    }

    /// Which of the files are there as they should be: the record says it, or, where a run broke off, the object itself.
    pub(super) async fn present(
        &self,
        files: &[SiteFile],
        record: &Record,
        listed: &BTreeMap<String, u64>,
    ) -> Result<BTreeSet<String>, Failure> {
        let asked = files.iter().filter_map(|file| match Present::of(file, record, listed) {
            Present::Yes => Some((file, true)),
            Present::Perhaps => Some((file, false)),
            Present::No => None,
        });
        let asked = asked.map(|(file, is_sure)| async move {
            Ok::<_, Fault>(
                (is_sure || self.has(&file.path, Some(&file.fingerprint)).await?).then(|| file.path.clone()),
            )
        });
        let asked: Vec<_> = stream::iter(asked).buffer_unordered(AT_ONCE).collect().await;
        let present: Result<Vec<_>, Fault> = asked.into_iter().collect();
        Ok(present?.into_iter().flatten().collect())
    }

    /// Whether an object was uploaded from here, and with this fingerprint where one is given.
    async fn has(&self, key: &str, fingerprint: Option<&str>) -> Result<bool, Fault> {
        let at = self.at(key);
        let object = persist(&self.session, async || self.session.cloud.head_object(&at).await).await?;
        let metadata = object.map(|object| object.metadata).unwrap_or_default();
        let noted = metadata.iter().find(|(name, _)| name == FINGERPRINT);
        Ok(noted.is_some_and(|(_, noted)| fingerprint.is_none_or(|fingerprint| fingerprint == noted)))
    }

    /// Sends files turn by turn: none of the next turn before all of this one are there.
    pub(super) async fn send(
        &self,
        site: &Site,
        files: &[&SiteFile],
        uploads: &Uploads<C>,
        tell: &impl Fn(SiteStep),
    ) -> Result<(), Failure> {
        let (done, sent, of) = (Cell::new(0), Cell::new(0), files.len());
        let bytes = files.iter().map(|file| file.file.size()).sum();
        let told = || tell(SiteStep::Uploading { done: done.get(), of, sent: sent.get(), bytes });
        told();
        for turn in [Turn::Forever, Turn::Checked, Turn::Page] {
            let files = files.iter().filter(|file| file.turn == turn).map(|file| async {
                let arrived = Cell::new(0);
                let add = |now| sent.set(sent.get() + now - arrived.replace(now));
                let put = self.put(site, file, uploads, |now| {
                    add(now);
                    told();
                });
                put.await?;
                add(file.file.size());
                done.set(done.get() + 1);
                told();
                Ok(())
            });
            let done: Vec<Result<(), Failure>> = stream::iter(files).buffered(AT_ONCE).collect().await;
            let failures: Vec<Failure> = done.into_iter().filter_map(Result::err).collect();
            let count = failures.len();
            if let Err(failure) = Failure::all(failures) {
                let mut failure = failure.once();
                let message = format!("{count} of the {of} changed files of the site are not uploaded");
                let help = "the pages are those of the old release until all is there; run the same command again to go on";
                let finding = Diagnostic::error(&code::SITE_NOT_UPLOADED, message).help(help);
                failure.findings.push(finding);
                return Err(failure);
            }
        }
        Ok(())
    }

    async fn put(
        &self,
        site: &Site,
        file: &SiteFile,
        uploads: &Uploads<C>,
        tell: impl Fn(u64),
    ) -> Result<(), Failure> {
        let upload = Upload {
            at: self.at(&file.path),
            body: UploadBody::File(file.file.clone()),
            content_type: Some(file.content_type.to_owned()),
            cache_control: file.cache_control.clone(),
            metadata: vec![(FINGERPRINT.to_owned(), file.fingerprint.clone())],
        };
        match uploads.send(&self.session, &self.session.cloud, &upload, tell).await {
            Err(fault) if is_changed(&fault) => Err(Failure::new(FailureKind::Refused, files::changed(site))),
            sent => Ok(sent?),
        }
    }

    /// Deletes objects, but for those that somebody else has put there since. Answers how many.
    pub(super) async fn remove(&self, keys: &[String]) -> Result<usize, Failure> {
        let asked = keys.iter().map(|key| async move {
            Ok::<_, Fault>(self.has(key, None).await?.then(|| (key.clone(), None)))
        });
        let asked: Vec<_> = stream::iter(asked).buffered(AT_ONCE).collect().await;
        let own: Result<Vec<_>, Fault> = asked.into_iter().collect();
        let own: Vec<(String, Option<String>)> = own?.into_iter().flatten().collect();
        if !own.is_empty() {
            persist(&self.session, async || {
                self.session.cloud.delete_objects(&self.name, &self.owner, &own).await
            })
            .await?;
        }
        Ok(own.len())
    }

    fn at(&self, key: &str) -> ObjectAt {
        ObjectAt { bucket: self.name.clone(), owner: self.owner.clone(), key: key.to_owned() }
    }
}
