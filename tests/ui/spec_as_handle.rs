//! A service runs in a VPC that was added, not in the plan of one.

use formwork::prelude::*;

fn main() {
    let vpc = Vpc::across_azs(2);
    let _ = FargateService::new(&vpc, Image::from_directory("api"));
}
