//! `Rules`: assertions about parameters.

use formwork_assembly::{Diagnostic, code};

use super::{Checker, Stand, finding::Step, phrase::kind};
use crate::expr::Expr;

impl<'t> Checker<'t, '_> {
    /// Checks one rule.
    pub(super) fn rule(&mut self, value: &'t Expr) {
        let Some(fields) = value.as_object() else {
            let got = kind(value);
            return self.bad_rule(format!("a rule is an object, and here is {got}"));
        };
        let stand = std::mem::replace(&mut self.stand, Stand::Rule);
        if let Some(condition) = fields.get("RuleCondition") {
            self.findings.down(Step::Key("RuleCondition"));
            self.decision(condition);
            self.findings.up();
        }
        self.findings.down(Step::Key("Assertions"));
        match fields.get("Assertions") {
            Some(Expr::List(assertions)) => {
                self.each_item(assertions, |checker, assertion| checker.assertion(assertion));
            }
            Some(other) => {
                let got = kind(other);
                self.bad_rule(format!("`Assertions` is a list, and here is {got}"));
            }
            None => self.bad_rule("a rule needs `Assertions`".to_owned()),
        }
        self.findings.up();
        self.stand = stand;
    }

    fn assertion(&mut self, value: &'t Expr) {
        let Some(fields) = value.as_object() else {
            let got = kind(value);
            return self.bad_rule(format!("an assertion is an object, and here is {got}"));
        };
        match fields.get("Assert") {
            Some(assert) => {
                self.findings.down(Step::Key("Assert"));
                self.decision(assert);
                self.findings.up();
            }
            None => self.bad_rule("an assertion needs `Assert`".to_owned()),
        }
    }

    fn bad_rule(&mut self, message: String) {
        self.findings.push(
            Diagnostic::error(&code::BAD_RULE, message)
                .help("write it as `{\"Assertions\": [{\"Assert\": …, \"AssertDescription\": \"why\"}]}`"),
        );
    }
}
