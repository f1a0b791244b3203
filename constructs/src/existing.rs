//! What exists already, all of it at once: each handle that can be imported, in the wires and constructs that take it; and that what exists can
//! stand wherever what is made can.

use formwork_synth::{Construct, Scope, cidr, port};

use crate::{
    AccessLogBucketRef, AccessPointRef, Alarm, AlarmRef, Alias, Architecture, AuroraCluster,
    AuroraClusterRef, AutoScalingCapacity, AutoScalingCapacityRef, BackupPlan, Bucket, BucketRef, Cache,
    CacheEngine, CacheRef, CertificateRef, ChaosExperiment, Cluster, ClusterRef, Dashboard, DatabaseEngine,
    DatabaseProxy, DatabaseProxyRef, DocumentDbRef, Ec2Service, ExistingAlb, ExistingAurora, ExistingCache,
    ExistingCapacity, ExistingDocumentDb, ExistingProxy, ExistingRds, ExistingService, ExistingSite,
    FargateService, Fault, FileSystemRef, GithubDeployRole, GithubProviderRef, HealthCheck, HealthCheckRef,
    HostedZoneRef, Image, KeyRef, LogGroup, LogGroupRef, LogQuery, Metric, MySqlVersion, OnCallRef,
    PostgresVersion, PublicAlb, PublicAlbRef, Queue, QueueRef, QueueWorker, RdsInstanceRef, Record,
    RepositoryRef, Role, RoleRef, Route, RoutedService, SecretRef, SecureParameter, SecurityGroup,
    SecurityGroupRef, ServiceRef, StaticSiteRef, Statistic, Table, TableRef, VpcRef, WebAclRef,
    testing::{Pick, any_combination, snapshot},
};

const GROUP: &str = "sg-0123456789abcdef0";

fn vpc() -> VpcRef {
    VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
        .with_public_subnets(["subnet-0123456789abcde0a", "subnet-0123456789abcde0b"])
        .with_private_subnets(["subnet-0123456789abcde1a", "subnet-0123456789abcde1b"])
        .with_isolated_subnets(["subnet-0123456789abcde2a", "subnet-0123456789abcde2b"])
}

fn on_call() -> OnCallRef {
    OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "shop team", "https://example.com")
}

fn zone() -> HostedZoneRef {
    HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com")
}

fn secret() -> SecretRef {
    SecretRef::existing("arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-AbCdEf")
}

fn service() -> ServiceRef {
    ServiceRef::existing(ExistingService {
        cluster: ClusterRef::existing("shared"),
        name: "billing".into(),
        family: "billing".into(),
        security_group: GROUP.into(),
        task_role: RoleRef::existing("teams/billing-task"),
        execution_role: RoleRef::existing("teams/billing-execution"),
        logs: LogGroupRef::existing("/ecs/billing"),
        port: Some(port!(8080)),
    })
}

fn instances() -> AutoScalingCapacityRef {
    let known = ExistingCapacity {
        cluster: ClusterRef::existing("shared"),
        provider: "graviton".into(),
        architecture: Architecture::Arm64,
        security_group: GROUP.into(),
        role: RoleRef::existing("shared-instances"),
        group: "shared-instances".into(),
    };
    AutoScalingCapacityRef::existing(&vpc(), known)
}

fn alb() -> PublicAlbRef {
    let arn = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/shared/0123456789abcdef";
    let listener = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/app/shared/0123456789abcdef/fedcba9876543210";
    let known = ExistingAlb {
        arn: arn.into(),
        host: "example.com".into(),
        listener: listener.into(),
        security_group: GROUP.into(),
    };
    PublicAlbRef::existing(&vpc(), known)
}

fn acl() -> WebAclRef {
    WebAclRef::existing(
        "arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/shared/01234567-89ab-cdef-0123-456789abcdef",
    )
}

fn site() -> StaticSiteRef {
    StaticSiteRef::existing(ExistingSite {
        domain: "www.example.com".into(),
        domain_name: "d111111abcdef8.cloudfront.net".into(),
        distribution_id: "E1A2B3C4D5E6F7".into(),
        bucket: BucketRef::existing("example-site"),
    })
}

