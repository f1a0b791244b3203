//! A site as a careful team runs it: canary deployments behind an end-to-end test, rollback on alarms, a dashboard, one place for all
//! logs, backups, chaos and a stage to test the load on: story 5.
//!
//! A pipeline builds `app` and pushes it to the repository. Run it with `cargo run --example production_site -- synth --stage prod`.

use formwork::prelude::*;

fn main() -> ExitCode {
    formwork::stages(stages()).main(app)
}

/// Where the app lives: one account a stage. Load is tested on what is as large as production and can be deleted.
pub fn stages() -> [Stage; 3] {
    [
        Stage::new("dev").account("111111111111").region("eu-west-1"),
        Stage::new("load-test").account("111111111111").region("eu-west-1"),
        Stage::new("prod").account("222222222222").region("eu-west-1").protected(),
    ]
}

/// The app for one stage.
pub fn app(stage: &Stage) -> App {
    let mut app = App::new("site", stage);
    app.cost_tags([("owner", "site team")]);
    let images = app.stack("Images").add("Site", Repository::new());
    let mut site = app.stack("Site");

    let on_call = OnCall::new("site team", "https://wiki.example.com/runbooks").email("site@example.com");
    let on_call = site.add("OnCall", on_call);
    let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
    let domain =
        if stage.is_protected() { "www.example.com".into() } else { format!("{}.example.com", stage.name) };
    let vpc = site.add("Vpc", Vpc::across_azs(3));
    let visitors = site.add("Visitors", Table::new("id").alarms(&on_call));
    let session_key = site.add("SessionKey", Secret::generated());

    let test = OneOffTask::new("EndToEnd", Image::from_directory("examples/production_site/e2e")).timeout(10);
    let web = PublicAlbService::new(&vpc, Image::from_parameter(&images, "ImageTag"))
        .domain(domain, &zone)
        .port(port!(8080))
        .health_check("/healthz")
        .size(task_size!(512, 1024))
        .capacity(Capacity::Mix { base: 2, on_demand: 1, spot: 3 })
        .scale(if stage.name == "dev" { 1..=2 } else { 3..=12 })
        .scale_on_cpu(70)
        .deployment(Deployment::Canary { percent: 10.0, canary_minutes: 10, bake_minutes: 15 })
        .test_before_traffic(test)
        .env("TABLE_NAME", &visitors.name)
        .secret("SESSION_KEY", session_key.whole())
        .alarms(&on_call);
    let web = site.add("Web", web);
    site.grant(&web, visitors.read_write());

    let logs = [&web.service.logs];
    let errors =
        "fields @timestamp, @logStream, @message | filter @message like /(?i)error/ | sort @timestamp desc";
    site.add("Errors", LogQuery::new(errors).over(logs));
    let dashboard = Dashboard::new()
        .on_call(&on_call)
        .show("Web", &web)
        .show("Visitors", &visitors)
        .logs("Errors", errors, logs);
    let dashboard = site.add("Dashboard", dashboard);
    site.add("Backup", BackupPlan::new().of(&visitors).alarms(&on_call));
    if !stage.is_protected() {
        let failures = Metric::new("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", Statistic::Sum)
            .dimension("LoadBalancer", &web.load_balancer.full_name);
        let failures = Alarm::above(failures, 10, "visitors notice the experiment").periods(1).tell(&on_call);
        let failures = site.add("VisitorsNotice", failures);
        site.add("Chaos", ChaosExperiment::new(Fault::stop_tasks(&web.service, 50), &failures));
    }
    site.output("Url", &web.url).description("where the site is");
    site.output("DashboardUrl", &dashboard.url).description("how it is doing");
    app
}
