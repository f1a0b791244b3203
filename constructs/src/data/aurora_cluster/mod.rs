//! An Aurora cluster: PostgreSQL or MySQL on storage that spans three zones, with servers that scale by themselves.
//!
//! Makes one `AWS::RDS::DBCluster` with an `AWS::RDS::DBInstance` for each member, its `AWS::RDS::DBSubnetGroup`,
//! `AWS::RDS::DBClusterParameterGroup` and `AWS::EC2::SecurityGroup`, and an `AWS::Logs::LogGroup` for each log; for metrics of the operating
//! system an `AWS::IAM::Role` with an `AWS::IAM::Policy`; for readers that scale an `AWS::ApplicationAutoScaling::ScalableTarget` with an
//! `AWS::ApplicationAutoScaling::ScalingPolicy` for each measure; and for another rotation than every seven days an
//! `AWS::SecretsManager::RotationSchedule`; and an [`Alarm`](crate::Alarm) for CPU, capacity, connections, replica lag, local storage and
//! deadlocks.
//!
//! Defaults: PostgreSQL 18, MySQL 8.4; serverless members of 0.5 to 8 ACU, in a protected stage one in each of two zones, in any other one;
//! isolated subnets; nothing comes in until it is connected, and then over TLS only; always encrypted; a password that nobody has seen,
//! rotated every seven days, and login by IAM; backups for 35 days in a protected stage, with deletion protection and a last snapshot, and
//! for 7 days in any other; statements over a second are logged, and logs kept for 90 and 30 days; Database Insights; metrics of the
//! operating system in a protected stage; minor versions follow by themselves; no Extended Support, which costs without asking.
//!
//! A major upgrade is a change of the version: CloudFormation replaces the parameter group and upgrades the cluster in place.
//!
//! See <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_AuroraOverview.html>.

mod capacity;
mod check;
mod handle;
mod member;
mod readers;

use std::ops::{RangeInclusive, RangeToInclusive};

use formwork_assembly::SortedMap;
use formwork_cfn::rds::{self, db_cluster as property};
use formwork_synth::{Construct, Expr, IntoValue, ResourceOptions, Scope, Str, Value, sub};

pub use handle::{AuroraClusterRef, ExistingAurora};
pub use member::Member;

use self::{capacity::Capacity, readers::Readers};
use super::database::{DatabaseOptions, alarms, database_options, options, place};
use crate::{
    Alarm, DatabaseEngine, DatabaseInsights, Restore, RestoreTime, SecretRef, Statistic, VpcRef,
    each::each,
    operations::{Monitoring, monitoring_options},
    reason::Reasoned,
};

/// An Aurora cluster.
///
/// ```
/// # use formwork_constructs::{AuroraCluster, InstanceClass, InstanceSize, Member, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
/// let db = shop.add("Db", AuroraCluster::postgres(&vpc).capacity(0.5..=8.0).database("orders").readers(1..=4));
/// let reports = AuroraCluster::mysql(&vpc)
///     .member("a", Member::provisioned(InstanceClass::r8g(InstanceSize::Large)).in_zone(1))
///     .member("b", Member::serverless().in_zone(2).promotion_tier(2));
/// let reports = shop.add("Reports", reports);
/// shop.output("Host", &db.endpoint);
/// ```
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct AuroraCluster {
    engine: DatabaseEngine,
    options: DatabaseOptions,
    database: Option<Expr>,
    capacity: Capacity,
    members: SortedMap<String, Member>,
    twice: Vec<String>,
    one_member: Option<Str>,
    pausing: Option<Str>,
    readers: Option<Readers>,
    restore: Option<Restore>,
    data_api: bool,
    io_optimized: bool,
    backtrack: Option<u32>,
    extended_support: Option<Str>,
    monitoring: Monitoring,
}

