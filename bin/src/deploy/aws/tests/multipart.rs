//! Uploads in pieces.

use aws_smithy_types::base64;
use formwork_assembly::checksum;

use super::{ACCOUNT, Reply, Server, aws, object};
use crate::deploy::cloud::{FaultKind, HashedFile, Multipart, Piece, SentPiece, Upload, UploadBody};

/// A file of `hello`, in pieces of three bytes.
fn upload(file: &tempfile::NamedTempFile) -> Upload {
    std::fs::write(file.path(), "hello").unwrap();
    let piece = |number, from, text: &str| {
        let (hash, size) = checksum(text.as_bytes()).unwrap();
        Piece { number, from, size, checksum: base64::encode(hash) }
    };
    let pieces = vec![piece(1, 0, "hel"), piece(2, 3, "lo")];
    Upload {
        at: object(),
        body: UploadBody::File(HashedFile { path: file.path().to_owned(), pieces }),
        content_type: Some("text/plain".into()),
        cache_control: Some("no-store".into()),
        metadata: vec![("hash".into(), "1".into())],
    }
}

fn pieces(upload: &Upload) -> &[Piece] {
    let UploadBody::File(file) = &upload.body else { unreachable!("is a file") };
    &file.pieces
}

#[tokio::test]
async fn an_upload_is_begun_with_its_headers_and_kept_by_its_id() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let begun = "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>";
    let server = Server::new([Reply::Answer(200, begun.into())]);
    assert_eq!(aws(&server).await.create_multipart_upload(&upload(&file)).await.unwrap(), "u1");
    let asked = server.asked()[0].to_lowercase();
    for text in [
        "post /shop-assets/a%20b/%c3%bc.txt?uploads",
        "x-amz-checksum-algorithm: sha256",
        "x-amz-meta-hash: 1",
        "content-type: text/plain",
        "cache-control: no-store",
        &format!("x-amz-expected-bucket-owner: {ACCOUNT}"),
    ] {
        assert!(asked.contains(text), "{text}: {asked}");
    }

    let server = Server::new([Reply::Answer(200, "<InitiateMultipartUploadResult/>".into())]);
    let fault = aws(&server).await.create_multipart_upload(&upload(&file)).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Garbled);
}

#[tokio::test]
async fn a_piece_is_sent_with_the_checksum_that_it_was_hashed_with() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let upload = upload(&file);
    let server = Server::new([Reply::Cut, Reply::Headed(200, "etag: \"e2\"", String::new())]);
    let piece = &pieces(&upload)[1];
    let sent = aws(&server).await.upload_part(&upload, "u1", piece).await.unwrap();
    let expected =
        SentPiece { number: 2, size: 2, etag: "e2".into(), checksum: Some(piece.checksum.clone()) };
    assert_eq!((sent, server.asked().len()), (expected, 2));
    for asked in server.asked() {
        assert!(asked.contains("partNumber=2") && asked.contains("uploadId=u1"), "{asked}");
        assert!(asked.contains(&format!("x-amz-checksum-sha256: {}\r\n", piece.checksum)), "{asked}");
        assert!(!asked.contains("x-amz-trailer") && asked.contains("content-length: 2\r\n"), "{asked}");
        assert!(asked.ends_with("\r\n\r\nlo"), "{asked}");
    }
}

#[tokio::test]
async fn what_s3_says_of_a_changed_piece_is_kept() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let upload = upload(&file);
    let refusal = "<Error><Code>BadDigest</Code><Message>did not match</Message></Error>";
    let server = Server::new([Reply::Answer(400, refusal.into())]);
    let fault = aws(&server).await.upload_part(&upload, "u1", &pieces(&upload)[0]).await.unwrap_err();
    assert_eq!((fault.kind, fault.code.as_str()), (FaultKind::Invalid, "BadDigest"));
}

