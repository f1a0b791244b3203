//! Tags: one value for each key, and no keys of AWS's own.

use formwork_assembly::{Diagnostic, SortedSet, code};
use formwork_schema::{ResourceType, TagShape};

use super::{Checker, finding::Step, phrase::quoted};
use crate::expr::{Expr, Object};

impl<'t> Checker<'t, '_> {
    /// Checks the tags of a resource.
    pub(super) fn tags(&mut self, fields: &'t Object, facts: &ResourceType) {
        let Some(tagging) = facts.tagging else { return };
        let Some((name, value)) = fields.iter().find(|(name, _)| *name == tagging.property) else { return };
        self.findings.down(Step::Key(name));
        match (value, tagging.shape) {
            (Expr::List(items), TagShape::List | TagShape::AutoScaling) => {
                let mut seen = SortedSet::new();
                self.each_item(items, |checker, item| {
                    let key = item.as_object().and_then(|tag| tag.get("Key")?.as_text());
                    if let Some(key) = key {
                        checker.tag_key(key);
                        if !seen.insert(key) {
                            checker.findings.push(
                                Diagnostic::error(
                                    &code::BAD_TAG,
                                    format!("the tag {} is set twice", quoted(key)),
                                )
                                .help("remove one of the two"),
                            );
                        }
                    }
                });
            }
            (Expr::Map(tags) | Expr::Object(tags), TagShape::Map) => {
                self.each_field(tags, |checker, key, _| checker.tag_key(key));
            }
            _ => {}
        }
        self.findings.up();
    }

    fn tag_key(&mut self, key: &str) {
        if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            self.findings.push(
                Diagnostic::error(&code::BAD_TAG, format!("the tag {} begins with `aws:`", quoted(key)))
                    .help("such keys are AWS's own; choose another one"),
            );
        }
    }
}
