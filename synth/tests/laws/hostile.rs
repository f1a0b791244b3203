//! Hostile apps: whatever is done to a graph, in whatever order and with whatever names, synthesis ends with templates or with errors.

use formwork_synth::{
    App, Attr, Condition, ConditionRef, Expr, Grant, Handle, Mapping, MappingRef, Parameter, Part, Peer,
    Port, PrincipalRole, RawHandle, RawResource, ResourceOptions, Rule, Scope, Stack, Stage, Template,
    intrinsic,
};
use serde_json::Value as Json;

use crate::{
    common::{app, run},
    random::{Random, try_on},
};

/// Handles of this app and of another.
#[derive(Clone, Default)]
struct Known {
    resources: Vec<RawHandle>,
    conditions: Vec<ConditionRef>,
    mappings: Vec<MappingRef>,
    values: Vec<Expr>,
}

fn name(random: &mut Random) -> String {
    const NAMES: [&str; 10] = ["A", "B", "a.b", "AB", "", "../x", "${x}", "Ref", "Fn::Sub", "x y"];
    let common = if random.one_in(3) { NAMES.len() } else { 4 };
    if random.one_in(6) { random.text() } else { (*random.pick(&NAMES[..common])).to_owned() }
}

fn type_name(random: &mut Random) -> String {
    const TYPES: [&str; 4] = ["AWS::SNS::Topic", "AWS::SNS::Topic", "AWS::SSM::Parameter", "Custom::X"];
    if random.one_in(20) { name(random) } else { (*random.pick(&TYPES)).to_owned() }
}

fn expr(random: &mut Random, known: &Known, depth: usize) -> Expr {
    match random.below(if depth == 0 { 5 } else { 10 }) {
        0 => Expr::text(random.text()),
        1 => known.values.get(random.below(known.values.len() + 1)).cloned().unwrap_or_default(),
        2 | 3 if !known.resources.is_empty() => {
            let node = random.pick(&known.resources).id();
            if random.one_in(2) { Expr::Ref(node) } else { Expr::GetAtt(node, random.text().into()) }
        }
        2..5 => Expr::from(random.json(2)),
        5 => Expr::List((0..random.below(3)).map(|_| expr(random, known, depth - 1)).collect()),
        6 => Expr::call(name(random), expr(random, known, depth - 1)),
        7 => Expr::map((0..random.below(3)).map(|_| (name(random), expr(random, known, depth - 1)))),
        _ => Expr::Interpolation(
            (0..random.below(4))
                .map(|_| match random.below(2) {
                    0 => Part::Text(random.text().into()),
                    _ => Part::Expr(expr(random, known, depth - 1)),
                })
                .collect(),
        ),
    }
}

/// A value of any type.
fn value(random: &mut Random, known: &Known) -> formwork_synth::Raw {
    formwork_synth::Raw::from_expr(expr(random, known, 3))
}

fn resource(random: &mut Random, known: &Known) -> RawResource {
    let mut raw = RawResource::new(type_name(random));
    for _ in 0..random.below(3) {
        raw = raw.property_expr(name(random), value(random, known));
    }
    match random.below(10) {
        0 => raw.with_logical_id(name(random)),
        1 => raw.override_at(format!("/Properties/{}", name(random)), random.json(1)),
        2 => raw.remove_at(random.text()),
        3 => raw.metadata(random.text(), random.json(2)),
        4 => raw.update_policy(random.json(2)).creation_policy(random.json(2)),
        5 if !known.conditions.is_empty() => raw.only_if(*random.pick(&known.conditions)),
        6 if !known.resources.is_empty() => raw.depends_on(random.pick(&known.resources)),
        7 if !known.resources.is_empty() => {
            raw.after_grants_of(&PrincipalRole::of(random.pick(&known.resources).id()))
        }
        _ => raw,
    }
}

