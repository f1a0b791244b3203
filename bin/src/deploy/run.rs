//! `deploy`, from the first question to the last output.

use std::cell::RefCell;

use formwork_assembly::{Diagnostic, Stack, code};

use super::{
    Done, Failure, FailureKind, Mode, Options, Outcome, Progress, Session, StackOutcome, StackReview, Target,
    Work, carry,
    change_set::Maker,
    cloud::Cloud,
    consent,
    dead::clear_away,
    graph::{self, in_order},
    guard::{self, Guard},
    halt, identity,
    ledger::Ledger,
    outputs,
    prepare::{self, Plan, Prepared, plan},
    running::Running,
    selection, sites,
    state::Standing,
    survey::survey,
};
use crate::diff::{Grade, Highlight, ResourceChange};

/// To what nobody has agreed, and what became of it.
const DECLINED: [&str; 2] = ["what was shown", "nothing of it was carried out"];

/// Deploys an assembly, or some of its stacks.
///
/// # Errors
/// What was refused, could not be asked for, failed, or was interrupted; always with the state that the stacks are in.
pub async fn deploy<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    options: &Options,
) -> Result<Outcome, Failure> {
    let stacks = chosen(target, options)?;
    prepare::check(target, options)?;
    let session = &identity::check(session, target, &stacks).await?;
    carry_through(session, target, options, stacks).await
}

/// The stacks that are meant.
pub(super) fn chosen<'a>(target: &'a Target, options: &Options) -> Result<Vec<&'a Stack>, Failure> {
    if options.imports.is_empty() {
        return selection::with_dependencies(&target.assembly, &options.stacks);
    }
    // An import changes nothing else.
    let stacks: Vec<String> = options.imports.iter().map(|import| import.stack.clone()).collect();
    selection::exactly(&target.assembly, &stacks)
}

/// The same, of stacks that are known to be this caller's.
pub(super) async fn carry_through<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    options: &Options,
    stacks: Vec<&Stack>,
) -> Result<Outcome, Failure> {
    let since = session.interrupts.count();
    let ledger = Ledger::new();
    let survey = halt::preparing(session, since, &ledger, survey(session, &stacks, options)).await?;
    let prepared = async {
        let prepared = prepare::prepare(session, target, options, &ledger, stacks, survey).await?;
        if options.mode != Mode::Prepare {
            ask(session, target, &prepared).await?;
        }
        Ok(prepared)
    };
    let prepared = halt::preparing(session, since, &ledger, prepared).await?;
    if options.mode == Mode::Prepare {
        return Ok(left(session, &prepared));
    }
    let running = Running::new();
    let late = RefCell::default();
    let run = Run { session, target, options, ledger: &ledger, running: &running, prepared: &prepared, late };
    halt::carrying_out(session, since, &running, &ledger, run.all()).await
}

/// What is asked, and told, while the stacks are worked on.
struct Run<'a, C> {
    session: &'a Session<C>,
    target: &'a Target,
    options: &'a Options,
    ledger: &'a Ledger<C>,
    running: &'a Running<C>,
    prepared: &'a Prepared<'a>,
    /// The reviews of change sets that were made on the way.
    late: RefCell<Vec<StackReview>>,
}

