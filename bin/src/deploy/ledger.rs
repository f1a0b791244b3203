//! What a run takes back where it ends early: change sets, the shells of stacks around them and parts of uploads, which it has made before
//! anybody agreed, and stack policies that it has lifted.

use std::cell::RefCell;

use formwork_assembly::{Diagnostic, Stack, code};
use futures_util::{StreamExt, stream};

use super::{
    Session,
    cloud::{Answer, Cloud, Deletion, FaultKind},
    patience::persist,
    upload::Uploads,
};

/// How many are taken away at once.
const AT_ONCE: usize = 8;

/// How often it is tried to delete a change set that CloudFormation still works out: while it does, it deletes none.
const TRIES: u32 = 60;

/// What is to be taken back.
pub(super) struct Ledger<C> {
    /// The change sets that were not carried out.
    sets: RefCell<Vec<Entry<C>>>,
    pub(super) uploads: Uploads<C>,
    lifted: RefCell<Vec<Lifted<C>>>,
}

/// A stack policy that was lifted.
struct Lifted<C> {
    session: Session<C>,
    stack: Stack,
    /// What to put back; nothing where there never was any.
    policy: Option<String>,
}

struct Entry<C> {
    session: Session<C>,
    /// The id of the stack: its name another one may have, elsewhere.
    id: String,
    stack: String,
    name: String,
    /// True where there was no such stack before.
    is_shell: bool,
}

impl<C: Cloud> Ledger<C> {
    pub(super) fn new() -> Self {
        Self { sets: RefCell::default(), uploads: Uploads::new(), lifted: RefCell::default() }
    }

    /// Notes a change set that is about to be made. Nobody may ever hear the answer.
    pub(super) fn note(&self, session: &Session<C>, stack: &Stack, name: &str, is_shell: bool) {
        self.sets.borrow_mut().push(Entry {
            session: session.clone(),
            id: stack.id.clone(),
            stack: stack.name.clone(),
            name: name.to_owned(),
            is_shell,
        });
    }

    /// Forgets the change set of a stack: it is gone, or about to be carried out.
    pub(super) fn forget(&self, stack: &Stack) {
        self.sets.borrow_mut().retain(|entry| entry.id != stack.id);
    }

    /// Notes a stack policy that is about to be lifted.
    pub(super) fn note_lifted(&self, session: &Session<C>, stack: &Stack, policy: Option<String>) {
        let lifted = Lifted { session: session.clone(), stack: stack.clone(), policy };
        self.lifted.borrow_mut().push(lifted);
    }

    /// Forgets the stack policy of a stack: it is as it should be, or somebody else's concern.
    pub(super) fn forget_lifted(&self, stack: &Stack) {
        self.lifted.borrow_mut().retain(|lifted| lifted.stack.id != stack.id);
    }

    /// Puts back the stack policy of a stack, where it was lifted.
    pub(super) async fn restore(&self, stack: &Stack) {
        let found = {
            let lifted = self.lifted.borrow();
            let found = lifted.iter().find(|lifted| lifted.stack.id == stack.id);
            found.map(|found| (found.session.clone(), found.policy.clone()))
        };
        let Some((session, policy)) = found else { return };
        if let Some(policy) = policy {
            let set = session.either(async |cloud| cloud.set_stack_policy(&stack.name, &policy).await).await;
            if set.is_err() {
                let warnings = self.lifted(Some(stack));
                warnings.into_iter().for_each(|warning| session.teller.warn(warning));
            }
        }
        self.forget_lifted(stack);
    }

    /// What is to be known of the policies that are lifted, of one stack or of all.
    pub(super) fn lifted(&self, stack: Option<&Stack>) -> Vec<Diagnostic> {
        let lifted = self.lifted.borrow();
        let meant = lifted.iter().filter(|one| stack.is_none_or(|stack| stack.id == one.stack.id));
        let warnings = meant.map(|Lifted { stack, .. }| {
            let message =
                format!("the stack policy of the stack `{}` is lifted, and was not put back", stack.name);
            let help = "the next deployment puts it back, also where nothing else changes";
            Diagnostic::warning(&code::NOT_GUARDED, message).path(&stack.id).help(help)
        });
        warnings.collect()
    }

    /// Takes everything away. What cannot be is told, and left.
    pub(super) async fn clear(&self) {
        let lifted: Vec<Stack> = self.lifted.borrow().iter().map(|lifted| lifted.stack.clone()).collect();
        for stack in &lifted {
            self.restore(stack).await;
        }
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
            session.teller.warn(warning);
        }
    }

    async fn remove(&self) -> Answer<()> {
        self.remove_change_set().await?;
        if !self.is_shell {
            return Ok(());
        }
        let (session, cloud) = (&self.session, &self.session.cloud);
        let found = persist(session, async || cloud.describe_stack(&self.stack).await).await?;
        // A stack that has become more than a shell is nobody's to delete.
        let Some(shell) = found.filter(|found| found.status.is_review()) else { return Ok(()) };
        let token = session.token(&format!("shell-{}", self.stack));
        let deletion = Deletion { token, ..Deletion::default() };
        persist(session, async || cloud.delete_stack(&shell.id, &deletion).await).await
    }

    /// Waits until CloudFormation has worked it out, where it still does.
    async fn remove_change_set(&self) -> Answer<()> {
        let Self { session, stack, name, .. } = self;
        let mut tries = 1;
        loop {
            let deleted =
                persist(session, async || session.cloud.delete_change_set(name, Some(stack)).await).await;
            match deleted {
                Err(fault) if fault.kind == FaultKind::Missing => return Ok(()),
                Err(fault) if fault.kind == FaultKind::Busy && tries < TRIES => {
                    if tries == 1 {
                        let text = "waits until its change set is worked out, to delete it";
                        session.teller.note(&self.id, text);
                    }
                    tries += 1;
                    tokio::time::sleep(session.pace).await;
                }
                deleted => return deleted,
            }
        }
    }
}
