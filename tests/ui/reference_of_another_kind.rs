//! A VPC is no subnet.

use formwork::{cfn::ec2, prelude::*};

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", ec2::Vpc::new().cidr_block("10.0.0.0/16"));
    let _ = ec2::SubnetRouteTableAssociation::new().subnet_id(&vpc);
}
