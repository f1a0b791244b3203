//! Whole apps through the public door: ids, references, wires, tags and what is refused.

#![allow(clippy::unwrap_used)]

mod common;

use common::{app, codes, run, templates};
use formwork_synth::{
    App, Attr, Condition, CrossStack, DeletionPolicy, Grant, Handle, Parameter, Peer, PrincipalRole,
    RawHandle, RawResource, ResourceOptions, Scope, Stack, Stage, intrinsic, port, raw, sub, testing,
};
use serde_json::{Value as Json, json};

fn topic() -> RawResource {
    RawResource::new("AWS::SNS::Topic")
}

fn name(handle: &RawHandle) -> formwork_synth::Raw {
    handle.attribute("TopicName")
}

#[test]
fn a_resource_is_named_by_its_path() {
    let mut app = app();
    let mut shop = app.stack("Shop");
    shop.group("Api").add("dead-letters", topic());
    assert_eq!(templates(app)["Shop"]["Resources"], json!({"ApiDeadLetters": {"Type": "AWS::SNS::Topic"}}));
}

#[test]
fn siblings_may_be_added_in_any_order() {
    let build = |ids: [&str; 3]| {
        let mut app = app();
        let mut shop = app.stack("Shop");
        for id in ids {
            shop.add(id, topic().property("DisplayName", id));
        }
        run(app).assembly.unwrap().stacks[0].template.clone()
    };
    assert_eq!(build(["A", "B", "C"]), build(["C", "A", "B"]));
}

#[test]
fn a_doubled_id_names_both_lines() {
    let mut app = app();
    let mut shop = app.stack("Shop");
    shop.add("Alerts", topic());
    shop.add("Alerts", topic());
    shop.add("bad/id", topic());
    let found = run(app).diagnostics;
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_eq!(found[0].code, "FW1001");
    let (first, second) = (&found[0].related[0].at, found[0].at.as_ref().unwrap());
    assert_eq!(first.line + 1, second.line);
    assert!(second.file.ends_with("app.rs"));
    assert_eq!(found[1].code, "FW1002");
}

#[test]
fn paths_that_fold_to_one_logical_id_clash() {
    let mut app = app();
    let mut shop = app.stack("Shop");
    shop.add("ApiService", topic());
    shop.group("Api").add("Service", topic());
    assert_eq!(codes(app), ["FW1005"]);
}

#[test]
fn references_stay_inside_a_stack_and_cross_between_stacks() {
    let mut app = app();
    let mut data = app.stack("Data");
    let alerts = data.add("Alerts", topic());
    let mut web = app.add("Web", Stack::new().region("eu-west-1"));
    web.add("Copy", topic().property_expr("DisplayName", into(name(&alerts))));
    let templates = templates_with_region(app);
    assert_eq!(
        templates["Web"]["Resources"]["Copy"]["Properties"]["DisplayName"],
        json!({"Fn::GetStackOutput": {"StackName": "shop-dev-Data", "OutputName": "AlertsTopicName", "Region": "us-east-1"}})
    );
    assert_eq!(
        templates["Data"]["Outputs"],
        json!({"AlertsTopicName": {"Value": {"Fn::GetAtt": ["Alerts", "TopicName"]}}})
    );
}

fn into(value: formwork_synth::Raw) -> formwork_synth::Expr {
    formwork_synth::IntoValue::<String>::into_expr(value)
}

/// Rebuilds the same app in a stage with a region, which a reference from another region needs.
fn templates_with_region(app: App) -> Json {
    assert_eq!(codes(app), ["FW2005"]);
    let mut app = App::new("shop", &Stage::new("dev").region("us-east-1"));
    let alerts = app.stack("Data").add("Alerts", topic());
    let mut web = app.add("Web", Stack::new().region("eu-west-1"));
    web.add("Copy", topic().property_expr("DisplayName", into(name(&alerts))));
    templates(app)
}