#[tokio::test]
async fn an_upload_is_completed_by_all_of_its_pieces_even_where_the_answer_is_late_to_say_no() {
    let sent = |number: u32| SentPiece {
        number,
        size: 3,
        etag: format!("e{number}"),
        checksum: Some("YQ==".into()),
    };
    let done = "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>";
    let server = Server::new([Reply::Answer(200, done.into())]);
    aws(&server).await.complete_multipart_upload(&object(), "u1", &[sent(1), sent(2)]).await.unwrap();
    let asked = &server.asked()[0];
    assert!(asked.contains("uploadId=u1") && asked.contains("<PartNumber>2</PartNumber>"), "{asked}");
    assert!(asked.contains("<ETag>e1</ETag>") && asked.contains("<ChecksumSHA256>YQ=="), "{asked}");

    let late = "<Error><Code>InvalidPart</Code><Message>no such part</Message></Error>";
    let server = Server::new([Reply::Answer(200, late.into())]);
    let answer = aws(&server).await.complete_multipart_upload(&object(), "u1", &[sent(1)]).await;
    assert_eq!(answer.unwrap_err().kind, FaultKind::Invalid);
}

#[tokio::test]
async fn an_upload_that_is_gone_cannot_be_taken_away() {
    let gone = "<Error><Code>NoSuchUpload</Code><Message>gone</Message></Error>";
    let server = Server::new([Reply::Answer(204, String::new()), Reply::Answer(404, gone.into())]);
    let cloud = aws(&server).await;
    cloud.abort_multipart_upload(&object(), "u1").await.unwrap();
    assert!(server.asked()[0].starts_with("DELETE /"), "{:?}", server.asked());
    let fault = cloud.abort_multipart_upload(&object(), "u1").await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Missing);
}

#[tokio::test]
async fn what_was_begun_and_what_has_arrived_of_it_is_listed_by_the_page() {
    let uploads = |key: &str, more: bool| {
        let body = format!(
            "<ListMultipartUploadsResult><IsTruncated>{more}</IsTruncated><NextKeyMarker>a b</NextKeyMarker>\
             <NextUploadIdMarker>u1</NextUploadIdMarker><Upload><Key>{key}</Key><UploadId>u1</UploadId></Upload>\
             <Upload><Key>{key}.other</Key><UploadId>u2</UploadId></Upload></ListMultipartUploadsResult>"
        );
        Reply::Answer(200, body)
    };
    let at = object();
    let server = Server::new([uploads(&at.key, true), uploads("c", false)]);
    let cloud = aws(&server).await;
    let first = cloud.list_multipart_uploads(&at, None).await.unwrap();
    assert_eq!(first.items, ["u1"]);
    let last = cloud.list_multipart_uploads(&at, first.next.as_deref()).await.unwrap();
    assert_eq!((last.items.len(), last.next), (0, None));
    let asked = &server.asked()[1];
    assert!(asked.contains("key-marker=a%20b") && asked.contains("upload-id-marker=u1"), "{asked}");

    let parts = |more: bool| {
        let body = format!(
            "<ListPartsResult><IsTruncated>{more}</IsTruncated><NextPartNumberMarker>7</NextPartNumberMarker>\
             <Part><PartNumber>7</PartNumber><ETag>&quot;e7&quot;</ETag><Size>3</Size><ChecksumSHA256>YQ==</ChecksumSHA256></Part>\
             </ListPartsResult>"
        );
        Reply::Answer(200, body)
    };
    let server = Server::new([parts(true), parts(false)]);
    let cloud = aws(&server).await;
    let first = cloud.list_parts(&at, "u1", None).await.unwrap();
    let expected = SentPiece { number: 7, size: 3, etag: "e7".into(), checksum: Some("YQ==".into()) };
    assert_eq!(first.items, [expected]);
    assert_eq!(cloud.list_parts(&at, "u1", first.next.as_deref()).await.unwrap().next, None);
    assert!(server.asked()[1].contains("part-number-marker=7"), "{:?}", server.asked());
}
