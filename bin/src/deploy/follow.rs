//! Follows what CloudFormation does to a stack, to its end: each event once, in the order in which they happened, nested stacks too.
//!
//! Events are told by their place in the list: many share a time, some are told twice. What happened before the run began is left out, by the
//! newest event that was there then.

use std::collections::{BTreeMap, BTreeSet};

use formwork_assembly::Stack;
use tokio::time::{Instant, sleep};

use super::{
    Progress, ResourceProgress, Session, Work,
    cloud::{Answer, Cloud, Fault, FaultKind, StackEvent, StackStatus},
    origins::Origins,
    patience::{Patience, persist},
    services::{self, Attendance},
};

/// How often the stack may be at rest while its events do not say so.
const LAG: u32 = 5;

/// What is followed, and by whom.
pub(super) struct Following<'a> {
    pub stack: &'a Stack,
    /// The ARN of the stack.
    pub stack_id: &'a str,
    pub work: Work,
    /// How many resources there are to do, where that is known.
    pub resources: Option<usize>,
    pub mark: Mark,
    pub deadline: Option<Instant>,
    pub attendance: Attendance,
}

impl<'a> Following<'a> {
    /// What is about to be ordered, by whoever deploys.
    ///
    /// # Errors
    /// It cannot be asked what has happened before.
    pub(super) async fn from_now<C: Cloud>(
        session: &Session<C>,
        stack: &'a Stack,
        stack_id: &'a str,
        work: Work,
    ) -> Answer<Self> {
        let mark = Mark::now(session, stack_id).await?;
        let attendance = Attendance::Opens;
        Ok(Self { stack, stack_id, work, resources: None, mark, deadline: None, attendance })
    }
}

/// Where the events begin that are to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// After this one; with the first one where there is none.
    After(Option<String>),
    /// Where the operation began that is going on.
    Operation,
}

/// How it ended.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub status: StackStatus,
    /// All events of the run, the oldest first.
    pub events: Vec<StackEvent>,
}

/// Why nobody knows how it ended. CloudFormation goes on all the same.
#[derive(Clone, Debug)]
pub(super) enum Lost {
    /// Nobody answers any more, or not to these credentials.
    Fault(Fault),
    /// It takes longer than somebody wanted to wait.
    Overdue,
    /// Nothing has happened, though it was to.
    Idle,
}

impl Mark {
    /// The newest event of a stack, if there is any.
    async fn now<C: Cloud>(session: &Session<C>, stack_id: &str) -> Answer<Self> {
        let page =
            persist(session, async || session.cloud.describe_stack_events(stack_id, None).await).await?;
        Ok(Self::After(page.items.into_iter().next().map(|event| event.id)))
    }
}

/// Follows a stack to the end of what is being done to it, and looks after its services meanwhile.
pub(super) async fn follow<C: Cloud>(session: &Session<C>, what: Following<'_>) -> Result<End, Lost> {
    session.teller.tell(Progress::Began {
        stack: what.stack.id.clone(),
        work: what.work,
        resources: what.resources,
    });
    let (stack, stack_id, attendance) = (what.stack, what.stack_id.to_owned(), what.attendance);
    let attended = async { match services::attend(session, stack, &stack_id, attendance).await {} };
    let end = tokio::select! {
        biased;
        end = events(session, what) => end?,
        end = attended => end,
    };
    session.teller.tell(Progress::Ended { stack: stack.id.clone(), status: end.status.clone() });
    Ok(end)
}

async fn events<C: Cloud>(session: &Session<C>, what: Following<'_>) -> Result<End, Lost> {
    let mut feed = Feed::new(&what);
    let mut patience = Patience::default();
    let mut quiet = 0;
    loop {
        match feed.look(session).await {
            Ok(Look { new, status }) => {
                patience.renew();
                quiet =
                    if new > 0 || status.as_ref().is_some_and(StackStatus::is_busy) { 0 } else { quiet + 1 };
                feed.is_quiet = quiet >= LAG;
                match status {
                    // Where the list of events lags behind, it does not matter any more.
                    Some(status)
                        if !status.is_busy()
                            && (feed.is_over()
                                || feed.last.is_some() && quiet > LAG
                                // Of a shell that is deleted there may be no event at all.
                                || what.work == Work::Delete && status.is_deleted()) =>
                    {
                        return Ok(End { status, events: feed.all });
                    }
                    None if feed.is_over() => {}
                    _ if quiet > LAG * LAG => return Err(Lost::Idle),
                    _ => sleep(session.pace).await,
                }
            }
            Err(fault) => patience.after(fault, session).await.map_err(Lost::Fault)?,
        }
        if what.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Lost::Overdue);
        }
    }
}

