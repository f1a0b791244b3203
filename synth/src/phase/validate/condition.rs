//! `Conditions`: functions that answer yes or no, without circles.

use formwork_assembly::{Diagnostic, SortedSet, code, each};

use super::{
    Checker, Stand,
    finding::Step,
    phrase::{counted, kind, one_of},
};
use crate::expr::{Call, Expr};

/// What a condition is made of.
const DECISIONS: [&str; 5] = ["Condition", "Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"];

impl<'t> Checker<'t, '_> {
    /// Checks one condition.
    pub(super) fn condition(&mut self, value: &'t Expr) {
        let stand = std::mem::replace(&mut self.stand, Stand::Condition);
        self.decision(value);
        self.stand = stand;
    }

    /// Checks what must answer yes or no.
    pub(super) fn decision(&mut self, value: &'t Expr) {
        match value {
            Expr::Call(call) => {
                self.findings.down(Step::Key(&call.name));
                self.decided_by(call);
                self.findings.up();
            }
            Expr::Map(fields) | Expr::Object(fields)
                if fields.len() == 1 && fields.get("Condition").is_some() =>
            {
                match fields.get("Condition") {
                    Some(Expr::Text(name)) => self.condition_exists(name),
                    Some(Expr::LogicalId(_)) | None => {}
                    Some(other) => self.shape("Condition", "the name of a condition", other),
                }
            }
            // A fixed answer is no use, and no harm.
            Expr::LogicalId(_) | Expr::Bool(_) => {}
            Expr::Null => self.null(),
            other => self.no_decision(kind(other)),
        }
    }

    fn decided_by(&mut self, call: &'t Call) {
        let name = &*call.name;
        match (name, &call.argument) {
            ("Fn::And" | "Fn::Or", Expr::List(items)) => {
                self.each_item(items, |checker, item| checker.decision(item));
                if !(2..=10).contains(&items.len()) {
                    self.count(name, "2 to 10 conditions", items.len());
                }
            }
            ("Fn::Not", Expr::List(items)) => {
                self.each_item(items, |checker, item| checker.decision(item));
                if items.len() != 1 {
                    self.count(name, "a list of exactly one condition", items.len());
                }
            }
            ("Fn::Equals", Expr::List(items)) => {
                self.each_item(items, |checker, item| match item {
                    // Lists can be compared as well, though nobody says so.
                    Expr::List(_) | Expr::Call(_) => checker.free(item),
                    _ => checker.scalar(name, item),
                });
                if items.len() != 2 {
                    self.count(name, "exactly two values", items.len());
                }
            }
            ("Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals", other) => self.shape(name, "a list", other),
            ("Fn::Contains" | "Fn::EachMemberEquals" | "Fn::EachMemberIn", Expr::List(items))
                if self.stand == Stand::Rule =>
            {
                if items.len() != 2 {
                    self.count(name, "exactly two lists", items.len());
                }
            }
            ("Fn::Transform", argument) => self.transform(argument),
            _ if name.starts_with("Fn::ForEach::") => self.needs_extensions(name),
            _ if self.names.transforms.any_macro => {}
            _ => self.no_decision(&format!("`{name}`")),
        }
    }

    /// Names every circle of conditions once.
    pub(super) fn condition_cycles(&mut self) {
        let names: Vec<&'t str> = self.names.conditions.keys().copied().collect();
        let mut done = SortedSet::new();
        for name in names {
            let mut path = Vec::new();
            self.follow(name, &mut path, &mut done);
        }
    }

    fn follow(&mut self, name: &'t str, path: &mut Vec<&'t str>, done: &mut SortedSet<&'t str>) {
        if let Some(start) = path.iter().position(|earlier| *earlier == name) {
            let circle = each(path[start..].iter().chain([&name]), |name| format!("`{name}`"));
            self.findings.push(
                Diagnostic::error(
                    &code::CONDITION_CYCLE,
                    format!("conditions go in a circle: {}", circle.join(" → ")),
                )
                .help("a condition must come to an end without asking itself"),
            );
            return;
        }
        if done.contains(name) {
            return;
        }
        path.push(name);
        if let Some(condition) = self.names.conditions.get(name).copied() {
            let mut uses = Vec::new();
            conditions_in(condition, &mut uses);
            for used in uses {
                self.follow(used, path, done);
            }
        }
        path.pop();
        done.insert(name);
    }

    fn count(&mut self, function: &str, wanted: &str, got: usize) {
        self.shape_of(function, wanted, &format!("a list of {}", counted(got, "item")));
    }

    fn no_decision(&mut self, got: &str) {
        let where_ = if self.stand == Stand::Rule { "an assertion" } else { "a condition" };
        self.findings.push(
            Diagnostic::error(&code::BAD_CONDITION, format!("{where_} answers yes or no, and here is {got}"))
                .help(format!("use {}", one_of(DECISIONS))),
        );
    }
}

fn conditions_in<'t>(value: &'t Expr, names: &mut Vec<&'t str>) {
    match value {
        Expr::Call(call) => conditions_in(&call.argument, names),
        Expr::List(items) => items.iter().for_each(|item| conditions_in(item, names)),
        Expr::Map(fields) | Expr::Object(fields) => {
            names.extend(fields.get("Condition").and_then(Expr::as_text));
        }
        _ => {}
    }
}
