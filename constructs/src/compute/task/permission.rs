//! What the roles of a task may do before anything is granted to it.

use formwork_synth::{Grant, Scope, SecretValue};

use super::{Part, TaskOptions};
use crate::{AccessPointRef, LogGroupRef, RoleRef, each::each};

/// Where the agent of ECS Exec writes, in a container that is otherwise read-only.
pub(super) const EXEC_PATHS: [&str; 3] = ["/managed-agents", "/var/lib/amazon/ssm", "/var/log/amazon/ssm"];

impl TaskOptions {
    /// Grants what it takes to start the containers, and what they were promised; each thing once.
    pub(super) fn permit(
        &self,
        scope: &mut Scope<'_>,
        task_role: &RoleRef,
        execution_role: &RoleRef,
        logs: &LogGroupRef,
        parts: &[Part<'_>],
    ) {
        let mut to_start = vec![logs.write()];
        for part in parts {
            to_start.extend(each(part.container.secrets.values(), SecretValue::read));
        }
        if let Some(logging) = &self.logging {
            to_start.extend(each(logging.secrets(), SecretValue::read));
        }
        for part in parts {
            to_start.extend_from_slice(&part.image.pull);
        }
        grant_once(scope, execution_role, to_start);
        let mut to_run = Vec::new();
        if self.exec {
            to_run.push(exec_channels());
        }
        to_run.extend(each(self.mounts(), AccessPointRef::read_write));
        grant_once(scope, task_role, to_run);
    }
}

fn grant_once(scope: &mut Scope<'_>, role: &RoleRef, grants: Vec<Grant>) {
    let mut seen = Vec::new();
    for grant in grants {
        if !seen.contains(&grant) {
            seen.push(grant.clone());
            scope.grant(role, grant);
        }
    }
}

/// Permission to open the channels of ECS Exec, which have no resource to name.
fn exec_channels() -> Grant {
    let actions = [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ];
    Grant::allow(actions, ["*"])
}
