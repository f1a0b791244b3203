//! A firewall as a load balancer or a distribution is given it: one of its own, or one that is shared.

use formwork_synth::Scope;

use super::{WebAcl, WebAclRef};

/// A web ACL of one's own, or one that is shared: what `.waf(…)` takes.
#[derive(Clone, Debug)]
pub enum Firewall {
    /// One that is made for just this.
    Own(Box<WebAcl>),
    /// One that was added before.
    Shared(Box<WebAclRef>),
}

impl From<WebAcl> for Firewall {
    fn from(acl: WebAcl) -> Self {
        Self::Own(Box::new(acl))
    }
}

impl From<&WebAclRef> for Firewall {
    fn from(acl: &WebAclRef) -> Self {
        Self::Shared(Box::new(acl.clone()))
    }
}

impl Firewall {
    /// The ACL, which is added under the id `WebAcl` where it is one of one's own.
    pub(crate) fn build(self, scope: &mut Scope<'_>) -> WebAclRef {
        match self {
            Self::Own(acl) => scope.add("WebAcl", *acl),
            Self::Shared(acl) => *acl,
        }
    }
}
