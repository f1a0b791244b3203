//! A database on one server of RDS, PostgreSQL or MySQL, with a standby in another zone where it matters.
//!
//! Makes one `AWS::RDS::DBInstance` with its `AWS::RDS::DBSubnetGroup`, `AWS::RDS::DBParameterGroup` and `AWS::EC2::SecurityGroup`, and an
//! `AWS::Logs::LogGroup` for each log; for metrics of the operating system an `AWS::IAM::Role` with an `AWS::IAM::Policy`; for another
//! rotation than every seven days an `AWS::SecretsManager::RotationSchedule`; and an [`Alarm`](crate::Alarm) for CPU, connections and
//! storage.
//!
//! Defaults: PostgreSQL 18, MySQL 8.4; `db.m7g.large` with a standby in a second zone in a protected stage, `db.t4g.medium` alone in any
//! other; 20 GiB of gp3 storage that grows to 100; isolated subnets, never public; nothing comes in until it is connected, and then over TLS
//! only; always encrypted; a password that nobody has seen, rotated every seven days, and login by IAM; backups for 35 days in a protected
//! stage, with deletion protection and a last snapshot, and for 7 days in any other; statements over a second are logged, and logs kept for
//! 90 and 30 days; Database Insights; metrics of the operating system in a protected stage; minor versions follow by themselves; no
//! Extended Support.
//!
//! The identifier of the server is known before it is made, so that its log groups are there first. For that a change that would replace
//! the server is refused by CloudFormation: build a second one beside it, from a snapshot.

mod credentials;
mod handle;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::rds::{self, db_instance as property};
use formwork_synth::{Construct, Expr, Handle, IntoValue, ResourceOptions, Scope, Str, Value};

pub use credentials::SecureCredentials;
pub use handle::{ExistingRds, RdsInstanceRef};

use super::database::{DatabaseOptions, alarms, database_options, options, place};
use crate::{
    DatabaseEngine, DatabaseInsights, InstanceClass, InstanceSize, MySqlVersion, Restore, RestoreTime,
    VpcRef,
    each::each,
    operations::{Monitoring, monitoring_options},
    reason::Reasoned,
    unique_name::UniqueName,
};

/// A database on one server of RDS.
///
/// ```
/// # use formwork_constructs::{ParameterNames, RdsInstance, SecureCredentials, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
/// let orders = shop.add("Orders", RdsInstance::postgres(&vpc).database("orders").storage(50..=500));
///
/// let names = ParameterNames::new("team-task", "production");
/// let credentials = SecureCredentials {
///     database: names.parameter("postgres_db"),
///     user: names.parameter("database_username"),
///     password: names.parameter("database_password"),
/// };
/// let tasks = shop.add("Tasks", RdsInstance::postgres(&vpc).credentials(credentials));
/// shop.output("Host", &tasks.endpoint);
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct RdsInstance {
    engine: DatabaseEngine,
    options: DatabaseOptions,
    class: Option<InstanceClass>,
    storage: RangeInclusive<u32>,
    standby: Option<Standby>,
    database: Option<Expr>,
    credentials: Option<SecureCredentials>,
    restore: Option<Restore>,
    extended_support: Option<Str>,
    monitoring: Monitoring,
}

/// Whether a second server stands by in another zone.
#[derive(Clone, Debug)]
enum Standby {
    With,
    Without(Str),
}

/// The storage that gp3 offers, in GiB.
const STORAGE: RangeInclusive<u32> = 20..=65_536;

impl RdsInstance {
    /// PostgreSQL 18 in the isolated subnets of a VPC.
    pub fn postgres(vpc: &VpcRef) -> Self {
        Self::new(vpc, DatabaseEngine::POSTGRES)
    }

    /// MySQL 8.4 in the isolated subnets of a VPC.
    pub fn mysql(vpc: &VpcRef) -> Self {
        Self::new(vpc, DatabaseEngine::MYSQL)
    }

    /// Any engine and version in the isolated subnets of a VPC.
    pub fn new(vpc: &VpcRef, engine: DatabaseEngine) -> Self {
        Self {
            engine,
            options: DatabaseOptions::new(vpc),
            class: None,
            storage: 20..=100,
            standby: None,
            database: None,
            credentials: None,
            restore: None,
            extended_support: None,
            monitoring: Monitoring::Undecided,
        }
    }

    /// Sets the size of the server. A change interrupts it for minutes, or seconds with a standby. Default: `db.m7g.large` in a protected
    /// stage, `db.t4g.medium` in any other.
    pub fn class(mut self, class: InstanceClass) -> Self {
        self.class = Some(class);
        self
    }

    /// Sets the storage in GiB, 20 to 65536: what it begins with, and what it grows to by itself. It never shrinks. Default: 20 to 100.
    pub fn storage(mut self, gibibytes: RangeInclusive<u32>) -> Self {
        self.storage = gibibytes;
        self
    }

