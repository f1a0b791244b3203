//! Where deployments publish what stacks need, and as whom: all the names of Formwork's own set-up, and of the bootstrap stack of the CDK.

use serde::{Deserialize, Serialize};

/// The qualifier of a bootstrap that was given none.
const QUALIFIER: &str = "hnb659fds";

/// What an account and a region have for images, files and large templates.
///
/// Formwork makes a small stack of its own where it is needed. An account in which `cdk bootstrap` was run can be used as it is instead:
/// its bucket, its repository, and its roles, through which all is published and deployed.
/// See <https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping.html>.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Bootstrap {
    /// Formwork's own: a bucket and a repository called `formwork-assets`, without roles.
    #[default]
    Formwork,
    /// What `cdk bootstrap` has made.
    Cdk {
        /// What tells it from other bootstraps of the account and region.
        qualifier: String,
    },
}

/// A role of a CDK bootstrap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BootstrapRole {
    /// Asks CloudFormation.
    Deploy,
    /// CloudFormation acts with it.
    Execution,
    /// Writes to the bucket.
    FilePublishing,
    /// Pushes to the repository.
    ImagePublishing,
    /// Looks at what is there.
    Lookup,
}

impl Bootstrap {
    /// The least version of a CDK bootstrap that will do.
    pub const CDK_VERSION: u32 = 6;

    /// The least version of a CDK bootstrap that has a role to look at what is there.
    pub const CDK_LOOKUP_VERSION: u32 = 8;

    /// What `cdk bootstrap` makes where no qualifier is given: that of `hnb659fds`.
    pub fn cdk() -> Self {
        Self::cdk_qualified(QUALIFIER)
    }

    /// What `cdk bootstrap --qualifier …` makes.
    ///
    /// A qualifier has 1 to 10 lower-case letters and digits, with single `-` between them; any other is reported by synth.
    pub fn cdk_qualified(qualifier: impl Into<String>) -> Self {
        Self::Cdk { qualifier: qualifier.into() }
    }

    /// The one whose version stands in a parameter; none where no bootstrap of the CDK names it so.
    pub fn of_version_parameter(parameter: &str) -> Option<Self> {
        let qualifier = parameter.strip_prefix("/cdk-bootstrap/")?.strip_suffix("/version")?;
        Some(Self::cdk_qualified(qualifier)).filter(Self::is_valid)
    }

    /// True where the names can be those of buckets, repositories and roles.
    pub fn is_valid(&self) -> bool {
        let Self::Cdk { qualifier } = self else { return true };
        let is_letter = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        qualifier.len() <= 10
            && qualifier.split('-').all(|word| !word.is_empty() && word.bytes().all(is_letter))
    }

    /// The bucket for files of an account and region. Names of buckets are global, so that it has both in its name.
    pub fn bucket(&self, account: &str, region: &str) -> String {
        match self {
            Self::Formwork => format!("formwork-assets-{account}-{region}"),
            Self::Cdk { qualifier } => format!("cdk-{qualifier}-assets-{account}-{region}"),
        }
    }

    /// The ECR repository for images of an account and region, which are told apart by their tags.
    pub fn repository(&self, account: &str, region: &str) -> String {
        match self {
            Self::Formwork => "formwork-assets".to_owned(),
            Self::Cdk { qualifier } => format!("cdk-{qualifier}-container-assets-{account}-{region}"),
        }
    }

    /// The name of a role; none where there is no such role.
    pub fn role(&self, role: BootstrapRole, account: &str, region: &str) -> Option<String> {
        let Self::Cdk { qualifier } = self else { return None };
        let purpose = match role {
            BootstrapRole::Deploy => "deploy",
            BootstrapRole::Execution => "cfn-exec",
            BootstrapRole::FilePublishing => "file-publishing",
            BootstrapRole::ImagePublishing => "image-publishing",
            BootstrapRole::Lookup => "lookup",
        };
        Some(format!("cdk-{qualifier}-{purpose}-role-{account}-{region}"))
    }

    /// The SSM parameter in which its version stands; none where there is none.
    pub fn version_parameter(&self) -> Option<String> {
        match self {
            Self::Formwork => None,
            Self::Cdk { qualifier } => Some(format!("/cdk-bootstrap/{qualifier}/version")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_qualifiers_that_buckets_can_be_named_by() {
        for qualifier in ["hnb659fds", "a", "0123456789", "my-app"] {
            assert!(Bootstrap::cdk_qualified(qualifier).is_valid(), "{qualifier}");
        }
        for qualifier in ["", "Acme", "a_b", "-a", "a-", "a--b", "01234567890", "a b", "ä", "../a"] {
            assert!(!Bootstrap::cdk_qualified(qualifier).is_valid(), "{qualifier}");
        }
        assert!(Bootstrap::Formwork.is_valid());
    }

    #[test]
    fn knows_the_names_of_the_cdk() {
        let cdk = Bootstrap::cdk();
        assert_eq!(cdk.bucket("1", "r"), "cdk-hnb659fds-assets-1-r");
        assert_eq!(cdk.repository("1", "r"), "cdk-hnb659fds-container-assets-1-r");
        let role = |role| cdk.role(role, "1", "r").expect("has one");
        assert_eq!(role(BootstrapRole::Deploy), "cdk-hnb659fds-deploy-role-1-r");
        assert_eq!(role(BootstrapRole::Execution), "cdk-hnb659fds-cfn-exec-role-1-r");
        assert_eq!(role(BootstrapRole::FilePublishing), "cdk-hnb659fds-file-publishing-role-1-r");
        assert_eq!(cdk.version_parameter().as_deref(), Some("/cdk-bootstrap/hnb659fds/version"));
        let known = |parameter| Bootstrap::of_version_parameter(parameter);
        assert_eq!(known("/cdk-bootstrap/acme/version"), Some(Bootstrap::cdk_qualified("acme")));
        assert_eq!(known("/cdk-bootstrap/ac me/version"), None);
        assert_eq!(known("/elsewhere/acme/version"), None);
        assert_eq!(Bootstrap::Formwork.role(BootstrapRole::Deploy, "1", "r"), None);
    }
}