impl<C: Cloud> Run<'_, C> {
    /// All stacks, then the sites, then the outputs.
    async fn all(&self) -> Result<Outcome, Failure> {
        let stacks: Vec<&Stack> = self.prepared.stacks.iter().map(|(stack, _)| *stack).collect();
        let mut results = in_order(&stacks, self.options.concurrency, |stack, results| {
            let is_open = !graph::any(stack, results, |result| !matches!(result, Some(Ok(_))));
            async move {
                if is_open && self.running.may_begin().await { Some(self.one(stack).await) } else { None }
            }
        })
        .await;
        let mut done = Vec::new();
        let mut skipped = Vec::new();
        let mut failures = Vec::new();
        for stack in stacks {
            match results.remove(stack.id.as_str()).flatten() {
                Some(Ok(result)) => done.push((stack, result)),
                Some(Err(failure)) => failures.push(failure),
                None => skipped.push(stack),
            }
        }
        if self.running.is_closed() && failures.is_empty() {
            let message = if skipped.is_empty() {
                "interrupted when the stacks were done, before anything else was"
            } else {
                "interrupted between two stacks"
            };
            let finding = Diagnostic::error(&code::INTERRUPTED, message);
            let help = "stacks that were done stay as they are now; deploy again: it goes on from there";
            failures.push(Failure::new(FailureKind::Interrupted, finding.help(help)));
        }
        if let Err(mut failure) = Failure::all(failures) {
            // What was refused on the way leaves what was done before.
            let has_changed =
                self.running.has_begun() || done.iter().any(|(_, done)| *done != Done::Unchanged);
            if has_changed && failure.kind == FailureKind::Refused {
                failure.kind = FailureKind::Failed;
            }
            failure.findings.extend(skipped.into_iter().map(not_begun));
            return Err(failure);
        }
        self.warn_of_unused();
        self.finish(done).await
    }

    /// Tells the allowances that nothing has needed, where that shows only now.
    fn warn_of_unused(&self) {
        let plans = || self.prepared.stacks.iter().map(|(_, plan)| plan);
        if !plans().any(Plan::is_open) {
            return;
        }
        let late = self.late.borrow();
        let known = plans().filter(|plan| !plan.is_open()).filter_map(Plan::review);
        let reviews: Vec<&StackReview> = known.chain(late.iter()).collect();
        for warning in consent::unused(&reviews, &self.options.allow) {
            self.session.teller.warn(warning);
        }
    }

    /// One stack.
    async fn one(&self, stack: &Stack) -> Result<Done, Failure> {
        let Self { session, target, options, ledger, running, prepared, .. } = self;
        let known = prepared.stacks.iter().find(|(one, _)| one.id == stack.id).map(|(_, plan)| plan);
        let mut standing = prepared.survey.get(&stack.id).unwrap_or(&Standing::Absent);
        if let Standing::Dead(dead) = standing {
            clear_away(session, running, stack, dead).await?;
            standing = &Standing::Absent;
        }
        let now = match known {
            Some(Plan::Later(shown) | Plan::Anew(_, shown)) => {
                let published = &prepared.published;
                let maker = Maker { session, target, options, published, ledger };
                let plan = plan(&maker, stack, standing).await?;
                self.agree_again(stack, shown, &plan).await?;
                plan
            }
            Some(plan) => plan.clone(),
            None => Plan::Unchanged,
        };
        let guard = Guard { session, target, ledger, stack, standing };
        let done = match &now {
            Plan::Change(set, review) => {
                guard.lift(review).await?;
                let carried = carry::carry_out(session, options, running, ledger, stack, set).await;
                if let Err(failure) = &carried {
                    guard.restore(failure).await;
                }
                carried?
            }
            Plan::Unchanged | Plan::Later(_) | Plan::Anew(..) => Done::Unchanged,
            // Protection is no part of a change set.
            Plan::Unprotect(_) => {
                guard::unprotect(session, stack).await?;
                return Ok(Done::Updated);
            }
        };
        guard.protect(&done).await;
        Ok(done)
    }

    /// The change set of a stack that had none at the review: what it does beyond what was shown has to be agreed to again.
    async fn agree_again(&self, stack: &Stack, shown: &StackReview, plan: &Plan) -> Result<(), Failure> {
        let teller = &self.session.teller;
        let Some(review) = plan.review() else {
            teller.tell(Progress::Unchanged { stack: stack.id.clone() });
            return Ok(());
        };
        teller.tell(Progress::Review(Box::new(review.clone())));
        self.late.borrow_mut().push(review.clone());
        consent::check(&[review], self.options)?;
        if goes_beyond(shown, review) {
            let summary = format!("the stack `{}` would do more than was shown before", stack.id);
            consent::ask(self.session, self.target, summary, DECLINED).await?;
        }
        Ok(())
    }

    /// Sites and outputs.
    async fn finish(&self, done: Vec<(&Stack, Done)>) -> Result<Outcome, Failure> {
        let sites = &self.target.assembly.sites;
        let is_done = |id: &str| done.iter().any(|(stack, _)| stack.id == id);
        let sites: Vec<_> = sites.iter().filter(|site| is_done(&site.bucket.stack)).collect();
        if !sites.is_empty() {
            sites::upload_by(self.session, self.target, &sites, &self.ledger.uploads).await?;
        }
        let mut outcome = Outcome::default();
        for (stack, done) in done {
            let outputs = outputs::of(self.session, stack).await?;
            if !outputs.is_empty() {
                let outputs = outputs.clone();
                self.session.teller.tell(Progress::Outputs { stack: stack.id.clone(), outputs });
            }
            outcome.stacks.push(StackOutcome {
                stack: stack.id.clone(),
                name: stack.name.clone(),
                done,
                outputs,
            });
        }
        Ok(outcome)
    }
}

