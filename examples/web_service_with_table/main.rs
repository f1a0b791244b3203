//! A web service behind a load balancer that counts visits in a table: story 1.
//!
//! Tasks run in public subnets without NAT, and only the load balancer reaches them. Run it with
//! `cargo run --example web_service_with_table -- synth --stage prod`.

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
    let mut app = App::new("visits", stage);
    app.cost_tags([("owner", "web team")]);
    let mut web = app.stack("Web");

    let vpc = web.add("Vpc", Vpc::across_azs(2).public_only());
    let on_call = web.add("OnCall", OnCall::new("web", "https://example.com/help").email("web@example.com"));
    let visits = web.add("Visits", Table::new("path").alarms(&on_call));
    let site = PublicAlbService::new(&vpc, Image::from_directory("examples/web_service_with_table/app"))
        .insecure_http("the example has no domain to get a certificate for")
        .port(port!(8080))
        .health_check("/healthz")
        .public_ip()
        .scale(2..=10)
        .scale_on_cpu(70)
        .scale_on_memory(70)
        .env("TABLE_NAME", &visits.name)
        .alarms(&on_call);
    let site = web.add("Site", site);
    web.grant(&site, visits.read_write());
    web.output("Url", &site.url).description("where the service is reached");
    app
}
