//! Tasks as services run them: what their definitions say, and what is refused.

use formwork_synth::{App, Grant, Scope, SecretValue, Stage, cidr, port, testing};

use crate::{
    AccessPoint, AccessPointRef, Architecture, ContainerHealth, ContainerState, FargateService, FileSystem,
    Image, Logging, OneOffTask, Repository, RepositoryRef, Sidecar, Vpc, VpcRef, task_size,
    testing::{any_combination, snapshot},
};

fn secret(name: &str) -> SecretValue {
    let arn = format!("arn:aws:secretsmanager:eu-west-1:123456789012:secret:{name}");
    SecretValue::new(&arn, Grant::allow(["secretsmanager:GetSecretValue"], [&arn]))
}

fn busybox() -> Image {
    Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0")
}

#[test]
fn task() {
    snapshot("task", |shop| {
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        let images = shop.add("Images", Repository::new());
        let health =
            ContainerHealth::shell("curl -fs http://localhost:8080/healthz").every(10).start_period(60);
        let assets =
            Sidecar::new("assets", Image::from_ecr_tag(&images, "1.4.2")).command(["collect"]).runs_first();
        let api = FargateService::new(&vpc, Image::from_ecr_tag(&images, "1.4.2"))
            .no_alarms("a test")
            .port(port!(8080))
            .size(task_size!(512, 1024))
            .ephemeral_storage(50)
            .env("MODE", "api")
            .harmless_env("PUBLIC_TOKEN", "pk_0815", "it is printed on every page")
            .secret("DB_PASSWORD", secret("db-AbCdEf"))
            .entry_point(["/entrypoint"])
            .command(["serve"])
            .working_directory("/srv")
            .user("1000:1000")
            .container_health_check(health)
            .start_timeout(90)
            .open_files(65_536)
            .writable("/var/cache/api")
            .in_memory("/run", 16)
            .exec()
            .logging(Logging::datadog(&secret("datadog-AbCdEf")))
            .sidecar(assets)
            .sidecar(Sidecar::datadog(&secret("datadog-AbCdEf")))
            .sidecar(Sidecar::open_telemetry("receivers: {}").starts_first());
        shop.add("Api", api);
    });
}

