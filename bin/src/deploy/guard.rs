//! What keeps a stack from harm beyond this deployment: termination protection, and for protected stages a stack policy by which CloudFormation
//! itself neither replaces nor deletes what holds data.

use formwork_assembly::{Diagnostic, Stack, code};
use formwork_schema::resource_type;
use serde_json::{Value, json};

use super::{
    Done, Options, Progress, Session, StackReview, Target,
    cloud::{Cloud, Fault},
    consent,
    state::Standing,
};

/// Lifts the policy for what somebody has allowed, just before it is carried out. Answers whether there was anything to lift.
pub(super) async fn lift<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    options: &Options,
    stack: &Stack,
    standing: &Standing,
    review: &StackReview,
) -> bool {
    let exceptions = consent::exceptions(review, &options.allow);
    let is_lifted = target.assembly.protected && standing.description().is_some() && !exceptions.is_empty();
    if is_lifted {
        set_policy(session, stack, &exceptions).await;
    }
    is_lifted
}

/// Puts back the policy that was lifted, after a failure.
pub(super) async fn restore<C: Cloud>(session: &Session<C>, stack: &Stack) {
    set_policy(session, stack, &[]).await;
}

/// Protects a stack that is as it should be.
pub(super) async fn protect<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stack: &Stack,
    standing: &Standing,
    done: &Done,
) {
    let session = &session.at(stack);
    let was = standing.description().is_some_and(|found| found.termination_protection);
    if was != stack.termination_protection {
        let asked =
            session.cloud.update_termination_protection(&stack.name, stack.termination_protection).await;
        if let Err(fault) = asked {
            warn(session, stack, "its termination protection", &fault);
        }
    }
    if target.assembly.protected && *done != Done::Unchanged {
        set_policy(session, stack, &[]).await;
    }
}

async fn set_policy<C: Cloud>(session: &Session<C>, stack: &Stack, exceptions: &[String]) {
    let session = &session.at(stack);
    let Some(policy) = policy(stack, exceptions) else { return };
    if let Err(fault) = session.cloud.set_stack_policy(&stack.name, &policy.to_string()).await {
        warn(session, stack, "its stack policy", &fault);
    }
}

/// The policy of a stack; none where nothing in it holds data.
fn policy(stack: &Stack, exceptions: &[String]) -> Option<Value> {
    let template: Value = serde_json::from_str(&stack.template).unwrap_or_default();
    let resources = template["Resources"].as_object()?;
    let is_stateful = |resource: &Value| {
        let kind = resource["Type"].as_str().unwrap_or_default();
        resource_type(kind).is_some_and(|facts| facts.stateful)
    };
    let mut kept: Vec<&String> =
        resources.iter().filter(|(_, resource)| is_stateful(resource)).map(|(id, _)| id).collect();
    if kept.is_empty() {
        return None;
    }
    kept.retain(|id| !exceptions.contains(id));
    kept.sort();
    let mut statements =
        vec![json!({ "Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*" })];
    if !kept.is_empty() {
        let resources: Vec<String> = kept.into_iter().map(|id| format!("LogicalResourceId/{id}")).collect();
        statements.push(json!({
            "Effect": "Deny",
            "Action": ["Update:Replace", "Update:Delete"],
            "Principal": "*",
            "Resource": resources,
        }));
    }
    Some(json!({ "Statement": statements }))
}

fn warn<C: Cloud>(session: &Session<C>, stack: &Stack, what: &str, fault: &Fault) {
    let message = format!("the stack `{}` is deployed, but {what} could not be set: {fault}", stack.name);
    let help = format!("let the caller do `{}`, and deploy again", fault.operation);
    let warning = Diagnostic::warning(&code::NOT_GUARDED, message).path(stack.id.clone()).help(help);
    session.teller.tell(Progress::Warning(warning));
}