impl AuroraCluster {
    /// A cluster of PostgreSQL 18 in the isolated subnets of a VPC.
    pub fn postgres(vpc: &VpcRef) -> Self {
        Self::new(vpc, DatabaseEngine::POSTGRES)
    }

    /// A cluster of MySQL 8.4 in the isolated subnets of a VPC.
    pub fn mysql(vpc: &VpcRef) -> Self {
        Self::new(vpc, DatabaseEngine::MYSQL)
    }

    /// A cluster of any engine and version in the isolated subnets of a VPC.
    pub fn new(vpc: &VpcRef, engine: DatabaseEngine) -> Self {
        Self {
            engine,
            options: DatabaseOptions::new(vpc),
            database: None,
            capacity: Capacity::between(0.5, 8.0),
            members: SortedMap::new(),
            twice: Vec::new(),
            one_member: None,
            pausing: None,
            readers: None,
            restore: None,
            data_api: false,
            io_optimized: false,
            backtrack: None,
            extended_support: None,
            monitoring: Monitoring::Undecided,
        }
    }

    /// Sets between how many ACU serverless members scale, 0.5 to 256 in half units; one is 2 GiB of memory. Default: 0.5 to 8.
    pub fn capacity(mut self, units: RangeInclusive<f64>) -> Self {
        self.capacity = Capacity::between(*units.start(), *units.end());
        self
    }

    /// Scales between nothing and so many ACU: pauses after so many minutes (5 to 1440) without a connection, and takes about fifteen
    /// seconds to come back. Not in a protected stage, unless it is [allowed](Self::allow_pausing). Default: does not pause.
    pub fn pausing(mut self, most: RangeToInclusive<f64>, idle_minutes: u32) -> Self {
        self.capacity = Capacity::pausing(most.end, idle_minutes);
        self
    }

    /// Lets a cluster pause in a protected stage too, for a reason. Default: refused.
    pub fn allow_pausing(mut self, reason: impl Into<Str>) -> Self {
        self.pausing = Some(reason.into());
        self
    }

    /// Adds a server. Its resource is named after it alone: others may come, go and change order. Default: serverless ones, `a` and in a
    /// protected stage `b`, each in a zone of its own.
    pub fn member(mut self, name: impl Into<String>, member: Member) -> Self {
        let name = name.into();
        if self.members.insert(name.clone(), member).is_some() {
            self.twice.push(name);
        }
        self
    }

    /// Lets a cluster in a protected stage lie in one zone, for a reason: it is down for ten minutes when that fails. Default: refused.
    pub fn one_zone(mut self, reason: impl Into<Str>) -> Self {
        self.one_member = Some(reason.into());
        self
    }

    /// Scales the number of readers, members among them, at 70 % of their CPU unless another target is set. Default: the members.
    pub fn readers(mut self, count: RangeInclusive<u32>) -> Self {
        self.scaling().count = count;
        self
    }

    /// Scales so that readers use this percentage of their CPU on average; between one and two where [`readers`](Self::readers) names no
    /// range.
    pub fn readers_on_cpu(mut self, percent: impl Into<f64>) -> Self {
        self.scaling().cpu = Some(percent.into());
        self
    }

    /// Scales so that readers have so many connections on average; between one and two where [`readers`](Self::readers) names no range.
    pub fn readers_on_connections(mut self, connections: impl Into<f64>) -> Self {
        self.scaling().connections = Some(connections.into());
        self
    }

    /// Makes a database in the cluster. A change replaces the cluster. Default: none but what the engine has.
    pub fn database(mut self, name: impl IntoValue<String>) -> Self {
        self.database = Some(name.into_expr());
        self
    }

    /// Begins with the data of a snapshot, or of another cluster. Taking it out later replaces the cluster. Default: begins empty.
    pub fn restore(mut self, from: Restore) -> Self {
        self.restore = Some(from);
        self
    }

    /// Takes statements over HTTPS too, for callers with permission; see [`data_api`](AuroraClusterRef::data_api). Default: not.
    pub fn data_api(mut self) -> Self {
        self.data_api = true;
        self
    }

