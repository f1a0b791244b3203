//! What those who run it need: logs that end, alarms that say what to do, costs that have an owner.

use formwork_schema::TagShape;
use serde_json::Value;

use super::{
    Template, accepts, bites,
    template::{Resource, each, walk},
};

/// What the description of an alarm says, beside what is wrong.
const IN_ALARM: [&str; 2] = ["owner: ", "runbook: https://"];

pub(crate) fn endless_logs(template: &Template) -> Vec<String> {
    let endless = template.of_kind("AWS::Logs::LogGroup").filter(|(_, group)| !group.has("/RetentionInDays"));
    endless.map(|(id, _)| format!("`{id}` keeps logs for ever")).collect()
}

pub(crate) fn alarms_without_runbook(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    for kind in ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"] {
        // An alarm that calls nobody does something by itself: it ends an experiment, or takes a deployment back.
        let calls = |id: &str, alarm: &Resource| alarm.has("/AlarmActions") || !is_used(template, id);
        for (id, alarm) in template.of_kind(kind).filter(|(id, alarm)| calls(id, alarm)) {
            let text = alarm.property("/AlarmDescription").to_string();
            let missing = IN_ALARM.iter().filter(|part| !text.contains(*part));
            found.extend(missing.map(|part| format!("`{id}` does not say `{}`", part.trim_end())));
        }
    }
    found
}

/// True where another resource refers to this one.
fn is_used(template: &Template, id: &str) -> bool {
    let others = template.resources().filter(|(other, _)| *other != id);
    let mut values = others.flat_map(|(_, other)| walk(other.properties()));
    values.any(|value| value["Ref"] == id || value["Fn::GetAtt"][0] == id)
}

pub(crate) fn without_cost_tags(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    for (id, resource) in template.resources() {
        let missing = template.cost_tags.iter().filter(|key| !is_tagged(resource, key));
        found.extend(missing.map(|key| format!("`{id}`, a `{}`, has no tag `{key}`", resource.kind)));
    }
    found
}

/// True for a resource with the tag, and for one that cannot carry tags.
fn is_tagged(resource: &Resource, key: &str) -> bool {
    let facts = formwork_schema::resource_type(&resource.kind);
    let Some(tagging) = facts.and_then(|facts| facts.tagging) else { return true };
    let tags = &resource.properties()[tagging.property];
    match tagging.shape {
        TagShape::Map => tags[key].is_string(),
        TagShape::List | TagShape::AutoScaling => {
            each(tags).into_iter().any(|tag: &Value| tag["Key"] == key && tag["Value"].is_string())
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
        let mut ends_it = Template::with("AWS::CloudWatch::Alarm", "{}");
        let experiment = Template::with(
            "AWS::FIS::ExperimentTemplate",
            r#"{"StopConditions": [{"Value": {"Fn::GetAtt": ["It", "Arn"]}}]}"#,
        );
        ends_it
            .resources
            .extend(experiment.resources.into_values().map(|one| ("Experiment".to_owned(), one)));
        accepts(alarms_without_runbook, &ends_it);
        accepts(
            alarms_without_runbook,
            &alarm("it fails. owner: shop team, runbook: https://wiki.example.com/it"),
        );
    }

    #[test]
    fn costs_without_an_owner_are_found() {
        let owned = |kind: &str, properties: &str| {
            let mut template = Template::with(kind, properties);
            template.cost_tags = vec!["owner".to_owned()];
            template
        };
        let bucket = |tag: &str| {
            owned("AWS::S3::Bucket", &format!(r#"{{"Tags": [{{"Key": "{tag}", "Value": "shop"}}]}}"#))
        };
        let parameter =
            |tag: &str| owned("AWS::SSM::Parameter", &format!(r#"{{"Tags": {{"{tag}": "shop"}}}}"#));
        bites(without_cost_tags, &owned("AWS::S3::Bucket", "{}"), "`It`");
        bites(without_cost_tags, &bucket("app"), "`It`");
        bites(without_cost_tags, &parameter("app"), "`It`");
        accepts(without_cost_tags, &bucket("owner"));
        accepts(without_cost_tags, &parameter("owner"));
        accepts(without_cost_tags, &owned("AWS::S3::BucketPolicy", "{}"));
    }
}