/// What one look brought.
struct Look {
    /// How many new events.
    new: usize,
    /// The status of the stack, where it was asked for.
    status: Option<StackStatus>,
}

/// The events of a stack and of those that are nested in it.
struct Feed<'a> {
    stack: &'a Stack,
    origins: Origins<'a>,
    stack_id: String,
    /// Where to begin, by the ARN of the stack.
    marks: BTreeMap<String, Mark>,
    /// The nested stacks that may not be looked at.
    closed: BTreeSet<String>,
    seen: BTreeSet<String>,
    all: Vec<StackEvent>,
    /// The status of the newest event of the stack itself.
    last: Option<StackStatus>,
    /// The resources that are done, and all that were seen, by stack and logical id. Both begin anew with the way back.
    done: BTreeSet<(String, String)>,
    met: BTreeSet<(String, String)>,
    planned: usize,
    work: Work,
    /// True once all of it is being taken back.
    is_way_back: bool,
    /// True where nothing has happened for some time.
    is_quiet: bool,
}

impl<'a> Feed<'a> {
    fn new(what: &Following<'a>) -> Self {
        Self {
            stack: what.stack,
            origins: Origins::of(what.stack),
            stack_id: what.stack_id.to_owned(),
            marks: [(what.stack_id.to_owned(), what.mark.clone())].into(),
            closed: BTreeSet::new(),
            seen: BTreeSet::new(),
            all: Vec::new(),
            last: None,
            done: BTreeSet::new(),
            met: BTreeSet::new(),
            planned: what.resources.unwrap_or_default(),
            work: what.work,
            is_way_back: what.work == Work::Rollback && what.mark != Mark::Operation,
            is_quiet: false,
        }
    }

    /// True where the newest event of the stack itself is the end of something.
    fn is_over(&self) -> bool {
        self.last.as_ref().is_some_and(|last| !last.0.ends_with("_IN_PROGRESS"))
    }

    /// Tells what is new. The status is asked for only where it looks like the end, and before the events, so that none of them is missed.
    async fn look<C: Cloud>(&mut self, session: &Session<C>) -> Answer<Look> {
        let mut status = None;
        if self.is_over() || self.is_quiet {
            let found = session.cloud.describe_stack(&self.stack_id).await?;
            // What was deleted is not described everywhere, not even by its ARN.
            status =
                Some(found.map_or_else(|| StackStatus("DELETE_COMPLETE".to_owned()), |found| found.status));
        }
        let known = self.all.len();
        let mut looked = BTreeSet::new();
        // Nested stacks come to light on the way.
        while let Some(stack) = self.marks.keys().find(|stack| !looked.contains(*stack)).cloned() {
            match self.unseen(session, &stack).await {
                Ok(new) => new.into_iter().for_each(|event| self.take(session, event)),
                // What happens in a nested stack also the outer one tells, less well.
                Err(fault) if stack != self.stack_id && is_of_one_stack(&fault) => {
                    self.close(session, &stack, &fault);
                }
                Err(fault) => return Err(fault),
            }
            looked.insert(stack);
        }
        Ok(Look { new: self.all.len() - known, status })
    }

    /// Looks at a nested stack no more, and says so.
    fn close<C: Cloud>(&mut self, session: &Session<C>, nested: &str, fault: &Fault) {
        self.marks.remove(nested);
        self.closed.insert(nested.to_owned());
        let name = nested.split('/').nth(1).unwrap_or(nested);
        let text = format!("what happens in the nested stack `{name}` cannot be told: {fault}");
        session.teller.note(&self.stack.id, text);
    }

