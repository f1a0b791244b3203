//! What the status of a stack allows, and what to do where it allows nothing.

use formwork_assembly::{Diagnostic, Stack, code};

use super::{
    Mode, Options,
    cloud::{ChangeSetKind, StackDescription, StackStatus},
    finding::clause,
};
use crate::shell;

/// What there is of a stack.
#[derive(Clone, Debug)]
pub(super) enum Standing {
    /// Nothing.
    Absent,
    /// A shell without resources, which an earlier change set left.
    Shell,
    /// A stack that can be changed.
    There(StackDescription),
    /// What is left of a creation that has failed. It has to go first.
    Dead(StackDescription),
}

impl Standing {
    /// What there is, or why it takes no order.
    pub(super) fn of(
        stack: &Stack,
        found: Option<StackDescription>,
        options: &Options,
    ) -> Result<Self, Diagnostic> {
        let Some(found) = found.filter(|found| !found.status.is_deleted()) else { return Ok(Self::Absent) };
        let status = &found.status;
        if status.is_review() {
            return Ok(Self::Shell);
        }
        if status.is_busy() {
            let help = "`status --follow` shows it to its end; deploy again after that";
            return Err(busy(stack, status).help(help));
        }
        // Whoever only prepares, or carries out what was prepared, deletes nothing.
        let replaces_failed = options.replace_failed && options.mode == Mode::Deploy;
        match status.0.as_str() {
            "ROLLBACK_COMPLETE" | "CREATE_FAILED" if replaces_failed => Ok(Self::Dead(found)),
            // Left half-done, because nobody wanted it to be taken back: an update that may be left half-done itself goes on from there.
            "CREATE_FAILED" | "UPDATE_FAILED" if options.keep_on_failure => Ok(Self::There(found)),
            _ if status.is_stable() => Ok(Self::There(found)),
            _ => Err(stuck(stack, &found)),
        }
    }

    /// The stack, where there is more than a shell.
    pub(super) fn description(&self) -> Option<&StackDescription> {
        match self {
            Self::There(found) => Some(found),
            Self::Absent | Self::Shell | Self::Dead(_) => None,
        }
    }

    /// What a change set does to it.
    pub(super) fn kind(&self) -> ChangeSetKind {
        match self {
            Self::There(_) => ChangeSetKind::Update,
            Self::Absent | Self::Shell | Self::Dead(_) => ChangeSetKind::Create,
        }
    }
}

/// Why a stack takes no order while CloudFormation works on it.
pub(super) fn busy(stack: &Stack, status: &StackStatus) -> Diagnostic {
    let message = format!("the stack `{}` is busy with another operation: {status}", stack.name);
    let help = "`status --follow` shows it to its end";
    Diagnostic::error(&code::STACK_BUSY, message).path(&stack.id).help(help)
}

/// Why a stack takes no order before something else is done with it.
fn stuck(stack: &Stack, found: &StackDescription) -> Diagnostic {
    let (name, status, id) = (&found.name, &found.status, shell::word(&stack.id));
    let (code, what, help) = match status.0.as_str() {
        "CREATE_FAILED" => (
            &code::STACK_DEAD,
            format!("the creation of the stack `{name}` has failed"),
            "`deploy --no-rollback` goes on from there; `deploy --replace-failed` deletes what was made, \
             and makes the stack anew"
                .to_owned(),
        ),
        "ROLLBACK_COMPLETE" => (
            &code::STACK_DEAD,
            format!("the creation of the stack `{name}` has failed"),
            "nothing can be done with such a stack but to delete it: `deploy --replace-failed` does, \
             and makes it anew; look at its events before, they go with it"
                .to_owned(),
        ),
        "UPDATE_FAILED" => (
            &code::STACK_STUCK,
            format!("the last update of the stack `{name}` has failed"),
            format!("`rollback {id}` takes it back; `deploy --no-rollback` goes on from there"),
        ),
        "ROLLBACK_FAILED" => (
            &code::STACK_DEAD,
            format!("the stack `{name}` could not be taken back"),
            format!("`destroy {id}` deletes what is left of it, then deploy again"),
        ),
        "DELETE_FAILED" => (
            &code::STACK_HALF_DELETED,
            format!("the stack `{name}` could not be deleted"),
            format!("`destroy {id}` tries again, with `--retain ID` for each resource that is to stay"),
        ),
        "UPDATE_ROLLBACK_FAILED" => (
            &code::STACK_STUCK,
            format!("the stack `{name}` is stuck between two versions"),
            "put right what stands in the way, then `rollback --continue`; `--skip ID` leaves a resource as it is"
                .to_owned(),
        ),
        "IMPORT_ROLLBACK_FAILED" => (
            &code::STACK_STUCK,
            format!("an import into the stack `{name}` could not be taken back"),
            format!("`destroy {id}` lets go of it; what the deletion policies keep can be imported anew"),
        ),
        _ => (
            &code::STACK_STUCK,
            format!("the stack `{name}` is in a state that takes no update"),
            "`status` shows it; CloudFormation's console tells what can be done in that state".to_owned(),
        ),
    };
    let reason = found.reason.as_deref().map(|reason| format!(": {}", clause(reason))).unwrap_or_default();
    Diagnostic::error(code, format!("{what}: {status}{reason}")).path(&stack.id).help(help)
}
