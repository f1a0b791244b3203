//! The tag that most resource types share.

use formwork_synth::{Expr, IntoValue, Object, PropertyType};

/// A tag: a key and a value.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html>.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag(Object);

impl Tag {
    /// A tag from its key and value.
    pub fn new(key: impl IntoValue<String>, value: impl IntoValue<String>) -> Self {
        let mut fields = Object::new();
        fields.set("Key", key.into_expr());
        fields.set("Value", value.into_expr());
        Self(fields)
    }

    /// Covers fields that were read from a template, whatever they are.
    pub fn from_object(fields: Object) -> Self {
        Self(fields)
    }
}

impl PropertyType for Tag {
    fn into_property(self) -> Expr {
        Expr::Object(self.0)
    }
}
