//! Text: what is put in comes out, whatever it looks like.

use formwork_synth::{App, Expr, Part, RawHandle, RawResource, ResourceOptions, Scope};
use serde_json::{Value as Json, json};

use crate::{
    common::{app, templates},
    random::{Random, try_on},
};

/// Adds a resource whose metadata, which nothing checks, holds an expression.
fn hold(shop: &mut Scope<'_>, expr: Expr) {
    let mut topic = RawResource::new("AWS::SNS::Topic");
    topic.options.metadata.set("Text", expr);
    shop.add("Holder", topic);
}

fn held(app: App) -> Json {
    templates(app)["Shop"]["Resources"]["Holder"]["Metadata"]["Text"].clone()
}

#[test]
fn a_literal_stays_what_it_is() {
    try_on(500, |random| {
        let (text, key) = (random.text(), random.text());
        let mut app = app();
        let mut shop = app.stack("Shop");
        hold(&mut shop, Expr::text(text.clone()));
        shop.add("Alerts", RawResource::new("AWS::SNS::Topic").metadata(key.clone(), text.clone()));
        let template = &templates(app)["Shop"]["Resources"];
        assert_eq!(template["Holder"]["Metadata"]["Text"], json!(text));
        assert_eq!(template["Alerts"]["Metadata"], json!({ key: text }));
    });
}

#[test]
fn parts_come_out_as_their_concatenation() {
    try_on(3_000, |random| {
        let mut app = app();
        let mut shop = app.stack("Shop");
        // Names that a variable of the call could take.
        let topics: Vec<(&str, RawHandle)> = ["A", "Value1", "Value2"]
            .map(|id| (id, shop.add(id, RawResource::new("AWS::SNS::Topic"))))
            .into();
        let (parts, wanted): (Vec<Part>, Vec<String>) =
            (0..random.below(7)).map(|_| part(random, &topics)).unzip();
        hold(&mut shop, Expr::Interpolation(parts));
        let got = held(app);
        assert_eq!(evaluate(&got), wanted.concat(), "{got}");
    });
}

/// A part, and what CloudFormation puts in its place.
fn part(random: &mut Random, topics: &[(&str, RawHandle)]) -> (Part, String) {
    let (id, topic) = random.pick(topics);
    let expr = |value: formwork_synth::Raw| formwork_synth::IntoValue::<String>::into_expr(value);
    match random.below(9) {
        0..3 => {
            let text = random.text();
            (Part::Text(text.clone().into()), text)
        }
        3 => {
            let text = random.text();
            (Part::Expr(Expr::text(text.clone())), text)
        }
        4 => (Part::Expr(Expr::Number(7.into())), "7".to_owned()),
        5 => (Part::Expr(expr(topic.reference())), format!("<{id}>")),
        6 => (Part::Expr(expr(topic.attribute("TopicName"))), format!("<{id}.TopicName>")),
        7 => (Part::Expr(Expr::pseudo("AWS::Region")), "<AWS::Region>".to_owned()),
        _ => {
            let (one, other) = (random.text(), random.text());
            let inner = vec![Part::Text(one.clone().into()), Part::Expr(expr(topic.reference()))];
            let texts = Expr::List(vec![Expr::Interpolation(inner), Expr::text(other.clone())]);
            let join = Expr::call("Fn::Join", Expr::List(vec![Expr::text("-"), texts]));
            (Part::Expr(join), format!("{one}<{id}>-{other}"))
        }
    }
}

/// What CloudFormation makes of a value, by the narrowest reading of its rules; references become `<Name>`.
fn evaluate(value: &Json) -> String {
    let Some(fields) = value.as_object() else {
        return value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned();
    };
    let (function, argument) = fields.iter().next().unwrap();
    match (function.as_str(), argument) {
        ("Ref", Json::String(name)) => format!("<{name}>"),
        ("Fn::GetAtt", Json::Array(parts)) => {
            format!("<{}.{}>", parts[0].as_str().unwrap(), parts[1].as_str().unwrap())
        }
        ("Fn::Join", Json::Array(parts)) => {
            let texts: Vec<String> = parts[1].as_array().unwrap().iter().map(evaluate).collect();
            texts.join(parts[0].as_str().unwrap())
        }
        ("Fn::Sub", Json::String(format)) => substitute(format, &json!({})),
        ("Fn::Sub", Json::Array(parts)) => substitute(parts[0].as_str().unwrap(), &parts[1]),
        _ => panic!("{value} is no function of this test"),
    }
}

fn substitute(format: &str, variables: &Json) -> String {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, next) = after.split_once('}').unwrap_or_else(|| panic!("`{format}` has an open brace"));
        text += before;
        match name.strip_prefix('!') {
            Some(literal) => {
                assert!(!literal.is_empty() && !literal.contains(['$', '{']), "`{format}` is not clear");
                text += &format!("${{{literal}}}");
            }
            None => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || ":._".contains(c);
                assert!(!name.is_empty() && name.chars().all(is_name), "`{format}` has a bad name");
                text += &variables.get(name).map_or_else(|| format!("<{name}>"), evaluate);
            }
        }
        rest = next;
    }
    text + rest
}
