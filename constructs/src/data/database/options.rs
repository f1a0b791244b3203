//! The options that every database has.

use formwork_assembly::{Diagnostic, SortedMap, code};
use formwork_cfn::secretsmanager::{self, rotation_schedule};
use formwork_synth::{DeletionPolicy, Expr, Port, Scope, Str};

use super::{BackupWindow, DatabaseEngine, DatabaseInsights, MaintenanceWindow, window};
use crate::{KeyRef, Retention, SecretRef, Tier, VpcRef, each::each};

/// What a database has whatever its engine.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseOptions {
    pub(crate) vpc: VpcRef,
    pub(crate) private: bool,
    pub(crate) port: Option<Port>,
    pub(crate) key: Option<KeyRef>,
    pub(crate) user: Option<Expr>,
    pub(crate) rotation_days: Option<u32>,
    pub(crate) backup_days: Option<u32>,
    pub(crate) backup_window: Option<BackupWindow>,
    pub(crate) maintenance_window: Option<MaintenanceWindow>,
    pub(crate) retention: Option<Retention>,
    pub(crate) parameters: SortedMap<Str, Str>,
    pub(crate) slow_query: u32,
    pub(crate) statement_timeout: Option<u32>,
    pub(crate) insights: DatabaseInsights,
    pub(crate) os_metrics: Option<bool>,
}

impl DatabaseOptions {
    pub(crate) fn new(vpc: &VpcRef) -> Self {
        Self {
            vpc: vpc.clone(),
            private: false,
            port: None,
            key: None,
            user: None,
            rotation_days: None,
            backup_days: None,
            backup_window: None,
            maintenance_window: None,
            retention: None,
            parameters: SortedMap::new(),
            slow_query: 1000,
            statement_timeout: None,
            insights: DatabaseInsights::Standard,
            os_metrics: None,
        }
    }

    /// The subnets that it lies in.
    pub(crate) fn tier(&self) -> Tier {
        if self.private { Tier::Private } else { Tier::Isolated }
    }

    /// The days that automatic backups are kept.
    pub(crate) fn backup_days(&self, scope: &Scope<'_>) -> u32 {
        self.backup_days.unwrap_or(if scope.stage().is_protected() { 35 } else { 7 })
    }

    /// Whether metrics of the operating system are collected, once a minute.
    pub(crate) fn os_metrics(&self, scope: &Scope<'_>) -> bool {
        self.os_metrics.unwrap_or(scope.stage().is_protected())
    }

    /// Every parameter of an engine: what the house sets, then the presets, then what the user sets.
    pub(crate) fn parameters(
        &self,
        engine: DatabaseEngine,
        (tls, on): (&'static str, &'static str),
    ) -> SortedMap<Str, Str> {
        let mut all = SortedMap::from([(Str::from(tls), Str::from(on))]);
        all.extend(engine.slow_query(self.slow_query));
        all.extend(self.statement_timeout.map(|limit| engine.statement_timeout(limit)));
        all.extend(self.parameters.clone());
        all
    }

    /// Reports what no database takes.
    pub(crate) fn check(&self, scope: &mut Scope<'_>, engine: DatabaseEngine) {
        if let Some(user) = &self.user {
            check_name(scope, engine, "user", user);
        }
        let (tls, _) = engine.force_tls();
        if self.parameters.contains_key(tls) {
            let message = format!("the parameter `{tls}` decides whether connections are encrypted");
            let help = "leave it out: Formwork sets it, and every driver speaks TLS";
            scope.report(Diagnostic::error(&code::DATABASE_OPTION, message).help(help));
        }
        self.check_upkeep(scope);
    }

    /// Reports backups, windows and a rotation that AWS does not offer.
    pub(crate) fn check_upkeep(&self, scope: &mut Scope<'_>) {
        window::check(scope, self.backup_window, self.maintenance_window);
        let days = self.backup_days(scope);
        if !(1..=35).contains(&days) {
            let message = format!("automatic backups cannot be kept for {days} days");
            let help = "name 1 to 35 days; a `BackupPlan` keeps them for years";
            scope.report(Diagnostic::error(&code::DATABASE_BACKUP, message).help(help));
        }
        if let Some(days) = self.rotation_days
            && !(1..=1000).contains(&days)
        {
            let message = format!("a password cannot be rotated every {days} days");
            scope.report(Diagnostic::error(&code::SECRET, message).help("name 1 to 1000 days"));
        }
    }

    /// Rotates the secret that a database manages, on another schedule than every seven days.
    pub(crate) fn rotation(&self, scope: &mut Scope<'_>, secret: &SecretRef) {
        if let Some(days) = self.rotation_days {
            let rules = rotation_schedule::RotationRules::new().automatically_after_days(days);
            let schedule = secretsmanager::RotationSchedule::new()
                .secret_id(&secret.arn)
                .rotate_immediately_on_update(false)
                .rotation_rules(rules);
            scope.add("Rotation", schedule);
        }
    }
}

