//! What is seen of a site: its access logs and its alarms, both of which CloudFront has in `us-east-1` only.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    cloudfront::{self, monitoring_subscription as property},
    kind, logs,
};
use formwork_synth::{Attr, Handle, ResourceOptions, Scope, sub};

use super::{Logs, Metrics, checks::HOME, handle::distribution_arn, names::name};
use crate::{AccessLogBucket, Alarm, Metric, Statistic, operations::Monitoring};

/// Adds logs and alarms, in a stack after the site's own.
pub(super) fn watch(
    scope: &mut Scope<'_>,
    logs: Logs,
    metrics: Metrics,
    monitoring: Monitoring,
    distribution: &cloudfront::DistributionRef,
) {
    if metrics == Metrics::Detailed {
        subscribe(scope, distribution);
    }
    let days = match logs {
        Logs::ByStage => scope.stage().is_protected().then_some(90),
        Logs::Kept(days) => Some(days),
        Logs::Declined(_) => None,
    };
    if days == Some(0) {
        let help = "name 1 day or more, or say why there are none by `.without_logs(\"why\")`";
        scope.report(Diagnostic::error(&code::SITE_WATCH, "logs are to be kept for 0 days").help(help));
    }
    let told = matches!(monitoring, Monitoring::OnCall(_));
    if scope.region().is_none() && (days.is_some() || told) {
        let message = "the site has neither logs nor alarms, which would lie in a stack in `us-east-1` that cannot find this one";
        let help = "give the stage a region, or say `.without_logs(\"why\")` and `.no_alarms(\"why\")`";
        scope.report(Diagnostic::warning(&code::SITE_WATCH, message).help(help));
        if !told {
            monitoring.told(scope);
        }
        return;
    }
    if let Monitoring::OnCall(on_call) = &monitoring {
        let topic = on_call.topic.expr();
        let literal = topic.as_text().map(|arn| arn.split(':').nth(3).unwrap_or_default().to_owned());
        let region = literal.or_else(|| scope.region_of(topic).map(str::to_owned));
        if let Some(region) = region.filter(|region| region != HOME) {
            let message =
                format!("alarms about the site lie in `us-east-1` and cannot tell a topic in `{region}`");
            let help = "give it an `OnCall` of a stack in `us-east-1`, or say `.no_alarms(\"why\")`";
            scope.report(Diagnostic::error(&code::SITE_WATCH, message).help(help));
        }
    }
    if let Some(days) = days {
        deliver(scope, days, distribution);
    }
    if told {
        let mut alarms = vec![("Errors", errors(distribution))];
        if metrics == Metrics::Detailed {
            alarms.push(("SlowOrigins", slow(distribution)));
        }
        monitoring.add(&mut scope.in_region(HOME, "EdgeWatch"), || alarms);
    } else {
        monitoring.told(scope);
    }
}

/// Writes access logs to a bucket, as JSON, a folder a day.
fn deliver(scope: &mut Scope<'_>, days: u32, distribution: &cloudfront::DistributionRef) {
    // Source and destination are named beside those of all other sites.
    let name = name(scope, "Logs");
    let arn = distribution_arn(&sub!("{}", distribution));
    let mut after = scope.in_region(HOME, "EdgeWatch");
    let bucket = after.add("Logs", AccessLogBucket::of_distributions().expire_after(days));
    let source = logs::DeliverySource::new().name(name.clone()).log_type("ACCESS_LOGS").resource_arn(arn);
    let source = after.add("LogSource", source);
    let destination = logs::DeliveryDestination::new()
        .name(name)
        .delivery_destination_type("S3")
        .destination_resource_arn(&bucket.arn)
        .output_format("json");
    let destination = after.add("LogDestination", destination);
    let delivery = logs::Delivery::new()
        .delivery_source_name(source.reference())
        .delivery_destination_arn(destination.arn())
        .s3_suffix_path("{DistributionId}/{yyyy}/{MM}/{dd}")
        .s3_enable_hive_compatible_path(false)
        .with_options(|options| options.depends_on.extend(bucket.policy.as_ref().map(Handle::id)));
    after.add("LogDelivery", delivery);
}

/// Has CloudFront write its paid metrics.
fn subscribe(scope: &mut Scope<'_>, distribution: &cloudfront::DistributionRef) {
    use property::RealtimeMetricsSubscriptionConfigRealtimeMetricsSubscriptionStatus as Status;
    let enabled = property::RealtimeMetricsSubscriptionConfig::new()
        .realtime_metrics_subscription_status(Status::Enabled);
    let subscription =
        cloudfront::MonitoringSubscription::new().distribution_id(distribution).monitoring_subscription(
            property::MonitoringSubscription::new().realtime_metrics_subscription_config(enabled),
        );
    scope.add("Metrics", subscription);
}

/// Too many answers that are the fault of the site or of what is behind it.
fn errors(distribution: &cloudfront::DistributionRef) -> Alarm {
    let rate = metric(&distribution.reference(), "5xxErrorRate", Statistic::Average);
    Alarm::above(rate, 5, "more than 5 % of the answers are errors of the server").periods(2)
}

/// Answers that visitors wait for.
fn slow(distribution: &cloudfront::DistributionRef) -> Alarm {
    let latency = metric(&distribution.reference(), "OriginLatency", Statistic::Percentile(90));
    Alarm::above(latency, 3_000, "one answer in ten takes the origins more than 3 seconds").periods(3)
}

/// A metric of a distribution, in periods of five minutes.
pub(super) fn metric(
    distribution: &Attr<kind::CloudFrontDistributionId>,
    name: &'static str,
    statistic: Statistic,
) -> Metric {
    Metric::new("AWS/CloudFront", name, statistic)
        .dimension("DistributionId", distribution)
        .dimension("Region", "Global")
        .seconds(300)
}
