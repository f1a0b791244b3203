//! Everything before somebody agrees: what there is, what is published, a change set for each stack that can have one, and a review of each.

use formwork_assembly::{Diagnostic, Stack, code};

use super::{
    Failure, Mode, Options, Progress, Published, Session, StackReview, Target,
    change_set::{ChangeSet, Maker},
    cloud::{Cloud, StackDescription},
    consent,
    graph::{self, Results, in_order},
    ledger::Ledger,
    parameters,
    publish::publish,
    review::{review, review_deletion, warn_of_names},
    selection,
    state::Standing,
    stored,
    survey::Survey,
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
    /// Nothing of it changes, but that it may be deleted from now on.
    Unprotect(Box<StackReview>),
    /// It waits for others that are changed: its change set comes after those. Until then it is known by its template only.
    Later(Box<StackReview>),
    /// What is left of a creation that has failed is deleted, then it is made. The first review is of what goes, where there is anything.
    Anew(Option<Box<StackReview>>, Box<StackReview>),
}

impl Plan {
    pub(super) fn review(&self) -> Option<&StackReview> {
        match self {
            Self::Unchanged => None,
            Self::Change(_, review)
            | Self::Later(review)
            | Self::Unprotect(review)
            | Self::Anew(_, review) => Some(review),
        }
    }

    /// The review of what is deleted before.
    pub(super) fn deletion(&self) -> Option<&StackReview> {
        match self {
            Self::Anew(gone, _) => gone.as_deref(),
            _ => None,
        }
    }

    /// True where its change set is still to be made: until then it may do more than was shown.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Later(_) | Self::Anew(..))
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
    mut stacks: Vec<&'a Stack>,
    survey: Survey,
) -> Result<Prepared<'a>, Failure> {
    let (published, mut plans) = match &options.mode {
        Mode::Execute(name) => {
            let plans = stored::find(session, target, &stacks, &survey, name).await?;
            // All others are left alone, and so are their sites.
            stacks.retain(|stack| plans.contains_key(stack.id.as_str()));
            (Published::default(), plans)
        }
        Mode::Deploy | Mode::Prepare => {
            let published = &publish(session, target, &stacks, &ledger.uploads).await?;
            let maker = &Maker { session, target, options, published, ledger };
            (published.clone(), plans(maker, &stacks, &survey).await)
        }
    };
    let mut ready = Vec::new();
    let mut failures = Vec::new();
    for stack in stacks {
        match plans.remove(stack.id.as_str()).unwrap_or(Ok(Plan::Unchanged)) {
            Ok(plan) => ready.push((stack, plan)),
            Err(failure) => failures.push(failure),
        }
    }
    for (stack, plan) in &ready {
        if let Some(gone) = plan.deletion() {
            session.teller.tell(Progress::Review(Box::new(gone.clone())));
        }
        session.teller.tell(match plan.review() {
            Some(review) => Progress::Review(Box::new(review.clone())),
            None => Progress::Unchanged { stack: stack.id.clone() },
        });
    }
    Failure::all(failures)?;
    let reviews: Vec<&StackReview> = ready.iter().filter_map(|(_, plan)| plan.review()).collect();
    // What an allowance is for may show later.
    if !ready.iter().any(|(_, plan)| plan.is_open()) {
        for warning in consent::unused(&reviews, &options.allow) {
            session.teller.warn(warning);
        }
    }
    consent::check(&reviews, options)?;
    Ok(Prepared { survey, published, stacks: ready })
}

/// Plans each stack, as far as that can be done before any of them is touched.
async fn plans<'a, C: Cloud>(
    maker: &Maker<'_, C>,
    stacks: &[&'a Stack],
    survey: &Survey,
) -> Results<'a, Result<Plan, Failure>> {
    let Maker { session, options, .. } = maker;
    let is_same = |plan: &Result<Plan, _>| matches!(plan, Ok(Plan::Unchanged | Plan::Unprotect(_)));
    in_order(stacks, options.concurrency, |stack, plans| {
        let is_later = graph::any(stack, plans, |plan| !is_same(plan));
        async move {
            let standing = survey.get(&stack.id).unwrap_or(&Standing::Absent);
            if options.import_existing {
                warn_of_names(session, stack, standing).await?;
            }
            match standing {
                Standing::Dead(dead) => anew(session, options, stack, dead).await,
                standing if is_later => later(session, options, stack, standing).await,
                standing => plan(maker, stack, standing).await,
            }
        }
    })
    .await
}

/// Makes the change set of a stack, and reviews it.
pub(super) async fn plan<C: Cloud>(
    maker: &Maker<'_, C>,
    stack: &Stack,
    standing: &Standing,
) -> Result<Plan, Failure> {
    let session = maker.session;
    match maker.make(stack, standing).await? {
        Some(set) => {
            let review = review(session, stack, standing, Some(&set)).await?;
            Ok(Plan::Change(Box::new(set), Box::new(review)))
        }
        None if standing.description().is_some_and(|found| found.termination_protection)
            && !stack.termination_protection =>
        {
            let mut review = review(session, stack, standing, None).await?;
            review.diff.resources.clear();
            review.diff.sections.clear();
            review.grade = review.diff.grade();
            Ok(Plan::Unprotect(Box::new(review)))
        }
        None => Ok(Plan::Unchanged),
    }
}

/// Reviews a stack whose change set cannot be made yet. Its template may be the same: what it gets from others may not.
async fn later<C: Cloud>(
    session: &Session<C>,
    options: &Options,
    stack: &Stack,
    standing: &Standing,
) -> Result<Plan, Failure> {
    // What is missing is told before anything begins.
    parameters::values(&session.at(stack), stack, &options.parameters, standing.description()).await?;
    Ok(Plan::Later(Box::new(review(session, stack, standing, None).await?)))
}

/// Reviews a stack that is deleted first, and what goes with it: a creation that was taken back has left nothing.
async fn anew<C: Cloud>(
    session: &Session<C>,
    options: &Options,
    stack: &Stack,
    dead: &StackDescription,
) -> Result<Plan, Failure> {
    let gone = if dead.status.0 == "ROLLBACK_COMPLETE" {
        None
    } else {
        Some(Box::new(review_deletion(session, stack, dead).await?))
    };
    parameters::values(&session.at(stack), stack, &options.parameters, None).await?;
    Ok(Plan::Anew(gone, Box::new(review(session, stack, &Standing::Absent, None).await?)))
}

/// Checks what can be told to be wrong without asking anybody: names of stacks and parameters, and what a protected stage does not take.
///
/// # Errors
/// All of it, as a refusal.
pub fn check(target: &Target, options: &Options) -> Result<(), Failure> {
    let unknown = selection::check_names(target, &options.stacks).err();
    let mut findings: Vec<Diagnostic> = unknown.map(|failure| failure.findings).unwrap_or_default();
    findings.extend(parameters::check(&target.assembly, &options.parameters));
    if target.assembly.protected {
        let risky = [(options.express, "--express"), (options.keep_on_failure, "--no-rollback")];
        findings.extend(risky.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| {
            let message =
                format!("the stage `{}` is protected, and takes no `{flag}`", target.assembly.stage);
            Diagnostic::error(&code::STAGE_PROTECTED, message).help("leave it out")
        }));
    }
    Failure::unless_empty(findings)
}
