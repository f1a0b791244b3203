//! What a pipeline needs that brings out a new version of a service by itself, without CloudFormation.

use formwork_synth::{Grant, sub};

use crate::arn;

use super::ServiceRef;

impl ServiceRef {
    /// Permission to bring out a new version: register a revision of the task definition under the roles that this one has, switch the service
    /// to it, and see how that goes. For a service whose image is [managed elsewhere](crate::Image::managed_elsewhere).
    pub fn update(&self) -> Grant {
        let service = Grant::allow(["ecs:DescribeServices", "ecs:UpdateService"], [&self.arn]);
        // AWS has no resource to name here: revisions are made and read under any name.
        let revisions = Grant::allow(["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"], ["*"]);
        let family = arn::here("ecs", sub!("task-definition/{}:*", &self.family));
        let tags = Grant::allow(["ecs:TagResource"], [family]).when(
            "StringEquals",
            "ecs:CreateAction",
            "RegisterTaskDefinition",
        );
        let roles = Grant::allow(["iam:PassRole"], [&self.execution_role.arn, &self.task_role.arn]).when(
            "StringEquals",
            "iam:PassedToService",
            "ecs-tasks.amazonaws.com",
        );
        service.and(revisions).and(tags).and(roles)
    }
}
