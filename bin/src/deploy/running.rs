//! The stacks that CloudFormation works on for this run, and whether more of them may begin.

use std::cell::{Cell, RefCell};

use formwork_assembly::{Diagnostic, Stack, code};
use tokio::sync::watch;

use super::{
    Session, Work,
    cloud::{Cloud, Fault, FaultKind},
};

/// What is being worked on.
pub(super) struct Running<C> {
    entries: RefCell<Vec<Entry<C>>>,
    has_begun: Cell<bool>,
    road: watch::Sender<Road>,
}

/// Whether stacks may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Road {
    Open,
    /// Somebody is being asked.
    Waiting,
    Closed,
}

struct Entry<C> {
    session: Session<C>,
    stack: Stack,
    stack_id: String,
    work: Work,
    is_cancelled: bool,
}

impl<C: Cloud> Running<C> {
    pub(super) fn new() -> Self {
        Self {
            entries: RefCell::default(),
            has_begun: Cell::new(false),
            road: watch::Sender::new(Road::Open),
        }
    }

    /// Waits while somebody is being asked; true where another stack may begin.
    pub(super) async fn may_begin(&self) -> bool {
        let mut road = self.road.subscribe();
        road.wait_for(|road| *road != Road::Waiting).await.is_ok_and(|road| *road == Road::Open)
    }

    /// Nothing begins until somebody has answered.
    pub(super) fn hold(&self) {
        self.road.send_replace(Road::Waiting);
    }

    /// Everything goes on.
    pub(super) fn release(&self) {
        self.road.send_replace(Road::Open);
    }

    /// Nothing begins any more.
    pub(super) fn close(&self) {
        self.road.send_replace(Road::Closed);
    }

    pub(super) fn is_closed(&self) -> bool {
        *self.road.borrow() == Road::Closed
    }

    pub(super) fn begin(&self, session: &Session<C>, stack: &Stack, stack_id: &str, work: Work) {
        let entry = Entry {
            session: session.clone(),
            stack: stack.clone(),
            stack_id: stack_id.to_owned(),
            work,
            is_cancelled: false,
        };
        self.has_begun.set(true);
        self.entries.borrow_mut().push(entry);
    }

    /// Ends a stack; true where it was cancelled.
    pub(super) fn end(&self, stack: &Stack) -> bool {
        let mut entries = self.entries.borrow_mut();
        match entries.iter().position(|entry| entry.stack.id == stack.id) {
            Some(place) => entries.remove(place).is_cancelled,
            None => false,
        }
    }

    /// True where anything was ever begun.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.get()
    }

    /// True where no stack is being worked on.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.borrow().is_empty()
    }

    /// The ids of the stacks of which something can be cancelled, and of the others.
    pub(super) fn by_cancellation(&self) -> (Vec<String>, Vec<String>) {
        let entries = self.entries.borrow();
        let (updates, others): (Vec<_>, Vec<_>) =
            entries.iter().partition(|entry| entry.work == Work::Update);
        let ids = |entries: Vec<&Entry<C>>| entries.into_iter().map(|entry| entry.stack.id.clone()).collect();
        (ids(updates), ids(others))
    }

    /// Cancels what can be cancelled, and tells what cannot.
    pub(super) async fn cancel(&self) {
        let entries: Vec<_> = {
            let entries = self.entries.borrow();
            entries
                .iter()
                .map(|one| (one.session.clone(), one.stack.clone(), one.stack_id.clone(), one.work))
                .collect()
        };
        for (session, stack, stack_id, work) in entries {
            let cancelled = match work {
                Work::Update => {
                    let token = session.token(&format!("cancel-{}", stack.id));
                    session.either(async |cloud| cloud.cancel_update_stack(&stack_id, &token).await).await
                }
                _ => {
                    let text = "only an update can be cancelled".to_owned();
                    Err(Fault::new(FaultKind::Invalid, "cloudformation:CancelUpdateStack", text))
                }
            };
            match cancelled {
                Ok(()) => {
                    let mut entries = self.entries.borrow_mut();
                    entries
                        .iter_mut()
                        .filter(|one| one.stack_id == stack_id)
                        .for_each(|one| one.is_cancelled = true);
                }
                Err(fault) => {
                    let message = format!("what is done to the stack `{}` goes on: {fault}", stack.name);
                    let help =
                        "interrupt once more to leave it to itself; `status --follow` shows it to its end";
                    let warning =
                        Diagnostic::warning(&code::NOT_CANCELLED, message).path(&stack.id).help(help);
                    session.teller.warn(warning);
                }
            }
        }
    }

    /// What goes on without anybody looking.
    pub(super) fn left(&self) -> Vec<Diagnostic> {
        let entries = self.entries.borrow();
        let findings = entries.iter().map(|entry| {
            let name = &entry.stack.name;
            let (message, help) = match &entry.session.local {
                None => (
                    format!("CloudFormation goes on with the stack `{name}`, without anybody looking"),
                    "`resume` follows it and goes on with a deployment; `status --follow` only shows it",
                ),
                // What it was in the middle of is told to have failed when it starts again.
                Some(_) => (
                    format!("the local server was left in the middle of the stack `{name}`"),
                    "one that was started for this command stops with it, and the stack has failed then: \
                     `deploy --replace-failed` makes it anew, `rollback` takes an update back; \
                     any other goes on, and `resume` follows it",
                ),
            };
            Diagnostic::error(&code::LEFT_RUNNING, message).path(&entry.stack.id).help(help)
        });
        findings.collect()
    }
}
