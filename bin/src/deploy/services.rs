//! What services of ECS need while CloudFormation waits for them: gates are opened, and tasks that stop are told.
//!
//! CloudFormation itself says only that a service is in progress. See the head of `gate.rs` in formwork-assembly for what a gate is.

mod ecs;
mod gates;
mod stopped;
#[cfg(test)]
mod tests;

use std::convert::Infallible;

use formwork_assembly::{Gate, Stack};
use futures_util::future::join_all;
use tokio::time::sleep;

use super::{
    Progress, Session,
    cloud::{Cloud, Fault, FaultKind, StackMember},
};
use ecs::{Ecs, ServiceAt};
use stopped::Stopped;

/// The type of a service.
const SERVICE: &str = "AWS::ECS::Service";

/// How many rounds of questions go by between two looks at stopped tasks.
const PATIENCE: u32 = 4;

/// Looks after the services of a stack for as long as it is polled. `stack_id` is the ARN of the stack.
pub(super) async fn attend<C: Cloud>(session: &Session<C>, stack: &Stack, stack_id: &str) -> Infallible {
    let services = services(stack);
    join_all(services.iter().map(|service| service_loop(session, stack, stack_id, service))).await;
    std::future::pending().await
}

/// The logical ids of the services in a template, sorted.
fn services(stack: &Stack) -> Vec<String> {
    let template: serde_json::Value = serde_json::from_str(&stack.template).unwrap_or_default();
    let resources = template.get("Resources").and_then(|resources| resources.as_object());
    let services = resources.into_iter().flatten().filter(|(_, resource)| resource["Type"] == SERVICE);
    services.map(|(id, _)| id.clone()).collect()
}

/// Looks after one service. Ends only where it may not.
async fn service_loop<C: Cloud>(session: &Session<C>, stack: &Stack, stack_id: &str, service: &str) {
    let gates: Vec<&Gate> = stack.gates.iter().filter(|gate| gate.service == service).collect();
    let mut stopped = Stopped::default();
    let mut decided = gates::Decided::default();
    let caller = session.by_caller(stack).cloud;
    for round in 1_u32.. {
        sleep(session.pace).await;
        let looked = async {
            let members = members(session, stack_id).await?;
            let Some(at) = ServiceAt::of(&members, service) else { return Ok(()) };
            let ecs = Ecs { cloud: &caller, at: &at };
            if !gates.is_empty() {
                gates::attend(session, stack, stack_id, &ecs, &gates, &members, &mut decided).await?;
            }
            if round.is_multiple_of(PATIENCE) {
                for text in stopped.look(&ecs).await? {
                    note(session, stack, service, text);
                }
            }
            Ok(())
        };
        // Of any other fault the next round may know better; CloudFormation has the last word.
        if let Err(Fault { kind: FaultKind::Denied, message, operation, .. }) = looked.await {
            let text = format!("cannot be looked after: `{operation}` is not allowed: {message}");
            return note(session, stack, service, text);
        }
    }
}

/// All resources of a stack, as far as they are made.
async fn members<C: Cloud>(session: &Session<C>, stack_id: &str) -> Result<Vec<StackMember>, Fault> {
    let mut all = Vec::new();
    let mut next = None;
    loop {
        let page = session.cloud.list_stack_resources(stack_id, next.as_deref()).await?;
        all.extend(page.items);
        next = page.next;
        if next.is_none() {
            return Ok(all);
        }
    }
}

/// Tells something about a service.
fn note<C>(session: &Session<C>, stack: &Stack, service: &str, text: String) {
    let path = stack.resources.iter().find(|origin| origin.logical_id == service);
    let path = path.map_or_else(|| format!("{}/{service}", stack.id), |origin| origin.path.clone());
    session.teller.tell(Progress::Note { stack: stack.id.clone(), path, text });
}
