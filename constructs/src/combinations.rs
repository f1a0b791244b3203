//! The law of combinations for the small constructs, in one place; the others hold it beside their snapshots.

use std::net::Ipv4Addr;

use formwork_synth::{Scope, Stage, cidr, port};

use crate::{
    AccessLogBucket, AccessPoint, AlbRule, Alias, AutoScalingCapacity, Certificate, Cluster, Dashboard,
    Ec2Service, FileSystem, GithubProvider, HealthCheck, HostedZone, HostedZoneRef, Image, Key, LogGroup,
    LogQuery, OnCall, OnCallRef, PublicAlb, Record, Reply, Retention, Role, Route, SecurityGroup, Table,
    VpcRef,
    testing::{any_combination, any_combination_in},
};

fn zone() -> HostedZoneRef {
    HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com")
}

fn vpc() -> VpcRef {
    VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
        .with_public_subnets(["subnet-0123456789abcde0a", "subnet-0123456789abcde0b"])
        .with_private_subnets(["subnet-0123456789abcde1a", "subnet-0123456789abcde1b"])
}

fn on_call() -> OnCallRef {
    OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "shop team", "https://example.com")
}

fn files(shop: &mut Scope<'_>) -> crate::FileSystemRef {
    shop.add("Files", FileSystem::new(&vpc()))
}

#[test]
fn any_role_key_or_provider() {
    any_combination(|shop, pick| {
        let role = Role::for_service(pick.one(&["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"]));
        let role = pick.maybe(role, |role| role.for_source("arn:aws:lambda:eu-west-1:111111111111:*"));
        shop.add("Role", pick.maybe(role, |role| role.description("does things")));
        let key = pick.maybe(Key::new("encrypts"), |key| key.allow_service("events.amazonaws.com"));
        shop.add("Key", pick.maybe(key, |key| key.allow_service("cloudwatch.amazonaws.com")));
        if pick.flip() {
            shop.add("Github", GithubProvider::new());
        }
    });
}

#[test]
fn any_logs_and_on_call() {
    any_combination(|shop, pick| {
        let logs = LogGroup::new();
        let logs = pick.maybe(logs, |logs| logs.name("/shop/logs"));
        let retention = pick.one(&[Retention::Days1, Retention::Days400, Retention::Days3653]);
        let logs = shop.add("Logs", pick.maybe(logs, |logs| logs.retention(retention)));
        let query = if pick.flip() { LogQuery::new("limit 5") } else { LogQuery::containing("a \"b\" /c/") };
        shop.add("Query", query.over([&logs]));
        let bucket = match pick.one(&[0, 1, 2]) {
            0 => AccessLogBucket::new(),
            1 => AccessLogBucket::of_buckets(),
            _ => AccessLogBucket::of_distributions(),
        };
        shop.add("AccessLogs", pick.maybe(bucket, |bucket| bucket.expire_after(7)));
        let on_call = OnCall::new("shop team", "https://example.com/runbooks/");
        let on_call = pick.maybe(on_call, |on_call| on_call.email("shop@example.com"));
        let on_call = pick.maybe(on_call, |on_call| on_call.webhook("https://pages.example.com"));
        let on_call = shop.add("OnCall", on_call);
        let orders = shop.add("Orders", Table::new("id").alarms(&on_call));
        let dashboard = Dashboard::new().show("Orders", &orders);
        let dashboard = pick.maybe(dashboard, |dashboard| dashboard.on_call(&on_call));
        shop.add("Dashboard", pick.maybe(dashboard, |all| all.logs("Logs", "limit 5", [&logs])));
    });
}

