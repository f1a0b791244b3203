//! Which stacks are meant: those that are named, and all that they depend on.

use std::collections::BTreeSet;

use formwork_assembly::{Assembly, Diagnostic, Stack, code, suggest};

use super::{Failure, FailureKind};

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
    let is_meant = |stack: &Stack, name: &String| stack.id == *name || stack.name == *name;
    let unknown = named.iter().filter(|name| !assembly.stacks.iter().any(|stack| is_meant(stack, name)));
    let findings: Vec<Diagnostic> = unknown
        .map(|name| {
            let message = format!("there is no stack `{name}`");
            let ids = assembly.stacks.iter().map(|stack| stack.id.as_str());
            Diagnostic::error(&code::UNKNOWN_STACK, message).help(suggest(name, ids))
        })
        .collect();
    if !findings.is_empty() {
        return Err(Failure { kind: FailureKind::Refused, findings });
    }
    let is_wanted = |stack: &&Stack| named.is_empty() || named.iter().any(|name| is_meant(stack, name));
    Ok(assembly.stacks.iter().filter(is_wanted).collect())
}