    /// Keeps a standby in another zone, in any stage. Default: in a protected stage only.
    pub fn multi_az(mut self) -> Self {
        self.standby = Some(Standby::With);
        self
    }

    /// Goes without a standby, in a protected stage too, for a reason: it is down for as long as its zone is.
    pub fn one_zone(mut self, reason: impl Into<Str>) -> Self {
        self.standby = Some(Standby::Without(reason.into()));
        self
    }

    /// Makes a database on the server. A change would replace the server. Default: none but what the engine has.
    pub fn database(mut self, name: impl IntoValue<String>) -> Self {
        self.database = Some(name.into_expr());
        self
    }

    /// Takes the names of database and user and the password from Parameter Store; see [`SecureCredentials`]. Default: a password that RDS
    /// makes and rotates.
    pub fn credentials(mut self, credentials: SecureCredentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Begins with the data of a snapshot, or of another server. Taking it out later would replace the server. Default: begins empty.
    pub fn restore(mut self, from: Restore) -> Self {
        self.restore = Some(from);
        self
    }

    /// Goes on past the end of standard support, for a charge for each vCPU-hour and a reason. Default: AWS upgrades the server then.
    pub fn extended_support(mut self, reason: impl Into<Str>) -> Self {
        self.extended_support = Some(reason.into());
        self
    }

    database_options!(relational);
    monitoring_options!(monitoring);

    fn check(&self, scope: &mut Scope<'_>) {
        self.options.check(scope, self.engine);
        let (least, most) = (*self.storage.start(), *self.storage.end());
        // RDS wants a tenth of room, or it does not take the upper bound at all.
        if !STORAGE.contains(&least)
            || !STORAGE.contains(&most)
            || u64::from(most) * 10 < u64::from(least) * 11
        {
            let message = format!("the storage of a server cannot grow from {least} to {most} GiB");
            let help = "name 20 to 65536 GiB, the second number a tenth over the first or more";
            scope.report(Diagnostic::error(&code::DATABASE_STORAGE, message).help(help));
        }
        if let Some(database) = &self.database {
            options::check_name(scope, self.engine, "database", database);
        }
        let mut refuse = |message: &str, help: &str| {
            scope.report(Diagnostic::error(&code::DATABASE_OPTION, message).help(help));
        };
        let named = self.database.is_some() || self.options.user.is_some();
        if self.credentials.is_some() && (named || self.options.rotation_days.is_some()) {
            refuse(
                "database, user and password come from Parameter Store, and from the code as well",
                "drop `.credentials(…)`, or drop `.database(…)`, `.user(…)` and `.rotate_every(…)`",
            );
        }
        if self.restore.is_some() && (named || self.credentials.is_some()) {
            refuse(
                "a server that begins with other data has their database and user",
                "drop `.database(…)`, `.user(…)` and `.credentials(…)`, or `.restore(…)`",
            );
        }
        if self.restore.is_some() && self.options.key.is_some() {
            refuse(
                "a server that begins with other data has their key",
                "drop `.key(…)`; to change the key, copy a snapshot with the new one, and restore the copy",
            );
        }
        if matches!(self.restore, Some(Restore::Clone(_))) {
            refuse("only Aurora clusters can be cloned", "restore a snapshot, or a point in time");
        }
        if self.engine == DatabaseEngine::MySql(MySqlVersion::V8_0) {
            refuse("RDS makes no servers of MySQL 8.0 any more", "choose `MySqlVersion::V8_4`, or Aurora");
        }
    }

    fn class_in(&self, scope: &Scope<'_>) -> InstanceClass {
        let default = || match scope.stage().is_protected() {
            true => InstanceClass::m7g(InstanceSize::Large),
            false => InstanceClass::t4g_medium(),
        };
        self.class.clone().unwrap_or_else(default)
    }

    /// The server with where its data come from, and what only a new one says.
    fn origin(&self, scope: &mut Scope<'_>, instance: rds::DbInstance) -> rds::DbInstance {
        let text = |value: &Expr| Value::<String>::from_expr(value.clone());
        match &self.restore {
            None => {
                let instance = instance.storage_encrypted(true);
                if let Some(credentials) = &self.credentials {
                    return credentials.apply(scope, instance);
                }
                let user = self.options.user.clone().unwrap_or_else(|| Expr::text(self.engine.user()));
                let instance = instance.manage_master_user_password(true).master_username(text(&user));
                match &self.database {
                    Some(name) => instance.db_name(text(name)),
                    None => instance,
                }
            }
            // What a server begins with hands on whether it is encrypted, and its key.
            Some(Restore::Snapshot(snapshot) | Restore::Clone(snapshot)) => {
                instance.manage_master_user_password(true).db_snapshot_identifier(text(snapshot))
            }
            Some(Restore::PointInTime(source, time)) => {
                let instance = instance
                    .manage_master_user_password(true)
                    .source_db_instance_identifier(Value::from_expr(source.clone()));
                match time {
                    RestoreTime::Latest => instance.use_latest_restorable_time(true),
                    RestoreTime::At(moment) => instance.restore_time(moment.clone()),
                }
            }
        }
    }

    fn watch(
        &self,
        instance: &rds::DbInstanceRef,
        class: &InstanceClass,
    ) -> Vec<(&'static str, crate::Alarm)> {
        let watched = handle::watched(&instance.reference());
        let mut all =
            vec![watched.cpu(), watched.storage("FreeStorageSpace", f64::from(*self.storage.start()) * 0.1)];
        if let Some(memory) = alarms::least_memory([Some(class)], 0.0) {
            let parameter = self.options.parameters.get("max_connections");
            all.push(watched.connections(self.engine.most_connections(memory, parameter)));
        }
        all
    }
}

impl Construct for RdsInstance {
    type Handle = RdsInstanceRef;

