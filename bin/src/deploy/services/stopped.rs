//! Tasks of a service that stop while its deployment is under way: why, and what they wrote last.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    super::cloud::{Answer, Cloud},
    ecs::{Ecs, list},
};

/// How many stopped tasks are told of a service: the next ones stop for the same reason.
const TOLD: usize = 5;

/// Those that are known.
#[derive(Default)]
pub(super) struct Stopped {
    known: BTreeSet<String>,
    told: usize,
    looked: bool,
}

impl Stopped {
    /// What is to be told of the tasks that have stopped since the last look. At the first look none is new.
    pub(super) async fn look<C: Cloud>(&mut self, ecs: &Ecs<'_, C>) -> Answer<Vec<String>> {
        let arns = ecs.stopped().await?;
        let new: Vec<String> = arns.into_iter().filter(|arn| !self.known.contains(arn)).collect();
        self.known.extend(new.iter().cloned());
        if !std::mem::replace(&mut self.looked, true) || new.is_empty() || self.told >= TOLD {
            return Ok(Vec::new());
        }
        let mut texts = Vec::new();
        for task in ecs.tasks(&new).await?.iter().take(TOLD - self.told) {
            self.told += 1;
            texts.push(describe(ecs, task).await);
        }
        Ok(texts)
    }
}

/// `a task stopped: Essential container in task exited; container app: exit code 1`, and its last lines.
pub(super) async fn describe<C: Cloud>(ecs: &Ecs<'_, C>, task: &Value) -> String {
    let reason = task["stoppedReason"].as_str().unwrap_or("no reason was given");
    let mut text = format!("a task stopped: {reason}");
    for container in list(task, "containers") {
        let name = container["name"].as_str().unwrap_or_default();
        let failed = container["exitCode"].as_i64() != Some(0);
        if let Some(reason) = container["reason"].as_str() {
            text += &format!("; container {name}: {reason}");
        } else if let Some(code) = container["exitCode"].as_i64().filter(|code| *code != 0) {
            text += &format!("; container {name}: exit code {code}");
        }
        if failed {
            // The reason is worth telling without the lines.
            for line in ecs.last_lines(task, name).await.unwrap_or_default() {
                text += &format!("\n  {name} | {line}");
            }
        }
    }
    text
}