fn aurora() -> AuroraClusterRef {
    AuroraClusterRef::existing(ExistingAurora {
        engine: DatabaseEngine::Postgres(PostgresVersion::V17),
        identifier: "orders".into(),
        resource_id: "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ".into(),
        endpoint: "orders.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com".into(),
        reader_endpoint: "orders.cluster-ro-abcdefghijkl.eu-west-1.rds.amazonaws.com".into(),
        port: port!(5432),
        secret: secret(),
        security_group: GROUP.into(),
    })
}

fn proxy() -> DatabaseProxyRef {
    DatabaseProxyRef::existing(ExistingProxy {
        name: "orders".into(),
        id: "prx-0123456789abcdef0".into(),
        endpoint: "orders.proxy-abcdefghijkl.eu-west-1.rds.amazonaws.com".into(),
        port: port!(5432),
        security_group: "sg-0123456789abcdef1".into(),
    })
}

fn server() -> RdsInstanceRef {
    RdsInstanceRef::existing(ExistingRds {
        engine: DatabaseEngine::MySql(MySqlVersion::V8_4),
        identifier: "stock".into(),
        resource_id: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ".into(),
        endpoint: "stock.abcdefghijkl.eu-west-1.rds.amazonaws.com".into(),
        port: port!(3306),
        secret: secret(),
        security_group: "sg-0123456789abcdef2".into(),
    })
}

fn documents() -> DocumentDbRef {
    DocumentDbRef::existing(ExistingDocumentDb {
        identifier: "carts".into(),
        endpoint: "carts.cluster-abcdefghijkl.eu-west-1.docdb.amazonaws.com".into(),
        reader_endpoint: "carts.cluster-ro-abcdefghijkl.eu-west-1.docdb.amazonaws.com".into(),
        port: port!(27017),
        secret: secret(),
        security_group: "sg-0123456789abcdef3".into(),
    })
}

fn cache() -> CacheRef {
    CacheRef::existing(ExistingCache {
        engine: CacheEngine::Valkey,
        endpoint: "sessions.abc123.ng.0001.euw1.cache.amazonaws.com".into(),
        port: port!(6379),
        secret: Some(secret()),
        security_group: "sg-0123456789abcdef4".into(),
    })
}

fn files() -> AccessPointRef {
    let files = FileSystemRef::existing("fs-0123456789abcdef0", "sg-0123456789abcdef5");
    AccessPointRef::existing(&files, "fsap-0123456789abcdef0")
}

/// A new service beside one that exists, both in front of everything that they can use.
#[test]
fn existing() {
    snapshot("existing", |shop| {
        let images = RepositoryRef::existing("shop");
        let api = RoutedService::on(&alb(), Route::path("/api/*"), Image::from_ecr_tag(&images, "1.4.2"))
            .cluster(&ClusterRef::existing("shared"))
            .port(port!(8080))
            .health_check("/healthz")
            .secret("TOKEN", secret().whole())
            .secret("KEY", SecureParameter::existing("/shop/key").value())
            .rollback_on(&AlarmRef::existing("orders-lost").name)
            .no_alarms("a test");
        let api = shop.add("Api", api).service;
        let work = Ec2Service::new(
            &instances(),
            Image::from_ecr_tag(&images, "1.4.2").architecture(Architecture::Arm64),
        );
        shop.add("Work", work.no_alarms("nobody waits for it"));

        let billing = service();
        shop.connect(&api, &billing);
        shop.connect(&SecurityGroupRef::existing("Bastion", "sg-0123456789abcdef6"), &billing);
        for service in [&api, &billing] {
            connect_all(shop, service);
            grant_all(shop, service);
        }
        shop.grant(&RoleRef::existing("reporter"), TableRef::existing("orders").read());

        let deployer =
            GithubDeployRole::for_branch("acme/shop", "main").provider(&GithubProviderRef::existing());
        let deployer = shop.add("Deployer", deployer);
        shop.grant(&deployer, billing.update());
        shop.grant(&deployer, site().publish());
        shop.grant(&deployer, images.push());
        watch_all(shop, &billing);
        take_all(shop, &billing);
        shop.output("BillingArn", &billing.arn);
        shop.output("DeployerArn", &deployer.arn);
    });
}

