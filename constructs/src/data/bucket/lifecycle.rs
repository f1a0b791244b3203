//! When the objects of a bucket go, and where to.

use formwork_assembly::SortedMap;
use formwork_cfn::s3::bucket as property;
use formwork_synth::Str;

use super::policy::abort_after_a_day;

/// A class of storage that is cheaper to keep, and dearer or slower to read.
///
/// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageClass {
    /// Moves objects by how often they are read.
    IntelligentTiering,
    /// Read a few times a month, at once. Objects stay in the standard class for 30 days first.
    InfrequentAccess,
    /// Read a few times a year, at once.
    InstantRetrieval,
    /// Read a few times a year, within minutes to hours.
    Glacier,
    /// Read hardly ever, within half a day.
    DeepArchive,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Lifecycle {
    /// Days by prefix.
    expiry: SortedMap<Str, u32>,
    archive: Option<(u32, StorageClass)>,
    old_versions: Option<u32>,
}

impl Lifecycle {
    pub(super) fn expire(&mut self, prefix: Str, days: u32) {
        self.expiry.insert(prefix, days);
    }

    pub(super) fn archive(&mut self, days: u32, class: StorageClass) {
        self.archive = Some((days, class));
    }

    pub(super) fn old_versions_for(&mut self, days: u32) {
        self.old_versions = Some(days);
    }

    /// True where the time to keep old versions was said.
    pub(super) fn says_old_versions(&self) -> bool {
        self.old_versions.is_some()
    }

    /// Reports periods that S3 refuses.
    pub(super) fn check(&self, report: &mut impl FnMut(String, &str)) {
        let periods = self.expiry.values().chain(&self.old_versions);
        if periods.into_iter().any(|days| *days == 0) {
            report("objects or old versions are to be deleted after 0 days".to_owned(), "name 1 day or more");
        }
        let Some((days, class)) = self.archive else { return };
        if class == StorageClass::InfrequentAccess && days < 30 {
            let message = format!("objects are to move to infrequent access after {days} days");
            report(message, "S3 moves them there after 30 days or more");
        }
        if let Some(expiry) = self.expiry.get("").filter(|expiry| **expiry <= days) {
            let message =
                format!("objects are deleted after {expiry} days, before they are archived after {days}");
            report(message, "archive them earlier, or drop one of the two");
        }
    }

    pub(super) fn property(&self, versioned: bool) -> property::LifecycleConfiguration {
        let mut all = rule("all").abort_incomplete_multipart_upload(abort_after_a_day());
        if let Some(days) = self.expiry.get("") {
            all = all.expiration_in_days(*days);
        }
        if let Some((days, class)) = self.archive {
            let transition =
                property::Transition::new().storage_class(class.property()).transition_in_days(days);
            all = all.transitions([transition]);
        }
        if versioned {
            let days = self.old_versions.unwrap_or(90);
            all = all.noncurrent_version_expiration(
                property::NoncurrentVersionExpiration::new().noncurrent_days(days),
            );
        }
        let mut rules = vec![all];
        for (prefix, days) in &self.expiry {
            if !prefix.is_empty() {
                let id = format!("expire-{prefix}");
                rules.push(rule(&id).prefix(prefix.clone()).expiration_in_days(*days));
            }
        }
        property::LifecycleConfiguration::new().rules(rules)
    }
}

fn rule(id: &str) -> property::Rule {
    property::Rule::new().id(id.to_owned()).status(property::RuleStatus::Enabled)
}

impl StorageClass {
    fn property(self) -> property::TransitionStorageClass {
        match self {
            Self::IntelligentTiering => property::TransitionStorageClass::IntelligentTiering,
            Self::InfrequentAccess => property::TransitionStorageClass::StandardIa,
            Self::InstantRetrieval => property::TransitionStorageClass::GlacierIr,
            Self::Glacier => property::TransitionStorageClass::Glacier,
            Self::DeepArchive => property::TransitionStorageClass::DeepArchive,
        }
    }
}
