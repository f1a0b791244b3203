//! Templates that are read: writing them back loses nothing, and reading never fails.

use formwork_synth::{Template, validate};
use serde_json::{Value as Json, json};

use crate::random::{Random, try_on};

/// A JSON object that is more or less a template.
fn template(random: &mut Random) -> Json {
    const SECTIONS: [&str; 8] = [
        "Resources",
        "Parameters",
        "Outputs",
        "Conditions",
        "Mappings",
        "Rules",
        "Metadata",
        "Fn::Transform",
    ];
    let mut template = Json::Object(if random.one_in(2) { random.fields(3) } else { Default::default() });
    for section in random.some(&SECTIONS) {
        template[section] = if random.one_in(4) { random.json(3) } else { Json::Object(random.fields(4)) };
    }
    if random.one_in(2) {
        let body = Json::Object(random.fields(3));
        template["Resources"] = json!({"Alerts": {"Type": "AWS::SNS::Topic", "Properties": body}});
    }
    template
}

#[test]
fn writing_back_is_the_identity() {
    try_on(3_000, |random| {
        let json = template(random);
        let template = Template::from(json.clone());
        for text in [template.to_text(), template.to_compact_text()] {
            assert_eq!(serde_json::from_str::<Json>(&text).unwrap(), json, "{text}");
        }
        let again: Template = template.to_text().parse().unwrap();
        assert_eq!(again.to_text(), template.to_text());
    });
}

#[test]
fn anything_can_be_validated() {
    try_on(2_000, |random| {
        let json = if random.one_in(8) { random.json(4) } else { template(random) };
        let findings = validate(&Template::from(json.clone()));
        let has_resources = json.get("Resources").is_some_and(Json::is_object);
        assert!(has_resources || !findings.is_empty(), "{json}");
    });
}
