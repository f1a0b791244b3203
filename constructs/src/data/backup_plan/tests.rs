//! What a plan is made of, and what it refuses.

use formwork_synth::{App, Stage, testing::findings};

use super::*;
use crate::{
    Dashboard, OnCall, OnCallRef, Table, Weekday,
    testing::{any_combination, snapshot},
};

#[test]
fn backup_plan() {
    snapshot("backup_plan", |shop| {
        let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
        let orders = shop.add("Orders", Table::new("id").alarms(&on_call));
        let nightly = BackupPlan::new().of(&orders).tagged("backup", "nightly").alarms(&on_call);
        let backups = shop.add("Backups", nightly);
        shop.add("Dashboard", Dashboard::new().show("Backups", &backups));
        let long = BackupRule::weekly(Weekday::Sunday, 4).keep_days(400).cold_after_days(30);
        let plan = BackupPlan::new()
            .of(&orders)
            .rule("nightly", BackupRule::daily(3).continuous().time_zone("Europe/Berlin"))
            .rule("weekly", long.keep_copies_days(800))
            .lock(VaultLock::compliance(30..=1000, 7))
            .copy_to_region("eu-central-1")
            .alarms(&on_call);
        shop.add("Archive", plan);
    });
}

#[test]
fn any_plan() {
    any_combination(|shop, pick| {
        let on_call =
            OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
        let orders = shop.add("Orders", Table::new("id").no_alarms("none"));
        let mut plan = BackupPlan::new().tagged("backup", "yes");
        plan = if pick.flip() { plan.alarms(&on_call) } else { plan.no_alarms("none") };
        plan = pick.maybe(plan, |plan| plan.of(&orders));
        plan = pick.maybe(plan, |plan| plan.tagged("team", "web"));
        plan = pick.maybe(plan, |plan| plan.rule("monthly", BackupRule::monthly(28, 23).cold_after_days(30)));
        plan = pick.maybe(plan, |plan| plan.rule("daily", BackupRule::daily(0).continuous()));
        plan = pick.maybe(plan, |plan| plan.lock(VaultLock::governance(7..=365)));
        plan = pick.maybe(plan, |plan| plan.copy_to_region("eu-central-1"));
        let key =
            KeyRef::existing("arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f");
        plan = pick.maybe(plan, |plan| plan.key(&key));
        shop.add("Backups", plan);
    });
}

fn found(plan: BackupPlan) -> String {
    let mut app = App::new("shop", &Stage::new("dev").region("eu-west-1"));
    app.stack("Shop").add("Backups", plan);
    findings(app)
}

#[test]
fn what_cannot_be_carried_out_is_refused() {
    let plan = || BackupPlan::new().tagged("backup", "yes");
    assert_eq!(found(plan()), "");
    assert!(found(BackupPlan::new()).contains("backs up nothing"));
    for rule in [
        BackupRule::daily(24),
        BackupRule::daily(3).keep_days(0),
        BackupRule::monthly(29, 3),
        BackupRule::daily(3).keep_days(119).cold_after_days(30),
        BackupRule::daily(3).keep_days(36).continuous(),
        BackupRule::daily(3).keep_copies_days(0),
    ] {
        assert!(found(plan().rule("one", rule.clone())).contains("FW3559"), "{rule:?}");
    }
    assert!(found(plan().rule("no name", BackupRule::daily(3))).contains("FW3559"));
    assert!(found(plan().lock(VaultLock::governance(8..=365))).contains("breaks the lock"));
    assert!(found(plan().lock(VaultLock::compliance(7..=365, 2))).contains("FW3559"));
    assert!(found(plan().copy_to_region("eu-west-1")).contains("as the backups do"));
}
