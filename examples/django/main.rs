//! A Django project with PostgreSQL, its names and password in Parameter Store, and static files behind CloudFront: story 3.
//!
//! CloudFront redirects to HTTPS and forwards what is not static; a migration runs before a new version takes requests.
//! A pipeline builds `app` and pushes it to the repository. Run it with
//! `cargo run --example django -- synth --stage production`.

use formwork::prelude::*;

fn main() -> ExitCode {
    formwork::stages(stages()).main(app)
}

/// Where the app lives. CloudFront takes certificates of `us-east-1`, and the load balancer those of its own region: there, one serves both.
pub fn stages() -> [Stage; 2] {
    [
        Stage::new("staging").account("111111111111").region("us-east-1"),
        Stage::new("production").account("222222222222").region("us-east-1").protected(),
    ]
}

/// The app for one stage.
pub fn app(stage: &Stage) -> App {
    let project = "team-task";
    let names = ParameterNames::new(project, &stage.name);
    let certificate = match &*stage.name {
        "production" => "arn:aws:acm:us-east-1:222222222222:certificate/01234567-89ab-cdef-0123-456789abcdef",
        _ => "arn:aws:acm:us-east-1:111111111111:certificate/fedcba98-7654-3210-fedc-ba9876543210",
    };
    let mut app = App::new(project, stage);
    app.cost_tags([("project", project)]);
    let images = app.stack("Images").add("Team", Repository::new().keep(15));
    let mut team = app.stack("Team");

    let on_call = OnCall::new("task team", "https://wiki.example.com/runbooks").email("tasks@example.com");
    let on_call = team.add("OnCall", on_call);
    let vpc = team.add("Vpc", Vpc::across_azs(3));
    let credentials = SecureCredentials {
        database: names.parameter("postgres_db"),
        user: names.parameter("database_username"),
        password: names.parameter("database_password"),
    };
    let db = RdsInstance::postgres(&vpc).private_subnets().credentials(credentials.clone()).alarms(&on_call);
    let db = team.add("Db", db);

    let web = PublicAlbService::new(&vpc, Image::from_parameter(&images, "ImageTag"))
        .certificate(certificate)
        .forward_both("CloudFront redirects to HTTPS")
        .port(port!(8000))
        .health_check("/healthz")
        .scale(2..=6)
        .env("DB_HOST", &db.endpoint)
        .secret("POSTGRES_DB", credentials.database.value())
        .secret("DATABASE_USERNAME", credentials.user.value())
        .secret("DATABASE_PASSWORD", credentials.password.value())
        .secret("SECRET_KEY", names.parameter("secret_key").value())
        .run_before_deploy(["python", "manage.py", "migrate"])
        .alarms(&on_call);
    let web = team.add("Web", web);
    team.connect(&web, &db);

    let site = StaticSite::from_directory("examples/django/public")
        .alias("tasks.example.com")
        .certificate(certificate)
        .files_under("/static/*", &web)
        .alarms(&on_call);
    let site = team.add("Site", site);
    team.output("Url", &site.url).description("where the tasks are");
    app
}
