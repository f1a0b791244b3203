//! Port 0 does not exist.

use formwork::prelude::*;

fn main() {
    let _ = port!(0);
}
