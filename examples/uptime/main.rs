//! A monitor of websites: a page, workers that scale on their backlog, a report by night, an Aurora cluster with readers: story 4.
//!
//! What may be interrupted runs on Spot. A pipeline builds `app` and pushes it to the repository. Run it with
//! `cargo run --example uptime -- synth --stage prod`.

use formwork::prelude::*;

fn main() -> ExitCode {
    formwork::stages(stages()).main(app)
}

/// Where the app lives: one account and region a stage.
pub fn stages() -> [Stage; 2] {
    [
        Stage::new("dev").account("111111111111").region("eu-west-1"),
        Stage::new("prod").account("222222222222").region("eu-central-1").protected(),
    ]
}

/// The app for one stage.
pub fn app(stage: &Stage) -> App {
    let mut app = App::new("uptime", stage);
    app.cost_tags([("cost-report-tags", "uptime")]);
    let images = app.stack("Images").add("Uptime", Repository::new());
    let mut uptime = app.stack("Uptime");

    let on_call = OnCall::new("uptime team", "https://wiki.example.com/runbooks").email("uptime@example.com");
    let on_call = uptime.add("OnCall", on_call);
    let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "uptime.example.com");
    let domain = if stage.is_protected() { "uptime.example.com" } else { "dev.uptime.example.com" };
    let vpc = uptime.add("Vpc", Vpc::across_azs(2).isolated_subnets());
    let cluster = uptime.add("Cluster", Cluster::new());
    let tag = uptime.parameter("ImageTag", Parameter::text().description("the tag of the image to deploy"));
    let image = || Image::from_ecr_tag(&images, &tag);
    let db = AuroraCluster::postgres(&vpc).database("uptime").readers(1..=4).alarms(&on_call);
    let db = uptime.add("Db", db);

    let web = PublicAlbService::new(&vpc, image())
        .cluster(&cluster)
        .domain(domain, &zone)
        .waf(WebAcl::baseline())
        .port(port!(8000))
        .health_check("/healthz")
        .capacity(Capacity::Spot)
        .scale(2..=10)
        .scale_on_cpu(80)
        .env("DB_HOST", &db.endpoint)
        .secret("DB_PASSWORD", db.secret.field("password"))
        .run_before_deploy(["python", "uptime.py", "migrate"])
        .alarms(&on_call);
    let web = uptime.add("Web", web);
    let worker = QueueWorker::new(&vpc, image())
        .cluster(&cluster)
        .command(["python", "uptime.py", "work"])
        .scale(1..=20)
        .env("DB_HOST", &db.endpoint)
        .secret("DB_PASSWORD", db.secret.field("password"))
        .alarms(&on_call);
    let worker = uptime.add("Worker", worker);
    let report = ScheduledTask::new(&vpc, image(), Schedule::cron("0 3 * * ? *"))
        .cluster(&cluster)
        .command(["python", "uptime.py", "report"])
        .env("DB_HOST", &db.endpoint)
        .secret("DB_PASSWORD", db.secret.field("password"))
        .alarms(&on_call);
    let report = uptime.add("Report", report);

    uptime.connect(&web, &db);
    uptime.connect(&worker, &db);
    uptime.connect(&report, &db);
    uptime.output("Url", &web.url).description("where the results are");
    app
}
