//! Where the assets of a stack belong, and whose roles work there. What only a deployment knows stands there as a placeholder.

use super::manifest::{AssetsProperties, LookupRole, StackProperties};
use crate::{Bootstrap, BootstrapRole, Stack};

/// The bucket, the repository and the roles of one stack.
pub(super) struct Home<'a> {
    bootstrap: &'a Bootstrap,
    account: &'a str,
    region: &'a str,
}

impl<'a> Home<'a> {
    pub(super) fn of(stack: &'a Stack, bootstrap: &'a Bootstrap) -> Self {
        Self {
            bootstrap,
            account: stack.account.as_deref().unwrap_or("${AWS::AccountId}"),
            region: stack.region.as_deref().unwrap_or("${AWS::Region}"),
        }
    }

    pub(super) fn bucket(&self) -> String {
        self.bootstrap.bucket(self.account, self.region)
    }

    pub(super) fn repository(&self) -> String {
        self.bootstrap.repository(self.account, self.region)
    }

    /// The ARN of a role, where there is one.
    pub(super) fn role(&self, role: BootstrapRole) -> Option<String> {
        let name = self.bootstrap.role(role, self.account, self.region)?;
        Some(format!("arn:${{AWS::Partition}}:iam::{}:role/{name}", self.account))
    }

    /// Where the list of the assets is, and which bootstrap has to be there for it.
    pub(super) fn list(&self, file: String) -> AssetsProperties {
        AssetsProperties {
            file,
            requires_bootstrap_stack_version: self.version(Bootstrap::CDK_VERSION),
            bootstrap_stack_version_ssm_parameter: self.bootstrap.version_parameter(),
        }
    }

    /// The properties of the stack as far as the bootstrap decides them.
    pub(super) fn properties(&self) -> StackProperties {
        StackProperties {
            assume_role_arn: self.role(BootstrapRole::Deploy),
            cloud_formation_execution_role_arn: self.role(BootstrapRole::Execution),
            lookup_role: self.role(BootstrapRole::Lookup).map(|arn| LookupRole {
                arn,
                requires_bootstrap_stack_version: self.version(Bootstrap::CDK_LOOKUP_VERSION),
                bootstrap_stack_version_ssm_parameter: self.bootstrap.version_parameter(),
            }),
            requires_bootstrap_stack_version: self.version(Bootstrap::CDK_VERSION),
            bootstrap_stack_version_ssm_parameter: self.bootstrap.version_parameter(),
            ..StackProperties::default()
        }
    }

    fn version(&self, least: u32) -> Option<u32> {
        self.bootstrap.version_parameter().map(|_| least)
    }
}
