//! An address block has a prefix.

use formwork::prelude::*;

fn main() {
    let _ = cidr!("10.0.0.0");
}