/// True where a review shows what nobody has seen before: something graver, something not to miss, or something else of a grade that hurts.
fn goes_beyond(shown: &StackReview, now: &StackReview) -> bool {
    let is_known = |change: &ResourceChange| {
        shown.diff.resources.iter().any(|one| one.path == change.path && one.grade >= change.grade)
    };
    let hurts = now.diff.resources.iter().filter(|change| change.grade > Grade::InPlace);
    let is_missed = |new: &Highlight| {
        !shown
            .highlights
            .iter()
            .any(|one| one.kind == new.kind && one.path == new.path && one.text == new.text)
    };
    now.grade > shown.grade
        || hurts.into_iter().any(|change| !is_known(change))
        || now.highlights.iter().any(is_missed)
}

/// Asks whether to carry out what was shown.
async fn ask<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    prepared: &Prepared<'_>,
) -> Result<(), Failure> {
    let assembly = &target.assembly;
    let plans = || prepared.stacks.iter().map(|(_, plan)| plan);
    let reviews: Vec<&StackReview> = plans().filter_map(Plan::review).collect();
    let gone: Vec<&StackReview> = plans().filter_map(Plan::deletion).collect();
    let anew = plans().filter(|plan| matches!(plan, Plan::Anew(..))).count();
    let has_sites = assembly
        .sites
        .iter()
        .any(|site| prepared.stacks.iter().any(|(stack, _)| stack.id == site.bucket.stack));
    // Files of a site are no change of a stack; a protected stage asks for them too.
    if reviews.is_empty() && !(assembly.protected && has_sites) {
        return Ok(());
    }
    consent::ask(session, target, summary(&reviews, &gone, anew), DECLINED).await
}

/// What would happen, in a line.
fn summary(reviews: &[&StackReview], gone: &[&StackReview], anew: usize) -> String {
    if reviews.is_empty() {
        return "upload the sites".to_owned();
    }
    let count = |work: Work| reviews.iter().filter(|review| review.work == work).count();
    let parts = [("create", Work::Create), ("update", Work::Update), ("import into", Work::Import)];
    let parts = parts.into_iter().map(|(verb, work)| (verb, count(work))).filter(|(_, count)| *count > 0);
    let mut parts: Vec<String> =
        parts.map(|(verb, count)| format!("{verb} {}", consent::stacks(count))).collect();
    if anew > 0 {
        parts.insert(0, format!("delete what is left of {}", consent::stacks(anew)));
    }
    // What is new harms nobody.
    let touching = reviews.iter().filter(|review| review.work != Work::Create);
    let gravest = touching.chain(gone).filter_map(|review| review.grade).max();
    let gravest = gravest.map(|grade| format!(" (gravest: {})", grade.words())).unwrap_or_default();
    format!("{}{gravest}", parts.join(", "))
}

fn not_begun(stack: &Stack) -> Diagnostic {
    let message = format!("the stack `{}` was not begun", stack.name);
    Diagnostic::warning(&code::NOT_BEGUN, message)
        .path(&stack.id)
        .help("deploy again once the others are done")
}

/// What `--prepare` leaves.
fn left<C>(session: &Session<C>, prepared: &Prepared<'_>) -> Outcome {
    let stacks = prepared.stacks.iter().map(|(stack, plan)| StackOutcome {
        stack: stack.id.clone(),
        name: stack.name.clone(),
        done: match plan {
            Plan::Unchanged => Done::Unchanged,
            Plan::Change(set, _) => Done::Prepared(set.id.clone()),
            Plan::Later(_) | Plan::Anew(..) => Done::Waiting,
            Plan::Unprotect(_) => {
                let text = "its termination protection is no part of a change set: a deployment takes it off";
                session.teller.note(&stack.id, text);
                Done::Unchanged
            }
        },
        outputs: Vec::new(),
    });
    let stacks: Vec<StackOutcome> = stacks.collect();
    let is_any = stacks.iter().any(|stack| matches!(stack.done, Done::Prepared(_)));
    Outcome { stacks, prepared: is_any.then(|| session.change_set_name()) }
}
