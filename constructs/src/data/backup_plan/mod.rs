//! A plan by which AWS Backup takes backups of many kinds of resources, into a vault apart from them.
//!
//! Makes one `AWS::Backup::BackupPlan` with its `AWS::Backup::BackupVault`, an `AWS::IAM::Role` that takes backups and restores them, an
//! `AWS::Backup::BackupSelection` for the resources and another for the tags that it backs up, an [`Alarm`](crate::Alarm) for jobs that
//! fail, and for copies a second vault in another region.
//!
//! Defaults: daily, kept for 35 days, and monthly, kept for a year, in a protected stage; daily, kept for 7 days, in any other; encrypted with
//! the account's key for backups; the vault kept on deletion in a protected stage. AWS deletes no vault that has something in it: empty it first.

mod rule;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use formwork_assembly::{Diagnostic, SortedMap, code};
use formwork_cfn::{
    backup::{self, backup_plan as property, backup_selection as selection, backup_vault},
    kind,
};
use formwork_synth::{Attr, Construct, Expr, IntoValue, Scope, Str, Text, Value, sub};

pub use rule::BackupRule;

use crate::{
    Alarm, AuroraClusterRef, FileSystemRef, Graph, KeyRef, Metric, MissingData, Observe, RdsInstanceRef,
    Role, RoleRef, Statistic, TableRef,
    each::{each, hyphenated},
    operations::{Monitoring, monitoring_options},
    protection::keep_if_protected,
    unique_name::UniqueName,
};

/// A plan of backups.
///
/// ```
/// # use formwork_constructs::{BackupPlan, BackupRule, Table};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let orders = shop.add("Orders", Table::new("id"));
/// let plan = BackupPlan::new()
///     .of(&orders)
///     .tagged("backup", "nightly")
///     .rule("nightly", BackupRule::daily(3).keep_days(60))
///     .copy_to_region("eu-central-1");
/// shop.add("Backups", plan);
/// ```
///
/// See <https://docs.aws.amazon.com/aws-backup/latest/devguide/whatisbackup.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct BackupPlan {
    rules: SortedMap<String, BackupRule>,
    twice: Vec<String>,
    resources: Vec<Expr>,
    tags: SortedMap<Str, Str>,
    lock: Option<VaultLock>,
    key: Option<KeyRef>,
    copies: Option<String>,
    monitoring: Monitoring,
}

/// A bound on how long backups of a vault are kept, which holds for whoever tries to delete them.
///
/// See <https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultLock {
    days: RangeInclusive<u32>,
    grace_days: Option<u32>,
}

/// A plan of the app.
#[derive(Clone, Debug)]
pub struct BackupPlanRef {
    /// The name of the vault.
    pub vault: Attr<kind::BackupBackupVaultName>,
    /// The ARN of the vault.
    pub vault_arn: Attr<kind::BackupBackupVaultArn>,
    /// The ARN of the role that takes backups and restores them.
    pub role_arn: Attr<kind::IamRoleArn>,
    /// The resource itself, to change what no option says.
    pub resource: backup::BackupPlanRef,
}

/// What AWS Backup can back up. Buckets are not among it: they keep old versions themselves.
pub trait BackedUp {
    /// The ARN of the resource.
    fn arn(&self) -> Text;
}

impl VaultLock {
    /// Nobody deletes a backup sooner, nor keeps one longer, but who may change the lock.
    pub fn governance(days: RangeInclusive<u32>) -> Self {
        Self { days, grace_days: None }
    }

    /// Nobody at all deletes a backup sooner, not even AWS, once so many days (3 or more) have passed since the lock was set. It can never be
    /// taken away again.
    pub fn compliance(days: RangeInclusive<u32>, grace_days: u32) -> Self {
        Self { days, grace_days: Some(grace_days) }
    }
}

impl Default for BackupPlan {
    fn default() -> Self {
        Self::new()
    }
}

impl BackupPlan {
    /// A plan of nothing yet, with the rules of the stage.
    pub fn new() -> Self {
        Self {
            rules: SortedMap::new(),
            twice: Vec::new(),
            resources: Vec::new(),
            tags: SortedMap::new(),
            lock: None,
            key: None,
            copies: None,
            monitoring: Monitoring::Undecided,
        }
    }

    /// Backs up a resource of the app.
    pub fn of(self, resource: &impl BackedUp) -> Self {
        self.of_arn(resource.arn())
    }

