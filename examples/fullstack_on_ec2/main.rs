//! A client in a bucket and an API on instances of one's own behind one distribution, with a cache, MongoDB elsewhere, Datadog, and
//! deployments from GitHub: story 2.
//!
//! Run it with `cargo run --example fullstack_on_ec2 -- synth --stage prod`.

use formwork::prelude::*;

fn main() -> ExitCode {
    formwork::stages(stages()).main(app)
}

/// Where the app lives: one account a stage.
pub fn stages() -> [Stage; 3] {
    [
        Stage::new("dev").account("111111111111").region("eu-west-1"),
        Stage::new("demo").account("111111111111").region("eu-west-1"),
        Stage::new("prod").account("222222222222").region("eu-west-1").protected(),
    ]
}

/// The app for one stage.
pub fn app(stage: &Stage) -> App {
    let mut app = App::new("shop", stage);
    app.cost_tags([("owner", "shop team")]);
    let team = OnCall::new("shop team", "https://wiki.example.com/runbooks").email("shop@example.com");
    let edge_on_call = app.add("EdgeOnCall", Stack::new().region("us-east-1")).add("OnCall", team.clone());
    let mut shop = app.stack("Shop");

    let on_call = shop.add("OnCall", team);
    let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
    let vpc = shop.add("Vpc", Vpc::across_azs(2));
    let images = shop.add("Images", Repository::new());
    let artefacts = shop.add("Artefacts", Bucket::new());
    let cluster = shop.add("Cluster", Cluster::new());
    let instances =
        shop.add("Instances", AutoScalingCapacity::new(&vpc, ["m7i.large", "m6i.large"]).cluster(&cluster));
    let cache = shop.add("Cache", Cache::valkey(&vpc).private_subnets().alarms(&on_call));
    let mongo = shop.add("Mongo", Secret::put_in_by_hand("the URI of the MongoDB cluster"));
    let datadog = shop.add("Datadog", Secret::put_in_by_hand("the API key of Datadog"));

    let sample = Image::from_registry("public.ecr.aws/aws-containers/hello-app-runner:latest");
    let api = PublicAlbService::new(&vpc, Image::managed_elsewhere(sample).pulled_from(&images))
        .on_instances(&instances)
        .writable_root("the sample image writes where it likes")
        .ingress(Ingress::VpcOrigin)
        .insecure_http("CloudFront reaches it inside the VPC only")
        .port(port!(8000))
        .health_check("/")
        .scale(1..=8)
        .env("CACHE_HOST", &cache.endpoint)
        .secret("MONGO_URI", mongo.whole())
        .sidecar(Sidecar::datadog(&datadog.whole()))
        .alarms(&on_call);
    let api = shop.add("Api", api);
    shop.connect(&api, &cache);

    let domain =
        if stage.is_protected() { "shop.example.com".into() } else { format!("{}.example.com", stage.name) };
    let site = StaticSite::from_directory("examples/fullstack_on_ec2/client")
        .domain(domain, &zone)
        .behavior("/api/*", &api)
        .alarms(&edge_on_call);
    let site = shop.add("Site", site);

    let jobs = shop.add("DeployRole", GithubDeployRole::for_branch("example/shop", "main"));
    let may = images.push().and(api.service.update()).and(site.publish()).and(artefacts.read_write());
    shop.grant(&jobs, may);
    shop.output("DeployRoleArn", &jobs.arn);
    shop.output("EcrRepositoryUri", &images.uri);
    shop.output("EcsClusterName", &cluster.name);
    shop.output("EcsServiceName", &api.service.name);
    shop.output("EcsFamilyName", &api.service.family);
    shop.output("Url", &site.url).description("where the shop is");
    app
}