#[test]
fn a_list_of_another_stack_travels_as_text() {
    use formwork_synth::Parameter;
    let mut app = app();
    let mut data = app.stack("Data");
    data.add("Alerts", topic());
    let zones = data.parameter("Zones", Parameter::list().default_value(raw("a,b")));
    let mut web = app.stack("Web");
    web.add("Alerts", topic());
    web.output("First", intrinsic::select::<String>(0, &zones));
    let templates = templates(app);
    assert_eq!(
        templates["Data"]["Outputs"]["ZonesRef"]["Value"],
        json!({"Fn::Join": [",", {"Ref": "Zones"}]})
    );
    let output = json!({"StackName": "shop-dev-Data", "OutputName": "ZonesRef"});
    assert_eq!(
        templates["Web"]["Outputs"]["First"]["Value"],
        json!({"Fn::Select": [0, {"Fn::Split": [",", {"Fn::GetStackOutput": output}]}]})
    );
}

#[test]
fn strong_references_are_exports() {
    let mut app = app();
    let alerts = app.add("Data", Stack::new().references(CrossStack::Strong)).add("Alerts", topic());
    let mut web = app.stack("Web");
    web.add("Alerts", topic());
    web.output("Name", name(&alerts));
    let templates = templates(app);
    assert_eq!(
        templates["Data"]["Outputs"]["AlertsTopicName"]["Export"]["Name"],
        "shop-dev-Data:AlertsTopicName"
    );
    assert_eq!(
        templates["Web"]["Outputs"]["Name"]["Value"],
        json!({"Fn::ImportValue": "shop-dev-Data:AlertsTopicName"})
    );
}

#[test]
fn stacks_that_need_each_other_are_refused_with_the_whole_circle() {
    let mut app = app();
    let one = app.stack("One").add("Alerts", topic());
    let mut two = app.stack("Two");
    let other = two.add("Alerts", topic());
    two.output("One", name(&one));
    let three = app.stack("Three").add("Alerts", topic().property_expr("DisplayName", into(name(&other))));
    app.stack("Four").add("Alerts", topic().property_expr("DisplayName", into(name(&three))));
    // `One` is closed; its resource is changed from another scope to use `Three`.
    let mut five = app.stack("Five");
    five.add("Alerts", topic());
    five.modify_raw(&one, |raw| {
        raw.properties.set("DisplayName", into(name(&three)));
    });
    let found = run(app).diagnostics;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].code, "FW2003");
    assert_eq!(found[0].message, "stacks need each other: `One` → `Three` → `Two` → `One`");
    assert_eq!(found[0].related.len(), 3);
}

#[test]
fn interpolated_text_is_a_literal_or_a_sub() {
    let mut app = app();
    let mut shop = app.stack("Shop");
    let alerts = shop.add("Alerts", topic());
    shop.output("Literal", sub!("{}-{}${{x}}", "a", "b"));
    shop.output("Sub", sub!("{}/{}/${{x}}/{}", name(&alerts), intrinsic::region(), "end"));
    shop.output("Join", sub!("{}!", intrinsic::join("-", ["a", "b"])));
    assert_eq!(
        templates(app)["Shop"]["Outputs"],
        json!({
            "Join": {"Value": {"Fn::Sub": ["${Value1}!", {"Value1": {"Fn::Join": ["-", ["a", "b"]]}}]}},
            "Literal": {"Value": "a-b${x}"},
            "Sub": {"Value": {"Fn::Sub": "${Alerts.TopicName}/${AWS::Region}/${!x}/end"}},
        })
    );
}

