//! What services of ECS need while CloudFormation waits for them: gates are opened, and tasks that stop are told.
//!
//! CloudFormation itself says only that a service is in progress. See the head of `gate.rs` in formwork-assembly for what a gate is.

mod ecs;
mod gates;
mod stopped;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, convert::Infallible, rc::Rc};

use formwork_assembly::{Gate, Stack};
use futures_util::future::join_all;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};

use super::{
    Progress, Session,
    cloud::{Answer, Cloud, Fault, FaultKind, StackMember},
    pages, template,
};
use ecs::{Ecs, ServiceAt};
use gates::Gatekeeper;
use stopped::Stopped;

/// The type of a service.
const SERVICE: &str = "AWS::ECS::Service";

/// At every how many rounds stopped tasks are looked for.
const LOOK_EVERY: u32 = 4;

/// What somebody who follows a stack does at its gates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attendance {
    /// Takes their steps, and opens them.
    Opens,
    /// Tells that something waits there; whoever deploys opens them.
    Tells,
}

/// Looks after the services of a stack for as long as it is polled. `stack_id` is the ARN of the stack.
pub(super) async fn attend<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    stack_id: &str,
    attendance: Attendance,
) -> Infallible {
    let members = Members { session, stack_id, known: Mutex::new(None) };
    let services = services(stack);
    let attendants = services.iter().map(|service| Attendant {
        session,
        stack,
        stack_id,
        members: &members,
        service,
        attendance,
        told: BTreeSet::new(),
    });
    join_all(attendants.map(Attendant::run)).await;
    std::future::pending().await
}

/// The logical ids of the services in a template, sorted.
fn services(stack: &Stack) -> Vec<String> {
    let resources = template::resources(&stack.template).into_iter();
    resources.filter(|(_, resource)| resource["Type"] == SERVICE).map(|(id, _)| id).collect()
}

/// Looks after one service.
struct Attendant<'a, C> {
    session: &'a Session<C>,
    stack: &'a Stack,
    stack_id: &'a str,
    members: &'a Members<'a, C>,
    service: &'a str,
    attendance: Attendance,
    /// The faults that were told: each is told once, however often it comes.
    told: BTreeSet<String>,
}

impl<C: Cloud> Attendant<'_, C> {
    async fn run(mut self) {
        let gates: Vec<&Gate> = self.stack.gates.iter().filter(|gate| gate.service == self.service).collect();
        let mut passages = gates::Passages::default();
        let mut stopped = Stopped::default();
        let caller = self.session.by_caller(self.stack).cloud;
        for round in 1_u32.. {
            sleep(self.session.pace).await;
            let looks = round.is_multiple_of(LOOK_EVERY);
            if gates.is_empty() && !looks {
                continue;
            }
            let (members, at) = match self.place().await {
                Ok(Some(place)) => place,
                Ok(None) => continue,
                Err(fault) => {
                    self.trouble(&fault);
                    continue;
                }
            };
            let ecs = Ecs { cloud: &caller, at: &at };
            if !gates.is_empty() {
                let keeper = Gatekeeper {
                    session: self.session,
                    stack: self.stack,
                    stack_id: self.stack_id,
                    ecs: &ecs,
                    members: &members,
                };
                let kept = match self.attendance {
                    Attendance::Opens => keeper.attend(&gates, &mut passages).await,
                    Attendance::Tells => keeper.tell(&gates, &mut passages).await,
                };
                if let Err(fault) = kept {
                    self.trouble(&fault);
                }
            }
            if looks {
                match stopped.look(&ecs).await {
                    Ok(texts) => texts.into_iter().for_each(|text| self.note(text)),
                    Err(fault) => self.trouble(&fault),
                }
            }
        }
    }

    /// All resources of the stack, and where the service is among them, once it is made.
    async fn place(&self) -> Answer<Option<(Rc<[StackMember]>, ServiceAt)>> {
        let members = self.members.now().await?;
        let at = ServiceAt::of(&members, self.service);
        Ok(at.map(|at| (members, at)))
    }

    /// Of what passes the next round may know better; CloudFormation has the last word.
    fn trouble(&mut self, fault: &Fault) {
        if fault.is_passing() || fault.kind == FaultKind::Garbled {
            return;
        }
        let text = match fault.kind {
            FaultKind::Denied => {
                format!("cannot be looked after: `{}` is not allowed: {fault}", fault.operation)
            }
            _ => format!("cannot be looked after: `{}` answers: {fault}", fault.operation),
        };
        if self.told.insert(text.clone()) {
            self.note(text);
        }
    }

    fn note(&self, text: String) {
        note(self.session, self.stack, self.service, text);
    }
}

/// The resources of a stack, as far as they are made: listed once a round for all its services.
struct Members<'a, C> {
    session: &'a Session<C>,
    stack_id: &'a str,
    known: Mutex<Option<(Instant, Rc<[StackMember]>)>>,
}

impl<C: Cloud> Members<'_, C> {
    async fn now(&self) -> Answer<Rc<[StackMember]>> {
        // Whoever comes second waits for the answer to the first one.
        let mut known = self.known.lock().await;
        if let Some((at, members)) = &*known
            && at.elapsed() < self.session.pace
        {
            return Ok(Rc::clone(members));
        }
        let all: Rc<[StackMember]> = pages::members(self.session, self.stack_id).await?.into();
        *known = Some((Instant::now(), Rc::clone(&all)));
        Ok(all)
    }
}

/// Tells something about a service.
fn note<C>(session: &Session<C>, stack: &Stack, service: &str, text: String) {
    let path = stack.resources.iter().find(|origin| origin.logical_id == service);
    let path = path.map_or_else(|| format!("{}/{service}", stack.id), |origin| origin.path.clone());
    session.teller.tell(Progress::Note { stack: stack.id.clone(), path, text });
}