fn connect_all(shop: &mut Scope<'_>, service: &ServiceRef) {
    shop.connect(service, &aurora());
    shop.connect(service, &proxy());
    shop.connect(service, &server());
    shop.connect(service, &documents());
    shop.connect(service, &cache());
    shop.connect(service, &files().file_system);
}

fn grant_all(shop: &mut Scope<'_>, service: &ServiceRef) {
    let key = KeyRef::existing("arn:aws:kms:eu-west-1:111111111111:key/01234567-89ab-cdef-0123-456789abcdef");
    let queue = QueueRef::existing("jobs").with_key(&key);
    for grant in [
        aurora().connect_as("api").and(aurora().data_api()),
        proxy().connect_as("api"),
        server().connect_as("api"),
        cache().log_in(),
        files().read_write(),
        TableRef::existing("orders").read_write(),
        BucketRef::existing("uploads").read_write(),
        queue.send().and(queue.consume()),
        LogGroupRef::existing("/acme/audit").write(),
    ] {
        shop.grant(service, grant);
    }
}

fn watch_all(shop: &mut Scope<'_>, billing: &ServiceRef) {
    let dashboard = Dashboard::new()
        .on_call(&on_call())
        .show("Billing", billing)
        .show("Instances", &instances())
        .show("Load balancer", &alb())
        .show("Firewall", &acl())
        .show("Site", &site())
        .show("Orders", &TableRef::existing("orders"))
        .show("Jobs", &QueueRef::existing("jobs"))
        .show("Database", &aurora())
        .show("Proxy", &proxy())
        .show("Stock", &server())
        .show("Carts", &documents())
        .show("Files", &files().file_system)
        .logs("Billing", "filter @message like /ERROR/", [&billing.logs]);
    shop.add("Dashboard", dashboard);
}

fn take_all(shop: &mut Scope<'_>, billing: &ServiceRef) {
    let audit = LogGroupRef::existing("/acme/audit");
    shop.add("Errors", LogQuery::containing("ERROR").over([&billing.logs, &audit, &audit]));
    shop.add("Uploads", Bucket::new().access_logs(&AccessLogBucketRef::existing("acme-access-logs")));
    let check = HealthCheckRef::existing("01234567-89ab-cdef-0123-456789abcdef");
    let record =
        Record::alias("shop.example.com", &zone(), Alias::cloudfront("d111111abcdef8.cloudfront.net"));
    shop.add("Shop", record.primary(&check));
    let experiment = ChaosExperiment::new(Fault::stop_tasks(billing, 50), &AlarmRef::existing("orders-lost"))
        .and(Fault::fail_over(&aurora()))
        .in_protected_stage("prod is where it counts");
    shop.add("LoseTasks", experiment);
    let backup =
        BackupPlan::new().of(&TableRef::existing("orders")).of(&aurora()).of(&server()).of(&documents());
    shop.add("Backup", backup.of(&files().file_system).alarms(&on_call()));
    let worker = QueueWorker::new(&vpc(), Image::from_directory("work")).queue(&QueueRef::existing("jobs"));
    shop.add("Worker", worker.cluster(&ClusterRef::existing("shared")).no_alarms("a test"));
    let alb = PublicAlb::new(&vpc())
        .domain("front.example.com", &zone())
        .certificate(
            CertificateRef::existing(
                "arn:aws:acm:eu-west-1:111111111111:certificate/01234567-89ab-cdef-0123-456789abcdef",
            )
            .arn,
        )
        .waf(&acl())
        .logs_to(&AccessLogBucketRef::existing("acme-access-logs"))
        .no_alarms("a test");
    shop.add("Alb", alb);
    let proxy = DatabaseProxy::new(&vpc(), &aurora()).user(&secret());
    shop.add("Proxy", proxy.no_alarms("a test"));
}

