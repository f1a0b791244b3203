//! What was changed beside the templates is found, with construct and line.

use formwork_cli::deploy::{
    StackDrift,
    cloud::{DriftDetection, DriftedProperty, ResourceDrift},
    drift, outputs,
};
use serde_json::json;

use crate::rig::{Came, Rig, alarm, stack, template};

fn rig() -> Rig {
    let resources = json!({
        "Jobs": alarm(0), "Mails": alarm(0), "Same": alarm(0), "Odd": alarm(0), "NoDriftHere": alarm(0),
    });
    let rig = Rig::new(vec![stack("Shop", resources.clone())]);
    rig.cloud.world().deployed("shop-dev-Shop", &template(resources));
    let property = |path: &str, expected: &str, actual: &str| DriftedProperty {
        path: path.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
        difference: "NOT_EQUAL".to_owned(),
    };
    let of = |id: &str, status: &str, properties| ResourceDrift {
        logical_id: id.to_owned(),
        kind: "AWS::CloudWatch::Alarm".to_owned(),
        status: status.to_owned(),
        properties,
        ..ResourceDrift::default()
    };
    let drifts = vec![
        of(
            "Mails",
            "MODIFIED",
            vec![
                property("/EvaluationPeriods", "0", "9"),
                property("/AuthToken", "hunter1", "hunter2"),
                property("/Containers/0/Environment/2", r#"{"Name":"DB_PASSWORD","Value":"hunter3"}"#, ""),
                property("/Containers/0/Environment/1/Value", "hunter4", "hunter5"),
            ],
        ),
        of("Jobs", "DELETED", Vec::new()),
        of("Same", "IN_SYNC", Vec::new()),
        of("Odd", "UNKNOWN", Vec::new()),
    ];
    rig.cloud.world().drifts.insert("shop-dev-Shop".to_owned(), drifts);
    rig.cloud.world().page = 2;
    rig
}

async fn run(rig: &mut Rig) -> Came<Vec<StackDrift>> {
    let (session, target) = (rig.session.clone(), rig.target.clone());
    rig.drive(async move { drift(&session, &target, &[]).await }).await
}

#[tokio::test(start_paused = true)]
async fn drifted_resources_are_found_and_secrets_are_not_shown() {
    let mut rig = rig();
    let came = run(&mut rig).await;
    let found = came.result.expect("it works");
    let paths: Vec<_> =
        found[0].resources.iter().map(|one| (one.path.as_str(), one.status.as_str())).collect();
    assert_eq!(paths, [("Shop/Jobs", "DELETED"), ("Shop/Mails", "MODIFIED")]);
    assert_eq!(found[0].unchecked, 2, "one could not be looked at, one is not among the answers");
    let mails = &found[0].resources[1];
    assert!(mails.at.is_some());
    assert_eq!((mails.properties[0].expected.as_str(), mails.properties[0].actual.as_str()), ("0", "9"));
    assert!(!format!("{found:?}").contains("hunter"));
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_looked_at_is_told() {
    let mut rig = rig();
    rig.cloud.world().detection =
        DriftDetection { status: "DETECTION_FAILED".to_owned(), reason: Some("no right".to_owned()) };
    let came = run(&mut rig).await;
    assert_eq!(came.warnings(), ["FW6321"]);
    assert_eq!(came.result.expect("it works")[0].resources.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn addresses_come_last_of_the_outputs() {
    let mut rig = rig();
    let new = json!({
        "Resources": { "Jobs": alarm(0) },
        "Outputs": { "Url": { "Value": "https://shop.example" }, "Name": { "Value": "shop" } },
    });
    rig.cloud.world().deployed("shop-dev-Shop", &new.to_string());
    let (session, target) = (rig.session.clone(), rig.target.clone());
    let came = rig.drive(async move { outputs(&session, &target, &[]).await }).await;
    let found = came.result.expect("it works");
    let keys: Vec<&str> = found[0].outputs.iter().map(|output| output.key.as_str()).collect();
    assert_eq!(keys, ["Name", "Url"]);
}
