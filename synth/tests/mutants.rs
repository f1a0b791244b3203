//! For every resource type of the facts: the least valid resource has no finding, and each way to spoil it has one.

use formwork_assembly::Diagnostic;
use formwork_schema::{Object, Property, ResourceType, Rule, Type, resource_type, resource_types};
use formwork_synth::{Facts, Template, validate_with};
use serde_json::{Map, Value as Json, json};

/// Below this depth an optional object is not filled, so that types that hold themselves come to an end.
const DEEPEST: usize = 12;

/// Every type whose properties are checked: those of a transform are its own affair.
fn types() -> impl Iterator<Item = ResourceType> {
    resource_types()
        .filter_map(resource_type)
        .filter(|facts| facts.transform.is_none() && facts.name != "AWS::CloudFormation::CustomResource")
}

/// The least valid properties of a resource; two services want more than the facts say.
fn valid(facts: &ResourceType) -> Map<String, Json> {
    let mut properties = least(&facts.body, facts, 0);
    match facts.name {
        "AWS::DynamoDB::Table" => properties.insert("BillingMode".to_owned(), json!("PAY_PER_REQUEST")),
        "AWS::ElasticLoadBalancingV2::TargetGroup" => {
            properties.insert("TargetType".to_owned(), json!("lambda"))
        }
        _ => None,
    };
    properties
}

/// What the facts say that an object needs.
fn least(body: &Object, owner: &ResourceType, depth: usize) -> Map<String, Json> {
    let mut fields = Map::new();
    let property = |name: &str| body.properties.iter().find(|property| property.name == name);
    let mut wanted: Vec<&Property> = body.properties.iter().filter(|property| property.required).collect();
    // A rule may call for more, which may call for more again.
    for _ in 0..body.rules.len() + 1 {
        for property in wanted.drain(..) {
            if !fields.contains_key(property.name) {
                fields.insert(property.name.to_owned(), value(&property.ty, owner, depth + 1));
            }
        }
        for rule in &body.rules {
            let has = |name: &&'static str| fields.contains_key(*name);
            match rule {
                Rule::AnyOf(names) | Rule::OneOf(names) if !names.iter().any(has) => {
                    wanted.extend(names.first().and_then(|name| property(name)));
                }
                Rule::Requires(name, others) if has(name) => {
                    wanted.extend(others.iter().filter_map(|name| property(name)));
                }
                Rule::AnyGroup(groups) | Rule::OneGroup(groups)
                    if !groups.iter().any(|group| group.iter().all(has)) =>
                {
                    let first = groups.first().into_iter().flatten();
                    wanted.extend(first.filter_map(|name| property(name)));
                }
                _ => {}
            }
        }
    }
    fields
}

/// A valid value; where the facts have a pattern, one that nobody knows before it is deployed.
fn value(ty: &Type, owner: &ResourceType, depth: usize) -> Json {
    match ty {
        Type::String(text) => match (text.values.first(), text.pattern, text.min, text.format) {
            (Some(first), ..) => json!(first),
            (None, None, None | Some(0 | 1), None) => json!("x"),
            _ => json!({ "Ref": "Text" }),
        },
        Type::Integer(bounds) | Type::Number(bounds) => {
            json!(bounds.values.first().copied().or(bounds.min).or(bounds.max).unwrap_or(1.0))
        }
        Type::Boolean => json!(true),
        Type::Json => json!({ "Ref": "Text" }),
        Type::List(list) => {
            let count = list.min.unwrap_or(0);
            if list.unique && count > 1 || depth > DEEPEST {
                return json!({ "Ref": "List" });
            }
            (0..count).map(|_| value(&list.item, owner, depth + 1)).collect()
        }
        Type::Map(_) => json!({}),
        Type::Object(index) => {
            if depth > DEEPEST {
                return json!({ "Fn::FindInMap": ["Map", { "Ref": "Text" }, "Key"] });
            }
            Json::Object(least(&owner.definitions[*index].body, owner, depth))
        }
        Type::Union(types) => value(&types[0], owner, depth),
    }
}

