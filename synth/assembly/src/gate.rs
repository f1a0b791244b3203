//! Gates: where the deployment of a service waits for `deploy`.
//!
//! A gate is a pause hook of an ECS service: the deployment of a new version stops at a stage, and goes on or back when it is told to. While
//! CloudFormation creates or updates the stack, `deploy` watches the deployments of each service with a gate, and where one waits, takes the
//! steps of the gate in their order:
//!
//! - A task is run with the cluster, the subnets, the security groups and the capacity of the version that is deployed, all of which the
//!   service revision says; so nothing here can be out of date. It has done its work when its container ends with exit code 0.
//! - An approval is asked of whoever runs `deploy`, or given later from elsewhere.
//!
//! After the last step `ContinueServiceDeployment` is called with `CONTINUE`; where a step fails, is refused or takes too long, with
//! `ROLLBACK`. The first deployment of a service is no exception: what the service waits for in the template (its database, its secrets, its
//! roles) is there by then, and no task of the service runs yet. While the stack is being rolled back, each gate is opened at once, without
//! its steps: the old version has been through them. Where nobody opens a gate, ECS itself rolls back after the timeout; so a stack that is
//! deployed by other tools never skips a gate in silence.

use serde::{Deserialize, Serialize};

/// A stage of the deployment of a service at which `deploy` has something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Gate {
    /// The path of the construct that it belongs to: `Shop/Api`.
    pub path: String,
    /// The logical id of the `AWS::ECS::Service` in the same stack.
    pub service: String,
    /// The stage at which the deployment waits. A service has one gate a stage.
    pub stage: GateStage,
    /// The minutes after which ECS rolls back by itself.
    pub timeout_minutes: u32,
    /// What opens it, one after the other.
    pub steps: Vec<GateStep>,
}

/// The stages at which ECS can wait, by its own names, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GateStage {
    /// No task of the new version runs yet.
    PreScaleUp,
    /// The new version is up, without traffic.
    PostScaleUp,
    /// The new version has the test traffic, and no other.
    PostTestTrafficShift,
    /// Traffic is about to shift.
    PreProductionTrafficShift,
    /// All traffic has shifted; the old version is still up.
    PostProductionTrafficShift,
}

/// One thing that has to go well before a gate opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum GateStep {
    /// A task runs to its end.
    Task {
        /// The logical id of its `AWS::ECS::TaskDefinition` in the same stack; the one of the new version where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task_definition: Option<String>,
        /// The container whose exit code counts.
        container: String,
        /// What it runs instead of its own command; nothing where it keeps that.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        command: Vec<String>,
        /// The minutes after which it is stopped, and has failed.
        timeout_minutes: u32,
    },
    /// Somebody agrees.
    Approval,
}
