//! Tags: one value for each key, and no keys of AWS's own.

use formwork_assembly::{Diagnostic, code};
use formwork_schema::{Property, ResourceType, TagShape};

use super::{Checker, finding::Step, phrase::quoted};
use crate::expr::{Expr, Object};

impl<'t> Checker<'t, '_> {
    /// Checks the property that holds the tags of a resource. Most are those of the scope around, and equal to those that the resource of its
    /// type before has: where these are right, so are they.
    pub(super) fn tags_property(&mut self, value: &'t Expr, property: &Property, owner: &ResourceType) {
        if self.right_tags.get(&owner.name) == Some(&value) {
            return;
        }
        let before = self.findings.mark();
        self.property(value, property, owner);
        if self.findings.mark() == before {
            self.right_tags.insert(owner.name, value);
        }
    }

    /// Checks the tags of a resource.
    pub(super) fn tags(&mut self, fields: &'t Object, facts: &ResourceType) {
        let Some(tagging) = facts.tagging else { return };
        let Some((name, value)) = fields.iter().find(|(name, _)| *name == tagging.property) else { return };
        self.findings.down(Step::Key(name));
        match (value, tagging.shape) {
            (Expr::List(items), TagShape::List | TagShape::AutoScaling) => {
                for (index, key) in
                    items.iter().enumerate().filter_map(|(index, tag)| Some((index, key_of(tag)?)))
                {
                    self.findings.down(Step::Item(index));
                    self.tag_key(key);
                    // A resource has 50 tags at most.
                    if items[..index].iter().any(|before| key_of(before) == Some(key)) {
                        let message = format!("the tag {} is set twice", quoted(key));
                        self.findings
                            .push(Diagnostic::error(&code::BAD_TAG, message).help("remove one of the two"));
                    }
                    self.findings.up();
                }
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

fn key_of(tag: &Expr) -> Option<&str> {
    tag.as_object()?.get("Key")?.as_text()
}
