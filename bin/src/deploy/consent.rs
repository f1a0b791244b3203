//! What nobody may do without having said so: replace or delete what holds data.

use formwork_assembly::{Diagnostic, Place, code};
use formwork_schema::resource_type;

use super::{
    Allowance, Failure, FailureKind, Loss, Options, Question, Session, StackReview, Target, nested::NESTED,
};
use crate::{
    diff::{Action, Grade, ResourceChange},
    shell,
};

/// Refuses what was not allowed, or cannot be done as it is wanted, all of it at once.
pub(super) fn check(reviews: &[&StackReview], options: &Options) -> Result<(), Failure> {
    let losses: Vec<Found<'_>> = reviews.iter().flat_map(|review| losses(review)).collect();
    let refused = losses.iter().filter(|loss| !loss.is_allowed(&options.allow, &losses));
    let mut findings: Vec<Diagnostic> = refused.map(Found::finding).collect();
    if options.keep_on_failure {
        findings.extend(reviews.iter().flat_map(|review| replacements(review)));
    }
    Failure::unless_empty(findings)
}

/// Asks whether to carry something out; in a protected stage by its name.
///
/// # Errors
/// Nobody agrees: to what, and what was done nevertheless, the two texts say.
pub(super) async fn ask<C>(
    session: &Session<C>,
    target: &Target,
    summary: String,
    [what, nothing]: [&str; 2],
) -> Result<(), Failure> {
    let name = target.assembly.protected.then(|| target.assembly.stage.clone());
    if session.teller.ask(Question::Proceed { summary, name }).await {
        return Ok(());
    }
    let finding = Diagnostic::error(&code::DECLINED, format!("nobody has agreed to {what}"))
        .help(format!("{nothing}; run the same command again to be asked once more"));
    Err(Failure::new(FailureKind::Refused, finding))
}

/// `1 stack`, `2 stacks`: for what is asked.
pub(super) fn stacks(count: usize) -> String {
    if count == 1 { "1 stack".to_owned() } else { format!("{count} stacks") }
}

/// What a review replaces: CloudFormation does not, where it is to leave what was done when something fails, and finds that out half-way.
fn replacements(review: &StackReview) -> impl Iterator<Item = Diagnostic> {
    let is_replaced = |change: &&ResourceChange| {
        change.action == Action::Changed && matches!(change.grade, Grade::Replaces | Grade::Destroys)
    };
    review.diff.resources.iter().filter(is_replaced).map(|change| {
        let message = format!(
            "`{}` ({}) would be replaced, which `--no-rollback` does not go with",
            change.path, change.kind
        );
        let finding = Diagnostic::error(&code::NO_REPLACEMENT, message)
            .path(change.path.clone())
            .help("nothing was changed; leave `--no-rollback` out");
        match &change.at {
            Some(at) => finding.at(at.clone()),
            None => finding,
        }
    })
}

/// The allowances that nothing needs.
pub(super) fn unused(reviews: &[&StackReview], allowed: &[Allowance]) -> Vec<Diagnostic> {
    let losses: Vec<Found<'_>> = reviews.iter().flat_map(|review| losses(review)).collect();
    let is_unused = |one: &&Allowance| !losses.iter().any(|loss| loss.is_meant(one));
    let finding = |one: &Allowance| {
        let verb = if one.loss == Loss::Replace { "replaced" } else { "deleted" };
        let message = format!("`--allow {one}` allows nothing: nothing of that name would be {verb}");
        Diagnostic::warning(&code::ALLOWANCE_UNUSED, message)
            .help("leave it out; it names a construct path or a logical id")
    };
    allowed.iter().filter(is_unused).map(finding).collect()
}

/// The logical ids of what a stack policy may keep and that goes, or may be replaced: whoever carries out the review has agreed to all of it.
/// What stays behind when it leaves the stack is deleted to a stack policy too.
pub(super) fn exceptions(review: &StackReview) -> Vec<String> {
    let is_kept = |change: &&ResourceChange| resource_type(&change.kind).is_some_and(|facts| facts.stateful);
    let goes = |change: &ResourceChange| match change.action {
        Action::Removed => Some(change.logical_id.clone()),
        Action::Moved => change.moved_from.clone(),
        Action::Changed if change.grade.is_replacement() => Some(change.logical_id.clone()),
        Action::Changed | Action::Added => None,
    };
    review.diff.resources.iter().filter(is_kept).filter_map(goes).collect()
}

