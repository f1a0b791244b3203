//! An address block begins at its first address.

use formwork::prelude::*;

fn main() {
    let _ = cidr!("10.0.0.1/16");
}
