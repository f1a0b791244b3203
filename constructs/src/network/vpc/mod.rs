//! A network of public, private and isolated subnets over several availability zones.
//!
//! Makes one `AWS::EC2::VPC`, an `AWS::EC2::InternetGateway` with its attachment, and for each tier and zone an `AWS::EC2::Subnet` with an
//! `AWS::EC2::SubnetRouteTableAssociation`; an `AWS::EC2::RouteTable` for all public subnets, one for each private subnet and one for all
//! isolated ones, with their `AWS::EC2::Route`s; `AWS::EC2::NatGateway`s with an `AWS::EC2::EIP` each; gateway endpoints
//! (`AWS::EC2::VPCEndpoint`) for S3 and DynamoDB; and for flow logs an `AWS::EC2::FlowLog` with its log group and role.
//!
//! Defaults: `10.0.0.0/16`; public and private subnets; a NAT gateway per zone in a protected stage, one in any other; gateway endpoints,
//! which cost nothing; flow logs of rejected traffic in a protected stage. No subnet gives its machines a public address by itself. Nothing
//! uses the default security group.
//!
//! Address blocks never shift: tiers and zones have fixed places in the block (a quarter for each tier, an eighth of that for each zone), so
//! that adding a zone or a tier adds subnets and changes none.

mod flow_logs;
mod reference;
mod subnets;

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    Tag,
    ec2::{self, vpc_endpoint::VpcEndpointType},
};
use formwork_synth::{Cidr, Construct, Handle, ResourceOptions, Scope, cidr, intrinsic, sub};

pub use reference::{SubnetRef, VpcRef};

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
    zones: u32,
    block: Cidr,
    private: Private,
    isolated: bool,
    flow_logs: Option<FlowLogs>,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FlowLogs {
    Off,
    All,
}

impl Vpc {
    /// A VPC over so many availability zones of the region, 1 to 8. A load balancer needs two.
    pub fn across_azs(zones: u32) -> Self {
        let block = cidr!("10.0.0.0/16");
        Self { zones, block, private: Private::With(None), isolated: false, flow_logs: None }
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

    /// Logs all traffic. Default: rejected traffic in a protected stage, none in any other.
    pub fn flow_logs(mut self) -> Self {
        self.flow_logs = Some(FlowLogs::All);
        self
    }

    /// Logs no traffic, in no stage.
    pub fn without_flow_logs(mut self) -> Self {
        self.flow_logs = Some(FlowLogs::Off);
        self
    }

    /// The number of zones that can be built; another one is reported.
    fn check(&self, scope: &mut Scope<'_>) -> u32 {
        if !(1..=MOST_ZONES).contains(&self.zones) {
            let message = format!("a VPC cannot span {} availability zones", self.zones);
            let help = format!("name 1 to {MOST_ZONES}; a load balancer needs 2");
            scope.report(Diagnostic::error(&code::VPC_SHAPE, message).help(help));
        }
        if !(16..=23).contains(&self.block.bits()) {
            let message = format!("`{}` cannot be the address block of a VPC with subnets", self.block);
            let help = "the prefix is 16 to 23: 16 leaves 2,048 addresses for each subnet, 23 leaves 16";
            scope.report(Diagnostic::error(&code::VPC_SHAPE, message).help(help));
        }
        self.zones.min(MOST_ZONES)
    }
}

impl Construct for Vpc {
    type Handle = VpcRef;