/// The findings in a template of one resource.
fn findings(facts: &mut Facts, name: &str, properties: &Map<String, Json>) -> Vec<Diagnostic> {
    let template = json!({
        "Parameters": { "Text": { "Type": "String" }, "List": { "Type": "CommaDelimitedList" } },
        "Mappings": { "Map": { "a": { "Key": "value" } } },
        "Resources": { "It": { "Type": name, "Properties": properties } },
    });
    validate_with(facts, &Template::from(template))
}

/// What must be found, and what was spoilt.
struct Mutant {
    code: &'static str,
    what: String,
    properties: Map<String, Json>,
}

/// Every way to spoil the properties of one type, one at a time.
fn mutants(facts: &ResourceType, valid: &Map<String, Json>) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    let mut spoil = |code, what: String, name: &str, value: Option<Json>| {
        let mut properties = valid.clone();
        match value {
            Some(value) => properties.insert(name.to_owned(), value),
            None => properties.remove(name),
        };
        mutants.push(Mutant { code, what, properties });
    };
    if !facts.body.open {
        spoil("FW3002", "an unknown property".to_owned(), "Zebra", Some(json!("x")));
    }
    let is_property = |name: &str| facts.body.properties.iter().any(|property| property.name == name);
    for attribute in
        facts.attributes.iter().filter(|one| !one.name.contains(['.', '*']) && !is_property(one.name))
    {
        spoil("FW3004", format!("`{}` is read-only", attribute.name), attribute.name, Some(json!("x")));
    }
    for property in &facts.body.properties {
        let name = property.name;
        if property.required {
            spoil("FW3003", format!("`{name}` is missing"), name, None);
            spoil("FW3003", format!("`{name}` is no value"), name, Some(json!({ "Ref": "AWS::NoValue" })));
        }
        for (code, wrong) in wrong_values(&property.ty) {
            spoil(code, format!("`{name}` is {wrong}"), name, Some(wrong));
        }
    }
    mutants
}

/// Values that are wrong whatever else there is, each with the finding that says so.
fn wrong_values(ty: &Type) -> Vec<(&'static str, Json)> {
    match ty {
        Type::String(text) => {
            let mut wrong = vec![
                ("FW3005", json!(["x"])),
                ("FW3005", json!({ "a": "x" })),
                ("FW3005", json!({ "Ref": "List" })),
                ("FW3014", Json::Null),
            ];
            if !text.values.is_empty() {
                wrong.push(("FW3006", json!("no such value")));
            } else if let Some(max) = text.max.filter(|max| *max < 5_000) {
                wrong.push(("FW3008", json!("x".repeat(max as usize + 1))));
            }
            wrong
        }
        Type::Integer(bounds) | Type::Number(bounds) => {
            let mut wrong = vec![("FW3005", json!("many")), ("FW3005", json!(true)), ("FW3005", json!([1]))];
            if bounds.values.is_empty() {
                wrong.extend(bounds.max.map(|max| ("FW3009", json!(max + 1.0))));
                wrong.extend(bounds.min.map(|min| ("FW3009", json!(min - 1.0))));
            } else {
                wrong.push(("FW3006", json!(-12_345)));
            }
            wrong
        }
        Type::Boolean => {
            vec![("FW3005", json!("yes")), ("FW3005", json!(1)), ("FW3005", json!({ "Fn::GetAZs": "" }))]
        }
        Type::Json => Vec::new(),
        Type::List(list) => {
            let mut wrong = vec![
                ("FW3005", json!("x")),
                ("FW3005", json!({ "a": "x" })),
                ("FW3005", json!({ "Ref": "Text" })),
            ];
            if let Some(max) = list.max.filter(|max| *max < 200) {
                wrong.push(("FW3010", vec![json!({ "Ref": "Text" }); max as usize + 1].into()));
            }
            wrong.extend(list.min.filter(|min| *min > 0).map(|_| ("FW3010", json!([]))));
            if list.unique && list.max.is_none_or(|max| max > 1) {
                wrong.push(("FW3011", json!([{ "Ref": "Text" }, { "Ref": "Text" }])));
            }
            wrong
        }
        Type::Map(_) => vec![("FW3005", json!("x")), ("FW3005", json!([]))],
        Type::Object(_) => {
            vec![("FW3005", json!("x")), ("FW3005", json!([])), ("FW3005", json!({ "Fn::Join": ["", []] }))]
        }
        Type::Union(_) => Vec::new(),
    }
}

