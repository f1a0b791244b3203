//! Subnets with fixed places in the address block, and the routes between them and the world.

use formwork_cfn::{Tag, ec2};
use formwork_synth::{Cidr, ResourceOptions, Scope, cidr, intrinsic};

use super::{Nat, SubnetRef, Tier, ipv6};

use crate::each::each;

/// A VPC and the block that its subnets are cut from.
pub(super) struct Block<'a> {
    pub(super) vpc: &'a ec2::VpcRef,
    pub(super) cidr: Cidr,
    pub(super) ipv6: Option<&'a ec2::VpcCidrBlockRef>,
}

impl Block<'_> {
    /// The subnet of a tier in a zone, counted from 0.
    pub(super) fn subnet(
        &self,
        scope: &mut Scope<'_>,
        tier: Tier,
        zone: u32,
        table: &ec2::RouteTableRef,
    ) -> SubnetRef {
        let id = format!("{tier:?}Subnet{}", zone + 1);
        let place = match tier {
            Tier::Public => 0,
            Tier::Private => 1,
            Tier::Isolated => 2,
        };
        // A quarter of the block for each tier, an eighth of that for each zone. A block that is too small was reported already.
        let place = place * 8 + zone;
        let cidr = self.cidr.subnet(self.cidr.bits() + 5, place).unwrap_or(self.cidr);
        let mut subnet = ec2::Subnet::new()
            .vpc_id(self.vpc)
            .availability_zone(intrinsic::select::<String>(zone, intrinsic::availability_zones()))
            .cidr_block(cidr)
            .map_public_ip_on_launch(false)
            .tags([Tag::new("Name", format!("{}/{id}", scope.path()))]);
        if let Some(block) = self.ipv6 {
            subnet = ipv6::number(self.vpc, block, place, subnet);
        }
        let subnet = scope.add(id.clone(), subnet);
        let association = ec2::SubnetRouteTableAssociation::new().route_table_id(table).subnet_id(&subnet);
        scope.add(format!("{id}RouteTableAssociation"), association);
        SubnetRef { id: subnet.reference(), resource: Some(subnet) }
    }
}

pub(super) fn route_table(scope: &mut Scope<'_>, id: &str, vpc: &ec2::VpcRef) -> ec2::RouteTableRef {
    let name = Tag::new("Name", format!("{}/{id}", scope.path()));
    scope.add(id, ec2::RouteTable::new().vpc_id(vpc).tags([name]))
}

/// A route for all that has no other.
pub(super) fn way_out(table: &ec2::RouteTableRef) -> ec2::Route {
    ec2::Route::new().route_table_id(table).destination_cidr_block(cidr!("0.0.0.0/0"))
}

/// The NAT gateways, by zone; they start once the internet can be reached.
pub(super) fn nat_gateways(
    scope: &mut Scope<'_>,
    nat: Nat,
    public: &[SubnetRef],
    internet_route: &ec2::RouteRef,
) -> Vec<ec2::NatGatewayRef> {
    let count = match nat {
        Nat::None => 0,
        Nat::Single => 1,
        Nat::PerAz => public.len(),
    };
    each(public.iter().take(count).zip(1..), |(subnet, zone)| {
        let id = format!("NatGateway{zone}");
        let name = Tag::new("Name", format!("{}/{id}", scope.path()));
        let address = ec2::Eip::new().domain(ec2::eip::Domain::Vpc).tags([name.clone()]);
        let address = scope.add(format!("{id}Address"), address);
        let gateway = ec2::NatGateway::new()
            .allocation_id(address.allocation_id())
            .subnet_id(&subnet.id)
            .tags([name])
            .depends_on(internet_route);
        scope.add(id, gateway)
    })
}