/// Something that holds data and would be replaced or deleted.
struct Found<'a> {
    loss: Loss,
    stack: &'a str,
    path: &'a str,
    logical_id: &'a str,
    kind: &'a str,
    at: Option<&'a Place>,
    change: &'a ResourceChange,
}

fn losses(review: &StackReview) -> Vec<Found<'_>> {
    let resources = review.diff.resources.iter().filter(|change| change.stateful);
    let found = resources.filter_map(|change| {
        let loss = match change.action {
            Action::Removed if change.kept.as_deref() == Some("Retain") => return None,
            Action::Removed => Loss::Delete,
            Action::Moved | Action::Changed if change.grade.is_replacement() => Loss::Replace,
            _ => return None,
        };
        Some(Found {
            loss,
            stack: &review.stack,
            path: &change.path,
            logical_id: change.moved_from.as_deref().unwrap_or(&change.logical_id),
            kind: &change.kind,
            at: change.at.as_ref(),
            change,
        })
    });
    found.collect()
}

impl Found<'_> {
    fn is_allowed(&self, allowed: &[Allowance], all: &[Self]) -> bool {
        allowed.iter().filter(|one| self.is_meant(one)).any(|one| {
            // A name that two stacks have says of neither that it may go.
            all.iter().filter(|other| other.is_meant(one)).all(|other| other.stack == self.stack)
        })
    }

    fn is_meant(&self, one: &Allowance) -> bool {
        let is_named = |id: &str| {
            one.id == id
                || one.id.strip_prefix(self.stack).and_then(|rest| rest.strip_prefix('/')) == Some(id)
        };
        one.loss == self.loss
            && (one.id == self.path || is_named(self.logical_id) || is_named(&self.change.logical_id))
    }

    /// How to allow it: by a name that only this one has.
    fn flag(&self) -> Allowance {
        let id = if self.path.contains('/') {
            self.path.to_owned()
        } else {
            format!("{}/{}", self.stack, self.logical_id)
        };
        Allowance { loss: self.loss, id }
    }

    fn finding(&self) -> Diagnostic {
        let may =
            if matches!(self.change.grade, Grade::MayReplace | Grade::MayDestroy) { "may" } else { "would" };
        let what = match (self.loss, &self.change.moved_from) {
            (Loss::Delete, _) => "be deleted".to_owned(),
            (Loss::Replace, Some(from)) => {
                format!("be made anew, because its logical id was `{from}`, and the old one be deleted")
            }
            (Loss::Replace, None) => {
                let is_other = self.change.changes.iter().any(|one| one.path == "Type");
                let causes = self.change.changes.iter().filter(|one| one.grade.is_replacement());
                let causes = causes.filter(|one| !is_other || one.path == "Type");
                let causes: Vec<String> = causes.map(|one| format!("`{}`", one.path)).collect();
                let because = if causes.is_empty() {
                    String::new()
                } else {
                    format!(", because of {}", causes.join(", "))
                };
                format!("be replaced by a new and empty one{because}")
            }
        };
        let data = match &self.change.kept {
            Some(policy) => format!("what it holds is kept apart (`{policy}`)"),
            None => "what it holds goes with it".to_owned(),
        };
        let (path, kind) = (self.path, self.kind);
        let message = if kind == NESTED {
            format!(
                "`{path}` ({kind}) could not be looked into: what holds data in it may be replaced or deleted"
            )
        } else {
            format!("`{path}` ({kind}) holds data, and {may} {what}; {data}")
        };
        let finding = Diagnostic::error(&code::DATA_AT_RISK, message).path(self.path).help(format!(
            "nothing was changed; `--allow {}` allows it",
            shell::word(&self.flag().to_string())
        ));
        match self.at {
            Some(at) => finding.at(at.clone()),
            None => finding,
        }
    }
}
