//! Tags: the nearest one wins, every resource that can carry tags has them, and no other.

use std::collections::BTreeMap;

use formwork_synth::{RawResource, Scope};
use serde_json::{Value as Json, json};

use crate::{
    common::{app, templates},
    random::{Random, try_on},
};

type Tags = BTreeMap<String, String>;

fn tags(random: &mut Random, place: usize) -> Tags {
    random
        .some(&["a", "b", "c", "d"])
        .into_iter()
        .map(|key| (key.to_owned(), format!("{key}{place}")))
        .collect()
}

/// What each resource must carry, by logical id.
type Wanted = BTreeMap<String, Tags>;

fn fill(
    random: &mut Random,
    scope: &mut Scope<'_>,
    (path, depth): (&str, usize),
    above: &Tags,
    wanted: &mut Wanted,
) {
    let own = tags(random, wanted.len());
    own.iter().for_each(|(key, value)| scope.tag(key.clone(), value.clone()));
    let mut inherited = above.clone();
    inherited.extend(own);
    for index in 0..1 + random.below(3) {
        let id = format!("N{index}");
        if depth > 0 && random.one_in(2) {
            let below = (&*format!("{path}{id}"), depth - 1);
            fill(random, &mut scope.group(id), below, &inherited, wanted);
            continue;
        }
        let own = tags(random, 100);
        let mut all = inherited.clone();
        all.extend(own.clone());
        let resource = resource(random, &own, &mut all);
        scope.add(id.clone(), resource);
        wanted.insert(format!("{path}{id}"), all);
    }
}

/// A resource of a type with tags as a list, as a map, with a word beside each, or with none; which then wants none.
fn resource(random: &mut Random, own: &Tags, all: &mut Tags) -> RawResource {
    let list = |extra: &Json| -> Json {
        let tag = |(key, value): (&String, &String)| {
            let mut tag = json!({"Key": key, "Value": value});
            tag.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            tag
        };
        own.iter().map(tag).collect()
    };
    match random.below(4) {
        0 => RawResource::new("AWS::SNS::Topic").property("Tags", list(&json!({}))),
        1 => RawResource::new("AWS::SSM::Parameter")
            .property("Type", "String")
            .property("Value", "x")
            .property("Tags", json!(own)),
        2 => RawResource::new("AWS::AutoScaling::AutoScalingGroup")
            .property("MinSize", "1")
            .property("MaxSize", "1")
            .property("AvailabilityZones", json!(["eu-west-1a"]))
            .property("InstanceId", "i-12345678")
            .property("Tags", list(&json!({"PropagateAtLaunch": true}))),
        _ => {
            all.clear();
            RawResource::new("AWS::SNS::Subscription")
                .property("Protocol", "email")
                .property("Endpoint", "a@example.com")
                .property("TopicArn", "arn:aws:sns:eu-west-1:123456789012:a")
        }
    }
}

fn carried(resource: &Json) -> Tags {
    let text = |json: &Json| json.as_str().unwrap().to_owned();
    match resource["Properties"].get("Tags") {
        None => Tags::new(),
        Some(Json::Object(tags)) => tags.iter().map(|(key, value)| (key.clone(), text(value))).collect(),
        Some(tags) => {
            let tags = tags.as_array().unwrap();
            let carried: Tags = tags.iter().map(|tag| (text(&tag["Key"]), text(&tag["Value"]))).collect();
            assert_eq!(carried.len(), tags.len(), "no key twice");
            let is_group = resource["Type"] == "AWS::AutoScaling::AutoScalingGroup";
            assert!(tags.iter().all(|tag| tag.get("PropagateAtLaunch").is_some() == is_group));
            carried
        }
    }
}

#[test]
fn the_nearest_tag_wins() {
    try_on(300, |random| {
        let mut app = app();
        let of_app = tags(random, 1_000);
        of_app.iter().for_each(|(key, value)| app.tag(key.clone(), value.clone()));
        let mut wanted = Wanted::new();
        fill(random, &mut app.stack("Shop"), ("", 3), &of_app, &mut wanted);
        let templates = templates(app);
        let resources = templates["Shop"]["Resources"].as_object().unwrap();
        let carried: Wanted =
            resources.iter().map(|(id, resource)| (id.clone(), carried(resource))).collect();
        assert_eq!(carried, wanted);
    });
}
