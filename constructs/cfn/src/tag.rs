//! The tag that most resource types share.

use formwork_synth::{IntoValue, Object, Structure};

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
}

impl Structure for Tag {
    type Complete = Self;

    fn into_object(self) -> Object {
        self.0
    }
}
