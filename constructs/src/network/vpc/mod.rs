//! A network of public, private and isolated subnets over several availability zones.
//!
//! Makes one `AWS::EC2::VPC`, an `AWS::EC2::InternetGateway` with its attachment, and for each tier and zone an `AWS::EC2::Subnet` with an
//! `AWS::EC2::SubnetRouteTableAssociation`; an `AWS::EC2::RouteTable` for all public subnets, one for each private subnet and one for all
//! isolated ones, with their `AWS::EC2::Route`s; `AWS::EC2::NatGateway`s with an `AWS::EC2::EIP` each; gateway endpoints
//! (`AWS::EC2::VPCEndpoint`) for S3 and DynamoDB, and interface endpoints where they are asked for, behind an `AWS::EC2::SecurityGroup`; for
//! IPv6 an `AWS::EC2::VPCCidrBlock` and an `AWS::EC2::EgressOnlyInternetGateway`; and for flow logs an `AWS::EC2::FlowLog` with its log group
//! and role.
//!
//! Defaults: three zones in a protected stage, two in any other; `10.0.0.0/16`; IPv4 only; public and private subnets; a NAT gateway per zone
//! in a protected stage, one in any other; gateway endpoints, which cost nothing; flow logs of rejected traffic in a protected stage. No subnet
//! gives its machines a public IPv4 address by itself. Nothing uses the default security group, which CloudFormation cannot empty; network
//! access lists stay open, because security groups say more with less.
//!
//! Address blocks never shift: tiers and zones have fixed places in the block (a quarter for each tier, an eighth of that for each zone), so
//! that adding a zone or a tier adds subnets and changes none.

mod endpoints;
mod flow_logs;
mod handle;
mod ipv6;
mod subnets;

use formwork_assembly::{Diagnostic, SortedMap, SortedSet, code};
use formwork_cfn::{Tag, ec2};
use formwork_synth::{Cidr, Construct, Handle, ResourceOptions, Scope, Str, cidr};

use crate::{each::each, reason::Reasoned};

pub use endpoints::InterfaceEndpoint;
pub use handle::{SubnetRef, VpcRef};

/// The most availability zones that a VPC can span.
const MOST_ZONES: u32 = 8;

/// A VPC.
///
/// ```
/// # use formwork_constructs::{Nat, Vpc};
/// # use formwork_synth::{App, Stage, cidr};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let vpc = shop.add("Vpc", Vpc::across_azs(3).cidr(cidr!("10.4.0.0/16")).nat(Nat::Single).isolated_subnets());
/// assert_eq!(vpc.isolated_subnets.len(), 3);
/// ```
///
/// See <https://docs.aws.amazon.com/vpc/latest/userguide/what-is-amazon-vpc.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Vpc {
    zones: Option<u32>,
    block: Cidr,
    ipv6: bool,
    private: Private,
    isolated: bool,
    endpoints: SortedSet<InterfaceEndpoint>,
    flow_logs: FlowLogs,
}

/// How private subnets reach the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nat {
    /// Not at all: only gateway endpoints lead out of the VPC.
    None,
    /// Through one NAT gateway in the first zone: cheap, but they are cut off when that zone fails.
    Single,
    /// Through a NAT gateway in each zone.
    PerAz,
}

/// What a subnet can reach, and what can reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Has a route to and from the internet: for load balancers and NAT gateways.
    Public,
    /// Has a route out, through NAT: for services.
    Private,
    /// Has no route out of the VPC: for databases.
    Isolated,
}

#[derive(Clone, Copy, Debug)]
enum Private {
    Without,
    With(Option<Nat>),
}

#[derive(Clone, Debug)]
enum FlowLogs {
    ByStage,
    /// None, for this reason.
    Off(Str),
    Rejected,
    All,
}

impl Default for Vpc {
    fn default() -> Self {
        Self::new()
    }
}