    fn build(self, scope: &mut Scope<'_>) -> RdsInstanceRef {
        self.check(scope);
        let engine = self.engine;
        let place = self.options.place(scope);
        let subnets = self.options.subnet_group(scope, &place);
        let tls = engine.force_tls();
        let parameters = rds::DbParameterGroup::new()
            .description(format!("parameters of {}", scope.path()))
            .family(format!("{}{}", engine.name(), engine.major()))
            .parameters(options::json(self.options.parameters(engine, tls)));
        let parameters = scope.add("Parameters", parameters);
        let name = UniqueName::of(scope);
        let logs = self
            .options
            .log_groups(scope, engine.logs(), |kind| name.within("/aws/rds/instance/", &format!("/{kind}")));

        let port = self.options.port.unwrap_or(engine.port());
        let protected = scope.stage().is_protected();
        let class = self.class_in(scope);
        let multi_az = match &self.standby {
            Some(Standby::With) => true,
            Some(Standby::Without(_)) => false,
            None => protected,
        };
        let mut instance = rds::DbInstance::new()
            .allocated_storage(self.storage.start().to_string())
            .auto_minor_version_upgrade(true)
            .backup_retention_period(self.options.backup_days(scope))
            .copy_tags_to_snapshot(true)
            .database_insights_mode(match self.options.insights {
                DatabaseInsights::Standard => property::DatabaseInsightsMode::Standard,
                DatabaseInsights::Advanced => property::DatabaseInsightsMode::Advanced,
            })
            .db_instance_class(class.name())
            .db_instance_identifier(name.within("", ""))
            .db_parameter_group_name(&parameters)
            .db_subnet_group_name(&subnets)
            .deletion_protection(protected)
            .enable_cloudwatch_logs_exports(engine.logs().to_vec())
            .enable_iam_database_authentication(true)
            .enable_performance_insights(true)
            .engine(engine.name())
            .engine_lifecycle_support(options::support(self.extended_support.as_ref()))
            .engine_version(engine.version())
            .max_allocated_storage(*self.storage.end())
            .multi_az(multi_az)
            .performance_insights_retention_period(self.options.insights.days())
            .port(port.to_string())
            .publicly_accessible(false)
            .storage_type("gp3")
            .vpc_security_groups([&place.security_group.id])
            .with_options(|options| options.depends_on.extend(each(&logs, Handle::id)));
        if let Some(window) = self.options.backup_window {
            instance = instance.preferred_backup_window(window.text());
        }
        if let Some(window) = self.options.maintenance_window {
            instance = instance.preferred_maintenance_window(window.text());
        }
        if let Some(key) = &self.options.key {
            instance = instance.kms_key_id(&key.arn).performance_insights_kms_key_id(&key.arn);
            if self.credentials.is_none() {
                instance =
                    instance.master_user_secret(property::MasterUserSecret::new().kms_key_id(&key.arn));
            }
        }
        if self.options.os_metrics(scope) {
            let role = place::os_metrics_role(scope);
            instance = instance.monitoring_interval(60).monitoring_role_arn(&role.arn).after_grants_of(&role);
        }
        let one_zone = match &self.standby {
            Some(Standby::Without(reason)) => Some(reason),
            _ => None,
        };
        let instance = instance
            .because("in one zone", one_zone)
            .because("extended support", self.extended_support.as_ref());
        let instance = self.origin(scope, instance).removal_policy(options::removal(scope));
        let instance = scope.in_place(self.monitoring.note(instance));

        let handle = handle::built(&self, instance, place.security_group, port);
        if let Some(secret) = &handle.secret {
            self.options.rotation(scope, secret);
        }
        self.monitoring.clone().add(scope, || self.watch(&instance, &class));
        handle
    }
}
