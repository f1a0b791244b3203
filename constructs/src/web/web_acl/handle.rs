//! A firewall as others see it: built here, built in another stack, or there already.

use formwork_cfn::{kind, wafv2};
use formwork_synth::{Attr, IntoValue, Scope, Str, Text};

use super::watch::Watched;
use crate::LogGroupRef;

/// A web ACL of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct WebAclRef {
    /// Its ARN: what a load balancer or a distribution is given.
    pub arn: Attr<kind::WafV2WebAclArn>,
    /// Where its logs go; nothing for an ACL without logs, or one that exists already.
    pub logs: Option<LogGroupRef>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<wafv2::WebAclRef>,
    pub(super) watched: Watched,
}

impl WebAclRef {
    /// A web ACL that exists already, by its ARN.
    pub fn existing(arn: impl Into<Str>) -> Self {
        let arn = arn.into();
        let watched = Watched::existing(&arn);
        Self { arn: Attr::existing(arn), logs: None, resource: None, watched }
    }

    /// Says under which name the metrics of an ACL that exists already are found. Default: its own name, as the console does it.
    #[must_use]
    pub fn with_metric_name(mut self, name: impl Into<Str>) -> Self {
        self.watched.rename(name.into());
        self
    }

    /// Puts it in front of a load balancer, or of anything else with an ARN but CloudFront, which is told of its ACL itself.
    pub fn associate(&self, scope: &mut Scope<'_>, arn: impl IntoValue<String>) {
        let association = wafv2::WebAclAssociation::new()
            .resource_arn(Text::from_expr(arn.into_expr()))
            .web_acl_arn(&self.arn);
        scope.add("WebAclAssociation", association);
    }
}
