//! `Outputs`: one value each, and exports with a name that is the only one of its kind.

use formwork_assembly::{Diagnostic, SortedMap, code};

use super::{
    Checker, Stand,
    finding::Step,
    function::Answer,
    object::{Presence, presence},
    phrase::{json_text, kind, quoted},
};
use crate::expr::Expr;

impl<'t> Checker<'t, '_> {
    /// Checks one output.
    pub(super) fn output(&mut self, name: &'t str, value: &'t Expr) {
        self.name(name);
        let Some(fields) = value.as_object() else {
            let got = kind(value);
            return self.bad_output(
                format!("an output is an object, and here is {got}"),
                "write it as `{\"Value\": …}`",
            );
        };
        self.known_keys(fields, "an output", &["Condition", "Description", "Export", "Value"]);
        if fields.get("Value").is_none() {
            self.bad_output(format!("the output `{name}` has no `Value`"), "say what it gives out");
        }
        for (key, value) in fields.iter() {
            self.findings.down(Step::Key(key));
            match &**key {
                "Value" if presence(value) == Presence::Absent => self.bad_output(
                    "an output is one value, and `AWS::NoValue` is none".to_owned(),
                    "give the output a `Condition` instead",
                ),
                "Value" => self.output_value(value),
                "Description" if matches!(value, Expr::Text(_)) => {}
                "Description" => self.plain("Description", "plain text", value),
                "Condition" => match value {
                    Expr::Text(name) => self.condition_exists(name),
                    Expr::LogicalId(_) => {}
                    other => self.plain("Condition", "the name of a condition", other),
                },
                "Export" => self.export(value),
                _ => {}
            }
            self.findings.up();
        }
    }

    /// Names every export that an earlier output makes as well.
    pub(super) fn exports(&mut self, section: &'t Expr) {
        let mut seen: SortedMap<String, &'t str> = SortedMap::new();
        let Some(outputs) = section.as_object() else { return };
        for (output, fields) in outputs.iter() {
            let Some(fields) = fields.as_object().filter(|fields| fields.get("Condition").is_none()) else {
                continue;
            };
            let Some(name) = fields.get("Export").and_then(|export| export.as_object()?.get("Name")) else {
                continue;
            };
            if let Some(first) = seen.insert(json_text(name), output) {
                self.findings.down(Step::Key(output));
                self.findings.push(
                    Diagnostic::error(
                        &code::DUPLICATE_EXPORT,
                        format!("`{first}` and `{output}` are exported under one name"),
                    )
                    .help("the name of an export is the only one in its account and region"),
                );
                self.findings.up();
            }
        }
    }

    fn output_value(&mut self, value: &'t Expr) {
        match value {
            Expr::Null => self.null(),
            Expr::List(_) | Expr::Map(_) | Expr::Object(_) => {
                let got = kind(value);
                self.bad_output(
                    format!("an output is one value, and here is {got}"),
                    "join a list with `Fn::Join`",
                );
            }
            Expr::Call(call) if call.name == "Fn::If" => {
                self.branches(&call.argument, |checker, branch| checker.output_value(branch));
            }
            Expr::Call(call) => {
                let answer = self.call(call);
                if matches!(answer, Answer::List | Answer::Object) {
                    self.bad_output(
                        format!("an output is one value, and `{}` answers {answer}", call.name),
                        "join a list with `Fn::Join`",
                    );
                }
            }
            _ => self.free(value),
        }
    }

    fn export(&mut self, value: &'t Expr) {
        let Some(fields) = value.as_object() else {
            return self.plain("Export", "an object with `Name`", value);
        };
        self.known_keys(fields, "an export", &["Name"]);
        match fields.get("Name") {
            None => {
                self.bad_output("an export has no `Name`".to_owned(), "other stacks import it by its name")
            }
            Some(name) => {
                let stand = std::mem::replace(&mut self.stand, Stand::Name);
                self.findings.down(Step::Key("Name"));
                self.export_name(name);
                self.findings.up();
                self.stand = stand;
            }
        }
    }

    fn export_name(&mut self, name: &'t Expr) {
        match name {
            Expr::Text(text) if text.is_empty() => {
                self.bad_output("the name of the export is empty".to_owned(), "give it a name");
            }
            Expr::Text(text) if !text.chars().all(|c| c.is_ascii_alphanumeric() || ":-".contains(c)) => {
                self.bad_output(
                    format!("{} is no name for an export", quoted(text)),
                    "names hold letters, digits, `:` and `-`",
                );
            }
            _ => self.scalar("Export", name),
        }
    }

    fn bad_output(&mut self, message: String, help: &str) {
        self.findings.push(Diagnostic::error(&code::BAD_OUTPUT, message).help(help));
    }
}
