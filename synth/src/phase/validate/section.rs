//! The sections of a template, but for `Resources`: which there are, and which entries they hold.

use formwork_assembly::{Diagnostic, code};

use super::{
    Checker,
    finding::Step,
    phrase::{did_you_mean, kind, quoted},
    reference::with_help,
};
use crate::{
    expr::{Expr, Object},
    template::Template,
};

const SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

impl<'t> Checker<'t, '_> {
    /// Checks every section but `Resources`.
    pub(super) fn sections(&mut self, template: &'t Template) {
        for (name, section) in template.sections.iter() {
            if name.is_empty() {
                self.findings.enter_template();
                self.findings.push(Diagnostic::error(
                    &code::BAD_SECTION,
                    format!("the template is {}, and must be an object", kind(section)),
                ));
                continue;
            }
            self.findings.enter_section(name);
            match &**name {
                "Parameters" => self.entries(section, |checker, name, value| checker.parameter(name, value)),
                "Mappings" => self.entries(section, |checker, name, value| checker.mapping(name, value)),
                "Conditions" => {
                    self.entries(section, |checker, _, value| checker.condition(value));
                    self.condition_cycles();
                }
                "Rules" => self.entries(section, |checker, _, value| checker.rule(value)),
                "Outputs" => {
                    self.entries(section, |checker, name, value| checker.output(name, value));
                    self.exports(section);
                }
                "Resources" => self.entries(section, |_, _, _| {}),
                "AWSTemplateFormatVersion" if section.as_text() == Some("2010-09-09") => {}
                "AWSTemplateFormatVersion" => self.findings.push(
                    Diagnostic::error(&code::BAD_SECTION, "`AWSTemplateFormatVersion` has one version only")
                        .help("write `2010-09-09`, or leave it out"),
                ),
                "Description" => match section {
                    Expr::Text(_) => {}
                    other => self.plain("Description", "text", other),
                },
                "Metadata" => match section {
                    Expr::Map(_) | Expr::Object(_) | Expr::Call(_) => {}
                    other => self.plain("Metadata", "an object", other),
                },
                "Globals" if !self.names.transforms.has("AWS::Serverless-2016-10-31") => {
                    self.findings.push(
                        Diagnostic::error(&code::NEEDS_TRANSFORM, "`Globals` needs a transform")
                            .help("add `AWS::Serverless-2016-10-31` to the section `Transform`"),
                    );
                }
                "Transform" => self.transforms(section),
                "Fn::Transform" => self.transform(section),
                name if SECTIONS.contains(&name) || self.names.transforms.any_macro => {}
                name => {
                    let message = format!("a template has no section {}", quoted(name));
                    let help = did_you_mean(name, SECTIONS);
                    self.findings.push(with_help(Diagnostic::error(&code::BAD_SECTION, message), help));
                }
            }
        }
        let included = template.sections.get("Fn::Transform").is_some() || self.names.transforms.any_macro;
        let none = |section: &Expr| section.as_object().is_some_and(Object::is_empty);
        if template.resources.is_empty() && !included && template.sections.get("Resources").is_none_or(none) {
            self.findings.enter_template();
            self.findings.push(
                Diagnostic::error(&code::NO_RESOURCES, "the template has no resources")
                    .help("CloudFormation makes stacks of at least one resource"),
            );
        }
    }

    fn entries(&mut self, section: &'t Expr, mut check: impl FnMut(&mut Self, &'t str, &'t Expr)) {
        match section {
            Expr::Map(fields) | Expr::Object(fields) => {
                for (name, value) in fields.iter() {
                    self.findings.down(Step::Key(name));
                    self.entry(name, value, &mut check);
                    self.findings.up();
                }
            }
            // An object with one key that reads as a function.
            Expr::Call(call) => {
                self.findings.down(Step::Key(&call.name));
                self.entry(&call.name, &call.argument, &mut check);
                self.findings.up();
            }
            other => {
                let subject = self.findings.subject();
                self.plain(subject, "an object", other);
            }
        }
    }

    fn entry(
        &mut self,
        name: &'t str,
        value: &'t Expr,
        check: &mut impl FnMut(&mut Self, &'t str, &'t Expr),
    ) {
        match name {
            "Fn::Transform" => self.transform(value),
            name if name.starts_with("Fn::ForEach::") => self.needs_extensions(name),
            name => check(self, name, value),
        }
    }

    fn transforms(&mut self, section: &'t Expr) {
        match section {
            Expr::Text(_) => {}
            Expr::List(items) => self.each_item(items, |checker, item| checker.transforms(item)),
            Expr::Map(fields) | Expr::Object(fields) if fields.get("Name").is_some() => {}
            other => self.plain("Transform", "the names of macros", other),
        }
    }

    /// Names keys that an entry of a section may not have.
    pub(super) fn known_keys(&mut self, fields: &'t Object, what: &str, known: &[&'static str]) {
        for (key, _) in fields.iter().filter(|(key, _)| !known.contains(&&***key) && !key.starts_with("Fn::"))
        {
            self.findings.down(Step::Key(key));
            let message = format!("{what} has no part {}", quoted(key));
            let help = did_you_mean(key, known.iter().copied());
            self.findings.push(with_help(Diagnostic::error(&code::BAD_SECTION, message), help));
            self.findings.up();
        }
    }
}