    fn build(self, scope: &mut Scope<'_>) -> VpcRef {
        let zones = self.check(scope);
        let name = Tag::new("Name", scope.path());
        let vpc = ec2::Vpc::new()
            .cidr_block(self.block)
            .enable_dns_hostnames(true)
            .enable_dns_support(true)
            .tags([name.clone()]);
        let vpc = scope.in_place(vpc);
        let gateway = scope.add("InternetGateway", ec2::InternetGateway::new().tags([name]));
        let attachment = ec2::VpcGatewayAttachment::new().vpc_id(&vpc).internet_gateway_id(&gateway);
        let attachment = scope.add("InternetGatewayAttachment", attachment);

        let mut tables = Vec::new();
        let public_table = subnets::route_table(scope, "PublicRouteTable", &vpc);
        let way_out = ec2::Route::new()
            .route_table_id(&public_table)
            .destination_cidr_block(cidr!("0.0.0.0/0"))
            .gateway_id(gateway.reference())
            .depends_on(&attachment);
        let internet_route = scope.add("PublicRoute", way_out);
        tables.push(public_table.reference());
        let block = subnets::Block { vpc: &vpc, cidr: self.block };
        let public_subnets: Vec<SubnetRef> =
            (0..zones).map(|zone| block.subnet(scope, Tier::Public, zone, &public_table)).collect();

        let mut private_subnets = Vec::new();
        if let Private::With(nat) = self.private {
            let default = if scope.stage().is_protected() { Nat::PerAz } else { Nat::Single };
            let gateways =
                subnets::nat_gateways(scope, nat.unwrap_or(default), &public_subnets, &internet_route);
            for zone in 0..zones {
                let table = subnets::route_table(scope, &format!("PrivateRouteTable{}", zone + 1), &vpc);
                if let Some(gateway) = gateways.get(zone as usize).or(gateways.first()) {
                    let route = ec2::Route::new()
                        .route_table_id(&table)
                        .destination_cidr_block(cidr!("0.0.0.0/0"))
                        .nat_gateway_id(gateway);
                    scope.add(format!("PrivateRoute{}", zone + 1), route);
                }
                private_subnets.push(block.subnet(scope, Tier::Private, zone, &table));
                tables.push(table.reference());
            }
        }

        let mut isolated_subnets = Vec::new();
        if self.isolated {
            let table = subnets::route_table(scope, "IsolatedRouteTable", &vpc);
            isolated_subnets =
                (0..zones).map(|zone| block.subnet(scope, Tier::Isolated, zone, &table)).collect();
            tables.push(table.reference());
        }

        for (id, service) in [("S3Endpoint", "s3"), ("DynamoDbEndpoint", "dynamodb")] {
            let endpoint = ec2::VpcEndpoint::new()
                .vpc_id(&vpc)
                .vpc_endpoint_type(VpcEndpointType::Gateway)
                .service_name(sub!("com.amazonaws.{}.{}", intrinsic::region(), service))
                .route_table_ids(&tables);
            scope.add(id, endpoint);
        }
        match self.flow_logs {
            Some(FlowLogs::All) => flow_logs::add(scope, &vpc, ec2::flow_log::TrafficType::All),
            None if scope.stage().is_protected() => {
                flow_logs::add(scope, &vpc, ec2::flow_log::TrafficType::Reject)
            }
            None | Some(FlowLogs::Off) => {}
        }

        VpcRef {
            id: vpc.reference(),
            cidr: self.block,
            public_subnets,
            private_subnets,
            isolated_subnets,
            internet_route: Some(internet_route.id()),
            resource: Some(vpc),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    #[test]
    fn vpc() {
        snapshot("vpc", |shop| {
            shop.add("Vpc", Vpc::across_azs(2).isolated_subnets().flow_logs());
        });
    }

    /// The resources of one VPC, by logical id.
    fn resources(vpc: Vpc) -> serde_json::Map<String, serde_json::Value> {
        let mut app = formwork_synth::App::new("shop", &formwork_synth::Stage::new("dev"));
        app.stack("Shop").add("Vpc", vpc);
        let text = formwork_synth::testing::render(app);
        let template: serde_json::Value = serde_json::from_str(text.split_once('\n').unwrap().1).unwrap();
        template["Resources"].as_object().unwrap().clone()
    }

    #[test]
    fn a_zone_or_tier_more_changes_no_subnet() {
        let is_subnet = |resource: &serde_json::Value| resource["Type"] == "AWS::EC2::Subnet";
        for zones in 1..MOST_ZONES {
            let grown = resources(Vpc::across_azs(zones + 1).isolated_subnets().nat(Nat::PerAz));
            for before in [Vpc::across_azs(zones), Vpc::across_azs(zones + 1).public_only()] {
                for (id, subnet) in resources(before).iter().filter(|(_, resource)| is_subnet(resource)) {
                    assert_eq!(&grown[id], subnet, "{id}");
                }
            }
        }
    }

    #[test]
    fn no_two_subnets_overlap() {
        for bits in [16, 20, 23] {
            let block = cidr!("10.0.0.0/16").subnet(bits, 0).unwrap();
            let all = resources(Vpc::across_azs(MOST_ZONES).cidr(block).isolated_subnets());
            let blocks: Vec<Cidr> = all
                .values()
                .filter(|resource| resource["Type"] == "AWS::EC2::Subnet")
                .map(|subnet| Cidr::parse(subnet["Properties"]["CidrBlock"].as_str().unwrap()).unwrap())
                .collect();
            assert_eq!(blocks.len(), 24);
            for (at, one) in blocks.iter().enumerate() {
                assert!(block.overlaps(*one) && one.bits() <= 28);
                assert!(blocks[at + 1..].iter().all(|other| !one.overlaps(*other)), "{one}");
            }
        }
    }

    #[test]
    fn public_only() {
        snapshot("vpc_public_only", |shop| {
            shop.add("Vpc", Vpc::across_azs(2).public_only());
        });
    }
}
