//! What scheduled tasks look like, go together, and refuse.

use formwork_synth::{App, Stage, cidr, testing::findings};

use super::*;
use crate::{
    Dashboard, OnCall, OnCallRef, Table, task_size,
    testing::{any_combination, snapshot},
};

fn vpc() -> VpcRef {
    VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
        .with_private_subnets(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
        .with_public_subnets(["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"])
}

fn task(schedule: Schedule) -> ScheduledTask {
    let image = Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0");
    ScheduledTask::new(&vpc(), image, schedule)
}

#[test]
fn scheduled_task() {
    snapshot("scheduled_task", |shop| {
        let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
        let nightly = Schedule::cron("30 2 * * ? *").time_zone("Europe/Berlin");
        let report = task(nightly).command(["python", "manage.py", "report"]).size(task_size!(512, 1024));
        let report = shop.add("Report", report.flexible_window(15).alarms(&on_call));
        let orders = shop.add("Orders", Table::new("id").no_alarms("a test"));
        shop.grant(&report, orders.read());
        let clean = task(Schedule::every_hours(6)).cluster(&report.cluster).spot().public_ip();
        let clean = clean.retries(0, 1).only_in_protected_stages().overlap(Overlap::Never { minutes: 30 });
        shop.add("Clean", clean.no_alarms("what is left over is cleaned the next time"));
        shop.add("Dashboard", Dashboard::new().show("Report", &report));
    });
}

#[test]
fn any_scheduled_task() {
    any_combination(|shop, pick| {
        let mut task = task(pick.one(&[
            Schedule::cron("30 2 * * ? *").time_zone("Europe/Berlin"),
            Schedule::at("2026-12-24T18:00:00"),
            Schedule::every_days(1),
        ]));
        task = pick.maybe(task, ScheduledTask::spot);
        task = pick.maybe(task, ScheduledTask::public_ip);
        task = pick.maybe(task, |task| task.cluster(&ClusterRef::existing("shared")));
        task = pick.maybe(task, |task| task.flexible_window(60));
        task = pick.maybe(task, |task| task.retries(185, 1440));
        task = pick.maybe(task, |task| task.overlap(Overlap::Never { minutes: 600 }));
        task = pick.maybe(task, ScheduledTask::only_in_protected_stages);
        task = pick.maybe(task, ScheduledTask::disabled);
        task = pick.maybe(task, ScheduledTask::exec);
        let on_call =
            OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
        task = if pick.flip() { task.alarms(&on_call) } else { task.no_alarms("none") };
        shop.add("Task", task);
    });
}

#[test]
fn what_cannot_be_is_reported() {
    let often = || task(Schedule::every_minutes(10));
    let wrong = [
        often().flexible_window(0),
        often().flexible_window(1441),
        often().retries(186, 60),
        often().retries(1, 0),
        often().retries(1, 1441),
        often().overlap(Overlap::Never { minutes: 11 }),
        often().overlap(Overlap::Never { minutes: 6 }).flexible_window(5),
    ];
    for task in wrong {
        let text = format!("{task:?}");
        let mut app = App::new("shop", &Stage::new("dev"));
        app.stack("Shop").add("Task", task);
        assert_eq!(findings(app).matches("FW3582").count(), 1, "{text}");
    }
}