    /// The events of one stack that were not told yet, the oldest first.
    async fn unseen<C: Cloud>(&self, session: &Session<C>, stack: &str) -> Answer<Vec<StackEvent>> {
        let mark = self.marks.get(stack);
        let mut new: Vec<StackEvent> = Vec::new();
        let mut next = None;
        'pages: loop {
            let page = session.cloud.describe_stack_events(stack, next.as_deref()).await?;
            let mut is_known = false;
            for event in page.items {
                if matches!(mark, Some(Mark::After(Some(id))) if *id == event.id) {
                    break 'pages;
                }
                let is_first = mark == Some(&Mark::Operation) && begins(&event);
                // One that came late may stand below one that was told.
                let is_told = self.seen.contains(&event.id);
                is_known |= is_told;
                if !is_told && !new.iter().any(|one| one.id == event.id) {
                    new.push(event);
                }
                if is_first {
                    break 'pages;
                }
            }
            next = page.next;
            if is_known || next.is_none() {
                break;
            }
        }
        new.reverse();
        Ok(new)
    }

    /// True for what a stack is in while it is taken back. A creation ends with the deletion of what it made.
    fn turns_back(&self, status: &StackStatus) -> bool {
        status.is_busy()
            && (status.0.contains("ROLLBACK")
                || (self.work == Work::Create && status.0 == "DELETE_IN_PROGRESS"))
    }

    /// Counts anew: what was touched, and did not fail at once, is to be taken back.
    fn turn_back<C: Cloud>(&mut self, session: &Session<C>) {
        self.is_way_back = true;
        let failed = self.all.iter().filter(|event| event.status.0.ends_with("_FAILED"));
        let failed: BTreeSet<_> = failed.map(|event| (&event.stack_id, &event.logical_id)).collect();
        self.planned = self.met.iter().filter(|(stack, id)| !failed.contains(&(stack, id))).count();
        self.met.clear();
        self.done.clear();
        let stack = self.stack.id.clone();
        let resources = (self.planned > 0).then_some(self.planned);
        if resources.is_some() || self.work != Work::Rollback {
            session.teller.tell(Progress::Began { stack, work: Work::Rollback, resources });
        }
    }

    fn take<C: Cloud>(&mut self, session: &Session<C>, event: StackEvent) {
        self.seen.insert(event.id.clone());
        self.all.push(event.clone());
        if event.is_of_stack() {
            if event.stack_id == self.stack_id {
                if !self.is_way_back && self.turns_back(&event.status) {
                    self.turn_back(session);
                }
                self.last = Some(event.status);
            }
            return;
        }
        let is_nested = event.kind == "AWS::CloudFormation::Stack" && event.physical_id.starts_with("arn:");
        if is_nested && !self.closed.contains(&event.physical_id) {
            self.marks.entry(event.physical_id.clone()).or_insert(Mark::Operation);
        }
        let key = (event.stack_id.clone(), event.logical_id.clone());
        // Done is done, also where its predecessor is deleted after it.
        if !event.status.0.ends_with("_IN_PROGRESS") {
            self.done.insert(key.clone());
        }
        self.met.insert(key);
        let is_own = event.stack_id == self.stack_id;
        // A resource of a nested stack is no resource of this one, whatever its logical id.
        let (path, at) = if is_own {
            (self.origins.path(&event.logical_id).to_owned(), self.origins.at(&event.logical_id))
        } else {
            (event.logical_id.clone(), None)
        };
        session.teller.tell(Progress::Resource(ResourceProgress {
            stack: self.stack.id.clone(),
            logical_id: event.logical_id,
            kind: event.kind,
            path,
            at,
            physical_id: event.physical_id,
            status: event.status,
            reason: event.reason,
            time: event.at,
            done: self.done.len(),
            of: self.planned.max(self.met.len()),
        }));
    }
}

/// True for a fault that says nothing of other stacks: with the caller all is well, and with the connection.
fn is_of_one_stack(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Denied | FaultKind::Missing | FaultKind::Invalid)
}

/// True for the event with which an operation begins.
fn begins(event: &StackEvent) -> bool {
    let is_order = event.reason.as_deref().is_some_and(|reason| reason.contains("User Initiated"));
    let status = event.status.0.as_str();
    let is_first = matches!(
        status,
        "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS" | "DELETE_IN_PROGRESS" | "IMPORT_IN_PROGRESS"
    );
    // A rollback belongs to what it takes back, unless somebody ordered it.
    event.is_of_stack() && (is_first || (is_order && status.ends_with("_IN_PROGRESS")))
}