/// What exists already, or what is made of a spec.
fn one_of<C: Construct>(
    shop: &mut Scope<'_>,
    pick: &mut Pick,
    existing: C::Handle,
    id: &'static str,
    spec: C,
) -> C::Handle {
    if pick.flip() { existing } else { shop.add(id, spec) }
}

/// Whatever is made and whatever is there already, they fit together.
#[test]
fn anything_may_exist_already() {
    any_combination(|shop, pick| {
        let vpc = vpc();
        let image = || Image::from_directory("api").architecture(Architecture::Arm64);
        let role = Role::for_service("lambda.amazonaws.com");
        let role = one_of(shop, pick, RoleRef::existing("reporter"), "Role", role);
        let cluster = one_of(shop, pick, ClusterRef::existing("shared"), "Cluster", Cluster::new());
        let api = FargateService::new(&vpc, image()).cluster(&cluster).port(port!(8080)).no_alarms("a test");
        let api = one_of(shop, pick, service(), "Api", api);
        let capacity = AutoScalingCapacity::new(&vpc, ["m7g.large"]);
        let capacity = one_of(shop, pick, instances(), "Instances", capacity);
        let work = shop.add("Work", Ec2Service::new(&capacity, image()).no_alarms("a test"));
        let clients = SecurityGroup::new(&vpc, "clients").listed_egress();
        let clients = one_of(shop, pick, SecurityGroupRef::existing("Clients", GROUP), "Clients", clients);
        let db = AuroraCluster::postgres(&vpc).no_alarms("a test");
        let db = one_of(shop, pick, aurora(), "Db", db);
        let proxied = DatabaseProxy::new(&vpc, &db).no_alarms("a test");
        let proxy = one_of(shop, pick, proxy(), "Proxy", proxied);
        let cache = one_of(shop, pick, cache(), "Cache", Cache::valkey(&vpc).no_alarms("a test"));
        let orders = Table::new("id").no_alarms("a test");
        let orders = one_of(shop, pick, TableRef::existing("orders"), "Orders", orders);
        let jobs = one_of(shop, pick, QueueRef::existing("jobs"), "Jobs", Queue::new().no_alarms("a test"));
        let audit = one_of(shop, pick, LogGroupRef::existing("/acme/audit"), "Audit", LogGroup::new());
        let check = HealthCheck::https("shop.example.com", "/healthz");
        let check = one_of(shop, pick, HealthCheckRef::existing("01234567-89ab"), "Check", check);
        let lost = Alarm::above(Metric::new("Shop", "OrdersLost", Statistic::Sum), 0, "orders are lost");
        let lost = one_of(shop, pick, AlarmRef::existing("orders-lost"), "Lost", lost);

        for service in [&api, &work] {
            shop.connect(service, &db);
            shop.connect(service, &proxy);
            shop.connect(service, &cache);
            shop.grant(service, orders.read_write().and(jobs.send()).and(audit.write()));
            shop.grant(&role, service.update());
        }
        shop.connect(&clients, &proxy);
        shop.grant(&role, proxy.connect_as("reports").and(cache.log_in()));
        shop.add(
            "Dashboard",
            Dashboard::new().show("Api", &api).show("Instances", &capacity).show("Proxy", &proxy),
        );
        shop.add("Errors", LogQuery::containing("ERROR").over([&api.logs, &work.logs, &audit]));
        let alias = Alias::cloudfront("d111111abcdef8.cloudfront.net");
        shop.add("Record", Record::alias("shop.example.com", &zone(), alias).primary(&check));
        let experiment = ChaosExperiment::new(Fault::stop_tasks(&api, 50), &lost);
        shop.add("Experiment", experiment.in_protected_stage("a test"));
        shop.add("Backup", BackupPlan::new().of(&orders).of(&db).no_alarms("a test"));
    });
}
