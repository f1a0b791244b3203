//! Constructs of different stacks together: wires in both directions, shared networks and clusters, what exists already; and no circles.

use formwork::{prelude::*, testing};

fn image() -> Image {
    Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0")
}

/// Every stack uses what the one before it made; the data knows nothing of who uses it.
fn shop(stage: &Stage) -> App {
    let mut app = App::new("shop", stage);
    app.cost_tags([("owner", "shop team")]);

    let mut base = app.stack("Base");
    let on_call = base.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
    let vpc = base.add("Vpc", Vpc::across_azs(2).isolated_subnets());
    let cluster = base.add("Cluster", Cluster::new());
    let zone = base.add("Zone", HostedZone::new("shop.example.com"));

    let mut data = app.stack("Data");
    let orders = data.add("Orders", Table::new("id").alarms(&on_call));
    let db = data.add("Db", AuroraCluster::postgres(&vpc).alarms(&on_call));
    let server = data.add("Server", RdsInstance::mysql(&vpc).alarms(&on_call));
    let documents = data.add("Documents", DocumentDb::new(&vpc).alarms(&on_call));
    let cache = data.add("Cache", Cache::valkey(&vpc).alarms(&on_call));
    let jobs = data.add("Jobs", Queue::new().visibility_timeout(180).alarms(&on_call));
    let uploads = data.add("Uploads", Bucket::new());
    let files = data.add("Files", FileSystem::new(&vpc));
    let token = data.add("Token", Secret::generated());

    let mut web = app.stack("Web");
    let alb = web.add("Alb", PublicAlb::new(&vpc).domain("shop.example.com", &zone).alarms(&on_call));
    let api = RoutedService::on(&alb, Route::path("/api/*"), image())
        .cluster(&cluster)
        .port(port!(8080))
        .health_check("/healthz")
        .env("QUEUE_URL", &jobs.url)
        .secret("TOKEN", token.whole())
        .alarms(&on_call);
    let api = web.add("Api", api);
    let pages = RoutedService::on(&alb, Route::all(), image())
        .cluster(&cluster)
        .port(port!(8080))
        .health_check("/healthz")
        .alarms(&on_call);
    let pages = web.add("Pages", pages);
    web.connect(&pages, &api.service);
    web.connect(&api.service, &db);
    web.connect(&api.service, &cache);
    web.connect(&api.service, &documents);
    web.grant(&api.service, orders.read_write());
    web.grant(&api.service, jobs.send());
    web.grant(&api.service, uploads.read_write());
    web.grant(&api.service, db.connect_as("api"));

    let mut work = app.stack("Work");
    let worker = QueueWorker::new(&vpc, image()).queue(&jobs).cluster(&cluster).alarms(&on_call);
    let worker = work.add("Worker", worker);
    let report = ScheduledTask::new(&vpc, image(), Schedule::cron("0 3 * * ? *")).cluster(&cluster);
    let report = work.add("Report", report.alarms(&on_call));
    work.connect(&worker, &server);
    work.connect(&worker, &api.service);
    work.connect(&report, &db);
    work.connect(&report, &files);
    work.grant(&report, uploads.read());
    work.grant(&worker, orders.write());

    let mut operations = app.stack("Operations");
    let dashboard = Dashboard::new()
        .show("Load balancer", &alb)
        .show("Api", &api)
        .show("Worker", &worker)
        .show("Report", &report)
        .show("Orders", &orders)
        .show("Db", &db)
        .show("Server", &server)
        .show("Documents", &documents)
        .show("Cache", &cache)
        .show("Jobs", &jobs)
        .logs("Errors", "filter @message like /ERROR/", [&api.service.logs, &worker.service.logs]);
    operations.add("Dashboard", dashboard);
    operations.add("Errors", LogQuery::containing("ERROR").over([&api.service.logs, &pages.service.logs]));
    operations
        .add("Backup", BackupPlan::new().of(&orders).of(&db).of(&server).of(&documents).alarms(&on_call));
    let deployer = operations.add("Deployer", GithubDeployRole::for_branch("example/shop", "main"));
    operations.grant(&deployer, api.service.update());
    app
}

/// The same services on what was made elsewhere.
fn beside_what_exists(stage: &Stage) -> App {
    let mut app = App::new("shop", stage);
    app.cost_tags([("owner", "shop team")]);
    let mut web = app.stack("Web");
    let topic = "arn:aws:sns:eu-west-1:111111111111:on-call";
    let on_call = OnCallRef::existing(topic, "shop team", "https://wiki.example.com/runbooks");
    let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
        .with_public_subnets(["subnet-0a", "subnet-0b"])
        .with_private_subnets(["subnet-1a", "subnet-1b"]);
    let images = RepositoryRef::existing("shop");
    let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
    let api = PublicAlbService::new(&vpc, Image::from_ecr_tag(&images, "1.4.2"))
        .cluster(&ClusterRef::existing("shared"))
        .domain("shop.example.com", &zone)
        .port(port!(8080))
        .health_check("/healthz")
        .secret(
            "TOKEN",
            SecretRef::existing("arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-AbCdEf").whole(),
        )
        .secret("KEY", SecureParameter::existing("/shop/key").value())
        .alarms(&on_call);
    let api = web.add("Api", api);
    let office = External::cidr("office", cidr!("198.51.100.0/24")).port(port!(5432));
    web.connect(&api, &office);
    web.grant(&api, BucketRef::existing("shop-uploads").read());
    web.grant(&api, QueueRef::existing("jobs").send());
    app
}

#[test]
fn stacks_of_all_constructs_close_no_circle() {
    for stage in [Stage::new("dev").region("eu-west-1"), Stage::new("prod").region("eu-west-1").protected()] {
        assert_eq!(testing::findings(shop(&stage)), "", "in {}", stage.name);
        let templates = testing::render(shop(&stage));
        let order: Vec<&str> =
            templates.lines().filter_map(|line| line.strip_prefix("# ")?.split(' ').next()).collect();
        assert_eq!(order, ["Base", "Data", "Web", "Work", "Operations"]);
    }
}

#[test]
fn services_live_beside_what_exists() {
    for stage in [Stage::new("dev").region("eu-west-1"), Stage::new("prod").region("eu-west-1").protected()] {
        assert_eq!(testing::findings(beside_what_exists(&stage)), "", "in {}", stage.name);
    }
}