    /// Pays for storage by size and not by request: cheaper where requests are over a quarter of the bill. Default: by request.
    pub fn io_optimized(mut self) -> Self {
        self.io_optimized = true;
        self
    }

    /// Lets operators turn the whole cluster back by up to so many hours, 1 to 72, without a restore, and pays for the changes kept for that.
    /// MySQL only. Default: no way back but a restore.
    pub fn backtrack(mut self, hours: u32) -> Self {
        self.backtrack = Some(hours);
        self
    }

    /// Goes on past the end of standard support, for a charge for each vCPU-hour and a reason. Default: AWS upgrades the cluster then.
    pub fn extended_support(mut self, reason: impl Into<Str>) -> Self {
        self.extended_support = Some(reason.into());
        self
    }

    database_options!(relational);
    monitoring_options!(monitoring);

    fn scaling(&mut self) -> &mut Readers {
        self.readers.get_or_insert_with(Readers::new)
    }

    fn watch(
        &self,
        cluster: &rds::DbClusterRef,
        members: &SortedMap<String, Member>,
    ) -> Vec<(&'static str, Alarm)> {
        let watched = handle::watched(&cluster.reference());
        let mut all = vec![watched.cpu(), watched.deadlocks()];
        if members.values().any(Member::is_serverless) {
            let metric = watched.metric("ACUUtilization", Statistic::Maximum);
            let alarm = Alarm::above(metric, 90, "a server of the cluster has nearly all of its capacity");
            all.push(("Capacity", alarm.periods(15)));
        }
        if members.values().any(|member| !member.is_serverless()) {
            all.push(watched.storage("FreeLocalStorage", 2.0));
        }
        if members.len() > 1 || self.readers.is_some() {
            all.push(watched.replica_lag("AuroraReplicaLagMaximum", 2000.0));
        }
        let classes = members.values().map(Member::class);
        if let Some(memory) = alarms::least_memory(classes, self.capacity.most_memory()) {
            let parameter = self.options.parameters.get("max_connections");
            all.push(watched.connections(self.engine.most_connections(memory, parameter)));
        }
        all
    }

    /// The cluster with where its data come from, and what only a new one says.
    fn origin(&self, cluster: rds::DbCluster) -> rds::DbCluster {
        let text = |value: &Expr| Value::<String>::from_expr(value.clone());
        match &self.restore {
            None => {
                let user = self.options.user.clone().unwrap_or_else(|| Expr::text(self.engine.user()));
                let cluster = cluster.storage_encrypted(true).master_username(text(&user));
                match &self.database {
                    Some(name) => cluster.database_name(text(name)),
                    None => cluster,
                }
            }
            // A snapshot or another cluster hands on whether it is encrypted; with a key of your own it is.
            Some(Restore::Snapshot(snapshot)) => cluster.snapshot_identifier(text(snapshot)),
            Some(Restore::PointInTime(source, time)) => {
                let cluster = cluster.source_db_cluster_identifier(text(source)).restore_type("full-copy");
                match time {
                    RestoreTime::Latest => cluster.use_latest_restorable_time(true),
                    RestoreTime::At(moment) => cluster.restore_to_time(moment.clone()),
                }
            }
            Some(Restore::Clone(source)) => cluster
                .source_db_cluster_identifier(text(source))
                .restore_type("copy-on-write")
                .use_latest_restorable_time(true),
        }
    }
}

impl Construct for AuroraCluster {
    type Handle = AuroraClusterRef;