#[test]
fn any_names() {
    any_combination(|shop, pick| {
        let certificate = Certificate::new("shop.example.com", &zone());
        let certificate = pick.maybe(certificate, |one| one.also("api.example.com", &zone()));
        shop.add("Certificate", pick.maybe(certificate, Certificate::elliptic));
        let check = pick.maybe(HealthCheck::https("shop.example.com", "/healthz"), HealthCheck::fast);
        let check = shop.add("Check", check);
        let record = Record::a("shop.example.com", &zone(), [Ipv4Addr::new(192, 0, 2, 1)]);
        let record = pick.maybe(record, |record| record.ttl(60));
        shop.add("Record", if pick.flip() { record.primary(&check) } else { record });
        let alias = Alias::cloudfront("d111111abcdef8.cloudfront.net");
        shop.add("Alias", Record::alias("www.example.com", &zone(), alias));
        let zone = HostedZone::new("inner.example.com");
        let zone = match pick.one(&[0, 1, 2]) {
            0 => zone,
            1 => zone.delegated_from(&self::zone()),
            _ => zone.private_in(&vpc()),
        };
        shop.add("Zone", zone);
    });
}

#[test]
fn any_zone_where_route_53_keeps_its_keys() {
    let stage = || Stage::new("dev").account("111111111111").region("us-east-1");
    any_combination_in(&[stage(), stage().protected()], |shop, pick| {
        let zone = pick.maybe(HostedZone::new("shop.example.com"), HostedZone::query_logs);
        let zone = pick.maybe(zone, HostedZone::signed);
        let zone = pick.maybe(zone, HostedZone::accelerated_recovery);
        shop.add("Zone", zone);
    });
}

#[test]
fn any_group_cluster_or_instances() {
    any_combination(|shop, pick| {
        let group = SecurityGroup::new(&vpc(), "a group");
        shop.add("Group", pick.maybe(group, SecurityGroup::listed_egress));
        let cluster = pick.maybe(Cluster::new(), |cluster| cluster.name("shop"));
        let cluster = pick.maybe(cluster, |cluster| cluster.namespace("shop"));
        let cluster = shop.add("Cluster", pick.maybe(cluster, Cluster::exec_logs));
        let instances = AutoScalingCapacity::new(&vpc(), ["m7g.large"]).cluster(&cluster);
        let instances = shop.add("Instances", instances);
        let image = Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0")
            .architecture(crate::Architecture::Arm64);
        let service = Ec2Service::new(&instances, image);
        let service = pick.maybe(service, |service| service.port(port!(8080)));
        let service = pick.maybe(service, |service| service.scale(1..=4).scale_on_memory(80));
        let service = pick.maybe(service, |service| service.env("MODE", "fast").command(["work"]));
        let service = if pick.flip() { service.alarms(&on_call()) } else { service.no_alarms("a test") };
        shop.add("Service", service);
        let files = files(shop);
        let point = AccessPoint::new(&files, "/uploads");
        shop.add("Uploads", pick.maybe(point, |point| point.owner(33, 33)));
    });
}

#[test]
fn any_load_balancer() {
    any_combination(|shop, pick| {
        let alb = PublicAlb::new(&vpc()).domain("shop.example.com", &zone());
        let alb = pick.maybe(alb, PublicAlb::test_listener);
        let alb = pick.maybe(alb, |alb| alb.waf(crate::WebAcl::baseline()));
        let alb = pick.maybe(alb, |alb| alb.idle_timeout(120).keep_alive(3600));
        let alb = pick.maybe(alb, |alb| alb.zonal_shift().preserve_host());
        let alb = pick.maybe(alb, |alb| alb.maintenance_page("<h1>soon</h1>"));
        let alb = if pick.flip() { alb.alarms(&on_call()) } else { alb.no_alarms("a test") };
        let alb = shop.add("Alb", alb);
        let reply = match pick.one(&[0, 1, 2]) {
            0 => Reply::text(403, "no"),
            1 => Reply::page(200, "<h1>hello</h1>"),
            _ => Reply::redirect_to_host("www.example.com"),
        };
        shop.add("Old", AlbRule::on(&alb, Route::path("/old/*"), reply));
    });
}