#[test]
fn the_least_valid_resource_of_every_type_has_no_finding() {
    let mut facts = Facts::new();
    let mut alarms = Vec::new();
    for one in types() {
        let properties = valid(&one);
        for finding in findings(&mut facts, one.name, &properties) {
            alarms.push(format!("{} {} {:?}", one.name, finding.message, finding.property));
        }
    }
    assert!(alarms.is_empty(), "{} alarms:\n{}", alarms.len(), alarms.join("\n"));
}

#[test]
fn every_mutant_of_every_type_is_found() {
    let mut facts = Facts::new();
    let (mut count, mut missed) = (0, Vec::new());
    for one in types() {
        let valid = valid(&one);
        for mutant in mutants(&one, &valid) {
            count += 1;
            let found = findings(&mut facts, one.name, &mutant.properties);
            if !found.iter().any(|finding| finding.code == mutant.code && finding.is_error()) {
                let codes: Vec<_> = found.iter().map(|finding| &*finding.code).collect();
                missed
                    .push(format!("{}: {} should be {}, not {codes:?}", one.name, mutant.what, mutant.code));
            }
        }
    }
    assert!(count > 50_000, "only {count} mutants");
    assert!(
        missed.is_empty(),
        "{} of {count} missed:\n{}",
        missed.len(),
        missed[..missed.len().min(50)].join("\n")
    );
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn word(&mut self) -> String {
        const WORDS: [&str; 12] = [
            "Ref",
            "Fn::GetAtt",
            "Fn::Sub",
            "Fn::If",
            "Fn::ForEach::X",
            "Type",
            "Properties",
            "",
            "a.b",
            "${A}",
            "é\u{1}\"\\",
            "{{resolve:ssm:a}}",
        ];
        WORDS[self.roll(WORDS.len() as u64) as usize].to_owned()
    }

    fn json(&mut self, depth: u64) -> Json {
        match self.roll(if depth == 0 { 5 } else { 9 }) {
            0 => Json::Null,
            1 => json!(self.roll(2) == 0),
            2 => json!(self.roll(1_000) as f64 / 8.0),
            3 => json!(i64::MIN + self.roll(u64::MAX / 2) as i64),
            4 => json!(self.word()),
            5 | 6 => (0..self.roll(4)).map(|_| self.json(depth - 1)).collect(),
            _ => Json::Object(self.object(depth)),
        }
    }

    fn object(&mut self, depth: u64) -> Map<String, Json> {
        (0..self.roll(4)).map(|_| (self.word(), self.json(depth - 1))).collect()
    }
}

#[test]
fn any_json_is_read_checked_and_written_back() {
    let mut facts = Facts::new();
    let mut dice = Dice(0x5EED);
    let sections =
        ["Parameters", "Mappings", "Conditions", "Rules", "Outputs", "Transform", "Metadata", "Other"];
    for _ in 0..20_000 {
        let mut json = json!({ "Resources": { "A": dice.json(5), "B": { "Type": "AWS::S3::Bucket", "Properties": dice.json(5) } } });
        let section = sections[dice.roll(sections.len() as u64) as usize];
        json[section] = dice.json(5);
        json["Resources"][dice.word()] = dice.json(3);
        let template = Template::from(json.clone());
        let written: Json = serde_json::from_str(&template.to_text()).expect("a template is JSON");
        assert_eq!(written, json);
        // What is found does not matter here, but that it is found twice the same.
        assert_eq!(validate_with(&mut facts, &template), validate_with(&mut facts, &template));
    }
}
