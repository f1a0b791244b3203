//! The account and region that an asset belongs to.

use formwork_assembly::Stack;

use crate::{
    deploy::{Session, aws::suffix, cloud::Cloud, percent},
    policy::partition,
};

/// Where something belongs, and who may put it there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Home {
    pub account: String,
    pub region: String,
    pub role: Option<String>,
}

impl Home {
    /// Where a stack belongs.
    pub(super) fn of<C: Cloud>(session: &Session<C>, stack: &Stack) -> Self {
        Self {
            account: stack.account.clone().unwrap_or_else(|| session.caller.account.clone()),
            region: stack.region.clone().unwrap_or_else(|| session.cloud.region().to_owned()),
            role: None,
        }
    }

    /// A name in which the place is left open, with this place.
    pub(super) fn fill(&self, name: &str) -> String {
        name.replace("${AWS::AccountId}", &self.account)
            .replace("${AWS::Region}", &self.region)
            .replace("${AWS::Partition}", partition(Some(&self.region)))
    }

    /// The address of an object, in the form that CloudFormation takes for every name of a bucket.
    pub(super) fn url(&self, bucket: &str, key: &str) -> String {
        format!("https://s3.{}.{}/{bucket}/{}", self.region, suffix(&self.region), percent::path(key))
    }
}
