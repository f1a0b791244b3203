//! What the roles of a task may do before anything is granted to it.

use formwork_synth::{Grant, Scope, SecretValue};

use super::{Part, TaskOptions};
use crate::{LogGroupRef, RoleRef};

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
        let of_log = self.logging.iter().flat_map(|logging| logging.secrets());
        let of_containers = parts.iter().flat_map(|part| part.container.secrets.values());
        let secrets = of_containers.chain(of_log).map(SecretValue::read);
        let images = parts.iter().flat_map(|part| part.image.pull.clone());
        grant_once(scope, execution_role, [logs.write()].into_iter().chain(secrets).chain(images));
        let mounts = self.mounts().map(|mount| mount.read_write());
        grant_once(scope, task_role, self.exec.then(exec_channels).into_iter().chain(mounts));
    }
}

fn grant_once(scope: &mut Scope<'_>, role: &RoleRef, grants: impl Iterator<Item = Grant>) {
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