#[test]
fn conditions_parameters_and_mappings_are_named_where_they_are_used() {
    use formwork_synth::{Mapping, Rule};
    let mut app = app();
    let mut shop = app.stack("Shop");
    let size =
        shop.parameter("Size", Parameter::text().default_value("small").allowed_values(["small", "large"]));
    let large = shop.condition("IsLarge", Condition::equals(&size, "large"));
    let tables =
        shop.mapping("Names", Mapping::new().row("small", [("name", "s")]).row("large", [("name", "l")]));
    shop.rule("Sane", Rule::new().assert(Condition::equals(&size, "small").negate(), "not small"));
    let display = intrinsic::find_in_map::<String>(tables, &size, "name");
    let topic = topic().property_expr("DisplayName", display.expr().clone()).only_if(large);
    shop.add("Alerts", topic);
    shop.output("Answer", intrinsic::if_::<String>(large, "yes", raw(json!({"Ref": "AWS::NoValue"}))))
        .condition(large);
    let template = &templates(app)["Shop"];
    assert_eq!(template["Conditions"]["IsLarge"], json!({"Fn::Equals": [{"Ref": "Size"}, "large"]}));
    assert_eq!(
        template["Resources"]["Alerts"],
        json!({"Type": "AWS::SNS::Topic", "Condition": "IsLarge",
               "Properties": {"DisplayName": {"Fn::FindInMap": ["Names", {"Ref": "Size"}, "name"]}}})
    );
    assert_eq!(template["Outputs"]["Answer"]["Value"]["Fn::If"][0], "IsLarge");
    assert_eq!(template["Rules"]["Sane"]["Assertions"][0]["Assert"]["Fn::Not"][0]["Fn::Equals"][1], "small");
}

#[test]
fn the_value_of_a_secure_parameter_is_for_deploy_to_find() {
    let mut app = app();
    let mut shop = app.stack("Shop");
    let user = shop.parameter("User", Parameter::secure_string("shop-dev_user").description("who"));
    shop.add("Alerts", topic().property_expr("DisplayName", user.expr().clone()));
    let assembly = run(app).assembly.unwrap();
    let stack = &assembly.stacks[0];
    let template: Json = serde_json::from_str(&stack.template).unwrap();
    assert_eq!(
        template["Parameters"]["User"],
        json!({ "Type": "String", "Description": "who", "NoEcho": true })
    );
    assert_eq!(
        stack.secure_strings.iter().collect::<Vec<_>>(),
        [(&"User".to_owned(), &"shop-dev_user".to_owned())]
    );
}

#[test]
fn a_condition_of_another_stack_is_refused() {
    let mut app = app();
    let mut one = app.stack("One");
    let yes = one.condition("Yes", Condition::equals("a", "a"));
    one.add("Alerts", topic().only_if(yes));
    app.stack("Two").add("Alerts", topic().only_if(yes));
    assert_eq!(codes(app), ["FW2002"]);
}

