//! Resources that would be one and the same: two of one type with the same identifier.

use std::collections::BTreeMap;

use formwork_assembly::{Diagnostic, code};

use super::{
    Checker,
    finding::Step,
    phrase::{all_of, json_text},
};
use crate::template::Template;

impl<'t> Checker<'t, '_> {
    /// Names every resource whose identifier an earlier one of its type has as well.
    pub(super) fn identities(&mut self, template: &'t Template) {
        if self.names.transforms.any_macro {
            return;
        }
        let mut seen: BTreeMap<(&str, String), &'t str> = BTreeMap::new();
        for resource in &template.resources {
            let Some(type_name) = resource.type_name() else { continue };
            // Two resources under different conditions may never meet.
            let conditional = resource.body.as_object().is_none_or(|body| body.get("Condition").is_some());
            let Some(fields) = resource.properties().filter(|_| !conditional) else { continue };
            let Some(facts) = self.facts.resource_type(type_name) else { continue };
            let identifier: Option<Vec<String>> =
                facts.primary_identifier.iter().map(|name| fields.get(name).map(json_text)).collect();
            let Some(identifier) = identifier.filter(|parts| !parts.is_empty()) else { continue };
            let key = (type_name, identifier.join("\n"));
            // What a condition or a macro decides may differ after all.
            if key.1.contains("\"Fn::If\"")
                || key.1.contains("AWS::NoValue")
                || key.1.contains("\"Fn::Transform\"")
            {
                continue;
            }
            if let Some(first) = seen.get(&key) {
                self.findings.enter(resource);
                self.findings.down(Step::Key("Properties"));
                let names = all_of(&facts.primary_identifier);
                self.findings.push(
                    Diagnostic::error(
                        &code::DUPLICATE_RESOURCE,
                        format!(
                            "`{}` is the same as `{first}`: both have the same {names}",
                            resource.logical_id
                        ),
                    )
                    .help(format!(
                        "{names} identifies one resource of its type; change it in one of the two"
                    )),
                );
            } else {
                seen.insert(key, &resource.logical_id);
            }
        }
    }
}
