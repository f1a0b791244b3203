//! A DocumentDB cluster: documents, by the protocol of MongoDB, on storage that spans three zones.
//!
//! Makes one `AWS::DocDB::DBCluster` with an `AWS::DocDB::DBInstance` for each member, its `AWS::DocDB::DBSubnetGroup`,
//! `AWS::DocDB::DBClusterParameterGroup` and `AWS::EC2::SecurityGroup`, a [`Secret`](crate::Secret) with user and password, an
//! `AWS::Logs::LogGroup` for each log, and an [`Alarm`](crate::Alarm) for CPU, replica lag and local storage.
//!
//! Defaults: version 5.0; `db.r6g.large` in each of two zones in a protected stage, one `db.t4g.medium` in any other; isolated subnets;
//! nothing comes in until it is connected, and then over TLS only; always encrypted; a generated password, which nothing rotates, because
//! CloudFormation does not say where DocumentDB keeps one that it manages; backups for 35 days in a protected stage, with deletion
//! protection and a last snapshot, and for 7 days in any other; slow operations and changes of users are logged, and logs kept for 90 and 30
//! days; minor versions follow by themselves.
//!
//! A MongoDB that somebody else runs is no resource: its URI is a [`Secret`](crate::Secret) that is put in by hand, and its addresses an
//! [`External`](crate::External) that the service is connected to.

mod handle;
#[cfg(test)]
mod tests;

use formwork_assembly::{Diagnostic, SortedMap, code};
use formwork_cfn::docdb::{self, db_cluster::EngineVersion};
use formwork_synth::{
    Connect, Construct, DeletionPolicy, Handle, ResourceOptions, Scope, Str, intrinsic, port, sub,
};

pub use handle::{DocumentDbRef, ExistingDocumentDb};

use super::database::{DatabaseOptions, database_options, options};
use crate::{
    Alarm, InstanceClass, Secret, VpcRef,
    each::each,
    operations::{Monitoring, monitoring_options},
    reason::Reasoned,
};
use handle::watched;

/// A DocumentDB cluster.
///
/// ```
/// # use formwork_constructs::{DocumentDb, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
/// let carts = shop.add("Carts", DocumentDb::new(&vpc));
/// let password = carts.secret.field("password");
/// shop.output("Host", &carts.endpoint);
/// ```
///
/// See <https://docs.aws.amazon.com/documentdb/latest/developerguide/what-is.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct DocumentDb {
    options: DatabaseOptions,
    version: DocumentDbVersion,
    members: SortedMap<String, InstanceClass>,
    twice: Vec<String>,
    user: Str,
    one_member: Option<Str>,
    monitoring: Monitoring,
}

/// A version of DocumentDB, after that of MongoDB whose protocol it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentDbVersion {
    /// 5.0.
    V5_0,
    /// 8.0.
    V8_0,
}

/// What is logged: changes of users, indexes and the like, and operations that take long.
const LOGS: [&str; 2] = ["audit", "profiler"];
/// The most servers of a cluster.
const MOST: usize = 16;
/// Names of users that DocumentDB keeps for itself.
const RESERVED: [&str; 3] = ["admin", "rdsadmin", "serviceadmin"];

impl DocumentDb {
    /// A cluster in the isolated subnets of a VPC.
    pub fn new(vpc: &VpcRef) -> Self {
        Self {
            options: DatabaseOptions::new(vpc),
            version: DocumentDbVersion::V5_0,
            members: SortedMap::new(),
            twice: Vec::new(),
            user: Str::Borrowed("owner"),
            one_member: None,
            monitoring: Monitoring::Undecided,
        }
    }

    /// Sets the version. A later one upgrades the cluster in place. Default: 5.0.
    pub fn version(mut self, version: DocumentDbVersion) -> Self {
        self.version = version;
        self
    }

    /// Adds a server. Its resource is named after it alone: others may come, go and change order. Default: `a`, and in a protected stage
    /// `b`, each in a zone of its own.
    pub fn member(mut self, name: impl Into<String>, class: InstanceClass) -> Self {
        let name = name.into();
        if self.members.insert(name.clone(), class).is_some() {
            self.twice.push(name);
        }
        self
    }

