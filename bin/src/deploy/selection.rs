//! Which stacks are meant: those that are named, by id, name or a pattern of either, and all that they depend on.

use std::collections::BTreeSet;

use formwork_assembly::{Assembly, Diagnostic, Stack, code, suggest};

use super::{Failure, Target};

/// Checks that an assembly has the stacks of these ids or names.
///
/// # Errors
/// Those that it has not, as a refusal.
pub fn check_names(target: &Target, named: &[String]) -> Result<(), Failure> {
    exactly(&target.assembly, named).map(drop)
}

/// The stacks of these ids or names and their dependencies, in the order of deployment; all where none is named.
pub(super) fn with_dependencies<'a>(
    assembly: &'a Assembly,
    named: &[String],
) -> Result<Vec<&'a Stack>, Failure> {
    let mut wanted: BTreeSet<&str> = exactly(assembly, named)?.into_iter().map(|stack| &*stack.id).collect();
    // Each stack comes after those that it depends on.
    for stack in assembly.stacks.iter().rev() {
        if wanted.contains(&*stack.id) {
            wanted.extend(stack.dependencies.iter().map(String::as_str));
        }
    }
    Ok(assembly.stacks.iter().filter(|stack| wanted.contains(&*stack.id)).collect())
}

/// The stacks of these ids or names, in the order of deployment; all where none is named.
pub(super) fn exactly<'a>(assembly: &'a Assembly, named: &[String]) -> Result<Vec<&'a Stack>, Failure> {
    let is_meant = |stack: &Stack, name: &String| fits(name, &stack.id) || fits(name, &stack.name);
    let unknown = named.iter().filter(|name| !assembly.stacks.iter().any(|stack| is_meant(stack, name)));
    let findings: Vec<Diagnostic> = unknown
        .map(|name| {
            let message = format!("there is no stack `{name}`");
            let ids = assembly.stacks.iter().map(|stack| stack.id.as_str());
            Diagnostic::error(&code::UNKNOWN_STACK, message).help(suggest(name, ids))
        })
        .collect();
    Failure::unless_empty(findings)?;
    let is_wanted = |stack: &&Stack| named.is_empty() || named.iter().any(|name| is_meant(stack, name));
    Ok(assembly.stacks.iter().filter(is_wanted).collect())
}

/// True where a pattern is the text; `*` stands for any characters.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(place) => text = &text[place + part.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_characters() {
        for pattern in ["Shop", "*", "Sh*", "*op", "S*o*p", "**"] {
            assert!(fits(pattern, "Shop"), "{pattern}");
        }
        for pattern in ["shop", "Sho", "S*x", "op*", "Sho*op", "Shop**p"] {
            assert!(!fits(pattern, "Shop"), "{pattern}");
        }
    }
}
