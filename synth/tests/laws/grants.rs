//! Wires: what is asked for is what is allowed, no more and no less, however often and in whatever order it is asked.

use std::collections::BTreeSet;

use formwork_synth::{App, Attr, Expr, Grant, Handle, Peer, Port, PrincipalRole, RawResource, Scope};
use serde_json::{Value as Json, json};

use crate::{
    common::{app, templates, texts},
    random::{Random, try_on},
};

/// An action, a resource and the conditions, each as text that is equal for equal things only.
type Triple = (String, String, String);

/// A statement as it is asked for: indices of what is named.
#[derive(Clone, Debug)]
struct Asked {
    actions: Vec<&'static str>,
    resources: Vec<usize>,
    conditions: Vec<(&'static str, &'static str, &'static str)>,
}

const ACTIONS: [&str; 4] = ["sns:Publish", "sns:Subscribe", "s3:GetObject", "s3:*"];
const CONDITIONS: [(&str, &str, &str); 3] = [
    ("StringEquals", "aws:ResourceTag/team", "web"),
    ("StringEquals", "aws:PrincipalOrgID", "o-1"),
    ("Bool", "aws:SecureTransport", "true"),
];

fn asked(random: &mut Random) -> Asked {
    let mut conditions = random.some(&CONDITIONS);
    random.shuffle(&mut conditions);
    let mut actions = random.some(&ACTIONS);
    random.shuffle(&mut actions);
    let mut resources: Vec<usize> = (0..random.below(4)).map(|_| random.below(RESOURCES.len())).collect();
    random.shuffle(&mut resources);
    Asked { actions, resources, conditions }
}

/// What stands in a policy for each resource. Some of them differ only in what they are, not in what they are called.
const RESOURCES: [&str; 7] = [
    r#""*""#,
    r#""arn:aws:s3:::a/*""#,
    r#""arn:aws:s3:::a/*,arn:aws:s3:::b""#,
    r#"{"Ref":"A"}"#,
    r#"{"Fn::GetAtt":["A","TopicArn"]}"#,
    r#"{"Ref":"ATopicArn"}"#,
    r#"{"Fn::Sub":"${A}/*"}"#,
];

fn describe(asked: &[Asked]) -> App {
    let mut app = app();
    let mut shop = app.stack("Shop");
    let a = shop.add("A", RawResource::new("AWS::SNS::Topic")).id();
    // Its path is that of the attribute of the other.
    let other = shop.add("A.TopicArn", RawResource::new("AWS::SNS::Topic")).id();
    let resource = |index: usize| match index {
        0 => Expr::text("*"),
        1 => Expr::text("arn:aws:s3:::a/*"),
        2 => Expr::text("arn:aws:s3:::a/*,arn:aws:s3:::b"),
        3 => Expr::Ref(a),
        4 => Expr::GetAtt(a, "TopicArn".into()),
        5 => Expr::Ref(other),
        _ => Expr::Interpolation(vec![
            formwork_synth::Part::Expr(Expr::Ref(a)),
            formwork_synth::Part::Text("/*".into()),
        ]),
    };
    for asked in asked {
        let resources = asked.resources.iter().map(|index| formwork_synth::Raw::from_expr(resource(*index)));
        let mut grant = Grant::allow(asked.actions.clone(), resources);
        for (operator, key, value) in &asked.conditions {
            grant = grant.when(*operator, *key, *value);
        }
        shop.grant(&PrincipalRole::existing("reader"), grant);
    }
    app
}

fn wanted(asked: &[Asked]) -> BTreeSet<Triple> {
    let mut triples = BTreeSet::new();
    for one in asked {
        let mut conditions = json!({});
        for (operator, key, value) in &one.conditions {
            conditions[operator][key] = json!(value);
        }
        for action in &one.actions {
            for resource in &one.resources {
                triples.insert(((*action).to_owned(), RESOURCES[*resource].to_owned(), sorted(&conditions)));
            }
        }
    }
    triples
}

fn allowed(app: App) -> BTreeSet<Triple> {
    let template = templates(app)["Shop"].clone();
    let document = &template["Resources"]["ReaderGrants"]["Properties"]["PolicyDocument"];
    let mut triples = BTreeSet::new();
    for statement in document["Statement"].as_array().into_iter().flatten() {
        assert_eq!(statement["Effect"], "Allow");
        let conditions = statement.get("Condition").cloned().unwrap_or_else(|| json!({}));
        for action in statement["Action"].as_array().unwrap() {
            for resource in statement["Resource"].as_array().unwrap() {
                let action = action.as_str().unwrap().to_owned();
                triples.insert((action, sorted(resource), sorted(&conditions)));
            }
        }
    }
    triples
}

/// The JSON with all keys in order.
fn sorted(json: &Json) -> String {
    match json {
        Json::Object(fields) => {
            let mut fields: Vec<String> =
                fields.iter().map(|(key, value)| format!("{}:{}", json!(key), sorted(value))).collect();
            fields.sort();
            format!("{{{}}}", fields.join(","))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

#[test]
fn what_is_asked_is_what_is_allowed() {
    try_on(400, |random| {
        let asked: Vec<Asked> = (0..random.below(7)).map(|_| asked(random)).collect();
        assert_eq!(allowed(describe(&asked)), wanted(&asked), "{asked:#?}");
    });
}

#[test]
fn neither_order_nor_repetition_matters() {
    try_on(300, |random| {
        let asked: Vec<Asked> = (0..1 + random.below(6)).map(|_| asked(random)).collect();
        let mut again = [asked.clone(), random.some(&asked)].concat();
        random.shuffle(&mut again);
        for one in &mut again {
            random.shuffle(&mut one.actions);
            random.shuffle(&mut one.resources);
            random.shuffle(&mut one.conditions);
        }
        assert_eq!(texts(describe(&asked)), texts(describe(&again)));
    });
}

/// Who connects to whom, on which port.
type Connection = (usize, usize, u16);

/// Asks for connections from scopes of one stack, in the order given.
fn connect(asked: &[(Connection, usize)]) -> App {
    let mut app = app();
    let mut shop = app.stack("Shop");
    let peers: Vec<Peer> = (0..4).map(|index| peer(&mut shop, index)).collect();
    for scope in 0..3 {
        let mut inside = shop.group(format!("Scope{scope}"));
        for ((from, to, port), _) in asked.iter().filter(|(_, within)| *within == scope) {
            inside.connect_on(&peers[*from], &peers[*to], Port::new(*port).unwrap());
        }
    }
    app
}

fn peer(shop: &mut Scope<'_>, index: usize) -> Peer {
    let group = RawResource::new("AWS::EC2::SecurityGroup").property("GroupDescription", "a group");
    let group = shop.add(format!("G{index}"), group.property("VpcId", "vpc-12345678"));
    let peer = Peer::security_group(group.id(), &Attr::<()>::of(group.id(), "GroupId"));
    if index == 0 { peer.with_listed_egress() } else { peer }
}

#[test]
fn connections_are_rules_once_each_wherever_they_are_asked_for() {
    try_on(150, |random| {
        let asked: Vec<(Connection, usize)> = (0..random.below(9))
            .map(|_| {
                let connection = (random.below(4), random.below(4), 80 + u16::from(random.one_in(2)));
                (connection, random.below(3))
            })
            .collect();
        let templates = templates(connect(&asked));
        let resources = templates["Shop"]["Resources"].as_object().unwrap();
        let number = |value: &Json| value["Fn::GetAtt"][0].as_str().unwrap()[1..].parse::<usize>().unwrap();
        let rules = |type_name: &str, source: &str, target: &str| -> Vec<Connection> {
            let rules =
                resources.values().filter(|one| one["Type"] == type_name).map(|one| &one["Properties"]);
            let mut rules: Vec<Connection> = rules
                .map(|rule| {
                    let port = u16::try_from(rule["FromPort"].as_u64().unwrap()).unwrap();
                    (number(&rule[source]), number(&rule[target]), port)
                })
                .collect();
            rules.sort_unstable();
            rules
        };
        let wanted: BTreeSet<Connection> = asked.iter().map(|(connection, _)| *connection).collect();
        let ingress = rules("AWS::EC2::SecurityGroupIngress", "SourceSecurityGroupId", "GroupId");
        assert_eq!(ingress, wanted.iter().copied().collect::<Vec<_>>());
        let egress = rules("AWS::EC2::SecurityGroupEgress", "GroupId", "DestinationSecurityGroupId");
        assert_eq!(egress, wanted.iter().copied().filter(|rule| rule.0 == 0).collect::<Vec<_>>());

        let mut moved = asked.clone();
        moved.extend(random.some(&asked));
        moved.iter_mut().for_each(|(_, within)| *within = random.below(3));
        random.shuffle(&mut moved);
        assert_eq!(texts(connect(&asked)), texts(connect(&moved)), "{asked:?} {moved:?}");
    });
}
