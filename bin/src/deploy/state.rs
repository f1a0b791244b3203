//! What the status of a stack allows, and what to do where it allows nothing.

use formwork_assembly::{Diagnostic, Stack, code};

use super::{
    Mode, Options,
    cloud::{ChangeSetKind, StackDescription, StackStatus},
    finding::clause,
};
use crate::shell;

/// Why a stack takes no order while CloudFormation works on it.
pub(super) fn busy(stack: &Stack, status: &StackStatus) -> Diagnostic {
    let message = format!("the stack `{}` is busy with another operation: {status}", stack.name);
    let help = "`status --follow` shows it to its end";
    Diagnostic::error(&code::STACK_BUSY, message).path(&stack.id).help(help)
}

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
        let name = &found.name;
        let id = shell::word(&stack.id);
        let status = &found.status;
        let reason = found.reason.as_deref().map(|reason| format!(": {}", clause(reason)));
        let reason = reason.unwrap_or_default();
        let finding = |code, message: String, help: String| {
            Err(Diagnostic::error(code, message).path(&stack.id).help(help))
        };
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
            "CREATE_FAILED" | "ROLLBACK_COMPLETE" => {
                let message = format!("the creation of the stack `{name}` has failed: {status}{reason}");
                let help = if status.0 == "CREATE_FAILED" {
                    "`deploy --no-rollback` goes on from there; `deploy --replace-failed` deletes what was made, \
                     and makes the stack anew"
                } else {
                    "nothing can be done with such a stack but to delete it: `deploy --replace-failed` does, \
                     and makes it anew; look at its events before, they go with it"
                };
                finding(&code::STACK_DEAD, message, help.to_owned())
            }
            "UPDATE_FAILED" => {
                let message = format!("the last update of the stack `{name}` has failed: {status}{reason}");
                let help =
                    format!("`rollback {id}` takes it back; `deploy --no-rollback` goes on from there");
                finding(&code::STACK_STUCK, message, help)
            }
            "ROLLBACK_FAILED" => {
                let message = format!("the stack `{name}` could not be taken back: {status}{reason}");
                let help = format!("`destroy {id}` deletes what is left of it, then deploy again");
                finding(&code::STACK_DEAD, message, help)
            }
            "DELETE_FAILED" => {
                let message = format!("the stack `{name}` could not be deleted: {status}{reason}");
                let help = format!(
                    "`destroy {id}` tries again, with `--retain ID` for each resource that is to stay"
                );
                finding(&code::STACK_HALF_DELETED, message, help)
            }
            "UPDATE_ROLLBACK_FAILED" => {
                let message = format!("the stack `{name}` is stuck between two versions: {status}{reason}");
                let help = "put right what stands in the way, then `rollback --continue`; `--skip ID` leaves a resource as it is";
                finding(&code::STACK_STUCK, message, help.to_owned())
            }
            "IMPORT_ROLLBACK_FAILED" => {
                let message =
                    format!("an import into the stack `{name}` could not be taken back: {status}{reason}");
                let help = format!(
                    "`destroy {id}` lets go of it; what the deletion policies keep can be imported anew"
                );
                finding(&code::STACK_STUCK, message, help)
            }
            _ if status.is_stable() => Ok(Self::There(found)),
            _ => {
                let message =
                    format!("the stack `{name}` is in a state that takes no update: {status}{reason}");
                let help = "`status` shows it; CloudFormation's console tells what can be done in that state";
                finding(&code::STACK_STUCK, message, help.to_owned())
            }
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