    /// Lets a cluster in a protected stage have one server, for a reason: it is down for ten minutes when that fails. Default: refused.
    pub fn one_zone(mut self, reason: impl Into<Str>) -> Self {
        self.one_member = Some(reason.into());
        self
    }

    /// Names the user that may do everything. A change replaces the cluster. Default: `owner`.
    pub fn user(mut self, name: impl Into<Str>) -> Self {
        self.user = name.into();
        self
    }

    database_options!();
    monitoring_options!(monitoring);

    /// The members, each with the zone that it must lie in.
    fn members_in(&mut self, scope: &Scope<'_>) -> SortedMap<String, (InstanceClass, Option<usize>)> {
        let mut members = SortedMap::new();
        for (name, class) in std::mem::take(&mut self.members) {
            members.insert(name, (class, None));
        }
        if !members.is_empty() {
            return members;
        }
        if scope.stage().is_protected() {
            members.insert("a".to_owned(), (InstanceClass::named("db.r6g.large"), Some(0)));
            members.insert("b".to_owned(), (InstanceClass::named("db.r6g.large"), Some(1)));
        } else {
            members.insert("a".to_owned(), (InstanceClass::t4g_medium(), Some(0)));
        }
        members
    }

    fn check(&self, scope: &mut Scope<'_>, members: usize) {
        self.options.check_upkeep(scope);
        let mut refuse = |code, message: String, help: &str| {
            scope.report(Diagnostic::error(code, message).help(help));
        };
        for name in &self.twice {
            let message = format!("the cluster has two members `{name}`");
            refuse(&code::DATABASE_MEMBERS, message, "give each a name of its own");
        }
        if members > MOST {
            let message = format!("a cluster cannot have {members} members");
            refuse(&code::DATABASE_MEMBERS, message, "a writer and 15 readers are the most");
        }
        if self.options.parameters.contains_key("tls") {
            let message = "the parameter `tls` decides whether connections are encrypted".to_owned();
            refuse(
                &code::DATABASE_OPTION,
                message,
                "leave it out: Formwork sets it, and every driver speaks TLS",
            );
        }
        let legal = self.user.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && self.user.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
            && self.user.len() <= 63;
        if !legal || RESERVED.contains(&self.user.to_lowercase().as_str()) {
            let message = format!("`{}` cannot be the name of a user", self.user.escape_debug());
            let help = "a letter, then letters, digits and `_`, 63 at most; `admin` is DocumentDB's own";
            refuse(&code::DATABASE_NAME, message, help);
        }
        if scope.stage().is_protected() && members < 2 && self.one_member.is_none() {
            let message = "the failure of one server takes down a cluster in a protected stage";
            let help = "add a second `.member(…)`, or say why not: `.one_zone(\"reason\")`";
            scope.report(Diagnostic::error(&code::DATABASE_MEMBERS, message).help(help));
        }
    }

    fn parameters(&self, scope: &mut Scope<'_>) -> docdb::DbClusterParameterGroupRef {
        let ours = [
            ("audit_logs", "enabled"),
            ("profiler", "enabled"),
            ("profiler_threshold_ms", "1000"),
            ("tls", "enabled"),
        ];
        let mut all: SortedMap<Str, Str> = ours.map(|(name, value)| (name.into(), value.into())).into();
        all.extend(self.options.parameters.clone());
        let group = docdb::DbClusterParameterGroup::new()
            .description(format!("parameters of {}", scope.path()))
            .family(self.version.family())
            .parameters(options::json(all));
        scope.add("Parameters", group)
    }

    fn watch(&self, cluster: &docdb::DbClusterRef, members: usize) -> Vec<(&'static str, Alarm)> {
        let watched = watched(&cluster.reference());
        let mut all = vec![watched.cpu(), watched.storage("FreeLocalStorage", 2.0)];
        if members > 1 {
            all.push(watched.replica_lag("DBClusterReplicaLagMaximum", 2000.0));
        }
        all
    }
}