    /// Backs up a resource by its ARN.
    pub fn of_arn(mut self, arn: impl IntoValue<String>) -> Self {
        self.resources.push(arn.into_expr());
        self
    }

    /// Backs up every resource of the account and region with a tag, whichever stack it is in.
    pub fn tagged(mut self, key: impl Into<Str>, value: impl Into<Str>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// Adds a rule, in place of the default ones.
    pub fn rule(mut self, name: impl Into<String>, rule: BackupRule) -> Self {
        let name = name.into();
        if self.rules.insert(name.clone(), rule).is_some() {
            self.twice.push(name);
        }
        self
    }

    /// Locks the vault, so that nobody deletes backups too soon. Default: not locked.
    pub fn lock(mut self, lock: VaultLock) -> Self {
        self.lock = Some(lock);
        self
    }

    /// Encrypts the vault with a key of your own. A change replaces the vault. Default: the account's key for backups.
    pub fn key(mut self, key: &KeyRef) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Copies every backup to a vault in another region, in a stack there. Default: no copies.
    pub fn copy_to_region(mut self, region: impl Into<String>) -> Self {
        self.copies = Some(region.into());
        self
    }

    monitoring_options!(monitoring);

    fn rules_in(&mut self, scope: &Scope<'_>) -> SortedMap<String, BackupRule> {
        if !self.rules.is_empty() {
            return std::mem::take(&mut self.rules);
        }
        let daily = |rule| ("daily".to_owned(), rule);
        if scope.stage().is_protected() {
            let monthly = ("monthly".to_owned(), BackupRule::monthly(1, 3));
            SortedMap::from([daily(BackupRule::daily(3)), monthly])
        } else {
            SortedMap::from([daily(BackupRule::daily(3).keep_days(7))])
        }
    }

    fn check(&self, scope: &mut Scope<'_>, rules: &SortedMap<String, BackupRule>) {
        for (name, rule) in rules {
            rule.check(scope, name);
        }
        let mut refuse = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::BACKUP_PLAN, message).help(help));
        };
        for name in &self.twice {
            refuse(format!("the plan has two rules `{name}`"), "give each a name of its own");
        }
        if self.resources.is_empty() && self.tags.is_empty() {
            refuse(
                "the plan backs up nothing".to_owned(),
                "name resources with `.of(&…)`, or a tag with `.tagged(…)`",
            );
        }
        if let Some(VaultLock { days, grace_days }) = &self.lock {
            let (least, most) = (*days.start(), *days.end());
            if least == 0 || least > most || most > 36_500 || grace_days.is_some_and(|days| days < 3) {
                let message = format!("a vault cannot be locked for {least} to {most} days");
                refuse(
                    message,
                    "name 1 to 36500 days, the smaller number first, and 3 days of grace or more",
                );
            }
            for (name, rule) in rules {
                let (shortest, longest) = rule.kept();
                if shortest < least || longest > most {
                    let message = format!(
                        "the rule `{name}` keeps backups for {shortest} to {longest} days, and the lock wants {least} to {most}"
                    );
                    refuse(message, "AWS Backup takes no backup that breaks the lock: change one of the two");
                }
            }
        }
        if let Some(region) = &self.copies
            && scope.region() == Some(region.as_str())
        {
            let message = format!("the copies lie in `{region}`, as the backups do");
            let help = "name another region: a copy beside the original is lost with it";
            scope.report(Diagnostic::error(&code::BACKUP_PLAN, message).help(help));
        }
    }

    /// A vault under a name that no other stack gives.
    fn vault(&self, scope: &mut Scope<'_>) -> backup::BackupVaultRef {
        let name = UniqueName::up_to(scope, 50).within("", "");
        let mut vault = backup::BackupVault::new().backup_vault_name(name);
        if let Some(VaultLock { days, grace_days }) = &self.lock {
            let mut lock = backup_vault::LockConfigurationType::new()
                .min_retention_days(*days.start())
                .max_retention_days(*days.end());
            if let Some(days) = grace_days {
                lock = lock.changeable_for_days(*days);
            }
            vault = vault.lock_configuration(lock);
        }
        scope.add("Vault", keep_if_protected(scope, vault))
    }
}

impl Construct for BackupPlan {
    type Handle = BackupPlanRef;