    fn build(mut self, scope: &mut Scope<'_>) -> AuroraClusterRef {
        let members =
            if self.members.is_empty() { member::defaults(scope) } else { std::mem::take(&mut self.members) };
        self.check(scope, &members);
        let place = self.options.place(scope);
        let subnets = self.options.subnet_group(scope, &place);
        let engine = self.engine;
        let parameters = rds::DbClusterParameterGroup::new()
            .description(format!("parameters of {}", scope.path()))
            .family(format!("{}{}", engine.aurora_name(), engine.major()))
            .parameters(options::json(self.options.parameters(engine, engine.aurora_force_tls())));
        let parameters = scope.add("Parameters", parameters);

        let port = self.options.port.unwrap_or(engine.port());
        let protected = scope.stage().is_protected();
        let mut cluster = rds::DbCluster::new()
            .backup_retention_period(self.options.backup_days(scope))
            .copy_tags_to_snapshot(true)
            .db_cluster_parameter_group_name(&parameters)
            .db_subnet_group_name(&subnets)
            .database_insights_mode(match self.options.insights {
                DatabaseInsights::Standard => property::DatabaseInsightsMode::Standard,
                DatabaseInsights::Advanced => property::DatabaseInsightsMode::Advanced,
            })
            .deletion_protection(protected)
            .enable_cloudwatch_logs_exports(engine.logs().to_vec())
            .enable_iam_database_authentication(true)
            .engine(engine.aurora_name())
            .engine_lifecycle_support(options::support(self.extended_support.as_ref()))
            .engine_version(engine.aurora_version())
            .manage_master_user_password(true)
            .performance_insights_enabled(true)
            .performance_insights_retention_period(self.options.insights.days())
            .port(port)
            .vpc_security_group_ids([&place.security_group.id]);
        if members.values().any(Member::is_serverless) {
            cluster = cluster.serverless_v2_scaling_configuration(self.capacity.property());
        }
        if let Some(window) = self.options.backup_window {
            cluster = cluster.preferred_backup_window(window.text());
        }
        if let Some(window) = self.options.maintenance_window {
            cluster = cluster.preferred_maintenance_window(window.text());
        }
        if let Some(key) = &self.options.key {
            let secret = property::MasterUserSecret::new().kms_key_id(&key.arn);
            cluster = cluster
                .kms_key_id(&key.arn)
                .performance_insights_kms_key_id(&key.arn)
                .master_user_secret(secret);
        }
        if self.data_api {
            cluster = cluster.enable_http_endpoint(true);
        }
        if let Some(hours) = self.backtrack {
            cluster = cluster.backtrack_window(hours.saturating_mul(3600));
        }
        if self.io_optimized {
            cluster = cluster.storage_type("aurora-iopt1");
        }
        if self.options.os_metrics(scope) {
            let role = place::os_metrics_role(scope);
            cluster = cluster.monitoring_interval(60).monitoring_role_arn(&role.arn).after_grants_of(&role);
        }
        let cluster = cluster
            .because("in one zone", self.one_member.as_ref())
            .because("pauses", self.pausing.as_ref())
            .because("extended support", self.extended_support.as_ref());
        let cluster = self.origin(cluster).removal_policy(options::removal(scope));
        let cluster = scope.in_place(self.monitoring.note(cluster));

        let logs = self
            .options
            .log_groups(scope, engine.logs(), |kind| sub!("/aws/rds/cluster/{}/{}", &cluster, kind));
        let watch = self.watch(&cluster, &members);
        let mut instances = SortedMap::new();
        for (name, member) in &members {
            instances.insert(name.clone(), self.add_member(scope, name, member, &cluster, &logs));
        }
        let mut secret = SecretRef::of(cluster.master_user_secret_secret_arn().cast());
        if let Some(key) = &self.options.key {
            secret = secret.with_key(key);
        }
        self.options.rotation(scope, &secret);
        self.monitoring.add(scope, || watch);
        if let Some(readers) = self.readers {
            readers.build(scope, &cluster, &each(instances.values(), |instance| *instance));
        }
        handle::built(
            cluster,
            instances,
            secret,
            place.security_group,
            (engine, port, self.capacity.pauses()),
        )
    }
}

#[cfg(test)]
mod tests;
