//! Infrastructure that cannot be. Kept apart, because the snapshots name their lines.

use formwork::{
    cfn::{
        ec2, ecs,
        s3::{self, bucket},
    },
    prelude::*,
};

/// What no type forbids about a service and its network.
#[expect(clippy::reversed_empty_ranges, reason = "that is the mistake")]
pub fn services(stage: &Stage) -> App {
    let mut app = App::new("shop", stage);
    let mut shop = app.stack("Shop");
    let one_zone = shop.add("OneZone", Vpc::across_azs(1).public_only());
    shop.add("Nowhere", Vpc::across_azs(9).cidr(cidr!("10.0.0.0/24")));
    let image = || Image::from_registry("public.ecr.aws/nginx/nginx:1.29");
    shop.add("Bare", PublicAlbService::new(&one_zone, image()));
    let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
    let password =
        SecretValue::new("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db", Grant::default());
    shop.add(
        "Api",
        PublicAlbService::new(&one_zone, image())
            .port(port!(8080))
            .health_check("healthz")
            .domain("api.example.org", &zone)
            .public_ip()
            .scale(4..=2)
            .scale_on_cpu(120)
            .env("DB_PASSWORD", "hunter2")
            .secret("DB_PASSWORD", password)
            .env("A=B", "c")
            .stop_timeout(600),
    );
    let image = image().target("release").dockerfile("Dockerfile.release");
    shop.add("Worker", FargateService::new(&one_zone, image).public_ip().count(3).scale_on_cpu(60));
    shop.add("Orders", Table::new("id").sort_key("placed", KeyType::Number).index("by-placed", "placed"));
    app
}

/// Wires that lead nowhere, in a circle, or to another app.
pub fn wires(stage: &Stage) -> App {
    let mut other = App::new("other", stage);
    let mut elsewhere = other.stack("Elsewhere");
    for index in 0..60 {
        elsewhere.add(format!("Topic{index}"), RawResource::new("AWS::SNS::Topic"));
    }
    let foreign = elsewhere.add("Table", Table::new("id"));

    let mut app = App::new("shop", stage);
    let mut data = app.stack("Data");
    let orders = data.add("Orders", Table::new("id"));
    let writer = data.add("Writer", Role::for_service("lambda.amazonaws.com"));
    let mut web = app.stack("Web");
    let reader = web.add("Reader", Role::for_service("lambda.amazonaws.com"));
    let visits = web.add("Visits", Table::new("id"));
    let vpc = web.add("Vpc", Vpc::across_azs(2));
    let worker = web.add("Worker", FargateService::new(&vpc, Image::from_registry("busybox:1")));
    web.connect(&worker, &worker);
    web.grant(&reader, orders.read());
    web.grant(&reader, foreign.read());
    let mut more = app.stack("More");
    more.add("Alerts", RawResource::new("AWS::SNS::Topic"));
    more.grant(&writer, visits.write());
    if let Some(table) = &orders.resource {
        app.stack("Ring").modify(table, |table| table.table_name(sub!("{}-orders", &visits.name)));
    }
    app
}

/// Resources that CloudFormation would refuse, typed, raw and overridden.
pub fn resources(stage: &Stage) -> App {
    let mut app = App::new("shop", stage);
    let mut shop = app.stack("Shop");
    shop.add("Raw", RawResource::new("AWS::S3::Buckt"));
    shop.add("Misspelt", RawResource::new("AWS::S3::Bucket").property("BuketName", "x"));
    shop.add("ReadOnly", RawResource::new("AWS::S3::Bucket").property("Arn", "arn:aws:s3:::x"));
    let rules = [bucket::Rule::new().status(raw("On"))];
    let lifecycle = bucket::LifecycleConfiguration::new().rules(rules);
    shop.add("Enum", s3::Bucket::new().bucket_name("Not_A_Bucket").lifecycle_configuration(lifecycle));
    shop.add("Bounds", ec2::Volume::new().iops(-5).override_at("/Properties/Sizze/Value", 5));
    let nothing = ecs::task_definition::ContainerDefinition::new().assume_complete();
    shop.add("Missing", ecs::TaskDefinition::new().container_definitions([nothing]));
    let first = shop.add("First", RawResource::new("AWS::SNS::Topic"));
    let second = shop.add("Second", RawResource::new("AWS::SNS::Topic").depends_on(&first));
    shop.modify_raw(&first, |topic| topic.options.depends_on.push(Handle::id(&second)));
    app
}
