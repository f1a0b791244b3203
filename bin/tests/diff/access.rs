//! Who may do what after a change, and what a resource of another type brings and loses.

use serde_json::{Value, json};

use super::between;

fn role(statements: Value) -> Value {
    let document = json!({ "Statement": statements });
    json!({ "Role": { "Type": "AWS::IAM::Policy", "Properties": { "PolicyName": "p", "PolicyDocument": document } } })
}

/// The highlights of a change, each as its kind and text.
fn highlights(old: Value, new: Value) -> Vec<(String, String)> {
    let diff = between(old, new);
    let all = diff["highlights"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.iter().map(|one| (text(&one["kind"]), text(&one["text"]))).collect()
}

#[test]
fn what_comes_and_goes_has_a_word_of_its_own() {
    let statement =
        |effect: &str| json!([{ "Effect": effect, "Action": "s3:DeleteObject", "Resource": "*" }]);
    let told = "`s3:DeleteObject` on `*`".to_owned();
    for (old, new, kind) in [
        (json!([]), statement("Allow"), "grants"),
        (statement("Allow"), json!([]), "revokes"),
        (json!([]), statement("Deny"), "denies"),
        (statement("Deny"), json!([]), "no-longer-denies"),
    ] {
        assert_eq!(highlights(role(old), role(new)), [(kind.to_owned(), told.clone())]);
    }
}

#[test]
fn a_resource_of_another_type_shows_what_each_property_was_and_is_to_be() {
    let old = json!({ "Jobs": { "Type": "AWS::SQS::Queue", "Properties": { "QueueName": "jobs" } } });
    let topic = json!({ "TopicName": "jobs", "Tags": [] });
    let new = json!({ "Jobs": { "Type": "AWS::SNS::Topic", "Properties": topic } });
    let diff = between(old.clone(), new.clone());
    let changes = diff["stacks"][0]["resources"][0]["changes"].as_array().cloned().unwrap_or_default();
    let told = |name: &str| changes.iter().find(|change| change["path"] == name).cloned().unwrap_or_default();
    assert_eq!(changes[0]["path"], "Type");
    assert_eq!((&told("QueueName")["before"], &told("TopicName")["after"]), (&json!("jobs"), &json!("jobs")));
    assert!(told("QueueName").get("after").is_none() && told("TopicName").get("before").is_none());
    let causes = highlights(old, new);
    assert!(
        causes.iter().all(|(_, text)| text.contains("`Type`") && !text.contains("`QueueName`")),
        "{causes:?}"
    );
}
