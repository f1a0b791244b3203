//! What a cluster is made of, and what it refuses.

use formwork_synth::{App, Stage, port, testing::findings};

use super::*;
use crate::{
    BackupWindow, Dashboard, DatabaseInsights, DatabaseProxy, InstanceClass, InstanceSize, KeyRef,
    MaintenanceWindow, MySqlVersion, OnCall, OnCallRef, PostgresVersion, Retention, Role, Vpc, Weekday,
    testing::{any_combination, snapshot},
};

#[test]
fn aurora_cluster() {
    snapshot("aurora_cluster", |shop| {
        let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
        let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
        let db = AuroraCluster::postgres(&vpc).database("orders").readers(1..=4).alarms(&on_call);
        let db = shop.add("Db", db);
        let proxy = shop.add("Proxy", DatabaseProxy::new(&vpc, &db).no_alarms("a test"));
        let worker = shop.add("Worker", crate::SecurityGroup::new(&vpc, "the worker"));
        let role = shop.add("Role", Role::for_service("lambda.amazonaws.com"));
        shop.add("Dashboard", Dashboard::new().show("Db", &db));
        shop.connect(&worker, &db);
        shop.connect(&worker, &proxy);
        shop.grant(&role, db.connect_as("reports"));
        shop.grant(&role, proxy.connect_as("reports"));
        shop.grant(&role, db.secret.read());
    });
}

#[test]
fn aurora_cluster_with_every_option() {
    snapshot("aurora_cluster_options", |shop| {
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
        let key =
            KeyRef::existing("arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f");
        let db = AuroraCluster::new(&vpc, DatabaseEngine::MySql(MySqlVersion::V8_0))
            .private_subnets()
            .alarms(&on_call)
            .port(port!(3307))
            .user("root_user")
            .key(&key)
            .capacity(1.0..=64.0)
            .member(
                "writer",
                Member::provisioned(InstanceClass::r8g(InstanceSize::XLarge)).in_zone(1).promotion_tier(0),
            )
            .member("spare", Member::serverless().in_zone(2))
            .readers(1..=3)
            .readers_on_cpu(60)
            .readers_on_connections(700)
            .rotate_every(30)
            .backup_days(14)
            .backup_window(BackupWindow::from_utc(2, 0))
            .maintenance_window(MaintenanceWindow::from_utc(Weekday::Sunday, 4, 0).minutes(60))
            .log_retention(Retention::Days365)
            .parameter("max_connections", "2000")
            .slow_query(250)
            .statement_timeout(30_000)
            .insights(DatabaseInsights::Advanced)
            .os_metrics()
            .data_api()
            .backtrack(24)
            .io_optimized();
        let db = shop.add("Db", db);
        let role = shop.add("Role", Role::for_service("lambda.amazonaws.com"));
        shop.grant(&role, db.data_api());
    });
}

#[test]
fn aurora_cluster_from_elsewhere() {
    snapshot("aurora_cluster_restored", |shop| {
        let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
        let from =
            |restore| AuroraCluster::postgres(&vpc).restore(restore).no_alarms("looked at and thrown away");
        shop.add("FromSnapshot", from(Restore::snapshot("orders-2026-11-21")));
        let clone = from(Restore::clone_of("orders")).pausing(..=4.0, 10);
        shop.add("Clone", clone.allow_pausing("used by people, in working hours"));
        let earlier = Restore::point_in_time("orders", RestoreTime::At("2026-11-21T08:00:00Z".into()));
        shop.add("Earlier", from(earlier));
    });
}

#[test]
fn any_cluster() {
    any_combination(|shop, pick| {
        let vpc = shop.add("Vpc", Vpc::across_azs(3).isolated_subnets());
        let engine = pick.one(&[
            DatabaseEngine::Postgres(PostgresVersion::V14),
            DatabaseEngine::Postgres(PostgresVersion::V18),
            DatabaseEngine::MySql(MySqlVersion::V8_0),
            DatabaseEngine::MySql(MySqlVersion::V8_4),
        ]);
        let on_call =
            OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
        let mut db = AuroraCluster::new(&vpc, engine);
        db = if pick.flip() { db.alarms(&on_call) } else { db.no_alarms("none") };
        let class = InstanceClass::r7g(InstanceSize::XLarge2);
        if pick.flip() {
            db = db
                .member("one", Member::provisioned(class).in_zone(1))
                .member("two", Member::serverless().promotion_tier(3));
        }
        db = pick.maybe(db, |db| db.capacity(1.0..=256.0));
        db = pick.maybe(db, |db| db.pausing(..=2.0, 5).allow_pausing("a test"));
        db = pick.maybe(db, |db| db.readers(1..=15));
        db = pick.maybe(db, |db| db.readers_on_connections(100));
        db = pick.maybe(db, AuroraCluster::private_subnets);
        db = pick.maybe(db, AuroraCluster::data_api);
        db = pick.maybe(db, AuroraCluster::io_optimized);
        db = pick.maybe(db, AuroraCluster::without_os_metrics);
        db = pick.maybe(db, |db| db.insights(DatabaseInsights::Advanced));
        db = pick.maybe(db, |db| db.rotate_every(1));
        db = pick.maybe(db, |db| db.extended_support("the app needs it until May"));
        db = pick.maybe(db, |db| db.port(port!(6000)));
        db = match pick.one(&[0, 1, 2]) {
            0 => db.database("orders").user("owner"),
            1 => db.restore(Restore::snapshot("orders")),
            _ => db.restore(Restore::point_in_time("orders", RestoreTime::Latest)),
        };
        shop.add("Db", db);
    });
}

