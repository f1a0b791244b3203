//! `Mappings`: two levels of keys, then plain values.

use formwork_assembly::{Diagnostic, code};

use super::{Checker, phrase::kind};
use crate::expr::Expr;

impl<'t> Checker<'t, '_> {
    /// Checks one mapping.
    pub(super) fn mapping(&mut self, name: &'t str, value: &'t Expr) {
        self.name(name);
        self.level(value, |checker, _, entry| {
            checker.level(entry, |checker, _, leaf| match leaf {
                Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) => {}
                Expr::List(items) => checker.each_item(items, |checker, item| match item {
                    Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) => {}
                    other => checker.not_plain(other),
                }),
                other => checker.not_plain(other),
            });
        });
    }

    fn level(&mut self, value: &'t Expr, check: impl FnMut(&mut Self, &'t str, &'t Expr)) {
        match value {
            Expr::Map(fields) | Expr::Object(fields) => self.each_field(fields, check),
            Expr::Call(call) if call.name == "Fn::Transform" => self.transform(&call.argument),
            other => {
                let got = kind(other);
                self.findings.push(
                    Diagnostic::error(
                        &code::BAD_MAPPING,
                        format!("a mapping has two levels of keys, and here is {got}"),
                    )
                    .help("write it as `{\"Key\": {\"Name\": \"value\"}}`"),
                );
            }
        }
    }

    fn not_plain(&mut self, value: &'t Expr) {
        match value {
            Expr::Call(call) if call.name == "Fn::Transform" => self.transform(&call.argument),
            Expr::Call(call) => self.findings.push(
                Diagnostic::error(
                    &code::FUNCTION_PLACE,
                    format!("`{}` may not stand in a mapping", call.name),
                )
                .help("mappings hold plain text, numbers, booleans and lists of them"),
            ),
            other => {
                let got = kind(other);
                self.findings.push(
                    Diagnostic::error(
                        &code::BAD_MAPPING,
                        format!("a mapping holds plain values, and here is {got}"),
                    )
                    .help("mappings hold text, numbers, booleans and lists of them, two levels deep"),
                );
            }
        }
    }
}
