//! Apps of a given size: stacks of queues with dead-letter queues, alarms and a topic, each stack telling the topic of the one before, or its
//! own; and load-balanced services, each in a network of its own.

use formwork::{Expr, Object, Raw, RawHandle, prelude::*};

/// What is measured: a name, and the app.
pub const SCENARIOS: [(&str, fn() -> App); 5] = [
    ("1x450", || stacks(1, 450, Row::Apart)),
    ("50x100 apart", || stacks(50, 100, Row::Apart)),
    ("100x100", || stacks(100, 100, Row::Joined)),
    ("200x400", || stacks(200, 400, Row::Joined)),
    ("40 services", || services(40)),
];

/// How the stacks of an app are related.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    /// Each needs the one before.
    Joined,
    /// None needs another.
    Apart,
}

/// An app of so many stacks with so many resources each.
fn stacks(count: usize, resources: usize, row: Row) -> App {
    let mut app = App::new("scale", &Stage::new("bench").account("111122223333").region("eu-west-1"));
    app.tag("team", "platform");
    let mut before: Option<RawHandle> = None;
    for index in 0..count {
        let mut stack = app.stack(format!("Part{index}"));
        let topic =
            stack.add("Alarms", RawResource::new("AWS::SNS::Topic").property("DisplayName", "alarms"));
        // One topic, then three resources a group; a rest becomes plain queues.
        for group in 0..(resources - 1) / 3 {
            worker(&mut stack.group(format!("Worker{group}")), before.as_ref().unwrap_or(&topic));
        }
        for rest in 0..(resources - 1) % 3 {
            stack.add(format!("Rest{rest}"), queue());
        }
        before = (row == Row::Joined).then_some(topic);
    }
    app
}

/// An app of so many services.
fn services(count: usize) -> App {
    let mut app = App::new("scale", &Stage::new("bench").account("111122223333").region("eu-west-1"));
    for index in 0..count {
        let mut stack = app.stack(format!("Service{index}"));
        let vpc = stack.add("Vpc", Vpc::across_azs(3));
        let site = PublicAlbService::new(&vpc, Image::from_registry("public.ecr.aws/nginx/nginx:stable"))
            .insecure_http("nothing but numbers comes of it")
            .port(port!(80))
            .health_check("/")
            .scale(2..=10)
            .scale_on_cpu(70);
        let site = stack.add("Site", site);
        stack.output("Url", &site.url);
    }
    app
}

/// A queue, its dead letters, and an alarm on these.
fn worker(scope: &mut Scope<'_>, alarms: &RawHandle) {
    let dead = scope.add("DeadLetters", queue().property("MessageRetentionPeriod", 1_209_600));
    let redrive = Object::from_iter([
        ("deadLetterTargetArn".into(), text(dead.attribute("Arn"))),
        ("maxReceiveCount".into(), Expr::Number(3.into())),
    ]);
    let work = queue().property("VisibilityTimeout", 120).property_expr("RedrivePolicy", Expr::Map(redrive));
    scope.add("Queue", work);
    let alarm = RawResource::new("AWS::CloudWatch::Alarm")
        .property("Namespace", "AWS/SQS")
        .property("MetricName", "ApproximateNumberOfMessagesVisible")
        .property("Statistic", "Maximum")
        .property("ComparisonOperator", "GreaterThanThreshold")
        .property("Threshold", 0)
        .property("Period", 60)
        .property("EvaluationPeriods", 3)
        .property("TreatMissingData", "notBreaching")
        .property_expr("AlarmActions", Expr::List(vec![text(alarms.reference())]));
    scope.add("Alarm", alarm);
}

fn queue() -> RawResource {
    RawResource::new("AWS::SQS::Queue").property("SqsManagedSseEnabled", true)
}

fn text(value: Raw) -> Expr {
    IntoValue::<String>::into_expr(value)
}
