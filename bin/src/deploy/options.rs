//! What somebody wants of a deployment, besides the assembly.

use std::{fmt, num::NonZeroUsize, str::FromStr, time::Duration};

use super::Import;

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

impl FromStr for Allowance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (loss, id) = match text.split_once(':') {
            Some(("replace", id)) => (Loss::Replace, id),
            Some(("delete", id)) => (Loss::Delete, id),
            _ => return Err("begins with `replace:` or `delete:`".to_owned()),
        };
        if id.is_empty() {
            return Err(format!("ends with a construct path or logical id: `{loss}:Shop/Db/Cluster`"));
        }
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
