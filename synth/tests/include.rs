//! Existing templates inside an app: kept to the letter, reachable by typed handles, and refused where they clash.
#![allow(clippy::unwrap_used)]

mod common;

use common::{app, codes, run, templates};
use formwork_assembly::Diagnostic;
use formwork_synth::{
    DeletionPolicy, Grant, Handle, NodeId, PrincipalRole, RawHandle, RawResource, Resource, ResourceOptions,
    Stack, Template, Value, intrinsic,
};
use serde_json::{Value as Json, json};

/// A template with an entry in every section, in the spellings that templates have.
fn legacy() -> Json {
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "From before",
        "Metadata": {"team": "web"},
        "Transform": ["AWS::LanguageExtensions"],
        "Parameters": {"size": {"Type": "String", "Default": "small"}},
        "Rules": {"Sane": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "size"}, "small"]}}]}},
        "Mappings": {"Names": {"small": {"name": "s"}}},
        "Conditions": {"IsSmall": {"Fn::Equals": [{"Ref": "size"}, "small"]}},
        "Resources": {
            "uploads": {
                "Type": "AWS::S3::Bucket",
                "Condition": "IsSmall",
                "DeletionPolicy": "Retain",
                "Metadata": {"why": "kept"},
                "Properties": {"BucketName": {"Fn::FindInMap": ["Names", {"Ref": "size"}, "name"]}},
            },
            "Empty": {"Type": "AWS::SNS::Topic", "Properties": {}, "DependsOn": "uploads"},
            "Fn::ForEach::Topics": ["Name", ["A", "B"], {"Topic${Name}": {"Type": "AWS::SNS::Topic"}}],
        },
        "Outputs": {"size": {"Value": {"Fn::GetAtt": ["uploads", "Arn"]}, "Condition": "IsSmall"}},
    })
}

/// A typed bucket, as a generated one is.
struct Bucket(RawResource);

#[derive(Clone)]
struct BucketRef(NodeId);

impl Resource for Bucket {
    const TYPE: &'static str = "AWS::S3::Bucket";
    type Handle = BucketRef;

    fn from_raw(raw: RawResource) -> Self {
        Self(raw)
    }

    fn into_raw(self) -> RawResource {
        self.0
    }
}

impl Handle for BucketRef {
    type Resource = Bucket;

    fn from_id(id: NodeId) -> Self {
        Self(id)
    }

    fn id(&self) -> NodeId {
        self.0
    }
}

#[test]
fn a_stack_that_only_includes_says_the_same() {
    let mut app = app();
    app.stack("Shop").include("Old", legacy().into());
    assert_eq!(templates(app)["Shop"], legacy());
}

#[test]
fn new_parts_use_old_ones_by_typed_handles() {
    let mut app = app();
    let mut shop = app.stack("Shop");
    let old = shop.include("Old", legacy().into());
    let bucket: BucketRef = old.resource("uploads").unwrap();
    let size: Value<String> = old.parameter("size").unwrap();
    let small = old.condition("IsSmall").unwrap();
    let names = old.mapping("Names").unwrap();
    let name = intrinsic::find_in_map::<String>(names, "small", "name");
    let topic = RawResource::new("AWS::SNS::Topic").property_expr("DisplayName", name.expr().clone());
    shop.add("Alerts", topic.only_if(small).depends_on(&bucket));
    shop.output("Chosen", &size);
    let role = PrincipalRole::existing("reader");
    let arn = old.raw_resource("uploads").unwrap().attribute("Arn");
    shop.grant(&role, Grant::allow(["s3:GetObject"], [arn]));

    let template = &templates(app)["Shop"];
    assert_eq!(
        template["Resources"]["Alerts"],
        json!({"Type": "AWS::SNS::Topic", "Condition": "IsSmall", "DependsOn": ["uploads"],
               "Properties": {"DisplayName": {"Fn::FindInMap": ["Names", "small", "name"]}}})
    );
    assert_eq!(template["Outputs"]["Chosen"], json!({"Value": {"Ref": "size"}}));
    assert_eq!(
        template["Resources"]["ReaderGrants"]["Properties"]["PolicyDocument"]["Statement"][0]["Resource"],
        json!([{"Fn::GetAtt": ["uploads", "Arn"]}])
    );
    assert_eq!(template["Resources"]["uploads"], legacy()["Resources"]["uploads"]);
}

#[test]
fn handles_are_of_the_right_type_or_none() {
    let mut app = app();
    let mut shop = app.stack("Shop");
    let old = shop.include("Old", legacy().into());
    assert!(old.resource::<BucketRef>("Empty").is_none(), "a topic is no bucket");
    assert!(old.resource::<BucketRef>("Uploads").is_none(), "names are told apart by case");
    assert!(old.raw_resource("Fn::ForEach::Topics").is_none());
    assert!(old.parameter::<String>("uploads").is_none());
    assert!(old.condition("size").is_none());
    assert_eq!(
        old.resources().collect::<Vec<_>>(),
        [("Empty", "AWS::SNS::Topic"), ("uploads", "AWS::S3::Bucket")]
    );
}

