//! What queues look like, go together, and refuse.

use formwork_synth::{App, Stage, testing::findings};

use super::*;
use crate::{
    Dashboard, Key, OnCall, OnCallRef, Role,
    testing::{any_combination, snapshot},
};

#[test]
fn queue() {
    snapshot("queue", |shop| {
        let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
        let orders =
            shop.add("Orders", Queue::new().visibility_timeout(120).max_receives(5).alarms(&on_call));
        let key = shop.add("Key", Key::new("encrypts the payments"));
        let payments = Queue::fifo()
            .name("payments")
            .deduplicate_by_content()
            .high_throughput()
            .key(&key)
            .allow_service("sns.amazonaws.com", "arn:aws:sns:eu-west-1:111111111111:payments")
            .no_alarms("watched by the bank");
        let payments = shop.add("Payments", payments);
        let role = shop.add("Role", Role::for_service("lambda.amazonaws.com"));
        shop.grant(&role, orders.send());
        shop.grant(&role, payments.consume());
        let admin = shop.add("Admin", Role::for_service("lambda.amazonaws.com"));
        shop.grant(&admin, orders.purge().and(payments.redrive()));
        shop.grant(&admin, QueueRef::existing("returns").send());
        shop.add("Dashboard", Dashboard::new().show("Orders", &orders));
    });
}

#[test]
fn any_queue() {
    any_combination(|shop, pick| {
        let shared = shop.add("Shared", Queue::for_dead_letters().no_alarms("a test"));
        let mut queue = Queue::new();
        if pick.flip() {
            queue = Queue::fifo();
            queue = pick.maybe(queue, Queue::deduplicate_by_content);
            queue = pick.maybe(queue, Queue::high_throughput);
        } else {
            queue = pick.maybe(queue, |queue| queue.dead_letters(&shared));
        }
        queue = pick.maybe(queue, |queue| queue.name("orders"));
        queue = pick.maybe(queue, |queue| queue.visibility_timeout(600));
        queue = pick.maybe(queue, |queue| queue.keep_days(14));
        queue = pick.maybe(queue, |queue| queue.delay(900));
        queue = pick.maybe(queue, |queue| queue.max_receives(5));
        queue = pick.maybe(queue, |queue| queue.without_dead_letters("they come back"));
        queue = pick.maybe(queue, |queue| queue.longest_wait(60));
        let key =
            KeyRef::existing("arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f");
        queue = pick.maybe(queue, |queue| queue.key(&key));
        let rule = "arn:aws:events:eu-west-1:111111111111:rule/orders";
        queue = pick.maybe(queue, |queue| queue.allow_service("events.amazonaws.com", rule));
        let on_call =
            OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
        queue = if pick.flip() { queue.alarms(&on_call) } else { queue.no_alarms("none") };
        shop.add("Queue", queue);
    });
}

#[test]
fn what_cannot_be_is_reported() {
    let fifo = QueueRef::existing("dead.fifo");
    let wrong = [
        Queue::new().visibility_timeout(43_201),
        Queue::new().keep_days(0),
        Queue::new().keep_days(15),
        Queue::new().delay(901),
        Queue::new().max_receives(0),
        Queue::new().max_receives(1001),
        Queue::new().keep_days(1).visibility_timeout(30_000),
        Queue::new().high_throughput(),
        Queue::new().deduplicate_by_content(),
        Queue::new().dead_letters(&fifo),
        Queue::new().name("orders.fifo"),
        Queue::new().name("x".repeat(80)),
    ];
    for queue in wrong {
        let text = format!("{queue:?}");
        let mut app = App::new("shop", &Stage::new("dev"));
        app.stack("Shop").add("Queue", queue);
        assert_eq!(findings(app).matches("FW3580").count(), 1, "{text}");
    }
}

#[test]
fn nobody_told_of_a_protected_queue_is_said_once() {
    let mut app = App::new("shop", &Stage::new("prod").protected());
    app.stack("Shop").add("Queue", Queue::new());
    assert_eq!(findings(app).matches("FW3601").count(), 1);
}
