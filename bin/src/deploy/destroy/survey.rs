//! What would be deleted: refused where a stack cannot go, shown and asked for otherwise.

use std::collections::BTreeMap;

use formwork_assembly::{Diagnostic, Stack, code};

use crate::deploy::{
    Destruction, Failure, FailureKind, Progress, Session, Target,
    cloud::{Cloud, StackDescription},
    consent,
    origins::logical_id,
    review::review_deletion,
    state::busy,
    survey::describe,
};

/// The stacks that are there.
pub(super) type There<'a> = Vec<(&'a Stack, StackDescription)>;

/// How many resources are deleted, by the id of the stack.
pub(super) type Counts = BTreeMap<String, usize>;

/// The stacks that are there.
///
/// # Errors
/// Everything because of which one of them cannot go.
pub(super) async fn survey<'a, C: Cloud>(
    session: &Session<C>,
    target: &'a Target,
    stacks: &[&'a Stack],
    how: &Destruction,
) -> Result<There<'a>, Failure> {
    if target.assembly.protected && how.empty_buckets {
        let message =
            format!("the stage `{}` is protected: its buckets are not emptied", target.assembly.stage);
        let finding =
            Diagnostic::error(&code::STAGE_PROTECTED, message).help("empty them by hand, or leave them");
        return Err(Failure::new(FailureKind::Refused, finding));
    }
    let all: Vec<&Stack> = target.assembly.stacks.iter().collect();
    let is_there = |found: &StackDescription| !found.status.is_deleted();
    let found = describe(session, &all).await?.into_iter();
    let found = found.filter_map(|(stack, found)| Some((stack, found.filter(is_there)?)));
    let (there, others): (There<'_>, There<'_>) =
        found.partition(|(stack, _)| stacks.iter().any(|one| one.id == stack.id));
    let mut findings: Vec<Diagnostic> =
        there.iter().flat_map(|(stack, found)| hindrances(stack, found, &others)).collect();
    findings.extend(not_retained(how, &there));
    Failure::unless_empty(findings)?;
    Ok(there)
}

/// Why a stack cannot go while others stay.
fn hindrances(stack: &Stack, found: &StackDescription, others: &There<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if found.status.is_busy() {
        findings.push(busy(stack, &found.status));
    }
    if found.termination_protection {
        let message = format!("the stack `{}` is protected against termination", stack.name);
        let help = format!(
            "take the protection away in the app and deploy that first; or: `aws cloudformation \
             update-termination-protection --no-enable-termination-protection --stack-name {}`",
            stack.name
        );
        let finding = Diagnostic::error(&code::TERMINATION_PROTECTED, message);
        findings.push(finding.path(&stack.id).help(help));
    }
    for (other, _) in others.iter().filter(|(other, _)| other.dependencies.contains(&stack.id)) {
        let message = format!("the stack `{}` uses what `{}` hands out", other.name, stack.name);
        let finding = Diagnostic::error(&code::STACK_NEEDED, message).path(&stack.id);
        findings.push(finding.help(format!("name `{}` too, to delete it first", other.id)));
    }
    findings
}

/// What is to be retained, and cannot be. CloudFormation takes such names only once it has failed to delete them: before that, what was to stay
/// would be gone.
fn not_retained(how: &Destruction, there: &There<'_>) -> Vec<Diagnostic> {
    let is_kept = |id: &String, (stack, found): &(&Stack, StackDescription)| {
        found.status.0 == "DELETE_FAILED" && (stack.resources.is_empty() || logical_id(stack, id).is_some())
    };
    let others = how.retain.iter().filter(|id| !there.iter().any(|one| is_kept(id, one)));
    let findings = others.map(|id| {
        let message = format!("`{id}` is in no stack whose deletion has failed, and cannot be retained");
        let help =
            "nothing was deleted; to keep it, give it the deletion policy `Retain`, and deploy that first";
        Diagnostic::error(&code::NOT_RETAINED, message).help(help)
    });
    findings.collect()
}

/// Shows what would go, and asks.
pub(super) async fn agree<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    there: &There<'_>,
) -> Result<Counts, Failure> {
    let mut counts = Counts::new();
    let mut kept = 0;
    let mut lost = Vec::new();
    for (stack, found) in there {
        if found.status.is_review() {
            continue;
        }
        let review = review_deletion(session, stack, found).await?;
        for resource in review.diff.resources.iter().filter(|resource| resource.stateful) {
            match resource.kept.as_deref() {
                Some("Retain") => kept += 1,
                Some(policy) => lost.push(format!("`{}` ({policy})", resource.path)),
                None => lost.push(format!("`{}`", resource.path)),
            }
        }
        counts.insert(stack.id.clone(), review.diff.resources.len());
        session.teller.tell(Progress::Review(Box::new(review)));
    }
    if there.is_empty() {
        return Ok(counts);
    }
    let lost =
        if lost.is_empty() { String::new() } else { format!(", with the data of {}", lost.join(", ")) };
    let kept = if kept == 0 { String::new() } else { format!("; {kept} with data stay where they are") };
    let summary = format!("delete {}{lost}{kept}", consent::stacks(there.len()));
    consent::ask(session, target, summary, ["what was shown", "nothing was deleted"]).await?;
    Ok(counts)
}
