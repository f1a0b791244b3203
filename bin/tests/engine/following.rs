//! Events in disorder, faults in the middle, and ends that nobody sees.

use std::{num::NonZeroUsize, time::Duration};

use formwork_cli::deploy::{Done, FailureKind, Progress, Work, cloud::FaultKind, resume, status, watch};
use serde_json::{Map, json};

use crate::rig::{Rig, after, alarm, stack, template};

fn rig() -> Rig {
    let rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(1), "Mails": alarm(1) }))]);
    let old = template(json!({ "Jobs": alarm(0), "Mails": alarm(0) }));
    rig.cloud.world().deployed("shop-dev-Shop", &old);
    rig
}

const EVENTS: [&str; 4] = [
    "Shop/Jobs UPDATE_IN_PROGRESS 0/2",
    "Shop/Jobs UPDATE_COMPLETE 1/2",
    "Shop/Mails UPDATE_IN_PROGRESS 1/2",
    "Shop/Mails UPDATE_COMPLETE 2/2",
];

#[tokio::test(start_paused = true)]
async fn each_event_is_told_once_whatever_the_pages() {
    for (page, pace, doubled) in [(1, 1, false), (2, 7, true), (3, 2, true), (100, 100, true)] {
        let mut rig = rig();
        {
            let mut world = rig.cloud.world();
            (world.page, world.pace, world.doubled) = (page, pace, doubled);
        }
        let came = rig.deploy().await;
        came.result.as_ref().expect("it works");
        assert_eq!(came.resources(), EVENTS, "{page} {pace} {doubled}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_comes_late_is_told_all_the_same() {
    let mut rig = rig();
    // At the second look an event of the past appears below those that were told.
    rig.cloud.at("DescribeStackEvents", 3, |world| {
        let stack = &mut world.stacks[0];
        let mut late = stack.events[1].clone();
        (late.id, late.logical_id, late.physical_id) =
            ("late".to_owned(), "Jobs".to_owned(), "physical-Jobs".to_owned());
        late.reason = Some("Resource creation Initiated".to_owned());
        let place = stack.events.len() - 1;
        stack.events.insert(place, late);
    });
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    assert_eq!(came.resources().len(), 5, "{:?}", came.resources());
}

#[tokio::test(start_paused = true)]
async fn what_happened_before_is_not_told() {
    let mut rig = rig();
    rig.deploy().await.result.expect("it works");
    rig.target.assembly.stacks[0] = stack("Shop", json!({ "Jobs": alarm(2), "Mails": alarm(1) }));
    rig.session.run = "run-2".to_owned();
    let came = rig.deploy().await;
    assert_eq!(came.resources(), ["Shop/Jobs UPDATE_IN_PROGRESS 0/1", "Shop/Jobs UPDATE_COMPLETE 1/1"]);
}

#[tokio::test(start_paused = true)]
async fn whoever_joins_later_sees_the_operation_that_goes_on() {
    let mut rig = rig();
    rig.deploy().await.result.expect("it works");
    rig.target.assembly.stacks[0] = stack("Shop", json!({ "Jobs": alarm(2), "Mails": alarm(1) }));
    rig.session.run = "run-2".to_owned();
    rig.cloud.world().held.push("Jobs".to_owned());
    rig.options.timeout = Some(Duration::from_secs(9));
    assert_eq!(rig.deploy().await.codes(), ["FW6303"]);
    // Each look finds the events of earlier operations on the same page.
    let looks = rig.cloud.count("DescribeStackEvents");
    rig.cloud.at("DescribeStackEvents", looks + 5, |world| world.held.clear());
    let (session, target) = (rig.session.clone(), rig.target.clone());
    let came = rig.drive(async move { watch(&session, &target, &[]).await }).await;
    assert_eq!(came.resources(), ["Shop/Jobs UPDATE_IN_PROGRESS 0/1", "Shop/Jobs UPDATE_COMPLETE 1/1"]);
    came.result.expect("it works");
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_back_is_counted_on_its_own() {
    let mut rig = rig();
    rig.cloud.fail("Mails", "no");
    let came = rig.deploy().await;
    let mut events: Vec<&str> = EVENTS[..3].to_vec();
    events.push("Shop/Mails UPDATE_FAILED 2/2");
    events.extend(["Shop/Jobs UPDATE_IN_PROGRESS 0/1", "Shop/Jobs UPDATE_COMPLETE 1/1"]);
    assert_eq!(came.resources(), events);
    assert_eq!(begun(&came.told), [(Work::Update, Some(2)), (Work::Rollback, Some(1))]);

    // A creation ends with the deletion of what it made.
    let mut rig = Rig::new(vec![stack("New", json!({ "Jobs": alarm(1), "Mails": alarm(1) }))]);
    rig.cloud.fail("Mails", "no");
    let came = rig.deploy().await;
    assert_eq!(begun(&came.told), [(Work::Create, Some(2)), (Work::Rollback, Some(1))]);
    assert_eq!(came.resources().last().map(String::as_str), Some("New/Jobs DELETE_COMPLETE 1/1"));
}

/// What CloudFormation began, with how many resources.
fn begun(told: &[Progress]) -> Vec<(Work, Option<usize>)> {
    let begun = |progress: &Progress| match progress {
        Progress::Began { work, resources, .. } => Some((*work, *resources)),
        _ => None,
    };
    told.iter().filter_map(begun).collect()
}

#[tokio::test(start_paused = true)]
async fn faults_that_pass_lose_no_event() {
    for kind in [FaultKind::Throttled, FaultKind::Unreachable, FaultKind::Unavailable, FaultKind::Garbled] {
        let mut rig = rig();
        for nth in [2, 3, 4, 6] {
            rig.cloud.fault("DescribeStackEvents", nth, kind);
        }
        for nth in [3, 5] {
            rig.cloud.fault("DescribeStacks", nth, kind);
        }
        rig.cloud.fault("DescribeChangeSet", 1, kind);
        let came = rig.deploy().await;
        came.result.as_ref().expect("it works");
        assert_eq!(came.resources(), EVENTS);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_says_that_cloudformation_goes_on() {
    let mut rig = rig();
    (3..100).for_each(|nth| rig.cloud.fault("DescribeStackEvents", nth, FaultKind::Unreachable));
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6303"]);
    assert_eq!(came.failure().kind, FailureKind::Unreachable);
    assert!(came.text().contains("CloudFormation goes on") && came.text().contains("status --follow"));
    assert!(rig.cloud.count("DescribeStackEvents") < 30, "there is an end to patience");
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_say_so_at_once() {
    let mut rig = rig();
    rig.cloud.fault("DescribeStackEvents", 3, FaultKind::Expired);
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6303"]);
    assert!(came.text().contains("credentials have expired") && came.text().contains("log in again"));
    assert_eq!(rig.cloud.count("DescribeStackEvents"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_takes_too_long_is_left_to_itself() {
    let mut rig = rig();
    rig.cloud.world().held.push("Jobs".to_owned());
    rig.options.timeout = Some(Duration::from_secs(60));
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6303"]);
    assert!(came.text().contains("takes longer than it may"));
}

#[tokio::test(start_paused = true)]
async fn independent_stacks_are_worked_on_side_by_side() {
    let one = |id: &str, on: &[&str]| after(id, on, json!({ "Jobs": alarm(0) }));
    let mut rig = Rig::new(vec![one("A", &[]), one("B", &[]), one("C", &["A"])]);
    rig.deploy().await.result.expect("it works");
    let calls = rig.cloud.calls();
    let executed: Vec<usize> =
        (0..calls.len()).filter(|place| calls[*place].starts_with("ExecuteChangeSet")).collect();
    let first_end =
        calls.iter().skip(executed[0]).filter(|call| call.starts_with("DescribeStackEvents")).count();
    assert!(
        executed[1] - executed[0] < 4,
        "the second begins before the first has ended: {executed:?} of {first_end}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_killed_run_is_followed_and_gone_on_with() {
    let mut rig = rig();
    // Somebody has killed the program in the middle.
    {
        let (session, target, options) = (rig.session.clone(), rig.target.clone(), rig.options.clone());
        rig.cloud.world().held.push("Mails".to_owned());
        let killed = rig.drive(async move {
            let deploy = formwork_cli::deploy::deploy(&session, &target, &options);
            Ok(tokio::time::timeout(Duration::from_secs(60), deploy).await.is_err())
        });
        assert!(killed.await.result.expect("it was killed"));
    }
    rig.session.run = "run-2".to_owned();
    let refused = rig.deploy().await;
    assert_eq!(refused.codes(), ["FW6201"]);
    rig.cloud.world().held.clear();

    let (session, target) = (rig.session.clone(), rig.target.clone());
    let came = rig.drive(async move { watch(&session, &target, &[]).await }).await;
    assert_eq!(came.resources().last().map(String::as_str), Some("Shop/Mails UPDATE_COMPLETE 2/2"));
    assert_eq!(came.resources().len(), 4, "from the beginning of the operation");
    let states = came.result.expect("it works");
    assert_eq!(states[0].status.as_ref().map(ToString::to_string).as_deref(), Some("UPDATE_COMPLETE"));
    assert_eq!(rig.deploy().await.result.expect("it works").stacks[0].done, Done::Unchanged);
}

#[tokio::test(start_paused = true)]
async fn resuming_waits_for_what_goes_on_then_deploys_the_rest() {
    let mut rig = rig();
    {
        let mut world = rig.cloud.world();
        let stack = &mut world.stacks[0];
        stack.is.status.0 = "UPDATE_IN_PROGRESS".to_owned();
    }
    rig.cloud.at("DescribeStackEvents", 2, |world| {
        let stack = &mut world.stacks[0];
        stack.is.status.0 = "UPDATE_COMPLETE".to_owned();
        let mut event = stack.events[0].clone();
        (event.id, event.status.0) = ("end".to_owned(), "UPDATE_COMPLETE".to_owned());
        stack.events.push(event);
    });
    let (session, target, options) = (rig.session.clone(), rig.target.clone(), rig.options.clone());
    let came = rig.drive(async move { resume(&session, &target, &options).await }).await;
    assert_eq!(came.result.as_ref().expect("it works").stacks[0].done, Done::Updated);
    assert_eq!(came.told.iter().filter(|one| matches!(one, Progress::Ended { .. })).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn stacks_that_are_not_there_have_no_status() {
    let mut rig = Rig::new(vec![stack("Shop", json!({ "Jobs": alarm(1) }))]);
    let (session, target) = (rig.session.clone(), rig.target.clone());
    let came = rig.drive(async move { status(&session, &target, &["S*".to_owned()]).await }).await;
    let states = came.result.expect("it works");
    assert_eq!((states[0].stack.as_str(), &states[0].status), ("Shop", &None));
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_answer_was_lost_is_given_once() {
    for is_carried_out in [true, false] {
        let mut rig = rig();
        rig.cloud.fault("ExecuteChangeSet", 1, FaultKind::Unreachable);
        if is_carried_out {
            // It arrived all the same.
            rig.cloud.at("ExecuteChangeSet", 2, |world| world.execute(0));
        }
        let came = rig.deploy().await;
        assert_eq!(came.result.as_ref().expect("it works").stacks[0].done, Done::Updated);
        assert_eq!(came.resources(), EVENTS);
        assert_eq!(rig.cloud.count("ExecuteChangeSet"), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn following_asks_no_more_than_it_has_to() {
    let mut rig = rig();
    rig.cloud.world().held.push("Jobs".to_owned());
    rig.cloud.at("DescribeStackEvents", 60, |world| world.held.clear());
    rig.deploy().await.result.expect("it works");
    assert!(rig.cloud.count("DescribeStacks") < 20, "{}", rig.cloud.count("DescribeStacks"));
}

#[tokio::test(start_paused = true)]
async fn whoever_only_looks_may_leave_at_any_time() {
    let mut rig = rig();
    rig.cloud.world().stacks[0].is.status.0 = "UPDATE_IN_PROGRESS".to_owned();
    let interrupter = std::rc::Rc::clone(&rig.interrupter);
    rig.cloud.at("DescribeStackEvents", 3, move |_| interrupter.interrupt());
    let (session, target) = (rig.session.clone(), rig.target.clone());
    let came = rig.drive(async move { watch(&session, &target, &[]).await }).await;
    assert_eq!(came.codes(), ["FW6304", "FW6305"]);
    assert!(came.questions().is_empty());
}

#[tokio::test(start_paused = true)]
async fn many_stacks_are_worked_on_at_once_but_not_all() {
    for (limit, most) in [(None, 10), (NonZeroUsize::new(3), 3)] {
        let resources = |delay| (0..20).map(|n| (format!("Alarm{n}"), alarm(delay))).collect::<Map<_, _>>();
        let mut rig = Rig::new((0..40).map(|n| stack(&format!("Stack{n}"), resources(1).into())).collect());
        rig.options.concurrency = limit;
        let came = rig.deploy().await;
        assert_eq!(came.result.as_ref().expect("it works").stacks.len(), 40);
        let (mut running, mut met) = (0, 0);
        for progress in &came.told {
            match progress {
                Progress::Began { .. } => running += 1,
                Progress::Ended { .. } => running -= 1,
                _ => {}
            }
            met = met.max(running);
        }
        assert_eq!((met, running), (most, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stack_to_which_nothing_happens_is_not_waited_for_for_ever() {
    let mut rig = rig();
    // The order is taken, and forgotten.
    rig.cloud.at("DescribeStackEvents", 2, |world| world.forget(0));
    let came = rig.deploy().await;
    assert_eq!(came.codes(), ["FW6303"]);
    assert!(came.text().contains("nothing happens to the stack `shop-dev-Shop`"), "{}", came.text());
}

/// What was told of answers that did not come.
fn silences(told: &[Progress]) -> Vec<String> {
    let text = |progress: &Progress| match progress {
        Progress::NoAnswer { operation, reason } => Some(format!("{operation}: {reason}")),
        Progress::Answered => Some("answered".to_owned()),
        _ => None,
    };
    told.iter().filter_map(text).collect()
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_lost_and_comes_back_is_told_once_each() {
    let mut rig = rig();
    for nth in 3..6 {
        rig.cloud.fault("DescribeStackEvents", nth, FaultKind::Unreachable);
    }
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    let reason = "DescribeStackEvents: Unreachable of the script";
    assert_eq!(silences(&came.told), [reason, "answered"]);
    // What is no silence is not told as one.
    let mut other = self::rig();
    other.cloud.fault("DescribeStacks", 1, FaultKind::Denied);
    assert!(silences(&other.deploy().await.told).is_empty());
}

#[tokio::test(start_paused = true)]
async fn two_questions_without_an_answer_are_one_silence() {
    let jobs = |n| json!({ "Jobs": alarm(n) });
    let mut rig = Rig::new(vec![stack("Shop", jobs(1)), stack("Mail", jobs(1))]);
    for stack in ["shop-dev-Shop", "shop-dev-Mail"] {
        rig.cloud.world().deployed(stack, &template(jobs(0)));
    }
    for nth in 1..5 {
        rig.cloud.fault("DescribeStacks", nth, FaultKind::Throttled);
    }
    let came = rig.deploy().await;
    came.result.as_ref().expect("it works");
    assert_eq!(silences(&came.told), ["DescribeStacks: Throttled of the script", "answered"]);
}

#[tokio::test(start_paused = true)]
async fn a_silence_that_lasts_ends_as_a_failure() {
    let mut rig = rig();
    for nth in 1..99 {
        rig.cloud.fault("DescribeStacks", nth, FaultKind::Unreachable);
    }
    let came = rig.deploy().await;
    assert!(came.result.is_err());
    assert_eq!(silences(&came.told), ["DescribeStacks: Unreachable of the script"]);
}
