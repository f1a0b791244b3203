//! Names that must be known before the resource is, and that no other stack gives.

use formwork_synth::{Scope, Text, Value, intrinsic, sub};

/// A name that no other stack of the account gives, known before the resource is: the path, and the end of the stack's own id.
pub(crate) struct UniqueName {
    path: String,
    end: Value<String>,
}

impl UniqueName {
    /// A name of 63 characters at most, which is what RDS takes.
    pub(crate) fn of(scope: &Scope<'_>) -> Self {
        Self::up_to(scope, 63)
    }

    /// A name of so many characters at most.
    pub(crate) fn up_to(scope: &Scope<'_>, longest: usize) -> Self {
        let mut path = String::new();
        for letter in scope.path().chars() {
            match letter {
                letter if letter.is_ascii_alphanumeric() => path.push(letter.to_ascii_lowercase()),
                _ if path.is_empty() || path.ends_with('-') => {}
                _ => path.push('-'),
            }
        }
        path.truncate(longest - END);
        path.truncate(path.trim_end_matches('-').len());
        let guid: Value<String> = intrinsic::select(2, intrinsic::split("/", intrinsic::stack_id()));
        Self { path, end: intrinsic::select(4, intrinsic::split("-", &guid)) }
    }

    /// The name between other text.
    pub(crate) fn within(&self, before: &str, after: &str) -> Text {
        sub!("{}{}-{}{}", before, &self.path, &self.end, after)
    }
}

/// The hyphen and twelve digits that end a name.
const END: usize = 13;
