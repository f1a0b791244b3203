//! Everything before somebody agrees: what there is, what is published, a change set for each stack that can have one, and a review of each.

use formwork_assembly::{Diagnostic, Stack, code};

use super::{
    Failure, FailureKind, Mode, Options, Progress, Published, Session, StackReview, Target, Work,
    carry::see_through,
    cause,
    change_set::{self, ChangeSet},
    cloud::{Cloud, Deletion},
    consent,
    follow::{Following, Mark},
    graph::{self, in_order},
    ledger::Ledger,
    publish::publish,
    review::review,
    state::Standing,
    stored,
    survey::{Survey, survey},
};

/// What was prepared.
pub(super) struct Prepared<'a> {
    pub survey: Survey,
    pub published: Published,
    /// The stacks in the order of deployment.
    pub stacks: Vec<(&'a Stack, Plan)>,
}

/// What is to be done with a stack.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    /// It is as it should be.
    Unchanged,
    /// Its change set is carried out.
    Change(Box<ChangeSet>, Box<StackReview>),
    /// It waits for others that are changed: its change set comes after those. Until then it is known by its template only.
    Later(Box<StackReview>),
}

impl Plan {
    pub(super) fn review(&self) -> Option<&StackReview> {
        match self {
            Self::Unchanged => None,
            Self::Change(_, review) | Self::Later(review) => Some(review),
        }
    }
}

/// Prepares everything, and tells the reviews.
///
/// # Errors
/// All that stands in the way, of all stacks.
pub(super) async fn prepare<'a, C: Cloud>(
    session: &Session<C>,
    target: &Target,
    options: &Options,
    ledger: &Ledger<C>,
    stacks: Vec<&'a Stack>,
) -> Result<Prepared<'a>, Failure> {
    let mut survey = survey(session, &stacks, options.replace_failed).await?;
    for stack in &stacks {
        clear_away(session, stack, &mut survey).await?;
    }
    let (published, mut plans) = match &options.mode {
        Mode::Execute(name) => {
            (Published::default(), stored::find(session, target, &stacks, &survey, name).await?)
        }
        Mode::Deploy | Mode::Prepare => {
            let published = publish(session, target, &stacks).await?;
            let plans = in_order(&stacks, options.concurrency, |stack, plans| {
                let is_later = graph::any(stack, plans, |plan| !matches!(plan, Ok(Plan::Unchanged)));
                let (survey, published) = (&survey, &published);
                async move {
                    let standing = survey.get(&stack.id).unwrap_or(&Standing::Absent);
                    if is_later {
                        return later(session, stack, standing).await;
                    }
                    plan(session, target, options, published, ledger, (stack, standing)).await
                }
            });
            let plans = plans.await;
            (published, plans)
        }
    };
    let mut ready = Vec::new();
    let mut failure: Option<Failure> = None;
    for stack in stacks {
        match plans.remove(stack.id.as_str()).unwrap_or(Ok(Plan::Unchanged)) {
            Ok(plan) => ready.push((stack, plan)),
            Err(other) => {
                failure = Some(Failure::joined(failure, other));
            }
        }
    }
    for (stack, plan) in &ready {
        session.teller.tell(match plan.review() {
            Some(review) => Progress::Review(Box::new(review.clone())),
            None => Progress::Unchanged { stack: stack.id.clone() },
        });
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    let reviews: Vec<&StackReview> = ready.iter().filter_map(|(_, plan)| plan.review()).collect();
    for warning in consent::unused(&reviews, &options.allow) {
        session.teller.tell(Progress::Warning(warning));
    }
    consent::check(&reviews, &options.allow)?;
    Ok(Prepared { survey, published, stacks: ready })
}

/// Makes the change set of a stack, and reviews it.
pub(super) async fn plan<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    options: &Options,
    published: &Published,
    ledger: &Ledger<C>,
    (stack, standing): (&Stack, &Standing),
) -> Result<Plan, Failure> {
    let made = change_set::make(session, target, options, published, ledger, (stack, standing)).await?;
    match made {
        Some(set) => {
            let review = review(session, stack, standing, Some(&set)).await?;
            Ok(Plan::Change(Box::new(set), Box::new(review)))
        }
        None => Ok(Plan::Unchanged),
    }
}

/// Reviews a stack whose change set cannot be made yet. Its template may be the same: what it gets from others may not.
async fn later<C: Cloud>(session: &Session<C>, stack: &Stack, standing: &Standing) -> Result<Plan, Failure> {
    Ok(Plan::Later(Box::new(review(session, stack, standing, None).await?)))
}

/// Deletes what is left of a creation that has failed. Only somebody who asked for it comes here.
async fn clear_away<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    survey: &mut Survey,
) -> Result<(), Failure> {
    let Some(Standing::Dead(dead)) = survey.get(&stack.id) else { return Ok(()) };
    let session = &session.at(stack);
    let token = format!("{}-clear", change_set::token(session, stack).chars().take(120).collect::<String>());
    let mark = Mark::now(session, &dead.id).await?;
    session.cloud.delete_stack(&dead.id, &Deletion { token, ..Deletion::default() }).await?;
    let following =
        Following { stack, stack_id: &dead.id, work: Work::Delete, resources: None, mark, deadline: None };
    let end = see_through(session, following).await?;
    if !end.status.is_deleted() {
        return Err(Failure { kind: FailureKind::Failed, findings: cause::explain(stack, &end) });
    }
    survey.insert(stack.id.clone(), Standing::Absent);
    Ok(())
}

/// What a protected stage does not take.
pub(super) fn check(target: &Target, options: &Options) -> Result<(), Failure> {
    let mut findings: Vec<Diagnostic> = super::parameters::check(&target.assembly, &options.parameters);
    if target.assembly.protected {
        let risky = [(options.express, "--express"), (options.keep_on_failure, "--no-rollback")];
        findings.extend(risky.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| {
            let message =
                format!("the stage `{}` is protected, and takes no `{flag}`", target.assembly.stage);
            Diagnostic::error(&code::STAGE_PROTECTED, message).help("leave it out")
        }));
    }
    if findings.is_empty() { Ok(()) } else { Err(Failure { kind: FailureKind::Refused, findings }) }
}
