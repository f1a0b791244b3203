//! A proxy in front of a database: it shares few connections among many clients, and keeps theirs through a failover.
//!
//! Makes one `AWS::RDS::DBProxy` with its `AWS::RDS::DBProxyTargetGroup`, an `AWS::EC2::SecurityGroup` that the database admits, an
//! `AWS::IAM::Role` with an `AWS::IAM::Policy` that may read the secrets of the users, and an `AWS::Logs::LogGroup`; and an [`Alarm`](crate::Alarm) each
//! for logins that fail, for a database that it cannot reach, for clients that wait, and for few connections left.
//!
//! Defaults: encrypted connections only; the user of the database's own secret; clients log in with a password; idle clients are
//! disconnected after 30 minutes; logs kept for 90 days in a protected stage, 30 in any other; in a protected stage alarms, or a reason for their absence.

mod handle;
mod watch;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    kind,
    rds::{self, db_proxy as property, db_proxy_target_group as target},
};
use formwork_synth::{Attr, Construct, Handle, NodeId, Peer, Port, ResourceOptions, Scope};

pub use handle::{DatabaseProxyRef, ExistingProxy};

use super::DatabaseEngine;
use crate::{
    LogGroup, Role, SecretRef, SecurityGroup, Tier, VpcRef,
    each::each,
    operations::{Monitoring, monitoring_options},
    unique_name::UniqueName,
};

/// A proxy in front of a database.
///
/// ```
/// # use formwork_constructs::{AuroraCluster, DatabaseProxy, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
/// let db = shop.add("Db", AuroraCluster::postgres(&vpc));
/// let proxy = shop.add("Proxy", DatabaseProxy::new(&vpc, &db));
/// shop.output("Host", &proxy.endpoint);
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct DatabaseProxy {
    vpc: VpcRef,
    database: Proxied,
    private: bool,
    users: Vec<SecretRef>,
    iam_only: bool,
    idle_minutes: u32,
    monitoring: Monitoring,
}

/// What a proxy can stand in front of: an Aurora cluster or an RDS instance.
#[derive(Clone, Debug)]
pub struct Proxied {
    pub(crate) engine: DatabaseEngine,
    pub(crate) target: Target,
    pub(crate) secret: Option<SecretRef>,
    pub(crate) port: Port,
    pub(crate) peer: Peer,
    pub(crate) after: Vec<NodeId>,
    pub(crate) pauses: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Target {
    Cluster(Attr<kind::RdsDbClusterIdentifier>),
    Instance(Attr<kind::RdsDbInstanceIdentifier>),
}

impl DatabaseProxy {
    /// A proxy in the isolated subnets of a VPC, in front of a database.
    pub fn new(vpc: &VpcRef, database: impl Into<Proxied>) -> Self {
        let (vpc, database) = (vpc.clone(), database.into());
        Self {
            vpc,
            database,
            private: false,
            users: Vec::new(),
            iam_only: false,
            idle_minutes: 30,
            monitoring: Monitoring::Undecided,
        }
    }

    /// Lies in private subnets, for a VPC that has no isolated ones. Default: isolated subnets.
    pub fn private_subnets(mut self) -> Self {
        self.private = true;
        self
    }

    /// Lets one more user in, whose secret has the fields `username` and `password`. Default: the user of the database's own secret.
    pub fn user(mut self, secret: &SecretRef) -> Self {
        self.users.push(secret.clone());
        self
    }

    /// Lets clients log in with a token of IAM only; see [`connect_as`](DatabaseProxyRef::connect_as). Default: with a password.
    pub fn iam_only(mut self) -> Self {
        self.iam_only = true;
        self
    }

    /// Sets after how many idle minutes a client is disconnected, 1 to 480. Default: 30.
    pub fn idle_minutes(mut self, minutes: u32) -> Self {
        self.idle_minutes = minutes;
        self
    }

    monitoring_options!(monitoring);

