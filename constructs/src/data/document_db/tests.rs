//! What a cluster is made of, and what it refuses.

use formwork_synth::{App, Stage, testing::findings};

use super::*;
use crate::{
    BackupWindow, Dashboard, InstanceSize, KeyRef, OnCall, OnCallRef, Role, Vpc,
    testing::{any_combination, snapshot},
};

#[test]
fn document_db() {
    snapshot("document_db", |shop| {
        let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
        let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
        let carts = shop.add("Carts", DocumentDb::new(&vpc).alarms(&on_call));
        let worker = shop.add("Worker", crate::SecurityGroup::new(&vpc, "the worker"));
        let role = shop.add("Role", Role::for_service("lambda.amazonaws.com"));
        shop.add("Dashboard", Dashboard::new().show("Carts", &carts));
        shop.connect(&worker, &carts);
        shop.grant(&role, carts.secret.read());
    });
}

#[test]
fn any_document_db() {
    any_combination(|shop, pick| {
        let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
        let on_call =
            OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
        let key =
            KeyRef::existing("arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f");
        let mut db = DocumentDb::new(&vpc);
        db = if pick.flip() { db.alarms(&on_call) } else { db.no_alarms("none") };
        db = pick.maybe(db, |db| db.version(DocumentDbVersion::V8_0));
        if pick.flip() {
            let class = || InstanceClass::r8g(InstanceSize::Large);
            db = db.member("one", class()).member("two", class());
        }
        db = pick.maybe(db, |db| db.key(&key));
        db = pick.maybe(db, DocumentDb::private_subnets);
        db = pick.maybe(db, |db| db.user("carts"));
        db = pick.maybe(db, |db| db.port(port!(27018)));
        db = pick.maybe(db, |db| db.parameter("profiler_threshold_ms", "50"));
        db = pick.maybe(db, |db| db.backup_window(BackupWindow::from_utc(23, 45)));
        shop.add("Db", db);
    });
}

#[test]
fn what_cannot_be_is_refused() {
    let found = |stage: Stage, change: &dyn Fn(DocumentDb) -> DocumentDb| {
        let mut app = App::new("shop", &stage);
        app.no_cost_tags("a test");
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(2).isolated_subnets());
        shop.add("Db", change(DocumentDb::new(&vpc).no_alarms("a test")));
        findings(app)
    };
    let dev = |change: &dyn Fn(DocumentDb) -> DocumentDb| found(Stage::new("dev"), change);
    assert_eq!(dev(&|db| db), "");
    assert!(dev(&|db| db.user("admin")).contains("FW3554"));
    assert!(dev(&|db| db.parameter("tls", "disabled")).contains("FW3557"));
    assert!(dev(&|db| db.backup_days(0)).contains("FW3555"));
    let one = |db: DocumentDb| db.member("a", InstanceClass::t4g_medium());
    assert!(dev(&|db| one(one(db))).contains("FW3552"));
    assert!(found(Stage::new("prod").protected(), &one).contains("FW3552"));
    assert_eq!(found(Stage::new("prod").protected(), &|db| one(db).one_zone("a copy")), "");
}
