//! Stacks in the order of their dependencies, side by side where they do not depend on each other.

use std::{collections::BTreeMap, num::NonZeroUsize};

use formwork_assembly::Stack;
use futures_util::{StreamExt, stream::FuturesUnordered};

/// How many stacks are worked on at once unless somebody says so: more would be slowed down by CloudFormation anyhow.
const AT_ONCE: usize = 10;

/// What came of the stacks, by id.
pub(super) type Results<'a, T> = BTreeMap<&'a str, T>;

/// Begins each stack once all those that it depends on have ended; it may look at what came of them. Never more than `limit` at once.
pub(super) async fn in_order<'a, T, F: Future<Output = T>>(
    stacks: &[&'a Stack],
    limit: Option<NonZeroUsize>,
    mut begin: impl FnMut(&'a Stack, &Results<'a, T>) -> F,
) -> Results<'a, T> {
    let limit = limit.map_or(AT_ONCE, NonZeroUsize::get);
    let mut waiting: Vec<&'a Stack> = stacks.to_vec();
    let mut running = FuturesUnordered::new();
    let mut done: Results<'a, T> = BTreeMap::new();
    loop {
        // One that is not among these is there already.
        let is_open =
            |id: &String| stacks.iter().any(|stack| stack.id == *id) && !done.contains_key(id.as_str());
        while running.len() < limit {
            let ready = waiting.iter().position(|stack| !stack.dependencies.iter().any(is_open));
            let Some(ready) = ready else { break };
            let stack = waiting.remove(ready);
            let work = begin(stack, &done);
            running.push(async move { (stack.id.as_str(), work.await) });
        }
        match running.next().await {
            Some((id, result)) => {
                done.insert(id, result);
            }
            // What is still waiting waits for itself; an assembly has no such circle.
            None => return done,
        }
    }
}

/// True where the result of a stack that this one depends on is like that.
pub(super) fn any<T>(stack: &Stack, results: &Results<'_, T>, is: impl Fn(&T) -> bool) -> bool {
    stack.dependencies.iter().any(|id| results.get(id.as_str()).is_some_and(&is))
}
