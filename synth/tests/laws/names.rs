//! Names: what CloudFormation can carry, and never one for two things.

use std::collections::{BTreeMap, BTreeSet};

use formwork_synth::{RawResource, Scope};

use crate::{
    common::{app, run, templates},
    random::{Random, try_on},
};

/// Resources by their ids, and groups of them.
#[derive(Debug, Default)]
struct Tree(BTreeMap<String, Option<Tree>>);

impl Tree {
    fn grow(random: &mut Random, depth: usize) -> Self {
        const IDS: [&str; 12] = ["a", "A", "b", "aB", "ab", "a.b", "a-B", "-a", "1", "a1", "Ab_", "B.1"];
        let mut tree = Self::default();
        for _ in 0..1 + random.below(3) {
            let inside = (depth > 0 && random.one_in(2)).then(|| Self::grow(random, depth - 1));
            tree.0.entry((*random.pick(&IDS)).to_owned()).or_insert(inside);
        }
        tree
    }

    fn build(&self, scope: &mut Scope<'_>) {
        for (id, inside) in &self.0 {
            match inside {
                Some(inside) => inside.build(&mut scope.group(id)),
                None => {
                    scope.add(id, RawResource::new("AWS::SNS::Topic").metadata_path(scope, id));
                }
            }
        }
    }

    fn leaves(&self) -> usize {
        self.0.values().map(|inside| inside.as_ref().map_or(1, Self::leaves)).sum()
    }
}

/// Lets a resource say where it lies.
trait SaysPath {
    fn metadata_path(self, scope: &Scope<'_>, id: &str) -> Self;
}

impl SaysPath for RawResource {
    fn metadata_path(self, scope: &Scope<'_>, id: &str) -> Self {
        formwork_synth::ResourceOptions::metadata(self, "Path", format!("{}/{id}", scope.path()))
    }
}

fn is_logical_id(id: &str) -> bool {
    (1..=255).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[test]
fn different_paths_have_different_ids_or_are_refused() {
    let (mut right, mut wrong) = (0, 0);
    let counts = std::cell::RefCell::new((&mut right, &mut wrong));
    try_on(600, |random| {
        let tree = Tree::grow(random, 3);
        let mut app = app();
        tree.build(&mut app.stack("Shop"));
        let synthesis = run(app);
        let mut counts = counts.borrow_mut();
        match synthesis.assembly {
            Some(assembly) => {
                let template: serde_json::Value = serde_json::from_str(&assembly.stacks[0].template).unwrap();
                let resources = template["Resources"].as_object().unwrap();
                let paths: BTreeSet<&str> =
                    resources.values().map(|one| one["Metadata"]["Path"].as_str().unwrap()).collect();
                assert_eq!(paths.len(), tree.leaves(), "{tree:#?}");
                assert!(resources.keys().all(|id| is_logical_id(id)));
                *counts.0 += 1;
            }
            None => {
                assert!(synthesis.diagnostics.iter().all(|one| one.code == "FW1005"), "{tree:#?}");
                *counts.1 += 1;
            }
        }
    });
    assert!(right > 100 && wrong > 100, "both happen: {right}, {wrong}");
}

#[test]
fn every_name_in_a_template_is_one_that_cloudformation_takes() {
    try_on(300, |random| {
        let mut app = app();
        let mut scope = app.stack("Shop");
        scope.add("Own", RawResource::new("AWS::SNS::Topic"));
        let length = 1 + random.below(120);
        let letters = ["a", "Z", "0", "-", "_", "."];
        let id: String = (0..length).map(|_| *random.pick(&letters)).collect();
        let mut outer = scope.group(&id);
        outer.group(&id).add(&id, RawResource::new("AWS::SNS::Topic"));
        outer.output("Url", "x");
        let synthesis = run(app);
        for stack in synthesis.assembly.iter().flat_map(|assembly| &assembly.stacks) {
            let template: serde_json::Value = serde_json::from_str(&stack.template).unwrap();
            for section in ["Resources", "Outputs"] {
                assert!(template[section].as_object().unwrap().keys().all(|id| is_logical_id(id)), "{id}");
            }
        }
        if synthesis.assembly.is_none() {
            let codes = ["FW1002", "FW1004"];
            assert!(synthesis.diagnostics.iter().all(|one| codes.contains(&&*one.code)), "{synthesis:#?}");
        }
    });
}

#[test]
fn two_stacks_of_a_region_have_two_names() {
    let topic = || RawResource::new("AWS::SNS::Topic");
    let build = |one: &str, other: &str, region: &str| {
        let mut app = app();
        app.stack(one).add("Topic", topic());
        app.add(other, formwork_synth::Stack::new().region(region)).add("Topic", topic());
        app.add("C", formwork_synth::Stack::new().region("eu-west-1").name("c")).add("Topic", topic());
        app.add("D", formwork_synth::Stack::new().region(region).name("c")).add("Topic", topic());
        run(app).diagnostics
    };
    assert_eq!(build("a.b", "a_b", "us-east-1").len(), 0, "the regions differ");
    let found = build("a.b", "a_b", "eu-west-1");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].code, "FW4002");
    assert_eq!(found[0].related.len(), 1);
}

#[test]
fn two_values_for_other_stacks_have_two_outputs() {
    let mut app = app();
    let mut data = app.stack("Data");
    let stream = data.add("A", RawResource::new("AWS::SNS::Topic"));
    let other = data.add(
        "ATopic",
        RawResource::new("AWS::CloudFormation::CustomResource")
            .property("ServiceToken", "arn:aws:sns:eu-west-1:123456789012:a"),
    );
    let mut web = app.stack("Web");
    web.add("Topic", RawResource::new("AWS::SNS::Topic"));
    web.output("One", stream.attribute("TopicName"));
    web.output("Again", stream.attribute("TopicName"));
    web.output("Other", other.attribute("Name"));
    let found = run(app).diagnostics;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].code, "FW2004");
    assert_eq!(found[0].path.as_deref(), Some("Data/ATopic"));
}

#[test]
fn ids_of_children_do_not_reach_their_siblings() {
    let mut app = app();
    let mut shop = app.stack("Shop");
    shop.group("Api").add("Topic", RawResource::new("AWS::SNS::Topic"));
    shop.add("Topic", RawResource::new("AWS::SNS::Topic"));
    let templates = templates(app);
    let ids: Vec<&String> = templates["Shop"]["Resources"].as_object().unwrap().keys().collect();
    assert_eq!(ids, ["ApiTopic", "Topic"]);
}
