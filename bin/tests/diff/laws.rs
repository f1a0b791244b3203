//! What holds for every template: a folder does not differ from itself, and no change of a property goes untold.

use serde_json::{Value, json};

use super::{between, diff, folders};

/// Numbers that look random and are the same at each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.roll(if depth == 0 { 4 } else { 8 }) {
            0 => json!(self.roll(100)),
            1 => json!(self.roll(2) == 0),
            2 => ["", "a", "b-c", "{{resolve:ssm:/a}}", "10.0.0.0/16"][self.roll(5)].into(),
            3 => json!({ "Ref": (["A", "B", "C"][self.roll(3)]) }),
            4 => (0..self.roll(4)).map(|_| self.value(depth - 1)).collect(),
            5 => (0..self.roll(3))
                .map(|id| json!({ "Name": format!("n{id}"), "Value": self.value(depth - 1) }))
                .collect(),
            _ => self.object(depth - 1),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        const NAMES: [&str; 9] = [
            "BucketName",
            "Tags",
            "KeySchema",
            "Environment",
            "Password",
            "Statement",
            "Description",
            "X",
            "Ingress",
        ];
        let fields = (0..=self.roll(4)).map(|_| (NAMES[self.roll(9)].to_owned(), self.value(depth)));
        Value::Object(fields.collect())
    }

    fn resources(&mut self) -> Value {
        const TYPES: [&str; 5] = [
            "AWS::S3::Bucket",
            "AWS::DynamoDB::Table",
            "AWS::ECS::TaskDefinition",
            "AWS::EC2::Subnet",
            "Custom::X",
        ];
        let resource =
            |dice: &mut Self| json!({ "Type": (TYPES[dice.roll(5)]), "Properties": dice.object(3) });
        json!({ "A": resource(self), "B": resource(self), "C": resource(self) })
    }

    /// Another value at one place somewhere below.
    fn change(&mut self, value: &mut Value) {
        let inner: Vec<&mut Value> = match value {
            Value::Array(items) => items.iter_mut().collect(),
            Value::Object(fields) => fields.values_mut().collect(),
            _ => Vec::new(),
        };
        let count = inner.len();
        if count > 0 && self.roll(5) > 0 {
            let place = self.roll(count);
            if let Some(inner) = inner.into_iter().nth(place) {
                return self.change(inner);
            }
        }
        match value {
            Value::Array(items)
                if items.len() > 1 && items[0] != items[items.len() - 1] && self.roll(2) == 0 =>
            {
                items.reverse()
            }
            Value::Array(items) => items.push(json!("new")),
            Value::Object(fields) if !fields.contains_key("New") => {
                drop(fields.insert("New".to_owned(), json!(1)))
            }
            other => *other = json!("changed"),
        }
    }
}

#[test]
fn a_folder_does_not_differ_from_itself() {
    let mut dice = Dice(1);
    for _ in 0..30 {
        let template = json!({ "Resources": dice.resources() });
        let run = diff(folders(&template, &template).path(), &["--fail-on", "replace"]);
        assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "no differences from old\n", ""));
    }
}

#[test]
fn every_change_of_a_property_is_told() {
    let mut dice = Dice(2);
    for _ in 0..300 {
        let old = dice.resources();
        let mut new = old.clone();
        dice.change(&mut new["B"]["Properties"]);
        assert_ne!(old, new);
        let diff = between(old.clone(), new.clone());
        let resources = diff["stacks"][0]["resources"].as_array();
        let told = resources.into_iter().flatten().find(|one| one["logicalId"] == "B");
        let changes = told.and_then(|told| told["changes"].as_array());
        let own = changes.into_iter().flatten().filter(|change| change.get("follows").is_none()).count();
        assert!(own > 0, "{old:#}\n{new:#}\n{diff:#}");
    }
}
