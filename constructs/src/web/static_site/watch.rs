//! What is seen of a site: its access logs and its alarms, both of which CloudFront has in `us-east-1` only.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{cloudfront, logs};
use formwork_synth::{ResourceOptions, Scope, intrinsic, sub};

use super::{Logs, checks::HOME, names::name};
use crate::{AccessLogBucket, Alarm, Metric, Statistic, operations::Monitoring};

/// Adds logs and alarms, in a stack after the site's own.
pub(super) fn watch(
    scope: &mut Scope<'_>,
    logs: Logs,
    monitoring: Monitoring,
    distribution: &cloudfront::DistributionRef,
) {
    let days = match logs {
        Logs::ByStage => scope.stage().is_protected().then_some(90),
        Logs::Kept(days) => Some(days),
        Logs::Declined(_) => None,
    };
    if days == Some(0) {
        let help = "name 1 day or more, or say why there are none by `.no_logs(\"why\")`";
        scope.report(Diagnostic::error(&code::SITE_WATCH, "logs are to be kept for 0 days").help(help));
    }
    let told = matches!(monitoring, Monitoring::OnCall(_));
    if scope.region().is_none() && (days.is_some() || told) {
        let message = "the site has neither logs nor alarms, which would lie in a stack in `us-east-1` that cannot find this one";
        let help = "give the stage a region, or say `.no_logs(\"why\")` and `.no_alarms(\"why\")`";
        scope.report(Diagnostic::warning(&code::SITE_WATCH, message).help(help));
        if !told {
            monitoring.add(scope, || []);
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
        let mut after = scope.in_region(HOME, "EdgeWatch");
        monitoring.add(&mut after, || [("Errors", errors(distribution))]);
    } else {
        monitoring.add(scope, || []);
    }
}

/// Writes access logs to a bucket, as JSON, a folder a day.
fn deliver(scope: &mut Scope<'_>, days: u32, distribution: &cloudfront::DistributionRef) {
    // Source and destination are named beside those of all other sites.
    let name = name(scope, "Logs");
    let arn = sub!(
        "arn:{}:cloudfront::{}:distribution/{}",
        intrinsic::partition(),
        intrinsic::account_id(),
        distribution
    );
    let mut after = scope.in_region(HOME, "EdgeWatch");
    let bucket = after.add("Logs", AccessLogBucket::of_distributions().days(days));
    let source = logs::DeliverySource::new().name(name.clone()).log_type("ACCESS_LOGS").resource_arn(arn);
    let source = after.add("LogSource", source);
    let destination = logs::DeliveryDestination::new()
        .name(name)
        .delivery_destination_type("S3")
        .destination_resource_arn(bucket.resource.arn())
        .output_format("json");
    let destination = after.add("LogDestination", destination);
    let delivery = logs::Delivery::new()
        .delivery_source_name(source.reference())
        .delivery_destination_arn(destination.arn())
        .s3_suffix_path("{DistributionId}/{yyyy}/{MM}/{dd}")
        .s3_enable_hive_compatible_path(false)
        .depends_on(&bucket.policy);
    after.add("LogDelivery", delivery);
}

/// Too many answers that are the fault of the site or of what is behind it.
fn errors(distribution: &cloudfront::DistributionRef) -> Alarm {
    let rate = Metric::new("AWS/CloudFront", "5xxErrorRate", Statistic::Average)
        .dimension("DistributionId", distribution.reference())
        .dimension("Region", "Global")
        .seconds(300);
    Alarm::above(rate, 5, "more than 5 % of the answers are errors of the server").periods(2)
}