impl Vpc {
    /// A VPC over three availability zones in a protected stage, over two in any other.
    pub fn new() -> Self {
        Self {
            zones: None,
            block: cidr!("10.0.0.0/16"),
            ipv6: false,
            private: Private::With(None),
            isolated: false,
            endpoints: SortedSet::new(),
            flow_logs: FlowLogs::ByStage,
        }
    }

    /// A VPC over so many availability zones of the region in every stage, 1 to 8. A load balancer needs two.
    pub fn across_azs(zones: u32) -> Self {
        Self { zones: Some(zones), ..Self::new() }
    }

    /// Sets the address block, a `/16` to `/23`. A change replaces the VPC. Default: `10.0.0.0/16`.
    pub fn cidr(mut self, block: Cidr) -> Self {
        self.block = block;
        self
    }

    /// Chooses how private subnets reach the internet. Default: [`Nat::PerAz`] in a protected stage, [`Nat::Single`] in any other.
    pub fn nat(mut self, nat: Nat) -> Self {
        self.private = Private::With(Some(nat));
        self
    }

    /// Leaves out private subnets, and with them NAT: services must then run in public subnets.
    pub fn public_only(mut self) -> Self {
        self.private = Private::Without;
        self
    }

    /// Adds a subnet without a route out of the VPC in each zone. Default: none.
    pub fn isolated_subnets(mut self) -> Self {
        self.isolated = true;
        self
    }

    /// Gives every subnet addresses of IPv6 too. Private ones then reach out through a gateway that costs nothing and lets nothing in. Default: IPv4
    /// only.
    ///
    /// See <https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html>.
    pub fn ipv6(mut self) -> Self {
        self.ipv6 = true;
        self
    }

    /// Adds interface endpoints, by which private and isolated subnets reach services of AWS without NAT:
    /// [`InterfaceEndpoint::FOR_TASKS`] is what tasks need to start. Each costs by the hour and zone. Whatever may reach them needs
    /// permissions of its own. Default: none.
    ///
    /// See <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>.
    pub fn endpoints(mut self, services: impl IntoIterator<Item = InterfaceEndpoint>) -> Self {
        self.endpoints.extend(services);
        self
    }

    /// Logs all traffic. Default: rejected traffic in a protected stage, none in any other.
    pub fn flow_logs(mut self) -> Self {
        self.flow_logs = FlowLogs::All;
        self
    }

    /// Logs rejected traffic in every stage. Default: in a protected stage only.
    pub fn rejected_flow_logs(mut self) -> Self {
        self.flow_logs = FlowLogs::Rejected;
        self
    }

    /// Logs no traffic, in no stage. The reason is written into the template.
    pub fn without_flow_logs(mut self, reason: impl Into<Str>) -> Self {
        self.flow_logs = FlowLogs::Off(reason.into());
        self
    }

    /// The number of zones that can be built; another one is reported.
    fn check(&self, scope: &mut Scope<'_>) -> u32 {
        let zones = self.zones.unwrap_or(if scope.stage().is_protected() { 3 } else { 2 });
        if !(1..=MOST_ZONES).contains(&zones) {
            let message = format!("a VPC cannot span {zones} availability zones");
            let help = format!("name 1 to {MOST_ZONES}; a load balancer needs 2");
            scope.report(Diagnostic::error(&code::VPC_SHAPE, message).help(help));
        }
        if !(16..=23).contains(&self.block.bits()) {
            let message = format!("`{}` cannot be the address block of a VPC with subnets", self.block);
            let help = "the prefix is 16 to 23: 16 leaves 2,048 addresses for each subnet, 23 leaves 16";
            scope.report(Diagnostic::error(&code::VPC_SHAPE, message).help(help));
        }
        zones.min(MOST_ZONES)
    }
}

impl Construct for Vpc {
    type Handle = VpcRef;