#[test]
fn connections_and_grants_come_to_the_same_whatever_their_order() {
    let build = |reverse: bool| {
        let mut app = app();
        let mut shop = app.stack("Shop");
        let trust = json!({"Version": "2012-10-17", "Statement": []});
        let role =
            shop.add("Role", RawResource::new("AWS::IAM::Role").property("AssumeRolePolicyDocument", trust));
        let key = json!([{"AttributeName": "id", "KeyType": "HASH"}]);
        let table = RawResource::new("AWS::DynamoDB::Table").property("BillingMode", "PAY_PER_REQUEST");
        let table = shop.add("Table", table.property("KeySchema", key));
        let group = |shop: &mut Scope<'_>, id: &str| {
            let handle =
                shop.add(id, RawResource::new("AWS::EC2::SecurityGroup").property("GroupDescription", id));
            Peer::security_group(handle.id(), &Attr::<()>::of(handle.id(), "GroupId"))
        };
        let (api, db) = (group(&mut shop, "Api"), group(&mut shop, "Db"));
        let principal = PrincipalRole::of(role.id());
        let arn = || Attr::<Arn>::of(table.id(), "Arn");
        let mut grants = vec![
            Grant::allow(["dynamodb:GetItem"], [arn()]),
            Grant::allow(["dynamodb:Query", "dynamodb:GetItem"], [arn()]),
            Grant::allow(["s3:GetObject"], ["arn:aws:s3:::a/*"]).when(
                "StringEquals",
                "aws:PrincipalOrgID",
                "o-1",
            ),
        ];
        if reverse {
            grants.reverse();
        }
        for grant in grants {
            shop.grant(&principal, grant);
            shop.connect_on(&api, &db, port!(5432));
        }
        templates(app)["Shop"]["Resources"].clone()
    };
    let resources = build(false);
    assert_eq!(resources, build(true));
    assert_eq!(
        resources["RoleGrants"]["Properties"],
        json!({
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"],
                 "Resource": [{"Fn::GetAtt": ["Table", "Arn"]}]},
                {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::a/*"],
                 "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
            ]},
            "PolicyName": "ShopRoleGrants",
            "Roles": [{"Ref": "Role"}],
        })
    );
    assert_eq!(
        resources["ApiToDb5432"]["Properties"]["SourceSecurityGroupId"],
        json!({"Fn::GetAtt": ["Api", "GroupId"]})
    );
    assert_eq!(resources.as_object().unwrap().len(), 6);
}

struct Arn;
impl formwork_synth::Kind for Arn {}

#[test]
fn what_apps_grant_to_one_role_stands_side_by_side() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    shop.grant(&PrincipalRole::existing("reader"), Grant::allow(["s3:GetObject"], ["arn:aws:s3:::a/*"]));
    let policy = templates(app)["Shop"]["Resources"]["ReaderGrants"]["Properties"].clone();
    assert_eq!(policy["PolicyName"], json!({"Fn::Sub": "${AWS::StackName}-ReaderGrants"}));
    assert_eq!(policy["Roles"], json!(["reader"]));
}

#[test]
fn overrides_change_what_is_there_and_nothing_else() {
    let mut app = app();
    let mut shop = app.stack("Shop");
    shop.add(
        "Alerts",
        topic()
            .property("Tags", json!([{"Key": "a", "Value": "b"}]))
            .override_at("/Properties/Tags/0/Value", "c")
            .removal_policy(DeletionPolicy::Retain)
            .remove_at("/UpdateReplacePolicy"),
    );
    let alerts = templates(app)["Shop"]["Resources"]["Alerts"].clone();
    assert_eq!(
        alerts,
        json!({"Type": "AWS::SNS::Topic", "DeletionPolicy": "Retain",
               "Properties": {"Tags": [{"Key": "a", "Value": "c"}]}})
    );

    let mut app = common::app();
    let nowhere = ["/Properties/Tags/3/Value", "Properties", "/Nope/X"];
    let topic = nowhere.iter().fold(topic(), |topic, pointer| topic.override_at(*pointer, 1));
    app.stack("Shop").add("Alerts", topic.remove_at("/Metadata"));
    assert_eq!(codes(app), ["FW2006"; 4]);
}

#[test]
fn a_handle_of_another_app_is_refused() {
    let mut other = app();
    let mut stack = other.stack("Other");
    for id in ["A", "B", "C", "D"] {
        stack.add(id, topic());
    }
    let foreign = stack.add("E", topic());
    let mut app = app();
    let mut shop = app.stack("Shop");
    shop.add("Alerts", topic());
    shop.output("Name", name(&foreign));
    assert_eq!(codes(app), ["FW2001"]);
}

#[test]
fn a_hostile_name_is_reported_and_nothing_panics() {
    for id in ["", "../x", "a\nb", "${x}", "\"", "ü", &"x".repeat(400)] {
        let mut app = App::new(id, &Stage::new("dev"));
        let mut shop = app.stack(id);
        shop.add(id, topic());
        shop.output(id, "x");
        shop.tag(id.to_owned(), id.to_owned());
        assert!(run(app).assembly.is_none(), "{id}");
    }
}

#[test]
fn a_type_that_a_region_does_not_offer_is_a_warning() {
    let warnings = |region: &str| {
        let mut app = App::new("shop", &Stage::new("dev").region(region));
        app.stack("Shop").add("Alerts", topic());
        app.stack("Run").add("Watch", RawResource::new("AWS::AppRunner::ObservabilityConfiguration"));
        let formwork_assembly::Synthesis { assembly, diagnostics } = run(app);
        assert!(assembly.is_some(), "{diagnostics:#?}");
        diagnostics.into_iter().map(|one| (one.code.into_owned(), one.path.unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(warnings("eu-west-1"), []);
    assert_eq!(warnings("ca-west-1"), [("FW3049".to_owned(), "Run/Watch".to_owned())]);
    assert_eq!(warnings("eu-wset-1").len(), 2);
}

#[test]
fn an_accepted_finding_is_noted_and_nothing_else_is_hidden() {
    let build = |topic: RawResource| {
        let mut app = app();
        app.stack("Shop").add("Alerts", topic);
        run(app)
    };
    let newer = || topic().property("NewerThanTheFacts", true);
    assert_eq!(build(newer()).diagnostics[0].code, "FW3002");

    let accepted = build(newer().accept("FW3002", "announced last week"));
    assert_eq!(accepted.diagnostics, []);
    let template: Json = serde_json::from_str(&accepted.assembly.unwrap().stacks[0].template).unwrap();
    let notes = &template["Resources"]["Alerts"]["Metadata"]["formwork:accepted"];
    assert_eq!(*notes, json!(["FW3002: announced last week"]));

    let other =
        build(newer().property("DisplayName", json!({"a": 1})).accept("FW3002", "announced last week"));
    assert_eq!(other.diagnostics.iter().map(|one| &*one.code).collect::<Vec<_>>(), ["FW3005"]);

    let unused = build(topic().accept("FW3006", "why").accept("FW1001", "never"));
    assert!(unused.assembly.is_some());
    assert_eq!(unused.diagnostics.iter().map(|one| &*one.code).collect::<Vec<_>>(), ["FW3050", "FW3050"]);
}

#[test]
fn a_protected_app_says_whose_its_costs_are() {
    let found = |stage: &Stage, tag: fn(&mut App)| {
        let mut app = App::new("shop", stage);
        tag(&mut app);
        app.stack("Shop").add("Alerts", RawResource::new("AWS::SNS::Topic"));
        testing::findings(app)
    };
    let prod = Stage::new("prod").protected();
    let missing = found(&prod, |_| {});
    assert!(missing.contains("nobody can tell whose the costs of this app are"), "{missing}");
    assert!(missing.contains("synth/tests/app.rs"), "{missing}");
    assert_eq!(found(&Stage::new("dev"), |_| {}), "");
    assert_eq!(found(&prod, |app| app.cost_tags([("owner", "us")])), "");
    assert_eq!(found(&prod, |app| app.no_cost_tags("a sandbox")), "");
    let mut sandbox = app();
    sandbox.no_cost_tags("a sandbox");
    sandbox.stack("Shop").add("Alerts", topic());
    assert_eq!(
        templates(sandbox)["Shop"]["Metadata"]["formwork:accepted"],
        json!(["no cost tags: a sandbox"])
    );
}

#[test]
fn every_resource_that_can_carry_tags_carries_the_cost_tags() {
    let mut app = App::new("shop", &Stage::new("dev"));
    app.cost_tags([("owner", "us"), ("cost-center", "4711")]);
    let mut shop = app.stack("Shop");
    shop.tag("owner", "them");

    shop.add("Tagged", topic().property("Tags", json!([{ "Key": "cost-center", "Value": "42" }])));
    shop.add(
        "Untaggable",
        RawResource::new("AWS::SNS::TopicPolicy")
            .property("Topics", json!([]))
            .property("PolicyDocument", json!({})),
    );
    shop.add("Removed", topic().remove_at("/Properties/Tags"));
    let found = testing::findings(app);
    assert!(
        found.contains("Shop/Removed: the resource does not carry the cost tag `cost-center`"),
        "{found}"
    );
    assert!(found.contains("Shop/Removed: the resource does not carry the cost tag `owner`"), "{found}");
    assert_eq!(found.matches("cost tag").count(), 2, "{found}");
}
