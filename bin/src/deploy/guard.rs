//! What keeps a stack from harm beyond this deployment: termination protection, and for protected stages a stack policy by which CloudFormation
//! itself neither replaces nor deletes what holds data.

use formwork_assembly::{Diagnostic, Stack, code};
use serde_json::{Value, json};

use super::{
    Done, Failure, Session, StackReview, Target,
    cloud::{Answer, Cloud, Fault},
    consent,
    ledger::Ledger,
    origins::Origins,
    patience::persist,
    state::Standing,
    template,
};
use crate::diff::is_stateful;

/// What keeps one stack of a deployment.
pub(super) struct Guard<'a, C> {
    pub session: &'a Session<C>,
    pub target: &'a Target,
    pub ledger: &'a Ledger<C>,
    pub stack: &'a Stack,
    pub standing: &'a Standing,
}

impl<C: Cloud> Guard<'_, C> {
    /// Lifts the policy for what somebody has agreed to, just before it is carried out. The ledger knows what to put back.
    ///
    /// # Errors
    /// It cannot be lifted: CloudFormation would refuse the update half-way.
    pub(super) async fn lift(&self, review: &StackReview) -> Result<(), Failure> {
        let Self { ledger, stack, .. } = self;
        let exceptions = consent::exceptions(review);
        let is_there = self.standing.description().is_some();
        if !self.target.assembly.protected || !is_there || exceptions.is_empty() {
            return Ok(());
        }
        let session = &self.session.at(stack);
        // Where it cannot be read, it is taken for what it should be.
        let before = stack_policy(session, stack).await;
        let before = before.ok().flatten().or_else(|| policy(stack).map(|policy| policy.to_string()));
        let mut kept = stateful(&stack.template);
        kept.retain(|id| !exceptions.contains(id));
        let lifted = document(&kept).to_string();
        ledger.note_lifted(session, stack, before);
        let set = session.either(async |cloud| cloud.set_stack_policy(&stack.name, &lifted).await).await;
        let Err(fault) = set else { return Ok(()) };
        ledger.forget_lifted(stack);
        let mut failure = Failure::from(fault);
        for finding in &mut failure.findings {
            *finding = finding.clone().path(&stack.id).help(
                "nothing of this stack was carried out: its stack policy has to be lifted for what was allowed, by whoever deploys",
            );
        }
        Err(failure)
    }

    /// Puts back the policy that was lifted, after a failure. Where CloudFormation goes on, it would deny what it is at: then it is told, and
    /// left.
    pub(super) async fn restore(&self, failure: &Failure) {
        let Self { ledger, stack, .. } = self;
        let goes_on = failure.findings.iter().any(|finding| *finding.code == *code::LOST_SIGHT.id);
        if !goes_on {
            return ledger.restore(stack).await;
        }
        for warning in ledger.lifted(Some(stack)) {
            self.session.teller.warn(warning);
        }
        ledger.forget_lifted(stack);
    }

    /// Protects the stack, which is as it should be.
    pub(super) async fn protect(&self, done: &Done) {
        let Self { stack, .. } = self;
        let session = &self.session.at(stack);
        let was = self.standing.description().is_some_and(|found| found.termination_protection);
        let is = stack.termination_protection;
        if was != is
            && let Err(fault) = session.cloud.update_termination_protection(&stack.name, is).await
        {
            warn(session, stack, "termination protection", &fault);
        }
        if !self.target.assembly.protected {
            return;
        }
        if *done == Done::Unchanged {
            // A run that was killed may have lifted it.
            let open = unguarded(session, stack, &stack.template).await;
            if open.is_empty() {
                return;
            }
            let text = format!("gets its stack policy back, which did not keep {}", named(stack, &open));
            session.teller.note(&stack.id, text);
        }
        set_policy(session, stack).await;
        self.ledger.forget_lifted(stack);
    }
}