    fn check(&self, scope: &mut Scope<'_>) {
        if !(1..=480).contains(&self.idle_minutes) {
            let message = format!("a proxy cannot wait {} minutes for an idle client", self.idle_minutes);
            scope.report(Diagnostic::error(&code::DATABASE_OPTION, message).help("name 1 to 480 minutes"));
        }
        if self.database.secret.is_none() && self.users.is_empty() {
            let message = "a proxy reads passwords from Secrets Manager, and that of the database lies in Parameter Store";
            let help = "let RDS manage the password, or name the secret of a user with `.user(&secret)`";
            scope.report(Diagnostic::error(&code::DATABASE_OPTION, message).help(help));
        }
        if self.database.pauses {
            let message = "the proxy keeps connections open, so that the cluster behind it never pauses";
            let help = "drop the proxy, or give the cluster a least capacity of 0.5 ACU";
            scope.report(Diagnostic::error(&code::DATABASE_OPTION, message).help(help));
        }
    }
}

impl Construct for DatabaseProxy {
    type Handle = DatabaseProxyRef;

    fn build(self, scope: &mut Scope<'_>) -> DatabaseProxyRef {
        self.check(scope);
        let database = self.database;
        let tier = if self.private { Tier::Private } else { Tier::Isolated };
        let help = "let the VPC have isolated subnets in two zones, or choose the private ones with `.private_subnets()`";
        let subnets = self.vpc.subnet_ids(scope, tier, 2, help);
        let group = SecurityGroup::new(&self.vpc, format!("proxy {}", scope.path()))
            .listed_egress()
            .owned_by(scope.id());
        let security_group = scope.add("SecurityGroup", group);
        scope.connect_on(&security_group, &database.peer, database.port);

        let role = Role::for_service("rds.amazonaws.com")
            .for_any_account()
            .description(format!("reads the secrets of the users of {}", scope.path()));
        let role = scope.add("Role", role);
        let mut secrets = self.users;
        if let Some(secret) = database.secret {
            secrets.insert(0, secret);
        }
        for secret in &secrets {
            scope.grant(&role, secret.read());
        }
        let name = UniqueName::of(scope);
        let logs = scope.add("Logs", LogGroup::new().name(name.within("/aws/rds/proxy/", "")));

        let (family, password) = match database.engine {
            DatabaseEngine::Postgres(_) => (
                property::EngineFamily::Postgresql,
                property::AuthFormatClientPasswordAuthType::PostgresScramSha256,
            ),
            DatabaseEngine::MySql(_) => (
                property::EngineFamily::Mysql,
                property::AuthFormatClientPasswordAuthType::MysqlCachingSha2Password,
            ),
        };
        let iam = if self.iam_only {
            property::AuthFormatIamAuth::Required
        } else {
            property::AuthFormatIamAuth::Disabled
        };
        let auth = each(&secrets, |secret| {
            property::AuthFormat::new()
                .auth_scheme(property::AuthFormatAuthScheme::Secrets)
                .client_password_auth_type(password)
                .iam_auth(iam)
                .secret_arn(&secret.arn)
        });
        let proxy = rds::DbProxy::new()
            .db_proxy_name(name.within("", ""))
            .auth(auth)
            .engine_family(family)
            .idle_client_timeout(self.idle_minutes * 60)
            .require_tls(true)
            .role_arn(&role.arn)
            .vpc_security_group_ids([&security_group.id])
            .vpc_subnet_ids(&subnets)
            .after_grants_of(&role)
            .with_options(|options| options.depends_on.extend(logs.resource.as_ref().map(Handle::id)));
        let resource = scope.in_place(self.monitoring.note(proxy));

        let targets = rds::DbProxyTargetGroup::new()
            .db_proxy_name(&resource)
            .target_group_name(target::TargetGroupName::Default);
        let targets = match database.target {
            Target::Cluster(id) => targets.db_cluster_identifiers([id]),
            Target::Instance(id) => targets.db_instance_identifiers([id]),
        };
        // A cluster without servers is no target yet.
        let after = database.after;
        scope.add("Targets", targets.with_options(|options| options.depends_on.extend(after)));

        let proxy = handle::built(resource, security_group, database.port);
        self.monitoring.add(scope, || proxy.alarms());
        proxy
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, port, testing::findings};

