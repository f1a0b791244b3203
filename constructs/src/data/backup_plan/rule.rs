//! How often a backup is taken, and how long it is kept.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::backup::{self, backup_plan as property};
use formwork_synth::{Attr, Scope, Str};

use crate::Weekday;

/// A rule of a backup plan: when a backup is taken, and when it is thrown away.
///
/// ```
/// use formwork_constructs::{BackupRule, Weekday};
///
/// let nightly = BackupRule::daily(3).keep_days(35);
/// let weekly = BackupRule::weekly(Weekday::Sunday, 4).keep_days(400).cold_after_days(30);
/// ```
///
/// See <https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html>.
#[must_use = "a rule does nothing until a plan has it"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupRule {
    when: When,
    hour: u32,
    time_zone: Option<Str>,
    keep: u32,
    cold: Option<u32>,
    continuous: bool,
    copy: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Daily,
    Weekly(Weekday),
    Monthly(u32),
}

/// The days that a backup lies in cold storage at least.
const COLD: u32 = 90;
/// The days of which a continuous backup restores any second.
const CONTINUOUS: u32 = 35;

impl BackupRule {
    /// Every day, within the eight hours from an hour on.
    pub fn daily(hour: u32) -> Self {
        Self::at(When::Daily, hour, 35)
    }

    /// Every week, within the eight hours from an hour of a day on.
    pub fn weekly(day: Weekday, hour: u32) -> Self {
        Self::at(When::Weekly(day), hour, 90)
    }

    /// Every month, within the eight hours from an hour of a day (1 to 28) on.
    pub fn monthly(day: u32, hour: u32) -> Self {
        Self::at(When::Monthly(day), hour, 365)
    }

    /// Sets the zone that the hour is meant in, by its name: `Europe/Berlin`. Default: UTC.
    pub fn time_zone(mut self, name: impl Into<Str>) -> Self {
        self.time_zone = Some(name.into());
        self
    }

    /// Sets for how many days a backup is kept. Default: 35 for daily, 90 for weekly, 365 for monthly ones.
    pub fn keep_days(mut self, days: u32) -> Self {
        self.keep = days;
        self
    }

    /// Moves a backup to cold storage after so many days, where it lies for another 90 at least. Only some kinds of resources have cold
    /// storage, among them file systems and tables; RDS has none. Default: stays warm.
    pub fn cold_after_days(mut self, days: u32) -> Self {
        self.cold = Some(days);
        self
    }

    /// Restores to any second of the days that it is kept, 35 at most, where the kind of resource can. Default: to the times of backups.
    pub fn continuous(mut self) -> Self {
        self.continuous = true;
        self
    }

    /// Keeps the copies in the other region for another number of days. Default: as long as the backup.
    pub fn keep_copies_days(mut self, days: u32) -> Self {
        self.copy = Some(days);
        self
    }

    fn at(when: When, hour: u32, keep: u32) -> Self {
        Self { when, hour, time_zone: None, keep, cold: None, continuous: false, copy: None }
    }

    /// The shortest and the longest time that anything of it is kept.
    pub(super) fn kept(&self) -> (u32, u32) {
        let copy = self.copy.unwrap_or(self.keep);
        (self.keep.min(copy), self.keep.max(copy))
    }

    pub(super) fn check(&self, scope: &mut Scope<'_>, name: &str) {
        let mut refuse = |what: String, help: &str| {
            let message = format!("the rule `{name}` {what}");
            scope.report(Diagnostic::error(&code::BACKUP_PLAN, message).help(help));
        };
        if self.hour > 23 {
            refuse(format!("begins at the hour {}", self.hour), "hours go from 0 to 23");
        }
        if let When::Monthly(day) = self.when
            && !(1..=28).contains(&day)
        {
            refuse(format!("runs on day {day} of a month"), "name 1 to 28, which every month has");
        }
        if self.kept().0 == 0 {
            refuse("keeps nothing".to_owned(), "keep a backup for one day or more");
        }
        if let Some(cold) = self.cold
            && (cold == 0 || self.kept().0 < cold.saturating_add(COLD))
        {
            let what =
                format!("keeps backups for {} days, of which {cold} are before cold storage", self.kept().0);
            refuse(what, "a backup lies in cold storage for 90 days at least");
        }
        if self.continuous && (self.keep > CONTINUOUS || self.cold.is_some()) {
            let what = format!("is continuous and keeps for {} days", self.keep);
            refuse(
                what,
                "keep continuous backups for 35 days at most, without cold storage; add a second rule for longer",
            );
        }
        let named = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
        if name.is_empty() || name.len() > 50 || !named {
            refuse(
                "has a name that AWS Backup does not take".to_owned(),
                "1 to 50 letters, digits, `-`, `_` and `.`",
            );
        }
    }

    pub(super) fn property(
        &self,
        name: &str,
        vault: &backup::BackupVaultRef,
        copies: Option<&Attr<formwork_cfn::kind::BackupBackupVaultArn>>,
    ) -> property::BackupRuleResourceType {
        let lifecycle = |keep: u32| {
            let lifecycle = property::LifecycleResourceType::new().delete_after_days(keep);
            match self.cold {
                Some(days) => lifecycle.move_to_cold_storage_after_days(days),
                None => lifecycle,
            }
        };
        let rule = property::BackupRuleResourceType::new()
            .rule_name(name)
            .target_backup_vault(vault)
            .schedule_expression(self.schedule())
            .lifecycle(lifecycle(self.keep));
        let rule = match &self.time_zone {
            Some(zone) => rule.schedule_expression_timezone(zone.clone()),
            None => rule,
        };
        let rule = if self.continuous { rule.enable_continuous_backup(true) } else { rule };
        match copies {
            Some(copies) => {
                let keep = self.copy.unwrap_or(self.keep);
                let copy = property::CopyActionResourceType::new()
                    .destination_backup_vault_arn(copies)
                    .lifecycle(lifecycle(keep));
                rule.copy_actions([copy])
            }
            None => rule,
        }
    }

    fn schedule(&self) -> String {
        let hour = self.hour;
        match self.when {
            When::Daily => format!("cron(0 {hour} * * ? *)"),
            When::Weekly(day) => {
                let name = format!("{day:?}").to_uppercase();
                format!("cron(0 {hour} ? * {} *)", &name[..3])
            }
            When::Monthly(day) => format!("cron(0 {hour} {day} * ? *)"),
        }
    }
}