/// The logical ids of what holds data in a template of a stack, and is not kept by the stack policy. None where that cannot be asked for, which
/// is told.
pub(super) async fn unguarded<C: Cloud>(session: &Session<C>, stack: &Stack, template: &str) -> Vec<String> {
    let mut open = stateful(template);
    if open.is_empty() {
        return open;
    }
    let session = &session.at(stack);
    match stack_policy(session, stack).await {
        Ok(policy) => {
            let policy = policy.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
            open.retain(|id| !is_kept(&policy, id));
            open
        }
        Err(fault) => {
            let message = format!("the stack policy of `{}` could not be read: {fault}", stack.name);
            let help = format!("let the caller do `{}`", fault.operation);
            let warning = Diagnostic::warning(&code::NOT_GUARDED, message).path(&stack.id).help(help);
            session.teller.warn(warning);
            Vec::new()
        }
    }
}

async fn stack_policy<C: Cloud>(session: &Session<C>, stack: &Stack) -> Answer<Option<String>> {
    let ask = async || session.either(async |cloud| cloud.get_stack_policy(&stack.name).await).await;
    persist(session, ask).await
}

/// The construct paths of resources, for people.
pub(super) fn named(stack: &Stack, ids: &[String]) -> String {
    let origins = Origins::of(stack);
    let names: Vec<String> = ids.iter().map(|id| format!("`{}`", origins.path(id))).collect();
    names.join(", ")
}

/// True where a policy lets nobody replace or delete a resource.
fn is_kept(policy: &Value, id: &str) -> bool {
    let is_any = |value: &Value, wanted: &[&str]| match value {
        Value::String(text) => wanted.contains(&text.as_str()),
        Value::Array(items) => items.iter().filter_map(Value::as_str).any(|text| wanted.contains(&text)),
        _ => false,
    };
    let resource = format!("LogicalResourceId/{id}");
    let is_denied = |action: &str| {
        let statements = policy["Statement"].as_array();
        statements.into_iter().flatten().any(|statement| {
            statement["Effect"] == "Deny"
                && statement.get("Condition").is_none()
                && is_any(&statement["Action"], &[action, "Update:*"])
                && is_any(&statement["Resource"], &[&resource, "*"])
        })
    };
    is_denied("Update:Replace") && is_denied("Update:Delete")
}

/// Lets a stack be deleted from now on, which is all there is to do.
///
/// # Errors
/// CloudFormation refuses.
pub(super) async fn unprotect<C: Cloud>(session: &Session<C>, stack: &Stack) -> Result<(), Failure> {
    let session = &session.at(stack);
    let asked =
        persist(session, async || session.cloud.update_termination_protection(&stack.name, false).await)
            .await;
    Ok(asked?)
}

async fn set_policy<C: Cloud>(session: &Session<C>, stack: &Stack) {
    let session = &session.at(stack);
    let Some(policy) = policy(stack) else { return };
    let policy = policy.to_string();
    let set = session.either(async |cloud| cloud.set_stack_policy(&stack.name, &policy).await).await;
    if let Err(fault) = set {
        warn(session, stack, "stack policy", &fault);
    }
}

/// The policy of a stack; none where nothing in it holds data.
fn policy(stack: &Stack) -> Option<Value> {
    let kept = stateful(&stack.template);
    (!kept.is_empty()).then(|| document(&kept))
}

/// A policy that lets everything be done but replacing or deleting these.
fn document(kept: &[String]) -> Value {
    let mut statements =
        vec![json!({ "Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*" })];
    if !kept.is_empty() {
        let resources: Vec<String> = kept.iter().map(|id| format!("LogicalResourceId/{id}")).collect();
        statements.push(json!({
            "Effect": "Deny",
            "Action": ["Update:Replace", "Update:Delete"],
            "Principal": "*",
            "Resource": resources,
        }));
    }
    json!({ "Statement": statements })
}

/// The logical ids of what holds data, sorted.
fn stateful(template: &str) -> Vec<String> {
    let resources = template::resources(template).into_iter();
    let mut ids: Vec<String> =
        resources.filter(|(_, resource)| is_stateful(resource)).map(|(id, _)| id).collect();
    ids.sort();
    ids
}

fn warn<C: Cloud>(session: &Session<C>, stack: &Stack, what: &str, fault: &Fault) {
    let message = format!("the {what} of the stack `{}` could not be set: {fault}", stack.name);
    let help = format!("let the caller do `{}`, and deploy again", fault.operation);
    let warning = Diagnostic::warning(&code::NOT_GUARDED, message).path(&stack.id).help(help);
    session.teller.warn(warning);
}
