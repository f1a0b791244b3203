//! What somebody wants of the engine, besides the assembly: read from the command line, carried out there.

use std::{fmt, num::NonZeroUsize, str::FromStr, time::Duration};

/// How to deploy. The default deploys everything as carefully as the stage asks for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The stacks, by id or name, and with them those that they depend on; all where there are none.
    pub stacks: Vec<String>,
    /// How far to go.
    pub mode: Mode,
    /// What may be replaced or deleted though it holds data.
    pub allow: Vec<Allowance>,
    /// Values of the parameters of templates.
    pub parameters: Vec<GivenParameter>,
    /// The role that CloudFormation acts with; that of the stack, or the caller's own rights, where there is none.
    pub role: Option<String>,
    /// The topics that hear of each event.
    pub notify: Vec<String>,
    /// Ends once everything is configured, without waiting until it is stable. Not for protected stages.
    pub express: bool,
    /// Leaves what was done where something fails, instead of taking it back. Not for protected stages.
    pub keep_on_failure: bool,
    /// Takes back what was changed beside the template. Protected stages always do.
    pub revert_drift: bool,
    /// Takes over what is there under the names that the template gives without functions, where it is made to be kept.
    pub import_existing: bool,
    /// Imports these, and changes nothing else.
    pub imports: Vec<Import>,
    /// Deletes a stack whose first creation has failed, and makes it anew.
    pub replace_failed: bool,
    /// How many stacks are worked on at once, as far as they do not depend on each other; ten where there is none.
    pub concurrency: Option<NonZeroUsize>,
    /// How long a stack may take before nobody waits for it any more.
    pub timeout: Option<Duration>,
}

/// How far a deployment goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It reviews, asks, and carries out.
    #[default]
    Deploy,
    /// It ends after the review, and leaves the change sets.
    Prepare,
    /// It carries out the change sets that were reviewed before: those of this name, or the one with this ARN.
    Execute(String),
}

/// What may happen to something that holds data: `replace:Shop/Db/Cluster`, `delete:ShopDbCluster`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// What may happen.
    pub loss: Loss,
    /// The construct path, the logical id, or the id of the stack, `/` and the logical id.
    pub id: String,
}

/// The two ways in which data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// Something new, and empty, takes its place.
    Replace,
    /// It is deleted.
    Delete,
}

/// The value of a parameter, from whoever deploys. Its `Debug` does not show it, because it may be secret.
#[derive(Clone, PartialEq, Eq)]
pub struct GivenParameter {
    /// The id of the stack; all that have such a parameter where there is none.
    pub stack: Option<String>,
    /// The name of the parameter.
    pub key: String,
    /// The value.
    pub value: String,
}

/// Something to import into a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The id of the stack.
    pub stack: String,
    /// What there is.
    pub resource: ImportedResource,
}

/// A resource that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedResource {
    /// `AWS::S3::Bucket`.
    pub kind: String,
    /// The key in the template.
    pub logical_id: String,
    /// What identifies it to its service, by property.
    pub identifier: Vec<(String, String)>,
}

/// What to delete, and how.
#[derive(Clone, Debug, Default)]
pub struct Destruction {
    /// The stacks, by id or name; all where there are none.
    pub stacks: Vec<String>,
    /// The resources to leave where they are, of stacks whose deletion failed: by logical id or construct path.
    pub retain: Vec<String>,
    /// Deletes a stack even where some of its resources cannot be, which are then left. Only of stacks whose deletion failed.
    pub force: bool,
    /// Empties the buckets that are to be deleted, with all versions. Not for protected stages.
    pub empty_buckets: bool,
}

/// What to take back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rollback {
    /// What a deployment that failed has left behind, and an update that goes on.
    Failed,
    /// A rollback that has failed itself goes on.
    Continue {
        /// The resources to leave as they are: logical ids or construct paths, or `STACK.ID` in a nested stack.
        skip: Vec<String>,
    },
}

impl FromStr for Allowance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (loss, id) = match text.split_once(':') {
            Some(("replace", id)) if !id.is_empty() => (Loss::Replace, id),
            Some(("delete", id)) if !id.is_empty() => (Loss::Delete, id),
            _ => return Err("`replace:ID` or `delete:ID` is meant".to_owned()),
        };
        Ok(Self { loss, id: id.to_owned() })
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.loss, self.id)
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Replace => "replace",
            Self::Delete => "delete",
        })
    }
}

impl fmt::Debug for GivenParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stack = self.stack.as_ref().map(|stack| format!("{stack}/")).unwrap_or_default();
        write!(f, "{stack}{}=…", self.key)
    }
}
