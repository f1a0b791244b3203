//! A subnet lies in a VPC.

use formwork::{cfn::ec2, prelude::*};

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    app.stack("Shop").add("Subnet", ec2::Subnet::new().cidr_block("10.0.0.0/24"));
}
