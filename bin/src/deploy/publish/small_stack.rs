//! A small stack beside those of the app, carried out without a review: a change set, and what comes of it.

use crate::deploy::{
    Progress, Session, Work,
    cloud::{
        Answer, ChangeAction, ChangeSetId, ChangeSetKind, ChangeSetRequest, Cloud, Execution, Fault,
        FaultKind, PlannedChange, Replaced, TemplateSource,
    },
};

/// What the stack is to be.
pub(super) struct SmallStack<'a> {
    pub name: &'a str,
    /// What for people it is.
    pub description: &'a str,
    pub template: String,
}

/// What to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Create,
    /// The same, and takes over what is there under the names that the template gives.
    TakeOver,
    /// Nothing in it is replaced or removed.
    Update,
}

/// Why it is not as it was to be.
pub(super) enum Trouble {
    /// CloudFormation does not take the order as things are.
    Overtaken(Fault),
    /// The order could not be given.
    Fault(Fault),
    /// It was tried, and failed for this reason.
    Failed(String),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        match fault.kind {
            FaultKind::Busy | FaultKind::Exists | FaultKind::Invalid | FaultKind::Missing => {
                Self::Overtaken(fault)
            }
            _ => Self::Fault(fault),
        }
    }
}

impl SmallStack<'_> {
    /// Carries the order out; `attempt` tells its requests from earlier ones of this run.
    pub(super) async fn carry_out<C: Cloud>(
        &self,
        session: &Session<C>,
        cloud: &C,
        order: Order,
        attempt: u32,
    ) -> Result<(), Trouble> {
        let token = format!("formwork-{}-{attempt}", session.run);
        let change_set = cloud.create_change_set(&self.request(order, &token)).await?;
        let changes = loop {
            let page = cloud.describe_change_set(&change_set.id, None, None).await?;
            match page.status.as_str() {
                "CREATE_COMPLETE" => break page.changes,
                "FAILED" => {
                    let _ = cloud.delete_change_set(&change_set.id, None).await;
                    return Err(Trouble::Failed(page.reason));
                }
                _ => tokio::time::sleep(session.pace).await,
            }
        };
        if order == Order::Update
            && let Some(change) = changes.iter().find(|change| is_harmful(change))
        {
            let _ = cloud.delete_change_set(&change_set.id, None).await;
            return Err(Trouble::Failed(format!("it would replace or remove `{}`", change.logical_id)));
        }
        cloud.execute_change_set(&change_set.id, &Execution { token, ..Execution::default() }).await?;
        self.follow(session, cloud, order, &change_set).await
    }

    async fn follow<C: Cloud>(
        &self,
        session: &Session<C>,
        cloud: &C,
        order: Order,
        change_set: &ChangeSetId,
    ) -> Result<(), Trouble> {
        let (work, end) = match order {
            Order::Create | Order::TakeOver => (Work::Create, "CREATE_COMPLETE"),
            Order::Update => (Work::Update, "UPDATE_COMPLETE"),
        };
        let stack = self.name.to_owned();
        session.teller.tell(Progress::Began { stack: stack.clone(), work, resources: None });
        let mut reason = String::new();
        let status = loop {
            reason = first_reason(cloud, &change_set.stack_id).await?.unwrap_or(reason);
            match cloud.describe_stack(&change_set.stack_id).await? {
                Some(stack) if stack.status.is_busy() || stack.status.is_review() => {
                    tokio::time::sleep(session.pace).await;
                }
                stack => break stack.map(|stack| stack.status).unwrap_or_default(),
            }
        };
        session.teller.tell(Progress::Ended { stack, status: status.clone() });
        if status.0 == end { Ok(()) } else { Err(Trouble::Failed(reason)) }
    }

    fn request(&self, order: Order, token: &str) -> ChangeSetRequest {
        ChangeSetRequest {
            stack: self.name.to_owned(),
            name: token.to_owned(),
            description: self.description.to_owned(),
            kind: if order == Order::Update { ChangeSetKind::Update } else { ChangeSetKind::Create },
            template: TemplateSource::Body(self.template.clone()),
            parameters: Vec::new(),
            tags: Vec::new(),
            role: None,
            notify: Vec::new(),
            delete_failed: order != Order::Update,
            import_existing: order == Order::TakeOver,
            imports: Vec::new(),
            revert_drift: false,
            nested: false,
            express: false,
            keep_on_failure: false,
            token: token.to_owned(),
        }
    }
}

/// Whether something that is in use could go.
fn is_harmful(change: &PlannedChange) -> bool {
    let holds_data = matches!(change.kind.as_str(), "AWS::S3::Bucket" | "AWS::ECR::Repository");
    match change.replaced {
        Replaced::Yes => true,
        Replaced::Maybe => holds_data,
        Replaced::No => change.action == ChangeAction::Remove,
    }
}

/// Why the first resource failed; the others only follow. The stack is so small that its events are on one page.
async fn first_reason<C: Cloud>(cloud: &C, stack: &str) -> Answer<Option<String>> {
    let events = cloud.describe_stack_events(stack, None).await?.items;
    let failed =
        events.into_iter().filter(|event| event.status.0.ends_with("_FAILED") && !event.is_of_stack());
    // The newest come first.
    Ok(failed.filter_map(|event| Some(format!("{}: {}", event.logical_id, event.reason?))).next_back())
}
