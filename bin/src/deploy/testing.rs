//! A cloud in memory: keeps stacks, plans and carries out change sets as simply as possible, and fails where a script says so.
//!
//! What CloudFormation does to a stack is a list of steps, of which each look at the stack or its events takes a few; so nothing waits, and
//! everything can be interrupted anywhere.

#[cfg(test)]
mod app;
mod multipart;
mod plan;
mod stacks;
mod storage;
mod work;
mod world;

use std::{
    cell::{RefCell, RefMut},
    rc::Rc,
};

use serde_json::Value;

use super::cloud::{Answer, Call, Cloud, Fault, FaultKind, Identity};
#[cfg(test)]
pub use app::{FakeApp, put};
pub use world::{FakeChangeSet, FakeStack, FakeUpload, World};

/// The cloud. Clones know the same world; each looks at one region of it.
#[derive(Clone)]
pub struct FakeCloud {
    world: Rc<RefCell<World>>,
    region: String,
    /// The role that asks, where it is not the caller.
    role: Option<String>,
}

impl FakeCloud {
    /// An empty account in `eu-west-1`.
    #[expect(clippy::new_without_default, reason = "a test says where it begins")]
    pub fn new() -> Self {
        Self { world: Rc::default(), region: "eu-west-1".to_owned(), role: None }
    }

    /// Everything that there is, to look at and to change.
    pub fn world(&self) -> RefMut<'_, World> {
        self.world.borrow_mut()
    }

    /// A stack by its name.
    pub fn stack(&self, name: &str) -> Option<FakeStack> {
        self.world().stacks.iter().rev().find(|stack| stack.name == name).cloned()
    }

    /// What was asked, as `CreateChangeSet shop-Shop`.
    pub fn calls(&self) -> Vec<String> {
        self.world().calls.clone()
    }

    /// How often an operation was asked for.
    pub fn count(&self, operation: &str) -> usize {
        self.world().counts.get(operation).copied().unwrap_or_default()
    }

    /// Makes the nth call of an operation, counted from 1, fail.
    pub fn fault(&self, operation: &str, nth: usize, kind: FaultKind) {
        self.fault_with(operation, nth, Fault::new(kind, operation, format!("{kind:?} of the script")));
    }

    /// The same, with a fault of one's own.
    pub fn fault_with(&self, operation: &str, nth: usize, fault: Fault) {
        self.world().faults.push((operation.to_owned(), nth, fault));
    }

    /// Does something just before the nth call of an operation is answered.
    pub fn at(&self, operation: &str, nth: usize, action: impl FnOnce(&mut World) + 'static) {
        self.world().hooks.push((operation.to_owned(), nth, Box::new(action)));
    }

    /// Lets a resource fail whenever it is created, updated or deleted.
    pub fn fail(&self, logical_id: &str, reason: &str) {
        self.world().failing.push((logical_id.to_owned(), reason.to_owned()));
    }

    /// Counts a call, and fails where the script says so.
    async fn enter(&self, operation: &str, subject: &str) -> Answer<()> {
        let delay = self.world().delay;
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        // Others have their turn, as they have while a real answer is on its way.
        tokio::task::yield_now().await;
        let mut world = self.world();
        world.calls.push(format!("{operation} {subject}"));
        let count = world.counts.entry(operation.to_owned()).or_default();
        *count += 1;
        let count = *count;
        while let Some(place) =
            world.hooks.iter().position(|(name, nth, _)| name == operation && *nth == count)
        {
            let (_, _, action) = world.hooks.remove(place);
            action(&mut world);
        }
        if self.role.is_some() && world.beyond_roles.iter().any(|beyond| beyond == operation) {
            return Err(Fault::new(FaultKind::Denied, operation, "roles may not"));
        }
        match world.faults.iter().position(|(name, nth, _)| name == operation && *nth == count) {
            Some(place) => Err(world.faults.remove(place).2),
            None => Ok(()),
        }
    }
}

impl Cloud for FakeCloud {
    fn region(&self) -> &str {
        &self.region
    }

    fn in_region(&self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self.clone() }
    }

    async fn assuming(&self, role_arn: &str) -> Answer<Self> {
        self.enter("AssumeRole", role_arn).await?;
        Ok(Self { role: Some(role_arn.to_owned()), ..self.clone() })
    }

    async fn identity(&self) -> Answer<Identity> {
        self.enter("GetCallerIdentity", "").await?;
        Ok(self.world().caller.clone())
    }

    async fn call(&self, call: &Call) -> Answer<Value> {
        let operation = call.operation();
        let entered = self.enter(&operation, "").await;
        let mut world = self.world();
        // A request whose answer is lost has arrived all the same.
        world.requests.push(call.clone());
        entered?;
        let place = world.answers.iter().position(|(name, _)| *name == operation);
        // The last answer stays.
        match place {
            Some(place) if world.answers.iter().filter(|(name, _)| *name == operation).count() > 1 => {
                Ok(world.answers.remove(place).1)
            }
            Some(place) => Ok(world.answers[place].1.clone()),
            None => Err(Fault::new(FaultKind::Invalid, operation, "the script has no answer")),
        }
    }
}
