//! What the name of an instance type says about its processor: `m7g.large` is a Graviton, `m7i.large` is not.

use formwork_assembly::{Diagnostic, code};
use formwork_synth::{Scope, Str};

use crate::Architecture;

/// The processor of all the types; none, unknown ones, and different processors are reported.
pub(super) fn architecture(scope: &mut Scope<'_>, types: &[Str]) -> Architecture {
    let mut refuse = |message: String, help: &str| {
        scope.report(Diagnostic::error(&code::INSTANCES, message).help(help));
    };
    let mut found: Option<(Architecture, &Str)> = None;
    for name in types {
        match (of(name), found) {
            (None, _) => {
                refuse(format!("`{name}` is no instance type"), "name one like `m7g.large`");
            }
            (Some(one), Some((first, known))) if one != first => {
                let message = format!("`{known}` and `{name}` have different processors");
                refuse(message, "an image runs on one kind: name types of Graviton, or of Intel and AMD");
            }
            (Some(one), known) => found = known.or(Some((one, name))),
        }
    }
    if types.is_empty() {
        refuse("no instance type is named".to_owned(), "name one like `m7g.large`, better several");
    }
    found.map_or(Architecture::Arm64, |(architecture, _)| architecture)
}

/// The processor of a type. Graviton types have a `g` after the digit of their generation; the first one was called `a1`.
fn of(name: &str) -> Option<Architecture> {
    let (family, size) = name.split_once('.')?;
    let is_plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !is_plain(family) || !is_plain(size) || !family.starts_with(|first: char| first.is_ascii_lowercase()) {
        return None;
    }
    let after_generation = family.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let options = after_generation.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if after_generation.is_empty() {
        None
    } else if family == "a1" || options.starts_with('g') {
        Some(Architecture::Arm64)
    } else {
        Some(Architecture::X86_64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_processors_apart() {
        for name in [
            "m7g.large",
            "c6gn.4xlarge",
            "t4g.micro",
            "a1.medium",
            "im4gn.large",
            "is4gen.large",
            "g5g.xlarge",
        ] {
            assert_eq!(of(name), Some(Architecture::Arm64), "{name}");
        }
        for name in ["m7i.large", "g5.xlarge", "g4dn.xlarge", "t3a.small", "i4i.metal-24xl", "u-6tb1.metal"] {
            assert_eq!(of(name), Some(Architecture::X86_64), "{name}");
        }
        for name in ["", "large", "m7g", "7m.large", "m.large", "m7g.", "m7g large"] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
