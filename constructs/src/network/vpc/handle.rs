//! A VPC as others see it: built here, built in another stack, or there already.

use formwork_assembly::{Diagnostic, SortedMap, code};
use formwork_cfn::{ec2, kind};
use formwork_synth::{Attr, Cidr, Connect, NodeId, Options, Peer, Scope, Str};

use super::Tier;

use crate::each::each;

/// A VPC and its subnets.
#[derive(Clone, Debug)]
pub struct VpcRef {
    /// Its id.
    pub id: Attr<kind::Ec2VpcId>,
    /// Its address block.
    pub cidr: Cidr,
    /// Whether its subnets have addresses of IPv6 too.
    pub ipv6: bool,
    /// The subnets with a route to and from the internet, by zone.
    pub public_subnets: Vec<SubnetRef>,
    /// The subnets with a route out, by zone.
    pub private_subnets: Vec<SubnetRef>,
    /// The subnets without a route out, by zone.
    pub isolated_subnets: Vec<SubnetRef>,
    /// The route tables of all tiers, for gateways and peers that are added later.
    pub route_tables: Vec<Attr<kind::Ec2RouteTableId>>,
    /// The endpoints that it was made with, by service (`s3`, `ecr.api`), to change what no option says.
    pub endpoints: SortedMap<String, ec2::VpcEndpointRef>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<ec2::VpcRef>,
    pub(super) internet_route: Option<NodeId>,
}

/// A subnet.
#[derive(Clone, Debug)]
pub struct SubnetRef {
    /// Its id.
    pub id: Attr<kind::Ec2SubnetId>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<ec2::SubnetRef>,
}

impl VpcRef {
    /// A VPC that exists already, without subnets yet.
    ///
    /// ```
    /// use formwork_constructs::VpcRef;
    /// use formwork_synth::cidr;
    ///
    /// let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
    ///     .with_public_subnets(["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]);
    /// assert_eq!(vpc.public_subnets.len(), 2);
    /// ```
    pub fn existing(id: impl Into<Str>, cidr: Cidr) -> Self {
        Self {
            id: Attr::existing(id),
            cidr,
            ipv6: false,
            public_subnets: Vec::new(),
            private_subnets: Vec::new(),
            isolated_subnets: Vec::new(),
            route_tables: Vec::new(),
            endpoints: SortedMap::new(),
            resource: None,
            internet_route: None,
        }
    }

    /// Names the public subnets of a VPC that exists already, by zone.
    #[must_use]
    pub fn with_public_subnets<I: Into<Str>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.public_subnets = existing(ids);
        self
    }

    /// Names the private subnets of a VPC that exists already, by zone.
    #[must_use]
    pub fn with_private_subnets<I: Into<Str>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.private_subnets = existing(ids);
        self
    }

    /// Names the isolated subnets of a VPC that exists already, by zone.
    #[must_use]
    pub fn with_isolated_subnets<I: Into<Str>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.isolated_subnets = existing(ids);
        self
    }

    /// Names the route tables of a VPC that exists already.
    #[must_use]
    pub fn with_route_tables<I: Into<Str>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.route_tables = each(ids, Attr::existing);
        self
    }

    /// Says that the subnets of a VPC that exists already have addresses of IPv6 too.
    #[must_use]
    pub fn with_ipv6(mut self) -> Self {
        self.ipv6 = true;
        self
    }

    /// The subnets of a tier.
    pub fn subnets(&self, tier: Tier) -> &[SubnetRef] {
        match tier {
            Tier::Public => &self.public_subnets,
            Tier::Private => &self.private_subnets,
            Tier::Isolated => &self.isolated_subnets,
        }
    }

    /// The ids of the subnets of a tier; too few of them are reported.
    pub(crate) fn subnet_ids(
        &self,
        scope: &mut Scope<'_>,
        tier: Tier,
        least: usize,
        help: &str,
    ) -> Vec<Attr<kind::Ec2SubnetId>> {
        let subnets = self.subnets(tier);
        if subnets.len() < least {
            let word = format!("{tier:?}").to_lowercase();
            let message =
                format!("{least} or more {word} subnets are needed here, and the VPC has {}", subnets.len());
            scope.report(Diagnostic::error(&code::TOO_FEW_SUBNETS, message).help(help));
        }
        each(subnets, |subnet| subnet.id.clone())
    }

    /// Makes a resource wait until the internet can be reached from public subnets.
    pub(crate) fn after_internet_route(&self, options: &mut Options) {
        options.depends_on.extend(self.internet_route);
    }
}

impl Connect for VpcRef {
    /// Every address of the VPC.
    fn peer(&self) -> Peer {
        Peer::cidr("Vpc", self.cidr)
    }
}

fn existing<I: Into<Str>>(ids: impl IntoIterator<Item = I>) -> Vec<SubnetRef> {
    each(ids, |id| SubnetRef { id: Attr::existing(id), resource: None })
}