#[test]
fn image() {
    snapshot("image", |shop| {
        let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
            .with_private_subnets(["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]);
        let ours = RepositoryRef::existing("api");
        let digest = format!("sha256:{}", "0123456789abcdef".repeat(4));
        let login = secret("registry-AbCdEf");
        let mut add =
            |id: &str, image: Image| drop(shop.add(id, FargateService::new(&vpc, image).no_alarms("a test")));
        add("Digest", Image::from_ecr(&ours, digest).architecture(Architecture::Arm64));
        add("Parameter", Image::from_parameter(&ours, "ImageTag"));
        add("Ssm", Image::from_ssm_parameter("/shop/api/image").pulled_from(&ours));
        add("Private", Image::from_registry("registry.example.com/api:7").registry_login(login));
        add("Elsewhere", Image::managed_elsewhere(busybox()).pulled_from(&ours));
    });
}

#[test]
fn any_task() {
    any_combination(|shop, pick| {
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        let images = shop.add("Images", Repository::new());
        let files = shop.add("Files", FileSystem::new(&vpc));
        let directory = shop.add("Directory", AccessPoint::new(&files, "/data"));
        let image = pick.one(&[
            busybox(),
            Image::from_directory("api"),
            Image::from_ecr(&images, format!("sha256:{}", "0".repeat(64))),
            Image::from_ecr_tag(&images, "main"),
            Image::from_parameter(&images, "Tag"),
            Image::from_ssm_parameter("/api/image"),
        ]);
        let image = pick.maybe(image, Image::managed_elsewhere);
        let image = pick.maybe(image, |image| image.architecture(Architecture::X86_64));
        let mut task = FargateService::new(&vpc, image).no_alarms("a test").size(task_size!(1024, 4096));
        task = pick.maybe(task, |task| task.port(port!(8080)));
        task = pick.maybe(task, |task| task.ephemeral_storage(21));
        task = pick.maybe(task, |task| task.env("A", "1"));
        task = pick.maybe(task, |task| task.harmless_env("A_TOKEN", "1x", "it is public"));
        task = pick.maybe(task, |task| task.secret("B", secret("b-AbCdEf")));
        task = pick.maybe(task, |task| task.entry_point(["/run"]));
        task = pick.maybe(task, |task| task.command(["now"]));
        task = pick.maybe(task, |task| task.working_directory("/srv"));
        task = pick.maybe(task, |task| task.user("nobody"));
        task = pick.maybe(task, |task| task.container_health_check(ContainerHealth::command(["/well"])));
        task = pick.maybe(task, |task| task.start_timeout(120).stop_timeout(120));
        task = pick.maybe(task, |task| task.init().open_files(1024));
        task = pick.maybe(task, |task| task.writable("/var/cache").in_memory("/run", 16));
        task = pick.maybe(task, |task| task.writable_root("it unpacks itself"));
        task = pick.maybe(task, |task| task.mount(&directory, "/data"));
        task = pick.maybe(task, |task| task.mount(&directory, "/tmp"));
        task = pick.one(&[task.clone(), task.clone().exec(), task.fault_injection()]);
        task = pick.maybe(task, |task| task.logging(Logging::firelens("null").option("Match", "*")));
        task = pick.maybe(task, |task| task.sidecar(Sidecar::datadog(&secret("datadog-AbCdEf"))));
        task = pick.maybe(task, |task| task.sidecar(Sidecar::open_telemetry("receivers: {}").starts_first()));
        let own = Sidecar::new("own", busybox()).port(port!(9000));
        let own = pick.maybe(own, Sidecar::starts_again);
        let own = pick.maybe(own, Sidecar::starts_first);
        let own = pick.maybe(own, Sidecar::runs_first);
        let own = pick.maybe(own, |own| own.reserve(128, 256).mount(&directory, "/data"));
        shop.add("Task", pick.maybe(task, |task| task.sidecar(own)));
    });
}

#[test]
fn a_service_names_the_family_where_a_pipeline_makes_the_revisions() {
    let names_family = |change: fn(FargateService) -> FargateService| {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        shop.add("Api", change(FargateService::new(&vpc, busybox())));
        testing::render(app)
            .contains("\"TaskDefinition\": {\n          \"Fn::Sub\": \"${AWS::StackName}-Api\"")
    };
    assert!(!names_family(|api| api.sidecar(Sidecar::new("own", busybox()))));
    assert!(names_family(|api| api.sidecar(Sidecar::new("own", Image::managed_elsewhere(busybox())))));
}

/// What is found in a stack with one service of which something is wrong.
fn findings(build: impl FnOnce(&mut Scope<'_>, FargateService) -> FargateService) -> String {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", Vpc::across_azs(2));
    let service = FargateService::new(&vpc, busybox()).no_alarms("a test");
    let service = build(&mut shop, service);
    shop.add("Api", service);
    testing::findings(app)
}

#[track_caller]
fn refused(code: &str, message: &str, change: impl FnOnce(FargateService) -> FargateService) {
    let found = findings(|_, service| change(service));
    assert!(found.contains(code) && found.contains(message), "{found}");
    assert_eq!(found.lines().count(), 1, "nothing else is wrong:\n{found}");
}

#[test]
fn a_literal_credential_is_refused_and_not_shown() {
    refused("FW3520", "`DB_PASSWORD` is named like a credential", |api| api.env("DB_PASSWORD", "hunter2"));
    refused("FW3520", "a password in a URL", |api| api.env("DB", "postgres://app:hunter2@db/shop"));
    let in_sidecar =
        |api: FargateService| api.sidecar(Sidecar::new("own", busybox()).env("API_KEY", "hunter2"));
    refused("FW3520", "`API_KEY`", in_sidecar);
    let to_vendor =
        |api: FargateService| api.logging(Logging::firelens("datadog").option("apikey", "hunter2"));
    refused("FW3520", "the plain option `apikey`", to_vendor);
    let found = findings(|shop, api| {
        let image = Image::from_directory("api").build_arg("NPM_TOKEN", "hunter2");
        shop.add(
            "Other",
            FargateService::new(&VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16")), image)
                .public_ip(),
        );
        api
    });
    assert!(found.contains("the build argument `NPM_TOKEN`"), "{found}");
    let found = findings(|_, api| api.env("DB_PASSWORD", "hunter2"));
    assert!(!found.contains("hunter2"), "{found}");
    let found = findings(|_, api| api.harmless_env("DB_PASSWORD", "hunter2", "the database is a fake one"));
    assert_eq!(found, "");
}

#[test]
fn an_image_has_a_name() {
    for (image, what) in [
        (Image::from_ecr(&RepositoryRef::existing("api"), "latest"), "`latest` is no digest"),
        (Image::from_ecr_tag(&RepositoryRef::existing("api"), "-x"), "`-x` is no tag"),
    ] {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        shop.add("Api", FargateService::new(&vpc, image).no_alarms("a test"));
        let found = testing::findings(app);
        assert!(found.contains("FW3521") && found.contains(what), "{found}");
    }
}

#[test]
fn a_volume_has_a_place() {
    refused("FW3522", "`cache` is no path", |api| api.writable("cache"));
    refused("FW3522", "`/` is no path", |api| api.writable("/"));
    refused("FW3522", "two volumes", |api| api.writable("/tmp").in_memory("/tmp", 10));
    refused("FW3522", "has no memory", |api| api.in_memory("/run", 0));
    let found = findings(|shop, api| {
        let vpc = shop.add("Other", Vpc::across_azs(2));
        let files = shop.add("Files", FileSystem::new(&vpc));
        let directory = shop.add("Directory", AccessPoint::new(&files, "/data"));
        api.writable("/data").mount(&directory, "/data")
    });
    assert!(found.contains("FW3522") && found.contains("two volumes"), "{found}");
}

#[test]
fn a_health_check_keeps_to_the_bounds() {
    let health = || ContainerHealth::command(["/well"]);
    refused("FW3523", "`.every(4)`", |api| api.container_health_check(health().every(4)));
    refused("FW3523", "`.timeout(61)`", |api| api.container_health_check(health().timeout(61)));
    refused("FW3523", "`.retries(0)`", |api| api.container_health_check(health().retries(0)));
    refused("FW3523", "`.start_period(301)`", |api| api.container_health_check(health().start_period(301)));
    refused("FW3523", "runs nothing", |api| api.container_health_check(ContainerHealth::shell(" ")));
    refused("FW3523", "121 seconds to start", |api| api.start_timeout(121));
}

#[test]
fn no_container_waits_for_ever() {
    let own = || Sidecar::new("own", busybox());
    let after = |state| move |api: FargateService| api.sidecar(own()).after_container("own", state);
    refused("FW3524", "has no health check", after(ContainerState::Healthy));
    refused("FW3524", "would end the task", after(ContainerState::Completed));
    refused("FW3524", "`app` after `own` after `app`", |api| {
        api.sidecar(own().starts_first().after_container("app", ContainerState::Started))
    });
    refused("FW3013", "there is no container `others`", |api| {
        api.after_container("others", ContainerState::Started)
    });
}

#[test]
fn a_sidecar_fits_the_task() {
    refused("FW3525", "cannot be the name", |api| api.sidecar(Sidecar::new("my.proxy", busybox())));
    refused("FW3525", "512 MiB of memory", |api| {
        api.sidecar(Sidecar::new("own", busybox()).reserve(10, 512))
    });
    let arm = || busybox().architecture(Architecture::Arm64);
    refused("FW3526", "built for Arm64", |api| api.sidecar(Sidecar::new("own", arm())));
    refused("FW3527", "20 GiB", |api| api.ephemeral_storage(20));
}

#[test]
fn an_experiment_and_a_shell_exclude_each_other() {
    refused("FW3529", "ECS Exec", |api| api.exec().fault_injection());
}

#[test]
fn the_order_of_sidecars_changes_nothing() {
    let template = |names: [&str; 3]| {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        let sidecars = names.map(|name| Sidecar::new(name.to_owned(), busybox()).writable("/var/cache"));
        let api = sidecars.into_iter().fold(FargateService::new(&vpc, busybox()), FargateService::sidecar);
        shop.add("Api", api);
        testing::render(app)
    };
    assert_eq!(template(["a", "b", "c"]), template(["c", "a", "b"]));
}

fn once(directory: &AccessPointRef) -> OneOffTask {
    OneOffTask::new("Once", busybox()).mount(directory, "/data")
}

#[test]
fn what_runs_before_a_deployment_reaches_what_it_mounts() {
    let rules = |change: fn(FargateService, &AccessPointRef) -> FargateService| {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        let files = shop.add("Files", FileSystem::new(&vpc));
        let directory = shop.add("Directory", AccessPoint::new(&files, "/data"));
        shop.add("Api", change(FargateService::new(&vpc, busybox()), &directory));
        testing::render(app).matches("AWS::EC2::SecurityGroupIngress").count()
    };
    assert_eq!(rules(|api, _| api), 0);
    assert_eq!(rules(|api, directory| api.run_before_deploy(once(directory))), 1);
    assert_eq!(rules(|api, directory| api.mount(directory, "/data").run_before_deploy(once(directory))), 1);
}
