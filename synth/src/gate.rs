//! Gates as a construct says them: where the deployment of a service waits, and for what.

use formwork_assembly::{Gate, GateStage, GateStep, each};

use crate::{expr::Str, graph::NodeId, resource::Handle};

/// What the deployment of a service waits for at one stage. [`Scope::gate`](crate::Scope::gate) records it.
///
/// The service itself has a pause hook at the same stage; whoever records a gate sets that too.
#[derive(Clone, Debug)]
pub struct GateSpec {
    stage: GateStage,
    timeout_minutes: u32,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    Task { definition: Option<NodeId>, container: Str, command: Vec<Str>, minutes: u32 },
    Approval,
}

impl GateSpec {
    /// A gate without a step, which ECS closes for good after so many minutes.
    pub const fn new(stage: GateStage, timeout_minutes: u32) -> Self {
        Self { stage, timeout_minutes, steps: Vec::new() }
    }

    /// Adds a task of its own definition, run to its end.
    #[must_use]
    pub fn task(mut self, definition: &impl Handle, container: impl Into<Str>, minutes: u32) -> Self {
        let definition = Some(definition.id());
        self.steps.push(Step::Task { definition, container: container.into(), command: Vec::new(), minutes });
        self
    }

    /// Adds a task of the new version itself with another command, run to its end.
    #[must_use]
    pub fn command(mut self, container: impl Into<Str>, command: Vec<Str>, minutes: u32) -> Self {
        self.steps.push(Step::Task { definition: None, container: container.into(), command, minutes });
        self
    }

    /// Adds an approval.
    #[must_use]
    pub fn approval(mut self) -> Self {
        self.steps.push(Step::Approval);
        self
    }

    /// The gate by names.
    pub(crate) fn named(self, path: String, service: String, logical_id: impl Fn(NodeId) -> String) -> Gate {
        let step = |step| match step {
            Step::Task { definition, container, command, minutes } => GateStep::Task {
                task_definition: definition.map(&logical_id),
                container: container.into_owned(),
                command: each(command, Str::into_owned),
                timeout_minutes: minutes,
            },
            Step::Approval => GateStep::Approval,
        };
        let steps = each(self.steps, step);
        Gate { path, service, stage: self.stage, timeout_minutes: self.timeout_minutes, steps }
    }
}