/// Reports a name of a database or user that the engine does not take; what only the deployment knows is not looked at.
pub(crate) fn check_name(scope: &mut Scope<'_>, engine: DatabaseEngine, what: &str, name: &Expr) {
    let Some(text) = name.as_text() else { return };
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let legal = text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let longest = if matches!(engine, DatabaseEngine::MySql(_)) && what == "user" { 32 } else { 63 };
    if !begins || !legal || text.len() > longest {
        let message = format!("`{}` cannot be the name of a {what}", text.escape_debug());
        let help = format!("a letter, then letters, digits and `_`, {longest} at most");
        scope.report(Diagnostic::error(&code::DATABASE_NAME, message).help(help));
    } else if engine.reserves(text) {
        let message = format!("the engine keeps the name `{text}` for itself");
        scope.report(
            Diagnostic::error(&code::DATABASE_NAME, message).help(format!("name the {what} otherwise")),
        );
    }
}

/// Parameters as a group of them wants to hear.
pub(crate) fn json(parameters: SortedMap<Str, Str>) -> Expr {
    Expr::map(each(parameters, |(name, value)| (name, Expr::Text(value))))
}

/// What `EngineLifecycleSupport` says.
pub(crate) fn support(extended: Option<&Str>) -> &'static str {
    match extended {
        Some(_) => "open-source-rds-extended-support",
        None => "open-source-rds-extended-support-disabled",
    }
}

/// The beginning of a description, where AWS takes only so many letters.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// What becomes of the data of a database when its stack lets go of it.
pub(crate) fn removal(scope: &Scope<'_>) -> DeletionPolicy {
    if scope.stage().is_protected() { DeletionPolicy::Snapshot } else { DeletionPolicy::Delete }
}

/// Writes the setters of [`DatabaseOptions`] for a spec that has them in a field `options`.
macro_rules! database_options {
    () => {
        /// Lies in private subnets, for a VPC that has no isolated ones. Default: isolated subnets, from which no route leads out.
        pub fn private_subnets(mut self) -> Self {
            self.options.private = true;
            self
        }

        /// Sets the port. Default: the engine's own.
        pub fn port(mut self, port: formwork_synth::Port) -> Self {
            self.options.port = Some(port);
            self
        }

        /// Encrypts data and password with a key of your own. A change replaces the database. Default: the account's keys.
        pub fn key(mut self, key: &$crate::KeyRef) -> Self {
            self.options.key = Some(key.clone());
            self
        }

        /// Sets for how many days automatic backups are kept, 1 to 35: to any second of them the data can be restored. Default: 35 in a
        /// protected stage, 7 in any other.
        pub fn backup_days(mut self, days: u32) -> Self {
            self.options.backup_days = Some(days);
            self
        }

        /// Sets when the daily backup is taken. Default: AWS chooses half an hour at night.
        pub fn backup_window(mut self, window: $crate::BackupWindow) -> Self {
            self.options.backup_window = Some(window);
            self
        }

        /// Sets when AWS may change and restart servers. Default: AWS chooses half an hour of a night.
        pub fn maintenance_window(mut self, window: $crate::MaintenanceWindow) -> Self {
            self.options.maintenance_window = Some(window);
            self
        }

        /// Sets how long logs are kept. Default: 90 days in a protected stage, 30 in any other.
        pub fn log_retention(mut self, retention: $crate::Retention) -> Self {
            self.options.retention = Some(retention);
            self
        }

        /// Sets a parameter of the engine, over what Formwork sets. Default: encrypted connections only, and slow statements logged.
        pub fn parameter(
            mut self,
            name: impl Into<formwork_synth::Str>,
            value: impl Into<formwork_synth::Str>,
        ) -> Self {
            self.options.parameters.insert(name.into(), value.into());
            self
        }
    };
    (relational) => {
        $crate::data::database::database_options!();

        /// Names the user that may do everything. A change replaces the database. Default: `postgres`, and `admin` for MySQL.
        pub fn user(mut self, name: impl formwork_synth::IntoValue<String>) -> Self {
            self.options.user = Some(name.into_expr());
            self
        }

        /// Rotates the password every so many days, 1 to 1000. Default: every 7 days.
        pub fn rotate_every(mut self, days: u32) -> Self {
            self.options.rotation_days = Some(days);
            self
        }

        /// Logs statements that take longer than so many milliseconds. Default: 1000.
        pub fn slow_query(mut self, milliseconds: u32) -> Self {
            self.options.slow_query = milliseconds;
            self
        }

        /// Ends statements that take longer than so many milliseconds. Default: they run as long as they take.
        pub fn statement_timeout(mut self, milliseconds: u32) -> Self {
            self.options.statement_timeout = Some(milliseconds);
            self
        }

        /// Chooses what Database Insights keeps. Default: [`DatabaseInsights::Standard`](crate::DatabaseInsights::Standard).
        pub fn insights(mut self, insights: $crate::DatabaseInsights) -> Self {
            self.options.insights = insights;
            self
        }

        /// Collects metrics of the operating system every minute, in any stage. Default: in a protected stage only.
        pub fn os_metrics(mut self) -> Self {
            self.options.os_metrics = Some(true);
            self
        }

        /// Collects no metrics of the operating system, in no stage.
        pub fn without_os_metrics(mut self) -> Self {
            self.options.os_metrics = Some(false);
            self
        }
    };
}

pub(crate) use database_options;
