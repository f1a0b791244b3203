//! What a server is made of, and what it refuses.

use formwork_synth::{App, Stage, port, testing::findings};

use super::*;
use crate::{
    Dashboard, DatabaseProxy, KeyRef, OnCall, OnCallRef, ParameterNames, PostgresVersion, Role, Vpc,
    testing::{any_combination, snapshot},
};

fn credentials() -> SecureCredentials {
    let names = ParameterNames::new("team-task", "production");
    SecureCredentials {
        database: names.parameter("postgres_db"),
        user: names.parameter("database_username"),
        password: names.parameter("database_password"),
    }
}

#[test]
fn rds_instance() {
    snapshot("rds_instance", |shop| {
        let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
        let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
        let db = RdsInstance::postgres(&vpc).database("orders").alarms(&on_call);
        let db = shop.add("Db", db);
        let worker = shop.add("Worker", crate::SecurityGroup::new(&vpc, "the worker"));
        let role = shop.add("Role", Role::for_service("lambda.amazonaws.com"));
        shop.add("Dashboard", Dashboard::new().show("Db", &db));
        shop.connect(&worker, &db);
        shop.grant(&role, db.password.read());
        shop.grant(&role, db.connect_as("reports"));
    });
}

#[test]
fn rds_instance_from_elsewhere() {
    snapshot("rds_instance_options", |shop| {
        let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        let key =
            KeyRef::existing("arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f");
        let tasks = RdsInstance::postgres(&vpc).private_subnets().credentials(credentials()).key(&key);
        let tasks = shop.add("Tasks", tasks.alarms(&on_call));
        let reader = shop.add("Reader", Role::for_service("lambda.amazonaws.com"));
        shop.grant(&reader, tasks.password.read());
        let reports = RdsInstance::mysql(&vpc)
            .private_subnets()
            .port(port!(3307))
            .class(InstanceClass::r8g(InstanceSize::XLarge))
            .storage(200..=1000)
            .one_zone("a copy of what lies elsewhere")
            .restore(Restore::snapshot("reports-2026-11-21"))
            .rotate_every(30)
            .parameter("max_connections", "500")
            .alarms(&on_call);
        let reports = shop.add("Reports", reports);
        let proxy = DatabaseProxy::new(&vpc, &reports).private_subnets().iam_only();
        shop.add("Proxy", proxy.no_alarms("a test"));
    });
}

#[test]
fn any_instance() {
    any_combination(|shop, pick| {
        let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
        let engine = pick.one(&[
            DatabaseEngine::Postgres(PostgresVersion::V14),
            DatabaseEngine::Postgres(PostgresVersion::V17),
            DatabaseEngine::Postgres(PostgresVersion::V18),
            DatabaseEngine::MySql(MySqlVersion::V8_4),
        ]);
        let on_call =
            OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
        let key =
            KeyRef::existing("arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f");
        let mut db = RdsInstance::new(&vpc, engine);
        db = if pick.flip() { db.alarms(&on_call) } else { db.no_alarms("none") };
        db = pick.maybe(db, |db| db.class(InstanceClass::named("db.x2g.large")));
        db = pick.maybe(db, |db| db.storage(20..=22));
        db = pick.maybe(db, RdsInstance::multi_az);
        db = pick.maybe(db, |db| db.one_zone("a test"));
        db = pick.maybe(db, RdsInstance::private_subnets);
        db = pick.maybe(db, RdsInstance::os_metrics);
        db = pick.maybe(db, |db| db.insights(DatabaseInsights::Advanced));
        db = pick.maybe(db, |db| db.statement_timeout(1000));
        db = match pick.one(&[0, 1, 2, 3]) {
            0 => db.database("orders").user("owner").rotate_every(14).key(&key),
            1 => db.restore(Restore::snapshot("orders")),
            2 => db.credentials(credentials()),
            _ => db.restore(Restore::point_in_time("orders", RestoreTime::At("2026-11-21T08:00:00Z".into()))),
        };
        shop.add("Db", db);
    });
}

fn found(change: impl Fn(RdsInstance) -> RdsInstance) -> String {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
    shop.add("Db", change(RdsInstance::postgres(&vpc)));
    findings(app)
}

#[test]
fn storage_has_room_to_grow() {
    assert_eq!(found(|db| db.storage(20..=22)), "");
    for (least, most) in [(20, 21), (19, 100), (20, 65_537), (100, 20)] {
        assert!(found(|db| db.storage(least..=most)).contains("FW3558"), "{least}..={most}");
    }
}

#[test]
fn names_come_from_one_place() {
    assert!(found(|db| db.credentials(credentials()).user("owner")).contains("FW3557"));
    assert!(found(|db| db.restore(Restore::snapshot("s")).database("orders")).contains("FW3557"));
    assert!(found(|db| db.restore(Restore::clone_of("orders"))).contains("FW3557"));
    let key = KeyRef::existing("arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f");
    for origin in [Restore::point_in_time("orders", RestoreTime::Latest), Restore::snapshot("orders")] {
        assert!(found(|db| db.key(&key).restore(origin.clone())).contains("FW3557"));
    }
    assert!(found(|db| db.user("rdsadmin")).contains("FW3554"));
}

#[test]
fn the_template_holds_no_credentials() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
    shop.add("Db", RdsInstance::postgres(&vpc).credentials(credentials()));
    let text = formwork_synth::testing::render(app);
    let template: serde_json::Value = serde_json::from_str(text.split_once('\n').unwrap().1).unwrap();
    let db = &template["Resources"]["Db"]["Properties"];
    assert_eq!(db["MasterUserPassword"], "{{resolve:ssm-secure:team-task-production_database_password}}");
    for (property, parameter) in [("DBName", "DbDatabaseName"), ("MasterUsername", "DbUserName")] {
        assert_eq!(db[property]["Ref"], parameter);
        let parameter = &template["Parameters"][parameter];
        assert!(parameter["NoEcho"] == true && parameter.get("Default").is_none(), "{parameter}");
    }
}

#[test]
fn a_protected_server_without_a_word_on_alarms_is_refused() {
    let mut app = App::new("shop", &Stage::new("prod").protected());
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
    shop.add("Db", RdsInstance::postgres(&vpc));
    assert!(findings(app).contains("nobody is told when this does badly"));
}

#[test]
fn a_proxy_wants_a_secret() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
    let db = shop.add("Db", RdsInstance::postgres(&vpc).credentials(credentials()));
    shop.add("Proxy", DatabaseProxy::new(&vpc, &db));
    assert!(findings(app).contains("FW3557"));
}
