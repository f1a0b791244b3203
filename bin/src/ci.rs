//! What a CI service needs to review and deploy an app: text, made from the stages. Writes nothing itself.

mod github;
mod stages;

pub(crate) use github::workflow;
pub(crate) use stages::{check, stages};
