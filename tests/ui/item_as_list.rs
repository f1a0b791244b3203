//! A list of one is still a list.

use formwork::cfn::ec2::Instance;

fn main() {
    let _ = Instance::new().security_group_ids("sg-0123456789abcdef0");
}