#[test]
fn an_old_resource_can_be_changed() {
    let mut app = app();
    let mut shop = app.stack("Shop");
    let old = shop.include("Old", legacy().into());
    let bucket: BucketRef = old.resource("uploads").unwrap();
    let empty: RawHandle = old.raw_resource("Empty").unwrap();
    let alerts = shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
    shop.modify(&bucket, |bucket| {
        Bucket(bucket.0.property("BucketName", "new"))
            .deletion_policy(DeletionPolicy::Delete)
            .metadata("who", "we")
    });
    shop.modify_raw(&empty, |topic| topic.options.depends_on.push(alerts.id()));
    let resources = &templates(app)["Shop"]["Resources"];
    assert_eq!(
        resources["uploads"],
        json!({"Type": "AWS::S3::Bucket", "Condition": "IsSmall", "DeletionPolicy": "Delete",
               "Metadata": {"who": "we", "why": "kept"}, "Properties": {"BucketName": "new"}})
    );
    assert_eq!(resources["Empty"]["DependsOn"], json!(["uploads", "Alerts"]));
}

#[test]
fn other_stacks_use_old_parts_as_they_use_new_ones() {
    let mut app = app();
    let old = app.stack("Data").include("Old", legacy().into());
    let arn = old.raw_resource("uploads").unwrap().attribute("Arn");
    let mut web = app.stack("Web");
    web.add("Alerts", RawResource::new("AWS::SNS::Topic"));
    web.output("Uploads", arn);
    let templates = templates(app);
    assert_eq!(
        templates["Data"]["Outputs"]["uploadsArn"],
        json!({"Condition": "IsSmall", "Value": {"Fn::GetAtt": ["uploads", "Arn"]}})
    );
    assert_eq!(templates["Data"]["Outputs"]["size"], legacy()["Outputs"]["size"]);
    assert_eq!(
        templates["Web"]["Outputs"]["Uploads"]["Value"],
        json!({"Fn::GetStackOutput": {"StackName": "shop-dev-Data", "OutputName": "uploadsArn"}})
    );
}

#[test]
fn an_id_that_is_taken_is_refused() {
    let topic = || RawResource::new("AWS::SNS::Topic");
    let mut one = app();
    let mut shop = one.stack("Shop");
    shop.include("Old", legacy().into());
    shop.add("Empty", topic());
    // An output may be called like a resource, a parameter may not.
    shop.output("Names", "x");
    assert_eq!(codes(one), ["FW1005"]);

    let mut twice = app();
    let mut shop = twice.stack("Shop");
    let template = json!({"Resources": {"A": {"Type": "AWS::SNS::Topic"}}});
    shop.include("Old", template.clone().into());
    shop.include("Older", template.into());
    assert_eq!(codes(twice), ["FW1005"]);
}

#[test]
fn what_stacks_say_adds_up() {
    let mut app = app();
    let mut shop = app.add("Shop", Stack::new().description("Mine").transform("AWS::Include"));
    for (id, topic) in [("Old", "A"), ("Older", "B")] {
        let resource = json!({"Type": "AWS::SNS::Topic"});
        let template = json!({
            "Description": id, "Transform": "AWS::LanguageExtensions", "Metadata": {id: 1},
            "Resources": {topic: resource},
        });
        shop.include(id, template.into());
    }
    let template = &templates(app)["Shop"];
    assert_eq!(template["Description"], "Mine");
    assert_eq!(template["Transform"], json!(["AWS::Include", "AWS::LanguageExtensions"]));
    assert_eq!(template["Metadata"], json!({"Old": 1, "Older": 1}));
}

#[test]
fn what_does_not_add_up_is_refused() {
    let mut one = app();
    let mut shop = one.stack("Shop");
    for (id, topic) in [("Old", "A"), ("Older", "B")] {
        let resource = json!({"Type": "AWS::SNS::Topic"});
        shop.include(id, json!({"Metadata": {"by": id}, "Resources": {topic: resource}}).into());
    }
    assert_eq!(codes(one), ["FW1005"]);

    for json in
        [json!(3), json!([]), json!({"Resources": []}), json!({"Resources": {"A": 1}, "Outputs": "x"})]
    {
        let mut app = app();
        let mut shop = app.stack("Shop");
        shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
        shop.include("Old", json.clone().into());
        let found = run(app).diagnostics;
        assert!(found.iter().any(|one| one.code == "FW3040"), "{json}: {found:#?}");
        let is_here = |one: &Diagnostic| one.at.as_ref().is_some_and(|at| at.file.ends_with("include.rs"));
        assert!(found.iter().all(is_here), "{found:#?}");
    }
}

#[test]
fn hostile_templates_are_refused_with_the_line_of_the_include() {
    for name in ["", "a b", "../x", "${x}", "\n", "ü", "Ref", "Fn::Sub", &"x".repeat(300)] {
        let mut app = app();
        let entry = json!({ name: {"Type": "AWS::SNS::Topic"} });
        let template =
            json!({"Resources": entry, "Outputs": entry, "Conditions": entry, "Parameters": entry});
        app.stack("Shop").include("Old", template.into());
        let found = run(app);
        assert!(found.assembly.is_none(), "{name}");
        assert!(found.diagnostics.iter().all(|one| one.at.is_some()), "{name}");
    }
}

#[test]
fn a_text_that_is_no_json_is_no_template() {
    assert!("Resources:\n  A: {}".parse::<Template>().is_err());
    let template: Template = legacy().to_string().parse().unwrap();
    assert_eq!(template, Template::from(legacy()));
}