    fn build(mut self, scope: &mut Scope<'_>) -> BackupPlanRef {
        let rules = self.rules_in(scope);
        self.check(scope, &rules);
        let vault = self.vault(scope);
        if let Some(key) = &self.key {
            scope.modify(&vault, |vault| vault.encryption_key_arn(&key.arn));
        }
        let copies = self.copies.clone().map(|region| {
            let mut there = scope.in_region(&region, "BackupCopies");
            self.vault(&mut there).backup_vault_arn()
        });
        let properties = each(&rules, |(name, rule)| rule.property(name, &vault, copies.as_ref()));
        let plan = property::BackupPlanResourceType::new()
            .backup_plan_name(UniqueName::up_to(scope, 50).within("", ""))
            .backup_plan_rule(properties);
        let plan = self.monitoring.note(backup::BackupPlan::new().backup_plan(plan));
        let plan = scope.in_place(plan);
        let role = role(scope);

        let start = |name: &str| {
            selection::BackupSelectionResourceType::new().selection_name(name).iam_role_arn(&role.arn)
        };
        if !self.resources.is_empty() {
            let named = each(self.resources, Value::<String>::from_expr);
            let selection = start("named").resources(named);
            scope.add(
                "Named",
                backup::BackupSelection::new().backup_plan_id(&plan).backup_selection(selection),
            );
        }
        for (key, value) in self.tags {
            let id = format!("Tagged-{}", hyphenated(&key));
            // A plan has each name once, of 50 characters at most.
            let name: String = id.to_lowercase().chars().take(50).collect();
            let tag = selection::ConditionResourceType::new()
                .condition_key(key)
                .condition_type(selection::ConditionResourceTypeConditionType::Stringequals)
                .condition_value(value);
            let selection = start(&name).list_of_tags([tag]);
            scope.add(id, backup::BackupSelection::new().backup_plan_id(&plan).backup_selection(selection));
        }
        self.monitoring.add(scope, || vec![("Failed", failed(&vault))]);
        BackupPlanRef {
            vault: vault.backup_vault_name(),
            vault_arn: vault.backup_vault_arn(),
            role_arn: role.arn,
            resource: plan,
        }
    }
}

impl Observe for BackupPlanRef {
    fn graphs(&self) -> Vec<Graph> {
        let jobs = |name, label: &'static str| {
            let metric = Metric::new("AWS/Backup", name, Statistic::Sum);
            metric.dimension("BackupVaultName", &self.vault).seconds(3600).label(label)
        };
        let graph = Graph::new("backups")
            .metric(jobs("NumberOfBackupJobsCompleted", "taken"))
            .metric(jobs("NumberOfBackupJobsFailed", "failed"))
            .metric(jobs("NumberOfBackupJobsExpired", "not begun in time"));
        vec![graph]
    }
}

/// The role that AWS Backup works under. What it takes to back up each kind of resource, AWS writes into these policies, and adds to them
/// with every kind that it learns.
fn role(scope: &mut Scope<'_>) -> RoleRef {
    let role = Role::for_service("backup.amazonaws.com")
        .for_any_account()
        .aws_policies(["AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores"])
        .description(format!("takes the backups of {} and restores them", scope.path()));
    scope.add("Role", role)
}

/// A backup that was not taken is missed on the day when it is needed.
fn failed(vault: &backup::BackupVaultRef) -> Alarm {
    let jobs = |name: &'static str| {
        let metric = Metric::new("AWS/Backup", name, Statistic::Sum);
        metric.dimension("BackupVaultName", vault.backup_vault_name()).seconds(3600)
    };
    let parts =
        [("failed", jobs("NumberOfBackupJobsFailed")), ("expired", jobs("NumberOfBackupJobsExpired"))];
    let all = Metric::formula("FILL(failed, 0) + FILL(expired, 0)", parts).seconds(3600);
    Alarm::above(all, 0, "a backup was not taken").periods(1).missing_data(MissingData::Good)
}

impl BackedUp for TableRef {
    fn arn(&self) -> Text {
        sub!("{}", &self.arn)
    }
}

impl BackedUp for FileSystemRef {
    fn arn(&self) -> Text {
        self.arn.clone()
    }
}

impl BackedUp for AuroraClusterRef {
    fn arn(&self) -> Text {
        self.arn()
    }
}

impl BackedUp for RdsInstanceRef {
    fn arn(&self) -> Text {
        self.arn()
    }
}