    fn build(self, scope: &mut Scope<'_>) -> VpcRef {
        let zones = self.check(scope);
        let name = Tag::new("Name", scope.path());
        let mut vpc = ec2::Vpc::new()
            .cidr_block(self.block)
            .enable_dns_hostnames(true)
            .enable_dns_support(true)
            .tags([name.clone()]);
        if let FlowLogs::Off(reason) = &self.flow_logs {
            vpc = vpc.because("without flow logs", Some(reason));
        }
        let resource = scope.in_place(vpc);
        let gateway = scope.add("InternetGateway", ec2::InternetGateway::new().tags([name.clone()]));
        let attachment = ec2::VpcGatewayAttachment::new().vpc_id(&resource).internet_gateway_id(&gateway);
        let attachment = scope.add("InternetGatewayAttachment", attachment);
        let ipv6 = self.ipv6.then(|| ipv6::block(scope, &resource));
        let block = subnets::Block { vpc: &resource, cidr: self.block, ipv6: ipv6.as_ref() };

        let table = subnets::route_table(scope, "PublicRouteTable", &resource);
        let way_out = subnets::way_out(&table).gateway_id(gateway.reference()).depends_on(&attachment);
        let internet_route = scope.add("PublicRoute", way_out);
        if let Some(ipv6) = &ipv6 {
            let way_out = ipv6::way_out(&table, ipv6).gateway_id(gateway.reference()).depends_on(&attachment);
            scope.add("PublicIpv6Route", way_out);
        }
        let mut route_tables = vec![table.reference()];
        let public_subnets = each(0..zones, |zone| block.subnet(scope, Tier::Public, zone, &table));

        let mut private_subnets = Vec::new();
        if let Private::With(nat) = self.private {
            let default = if scope.stage().is_protected() { Nat::PerAz } else { Nat::Single };
            let gateways =
                subnets::nat_gateways(scope, nat.unwrap_or(default), &public_subnets, &internet_route);
            let ipv6 = ipv6.as_ref().map(|ipv6| (ipv6, ipv6::gateway(scope, &resource, name)));
            for zone in 0..zones {
                let number = zone + 1;
                let table = subnets::route_table(scope, &format!("PrivateRouteTable{number}"), &resource);
                if let Some(gateway) = gateways.get(zone as usize).or(gateways.first()) {
                    let way_out = subnets::way_out(&table).nat_gateway_id(gateway);
                    scope.add(format!("PrivateRoute{number}"), way_out);
                }
                if let Some((ipv6, gateway)) = &ipv6 {
                    let way_out = ipv6::way_out(&table, ipv6).egress_only_internet_gateway_id(gateway);
                    scope.add(format!("PrivateIpv6Route{number}"), way_out);
                }
                private_subnets.push(block.subnet(scope, Tier::Private, zone, &table));
                route_tables.push(table.reference());
            }
        }

        let mut isolated_subnets = Vec::new();
        if self.isolated {
            let table = subnets::route_table(scope, "IsolatedRouteTable", &resource);
            isolated_subnets = each(0..zones, |zone| block.subnet(scope, Tier::Isolated, zone, &table));
            route_tables.push(table.reference());
        }

        let mut vpc = VpcRef {
            id: resource.reference(),
            cidr: self.block,
            ipv6: self.ipv6,
            public_subnets,
            private_subnets,
            isolated_subnets,
            route_tables,
            endpoints: SortedMap::new(),
            internet_route: Some(internet_route.id()),
            resource: Some(resource),
        };
        endpoints::gateways(scope, &mut vpc);
        endpoints::interfaces(scope, &mut vpc, &self.endpoints);
        let traffic = match self.flow_logs {
            FlowLogs::All => Some(ec2::flow_log::TrafficType::All),
            FlowLogs::Rejected => Some(ec2::flow_log::TrafficType::Reject),
            FlowLogs::ByStage => scope.stage().is_protected().then_some(ec2::flow_log::TrafficType::Reject),
            FlowLogs::Off(_) => None,
        };
        if let Some(traffic) = traffic {
            flow_logs::add(scope, &resource, traffic);
        }
        vpc
    }
}

#[cfg(test)]
mod tests;