/// Does something to a scope.
fn act(random: &mut Random, scope: &mut Scope<'_>, known: &mut Known, depth: usize) {
    match random.below(16) {
        0..5 => {
            let resource = resource(random, known);
            known.resources.push(scope.add(name(random), resource));
        }
        5 => {
            let output = scope.output(name(random), value(random, known));
            output.export(random.text()).description(random.text());
        }
        6 => {
            let parameter = Parameter::of(name(random)).default_value(value(random, known));
            let value = scope.parameter::<String>(name(random), parameter);
            known.values.push(value.expr().clone());
        }
        7 => {
            let condition = Condition::equals(value(random, known), value(random, known));
            known.conditions.push(scope.condition(name(random), condition.negate()));
        }
        8 => {
            let mapping = Mapping::new().row(name(random), [(name(random), random.json(1))]);
            known.mappings.push(scope.mapping(name(random), mapping));
        }
        9 => scope.rule(
            name(random),
            Rule::new().assert(Condition::equals(value(random, known), "x"), random.text()),
        ),
        10 => scope.tag(random.text(), random.text()),
        11 if !known.resources.is_empty() => {
            let handle = random.pick(&known.resources).clone();
            let change = resource(random, known);
            scope.modify_raw(&handle, |raw| *raw = change);
        }
        12 if !known.resources.is_empty() => {
            let (one, other) = (random.pick(&known.resources).id(), random.pick(&known.resources).id());
            let peer = |node| Peer::security_group(node, &Attr::<()>::ref_of(node));
            scope.connect_on(&peer(one), &peer(other), Port::new(80).unwrap());
            let role = if random.one_in(2) {
                PrincipalRole::of(one)
            } else {
                PrincipalRole::existing(value(random, known))
            };
            scope.grant(&role, Grant::allow([random.text()], [value(random, known)]).when("A", "b", "c"));
        }
        13 if !known.conditions.is_empty() && !known.mappings.is_empty() => {
            let (condition, mapping) = (*random.pick(&known.conditions), *random.pick(&known.mappings));
            let found = intrinsic::find_in_map::<String>(mapping, value(random, known), "x");
            let chosen = intrinsic::if_::<String>(condition, &found, value(random, known));
            known.values.push(chosen.expr().clone());
        }
        14 => {
            let included = scope.include(name(random), Template::from(random.json(4)));
            let ids: Vec<String> = included.resources().map(|(id, _)| id.to_owned()).collect();
            known.resources.extend(ids.iter().map(|id| included.raw_resource(id).unwrap()));
        }
        _ if depth > 0 => {
            let id = name(random);
            let mut inside = scope.group(id);
            for _ in 0..random.below(5) {
                act(random, &mut inside, known, depth - 1);
            }
        }
        _ => {
            scope.stack_beside(name(random), Stack::new().region(name(random)));
        }
    }
}

fn describe(random: &mut Random, known: &mut Known) -> App {
    let mut app = if random.one_in(5) { App::new(random.text(), &Stage::new(random.text())) } else { app() };
    for _ in 0..1 + random.below(2) {
        let settings = if random.one_in(4) {
            Stack::new().name(name(random)).description(random.text()).transform(name(random))
        } else {
            Stack::new()
        };
        let mut stack = app.add(name(random), settings);
        for _ in 0..random.below(6) {
            act(random, &mut stack, known, 2);
        }
    }
    app
}

#[test]
fn nothing_panics_and_nothing_wrong_is_written() {
    let synthesized = std::cell::Cell::new(0);
    try_on(300, |random| {
        let mut known = Known::default();
        if random.one_in(4) {
            drop(describe(random, &mut known));
        }
        let synthesis = run(describe(random, &mut known));
        let errors = synthesis.diagnostics.iter().filter(|one| one.is_error());
        match synthesis.assembly {
            None => assert!(errors.count() > 0),
            Some(assembly) => {
                synthesized.set(synthesized.get() + 1);
                assert_eq!(errors.count(), 0);
                for stack in assembly.stacks {
                    let template: Json = serde_json::from_str(&stack.template).unwrap();
                    let ids =
                        template["Resources"].as_object().into_iter().flat_map(|resources| resources.keys());
                    let is_id = |id: &&String| id.bytes().all(|byte| byte.is_ascii_alphanumeric());
                    assert!(ids.filter(|id| !id.starts_with("Fn::")).all(|id| is_id(&id)), "{template:#}");
                    assert!(!stack.template.contains("NodeId"), "a reference is left: {template:#}");
                }
            }
        }
    });
    assert!(synthesized.get() > 2, "some are right: {}", synthesized.get());
}
