//! The limits of CloudFormation: how many entries, how long names and texts may be.
//!
//! The size of the whole template is known only once it is rendered.
//!
//! See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.

use formwork_assembly::{Diagnostic, code};

use super::{Checker, finding::Step, phrase::quoted};
use crate::{expr::Expr, template::Template};

const MOST_RESOURCES: usize = 500;
const MOST_ENTRIES: usize = 200;
const MOST_ATTRIBUTES: usize = 200;
const LONGEST_NAME: usize = 255;
const LONGEST_DESCRIPTION: usize = 1_024;
const LONGEST_PARAMETER_DESCRIPTION: usize = 4_000;
const LONGEST_PARAMETER: usize = 4_096;

impl<'t> Checker<'t, '_> {
    /// Checks all limits that can be counted before the template is rendered.
    pub(super) fn limits(&mut self, template: &'t Template) {
        self.findings.enter_template();
        self.most("resources", template.resources.len(), MOST_RESOURCES);
        for (section, noun) in
            [("Parameters", "parameters"), ("Outputs", "outputs"), ("Mappings", "mappings")]
        {
            self.most(noun, template.section(section).count(), MOST_ENTRIES);
        }
        for resource in template.resources.iter().filter(|one| !one.logical_id.starts_with("Fn::")) {
            // The ids of an app are checked where they are made, with the line of each.
            if resource.origin.is_none() {
                self.findings.enter(resource);
                self.name(&resource.logical_id);
            }
        }
        for (name, _) in template.section("Parameters") {
            if let Some(resource) = self.names.resource(name) {
                self.findings.enter(resource);
                self.findings.push(
                    Diagnostic::error(&code::BAD_NAME, format!("`{name}` is a resource and a parameter"))
                        .help("both share one space of names; rename one of the two"),
                );
            }
        }
        self.longest(template, &["Description"], LONGEST_DESCRIPTION);
        for (name, _) in template.section("Parameters") {
            self.longest(template, &["Parameters", name, "Description"], LONGEST_PARAMETER_DESCRIPTION);
            self.longest(template, &["Parameters", name, "Default"], LONGEST_PARAMETER);
        }
        for (name, _) in template.section("Outputs") {
            self.longest(template, &["Outputs", name, "Description"], LONGEST_DESCRIPTION);
        }
        for (name, mapping) in template.section("Mappings") {
            self.findings.enter_section("Mappings");
            self.findings.down(Step::Key(name));
            let most = mapping.as_object().map_or(0, |entries| {
                entries.iter().filter_map(|(_, entry)| Some(entry.as_object()?.len())).max().unwrap_or(0)
            });
            self.most("names under one key", most, MOST_ATTRIBUTES);
        }
    }

    fn most(&mut self, noun: &str, got: usize, most: usize) {
        if got > most {
            self.findings.push(
                Diagnostic::error(&code::TOO_MANY, format!("the template has {got} {noun}"))
                    .help(format!("CloudFormation takes {most} at most: move some to another stack")),
            );
        }
    }

    /// Checks the name of what is being looked at.
    pub(super) fn name(&mut self, name: &str) {
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            self.findings.push(
                Diagnostic::error(
                    &code::BAD_NAME,
                    format!("{} is no name that a template may use", quoted(name)),
                )
                .help(format!("names hold 1 to {LONGEST_NAME} ASCII letters and digits")),
            );
        }
    }

    fn longest(&mut self, template: &'t Template, way: &[&'t str], most: usize) {
        let Some((section, rest)) = way.split_first() else { return };
        let mut value = template.sections.get(section);
        for key in rest {
            value = value.and_then(|value| value.as_object()?.get(key));
        }
        if let Some(Expr::Text(text)) = value
            && text.len() > most
        {
            self.findings.enter_section(section);
            rest.iter().for_each(|key| self.findings.down(Step::Key(key)));
            self.findings.push(
                Diagnostic::error(&code::TOO_LONG, format!("the text has {} bytes", text.len()))
                    .help(format!("CloudFormation takes {most} at most here")),
            );
        }
    }
}