    use super::*;
    use crate::{
        AuroraCluster, AuroraClusterRef, Dashboard, ExistingAurora, OnCall, OnCallRef, PostgresVersion,
        RdsInstance, Role, Secret, Vpc,
        testing::{any_combination, snapshot},
    };

    fn existing() -> AuroraClusterRef {
        AuroraClusterRef::existing(ExistingAurora {
            engine: DatabaseEngine::Postgres(PostgresVersion::V17),
            identifier: "orders".into(),
            resource_id: "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ".into(),
            endpoint: "orders.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com".into(),
            reader_endpoint: "orders.cluster-ro-abcdefghijkl.eu-west-1.rds.amazonaws.com".into(),
            port: port!(5432),
            secret: SecretRef::existing("arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf"),
            security_group: "sg-0123456789abcdef0".into(),
        })
    }

    #[test]
    fn proxy() {
        snapshot("proxy", |shop| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
            let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
            let reports = Secret::with_generated("password").field("username", "reports");
            let reports = shop.add("Reports", reports);
            let proxy = DatabaseProxy::new(&vpc, &existing()).user(&reports).idle_minutes(5).alarms(&on_call);
            let proxy = shop.add("Proxy", proxy);
            let worker = shop.add("Worker", SecurityGroup::new(&vpc, "the worker"));
            let role = shop.add("Role", Role::for_service("lambda.amazonaws.com"));
            shop.connect(&worker, &proxy);
            shop.connect(&worker, &existing());
            shop.grant(&role, existing().data_api());
            shop.add("Dashboard", Dashboard::new().show("Proxy", &proxy));
        });
    }

    #[test]
    fn any_proxy() {
        any_combination(|shop, pick| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
            let mut proxy = match pick.one(&[0, 1, 2]) {
                0 => DatabaseProxy::new(&vpc, &existing()),
                1 => {
                    let cluster = AuroraCluster::mysql(&vpc).no_alarms("a test");
                    DatabaseProxy::new(&vpc, &shop.add("Cluster", cluster))
                }
                _ => {
                    let server = RdsInstance::postgres(&vpc).no_alarms("a test");
                    DatabaseProxy::new(&vpc, &shop.add("Server", server))
                }
            };
            let login = shop.add("Login", Secret::with_generated("password").field("username", "reports"));
            proxy = pick.maybe(proxy, |proxy| proxy.user(&login));
            proxy = pick.maybe(proxy, DatabaseProxy::iam_only);
            proxy = pick.maybe(proxy, DatabaseProxy::private_subnets);
            proxy = pick.maybe(proxy, |proxy| proxy.idle_minutes(480));
            let on_call =
                OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
            proxy = if pick.flip() { proxy.alarms(&on_call) } else { proxy.no_alarms("none") };
            shop.add("Proxy", proxy);
        });
    }

    #[test]
    fn a_proxy_may_lie_in_another_stack() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut data = app.stack("Data");
        let vpc = data.add("Vpc", Vpc::across_azs(2).isolated_subnets());
        let db = data.add("Db", AuroraCluster::postgres(&vpc));
        app.stack("Web").add("Proxy", DatabaseProxy::new(&vpc, &db));
        assert_eq!(findings(app), "");
    }

    #[test]
    fn a_proxy_waits_no_longer_than_rds_lets_it() {
        for minutes in [0, 481] {
            let mut app = App::new("shop", &Stage::new("dev"));
            let mut shop = app.stack("Shop");
            let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
            shop.add("Proxy", DatabaseProxy::new(&vpc, &existing()).idle_minutes(minutes));
            assert!(findings(app).contains("FW3557"));
        }
    }
}
