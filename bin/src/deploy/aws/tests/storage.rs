//! S3.

use super::{ACCOUNT, Reply, Server, aws, object};
use crate::deploy::cloud::{FaultKind, HashedFile, Storage, Upload, UploadBody};

fn error(code: &str) -> String {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>told so</Message></Error>")
}

fn hashed(path: &std::path::Path) -> HashedFile {
    HashedFile::read(path.to_owned()).unwrap()
}

fn upload(body: UploadBody) -> Upload {
    Upload {
        at: object(),
        body,
        content_type: Some("text/plain".into()),
        cache_control: None,
        metadata: vec![("hash".into(), "1".into())],
    }
}

#[tokio::test]
async fn an_object_that_is_not_there_is_none() {
    let server = Server::new([Reply::Answer(404, error("NoSuchKey"))]);
    assert_eq!(aws(&server).await.get_object(&object()).await.unwrap(), None);
    // A server sends no body with an answer to HEAD, whatever it is.
    let server = Server::new([Reply::Answer(404, String::new())]);
    assert_eq!(aws(&server).await.head_object(&object()).await.unwrap(), None);

    let server = Server::new([Reply::Answer(404, error("NoSuchBucket"))]);
    assert_eq!(aws(&server).await.get_object(&object()).await.unwrap_err().kind, FaultKind::Missing);
}

#[tokio::test]
async fn why_an_object_may_not_be_seen_is_found_out() {
    let caller = || super::answered("GetCallerIdentity", "<Account>123456789012</Account><Arn>arn</Arn>");
    let expired = || super::refusal(403, "ExpiredToken", "The security token is expired");
    for (status, caller, kind) in [
        (403, caller(), FaultKind::Denied),
        (403, expired(), FaultKind::Expired),
        (400, expired(), FaultKind::Expired),
        (301, caller(), FaultKind::Invalid),
    ] {
        let server = Server::new([Reply::Answer(status, String::new()), caller]);
        let fault = aws(&server).await.head_object(&object()).await.unwrap_err();
        assert_eq!(fault.kind, kind, "{status}: {fault:?}");
    }
}

#[tokio::test]
async fn an_upload_names_the_owner_and_has_a_checksum() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "hello").unwrap();
    for body in [UploadBody::Bytes(b"hello".to_vec()), UploadBody::File(hashed(file.path()))] {
        let server = Server::new([Reply::Answer(200, String::new())]);
        aws(&server).await.put_object(&upload(body)).await.unwrap();
        let asked = server.asked()[0].to_lowercase();
        assert!(asked.starts_with("put /shop-assets/a%20b/%c3%bc.txt"), "{asked}");
        assert!(asked.contains(&format!("x-amz-expected-bucket-owner: {ACCOUNT}")), "{asked}");
        assert!(
            asked.contains("x-amz-meta-hash: 1") && asked.contains("content-type: text/plain"),
            "{asked}"
        );
        assert!(
            asked.contains("lpjnul+wow4m6dsqxbninhswhlwfp0jecwqzypolmcq=")
                || asked.contains("x-amz-trailer: x-amz-checksum-sha256"),
            "{asked}"
        );
    }
}

#[tokio::test]
async fn a_cut_upload_is_sent_again_and_a_missing_file_told() {
    let server =
        Server::new([Reply::Cut, Reply::Answer(503, error("SlowDown")), Reply::Answer(200, String::new())]);
    aws(&server).await.put_object(&upload(UploadBody::Bytes(b"hello".to_vec()))).await.unwrap();
    assert_eq!(server.asked().len(), 3);

    let file = tempfile::NamedTempFile::new().unwrap();
    let body = UploadBody::File(hashed(file.path()));
    drop(file);
    let fault = aws(&server).await.put_object(&upload(body)).await.unwrap_err();
    assert!(fault.kind == FaultKind::Invalid && fault.message.contains("cannot be read"), "{fault:?}");
}

#[tokio::test]
async fn a_file_that_has_grown_since_it_was_hashed_is_refused_before_it_is_sent() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let body = UploadBody::File(hashed(file.path()));
    file.as_file().set_len(5).unwrap();
    let server = Server::new([Reply::Answer(200, String::new())]);
    let fault = aws(&server).await.put_object(&upload(body)).await.unwrap_err();
    assert!(fault.code == "BadDigest" && fault.message.ends_with("had 0 bytes and has 5"), "{fault:?}");
    assert_eq!(server.asked().len(), 0);
}

#[tokio::test]
async fn pages_of_versions_go_on_where_the_last_ended() {
    let page = |key: &str, more: bool| {
        Reply::Answer(
            200,
            format!(
                "<ListVersionsResult><IsTruncated>{more}</IsTruncated><NextKeyMarker>a b</NextKeyMarker>\
                 <NextVersionIdMarker>v1</NextVersionIdMarker><Version><Key>{key}</Key><VersionId>v1</VersionId></Version>\
                 <DeleteMarker><Key>{key}</Key><VersionId>v2</VersionId></DeleteMarker></ListVersionsResult>"
            ),
        )
    };
    let server = Server::new([page("a b", true), page("c", false)]);
    let cloud = aws(&server).await;
    let first = cloud.list_object_versions("shop-assets", ACCOUNT, None).await.unwrap();
    assert_eq!(first.items, [("a b".to_owned(), "v1".to_owned()), ("a b".to_owned(), "v2".to_owned())]);
    let last = cloud.list_object_versions("shop-assets", ACCOUNT, first.next.as_deref()).await.unwrap();
    assert_eq!((last.items.len(), last.next), (2, None));
    let asked = &server.asked()[1];
    assert!(asked.contains("key-marker=a%20b") && asked.contains("version-id-marker=v1"), "{asked}");
}

#[tokio::test]
async fn what_could_not_be_deleted_is_told() {
    let answer = "<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>";
    let server = Server::new([Reply::Answer(200, answer.into())]);
    let keys = [("a".to_owned(), Some("v1".to_owned()))];
    let fault = aws(&server).await.delete_objects("shop-assets", ACCOUNT, &keys).await.unwrap_err();
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Denied, "`a`, one of 1: no"));
}

#[tokio::test]
async fn many_objects_are_deleted_in_batches() {
    let server = Server::new([Reply::Answer(200, "<DeleteResult></DeleteResult>".into())]);
    let keys: Vec<_> = (0..1001).map(|number| (format!("key-{number}"), None)).collect();
    aws(&server).await.delete_objects("shop-assets", ACCOUNT, &keys).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].contains("key-999<") && asked[1].contains("key-1000<"));
}

#[tokio::test]
async fn an_object_that_stops_in_its_middle_is_asked_for_again() {
    let server = Server::new([Reply::Half, Reply::Half, Reply::Answer(200, "whole".into())]);
    let object = aws(&server).await.get_object(&object()).await.unwrap();
    assert_eq!((object.as_deref(), server.asked().len()), (Some(&b"whole"[..]), 3));

    let server = Server::new([Reply::Half]);
    let fault = aws(&server).await.get_object(&super::object()).await.unwrap_err();
    assert_eq!((fault.kind, server.asked().len()), (FaultKind::Unreachable, 4));
}
