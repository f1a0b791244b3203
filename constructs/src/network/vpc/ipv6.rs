//! Addresses of IPv6 beside those of IPv4: a block from Amazon, and what leads out of the VPC with it.

use formwork_cfn::{Tag, ec2};
use formwork_synth::{ResourceOptions, Scope, intrinsic};

/// The most subnets that a VPC can have here: tiers times zones. It is fixed, so that no block ever shifts.
const PLACES: u8 = 24;

/// Every address of IPv6.
const EVERYWHERE: &str = "::/0";

/// Asks Amazon for a block of the VPC.
pub(super) fn block(scope: &mut Scope<'_>, vpc: &ec2::VpcRef) -> ec2::VpcCidrBlockRef {
    scope.add("Ipv6Block", ec2::VpcCidrBlock::new().vpc_id(vpc).amazon_provided_ipv6_cidr_block(true))
}

/// Gives a subnet the block at its place, out of 24 of the 256 that there are.
pub(super) fn number(
    vpc: &ec2::VpcRef,
    block: &ec2::VpcCidrBlockRef,
    place: u32,
    subnet: ec2::Subnet,
) -> ec2::Subnet {
    let whole = intrinsic::select::<String>(0, vpc.ipv6_cidr_blocks());
    let own = intrinsic::select::<String>(place, intrinsic::cidr(whole, PLACES, 64));
    subnet.ipv6_cidr_block(own).assign_ipv6_address_on_creation(true).depends_on(block)
}

/// Adds a gateway that lets connections out, and none in.
pub(super) fn gateway(
    scope: &mut Scope<'_>,
    vpc: &ec2::VpcRef,
    name: Tag,
) -> ec2::EgressOnlyInternetGatewayRef {
    let gateway = ec2::EgressOnlyInternetGateway::new().vpc_id(vpc).tags([name]);
    scope.add("EgressOnlyInternetGateway", gateway)
}

/// A route for all that has no other, once the VPC has its block.
pub(super) fn way_out(table: &ec2::RouteTableRef, block: &ec2::VpcCidrBlockRef) -> ec2::Route {
    ec2::Route::new().route_table_id(table).destination_ipv6_cidr_block(EVERYWHERE).depends_on(block)
}
