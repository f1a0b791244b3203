//! What caches look like, go together, and refuse.

use formwork_synth::{App, Stage, cidr, testing::findings};

use super::*;
use crate::{
    Dashboard, OnCall, OnCallRef, Role, Weekday,
    testing::{any_combination, snapshot},
};

fn vpc() -> VpcRef {
    let subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"];
    VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
        .with_isolated_subnets(subnets)
        .with_private_subnets(["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"])
}

fn key() -> KeyRef {
    KeyRef::existing("arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f")
}

#[test]
fn cache() {
    snapshot("cache", |shop| {
        let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
        let sessions = shop.add("Sessions", Cache::valkey(&vpc()).limit_storage(10).alarms(&on_call));
        let locks = Cache::redis(&vpc()).login(CacheLogin::Iam).private_subnets().no_alarms("a test");
        let locks = shop.add("Locks", locks);
        let pages = shop.add("Pages", Cache::memcached(&vpc()).alarms(&on_call));
        let role = shop.add("Role", Role::for_service("lambda.amazonaws.com"));
        shop.grant(&role, sessions.log_in().and(locks.log_in()).and(pages.log_in()));
        let app = shop.add("App", SecurityGroup::new(&vpc(), "the app"));
        for cache in [&sessions, &pages] {
            shop.connect(&app, cache);
        }
        shop.add("Dashboard", Dashboard::new().show("Sessions", &sessions));
    });
}

#[test]
fn cache_on_nodes() {
    snapshot("cache_on_nodes", |shop| {
        let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
        let sessions = Cache::valkey(&vpc()).nodes(CacheNode::t4g_small()).alarms(&on_call);
        let sessions = shop.add("Sessions", sessions);
        let ranks = Cache::valkey(&vpc())
            .nodes(CacheNode::r7g_large())
            .shards(2)
            .replicas(2)
            .key(&key())
            .login(CacheLogin::Iam)
            .access("on ~ranks:* +@read +@write")
            .snapshot_days(14)
            .snapshot_window(BackupWindow::from_utc(2, 0).minutes(60))
            .maintenance_window(MaintenanceWindow::from_utc(Weekday::Sunday, 4, 0).minutes(60))
            .log_retention(Retention::Days14)
            .parameter("maxmemory-policy", "allkeys-lru")
            .alarms(&on_call);
        let ranks = shop.add("Ranks", ranks);
        let pages = Cache::memcached(&vpc()).nodes(CacheNode::m7g_large()).alarms(&on_call);
        let pages = shop.add("Pages", pages);
        let role = shop.add("Role", Role::for_service("lambda.amazonaws.com"));
        shop.grant(&role, sessions.log_in().and(ranks.log_in()));
        let shown = Dashboard::new().show("Sessions", &sessions).show("Ranks", &ranks).show("Pages", &pages);
        shop.add("Dashboard", shown);
    });
}

#[test]
fn any_cache() {
    any_combination(|shop, pick| {
        let engine = pick.one(&[CacheEngine::Memcached, CacheEngine::RedisOss, CacheEngine::Valkey]);
        let mut cache = Cache::new(&vpc(), engine);
        cache = pick.maybe(cache, Cache::private_subnets);
        let backup = BackupWindow::from_utc(2, 0).minutes(60);
        let upkeep = MaintenanceWindow::from_utc(Weekday::Sunday, 4, 0).minutes(60);
        let on_nodes = pick.flip();
        if on_nodes {
            cache = cache.nodes(CacheNode::m7g_large());
            cache = pick.maybe(cache, |cache| cache.shards(3));
            cache = pick.maybe(cache, |cache| cache.maintenance_window(upkeep));
            cache = pick.maybe(cache, |cache| cache.parameter("timeout", "60"));
            if engine.has_users() {
                cache = match pick.one(&[0, 1, 2]) {
                    0 => cache.replicas(2),
                    1 => cache.without_replicas("it is soon filled again"),
                    _ => cache,
                };
                cache = pick.maybe(cache, |cache| cache.log_retention(Retention::Days7));
            }
        } else {
            cache = pick.maybe(cache, |cache| cache.limit_storage(5000));
            cache = pick.maybe(cache, |cache| cache.limit_ecpu(1000));
        }
        if engine.has_users() {
            cache = pick.maybe(cache, |cache| cache.login(CacheLogin::Iam));
            cache = pick.maybe(cache, |cache| cache.access("on ~* +@read"));
            cache = pick.maybe(cache, |cache| cache.snapshot_days(35));
            cache = pick.maybe(cache, |cache| cache.snapshot_window(backup));
        }
        if engine.has_users() || !on_nodes {
            cache = pick.maybe(cache, |cache| cache.key(&key()));
        }
        let on_call =
            OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
        cache = if pick.flip() { cache.alarms(&on_call) } else { cache.no_alarms("none") };
        shop.add("Cache", cache);
    });
}

#[test]
fn what_cannot_be_is_reported() {
    let nodes = || Cache::valkey(&vpc()).nodes(CacheNode::t4g_small());
    let wrong = [
        Cache::valkey(&vpc()).shards(2),
        Cache::valkey(&vpc()).replicas(1),
        Cache::valkey(&vpc()).parameter("timeout", "60"),
        Cache::valkey(&vpc()).limit_storage(0),
        Cache::valkey(&vpc()).limit_storage(5001),
        Cache::valkey(&vpc()).limit_ecpu(999),
        Cache::valkey(&vpc()).snapshot_days(36),
        Cache::valkey(&vpc()).snapshot_window(BackupWindow::from_utc(2, 0)),
        Cache::memcached(&vpc()).login(CacheLogin::Iam),
        Cache::memcached(&vpc()).snapshot_days(1),
        Cache::memcached(&vpc()).nodes(CacheNode::t4g_small()).key(&key()),
        Cache::memcached(&vpc()).nodes(CacheNode::t4g_small()).shards(61),
        nodes().limit_storage(5),
        nodes().shards(0),
        nodes().shards(101).replicas(4),
        nodes().replicas(0),
        nodes().replicas(6),
        nodes().replicas(1).without_replicas("it is soon filled again"),
        nodes().maintenance_window(MaintenanceWindow::from_utc(Weekday::Sunday, 4, 0)),
    ];
    for cache in wrong {
        let text = format!("{cache:?}");
        let mut app = App::new("shop", &Stage::new("dev"));
        app.stack("Shop").add("Cache", cache);
        let found = findings(app);
        assert_eq!(found.matches("FW3583").count(), 1, "{text}: {found}");
    }
}

#[test]
fn the_password_is_never_in_the_template() {
    let mut app = App::new("shop", &Stage::new("dev"));
    app.stack("Shop").add("Cache", Cache::valkey(&vpc()));
    let text = formwork_synth::testing::render(app);
    assert!(text.contains("{{resolve:secretsmanager:${CacheSecret}:SecretString:password}}"), "{text}");
}
