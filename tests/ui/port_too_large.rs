//! Ports end at 65,535.

use formwork::prelude::*;

fn main() {
    let _ = port!(70000);
}
