//! A Route 53 zone that exists already: where a service's domain is written down.

use formwork_cfn::kind;
use formwork_synth::{Attr, Str};

/// A public hosted zone.
///
/// See <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-working-with.html>.
#[derive(Clone, Debug)]
pub struct HostedZoneRef {
    /// Its id: `Z0123456789ABCDEFGHIJ`.
    pub id: Attr<kind::Route53HostedZoneId>,
    /// Its domain, without a dot at the end: `example.com`.
    pub name: Str,
}

impl HostedZoneRef {
    /// A zone that exists already, by its id and domain.
    ///
    /// ```
    /// use formwork_constructs::HostedZoneRef;
    /// let zone = HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com");
    /// ```
    pub fn existing(id: impl Into<Str>, name: impl Into<Str>) -> Self {
        Self { id: Attr::existing(id), name: name.into() }
    }

    /// True where a domain lies in the zone.
    pub(crate) fn holds(&self, domain: &str) -> bool {
        domain.strip_suffix(&*self.name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}
