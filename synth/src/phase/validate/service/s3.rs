//! S3: access by lists, and rules that do something.

use super::{Checker, Fields, Step};

/// What a rule of a lifecycle can do.
const DEEDS: [&str; 9] = [
    "AbortIncompleteMultipartUpload",
    "ExpirationDate",
    "ExpirationInDays",
    "ExpiredObjectDeleteMarker",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionExpirationInDays",
    "NoncurrentVersionTransition",
    "NoncurrentVersionTransitions",
    "Transition",
];

impl<'t> Checker<'t, '_> {
    /// Checks a bucket.
    pub(super) fn bucket(&mut self, bucket: Fields<'t>) {
        if let Some(access) = bucket.text("AccessControl")
            && !["BucketOwnerFullControl", "Private"].contains(&&*access)
            && bucket.lacks("OwnershipControls")
        {
            self.disagree_at(
                &[Step::Key("AccessControl")],
                format!("`AccessControl` is `{access}`, and new buckets take no access lists"),
                "set `OwnershipControls` to `ObjectWriter` or `BucketOwnerPreferred`, or use a bucket policy instead",
            );
        }
        let Some(lifecycle) = bucket.object("LifecycleConfiguration") else { return };
        for (index, rule) in lifecycle.objects("Rules") {
            if DEEDS.iter().all(|deed| rule.lacks(deed)) && rule.lacks("Transitions") {
                let way = [Step::Key("LifecycleConfiguration"), Step::Key("Rules"), Step::Item(index)];
                self.disagree_at(
                    &way,
                    "the rule does nothing",
                    "say when objects expire or where they go, as in `ExpirationInDays`",
                );
            }
        }
    }
}