/// What is found in a cluster, in a stage that is protected or not.
fn found(stage: Stage, change: impl Fn(AuroraCluster) -> AuroraCluster) -> String {
    let mut app = App::new("shop", &stage);
    app.no_cost_tags("a test");
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
    shop.add("Db", change(AuroraCluster::postgres(&vpc).no_alarms("a test")));
    findings(app)
}

#[test]
fn capacity_is_what_aurora_offers() {
    for (min, max) in
        [(0.5, 0.5), (0.7, 2.0), (4.0, 2.0), (0.5, 257.0), (0.0, 4.0), (-1.0, 4.0), (f64::NAN, 4.0)]
    {
        let text = found(Stage::new("dev"), |db| db.capacity(min..=max));
        assert!(text.contains("FW3551"), "{min}..={max}: {text}");
    }
    assert!(found(Stage::new("dev"), |db| db.pausing(..=4.0, 4)).contains("FW3551"));
    assert_eq!(found(Stage::new("dev"), |db| db.pausing(..=4.0, 5)), "");
    assert!(found(Stage::new("prod").protected(), |db| db.pausing(..=4.0, 5)).contains("FW3551"));
}

#[test]
fn a_protected_cluster_survives_a_zone() {
    let prod = || Stage::new("prod").protected();
    let one = |db: AuroraCluster| db.member("a", Member::serverless());
    assert!(found(prod(), one).contains("FW3552"));
    assert_eq!(found(Stage::new("dev"), one), "");
    assert_eq!(found(prod(), |db| one(db).one_zone("a copy of what lies elsewhere")), "");
    let beside = |db| one(db).member("b", Member::serverless());
    assert_eq!(found(prod(), beside), "");
    let same = |db: AuroraCluster| {
        db.member("a", Member::serverless().in_zone(1)).member("b", Member::serverless().in_zone(1))
    };
    assert!(found(prod(), same).contains("FW3552"));
}

#[test]
fn a_small_reader_does_not_take_over_from_a_big_writer() {
    let mixed = |tier: u32| {
        found(Stage::new("dev"), move |db| {
            let big = Member::provisioned(InstanceClass::r8g(InstanceSize::XLarge));
            db.member("big", big).member("small", Member::serverless().promotion_tier(tier))
        })
    };
    assert!(mixed(1).contains("FW3552"), "{}", mixed(1));
    assert_eq!(mixed(2), "");
    assert!(mixed(16).contains("FW3552"));
}

#[test]
fn what_cannot_be_is_reported_all_at_once() {
    let text = found(Stage::new("dev"), |db| {
        db.readers(1..=16)
            .backup_days(36)
            .backup_window(BackupWindow::from_utc(24, 0))
            .database("order-s")
            .user("admin")
            .parameter("rds.force_ssl", "0")
            .member("a", Member::serverless().in_zone(3))
    });
    for code in ["FW3552", "FW3553", "FW3554", "FW3555", "FW3556", "FW3557"] {
        assert!(text.contains(code), "{code}: {text}");
    }
    assert_eq!(text.matches("FW3554").count(), 2, "{text}");
}

#[test]
fn a_member_changes_with_nothing_but_itself() {
    let resources = |members: &[&str]| {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
        let db = members
            .iter()
            .fold(AuroraCluster::postgres(&vpc), |db, name| db.member(*name, Member::serverless()));
        shop.add("Db", db);
        let text = formwork_synth::testing::render(app);
        let template: serde_json::Value = serde_json::from_str(text.split_once('\n').unwrap().1).unwrap();
        template["Resources"].as_object().unwrap().clone()
    };
    let before = resources(&["b", "c"]);
    let after = resources(&["d", "c", "a"]);
    assert_eq!(before["DbMemberC"], after["DbMemberC"]);
    assert_eq!(before["Db"], after["Db"]);
}

#[test]
fn only_mysql_is_turned_back() {
    assert!(found(Stage::new("dev"), |db| db.backtrack(24)).contains("FW3557"));
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
    shop.add("Db", AuroraCluster::mysql(&vpc).backtrack(73));
    assert!(findings(app).contains("FW3557"));
}

#[test]
fn a_proxy_keeps_a_cluster_awake() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
    let db = shop.add("Db", AuroraCluster::postgres(&vpc).pausing(..=2.0, 30));
    shop.add("Proxy", DatabaseProxy::new(&vpc, &db));
    assert!(findings(app).contains("FW3557"));
}

#[test]
fn members_that_are_reordered_or_renamed_stay_what_they_are() {
    let render = |members: [(&'static str, Member); 2]| {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
        let cluster = members
            .into_iter()
            .fold(AuroraCluster::postgres(&vpc), |cluster, (name, member)| cluster.member(name, member));
        shop.add("Db", cluster);
        formwork_synth::testing::render(app)
    };
    let member = |zone| Member::serverless().in_zone(zone);
    let before = render([("a", member(1)), ("b", member(2))]);
    assert_eq!(before, render([("b", member(2)), ("a", member(1))]));
    assert_eq!(before, render([("writer", member(1).formerly("a")), ("b", member(2))]));
    assert_ne!(before, render([("writer", member(1)), ("b", member(2))]));
}
