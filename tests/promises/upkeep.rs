//! What those who run it need: logs that end, alarms that say what to do, costs that have an owner.

use formwork_schema::TagShape;
use serde_json::Value;

use super::{
    Template, accepts, bites,
    template::{Resource, each},
};

/// The cost tag that every example has, beside any others.
const COST_TAG: &str = "owner";

/// What the description of an alarm says, beside what is wrong.
const IN_ALARM: [&str; 2] = ["owner: ", "runbook: https://"];

pub(crate) fn endless_logs(template: &Template) -> Vec<String> {
    let endless = template.of_kind("AWS::Logs::LogGroup").filter(|(_, group)| !group.has("/RetentionInDays"));
    endless.map(|(id, _)| format!("`{id}` keeps logs for ever")).collect()
}

pub(crate) fn alarms_without_runbook(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    for kind in ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"] {
        for (id, alarm) in template.of_kind(kind) {
            let text = alarm.property("/AlarmDescription").to_string();
            let missing = IN_ALARM.iter().filter(|part| !text.contains(*part));
            found.extend(missing.map(|part| format!("`{id}` does not say `{}`", part.trim_end())));
        }
    }
    found
}

pub(crate) fn without_cost_tags(template: &Template) -> Vec<String> {
    let untagged = template.resources().filter(|(_, resource)| template.is_example && !is_tagged(resource));
    untagged.map(|(id, resource)| format!("`{id}`, a `{}`, has no tag `{COST_TAG}`", resource.kind)).collect()
}

/// True for a resource with the cost tag, and for one that cannot carry tags.
fn is_tagged(resource: &Resource) -> bool {
    let facts = formwork_schema::resource_type(&resource.kind);
    let Some(tagging) = facts.and_then(|facts| facts.tagging) else { return true };
    let tags = &resource.properties()[tagging.property];
    match tagging.shape {
        TagShape::Map => tags[COST_TAG].is_string(),
        TagShape::List | TagShape::AutoScaling => {
            each(tags).into_iter().any(|tag: &Value| tag["Key"] == COST_TAG && tag["Value"].is_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_logs_are_found() {
        bites(endless_logs, &Template::with("AWS::Logs::LogGroup", "{}"), "`It`");
        accepts(endless_logs, &Template::with("AWS::Logs::LogGroup", r#"{"RetentionInDays": 30}"#));
    }

    #[test]
    fn an_alarm_that_helps_nobody_is_found() {
        let alarm = |text: &str| {
            Template::with("AWS::CloudWatch::Alarm", &format!(r#"{{"AlarmDescription": "{text}"}}"#))
        };
        bites(alarms_without_runbook, &Template::with("AWS::CloudWatch::Alarm", "{}"), "`owner:`");
        bites(alarms_without_runbook, &alarm("it fails. owner: shop team"), "`runbook: https://`");
        accepts(
            alarms_without_runbook,
            &alarm("it fails. owner: shop team, runbook: https://wiki.example.com/it"),
        );
    }

    #[test]
    fn costs_without_an_owner_are_found() {
        bites(without_cost_tags, &Template::with("AWS::S3::Bucket", "{}"), "`It`");
        bites(
            without_cost_tags,
            &Template::with("AWS::S3::Bucket", r#"{"Tags": [{"Key": "app", "Value": "shop"}]}"#),
            "`It`",
        );
        bites(
            without_cost_tags,
            &Template::with("AWS::SSM::Parameter", r#"{"Tags": {"app": "shop"}}"#),
            "`It`",
        );
        accepts(
            without_cost_tags,
            &Template::with("AWS::S3::Bucket", r#"{"Tags": [{"Key": "owner", "Value": "shop"}]}"#),
        );
        accepts(without_cost_tags, &Template::with("AWS::SSM::Parameter", r#"{"Tags": {"owner": "shop"}}"#));
        accepts(without_cost_tags, &Template::with("AWS::S3::BucketPolicy", "{}"));
    }
}