impl Construct for DocumentDb {
    type Handle = DocumentDbRef;

    fn build(mut self, scope: &mut Scope<'_>) -> DocumentDbRef {
        let members = self.members_in(scope);
        self.check(scope, members.len());
        let place = self.options.place(scope);
        let subnets = docdb::DbSubnetGroup::new()
            .db_subnet_group_description(options::shorten(&format!("subnets of {}", scope.path()), 100))
            .subnet_ids(&place.subnets);
        let subnets = scope.add("SubnetGroup", subnets);
        let parameters = self.parameters(scope);
        let mut secret = Secret::with_generated("password")
            .field("username", self.user.clone())
            .description(format!("user and password of {}", scope.path()));
        if let Some(key) = &self.options.key {
            secret = secret.key(key);
        }
        let secret = scope.add("Secret", secret);

        let port = self.options.port.unwrap_or(port!(27017));
        let mut cluster = docdb::DbCluster::new()
            .backup_retention_period(self.options.backup_days(scope))
            .copy_tags_to_snapshot(true)
            .db_cluster_parameter_group_name(parameters.reference())
            .db_subnet_group_name(subnets.reference())
            .deletion_protection(scope.stage().is_protected())
            .enable_cloudwatch_logs_exports(LOGS.to_vec())
            .engine_version(self.version.property())
            .master_username(self.user.clone())
            .master_user_password(intrinsic::secrets_manager(&secret.arn, "password"))
            .port(port)
            .storage_encrypted(true)
            .vpc_security_group_ids([&place.security_group.id]);
        if let Some(key) = &self.options.key {
            cluster = cluster.kms_key_id(&key.arn);
        }
        if let Some(window) = self.options.backup_window {
            cluster = cluster.preferred_backup_window(window.text());
        }
        if let Some(window) = self.options.maintenance_window {
            cluster = cluster.preferred_maintenance_window(window.text());
        }
        let cluster = cluster.because("in one zone", self.one_member.as_ref());
        let cluster = self.monitoring.note(cluster).removal_policy(options::removal(scope));
        let cluster = scope.in_place(cluster);

        let logs = self.options.log_groups(scope, &LOGS, |kind| sub!("/aws/docdb/{}/{}", &cluster, kind));
        let zones = self.options.vpc.subnets(self.options.tier()).to_vec();
        for (name, (class, zone)) in &members {
            let mut instance = docdb::DbInstance::new()
                .db_cluster_identifier(&cluster)
                .db_instance_class(class.name())
                .auto_minor_version_upgrade(true);
            if let Some(window) = self.options.maintenance_window {
                instance = instance.preferred_maintenance_window(window.text());
            }
            let subnet = zone.and_then(|zone| zones.get(zone)?.resource);
            if let Some(subnet) = subnet {
                instance = instance.availability_zone(subnet.availability_zone());
            }
            // The data lie in the cluster: a server has none to keep.
            let instance = instance.removal_policy(DeletionPolicy::Delete).with_options(|options| {
                options.depends_on.extend(each(&logs, Handle::id));
            });
            scope.add(format!("Member-{name}"), instance);
        }
        let watch = self.watch(&cluster, members.len());
        self.monitoring.add(scope, || watch);
        DocumentDbRef {
            endpoint: cluster.endpoint(),
            reader_endpoint: cluster.read_endpoint(),
            port,
            secret,
            identifier: cluster.reference(),
            peer: place.security_group.peer(),
            security_group: Some(place.security_group),
            resource: Some(cluster),
        }
    }
}

impl DocumentDbVersion {
    fn property(self) -> EngineVersion {
        match self {
            Self::V5_0 => EngineVersion::V5_0_0,
            Self::V8_0 => EngineVersion::V8_0_0,
        }
    }

    fn family(self) -> &'static str {
        match self {
            Self::V5_0 => "docdb5.0",
            Self::V8_0 => "docdb8.0",
        }
    }
}
