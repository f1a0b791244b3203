//! What a run has made before anybody agreed to it: change sets, the shells of stacks around them, parts of uploads. Taken away again where the
//! run ends early.

use std::cell::RefCell;

use formwork_assembly::{Diagnostic, code};
use futures_util::{StreamExt, stream};

use super::{
    Progress, Session,
    change_set::token_for,
    cloud::{Answer, Cloud, Deletion, FaultKind},
    upload::Uploads,
};

/// How many are taken away at once.
const AT_ONCE: usize = 8;

/// The change sets of a run that were not carried out, and its uploads.
pub(super) struct Ledger<C> {
    sets: RefCell<Vec<Entry<C>>>,
    pub(super) uploads: Uploads<C>,
}

struct Entry<C> {
    session: Session<C>,
    stack: String,
    name: String,
    /// True where there was no such stack before.
    is_shell: bool,
}

impl<C: Cloud> Ledger<C> {
    pub(super) fn new() -> Self {
        Self { sets: RefCell::default(), uploads: Uploads::new() }
    }

    /// Notes a change set that is about to be made. Nobody may ever hear the answer.
    pub(super) fn note(&self, session: &Session<C>, stack: &str, name: &str, is_shell: bool) {
        let entry =
            Entry { session: session.clone(), stack: stack.to_owned(), name: name.to_owned(), is_shell };
        self.sets.borrow_mut().push(entry);
    }

    /// Forgets the change set of a stack: it is gone, or about to be carried out.
    pub(super) fn forget(&self, stack: &str) {
        self.sets.borrow_mut().retain(|entry| entry.stack != stack);
    }

    /// Takes everything away. What cannot be is told, and left.
    pub(super) async fn clear(&self) {
        let entries = std::mem::take(&mut *self.sets.borrow_mut());
        let cleared = stream::iter(entries).for_each_concurrent(AT_ONCE, Entry::clear);
        tokio::join!(cleared, self.uploads.give_up());
    }
}

impl<C: Cloud> Entry<C> {
    async fn clear(self) {
        let Self { session, stack, name, .. } = &self;
        if let Err(fault) = self.remove().await {
            let message = format!("the change set `{name}` of the stack `{stack}` is left behind: {fault}");
            let help = "nothing was carried out of it; the next deployment does not mind it";
            let warning = Diagnostic::warning(&code::CHANGE_SET_LEFT, message).help(help);
            session.teller.tell(Progress::Warning(warning));
        }
    }

    async fn remove(&self) -> Answer<()> {
        let cloud = &self.session.cloud;
        match cloud.delete_change_set(&self.name, Some(&self.stack)).await {
            Err(fault) if fault.kind != FaultKind::Missing => return Err(fault),
            _ => {}
        }
        // A stack that has become more than a shell is nobody's to delete.
        let found = if self.is_shell { cloud.describe_stack(&self.stack).await? } else { None };
        match found.filter(|found| found.status.is_review()) {
            Some(shell) => {
                let token = token_for(&self.session, &format!("shell-{}", self.stack));
                cloud.delete_stack(&shell.id, &Deletion { token, ..Deletion::default() }).await
            }
            None => Ok(()),
        }
    }
}
