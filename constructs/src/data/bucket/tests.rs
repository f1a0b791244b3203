//! What a bucket looks like, that all of its options go together, and what is refused.

use formwork_synth::{App, Stage, testing::findings};

use super::*;
use crate::{
    Role,
    testing::{any_combination, snapshot},
};

const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

#[test]
fn bucket() {
    snapshot("bucket", |shop| {
        shop.add("Plain", Bucket::new());
        let invoices = Bucket::new()
            .versioned()
            .old_versions_for(30)
            .archive_after(90, StorageClass::InstantRetrieval)
            .expire_after(3650)
            .expire_under("drafts/", 14)
            .key(&KeyRef::existing(KEY))
            .without_access_logs("CloudTrail has them")
            .read_from_pages(["https://example.com"])
            .upload_from_pages(["https://*.example.com"])
            .events();
        let invoices = shop.add("Invoices", invoices);
        let role = shop.add("Clerk", Role::for_service("lambda.amazonaws.com"));
        shop.grant(&role, invoices.read_write());
        shop.grant(&role, BucketRef::existing("shop-archive").read());
    });
}

#[test]
fn any_bucket() {
    any_combination(|shop, pick| {
        let logs = shop.add("Logs", AccessLogBucket::of_buckets());
        let mut bucket = Bucket::new();
        bucket = match pick.one(&[0, 1, 2]) {
            0 => bucket,
            1 => bucket.versioned().old_versions_for(7),
            _ => bucket.without_versions("scratch"),
        };
        bucket = match pick.one(&[0, 1, 2]) {
            0 => bucket,
            1 => bucket.access_logs(&logs),
            _ => bucket.without_access_logs("scratch"),
        };
        let class = pick.one(&[
            StorageClass::IntelligentTiering,
            StorageClass::InfrequentAccess,
            StorageClass::InstantRetrieval,
            StorageClass::Glacier,
            StorageClass::DeepArchive,
        ]);
        bucket = pick.maybe(bucket, |bucket| bucket.archive_after(30, class));
        bucket = pick.maybe(bucket, |bucket| bucket.expire_after(31));
        bucket = pick.maybe(bucket, |bucket| bucket.expire_under("drafts/", 1));
        bucket = pick.maybe(bucket, |bucket| bucket.key(&KeyRef::existing(KEY)));
        bucket = pick.maybe(bucket, |bucket| bucket.read_from_pages(["https://example.com"]));
        bucket = pick.maybe(bucket, |bucket| bucket.upload_from_pages(["http://localhost:3000"]));
        bucket = pick.maybe(bucket, Bucket::events);
        let bucket = shop.add("Bucket", bucket);
        let role = shop.add("Role", Role::for_service("lambda.amazonaws.com"));
        shop.grant(&role, pick.one(&[bucket.read(), bucket.write(), bucket.delete()]));
    });
}

#[test]
fn what_cannot_be_is_reported_at_once() {
    let mut app = App::new("shop", &Stage::new("dev"));
    app.no_cost_tags("a test");
    let bucket = Bucket::new()
        .without_versions("scratch")
        .old_versions_for(0)
        .archive_after(7, StorageClass::InfrequentAccess)
        .expire_after(7)
        .read_from_pages(["example.com/page"]);
    app.stack("Shop").add("Bucket", bucket);
    let found = findings(app);
    for part in [
        "after 0 days",
        "to infrequent access after 7 days",
        "deleted after 7 days, before they are archived after 7",
        "without versions is told how long",
        "`example.com/page` is no origin",
    ] {
        assert!(found.contains(part), "{part}: {found}");
    }
    assert_eq!(found.lines().count(), 5, "{found}");
    assert!(found.lines().all(|line| line.starts_with("FW3570")), "{found}");
}
