//! What the public can reach that it could not before: balancers, databases, buckets, function addresses, policies for everybody.

use formwork_assembly::{SortedSet, each};
use serde_json::Value;

use super::{
    Highlight, Kind,
    highlight::about,
    side::{Side, kind},
};

/// Every exposure that was not there before.
pub(super) fn new(old: Option<&Side<'_>>, new: Option<&Side<'_>>) -> Vec<Highlight> {
    let (before, Some(side)) = (old.map(exposures).unwrap_or_default(), new) else { return Vec::new() };
    let now = exposures(side);
    let come = now.iter().filter(|exposure| !before.contains(*exposure));
    each(come, |(id, text)| about(side, Kind::Public, id, (*text).to_owned()))
}

fn exposures(side: &Side<'_>) -> SortedSet<(String, &'static str)> {
    let mut found = SortedSet::new();
    for (id, resource) in side.resources() {
        let Some(properties) = resource.get("Properties") else { continue };
        let mut note = |text| found.insert((id.to_owned(), text));
        let is_on = |value: &Value| *value == true || *value == "true";
        match kind(resource) {
            // Without a word a balancer faces the internet.
            "AWS::ElasticLoadBalancingV2::LoadBalancer" if properties["Scheme"] != "internal" => {
                note("the load balancer faces the internet");
            }
            "AWS::ElasticLoadBalancing::LoadBalancer" if properties["Scheme"] != "internal" => {
                note("the load balancer faces the internet");
            }
            "AWS::Lambda::Url" if properties["AuthType"] == "NONE" => {
                note("everybody may call the function");
            }
            "AWS::S3::Bucket" => {
                // Without a word all four are on.
                let block = properties["PublicAccessBlockConfiguration"].as_object();
                if block.is_some_and(|block| BLOCKS.iter().any(|name| !block.get(*name).is_some_and(is_on))) {
                    note("public access to the bucket is not blocked");
                }
            }
            _ => {}
        }
        if is_on(&properties["PubliclyAccessible"]) {
            note("has an address on the internet");
        }
        if properties["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "ENABLED" {
            note("tasks have addresses on the internet");
        }
        if is_for_everybody(properties) {
            note("a policy without a condition lets everybody in");
        }
    }
    found
}

const BLOCKS: [&str; 4] =
    ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

/// True where a statement allows something to everybody, without condition.
fn is_for_everybody(value: &Value) -> bool {
    match value {
        Value::Object(fields) => {
            let everybody = |principal: &Value| {
                *principal == "*"
                    || principal["AWS"] == "*"
                    || principal["AWS"].as_array().is_some_and(|all| all.contains(&"*".into()))
            };
            let is_open = value["Effect"] == "Allow"
                && everybody(&value["Principal"])
                && value["Condition"].as_object().is_none_or(serde_json::Map::is_empty);
            is_open || fields.values().any(is_for_everybody)
        }
        Value::Array(items) => items.iter().any(is_for_everybody),
        _ => false,
    }
}
