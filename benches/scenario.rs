//! Apps of a given size: stacks of queues with dead-letter queues, alarms and a topic, each stack telling the topic of the one before.

use formwork_synth::{App, Expr, IntoValue, Object, Raw, RawHandle, RawResource, Scope, Stage};

/// The sizes that are measured: a name, the number of stacks, the number of resources in each.
pub const SIZES: [(&str, usize, usize); 3] =
    [("1x450", 1, 450), ("100x100", 100, 100), ("200x400", 200, 400)];

/// An app of so many stacks with so many resources each.
pub fn stacks(count: usize, resources: usize) -> App {
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
        before = Some(topic);
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
